"""Whether a report that was found had been published in time."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compliance import ComplianceState, PortalEvidence, Ruling, judge_obligation
from storage.models import DateSource
from tests.monitor.compliance.building import YEAR, at, case, crawl, filing

S = ComplianceState
META, PAGE, LIST, URL = DateSource.META, DateSource.PAGE, DateSource.LIST, DateSource.URL
AS_OF = at(3, 1)


def judged(*filings: Any, as_of: Any = AS_OF, portal: PortalEvidence | None = None) -> Ruling:
    return judge_obligation(case(*filings, portal=portal), as_of, due_soon_days=10)


@pytest.mark.parametrize(
    ("dates", "state", "days"),
    [
        ([(PAGE, date(2024, 1, 31))], S.ON_TIME, None),
        ([(PAGE, date(2024, 2, 1))], S.LATE, 1),
        ([(META, date(2024, 2, 15))], S.LATE, 15),
        ([(LIST, date(2024, 2, 15))], S.LATE, 15),
        ([(PAGE, date(2024, 2, 15)), (META, date(2024, 1, 30))], S.ON_TIME, None),
        ([(PAGE, date(2024, 2, 15)), (URL, date(2024, 1, 30))], S.ON_TIME, None),
        ([(PAGE, date(2024, 2, 15)), (LIST, date(2024, 2, 10))], S.LATE, 10),
        ([(PAGE, date(2024, 2, 15)), (URL, date(2024, 2, 5))], S.LATE, 5),
        ([(URL, date(2024, 1, 20))], S.ON_TIME, None),
        ([(URL, date(2024, 2, 15))], S.NOT_CHECKED, None),
        ([], S.NOT_CHECKED, None),
        ([(PAGE, date(2019, 1, 20))], S.NOT_CHECKED, None),
        ([(PAGE, date(2019, 1, 20)), (META, date(2024, 2, 10))], S.LATE, 10),
        ([(PAGE, date(2030, 1, 1))], S.NOT_CHECKED, None),
        ([(PAGE, date(2023, 12, 20))], S.ON_TIME, None),
    ],
)
def test_the_earliest_credible_date_decides(
    dates: list[tuple[DateSource, date]], state: ComplianceState, days: int | None
) -> None:
    ruling = judged(filing(*dates))
    assert (ruling.state, ruling.days_late) == (state, days)
    assert ruling.filing is not None


def test_what_was_seen_before_the_due_instant_was_in_time_whatever_its_date() -> None:
    assert judged(filing(first_seen_at=at(1, 31, 23))).state is S.ON_TIME
    seen = filing((PAGE, date(2024, 2, 3)), first_seen_at=at(1, 31, 23))
    assert judged(seen).state is S.ON_TIME


def test_what_stood_at_its_address_before_the_year_was_over_was_another_report() -> None:
    """A column that is the text of the newest report: last year's gives way to this one's."""
    before = at(10, 1, year=2023)
    assert judged(filing((PAGE, date(2024, 2, 3)), first_seen_at=before)).state is S.LATE
    assert judged(filing(first_seen_at=before)).state is S.NOT_CHECKED
    assert judged(filing((PAGE, date(2024, 1, 30)), first_seen_at=before)).state is S.ON_TIME


@pytest.mark.parametrize("dates", [[], [(URL, date(2024, 2, 18))], [(URL, date(2024, 2, 2))]])
def test_without_a_date_of_page_or_list_lateness_is_what_absence_proves(
    dates: list[tuple[DateSource, date]],
) -> None:
    absent: dict[str, Any] = {"last_absent_at": at(2, 12)}
    ruling = judged(filing(*dates, **absent, missing_before=True))
    assert (ruling.state, ruling.days_late) == (S.LATE, 12)
    in_one_column = judged(filing(*dates, **absent))
    assert in_one_column.state is S.NOT_CHECKED, "it may have stood in another"
    before_due = judged(filing(*dates, last_absent_at=at(1, 30)))
    assert before_due.state is S.NOT_CHECKED
    assert before_due.reason is not None


def test_a_date_in_time_on_a_report_that_was_absent_later_is_remarked() -> None:
    ruling = judged(filing((PAGE, date(2024, 1, 30)), last_absent_at=at(2, 12)))
    assert ruling.state is S.ON_TIME
    assert ruling.reason is not None
    assert "2024-02-12" in ruling.reason.en


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, S.LATE),
        ({"reissued": True}, S.NOT_CHECKED),
        ({"year_by_day": True}, S.NOT_CHECKED),
        ({"reissued": True, "last_absent_at": at(2, 9), "missing_before": True}, S.LATE),
    ],
)
def test_a_day_that_is_not_that_of_the_first_publication_makes_nobody_late(
    more: dict[str, Any], state: ComplianceState
) -> None:
    """A corrected version, and a report of which only the day tells the year."""
    ruling = judged(filing((PAGE, date(2024, 2, 15)), **more))
    assert ruling.state is state
    assert (ruling.reason is not None) == (state is S.NOT_CHECKED)
    in_time = judged(filing((PAGE, date(2024, 1, 15)), **more))
    assert in_time.state is S.ON_TIME


def test_a_day_after_the_first_sight_is_that_of_a_page_saved_again() -> None:
    """A portal added late: seen on 10 February, its page says 20 February in March."""
    again = filing((META, date(2024, 2, 20)), (LIST, date(2024, 2, 20)), first_seen_at=at(2, 10))
    assert judged(again).state is S.NOT_CHECKED
    dated = filing((META, date(2024, 2, 20)), (LIST, date(2024, 2, 8)), first_seen_at=at(2, 10))
    assert (judged(dated).state, judged(dated).days_late) == (S.LATE, 8)


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ({}, S.NOT_CHECKED),
        ({"last_absent_at": at(2, 3)}, S.LATE),
        ({"reissued": True}, S.LATE),
    ],
)
def test_a_report_that_nobody_can_date_may_have_stood_before_the_one_that_was_late(
    other: dict[str, Any], state: ComplianceState
) -> None:
    late, undated = filing((PAGE, date(2024, 2, 15))), filing(id=2, **other)
    assert judged(late, undated).state is state
    assert judged(undated, late).state is state


def test_a_report_that_stood_before_the_year_of_its_title_is_not_that_years() -> None:
    """Titled with the year of publication: it neither keeps the duty of that year nor breaks it."""
    seen_before = filing((PAGE, date(2023, 1, 20)), first_seen_at=at(1, 25, year=2023))
    seen_later = filing((PAGE, date(2023, 1, 20)), first_seen_at=at(2, 20))
    undated = filing(first_seen_at=at(1, 25, year=2023))
    for one in (seen_before, seen_later, undated):
        ruling = judged(one)
        assert ruling.state is S.NOT_CHECKED
        assert ruling.reason is not None
        assert str(YEAR) in ruling.reason.en
    template = filing((PAGE, date(2023, 1, 20)), first_seen_at=at(1, 25))
    assert judged(template).state is S.ON_TIME, "last year's day left in the page"


def test_a_removed_report_was_published_all_the_same() -> None:
    assert judged(filing((PAGE, date(2024, 1, 30)), removed=True)).state is S.ON_TIME


def test_of_several_reports_the_best_counts_and_the_standing_one_is_named() -> None:
    late = filing((PAGE, date(2024, 2, 20)), id=1)
    early_but_gone = filing((PAGE, date(2024, 1, 10)), id=2, removed=True)
    early = filing((PAGE, date(2024, 1, 20)), id=3)
    ruling = judged(late, early_but_gone, early)
    assert ruling.state is S.ON_TIME
    assert ruling.filing == early


def test_evidence_after_the_time_judged_is_ignored_where_a_crawl_was_finished_by_then() -> None:
    found_later = filing((PAGE, date(2024, 1, 30)), first_seen_at=at(2, 20))
    assert judged(found_later, as_of=at(2, 10)).state is S.MISSING


LATER = PortalEvidence(crawl=crawl(), later=True)


@pytest.mark.parametrize(
    ("dates", "as_of", "state"),
    [
        ([(PAGE, date(2024, 1, 30))], at(2, 1), S.ON_TIME),
        ([(PAGE, date(2024, 2, 3))], at(2, 4), S.LATE),
        ([(PAGE, date(2024, 2, 3))], at(2, 2), S.MISSING),
        ([(PAGE, date(2024, 2, 3))], at(1, 25), S.DUE_SOON),
        ([(PAGE, date(2024, 1, 20))], at(1, 25), S.ON_TIME),
        ([], at(2, 2), S.NOT_CHECKED),
        ([], at(1, 2), S.NOT_DUE),
        ([(URL, date(2024, 2, 18))], at(2, 2), S.NOT_CHECKED),
        ([(URL, date(2024, 1, 18))], at(2, 2), S.ON_TIME),
    ],
)
def test_a_past_day_never_crawled_is_rederived_from_the_dates_of_publication(
    dates: list[tuple[DateSource, date]], as_of: Any, state: ComplianceState
) -> None:
    report = filing(*dates, first_seen_at=at(2, 20))
    assert judged(report, as_of=as_of, portal=LATER).state is state


def test_with_later_evidence_the_control_is_needed_all_the_same() -> None:
    sick = PortalEvidence(crawl=crawl(control_passed=False), later=True)
    report = filing((PAGE, date(2024, 2, 20)))
    assert judged(report, as_of=at(2, 2), portal=sick).state is S.CRAWLER_SUSPECT


_DATES = st.lists(
    st.tuples(st.sampled_from(DateSource), st.dates(date(2023, 1, 1), date(2024, 3, 1))), max_size=4
)


@given(dates=_DATES, absent=st.sampled_from([None, at(1, 15), at(2, 10)]))
def test_nobody_is_late_on_the_date_of_a_url_alone(
    dates: list[tuple[DateSource, date]], absent: Any
) -> None:
    proved_missing = absent is not None and absent > at(2, 1, 0)
    ruling = judged(filing(*dates, last_absent_at=absent, missing_before=proved_missing))
    if ruling.state is S.LATE:
        assert min((day for _, day in dates), default=date(2024, 2, 1)) > date(2024, 1, 31)
        proved = absent is not None and absent > at(2, 1, 0)
        assert proved or any(source is not URL for source, _ in dates)
        assert ruling.days_late
