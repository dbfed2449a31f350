"""The cells of an ODT straight from its text part."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.entry import read_document
from monitor.reading.model import UnreadableError
from monitor.reading.office.odt import read_odt_cells
from monitor.reading.office.second import SecondReading

PREFIX = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{PREFIX}:{full}:1.0"'
    for name, full in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)


def odt(body: str, styles: str = "", **members: str) -> bytes:
    out = BytesIO()
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, text in ({"content.xml": content} | members).items():
            archive.writestr(name, text)
    return out.getvalue()


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def table(*rows: str) -> str:
    return f"<table:table>{''.join(rows)}</table:table>"


def read(body: str, styles: str = "") -> SecondReading:
    reading = read_odt_cells(odt(body, styles))
    tables = tuple(tuple(tuple(c.strip() for c in r) for r in t) for t in reading.tables)
    return SecondReading(tables=tables, prose=reading.prose, remarks=reading.remarks)


words = st.text(st.sampled_from("政府信息公开0123456789.,（）件-"), max_size=12)


@given(st.lists(st.lists(words, min_size=2, max_size=5), min_size=1, max_size=4))
def test_every_cell_is_read(rows: list[list[str]]) -> None:
    body = table(*(row(*map(cell, cells)) for cells in rows)) + "<text:p>后</text:p>"
    assert read(body) == SecondReading(tables=(tuple(map(tuple, rows)),), prose=("后",))


def test_covered_and_repeated_cells() -> None:
    covered = "<table:covered-table-cell/>"
    twice = 'table:number-columns-repeated="2"'
    head = row(cell("组"), cell("宽"), covered)
    body = table(
        f"<table:table-header-rows>{head}</table:table-header-rows>",
        row(covered, cell("1", twice), more='table:number-rows-repeated="2"'),
    )
    assert read(body).tables == ((("组", "宽"), ("1", "1"), ("1", "1")),)


def test_tables_in_cells_follow_and_tables_side_by_side_stay_two() -> None:
    inner = table(row(cell("内"), cell("1")))
    body = table(row(f"<table:table-cell>{inner}</table:table-cell>", cell("外"))) + inner
    assert read(body).tables == ((("", "外"),), (("内", "1"),), (("内", "1"),))


def test_text_is_read_as_printed() -> None:
    hidden = (
        '<style:style style:name="T1" style:family="text"><style:text-properties '
        'text:display="none"/></style:style>'
    )
    text = (
        '1<text:span>2</text:span><text:span text:style-name="T1">九</text:span><text:s/>3'
        "<text:line-break/>4<text:note><text:note-body><text:p>注</text:p></text:note-body>"
        "</text:note>5<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"
        "<text:ruby><text:ruby-base>6</text:ruby-base><text:ruby-text>六</text:ruby-text>"
        "</text:ruby><office:annotation><text:p>批</text:p></office:annotation>7"
    )
    assert read(table(row(cell(text), cell("x"))), hidden).tables == ((("12 3\n4567", "x"),),)


def test_deleted_text_is_left_out_and_remarked() -> None:
    reading = read(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes><text:p>新</text:p>"
    )
    assert reading.prose == ("新",)
    assert reading.remarks == ("the file holds tracked changes",)


MANIFEST = "META-INF/manifest.xml"
LOCKED = (
    f'<m:manifest xmlns:m="{PREFIX}:manifest:1.0"><m:file-entry m:full-path="content.xml">'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (odt("", **{MANIFEST: LOCKED}), "encrypted"),
        (odt("", **{"encrypted-package": "x"}), "encrypted"),
        (odt("", **{"content.xml": "<a/>"}), "damaged"),
        (odt("", **{"content.xml": "<a>"}), "damaged"),
        (odt("<text:p>1</text:p>")[:-30], "damaged"),
        (odt("", **{"Pictures/x": "0" * 2**25}), "limits-exceeded"),
        (odt("", **{"../x": "0"}), "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_before_it_is_converted(
    body: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnreadableError) as error:
        read_document(body)
    assert error.value.code == code
