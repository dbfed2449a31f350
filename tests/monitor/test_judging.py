"""From a report as read, and what is given, to facts and to the object that people are given."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.filing_reading import holds_report, without_body
from monitor.judging import Given, check_object, count_findings, facts_of_file, format_for
from monitor.reading.model import UnreadableError
from monitor.rules.catalogue import judge
from tests.monitor.building import a_report, with_cell, without_section, without_table

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "form"),
    [
        (None, None),
        (2007, None),
        (2008, "v2008"),
        (2019, "v2019"),
        (2021, "v2021"),
        (2030, "v2021"),
    ],
)
def test_the_format_follows_from_the_year(year: int | None, form: str | None) -> None:
    found = format_for(year)
    assert (found.id if found else None) == form


def test_what_is_not_given_is_read_from_the_document() -> None:
    facts = facts_of_file(a_report(), Given(), as_of=NOW)
    assert facts.agency is not None
    assert (facts.agency.name, facts.fiscal_year) == ("示例县科技局", 2023)
    assert facts.publication is not None
    assert facts.publication.published_on == date(2024, 1, 25)
    assert facts.publication.published_on_source == "meta"


def test_what_is_given_goes_first() -> None:
    given = Given(
        fiscal_year=2020,
        agency="某局",
        agency_kind="vertical",
        published=date(2030, 1, 1),
        url="http://x.gov.cn/",
    )
    facts = facts_of_file(a_report(), given, as_of=NOW)
    assert facts.agency is not None
    assert facts.publication is not None
    assert (facts.agency.name, facts.agency.kind, facts.fiscal_year) == ("某局", "vertical", 2020)
    assert facts.publication.published_on == date(2030, 1, 1), "the user is believed"
    assert facts.publication.url == "http://x.gov.cn/"


def test_a_date_in_the_future_on_the_page_is_a_candidate_and_not_believed() -> None:
    report = replace(a_report(), published_on=date(2031, 1, 1))
    facts = facts_of_file(report, Given(), as_of=NOW)
    assert facts.publication is not None
    assert facts.publication.published_on is None
    assert [item.day for item in facts.publication.dates] == [date(2031, 1, 1)]


def test_nothing_known_of_its_publication_is_nothing() -> None:
    report = replace(a_report(), published_on=None)
    assert facts_of_file(report, Given(), as_of=NOW).publication is None


def test_findings_are_counted_by_severity() -> None:
    wrong = with_cell(a_report(), "requests", "new", "total", "99")
    counts = count_findings(judge(facts_of_file(wrong, Given(), as_of=NOW)))
    assert set(counts) == {"error", "warning", "info"}
    assert counts["error"] > 0


def test_the_object_of_an_unreadable_file_has_every_key() -> None:
    error = UnreadableError("damaged", "no end")
    found = check_object(
        path="a.pdf", sha256="ab", media_type=None, facts=None, verdicts=(), error=error
    )
    assert found["error"] == {"code": "damaged", "message": "no end"}
    assert (found["reading"], found["agency"], found["format"]) == (None, None, None)


def test_a_shell_around_a_report_holds_none_and_says_nothing_about_the_agency() -> None:
    report = a_report()
    assert holds_report(report)
    assert without_body(report) is None
    shell = replace(report, sections=(), tables={}, text="见附件。")
    assert not holds_report(shell)
    error = without_body(shell)
    assert error is not None
    assert error.code == "not-a-report"


def test_a_report_that_lacks_parts_or_is_of_another_form_is_still_judged() -> None:
    poor = without_section(without_table(a_report(), "requests"), "problems")
    assert holds_report(poor)
    old = replace(a_report(), sections=(), tables={}, text="全年主动公开政府信息。" * 100)
    assert holds_report(old)
    other = replace(a_report(), sections=(), tables={}, text="本周工作小结。" * 50)
    assert without_body(other) is None
    assert not holds_report(other)
