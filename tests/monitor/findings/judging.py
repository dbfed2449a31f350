"""A judged report with a wrong sum, for the outputs to show."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.findings.judged import Judged
from monitor.judging import Given, facts_of_file
from monitor.reading.model import Report
from monitor.rules.catalogue import judge
from tests.monitor.building import a_report, with_cell

NOON = datetime(2024, 6, 1, 4, tzinfo=UTC)


def wrong_sum() -> Report:
    return with_cell(a_report(), "requests", "new", "total", "99")


def judged(report: Report | None = None, **changes: object) -> Judged:
    report = report or wrong_sum()
    facts = facts_of_file(report, Given(), as_of=NOON)
    found = Judged(
        name="a.html",
        report=report,
        verdicts=judge(facts),
        agency=report.agency,
        fiscal_year=report.fiscal_year,
        sha256="ab" * 32,
        media_type="text/html",
    )
    return replace(found, **changes)  # type: ignore[arg-type]
