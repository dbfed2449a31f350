"""The reading by the order of the file holds cells against what no ruling line says."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.marks import Char, Marks, Ruling
from monitor.reading.layout.order import APART, OUT_OF_COLUMN, OUT_OF_LINE, OrderReading
from monitor.reading.layout.page import lay_out
from monitor.reading.layout.ruled import Piece, ruled
from monitor.reading.model import Damage

LEFT, TOP, HEIGHT, SIZE = 50.0, 60.0, 20.0, 9.0
EDGES = (50.0, 150.0, 230.0, 310.0, 390.0)
LABELS = ("规章", "行政许可", "行政处罚", "行政强制")


def chars_of(text: str, x: float, y: float, run: int) -> list[Char]:
    """Characters from ``x`` on, their middle at the height ``y``."""
    return [
        Char(letter, (x + 5 * index, y - 5, x + 5 * index + 5, y + 5), SIZE, run)
        for index, letter in enumerate(text)
    ]


def page_of(rows: Sequence[Sequence[str]]) -> Marks:
    """A table with all its lines, each text in the middle of its cell."""
    bottom = TOP + HEIGHT * len(rows)
    chars: list[Char] = []
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            x = (EDGES[j] + EDGES[j + 1] - 5 * len(text)) / 2
            chars += chars_of(text, x, TOP + HEIGHT * (i + 0.5), 10 * i + j)
    return Marks(
        number=1,
        width=595,
        height=842,
        chars=tuple(chars),
        across=tuple(Ruling(TOP + HEIGHT * i, LEFT, EDGES[-1]) for i in range(len(rows) + 1)),
        down=tuple(Ruling(x, TOP, bottom) for x in EDGES),
        pictures=(),
        paths=0,
    )


def doubts(marks: Marks) -> dict[str, str]:
    """The doubtful texts and why."""
    tables = [ruled(fragment) for fragment in page_fragments(marks)]
    order = OrderReading(marks, tables)
    found = {piece.text: order.doubt(piece) for table in tables for piece in table.pieces}
    return {text: reason for text, reason in found.items() if reason}


ROWS = [[label, str(i), str(10 + i), str(200 + i)] for i, label in enumerate(LABELS)]
numbers = st.lists(st.integers(0, 99_999).map(str), min_size=3, max_size=3)


@given(st.lists(numbers, min_size=2, max_size=4))
def test_a_table_whose_texts_stand_in_rows_and_columns_is_confirmed(
    values: list[list[str]],
) -> None:
    rows = [[label, *row] for label, row in zip(LABELS, values, strict=False)]
    assert doubts(page_of(rows)) == {}


def moved(marks: Marks, text: str, right: float, down: float) -> Marks:
    """The page with the characters of one text moved."""
    run = next(
        10 * i + j for i, row in enumerate(ROWS) for j, other in enumerate(row) if other == text
    )
    return replace(
        marks,
        chars=tuple(
            char._replace(
                box=(
                    char.box[0] + right,
                    char.box[1] + down,
                    char.box[2] + right,
                    char.box[3] + down,
                )
            )
            if char.run == run
            else char
            for char in marks.chars
        ),
    )


def test_a_number_off_the_height_of_its_row_is_not_confirmed() -> None:
    assert doubts(moved(page_of(ROWS), "12", 0, 6)) == {"12": OUT_OF_LINE}


def test_a_number_off_its_column_is_not_confirmed() -> None:
    assert doubts(moved(page_of(ROWS), "12", 25, 0)) == {"12": OUT_OF_COLUMN}


def test_rows_run_together_by_a_missing_line_are_not_confirmed() -> None:
    marks = page_of(ROWS)
    lines = tuple(line for line in marks.across if line.at != TOP + 2 * HEIGHT)
    reasons = doubts(replace(marks, across=lines))
    tables = [ruled(fragment) for fragment in page_fragments(replace(marks, across=lines))]
    merged = [piece for table in tables for piece in table.pieces if piece.row == 1]
    assert all(piece.doubtful or piece.text in reasons for piece in merged if piece.column)


def test_columns_run_together_by_a_missing_line_are_not_confirmed() -> None:
    marks = page_of(ROWS)
    marks = replace(marks, down=tuple(line for line in marks.down if line.at != EDGES[2]))
    tables = [ruled(fragment) for fragment in page_fragments(marks)]
    order = OrderReading(marks, tables)
    merged = [piece for table in tables for piece in table.pieces if piece.column == 1]
    assert merged
    assert all(piece.doubtful or order.doubt(piece) for piece in merged)


def test_digits_written_in_another_order_than_they_stand_are_not_confirmed() -> None:
    marks = page_of(ROWS)
    digits = [char for char in marks.chars if char.run == 13]
    others = [char for char in marks.chars if char.run != 13]
    assert set(doubts(replace(marks, chars=(*others, *reversed(digits))))) == {"201"}


def test_two_numbers_side_by_side_in_a_cell_are_not_one() -> None:
    marks = page_of(ROWS)
    more = chars_of("7", EDGES[1] + 5, TOP + HEIGHT * 1.5, 99)
    reasons = doubts(replace(marks, chars=(*marks.chars, *more)))
    assert APART in reasons.values() or all(
        piece.doubtful
        for fragment in page_fragments(replace(marks, chars=(*marks.chars, *more)))
        for piece in ruled(fragment).pieces
        if piece.text.startswith("7")
    )


class Agreeing:
    """Another reading that agrees with everything, and counts how often it was made."""

    made = 0

    def doubt(self, piece: Piece) -> str | None:
        return None


def asked(marks: Marks, *, thorough: bool = False) -> tuple[int, list[str | None]]:
    """How often another reading was asked for, and why each cell of the page is doubtful."""
    count = 0

    def second() -> Agreeing:
        nonlocal count
        count += 1
        return Agreeing()

    damage: list[Damage] = []
    page = lay_out(marks, second, damage, thorough=thorough)
    return count, [piece.doubtful for table in page.tables for piece in table.pieces]


def test_another_reading_is_asked_for_only_where_the_order_does_not_confirm() -> None:
    certain = [None] * 16
    assert asked(page_of(ROWS)) == (0, certain)
    assert asked(page_of(ROWS), thorough=True) == (1, certain)
    assert asked(moved(page_of(ROWS), "12", 25, 0)) == (1, certain)


def test_without_another_reading_what_the_order_does_not_confirm_is_doubtful() -> None:
    damage: list[Damage] = []
    page = lay_out(moved(page_of(ROWS), "12", 25, 0), lambda: None, damage)
    doubtful = [piece.text for table in page.tables for piece in table.pieces if piece.doubtful]
    assert doubtful == ["12"]
    assert [item.code for item in damage] == ["readers-disagree"]


def test_a_number_broken_at_the_end_of_its_cell_is_confirmed() -> None:
    rows = [[label, "0", "10", "200"] for label in LABELS[:2]]
    marks = page_of(rows)
    kept = [char for char in marks.chars if char.run != 11]
    x, y = (EDGES[1] + EDGES[2]) / 2 - 7.5, TOP + 1.5 * HEIGHT
    broken = [*chars_of("123", x, y - 6, 11), *chars_of("45", x + 2.5, y + 6, 11)]
    narrow = replace(
        marks,
        chars=tuple(sorted([*kept, *broken], key=lambda char: char.run)),
        across=tuple(line._replace(at=line.at + 8 * (line.at > TOP + 30)) for line in marks.across),
    )
    assert "12345" not in doubts(narrow)
