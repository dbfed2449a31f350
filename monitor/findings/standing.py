"""The findings that stand: failed verdicts of every filing's current judgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, not_, or_, select
from sqlalchemy.orm import Session

from monitor.compliance import Standing
from monitor.findings.judged import Judged
from monitor.findings.replaced import OF_THE_ACT, is_replaced
from monitor.language import Bilingual
from monitor.rules.contract import verdict_object
from monitor.rules.fingerprint import fingerprint
from monitor.rules.masking import mask
from monitor.rules.model import Outcome, Severity
from monitor.rules.naming import SEVERITY_NAMES
from monitor.triage.effects import NOT_COUNTED, Triage
from storage.models import Agency, Filing, Judgement, StoredVerdict, TriageDecision


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
    overlay: str | None
    """The local ruling that changed or added the rule."""
    fingerprint: str | None
    """What the finding is called from run to run."""
    decision: TriageDecision | None = None
    """What people have decided about it, as far as it holds."""
    portal_id: str | None = None
    """Where its report was found; None if no portal is known."""

    @property
    def is_open(self) -> bool:
        """True unless people have dismissed it as wrong or waived it."""
        return self.decision is None or self.decision.action not in NOT_COUNTED

    @property
    def severity_name(self) -> Bilingual:
        """The severity in both languages."""
        return SEVERITY_NAMES[self.severity]


def finding_rows(judged: Judged, judged_at: datetime) -> list[FindingRow]:
    """Return the findings of one report."""
    return [
        FindingRow(
            agency_id=judged.agency_id,
            agency_name=mask(judged.agency or judged.report.title or judged.name),
            fiscal_year=judged.fiscal_year,
            severity=str(verdict.severity),
            rule=verdict.rule,
            message=Bilingual(told["message_zh"], told["message_en"]),
            quotes=_telling_quotes(told["evidence"]),
            basis=verdict.basis,
            url=judged.url or judged.name,
            sha256=judged.sha256,
            judged_at=judged_at,
            overlay=verdict.overlay,
            fingerprint=judged.fingerprint(verdict),
        )
        for verdict in judged.findings()
        for told in [verdict_object(verdict)]
    ]


def standing_findings(
    session: Session, fiscal_years: Iterable[int] | None = None, triage: Triage | None = None
) -> Sequence[FindingRow]:
    """Return the findings of all filings, gravest first, then by agency and rule.

    Of a filing that another one took the place of, only what was done in publishing it counts.
    With ``triage`` each has the decision that holds about it.
    """
    gravity = case({"error": 0, "warning": 1}, value=StoredVerdict.severity, else_=2)
    query = (
        select(StoredVerdict, Judgement, Filing, Agency.name)
        .join(Judgement, StoredVerdict.judgement_id == Judgement.id)
        .join(Filing, Judgement.filing_id == Filing.id)
        .outerjoin(Agency, Filing.agency_id == Agency.id)
        .where(
            Judgement.current,
            StoredVerdict.outcome == "fail",
            or_(StoredVerdict.rule.in_(OF_THE_ACT), not_(is_replaced())),
        )
        .order_by(gravity, Filing.agency_id, Filing.fiscal_year, StoredVerdict.rule)
    )
    if fiscal_years is not None:
        query = query.where(Filing.fiscal_year.in_(list(fiscal_years)))
    return [
        FindingRow(
            agency_id=filing.agency_id,
            agency_name=mask(name or filing.agency_name or filing.title),
            fiscal_year=filing.fiscal_year,
            severity=verdict.severity,
            rule=verdict.rule,
            message=Bilingual(verdict.message_zh, verdict.message_en),
            quotes=_telling_quotes(verdict.evidence),
            basis=verdict.basis,
            url=filing.url,
            sha256=judgement.read_from,
            judged_at=judgement.judged_at,
            overlay=verdict.overlay,
            fingerprint=verdict.fingerprint,
            decision=triage.of_finding(
                verdict.fingerprint,
                verdict.rule,
                verdict.evidence,
                (filing.agency_id, filing.fiscal_year),
            )
            if triage
            else None,
            portal_id=filing.portal_id,
        )
        for verdict, judgement, filing, name in session.execute(query)
    ]


def absence_findings(
    standings: Iterable[Standing], now: datetime, triage: Triage | None = None
) -> list[FindingRow]:
    """Return the findings about agencies of which no report was found, gravest first."""
    found = [
        FindingRow(
            agency_id=standing.agency_id,
            agency_name=standing.agency_name,
            fiscal_year=standing.fiscal_year,
            severity=str(verdict.severity),
            rule=verdict.rule,
            message=Bilingual(told["message_zh"], told["message_en"]),
            quotes=_telling_quotes(told["evidence"]),
            basis=verdict.basis,
            url=None,
            sha256=None,
            judged_at=now,
            overlay=verdict.overlay,
            fingerprint=name,
            decision=triage.of_finding(name, verdict.rule, told["evidence"]) if triage else None,
        )
        for standing in standings
        for verdict in standing.verdicts
        if verdict.outcome is Outcome.FAIL
        for told in [verdict_object(verdict)]
        for name in [fingerprint(standing.agency_id, standing.fiscal_year, verdict)]
    ]
    order = list(Severity)
    return sorted(found, key=lambda row: order.index(Severity(row.severity)))


def _telling_quotes(evidence: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the quotations worth showing: bare numbers of cells are in the message already."""
    quotes = [str(item.get("quote") or "") for item in evidence]
    return tuple(quote for quote in quotes if not quote.replace(".", "").isdigit() and quote)[:5]
