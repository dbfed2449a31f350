"""Any table drawn with its lines is found again, on one page or cut over two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.layout.joining import continued
from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.marks import Char, Marks, Ruling
from monitor.reading.layout.ruled import Ruled, ruled

HEIGHT, TOP, LEFT = 20.0, 60.0, 50.0


@dataclass(frozen=True)
class Drawn:
    """A cell to draw: row, column, rows, columns, text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[float], int, list[Drawn]]:
    """Column edges, number of rows, and cells that fill the table, some of them merged."""
    columns = draw(st.integers(2, 7))
    rows = draw(st.integers(2, 8))
    widths = [draw(st.integers(30, 70)) for _ in range(columns)]
    edges = [LEFT + sum(widths[:index]) for index in range(columns + 1)]
    taken: set[tuple[int, int]] = set()
    cells: list[Drawn] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            down = draw(st.integers(1, min(3, rows - row)))
            right = draw(st.integers(1, min(3, columns - column)))
            places = {(row + i, column + j) for i in range(down) for j in range(right)}
            if places & taken:
                down = right = 1
                places = {(row, column)}
            taken |= places
            text = draw(st.sampled_from(["", "0", "12", "345", "标签", "（一）项"]))
            cells.append(Drawn(row, column, down, right, text))
    return edges, rows, cells


def marks_of(edges: Sequence[float], cells: Sequence[Drawn], page: int = 1) -> Marks:
    """What a page shows of the cells: four lines around each, and its characters inside."""
    across, down, chars = [], [], []
    for run, cell in enumerate(cells):
        left, right = edges[cell.column], edges[cell.column + cell.columns]
        top, bottom = TOP + HEIGHT * cell.row, TOP + HEIGHT * (cell.row + cell.rows)
        across += [Ruling(top, left, right), Ruling(bottom, left, right)]
        down += [Ruling(left, top, bottom), Ruling(right, top, bottom)]
        for index, text in enumerate(cell.text):
            at = left + 2 + 6 * index
            chars.append(Char(text, (at, top + 4, at + 6, top + 13), 6, run))
    return Marks(
        number=page,
        width=595,
        height=842,
        chars=tuple(chars),
        across=tuple(across),
        down=tuple(down),
        pictures=(),
        paths=0,
    )


def used(cells: Sequence[Drawn]) -> tuple[dict[int, int], dict[int, int]]:
    """The rows and columns at which some cell begins, numbered; no line is drawn at others."""
    rows = sorted({cell.row for cell in cells} | {cell.row + cell.rows for cell in cells})
    columns = sorted({cell.column for cell in cells} | {c.column + c.columns for c in cells})
    return {row: i for i, row in enumerate(rows)}, {column: i for i, column in enumerate(columns)}


def expected(cells: Sequence[Drawn]) -> list[tuple[int, int, int, int, str]]:
    rows, columns = used(cells)
    return sorted(
        (
            rows[cell.row],
            columns[cell.column],
            rows[cell.row + cell.rows] - rows[cell.row],
            columns[cell.column + cell.columns] - columns[cell.column],
            cell.text,
        )
        for cell in cells
    )


def found(table: Ruled) -> list[tuple[int, int, int, int, str]]:
    return sorted(
        (piece.row, piece.column, piece.row_span, piece.column_span, piece.text)
        for piece in table.pieces
    )


@given(tables())
def test_a_table_is_found_as_it_was_drawn(table: tuple[list[float], int, list[Drawn]]) -> None:
    edges, _, cells = table
    fragments = page_fragments(marks_of(edges, cells))
    if len(cells) == 1:
        return
    (fragment,) = fragments
    read = ruled(fragment)
    assert found(read) == expected(cells)
    assert all(piece.doubtful is None for piece in read.pieces)


LABELS = ("规章", "行政规范性文件", "行政许可", "行政处罚", "行政强制", "行政事业性收费")


@given(
    st.lists(st.lists(st.integers(0, 99_999), min_size=3, max_size=3), min_size=2, max_size=6),
    st.data(),
)
def test_a_table_cut_between_rows_is_the_same_table(
    numbers: list[list[int]], data: st.DataObject
) -> None:
    edges = [50.0, 150.0, 200.0, 250.0, 300.0]
    rows = [[label, *map(str, values)] for label, values in zip(LABELS, numbers, strict=False)]
    cut = data.draw(st.integers(1, len(rows) - 1))
    shift = data.draw(st.floats(-20, 20))
    above = _cells(rows[:cut])
    below = _cells(rows[cut:])
    upper = ruled(page_fragments(marks_of(edges, above))[0])
    moved = [edge + shift for edge in edges]
    lower = ruled(page_fragments(marks_of(moved, below, page=2))[0])
    whole = continued(upper, lower)
    assert whole is not None
    assert found(whole) == expected(_cells(rows))
    assert all(piece.doubtful is None for piece in whole.pieces)


