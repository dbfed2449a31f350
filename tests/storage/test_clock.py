"""Instants as people write them."""

from datetime import UTC, datetime

import pytest

from storage.clock import SHANGHAI, end_of_day, local_date, parse_instant


def test_a_time_without_a_zone_is_that_of_china() -> None:
    assert parse_instant("2024-02-01T00:00") == datetime(2024, 1, 31, 16, tzinfo=UTC)
    assert parse_instant(" 2024-02-01 ") == datetime(2024, 2, 1, tzinfo=SHANGHAI)
    assert parse_instant("2024-02-01T00:00Z") == datetime(2024, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "2024-13-01",
        "2023-02-29",
        "0001-01-01T00:00+14:00",
        "9999-12-31",
        "1899-12-31",
    ],
)
def test_what_is_no_instant_or_of_another_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


def test_a_due_day_lasts_until_midnight_in_china_and_leap_days_count() -> None:
    leap = local_date(datetime(2024, 2, 29, 15, 59, tzinfo=UTC))
    assert end_of_day(leap) < datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert local_date(end_of_day(leap)) == leap
    assert local_date(datetime(2024, 1, 31, 16, tzinfo=UTC)).isoformat() == "2024-02-01"
