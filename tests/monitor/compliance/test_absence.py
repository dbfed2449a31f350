"""What is said of an agency whose report was not found: an accusation needs proof."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compliance import ComplianceState, PortalEvidence, Ruling, judge_obligation
from monitor.compliance.model import Publishers
from storage.models import AgencyKind, CrawlState, DateSource
from storage.settings import ObligationSettings
from tests.monitor.compliance.building import YEAR, at, case, column, crawl, filing

S = ComplianceState
AFTER = at(2, 10)


def judged(portal: PortalEvidence, **more: Any) -> Ruling:
    return judge_obligation(case(portal=portal, **more), AFTER, due_soon_days=10)


def test_missing_needs_a_whole_reading_after_the_due_instant_with_a_passed_control() -> None:
    assert judged(PortalEvidence(crawl=crawl())).state is S.MISSING


@pytest.mark.parametrize(
    ("portal", "state"),
    [
        (PortalEvidence(), S.NOT_CHECKED),
        (PortalEvidence(unfinished=True), S.CRAWLER_SUSPECT),
        (PortalEvidence(crawl=crawl(state=CrawlState.BLOCKED)), S.BLOCKED),
        (PortalEvidence(crawl=crawl(state=CrawlState.ROBOTS_DENIED)), S.BLOCKED),
        (PortalEvidence(crawl=crawl(state=CrawlState.UNREACHABLE)), S.UNREACHABLE),
        (PortalEvidence(crawl=crawl(state=CrawlState.NO_COLUMN)), S.CRAWLER_SUSPECT),
        (
            PortalEvidence(crawl=crawl(state=CrawlState.PARTIAL, control_passed=False)),
            S.CRAWLER_SUSPECT,
        ),
        (
            PortalEvidence(crawl=crawl(column(read_to_end=False), state=CrawlState.PARTIAL)),
            S.CRAWLER_SUSPECT,
        ),
        (PortalEvidence(crawl=crawl(state=CrawlState.RUNNING)), S.CRAWLER_SUSPECT),
        (PortalEvidence(crawl=crawl(control_passed=False)), S.CRAWLER_SUSPECT),
        (PortalEvidence(crawl=crawl(column(read_to_end=False))), S.CRAWLER_SUSPECT),
        (PortalEvidence(crawl=crawl(column(control_passed=False))), S.CRAWLER_SUSPECT),
        (PortalEvidence(crawl=crawl(column(read_at=None))), S.CRAWLER_SUSPECT),
        (
            PortalEvidence(crawl=crawl(column(), column(id=2, read_to_end=False))),
            S.CRAWLER_SUSPECT,
        ),
        (PortalEvidence(crawl=crawl(column(lost_at=at(2, 5)))), S.MOVED),
        (
            PortalEvidence(crawl=crawl(column(lost_at=at(2, 5)), state=CrawlState.NO_COLUMN)),
            S.MOVED,
        ),
        (
            PortalEvidence(crawl=crawl(column(lost_at=at(2, 5)), state=CrawlState.BLOCKED)),
            S.BLOCKED,
        ),
        (
            PortalEvidence(crawl=crawl(column(lost_at=at(2, 4)), column(id=2, found_at=at(2, 5)))),
            S.MISSING,
        ),
        (
            PortalEvidence(crawl=crawl(column(read_at=at(1, 20)), finished_at=at(1, 20))),
            S.NOT_CHECKED,
        ),
    ],
)
def test_trouble_of_the_crawl_is_named_instead_of_the_agency(
    portal: PortalEvidence, state: ComplianceState
) -> None:
    ruling = judged(portal)
    assert ruling.state is state
    if state is not S.MISSING:
        assert ruling.reason is not None
        assert ruling.reason.zh
        assert ruling.reason.en


def test_documents_that_could_not_be_had_do_not_hide_who_published_nothing() -> None:
    """Every list was read to its end and its control passed: only files of reports lack."""
    broken = PortalEvidence(crawl=crawl(state=CrawlState.PARTIAL))
    assert judged(broken).state is S.MISSING
    whose = filing(agency_id=None, agency_name=None)
    unknown = PortalEvidence(crawl=crawl(state=CrawlState.PARTIAL), unassigned=(whose,))
    assert judged(unknown).state is S.CRAWLER_SUSPECT


def test_no_column_at_all_is_doubt_even_if_the_crawl_calls_itself_complete() -> None:
    healthy = crawl()
    empty = PortalEvidence(
        crawl=type(healthy)(
            state=healthy.state,
            started_at=healthy.started_at,
            finished_at=healthy.finished_at,
            control_passed=True,
            reason=None,
            columns=(),
        )
    )
    assert judged(empty).state is S.CRAWLER_SUSPECT


def test_a_lost_column_does_not_concern_who_reports_in_one_that_stands() -> None:
    portal = PortalEvidence(crawl=crawl(column(lost_at=at(2, 5)), column(id=2)))
    assert judged(portal).state is S.MOVED
    assert judged(portal, known_columns=frozenset({1})).state is S.MOVED
    assert judged(portal, known_columns=frozenset({1, 2})).state is S.MISSING


def test_a_column_gone_from_a_portal_that_shows_nothing_at_all_is_no_move() -> None:
    """Where even the search for the new place failed, the portal or the crawler is in trouble."""
    gone = column(lost_at=at(2, 5))
    broken = PortalEvidence(crawl=crawl(gone, state=CrawlState.PARTIAL))
    assert judged(broken).state is S.CRAWLER_SUSPECT
    reading = PortalEvidence(crawl=crawl(gone, column(id=2), state=CrawlState.PARTIAL))
    assert judged(reading).state is S.MOVED


@pytest.mark.parametrize(
    ("unassigned", "state"),
    [
        ({"agency_id": None, "agency_name": "财政局"}, S.CRAWLER_SUSPECT),
        ({"agency_id": None, "agency_name": "某县财政与国资局"}, S.CRAWLER_SUSPECT),
        ({"agency_id": None, "agency_name": "某县教育局"}, S.MISSING),
        ({"agency_id": None, "agency_name": None}, S.CRAWLER_SUSPECT),
        ({"agency_id": None, "agency_name": None, "fiscal_year": 2021}, S.MISSING),
        ({"agency_id": None, "agency_name": "财政局", "fiscal_year": None}, S.CRAWLER_SUSPECT),
        ({"agency_id": "a", "fiscal_year": None}, S.CRAWLER_SUSPECT),
        ({"agency_id": "b", "fiscal_year": None}, S.MISSING),
    ],
)
def test_an_unassigned_report_that_may_be_the_one_keeps_from_accusing(
    unassigned: dict[str, Any], state: ComplianceState
) -> None:
    portal = PortalEvidence(crawl=crawl(), unassigned=(filing(**unassigned),))
    ruling = judged(portal)
    assert ruling.state is state
    if state is S.CRAWLER_SUSPECT:
        assert ruling.reason is not None
        assert "http://x.gov.cn/nb/1.html" in ruling.reason.zh


def test_a_report_without_year_that_is_older_than_the_year_is_not_the_one() -> None:
    old = filing((DateSource.PAGE, date(2016, 1, 20)), fiscal_year=None, agency_id="a")
    assert judged(PortalEvidence(crawl=crawl(), unassigned=(old,))).state is S.MISSING


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (at(1, 10), S.NOT_DUE),
        (at(1, 21, 23), S.NOT_DUE),
        (at(1, 22), S.DUE_SOON),
        (at(1, 31, 23), S.DUE_SOON),
        (at(2, 1, 0), S.MISSING),
    ],
)
def test_before_the_due_instant_nobody_is_missing(as_of: Any, state: ComplianceState) -> None:
    assert judge_obligation(case(), as_of, due_soon_days=10).state is state


def test_the_days_of_grace_put_the_instant_off() -> None:
    lenient = case(settings=ObligationSettings(grace_days=5))
    assert judge_obligation(lenient, at(2, 5), due_soon_days=0).state is S.NOT_DUE
    read_before = judge_obligation(lenient, at(2, 6), due_soon_days=0)
    assert read_before.state is S.NOT_CHECKED, "the crawl of 5 February was within the grace"


def test_governments_have_until_the_end_of_march() -> None:
    government = case(kind=AgencyKind.GOVERNMENT)
    assert judge_obligation(government, AFTER, due_soon_days=10).state is S.NOT_DUE


def test_waived_and_not_obliged_say_so_whatever_was_found() -> None:
    waived = judge_obligation(case(waived={"a": "撤并"}), AFTER, due_soon_days=10)
    assert (waived.state, waived.reason is not None) == (S.WAIVED, True)
    vertical = judge_obligation(case(kind=AgencyKind.VERTICAL), AFTER, due_soon_days=10)
    assert vertical.state is S.NOT_OBLIGED
    with_report = case(filing((DateSource.PAGE, date(2024, 3, 1))), waived={"a": "撤并"})
    ruling = judge_obligation(with_report, at(3, 5), due_soon_days=10)
    assert ruling.state is S.WAIVED
    assert ruling.filing is not None


@given(
    state=st.sampled_from(CrawlState),
    passed=st.booleans(),
    columns=st.lists(
        st.builds(
            column,
            id=st.integers(1, 4),
            read_to_end=st.booleans(),
            control_passed=st.booleans(),
            read_at=st.sampled_from([None, at(1, 20), at(2, 5)]),
            lost_at=st.sampled_from([None, None, at(2, 4)]),
        ),
        max_size=3,
    ),
    unassigned=st.booleans(),
)
def test_nobody_is_ever_called_missing_without_the_positive_control(
    state: CrawlState, passed: bool, columns: list[Any], unassigned: bool
) -> None:
    evidence = crawl(*columns, state=state, control_passed=passed)
    doubt = (filing(agency_id=None, agency_name=None),) if unassigned else ()
    ruling = judged(PortalEvidence(crawl=evidence, unassigned=doubt))
    if ruling.state is S.MISSING:
        standing = [one for one in evidence.columns if one.lost_at is None]
        assert state in (CrawlState.COMPLETE, CrawlState.PARTIAL)
        assert passed
        assert not unassigned
        assert standing
        assert all(
            one.read_to_end and one.control_passed and one.read_at == at(2, 5) for one in standing
        )
    assert case().obligation.fiscal_year == YEAR


def others(*owners: str, groups: tuple[str, ...] = ("department",), reports: int = 6) -> Publishers:
    return Publishers(owners=frozenset(owners), groups=frozenset(groups), reports=reports)


@pytest.mark.parametrize(
    ("publishers", "state"),
    [
        (others("b"), S.CRAWLER_SUSPECT),
        (others("b", reports=1), S.MISSING),
        (others("gov", groups=("government",)), S.CRAWLER_SUSPECT),
        (others("gov", groups=("government",), reports=1), S.CRAWLER_SUSPECT),
        (others("b", "c"), S.MISSING),
        (others("t", "u", groups=("township",)), S.CRAWLER_SUSPECT),
        (others("gov", "t", groups=("government", "township")), S.MISSING),
    ],
)
def test_columns_of_others_tell_nothing_of_an_agency_never_seen_there(
    publishers: Publishers, state: ComplianceState
) -> None:
    never_seen = replace(case(), group="department", publishers={1: publishers})
    ruling = judge_obligation(never_seen, AFTER, due_soon_days=10)
    assert ruling.state is state
    seen_before = replace(never_seen, known_columns=frozenset({1}))
    assert judge_obligation(seen_before, AFTER, due_soon_days=10).state is S.MISSING


def test_a_column_of_many_is_enough_beside_one_of_another() -> None:
    portal = PortalEvidence(crawl=crawl(column(), column(id=2)))
    seen = {1: others("b"), 2: others("c", "d")}
    never_seen = replace(case(portal=portal), group="department", publishers=seen)
    assert judge_obligation(never_seen, AFTER, due_soon_days=10).state is S.MISSING


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ([(DateSource.PAGE, date(2023, 1, 20))], S.MISSING),
        ([(DateSource.PAGE, date(2023, 1, 20)), (DateSource.META, date(2024, 1, 20))],
         S.CRAWLER_SUSPECT),
        ([(DateSource.PAGE, date(2023, 1, 20)), (DateSource.URL, date(2024, 1, 20))], S.MISSING),
        ([], S.MISSING),
    ],
)  # fmt: skip
def test_a_page_that_shows_one_report_after_the_other_may_have_shown_this_one(
    days: list[tuple[DateSource, date]], state: ComplianceState
) -> None:
    page = filing(*days, fiscal_year=YEAR - 1, is_column=True)
    ruling = judge_obligation(replace(case(), pages=(page,)), AFTER, due_soon_days=10)
    assert ruling.state is state


def test_a_page_that_gave_way_to_an_older_report_may_have_shown_this_one() -> None:
    for month, year, state in ((3, 2023, S.MISSING), (2, 2024, S.CRAWLER_SUSPECT)):
        page = filing(
            (DateSource.PAGE, date(2023, 1, 20)),
            fiscal_year=YEAR - 1,
            is_column=True,
            altered_at=at(month, 4, year=year),
        )
        ruling = judge_obligation(replace(case(), pages=(page,)), AFTER, due_soon_days=10)
        assert ruling.state is state
