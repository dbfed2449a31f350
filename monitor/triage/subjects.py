"""From what a person types to what a decision is about, with its facts as they stand now."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.triage.facts import (
    finding_facts,
    obligation_facts,
    obligation_key,
    portal_facts,
    report_facts,
    report_key,
    trouble,
)
from storage.models import (
    Agency,
    ComplianceRow,
    Crawl,
    Filing,
    Judgement,
    ObligationVerdict,
    Portal,
    RectificationNotice,
    StoredReading,
    StoredVerdict,
    TriageKind,
)

_FINGERPRINT = re.compile(r"[0-9a-f]{8,32}")
_OBLIGATION = re.compile(r"(?P<agency>[A-Za-z0-9][A-Za-z0-9._-]*)/(?P<year>20\d\d)")
_REPORT = re.compile(_OBLIGATION.pattern + r"#(?P<filing>\d{1,18})")
_PORTAL = re.compile(r"portal:(?P<portal>[a-z0-9][a-z0-9-]*)")


class UnknownSubjectError(LookupError):
    """Nothing of that name can be decided about."""


class AmbiguousSubjectError(LookupError):
    """The beginning of a fingerprint is that of several findings."""

    def __init__(self, found: Collection[str]) -> None:
        super().__init__(", ".join(sorted(found)))
        self.found = sorted(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a decision is about."""

    kind: TriageKind
    key: str
    facts: dict[str, Any]
    """What the decision depends on (``monitor.triage.facts``)."""
    about: str
    """Whom it concerns, for people."""


def find_subject(session: Session, text: str) -> Subject:
    """Return what a person names.

    ``text`` is the fingerprint of a finding (its first 8 digits suffice), ``AGENCY/YEAR`` for a
    report that is owed, ``AGENCY/YEAR#FILING`` for whether a report is that one, or ``portal:ID``.

    Raises:
        UnknownSubjectError: if there is no such finding, agency, report or portal.
        AmbiguousSubjectError: if several findings begin so.
    """
    text = text.strip()
    if match := _PORTAL.fullmatch(text):
        return _portal(session, match["portal"])
    if match := _OBLIGATION.fullmatch(text):
        return _obligation(session, match["agency"], int(match["year"]))
    if match := _REPORT.fullmatch(text):
        return report_subject(session, match["agency"], int(match["year"]), int(match["filing"]))
    if _FINGERPRINT.fullmatch(text.lower()):
        return _finding(session, text.lower())
    raise UnknownSubjectError(text)


def _portal(session: Session, portal_id: str) -> Subject:
    portal = session.get(Portal, portal_id)
    if portal is None:
        raise UnknownSubjectError(portal_id)
    query = select(Crawl).where(Crawl.portal_id == portal_id, Crawl.finished_at.is_not(None))
    crawl = session.scalars(query.order_by(Crawl.finished_at.desc(), Crawl.id.desc())).first()
    return Subject(
        kind=TriageKind.PORTAL,
        key=portal_id,
        facts=portal_facts(trouble(crawl) if crawl is not None else None),
        about=portal.name,
    )


def _obligation(session: Session, agency_id: str, fiscal_year: int) -> Subject:
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise UnknownSubjectError(agency_id)
    row = session.scalars(
        select(ComplianceRow).where(
            ComplianceRow.agency_id == agency_id, ComplianceRow.fiscal_year == fiscal_year
        )
    ).first()
    return Subject(
        kind=TriageKind.OBLIGATION,
        key=obligation_key(agency_id, fiscal_year),
        facts=obligation_facts(row.state if row else "unknown"),
        about=f"{agency.name} {fiscal_year}",
    )


def report_subject(session: Session, agency_id: str, fiscal_year: int, filing_id: int) -> Subject:
    """Return whether a report that was found is the one that an agency owes for a year.

    Raises:
        UnknownSubjectError: if there is no such agency or report.
    """
    agency, filing = session.get(Agency, agency_id), session.get(Filing, filing_id)
    key = report_key(agency_id, fiscal_year, filing_id)
    if agency is None or filing is None:
        raise UnknownSubjectError(key)
    return Subject(
        kind=TriageKind.REPORT,
        key=key,
        facts=report_facts(filing, session.get(StoredReading, filing_id)),
        about=f"{agency.name} {fiscal_year}, {filing.url}",
    )


