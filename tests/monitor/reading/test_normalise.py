from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.normalise import (
    CellKind,
    classify_cell,
    collapse_blanks,
    label_core,
    normalise_label,
    parse_amount,
    parse_count,
    parse_han_number,
    parse_unit,
    split_ordinal,
)


@pytest.mark.parametrize(
    "printed",
    ["结果维持", "结果 维持", "结果\n维持", "结果\u3000维持", "結果維持", "\u200b结果维持\ufeff"],
)
def test_a_label_is_the_same_however_it_is_broken_and_in_either_script(printed: str) -> None:
    assert normalise_label(printed) == "结果维持"


def test_punctuation_of_labels_is_folded() -> None:
    assert normalise_label("3．危及「三安全一稳定」") == normalise_label("3.危及“三安全一稳定”")
    assert normalise_label("其它") == "其他"


@pytest.mark.parametrize(
    ("printed", "ordinal", "core"),
    [
        ("（三）不予公开", 3, "不予公开"),
        ("(三) 不予公开", 3, "不予公开"),
        ("3.其他", 3, "其他"),
        ("3、其他", 3, "其他"),
        ("3 其他", 3, "其他"),
        ("⑶其他", 3, "其他"),
        ("一、总体情况", 1, "总体情况"),
        ("十二、附则", 12, "附则"),
        ("2023年度", None, "2023年度"),
        ("三安全一稳定", None, "三安全一稳定"),
        ("", None, ""),
    ],
)
def test_the_number_before_a_label_is_told_from_the_label(
    printed: str, ordinal: int | None, core: str
) -> None:
    assert split_ordinal(printed) == (ordinal, core)
    assert label_core(printed) == core


@pytest.mark.parametrize(
    ("text", "value"),
    [("一", 1), ("十", 10), ("十五", 15), ("二十", 20), ("三十六", 36), ("百", None)],
)
def test_chinese_numbers_up_to_ninety_nine(text: str, value: int | None) -> None:
    assert parse_han_number(text) == value


def test_blanks_go_between_chinese_and_digits_but_not_around_latin() -> None:
    assert collapse_blanks("博爱县 2023 年 第\u3000 1 号") == "博爱县2023年第1号"
    assert collapse_blanks("平台 and 公众号 1 2") == "平台 and 公众号1 2"
    assert collapse_blanks("一\n二") == "一\n二"


@pytest.mark.parametrize(
    ("text", "kind", "count", "amount"),
    [
        ("0", CellKind.INTEGER, 0, Decimal(0)),
        ("１２", CellKind.INTEGER, 12, Decimal(12)),
        ("1,234", CellKind.INTEGER, 1234, Decimal(1234)),
        ("1，234", CellKind.INTEGER, 1234, Decimal(1234)),
        ("1 234", CellKind.INTEGER, 1234, Decimal(1234)),
        ("+1036", CellKind.INTEGER, 1036, Decimal(1036)),
        ("-18", CellKind.SIGNED, -18, Decimal(-18)),
        ("－18", CellKind.SIGNED, -18, Decimal(-18)),
        ("减2", CellKind.SIGNED, -2, Decimal(-2)),
        ("增3", CellKind.SIGNED, 3, Decimal(3)),
        ("9116.36", CellKind.DECIMAL, None, Decimal("9116.36")),
        ("1,234.5", CellKind.DECIMAL, None, Decimal("1234.5")),
        ("12件", CellKind.WITH_UNIT, 12, Decimal(12)),
        ("160.5964万元", CellKind.WITH_UNIT, None, Decimal("160.5964")),
        ("251000元", CellKind.WITH_UNIT, None, Decimal(251000)),
        ("", CellKind.BLANK, None, None),
        ("\u3000\u00a0", CellKind.BLANK, None, None),
        ("/", CellKind.SLASH, None, None),
        ("—", CellKind.SLASH, None, None),
        ("－", CellKind.SLASH, None, None),
        ("无", CellKind.SLASH, None, None),
        ("约3", CellKind.OTHER, None, None),
        ("0 0", CellKind.OTHER, None, None),
        ("若干", CellKind.OTHER, None, None),
    ],
)
def test_cells_are_classed_and_only_numbers_become_numbers(
    text: str, kind: CellKind, count: int | None, amount: Decimal | None
) -> None:
    assert classify_cell(text) is kind
    assert parse_count(text) == count
    assert parse_amount(text) == amount


def test_the_unit_of_a_cell_is_told_apart() -> None:
    assert parse_unit("251000元") == "元"
    assert parse_unit("1.5万元") == "万元"
    assert parse_unit("3") is None


def test_an_unread_cell_has_no_number() -> None:
    assert parse_count(None) is None
    assert parse_amount(None) is None


@given(st.integers(0, 10**9))
def test_every_whole_number_is_read_in_all_its_spellings(number: int) -> None:
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), wide, f" {number} "):
        assert parse_count(text) == number


@given(st.text(max_size=30))
def test_nothing_that_is_written_breaks_the_normalisation(text: str) -> None:
    normal = normalise_label(text)
    assert normalise_label(normal) == normal or "它" in normal
    classify_cell(text)
    count = parse_count(text)
    assert count is None or any(char.isdigit() for char in text)
