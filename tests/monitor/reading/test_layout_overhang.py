"""A sign of a label that hangs over the line is never read as part of the value beside it."""

import pytest

from monitor.reading.layout.lattice import page_fragments
from monitor.reading.layout.marks import Char, Marks, Ruling
from monitor.reading.layout.overhang import FOREIGN, has_foreign_sign
from monitor.reading.layout.page import lay_out
from monitor.reading.layout.ruled import Piece, ruled

SIZE = 10.0
LINE = 100.0
"""Where the line between the label and the value stands."""


def word(text: str, left: float, run: int, *, alone: bool = False) -> list[Char]:
    return [
        Char(
            char, (left + SIZE * i, 60, left + SIZE * (i + 1), 70), SIZE, run + (i if alone else 0)
        )
        for i, char in enumerate(text)
    ]


def two_cells(*chars: Char) -> tuple[Piece, Piece]:
    marks = Marks(
        number=1,
        width=600,
        height=800,
        chars=chars,
        across=tuple(Ruling(at, 20, 180) for at in (50, 80)),
        down=tuple(Ruling(at, 50, 80) for at in (20, LINE, 180)),
        pictures=(),
        paths=0,
    )
    (fragment,) = page_fragments(marks)
    label, value = ruled(fragment).pieces
    return label, value


def test_a_closing_bracket_that_hangs_over_the_line_ends_the_label() -> None:
    label, value = two_cells(*word("其他（略）", 56, 0, alone=True), *word("4", 120, 9))
    assert (label.text, value.text) == ("其他（略）", "4")
    assert label.doubtful is None
    assert value.doubtful is None


def test_it_is_given_back_beside_a_blank_cell_too() -> None:
    label, value = two_cells(*word("其他（略）", 56, 0, alone=True))
    assert (label.text, value.text, value.doubtful) == ("其他（略）", "", None)


@pytest.mark.parametrize("sign", ["）", "费", "（"])
def test_a_value_with_a_sign_over_the_line_whose_label_is_not_known_is_doubtful(sign: str) -> None:
    _, value = two_cells(*word("其他", 30, 0), *word(sign, 96, 5), *word("4", 120, 9))
    assert value.doubtful == FOREIGN


def test_the_last_character_of_a_label_pushed_into_a_blank_cell_is_no_value() -> None:
    _, value = two_cells(*word("其他收费", 66, 0, alone=True))
    assert value.doubtful is not None


def test_a_bracket_that_touches_no_line_is_no_part_of_the_number_behind_it() -> None:
    _, value = two_cells(*word("其他", 30, 0), *word("）4", 110, 5))
    assert value.doubtful == FOREIGN


def test_words_and_signs_that_stand_inside_their_cell_are_certain() -> None:
    for text in ("4", "", "/", "（4）", "4.5万元", "约4", "12%"):
        label, value = two_cells(*word("其他", 30, 0), *word(text, 105, 5))
        assert (label.text, value.text, value.doubtful) == ("其他", text, None), text


def test_only_what_is_a_value_without_the_sign_has_a_foreign_sign() -> None:
    assert [x for x in ("）4", "）", "4（", "，12", "。") if has_foreign_sign(x)] == [
        "）4", "）", "4（", "，12", "。",
    ]  # fmt: skip
    assert not any(map(has_foreign_sign, ("（4）", "4", "1,200", "其他）", ".5", "12%", "件）")))


def test_a_text_at_the_right_of_a_table_makes_the_values_of_its_row_doubtful() -> None:
    chars = (
        *word("其他", 30, 0),
        *word("4", 120, 5),
        *word("67", 200, 9),
        *(char._replace(box=(120, 90, 130, 100)) for char in word("5", 0, 12)),
    )
    marks = Marks(
        number=1,
        width=600,
        height=800,
        chars=chars,
        across=tuple(Ruling(at, 20, 180) for at in (50, 80, 110)),
        down=tuple(Ruling(at, 50, 110) for at in (20, LINE, 180)),
        pictures=(),
        paths=0,
    )
    (table,) = lay_out(marks, lambda: None, []).tables
    doubtful = {piece.text: piece.doubtful is not None for piece in table.pieces if piece.text}
    assert doubtful == {"其他": False, "4": True, "5": False}
