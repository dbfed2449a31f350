"""The findings that stand: failed verdicts of every filing's current judgement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from monitor.language import Bilingual
from monitor.rules.naming import SEVERITY_NAMES
from storage.models import Agency, Filing, Judgement, StoredVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding as people are told of it."""

    agency_id: str | None
    agency_name: str
    fiscal_year: int | None
    severity: str
    rule: str
    message: Bilingual
    quotes: tuple[str, ...]
    basis: str
    url: str | None
    sha256: str | None
    judged_at: datetime

    @property
    def severity_name(self) -> Bilingual:
        """The severity in both languages."""
        return SEVERITY_NAMES[self.severity]


def standing_findings(
    session: Session, fiscal_years: Iterable[int] | None = None
) -> Sequence[FindingRow]:
    """Return the findings of all filings, gravest first, then by agency and rule."""
    gravity = case({"error": 0, "warning": 1}, value=StoredVerdict.severity, else_=2)
    query = (
        select(StoredVerdict, Judgement, Filing, Agency.name)
        .join(Judgement, StoredVerdict.judgement_id == Judgement.id)
        .join(Filing, Judgement.filing_id == Filing.id)
        .outerjoin(Agency, Filing.agency_id == Agency.id)
        .where(Judgement.current, StoredVerdict.outcome == "fail")
        .order_by(gravity, Filing.agency_id, Filing.fiscal_year, StoredVerdict.rule)
    )
    if fiscal_years is not None:
        query = query.where(Filing.fiscal_year.in_(list(fiscal_years)))
    return [
        FindingRow(
            agency_id=filing.agency_id,
            agency_name=name or filing.agency_name or filing.title,
            fiscal_year=filing.fiscal_year,
            severity=verdict.severity,
            rule=verdict.rule,
            message=Bilingual(verdict.message_zh, verdict.message_en),
            quotes=_telling_quotes(verdict),
            basis=verdict.basis,
            url=filing.url,
            sha256=judgement.read_from,
            judged_at=judgement.judged_at,
        )
        for verdict, judgement, filing, name in session.execute(query)
    ]


def _telling_quotes(verdict: StoredVerdict) -> tuple[str, ...]:
    """Return the quotations worth showing: bare numbers of cells are in the message already."""
    quotes = [str(item.get("quote") or "") for item in verdict.evidence]
    return tuple(quote for quote in quotes if not quote.replace(".", "").isdigit() and quote)[:5]
