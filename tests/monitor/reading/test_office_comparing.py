"""Two readings of a table are held against each other; what differs is doubted, never changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.model import Block, Grid, GridCell, Paragraph
from monitor.reading.office.comparing import Compared, agree, compare
from monitor.reading.office.second import SecondReading, TableBuilder

Rows = list[list[str]]


def grid(rows: Rows) -> Grid:
    cells = tuple(
        GridCell(text=text, row=r, column=c)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    return Grid(cells=cells, rows=len(rows), columns=max(map(len, rows)))


def against(first: list[Rows], second: list[Rows], *prose: str) -> Compared:
    tables = tuple(tuple(map(tuple, rows)) for rows in second)
    blocks: list[Block] = [Paragraph(text="一、总体情况"), *map(grid, first)]
    return compare(blocks, SecondReading(tables=tables, prose=prose))


def doubted(compared: Compared) -> list[str]:
    return [
        cell.text
        for block in compared.blocks
        if isinstance(block, Grid)
        for cell in block.cells
        if cell.doubtful
    ]


cells = st.sampled_from(["", "0", "1", "12", "总计", "规章"])
tables = st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5)


@given(st.lists(tables, max_size=3))
def test_the_same_is_not_doubted(first: list[Rows]) -> None:
    compared = against(first, first, "总体情况")
    assert doubted(compared) == []
    assert compared.damage == ()


@given(tables, st.data())
def test_one_other_cell_is_the_one_that_is_doubted(rows: Rows, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    other = [list(line) for line in rows]
    other[row][column] = data.draw(cells.filter(lambda text: text != rows[row][column]))
    compared = against([rows], [other])
    (block,) = (block for block in compared.blocks if isinstance(block, Grid))
    assert [(c.row, c.column) for c in block.cells if c.doubtful] == [(row, column)]
    assert [cell.text for cell in block.cells] == [text for line in rows for text in line]
    assert [damage.code for damage in compared.damage] == ["readers-disagree"]


def test_a_row_that_one_reading_lacks_leaves_the_others_certain() -> None:
    rows = [["规章", "1"], ["罚款", "2"], ["强制", "3"]]
    assert doubted(against([rows], [[rows[0], rows[2]]])) == ["罚款", "2"]
    assert doubted(against([[rows[0], rows[2]]], [rows])) == []


def test_a_row_with_other_cells_is_doubted_whole() -> None:
    assert doubted(against([[["规章", "", "1"]]], [[["规章", "1"]]])) == ["规章", "", "1"]


def test_a_table_that_only_one_reading_sees() -> None:
    one, two = [["规章", "1"]], [["罚款", "2"]]
    compared = against([one, two], [two])
    assert doubted(compared) == ["规章", "1"]
    compared = against([two], [one, two])
    assert doubted(compared) == []
    assert [damage.code for damage in compared.damage] == ["pages-lost"]


def test_text_that_the_conversion_left_out_is_named() -> None:
    assert against([], [], "总体情况").damage == ()
    (damage,) = against([], [], "总体情况", "二、主动公开").damage
    assert damage.code == "pages-lost"
    assert "二、主动公开" in damage.detail


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("一、本年新收", "本年新收", True),
        ("（一）予以公开", "予以公开", True),
        ("1.属于国家秘密", "属于国家秘密", True),
        ("1.甲类\n2.乙类", "甲类\n\n乙类", True),
        ("1 2", "12", True),
        ("总计", "总 计\uf0fc", True),
        ("11", "1", False),
        ("1.1", "1", False),
        ("1", "", False),
        ("", "1", False),
        ("新增规章", "规章", False),
        ("规章", "一、规章", False),
    ],
)
def test_numbers_that_word_prints_are_no_difference_and_all_else_is(
    first: str, second: str, same: bool
) -> None:
    assert agree(first, second) is same


def test_marks_become_tables_and_a_table_of_one_column_is_prose() -> None:
    builder = TableBuilder()
    for depth, text in ((1, "甲"), (1, "1")):
        builder.text(depth, text)
        builder.cell(depth)
    builder.row(1)
    builder.text(0, "间")
    builder.paragraph(0)
    builder.text(1, "框")
    builder.cell(1)
    builder.row(1)
    builder.text(0, "末")
    assert builder.finish() == (((("甲", "1"),),), ("间", "框", "末"))
