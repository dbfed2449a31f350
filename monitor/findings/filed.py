"""The archive's reports, read again from the originals, with the verdicts stored of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_reading import Reader
from monitor.findings.judged import Judged
from monitor.language import Bilingual
from monitor.reading.choosing import Wanted
from monitor.reading.model import Place
from monitor.rules.masking import mask
from monitor.rules.model import Evidence, Outcome, Severity, Verdict
from storage.models import Filing, Judgement, StoredVerdict


def judged_filings(
    session: Session,
    reader: Reader,
    *,
    fiscal_years: Iterable[int] | None = None,
    agencies: Iterable[str] | None = None,
) -> Iterator[Judged]:
    """Yield the filings whose current judgement has findings or doubts, with their reports.

    A filing whose originals can no longer be read is left out: its findings stand in the lists.
    """
    query = (
        select(Judgement)
        .join(Filing, Judgement.filing_id == Filing.id)
        .where(Judgement.current, Judgement.error.is_(None))
        .options(
            selectinload(Judgement.verdicts),
            selectinload(Judgement.filing).selectinload(Filing.originals),
            selectinload(Judgement.filing).selectinload(Filing.agency),
        )
        .order_by(Filing.agency_id, Filing.fiscal_year, Filing.id)
    )
    if fiscal_years is not None:
        query = query.where(Filing.fiscal_year.in_(list(fiscal_years)))
    if agencies is not None:
        query = query.where(Filing.agency_id.in_(list(agencies)))
    for judgement in session.scalars(query):
        judged = _judged(judgement, reader)
        if judged is not None and (judged.findings() or judged.unsure()):
            yield judged


def _judged(judgement: Judgement, reader: Reader) -> Judged | None:
    filing = judgement.filing
    agency = filing.agency
    names = (agency.name, *agency.aliases) if agency is not None else ()
    read = reader.filing(filing.originals, Wanted(agencies=names, fiscal_year=filing.fiscal_year))
    if read.report is None:
        return None
    return Judged(
        name=mask(filing.title),
        report=read.report,
        verdicts=tuple(stored_verdict(stored) for stored in judgement.verdicts),
        agency=agency.name if agency is not None else filing.agency_name,
        agency_id=filing.agency_id,
        fiscal_year=filing.fiscal_year,
        sha256=judgement.read_from,
        media_type=read.report.media_type,
        url=filing.url,
    )


def stored_verdict(stored: StoredVerdict) -> Verdict:
    """Return a verdict as it was stored."""
    return Verdict(
        rule=stored.rule,
        rule_version=stored.rule_version or 1,
        outcome=Outcome(stored.outcome),
        severity=Severity(stored.severity),
        message=Bilingual(stored.message_zh, stored.message_en),
        basis=stored.basis,
        overlay=stored.overlay,
        evidence=tuple(_evidence(item) for item in stored.evidence),
    )


def _evidence(item: Mapping[str, Any]) -> Evidence:
    return Evidence(
        quote=item.get("quote") or "",
        section=item.get("section"),
        table=item.get("table"),
        row=item.get("row"),
        column=item.get("column"),
        place=Place(
            page=item.get("page"),
            bbox=tuple(item["bbox"]) if item.get("bbox") else None,
            path=item.get("path"),
            offset=item.get("offset"),
        ),
        url=item.get("url"),
        sha256=item.get("sha256"),
        capture=item.get("capture"),
        position=item.get("log_position"),
    )