def _cells(rows: Sequence[Sequence[str]]) -> list[Drawn]:
    return [Drawn(i, j, 1, 1, text) for i, row in enumerate(rows) for j, text in enumerate(row)]


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 6))
def test_a_label_cut_anywhere_is_whole_again(down: int, up: int, at: int) -> None:
    edges = [50.0, 150.0, 200.0, 250.0, 300.0]
    label = "行政规范性文件"
    values = ["1", "2", "3"]
    above = _cells([["规章", "7", "8", "9"]] * down + [[label[:at], *values]])
    below = _cells([[label[at:], "", "", ""]] + [["行政许可", "4", "5", "6"]] * up)
    upper = ruled(page_fragments(marks_of(edges, above))[0])
    lower = ruled(page_fragments(marks_of(edges, below, page=2))[0])
    whole = continued(upper, lower)
    assert whole is not None
    row = [piece.text for piece in whole.pieces if piece.row == down]
    assert row == [label, *values]
    assert whole.rows == down + up + 1


@given(tables())
def test_a_line_that_is_missing_never_makes_a_number_of_two(
    table: tuple[list[float], int, list[Drawn]],
) -> None:
    edges, _, cells = table
    marks = marks_of(edges, cells)
    kept = tuple(line for index, line in enumerate(marks.down) if index % 3)
    numbers = {cell.text for cell in cells if cell.text.isdigit()}
    for fragment in page_fragments(replace(marks, down=kept)):
        for piece in ruled(fragment).pieces:
            if piece.text.isdigit() and piece.doubtful is None:
                assert piece.text in numbers


def drawn(chars: list[Char], across: list[Ruling], down: list[Ruling], page: int = 1) -> Marks:
    return Marks(
        number=page,
        width=600,
        height=800,
        chars=tuple(chars),
        across=tuple(across),
        down=tuple(down),
        pictures=(),
        paths=0,
    )


def texts_at(*texts: tuple[str, float, float]) -> list[Char]:
    return [
        Char(char, (left + 6 * i, top, left + 6 * (i + 1), top + 6), 6, 10 * run + i)
        for run, (text, left, top) in enumerate(texts)
        for i, char in enumerate(text)
    ]


def test_a_single_row_without_lines_at_its_sides_keeps_its_outer_columns() -> None:
    marks = drawn(
        texts_at(("总计", 60, 65), ("4", 160, 65), ("5", 210, 65), ("9", 260, 65)),
        [Ruling(80, 50, 300)],
        [Ruling(at, 60, 80) for at in (150, 200, 250)],
    )
    (fragment,) = page_fragments(marks)
    assert [piece.text for piece in ruled(fragment).pieces] == ["总计", "4", "5", "9"]


def test_a_part_whose_lines_go_on_is_never_moved_by_a_column() -> None:
    """Its columns are equally wide, and the last of them has no line on the next page."""
    edges = [50, 150, 200, 250, 300]
    head = [Drawn(0, i, 1, 1, text) for i, text in enumerate(("信息内容", "1", "2", "3"))]
    above = ruled(page_fragments(marks_of(edges, head))[0])
    row = [Drawn(0, i, 1, 1, text) for i, text in enumerate(("规章", "4", "5"))]
    below = ruled(page_fragments(marks_of(edges[:4], row, page=2))[0])
    whole = continued(above, below)
    assert whole is not None
    assert [(x.column, x.text) for x in whole.pieces if x.row == 1] == [
        (0, "规章"),
        (1, "4"),
        (2, "5"),
    ]


def test_a_row_of_two_columns_without_lines_at_its_sides_is_found_at_a_page_end() -> None:
    texts = texts_at(("行政强制", 60, 50), ("7", 360, 50))
    at_top = drawn(texts, [Ruling(65, 50, 500)], [Ruling(300, 40, 65)])
    (fragment,) = page_fragments(at_top)
    assert [piece.text for piece in ruled(fragment).pieces] == ["行政强制", "7"]
    texts = texts_at(("行政强制", 60, 410), ("7", 360, 410))
    assert page_fragments(drawn(texts, [Ruling(425, 50, 500)], [Ruling(300, 400, 425)])) == ()


def test_one_digit_a_line_is_one_number_only_where_two_have_no_room() -> None:
    digits = texts_at(("8", 103, 52), ("9", 103, 60))
    for right, certain in ((116.0, True), (126.0, False)):
        lines = [Ruling(at, 50, 70) for at in (100, right)]
        (fragment,) = page_fragments(
            drawn(digits, [Ruling(x, 100, right) for x in (50, 70)], lines)
        )
        (piece,) = ruled(fragment).pieces
        assert (piece.doubtful is None) is certain
        assert not certain or piece.text == "89"


def test_a_table_without_any_line_around_it_is_found_whole() -> None:
    texts = texts_at(("行政许可", 60, 405), ("7", 360, 405), ("行政处罚", 60, 425), ("8", 360, 425))
    cross = drawn(texts, [Ruling(415, 50, 500)], [Ruling(300, 400, 435)])
    (fragment,) = page_fragments(cross)
    assert [piece.text for piece in ruled(fragment).pieces] == ["行政许可", "7", "行政处罚", "8"]