def parts_of_report(key: str) -> tuple[str, int, int]:
    """Return agency, fiscal year and filing of a report's key in decisions."""
    obligation, _, filing = key.rpartition("#")
    agency, _, year = obligation.rpartition("/")
    return agency, int(year), int(filing)


def _finding(session: Session, prefix: str) -> Subject:
    found = {*_of_reports(session, prefix), *_of_obligations(session, prefix)}
    noticed = {} if found else _of_notices(session, prefix)
    names = found or set(noticed)
    if not names:
        raise UnknownSubjectError(prefix)
    if len(names) > 1:
        raise AmbiguousSubjectError(names)
    fingerprint = names.pop()
    return noticed.get(fingerprint) or finding_subject(session, fingerprint)


def finding_subject(session: Session, fingerprint: str) -> Subject:
    """Return a finding that stands now, by its whole fingerprint.

    Raises:
        UnknownSubjectError: if none stands.
    """
    verdicts: Sequence[StoredVerdict | ObligationVerdict] = [
        *session.scalars(
            select(StoredVerdict)
            .join(Judgement)
            .where(
                StoredVerdict.fingerprint == fingerprint,
                StoredVerdict.outcome == "fail",
                Judgement.current,
            )
        ),
        *session.scalars(
            select(ObligationVerdict).where(
                ObligationVerdict.fingerprint == fingerprint,
                ObligationVerdict.outcome == "fail",
                ObligationVerdict.current,
            )
        ),
    ]
    if not verdicts:
        raise UnknownSubjectError(fingerprint)
    verdict = verdicts[0]
    return Subject(
        kind=TriageKind.FINDING,
        key=fingerprint,
        facts=finding_facts(verdict.rule, verdict.evidence),
        about=_whom(session, verdict),
    )


def _of_reports(session: Session, prefix: str) -> set[str]:
    query = (
        select(StoredVerdict.fingerprint)
        .join(Judgement)
        .where(_begins(StoredVerdict.fingerprint, prefix), Judgement.current)
        .where(StoredVerdict.outcome == "fail")
    )
    return {each for each in session.scalars(query) if each}


def _of_obligations(session: Session, prefix: str) -> set[str]:
    query = select(ObligationVerdict.fingerprint).where(
        _begins(ObligationVerdict.fingerprint, prefix),
        ObligationVerdict.current,
        ObligationVerdict.outcome == "fail",
    )
    return set(session.scalars(query))


def _of_notices(session: Session, prefix: str) -> dict[str, Subject]:
    """Return the findings of open notices by name; of such that are not found now.

    What they rested on is not known any more: a decision about one ends if it is found again.
    """
    query = select(RectificationNotice).where(RectificationNotice.closed_at.is_(None))
    return {
        item["fingerprint"]: Subject(
            kind=TriageKind.FINDING,
            key=item["fingerprint"],
            facts=finding_facts(item["rule"], ()),
            about=f"{notice.agency.name} {notice.fiscal_year} {item['rule']}",
        )
        for notice in session.scalars(query)
        for item in notice.items
        if (item["fingerprint"] or "").startswith(prefix)
    }


def _begins(column: Any, prefix: str) -> Any:
    # "g" follows every hexadecimal digit; a range uses the index, which LIKE would not
    return (column >= prefix) & (column < prefix + "g")


def _whom(session: Session, verdict: StoredVerdict | ObligationVerdict) -> str:
    if isinstance(verdict, ObligationVerdict):
        agency = session.get_one(Agency, verdict.agency_id)
        return f"{agency.name} {verdict.fiscal_year} {verdict.rule}"
    filing = verdict.judgement.filing
    name = filing.agency.name if filing.agency else filing.agency_name or filing.title
    return f"{name} {filing.fiscal_year or ''} {verdict.rule}"
