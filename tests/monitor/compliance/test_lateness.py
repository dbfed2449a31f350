"""A day after the due one is held against nobody whose report may have stood elsewhere before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitor.compliance import ComplianceState, Ruling, judge_obligation
from storage.models import DateSource
from tests.monitor.compliance.building import at, column, filing, hub_case, own_column, seen

S = ComplianceState
LATE_DAY = (DateSource.PAGE, date(2024, 2, 4))
LIST = column(id=1, url="http://x.gov.cn/nb/")
EVERYBODYS = {1: seen("a", "b", "c")}


def judged(*columns: Any, read: frozenset[int] = frozenset(), **report: Any) -> Ruling:
    case = hub_case(*columns, publishers=EVERYBODYS)
    found = filing(LATE_DAY, first_seen_at=at(2, 5), **report)
    ruling = judge_obligation(
        replace(case, filings=(found,), read_since_due=read), at(2, 10), due_soon_days=10
    )
    assert ruling.filing == found
    assert (ruling.reason is None) == (ruling.state is S.LATE)
    return ruling


UNREAD: dict[str, Any] = {"read_at": None, "read_to_end": False, "control_passed": False}


@pytest.mark.parametrize(
    ("own", "state"),
    [
        ({}, S.LATE),
        (UNREAD, S.NOT_CHECKED),
        ({"read_to_end": False}, S.NOT_CHECKED),
        ({"control_passed": False}, S.NOT_CHECKED),
    ],
)
def test_what_a_list_for_all_shows_may_be_a_repost_of_what_was_not_read(
    own: dict[str, Any], state: S
) -> None:
    assert judged(LIST, own_column("a", **own)).state is state


def test_once_its_own_column_was_read_since_the_due_day_the_repost_counts() -> None:
    own = own_column("a", **UNREAD)
    assert judged(LIST, own, read=frozenset({own.id})).state is S.LATE


def test_columns_of_others_and_other_lists_do_not_matter_where_it_stands_in_its_own() -> None:
    assert judged(LIST, own_column("a"), own_column("b", **UNREAD)).state is S.LATE
    own, unread = own_column("a"), replace(LIST, **UNREAD)
    assert judged(own, unread, column_id=own.id).state is S.LATE


@pytest.mark.parametrize(
    ("lost", "new", "more", "state"),
    [
        (at(2, 2), at(2, 3), {}, S.NOT_CHECKED),
        (at(2, 2), at(2, 3), {"last_absent_at": at(2, 1)}, S.LATE),
        (at(1, 8), at(1, 9), {}, S.LATE),  # found before the due day: its days are its own
        (at(3, 1, year=2023), at(2, 3), {}, S.LATE),  # lost long before the year was over
    ],
)
def test_a_column_that_moved_after_the_due_day_may_date_its_reports_anew(
    lost: Any, new: Any, more: dict[str, Any], state: S
) -> None:
    former = column(id=1, lost_at=lost, replaced=True)
    place = column(id=2, url="http://x.gov.cn/new/", found_at=new)
    case = hub_case(former, place, publishers={1: seen("a", "b"), 2: seen("a", "b")})
    found = filing(LATE_DAY, column_id=2, first_seen_at=at(2, 5), **more)
    ruling = judge_obligation(replace(case, filings=(found,)), at(2, 10), due_soon_days=10)
    assert ruling.state is state
