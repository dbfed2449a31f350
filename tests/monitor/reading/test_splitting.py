from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.splitting import Balance, Sum, divisions_of, settle, split_run

SEVEN = ["count"] * 7
ROW = (Sum(terms=(0, 1, 2, 3, 4, 5), total=6),)


@pytest.mark.parametrize(
    ("run", "numbers"),
    [
        ("0000000", "0 0 0 0 0 0 0"),
        ("6000017", "6 0 0 0 0 1 7"),
        ("713000074", "71 3 0 0 0 0 74"),
        ("200 000121", "20 0 0 0 0 1 21"),
        ("20 0 00 0 121", "20 0 0 0 0 1 21"),
        ("4 0 0 0 0 0 4", "4 0 0 0 0 0 4"),
        ("37000003 7", None),
        ("///////", "/ / / / / / /"),
    ],
)
def test_a_run_is_divided_where_only_one_division_keeps_the_sum(
    run: str, numbers: str | None
) -> None:
    expected = tuple(numbers.split()) if numbers else None
    assert split_run(run, SEVEN, ROW) == expected


def test_a_wrong_sum_is_read_where_the_digits_leave_no_choice() -> None:
    assert split_run("1200004", SEVEN, ROW) == ("1", "2", "0", "0", "0", "0", "4")
    assert split_run("12 0 0 0 0 0 13", SEVEN, ROW) == ("12", "0", "0", "0", "0", "0", "13")


def test_a_wrong_sum_is_not_read_where_blanks_may_be_at_fault() -> None:
    assert split_run("12 0 0 0 0 0 1 2", SEVEN, ROW) is None


@pytest.mark.parametrize(
    ("run", "types", "numbers"),
    [
        ("007", ["count"] * 3, ("0", "0", "7")),
        ("8855698", ["count"] * 3, None),
        ("35-15", ["count", "signed"], ("35", "-15")),
        ("2648-18538", ["count", "signed", "count"], None),
        ("10690", ["count"], ("10690",)),
        ("9116.36", ["decimal"], ("9116.36",)),
        ("39573802895.90元", ["count", "money"], None),
        ("3 802895.90元", ["count", "money"], ("3", "802895.90元")),
        ("", ["count"], None),
        ("1 2", ["count"], None),
        ("12", ["count"] * 3, None),
        ("01", ["count"], None),
    ],
)
def test_without_a_sum_only_forced_divisions_count(
    run: str, types: Sequence[str], numbers: tuple[str, ...] | None
) -> None:
    assert split_run(run, types) == numbers


def test_fifteen_cells_are_checked_group_by_group() -> None:
    sums = tuple(Sum(terms=tuple(range(s, s + 4)), total=s + 4) for s in (0, 5, 10))
    assert split_run("0" * 15, ["count"] * 15, sums) == ("0",) * 15
    assert split_run("1000010000001", ["count"] * 15, sums) is None
    divided = split_run("121310460000000000", ["count"] * 15, sums)
    assert divided is None or all(
        sum(map(int, divided[s : s + 4])) == int(divided[s + 4]) for s in (0, 5, 10)
    )


_APPLICANTS = st.lists(st.integers(0, 3000), min_size=6, max_size=6)


@given(_APPLICANTS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_from_run_together_digits_is_what_was_written(row: list[int]) -> None:
    numbers = tuple(str(number) for number in (*row, sum(row)))
    divided = split_run("".join(numbers), SEVEN, ROW)
    assert divided in (numbers, None)


@given(_APPLICANTS)
@settings(max_examples=100, deadline=None)
def test_digits_with_blanks_between_all_numbers_are_always_read(row: list[int]) -> None:
    numbers = tuple(str(number) for number in (*row, sum(row)))
    assert split_run(" ".join(numbers), SEVEN, ROW) == numbers


@given(st.text(alphabet="0123456789 -./元万", max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_run_is_too_odd(run: str) -> None:
    divided = split_run(run, SEVEN, ROW)
    assert divided is None or "".join(divided) == "".join(run.split())


@pytest.mark.parametrize(
    ("run", "numbers"),
    [
        ("5件00003件8件", "5件 0 0 0 0 3件 8件"),
        ("1,2000 0 0 0 0 1,200", "1,200 0 0 0 0 0 1,200"),
        ("21430/1/29", None),
        ("2//////2", None),
        ("2/////2", "2 / / / / / 2"),
        ("２００００１３", "2 0 0 0 0 1 3"),
    ],
)
def test_units_separators_and_signs_take_part(run: str, numbers: str | None) -> None:
    expected = tuple(numbers.split()) if numbers else None
    assert split_run(run, SEVEN, ROW) == expected


def test_digits_that_would_do_with_a_blank_cell_are_not_read() -> None:
    # 49, 52, 1, blank, 2, 3, 107 keeps the sum as well as 4, 95, 2, 1, 2, 3, 107.
    assert split_run("4952123107", SEVEN, ROW) is None
    assert split_run("5901116", SEVEN, ROW) is None


def test_rows_that_alone_admit_several_divisions_are_told_by_the_columns() -> None:
    open_row = divisions_of("101000011", SEVEN, ROW)
    assert len(open_row) == 2
    handled = divisions_of("10 1 0 0 0 0 11", SEVEN, ROW)
    none = divisions_of("0000000", SEVEN, ROW)
    balance = Balance(left=(0, 1), right=(2, 3))
    told = settle([open_row, none, handled, none], [balance])
    assert told[0] == ("10", "1", "0", "0", "0", "0", "11")
    assert settle([open_row, none, handled, none], [])[0] is None
    wrong = divisions_of("9 0 0 0 0 0 9", SEVEN, ROW)
    assert settle([open_row, none, wrong, none], [balance])[0] is None
