"""Whatever blocks a reader hands over, a report comes out and nothing in it is made up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import load_format
from monitor.reading.assemble import assemble
from monitor.reading.model import Block, Damage, Document, Grid, GridCell, Image, Paragraph, Place

_LABELS = sorted(
    {
        text
        for table in load_format("v2021").tables.values()
        for row in table.rows
        for text in (*row.path, *(column.label for column in row.columns))
    }
    | {
        "第二十条第（一）项",
        "信息内容",
        "请数量",
        "3.要求提供公",
        "持",
        "本年新制作数量",
        "（六）其他处理",
    }
)
_VALUES = ["0", "12", "", "/", "约3", "1\n2", "１", "-5", "0 0", "1,234", "\u3000"]
_TEXTS = st.one_of(
    st.sampled_from(_LABELS),
    st.sampled_from(_VALUES),
    st.sampled_from(
        [f"{spec.ordinal}、{spec.heading}" for spec in load_format("v2021").sections]
        + ["示例县科技局2023年政府信息公开工作年度报告", "目录", "七、附件", "一二三。"]
    ),
    st.text(max_size=8),
)
_CELLS = st.builds(
    GridCell,
    text=_TEXTS,
    row=st.integers(0, 5),
    column=st.integers(0, 12),
    row_span=st.integers(1, 3),
    column_span=st.integers(1, 9),
)
_GRIDS = st.builds(
    Grid,
    cells=st.lists(_CELLS, max_size=40).map(tuple),
    rows=st.just(6),
    columns=st.integers(1, 15),
)
_BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, text=_TEXTS), _GRIDS, st.builds(Image, source=st.just("a.png"))
)


@given(st.lists(_BLOCKS, max_size=12), st.sampled_from(["html", "docx", "pdf-text", "text"]))
@settings(max_examples=300, deadline=None)
def test_no_blocks_are_too_odd_and_every_value_is_a_printed_one(
    blocks: list[Block], method: str
) -> None:
    report = assemble(Document(media_type="x/y", method=method, blocks=tuple(blocks)))
    printed = {cell.text for block in blocks if isinstance(block, Grid) for cell in block.cells}
    shown = {text.strip(" \t\r\n\u3000") for text in printed} | {""}
    for table in report.tables.values():
        for row in table.values.values():
            for value in row.values():
                assert value.text is None or value.text in shown
                assert (value.text is None) == (value.reason is not None)


def test_what_the_reader_knows_to_be_lost_stays_known() -> None:
    damage = Damage(code="no-text-layer", detail="page 2", place=Place(page=2))
    report = assemble(
        Document(media_type="application/pdf", method="pdf-text", blocks=(), damage=(damage,))
    )
    assert report.damage == (damage,)
    assert not report.complete
