"""The verdicts of the rules about obligations: what is said of an agency without a report. Pure.

The state decides which rules have anything to say, so that none can contradict it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.compliance.model import ComplianceState, Standing
from monitor.judging import format_for
from monitor.rules.model import (
    AgencyFacts,
    Facts,
    ObligationFacts,
    Outcome,
    SearchFacts,
    Severity,
    Verdict,
)
from monitor.rules.rulings import Rulings

_ARTICLE_49 = "《中华人民共和国政府信息公开条例》第四十九条"
_MISSING, _SOON, _NO_COLUMN = "report-missing", "report-due-soon", "column-missing"
_ABSENT = frozenset(
    {
        ComplianceState.MISSING,
        ComplianceState.BLOCKED,
        ComplianceState.UNREACHABLE,
        ComplianceState.CRAWLER_SUSPECT,
        ComplianceState.NOT_CHECKED,
    }
)
_NOT_OWED = frozenset({ComplianceState.WAIVED, ComplianceState.NOT_OBLIGED})
_TOLD = frozenset({Outcome.FAIL, Outcome.INDETERMINATE})


def obligation_verdicts(
    standing: Standing, rulings: Rulings, as_of: datetime
) -> tuple[Verdict, ...]:
    """Return what the rules say of an agency and year of which no report was found.

    Only what they found, or could not tell, is returned.
    """
    asked = _asked(standing)
    if not asked:
        return ()
    verdicts = rulings.judge_only(asked, obligation_facts(standing, as_of))
    return tuple(_on_its_basis(each, standing) for each in verdicts if each.outcome in _TOLD)


def _on_its_basis(verdict: Verdict, standing: Standing) -> Verdict:
    """Name what this agency owes its report by: the paragraph of its kind, or a local notice.

    Articles 47 and 53 on who fails in it came with article 49, and are for who owes it by that.
    """
    if verdict.rule not in (_MISSING, _SOON):
        return verdict
    basis = standing.basis.zh
    if verdict.rule == _MISSING and basis.startswith(_ARTICLE_49):
        basis += "、第四十七条、第五十三条"
    return replace(verdict, basis=basis)


def _asked(standing: Standing) -> Sequence[str]:
    if standing.report_url is not None or standing.state in _NOT_OWED:
        return ()
    asked = [_NO_COLUMN] if standing.search is not None else []
    if standing.state in _ABSENT:
        asked.append(_MISSING)
    elif standing.state is ComplianceState.DUE_SOON:
        asked.append(_SOON)
    return asked


def obligation_facts(standing: Standing, as_of: datetime) -> Facts:
    """Return what is known of an obligation, as the facts that rules are given."""
    search, cap = standing.search, standing.severity_cap
    return Facts(
        as_of=as_of,
        fiscal_year=standing.fiscal_year,
        format=format_for(standing.fiscal_year),
        agency=AgencyFacts(
            id=standing.agency_id,
            name=standing.agency_name,
            kind=standing.kind.value,
            division=standing.division,
        ),
        obligation=ObligationFacts(
            fiscal_year=standing.fiscal_year,
            due_on=standing.due_on,
            basis=standing.basis.zh,
            kind=standing.kind.value,
            state=standing.state.value,
            # the state is only given where the control of the agency passed
            healthy=standing.state is ComplianceState.MISSING,
            columns=standing.columns,
            checked_at=standing.checked_at,
            severity_cap=Severity(cap) if cap else None,
            search=SearchFacts(
                url=search.url, platform_read=search.platform_read, whole=True, times=search.times
            )
            if search
            else None,
        ),
    )
