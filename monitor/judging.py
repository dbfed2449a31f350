"""From a report as read, and what is known about it, to the object that people are given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from monitor.formats import Format, format_due
from monitor.reading.contract import reading_object
from monitor.reading.model import Report, UnreadableError
from monitor.rules.contract import verdict_object
from monitor.rules.due_days import Locally
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import (
    AgencyFacts,
    DateCandidate,
    Facts,
    LocalDue,
    Outcome,
    PublicationFacts,
    Severity,
    Verdict,
)
from storage.clock import local_date

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
"""Kinds of files whose labels are those of a page; those of others are of their makers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user says about a file; None means: read it from the document."""

    fiscal_year: int | None = None
    agency: str | None = None
    agency_kind: str | None = None
    published: date | None = None
    url: str | None = None


def format_for(fiscal_year: int | None) -> Format | None:
    """Return the format due for a fiscal year, None if the year is unknown or before 2008."""
    if fiscal_year is None:
        return None
    try:
        return format_due(fiscal_year)
    except ValueError:
        return None


def facts_of_file(
    report: Report,
    given: Given,
    *,
    as_of: datetime,
    previous: Report | None = None,
    local: Locally | None = None,
) -> Facts:
    """Return the facts about a file on its own, what was given first.

    ``local`` tells the due days of local notices; without it there are none.
    """
    fiscal_year = given.fiscal_year if given.fiscal_year is not None else report.fiscal_year
    agency = given.agency or report.agency
    return Facts(
        as_of=as_of,
        report=report,
        fiscal_year=fiscal_year,
        format=format_for(fiscal_year),
        agency=AgencyFacts(name=agency, kind=given.agency_kind) if agency else None,
        publication=_with_due_day(
            _publication_of_file(report, given, as_of),
            local.due(None, given.agency_kind, fiscal_year) if local else None,
        ),
        previous=previous,
    )


def _with_due_day(
    publication: PublicationFacts | None, due: LocalDue | None
) -> PublicationFacts | None:
    """Add a local due day; where nothing is known of the publication it decides nothing."""
    return replace(publication, local_due=due) if publication and due else publication


def _publication_of_file(report: Report, given: Given, as_of: datetime) -> PublicationFacts | None:
    dates: list[DateCandidate] = []
    if given.published is not None:
        dates.append(
            DateCandidate(source="given", day=given.published, text=given.published.isoformat())
        )
    elif report.published_on is not None:
        dates.append(
            DateCandidate(source=report.published_on_source or "page", day=report.published_on)
        )
    if not dates and given.url is None:
        return None
    first = dates[0] if dates else None
    credible = first is not None and (first.source == "given" or first.day <= local_date(as_of))
    return PublicationFacts(
        url=given.url,
        dates=tuple(dates),
        published_on=first.day if first and credible else None,
        published_on_source=first.source if first and credible else None,
        source_name=report.labels.get("contentsource") or None,
        labels=report.labels if report.labels and report.media_type in _PAGES else None,
    )


def count_findings(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many verdicts failed, by severity; all three severities are present."""
    counts = {severity.value: 0 for severity in Severity}
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL:
            counts[verdict.severity.value] += 1
    return counts


def check_object(
    *,
    path: str,
    sha256: str | None,
    media_type: str | None,
    facts: Facts | None,
    verdicts: Iterable[Verdict],
    error: UnreadableError | None,
) -> Mapping[str, Any]:
    """Return the object that ``nianbao check`` prints for one file.

    ``member`` names the file in a ZIP or RAR that the report was read from.
    """
    report = facts.report if facts else None
    whose = facts.agency if facts else None
    named = (whose.id or whose.name) if whose else None
    year = facts.fiscal_year if facts else None
    return {
        "path": path,
        "member": report.source.member if report else None,
        "sha256": sha256,
        "media_type": media_type,
        "title": report.title if report else None,
        "agency": (facts.agency.name if facts.agency else report.agency)
        if facts and report
        else None,
        "fiscal_year": year,
        "format": facts.format.id if facts and facts.format else None,
        "reading": reading_object(report) if report else None,
        "verdicts": [
            verdict_object(verdict) | {"fingerprint": fingerprint(named, year, verdict)}
            for verdict in verdicts
        ],
        "error": {"code": error.code, "message": str(error)} if error else None,
    }
