"""What the sources of a filing's date told, and what counts of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from storage.told_days import day_stated, first_told, placed, redatings, retold, told_at_both

JANUARY = datetime(2024, 1, 20, 4, tzinfo=UTC)
FEBRUARY = datetime(2024, 2, 15, 4, tzinfo=UTC)
MARCH = datetime(2024, 3, 15, 4, tzinfo=UTC)


def day(source: str, value: str) -> dict[str, Any]:
    return {"source": source, "value": value, "text": value}


def told(*steps: tuple[datetime, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = []
    for now, days in steps:
        known = retold(known, days, now)
    return known


def first(candidates: list[dict[str, Any]], seen: datetime = JANUARY) -> list[str]:
    found = first_told(candidates, fiscal_year=2023, first_seen=seen.date())
    return [f"{each['source']} {each['value']}" for each in found]


def test_what_a_source_told_before_is_kept_and_counts() -> None:
    known = told(
        (JANUARY, [day("meta", "2024-01-20"), day("list", "2024-01-20")]),
        (FEBRUARY, [day("meta", "2024-02-15")]),
    )
    assert [(each["value"], "replaced_at" in each) for each in known] == [
        ("2024-01-20", True),
        ("2024-01-20", False),
        ("2024-02-15", False),
    ]
    assert first(known) == ["meta 2024-01-20", "list 2024-01-20"]


def test_a_day_told_again_stands_again_and_is_kept_once() -> None:
    one, other = [day("meta", "2024-01-19")], [day("meta", "2024-01-18")]
    known = told((JANUARY, one), (FEBRUARY, other), (MARCH, one), (MARCH, other), (MARCH, one))
    assert [each.get("replaced_at") is None for each in known] == [True, False]
    assert not list(redatings(known, fiscal_year=2023, first_seen=JANUARY.date()))


def test_rows_of_before_the_times_were_kept_count_as_told_first() -> None:
    known = retold([day("meta", "2024-01-20")], [day("meta", "2024-02-15")], FEBRUARY)
    assert first(known) == ["meta 2024-01-20"]


def read_by(*steps: tuple[datetime, str, str]) -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = []
    for now, value, reader in steps:
        known = retold(known, [day("meta", value)], now, reader=reader)
    return known


def test_what_another_reader_reads_is_no_page_dated_anew_and_a_misread_day_makes_nobody_late() -> (
    None
):
    known = read_by((FEBRUARY, "2024-02-10", "old"), (MARCH, "2024-01-20", "new"))
    assert first(known, FEBRUARY) == ["meta 2024-01-20"]
    assert not list(redatings(known, fiscal_year=2023, first_seen=FEBRUARY.date()))
    later = read_by((FEBRUARY, "2024-01-20", "old"), (MARCH, "2024-02-10", "new"))
    assert first(later, FEBRUARY) == ["meta 2024-01-20"]


def test_a_day_that_the_new_reader_confirmed_first_can_be_dated_back_before_its_eyes() -> None:
    april = datetime(2024, 4, 15, 4, tzinfo=UTC)
    known = read_by(
        (FEBRUARY, "2024-02-10", "old"), (MARCH, "2024-02-10", "new"), (april, "2024-01-20", "new")
    )
    assert first(known, FEBRUARY) == ["meta 2024-02-10"]
    [redating] = redatings(known, fiscal_year=2023, first_seen=FEBRUARY.date())
    assert (redating.was.day, redating.now.day) == (10, 20)


def test_a_first_day_that_cannot_be_right_gives_way() -> None:
    known = told((JANUARY, [day("meta", "2099-01-01")]), (FEBRUARY, [day("meta", "2024-01-20")]))
    assert first(known) == ["meta 2024-01-20"]
    assert first(known[:1]) == ["meta 2099-01-01"]


@pytest.mark.parametrize(
    ("others", "counts"),
    [([], "meta 2024-01-20"), ([day("list", "2024-02-15")], "meta 2024-02-15")],
)
def test_only_the_day_of_the_visit_gives_way_unless_another_source_tells_it_too(
    others: list[dict[str, Any]], counts: str
) -> None:
    known = told(
        (FEBRUARY, [day("meta", "2024-02-15"), *others]), (MARCH, [day("meta", "2024-01-20")])
    )
    assert first(known, FEBRUARY)[0] == counts
    [redating] = redatings(known, fiscal_year=2023, first_seen=FEBRUARY.date())
    assert redating.of_the_visit == (not others)


def test_the_days_of_visits_are_not_piled_up() -> None:
    visits = [datetime(2024, 2, number, 4, tzinfo=UTC) for number in range(1, 20)]
    known = told(*((at, [day("page", at.date().isoformat())]) for at in visits))
    assert [each["value"] for each in known] == ["2024-02-01", "2024-02-19"]


def test_dating_anew_is_told_of_the_own_page_only() -> None:
    was, now = [day("meta", "2024-02-10")], [day("meta", "2024-01-20")]
    seen = date(2024, 2, 15)
    known = told((FEBRUARY, was), (MARCH, now))
    [redating] = redatings(known, fiscal_year=2023, first_seen=seen)
    assert (redating.was, redating.now, redating.of_the_visit) == (
        date(2024, 2, 10),
        date(2024, 1, 20),
        False,
    )
    assert day_stated(known, fiscal_year=2023, first_seen=seen) == date(2024, 2, 10)
    assert not list(redatings(placed(known, "http://m"), fiscal_year=2023, first_seen=seen))
    lists = told((FEBRUARY, [day("list", "2024-02-10")]), (MARCH, [day("list", "2024-01-20")]))
    assert not list(redatings(lists, fiscal_year=2023, first_seen=seen))


def test_the_days_of_two_filings_that_are_one_are_kept_each_once() -> None:
    one = told((JANUARY, [day("meta", "2024-01-20")]))
    both = told_at_both(one, [*one, *placed(one, "http://m.a.gov.cn/1")])
    assert [each.get("on") for each in both] == [None, "http://m.a.gov.cn/1"]
