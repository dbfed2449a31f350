"""When a portal is visited next: months of days, simulated."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.due import FORTNIGHTLY, WEEKLY, PortalTimes, is_due, next_crawl
from monitor.due_facts import due_portals, portal_times
from storage.clock import SHANGHAI
from storage.database import transaction
from storage.models import Crawl, CrawlState, Host, HostTrouble
from tests.monitor.scene import make_scene

DEPARTMENT, GOVERNMENT = (1, 31), (3, 31)
BOTH = frozenset({DEPARTMENT, GOVERNMENT})
FINE = CrawlState.COMPLETE


def portal(
    crawled_on: date | None,
    *states: CrawlState,
    usual: Sequence[tuple[int, int]] = (),
    until: date | None = None,
    portal_id: str = "qinghe",
) -> PortalTimes:
    return PortalTimes(
        portal_id=portal_id,
        due_days=BOTH,
        usual_days=frozenset(usual),
        crawled_on=crawled_on,
        states=states or (FINE,),
        left_alone_until=until,
    )


def visits(first: date, last: date, *states: CrawlState, **options: object) -> list[date]:
    """Return the days of a time on which a portal is crawled, always with the same result."""
    found = [first]
    day = first
    while (day := day + timedelta(days=1)) <= last:
        seen = states * len(found) if states else (FINE,)
        if is_due(portal(found[-1], *seen, **options), day):  # type: ignore[arg-type]
            found.append(day)
    return found


def gaps(days: Sequence[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(days)]


def test_a_portal_never_crawled_is_due() -> None:
    assert next_crawl(portal(None)) is None
    assert is_due(portal(None), date(2026, 8, 3))


def test_a_portal_is_crawled_at_most_once_a_day() -> None:
    assert not is_due(portal(date(2026, 1, 30)), date(2026, 1, 30))


def test_near_due_days_every_day() -> None:
    assert set(gaps(visits(date(2026, 1, 21), date(2026, 2, 14)))) == {1}
    assert set(gaps(visits(date(2026, 3, 21), date(2026, 4, 14)))) == {1}


def test_between_them_every_week_and_in_summer_every_two_weeks() -> None:
    assert max(gaps(visits(date(2026, 10, 1), date(2026, 12, 31)))) <= WEEKLY
    assert min(gaps(visits(date(2026, 10, 20), date(2026, 12, 31)))) >= 4
    summer = gaps(visits(date(2026, 6, 5), date(2026, 9, 25)))
    assert max(summer) <= FORTNIGHTLY
    assert sum(summer) / len(summer) > 11


def test_the_dense_time_begins_on_its_day_though_the_last_visit_was_yesterday() -> None:
    assert next_crawl(portal(date(2026, 1, 20))) == date(2026, 1, 21)


def test_around_the_day_on_which_an_agency_usually_publishes_every_day() -> None:
    days = visits(date(2026, 11, 1), date(2026, 11, 30), usual=[(11, 16)])
    assert {date(2026, 11, 13) + timedelta(days=n) for n in range(7)} <= set(days)
    assert len(days) < 12


def test_a_year_costs_a_fifth_of_daily_visits() -> None:
    assert 70 <= len(visits(date(2026, 1, 1), date(2026, 12, 31))) <= 110


def test_portals_crawled_together_at_first_are_spread_over_the_week() -> None:
    last = date(2026, 11, 2)
    days = {next_crawl(portal(last, portal_id=f"county{number}")) for number in range(60)}
    assert len(days) >= 3


def test_an_unreachable_portal_is_tried_again_sooner_and_less_and_less_often() -> None:
    days = visits(date(2026, 10, 5), date(2026, 11, 20), CrawlState.UNREACHABLE)
    assert gaps(days)[:5] == [1, 2, 4, 7, 7]


def test_a_portal_that_refuses_is_asked_after_a_day_and_then_once_a_week() -> None:
    days = visits(date(2026, 1, 5), date(2026, 3, 1), CrawlState.BLOCKED)
    assert set(gaps(days)[1:]) == {7}


def test_in_summer_a_blocked_portal_is_not_asked_more_often_than_a_sound_one() -> None:
    days = visits(date(2026, 6, 8), date(2026, 8, 30), CrawlState.ROBOTS_DENIED)
    assert set(gaps(days)) == {FORTNIGHTLY}


def test_a_host_that_is_left_alone_is_not_asked_before_its_day() -> None:
    until = date(2026, 2, 6)
    assert next_crawl(portal(date(2026, 1, 30), CrawlState.BLOCKED, until=until)) == until


def test_the_29th_of_february_is_a_day_of_every_year() -> None:
    leap = PortalTimes(
        portal_id="x",
        due_days=frozenset({(2, 29)}),
        crawled_on=date(2027, 2, 25),
        states=(FINE,),
    )
    assert next_crawl(leap) == date(2027, 2, 26)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.lists(st.sampled_from(list(CrawlState)), min_size=1, max_size=5),
)
def test_no_portal_is_forgotten(last: date, states: list[CrawlState]) -> None:
    due = next_crawl(portal(last, *states))
    assert due is not None
    assert 1 <= (due - last).days <= FORTNIGHTLY


def test_what_the_database_knows_decides(tmp_path: Path) -> None:
    settings = (
        "[obligations]\nlocal_deadlines = [{ month = 11, day = 20, notice = 'X', "
        "first_fiscal_year = 2024 }]\n"
    )
    scene = make_scene(tmp_path, settings)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    now = datetime(2026, 11, 15, 2, 0, tzinfo=SHANGHAI)
    with transaction(scene.engine) as session:
        [portal_id] = due_portals(session, scene.workspace.settings, now)
        session.add(
            Crawl(
                run_id="r",
                portal_id=portal_id,
                started_at=now - timedelta(days=1),
                finished_at=now,
                state=FINE,
                evidence={},
            )
        )
        session.flush()
        [times] = portal_times(session, scene.workspace.settings, now)
        assert times.due_days == {DEPARTMENT, (11, 20)}
        assert times.crawled_on == date(2026, 11, 14)
        assert next_crawl(times) == date(2026, 11, 15)
        assert due_portals(session, scene.workspace.settings, now) == [portal_id]
    scene.engine.dispose()


@pytest.mark.parametrize(("rest", "until"), [(24.0, date(2026, 11, 18)), (0.0, None)])
def test_a_host_at_rest_is_known(tmp_path: Path, rest: float, until: date | None) -> None:
    scene = make_scene(tmp_path, f"[crawler]\nblocked_rest_hours = {rest}\n")
    scene.portal()
    now = datetime(2026, 11, 15, 2, 0, tzinfo=SHANGHAI)
    with transaction(scene.engine) as session:
        [times] = portal_times(session, scene.workspace.settings, now)
        from storage.models import Portal

        host = session.get_one(Portal, times.portal_id).url.split("/")[2]
        session.add(
            Host(
                name=host,
                trouble=HostTrouble.BLOCKED,
                times=2,
                since=now,
                not_before=now + timedelta(days=3),
                evidence={},
            )
        )
        session.flush()
        [times] = portal_times(session, scene.workspace.settings, now)
        assert times.left_alone_until == until
    scene.engine.dispose()
