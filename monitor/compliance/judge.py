"""From one obligation and the evidence to one state. Pure."""

from datetime import datetime, timedelta

from monitor.compliance.absence import judge_absence
from monitor.compliance.lateness import doubtful_lateness
from monitor.compliance.model import Case, ComplianceState, Ruling
from monitor.compliance.timeliness import judge_filings
from monitor.language import Bilingual
from storage.obligations import Duty, Obligation

_NO_DUTY = {
    Duty.WAIVED: ComplianceState.WAIVED,
    Duty.NOT_OBLIGED: ComplianceState.NOT_OBLIGED,
}


def judge_obligation(case: Case, as_of: datetime, *, due_soon_days: int) -> Ruling:
    """Return the state of an agency for a fiscal year as of an instant.

    A report that was published counts whatever became of it later. Before the due instant
    nobody is missing; after it only who was looked for and not found (``absence``).
    """
    obligation = case.obligation
    found = judge_filings(case.filings, obligation, as_of, later=case.portal.later)
    if obligation.duty in _NO_DUTY:
        return Ruling(
            state=_NO_DUTY[obligation.duty],
            reason=_reason(obligation),
            filing=found.filing if found else None,
        )
    if found is not None and found.state is not ComplianceState.NOT_CHECKED:
        return _unless_doubtful(found, case)
    if as_of <= obligation.due_at:
        return _not_yet(obligation, as_of, due_soon_days)
    return found or judge_absence(case)


def _unless_doubtful(found: Ruling, case: Case) -> Ruling:
    if found.state is not ComplianceState.LATE or found.filing is None:
        return found
    doubt = doubtful_lateness(case, found.filing)
    if doubt is None:
        return found
    return Ruling(state=ComplianceState.NOT_CHECKED, filing=found.filing, reason=doubt)


def _not_yet(obligation: Obligation, as_of: datetime, due_soon_days: int) -> Ruling:
    soon = as_of >= obligation.due_at - timedelta(days=due_soon_days)
    return Ruling(state=ComplianceState.DUE_SOON if soon else ComplianceState.NOT_DUE)


def _reason(obligation: Obligation) -> Bilingual | None:
    if obligation.reason_zh is None or obligation.reason_en is None:
        return None
    return Bilingual(obligation.reason_zh, obligation.reason_en)
