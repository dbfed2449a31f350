"""Reports whose title was copied: the wrong year, the wrong name, the office for its government."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitor.compliance import Case, ComplianceState, PortalEvidence, Ruling, judge_obligation
from storage.models import AgencyKind, DateSource
from storage.registry import AgencyName
from tests.monitor.compliance.building import (
    NAMES,
    YEAR,
    at,
    case,
    crawl,
    filing,
    hub_case,
    own_column,
    seen,
)

S = ComplianceState
PAGE, URL = DateSource.PAGE, DateSource.URL
IN_SEASON = (PAGE, date(2024, 1, 20))


def judged(of: Case, as_of: Any = None) -> Ruling:
    ruling = judge_obligation(of, as_of or at(2, 10), due_soon_days=10)
    assert ruling.state in (S.MISSING, S.CRAWLER_SUSPECT)
    assert (ruling.reason is None) == (ruling.state is S.MISSING)
    return ruling


SEEN = {"first_seen_at": at(1, 25)}
LAST_YEAR = {"first_seen_at": at(1, 25, year=2023)}


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        # titled with the year in which it was published
        ([filing(IN_SEASON, fiscal_year=2024, **SEEN)], S.CRAWLER_SUSPECT),
        ([filing(fiscal_year=2024, **SEEN)], S.CRAWLER_SUSPECT),
        ([filing((URL, date(2024, 1, 20)), fiscal_year=2024)], S.CRAWLER_SUSPECT),
        ([filing((PAGE, date(2025, 1, 20)), fiscal_year=2024, first_seen_at=at(1, 25, year=2025))],
         S.MISSING),
        ([filing((PAGE, date(2023, 1, 20)), fiscal_year=2024, **LAST_YEAR)], S.MISSING),
        # last year's title left, beside last year's report
        ([filing(IN_SEASON, fiscal_year=2022, **SEEN)], S.MISSING),
        ([filing(IN_SEASON, fiscal_year=2022, **SEEN),
          filing((PAGE, date(2023, 1, 9)), id=2, fiscal_year=2022, **LAST_YEAR)],
         S.CRAWLER_SUSPECT),
        ([filing(IN_SEASON, fiscal_year=2022, reissued=True, **SEEN),
          filing((PAGE, date(2023, 1, 9)), id=2, fiscal_year=2022, **LAST_YEAR)],
         S.MISSING),
        ([filing(fiscal_year=2022, last_absent_at=at(1, 20), **SEEN),
          filing(id=2, fiscal_year=2022, **LAST_YEAR)],
         S.CRAWLER_SUSPECT),
        ([filing((PAGE, date(2023, 1, 9)), fiscal_year=2022, **LAST_YEAR),
          filing(id=2, fiscal_year=2022, **LAST_YEAR)],
         S.MISSING),
        # the document itself names the year
        ([filing(IN_SEASON, fiscal_year=2022, read_year=YEAR, **SEEN)], S.CRAWLER_SUSPECT),
        ([filing(IN_SEASON, fiscal_year=2021, read_year=YEAR, **SEEN)], S.CRAWLER_SUSPECT),
        ([filing((PAGE, date(2023, 1, 9)), fiscal_year=2022, read_year=YEAR, **LAST_YEAR)],
         S.MISSING),
    ],
)  # fmt: skip
def test_a_report_under_a_wrong_year_may_be_the_one(reports: Any, state: S) -> None:
    assert judged(replace(case(), misdated=tuple(reports))).state is state


def other(agency: str, name: str | None = None, **more: Any) -> Any:
    """A report of the year that stands under the name of another agency."""
    values = {"agency_id": agency, "agency_name": name or NAMES[agency], **more}
    return filing(IN_SEASON, first_seen_at=at(1, 25), **values)


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (other("b"), S.MISSING),
        (other("b", read_name="某县财政局"), S.CRAWLER_SUSPECT),
        (other("b", read_name="某市某县财政局"), S.CRAWLER_SUSPECT),
        (other("b", read_name="某县财政监督局"), S.MISSING),
        (other("b", "某县财政局"), S.CRAWLER_SUSPECT),  # registered under a name of its own since
        (other("b", "某县教育局、某县财政局"), S.CRAWLER_SUSPECT),
        (other("b", column_id=10), S.CRAWLER_SUSPECT),  # in the finance bureau's own column
        (other("gov", column_id=10), S.MISSING),  # reposted there
    ],
)
def test_a_report_under_the_name_of_another_may_be_the_one(report: Any, state: S) -> None:
    """Whoever copies a neighbour's report may leave its name in the title."""
    columns = [own_column("a"), own_column("b")]
    assert judged(hub_case(*columns, others=(report,))).state is state


@pytest.mark.parametrize(
    ("unassigned", "state"),
    [
        ({"agency_name": "某县教育局", "read_name": "某县财政局"}, S.CRAWLER_SUSPECT),
        ({"agency_name": "某县教育局", "read_name": None}, S.MISSING),
        ({"agency_name": None, "read_name": "某县教育局"}, S.MISSING),
        ({"agency_name": "某县审计局、某县财政局", "read_name": None}, S.CRAWLER_SUSPECT),
    ],
)
def test_what_the_document_says_counts_for_a_report_that_is_nobodys(
    unassigned: dict[str, Any], state: S
) -> None:
    stray = filing(agency_id=None, **unassigned)
    portal = PortalEvidence(crawl=crawl(), unassigned=(stray,))
    assert judged(case(portal=portal)).state is state


def government(**more: Any) -> Case:
    of = hub_case(
        own_column("office", label=None, read_at=at(4, 5)),
        publishers={14: seen("gov", "b")},
        kin=frozenset({"gov", "office"}),
        finished_at=at(4, 5, 13),
    )
    named = case(kind=AgencyKind.GOVERNMENT).obligation
    return replace(
        of,
        agency=AgencyName(id="gov", name=NAMES["gov"]),
        obligation=replace(named, agency_id="gov", counted=("gov",)),
        group="government",
        **more,
    )


OFFICE = other("office")


@pytest.mark.parametrize(
    ("known", "report", "state"),
    [
        (frozenset(), None, S.MISSING),
        (frozenset(), OFFICE, S.CRAWLER_SUSPECT),
        (frozenset({14}), OFFICE, S.MISSING),
        (frozenset(), other("b"), S.MISSING),
    ],
)
def test_the_report_of_its_office_may_be_that_of_a_government_never_seen_with_its_own(
    known: frozenset[int], report: Any, state: S
) -> None:
    """Article 49(2): it is the office that publishes the report of its government."""
    of = government(known_columns=known, others=(report,) if report else ())
    assert judged(of, at(4, 10)).state is state


@pytest.mark.parametrize(
    ("name", "state"),
    [("某县人民政府办公室", S.CRAWLER_SUSPECT), ("某县政府办", S.CRAWLER_SUSPECT),
     ("某县教育局", S.MISSING), ("别县人民政府办公室", S.MISSING)],
)  # fmt: skip
def test_so_may_that_of_an_office_that_is_not_registered(name: str, state: S) -> None:
    of = government(known_columns=frozenset({14}))
    stray = filing(agency_id=None, agency_name=name)
    portal = replace(of.portal, unassigned=(stray,))
    assert judged(replace(of, portal=portal), at(4, 10)).state is state
