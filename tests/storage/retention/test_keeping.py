"""Which list pages are kept: every reason, and that no claim ever loses what it rests on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.retention.keeping import DueDays, due_in, kept_captures, months_before
from storage.retention.model import (
    CrawlTimes,
    Keep,
    PageCapture,
    Policy,
    PortalFacts,
    Sighting,
    Stand,
)
from storage.retention.planning import body_reasons

NOW = datetime(2026, 7, 1, tzinfo=UTC)
START = datetime(2024, 5, 1, tzinfo=UTC)
POLICY = Policy(
    keep_months=12, days_around_due=30, newest_readings=2, due_days=frozenset({(1, 31), (3, 31)})
)
LIST = ("GET", "http://x/list", "")
COUNT = 100
"""Crawls of ten days, from 1 May 2024 on; one list page each, another body each."""


def day(number: int) -> datetime:
    """When crawl ``number`` began."""
    return START + timedelta(days=10 * number)


def capture(number: int) -> PageCapture:
    return PageCapture(
        id=number + 1,
        crawl_id=number,
        address=LIST,
        fetched_at=day(number) + timedelta(minutes=1),
        unchanged=False,
        bodies=(f"body {number}",),
    )


def stand(number: int, *, healthy: bool = True) -> Stand:
    return Stand(
        column_id=1,
        crawl_id=number,
        started_at=day(number),
        read_at=day(number) + timedelta(minutes=2),
        healthy=healthy,
        captures=frozenset({number + 1}),
    )


def crawl(number: int) -> CrawlTimes:
    return CrawlTimes(id=number, finished_at=day(number) + timedelta(minutes=3))


def facts(numbers: Iterable[int] = range(COUNT), **fields: object) -> PortalFacts:
    known = list(numbers)
    usual = PortalFacts(
        captures=[capture(number) for number in known],
        readings=[stand(number) for number in known],
        sightings=[],
        crawls=[crawl(number) for number in known],
        claims=[],
    )
    return replace(usual, **fields)  # type: ignore[arg-type]


def why(found: PortalFacts, number: int, now: datetime = NOW) -> Keep | None:
    """Why the body of crawl ``number`` is kept."""
    return kept_captures(found, POLICY, now).get(number + 1)


def test_what_nothing_happened_around_proves_nothing() -> None:
    assert why(facts(), 10) is None
    assert why(facts(), 11) is None


def test_the_oldest_and_the_newest_body_of_an_address_are_kept() -> None:
    far, policy = NOW + timedelta(days=3000), replace(POLICY, due_days=frozenset())

    kept = kept_captures(facts(readings=[]), policy, far)

    assert kept == {1: Keep.FIRST, COUNT: Keep.LAST}


def test_another_address_has_its_own_oldest_and_newest() -> None:
    other = replace(capture(11), id=1000, address=("POST", "http://x/list", "page=2"))

    assert (
        kept_captures(facts(captures=[*facts().captures, other]), POLICY, NOW)[1000] is Keep.FIRST
    )


def test_nothing_young_is_removed() -> None:
    numbers = [n for n in range(COUNT) if day(n) > datetime(2025, 7, 2, tzinfo=UTC)]
    assert {why(facts(), n) for n in numbers} <= {Keep.YOUNG, Keep.AROUND_DUE, Keep.NEWEST}
    assert why(facts(), numbers[2]) is Keep.YOUNG


def test_a_young_reading_keeps_the_old_page_that_it_stands_on() -> None:
    last = COUNT - 4
    carried = replace(stand(last), captures=frozenset({last + 1, 11}))
    readings = [*(stand(n) for n in range(COUNT) if n != last), carried]

    assert why(facts(readings=readings), 10) is Keep.YOUNG


@pytest.mark.parametrize(
    ("number", "kept"), [(23, None), (24, Keep.AROUND_DUE), (37, Keep.AROUND_DUE), (38, None)]
)
def test_the_days_around_due_days_are_kept(number: int, kept: Keep | None) -> None:
    # crawl 24 is of 27 December 2024, crawl 37 of 6 May 2025
    policy = replace(POLICY, days_around_due=36)
    assert kept_captures(facts(), policy, NOW).get(number + 1) is kept


def test_the_newest_readings_of_each_column_are_kept_and_the_newest_healthy_ones() -> None:
    far = NOW + timedelta(days=3000)
    readings = [stand(n, healthy=n < 60) for n in range(COUNT)]
    found = facts(readings=readings)

    kept = kept_captures(found, replace(POLICY, days_around_due=0), far)

    newest = {number for number in range(COUNT) if kept.get(number + 1) is Keep.NEWEST}
    assert newest == {58, 59, COUNT - 2, COUNT - 1}


def test_a_report_keeps_when_it_appeared_stood_and_went() -> None:
    seen = Sighting(
        column_id=1,
        first_seen_at=day(10) + timedelta(minutes=1),
        last_seen_at=day(15) + timedelta(minutes=1),
        last_absent_at=stand(9).read_at,
    )
    found = facts(sightings=[seen])

    assert why(found, 9) is Keep.LAST_ABSENT
    assert why(found, 10) is Keep.FIRST_SEEN
    assert why(found, 12) is None
    assert why(found, 15) is Keep.LAST_SEEN
    assert why(found, 16) is Keep.UNLISTED
    assert why(found, 17) is None


def test_a_reading_that_failed_shows_no_absence() -> None:
    seen = Sighting(
        column_id=1,
        first_seen_at=day(12),
        last_seen_at=day(12),
        last_absent_at=stand(10).read_at,
    )
    readings = [stand(n, healthy=n != 11) for n in range(COUNT)]

    assert why(facts(readings=readings, sightings=[seen]), 10) is Keep.LAST_ABSENT


def test_what_proves_absence_in_the_column_that_stood_before_is_kept() -> None:
    former = [replace(stand(n), column_id=2) for n in range(11)]
    own = [stand(n) for n in range(11, COUNT)]
    seen = Sighting(
        column_id=1,
        first_seen_at=day(11) + timedelta(minutes=1),
        last_seen_at=day(COUNT),
        last_absent_at=stand(8).read_at,
    )
    found = facts(readings=[*former, *own], sightings=[seen])

    assert why(found, 8) is Keep.LAST_ABSENT
    assert why(found, 10) is Keep.LAST_ABSENT
    assert why(found, 7) is None


def test_what_a_row_names_is_kept() -> None:
    assert why(facts(cited=frozenset({11})), 10) is Keep.CITED
    assert why(facts(cited_bodies=frozenset({"body 10"})), 10) is Keep.CITED


def test_the_crawl_believed_when_something_was_said_is_kept_whole() -> None:
    robots = replace(capture(10), id=500, address=("GET", "http://x/robots.txt", ""))
    found = facts(
        captures=sorted([*facts().captures, robots], key=lambda each: each.id),
        claims=[day(10) + timedelta(days=5)],
    )
    kept = kept_captures(found, POLICY, NOW)

    assert kept[11] is Keep.CLAIM
    assert kept[500] is Keep.CLAIM
    assert 12 not in kept


def test_what_was_said_before_the_first_crawl_ended_rests_on_that() -> None:
    assert why(facts(claims=[day(0) - timedelta(days=9)]), 0) is Keep.CLAIM


def test_an_unchanged_answer_keeps_the_body_it_speaks_of() -> None:
    unchanged = replace(capture(12), unchanged=True, bodies=())
    captures = [unchanged if each.id == 13 else each for each in facts().captures]
    readings = [
        replace(stand(n), captures=frozenset()) if n == 12 else stand(n) for n in range(COUNT)
    ]

    found = facts(captures=captures, readings=readings, claims=[day(12) + timedelta(days=1)])

    assert why(found, 11) is Keep.CLAIM
    assert why(facts(captures=captures, readings=readings), 11) is None


def test_a_body_is_kept_if_any_of_its_captures_in_any_portal_is() -> None:
    same = replace(capture(20), bodies=("body 10",))
    captures = [same if each.id == 21 else each for each in facts().captures]

    assert body_reasons([facts()], POLICY, NOW)["body 10"] is None
    found = body_reasons([facts(), facts(captures=captures, cited=frozenset({21}))], POLICY, NOW)
    assert found["body 10"] is Keep.CITED
    assert found["body 11"] is None


def test_due_days_in_short_months_and_across_years() -> None:
    assert list(due_in(2023, [(2, 31)])) == [date(2023, 2, 28)]
    near = DueDays(replace(POLICY, due_days=frozenset({(12, 31)}), days_around_due=5))
    assert near.covers(date(2025, 1, 5))
    assert not near.covers(date(2025, 1, 6))


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 7, 1, tzinfo=UTC), 12, date(2025, 7, 1)),
        (datetime(2026, 3, 31, tzinfo=UTC), 1, date(2026, 2, 28)),
        (datetime(2026, 1, 31, tzinfo=UTC), 14, date(2024, 11, 30)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, date(2023, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar(now: datetime, months: int, then: date) -> None:
    assert months_before(now, months).date() == then


moments = st.integers(0, 10 * COUNT * 24).map(lambda hours: START + timedelta(hours=hours))
numbers = st.lists(st.integers(0, COUNT - 1), max_size=25, unique=True).map(sorted)
pages = st.frozensets(st.integers(1, COUNT), max_size=4)


@settings(max_examples=150, deadline=None)
@given(numbers, st.lists(moments, max_size=4), st.data())
def test_no_page_that_a_claim_rests_on_is_ever_planned(
    known: list[int], claims: list[datetime], data: st.DataObject
) -> None:
    """Whatever the crawls, readings and days: an oracle of its own says what a claim needs."""
    readings = [
        replace(stand(n), captures=data.draw(pages), healthy=data.draw(st.booleans()))
        for n in known
    ]
    found = facts(known, readings=readings, claims=claims)

    reasons = body_reasons([found], POLICY, NOW + timedelta(days=2000))

    bodies = {each.id: each.bodies[0] for each in found.captures}
    for claim in claims if known else []:
        ended = [n for n in known if day(n) + timedelta(minutes=3) <= claim]
        believed = ended[-1] if ended else known[0]
        needed = {believed + 1} | set(readings[known.index(believed)].captures)
        assert all(reasons[bodies[each]] is not None for each in needed if each in bodies)
