"""Which of the dates met says when a report was published."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.platforms.model import DayFound
from crawler.records.dating import add_days, published_day, traces_of_answer, traces_of_name
from storage.models import DateSource, Filing

SEEN = date(2024, 2, 1)
NOW = datetime(2024, 2, 1, 4, tzinfo=UTC)


def told(*days: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"source": source, "value": day, "text": day} for source, day in days]


def decided(
    *days: tuple[str, str], today: date = SEEN, first_seen: date = SEEN, year: int | None = 2023
) -> tuple[str, str] | None:
    day, source = published_day(told(*days), today=today, first_seen=first_seen, fiscal_year=year)
    return (str(source), day.isoformat()) if day and source else None


def test_the_most_direct_source_goes_first() -> None:
    days = [("url", "2024-01-05"), ("list", "2024-01-12"), ("page", "2024-01-11")]
    assert decided(*days) == ("page", "2024-01-11")
    assert decided(("meta", "2024-01-10"), *days) == ("meta", "2024-01-10")
    assert decided(("url", "2024-01-05")) == ("url", "2024-01-05")
    assert decided() is None


@pytest.mark.parametrize(
    "day",
    [
        "2024-02-03",  # in the future
        "1970-01-01",  # what a template prints without a date
        "2007-06-01",  # before the Regulation
        "2022-12-31",  # before the year that is reported on has begun
    ],
)
def test_a_day_that_cannot_be_is_not_believed(day: str) -> None:
    assert decided(("meta", day), ("list", "2024-01-12")) == ("list", "2024-01-12")
    assert decided(("meta", day)) is None


def test_a_day_after_the_report_was_first_seen_is_not_that_of_publication() -> None:
    later = date(2024, 6, 1)
    days = [("meta", "2024-05-20"), ("list", "2024-01-12")]
    assert decided(*days, today=later) == ("list", "2024-01-12")
    assert decided(("meta", "2024-05-20"), today=later) is None


def test_the_day_of_the_visit_is_not_believed_against_an_earlier_one() -> None:
    assert decided(("meta", "2024-02-01"), ("list", "2024-01-12")) == ("list", "2024-01-12")
    assert decided(("meta", "2024-02-01")) == ("meta", "2024-02-01")
    assert decided(("meta", "2024-02-01"), ("list", "2024-01-31")) == ("meta", "2024-02-01")


def filing() -> Filing:
    return Filing(first_seen_at=NOW, date_candidates=[], fiscal_year=2023)


def test_every_date_is_kept_with_its_source_and_ids_decide_nothing() -> None:
    one = filing()
    add_days(
        one,
        [
            DayFound(source="meta", day=date(2099, 1, 1), text="2099-01-01"),
            DayFound(source="url", day=date(2024, 1, 9), text="/art/2024/1/9/", kind="folder"),
            DayFound(source="url", day=date(2023, 12, 30), text="61f1f0ed", kind="objectid"),
        ],
        NOW,
    )
    assert {(c["source"], c["value"]) for c in one.date_candidates} == {
        ("meta", "2099-01-01"),
        ("url", "2024-01-09"),
    }
    assert one.date_traces == [{"source": "id", "value": "2023-12-30", "text": "61f1f0ed"}]
    assert (one.published_on, one.published_on_source) == (date(2024, 1, 9), DateSource.URL)


def test_dates_of_a_twin_stand_beside_those_of_the_filings_own_page() -> None:
    one = filing()
    add_days(one, [DayFound(source="meta", day=date(2024, 1, 10), text="a")], NOW)
    twin = "http://m.a.gov.cn/1.html"
    for _ in range(2):
        add_days(one, [DayFound(source="meta", day=date(2024, 1, 20), text="b")], NOW, twin)
    assert [c.get("on") for c in one.date_candidates] == [None, twin]
    assert one.published_on == date(2024, 1, 10)


LAST_MODIFIED = {
    "Mon, 15 Jan 2024 01:02:03 GMT": "2024-01-15",
    "Thu, 01 Feb 2024 03:59:30 GMT": None,  # that is now
    "Fri, 01 Mar 2024 00:00:00 GMT": None,
    "Thu, 01 Jan 1970 00:00:00 GMT": None,
    "yesterday": None,
    "": None,
}


@pytest.mark.parametrize("header", LAST_MODIFIED)
def test_last_modified_is_kept_unless_it_only_says_when_the_server_answered(header: str) -> None:
    found = [day.isoformat() for _, day, _ in traces_of_answer({"last-modified": header}, NOW)]
    assert found == ([LAST_MODIFIED[header]] if LAST_MODIFIED[header] else [])


def test_the_day_in_the_name_of_a_file_is_kept() -> None:
    [(source, day, _)] = traces_of_name("http://a.gov.cn/202401/P020240115523456789012.pdf")
    assert (source, day) == ("attachment", date(2024, 1, 15))
    assert traces_of_name("http://a.gov.cn/files/report.pdf") == []
