"""What a digest lists, the most urgent first.

Missing, late, then what became of reports after they were published; then what asks for somebody
soon; errors before warnings, those of tables and citations first; hints stand in the sheet alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing
from monitor.findings.faulty import TOO_LATE
from monitor.findings.standing import FindingRow
from monitor.language import Bilingual
from monitor.telling.changes import changes
from monitor.telling.digest_entries import (
    INJECTED,
    Entry,
    decision_entry,
    finding_entries,
    finding_entry,
    notice_entry,
    of_line,
    standing_entry,
)
from monitor.telling.digest_matter import Matter, Scope, of_years, whom_of
from monitor.telling.events import BACKDATED, CHANGED, DUE_SOON, HIJACKED, LATE, MISSING, REMOVED
from monitor.telling.fitting import Whole
from monitor.telling.lines import agency_line, unsure_lines
from monitor.telling.scope import Whom
from monitor.triage.naming import told

_TAMPERED = {
    "report-removed": REMOVED,
    INJECTED: HIJACKED,
    "pubdate-backdated": BACKDATED,
    "report-changed": CHANGED,
}
"""Findings about reports that are not what was published, with the events they are told as."""


def sections_of(
    session: Session,
    matter: Matter,
    scope: Scope,
    rows: Sequence[Standing],
    findings: Sequence[FindingRow],
    since: datetime,
) -> list[Whole]:
    """Return the sections that have entries; ``rows`` and ``findings`` are those of the scope."""
    parts = _Parts(matter=matter, scope=scope, rows=rows, findings=findings)
    found = [
        _section(
            "未公布", "Missing", parts.standing(ComplianceState.MISSING, MISSING), urgent=True
        ),
        _section(
            "逾期公布", "Published late", parts.standing(ComplianceState.LATE, LATE), urgent=True
        ),
        _section(
            "撤下、篡改、倒填日期、改动",
            "Removed, hijacked, back-dated, changed",
            parts.tampered(),
            urgent=True,
        ),
        _section(
            "即将到期", "Due soon", parts.standing(ComplianceState.DUE_SOON, DUE_SOON), urgent=True
        ),
        _section("整改通知逾期未办结", "Notices past their day", parts.overdue(), urgent=True),
        _section("无法判断的机关", "Agencies that cannot be judged", parts.unsure()),
        _section("年报中的错误", "Errors in the reports", parts.faults("error")),
        _section("年报中的警告", "Warnings about the reports", parts.faults("warning")),
        _section("本期变化", "Changes in this period", _changed(session, matter, scope, since)),
        _section("已豁免或判定为误报", "Waived, or dismissed as wrong", parts.decided()),
    ]
    return [section for section in found if section.entries]


def _section(zh: str, en: str, entries: Sequence[Entry], *, urgent: bool = False) -> Whole:
    return Whole(heading=Bilingual(zh, en), entries=entries, urgent=urgent)


def _changed(session: Session, matter: Matter, scope: Scope, since: datetime) -> list[Entry]:
    def tells_portal(kind: str, portal: Whom) -> bool:
        return scope.tells_portal(kind, portal, matter)

    lines = changes(session, since, matter.now, scope.tells, tells_portal)
    return [of_line(line) for line in lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the sections are made of."""

    matter: Matter
    scope: Scope
    rows: Sequence[Standing]
    findings: Sequence[FindingRow]

    def standing(self, state: ComplianceState, kind: str) -> list[Entry]:
        """Return the agencies in a state that is told as events of a kind."""
        lateness = {
            (row.agency_id, row.fiscal_year): row for row in self.findings if row.rule == TOO_LATE
        }
        return [
            standing_entry(
                row, lateness.get((row.agency_id, row.fiscal_year)), self.matter.originals
            )
            for row in self.rows
            if row.state is state and self.scope.tells(kind, row)
        ]

    def tampered(self) -> list[Entry]:
        """Return what became of reports after they were published."""
        order = list(_TAMPERED)
        rows = [row for row in self._open() if self._is_tampering_told(row)]
        return [finding_entry(row) for row in sorted(rows, key=lambda row: order.index(row.rule))]

    def faults(self, severity: str) -> list[Entry]:
        """Return the other findings of a severity; an agency that is late has its own line."""
        late = {row.agency_id for row in self.rows if row.state is ComplianceState.LATE}
        return finding_entries(
            row
            for row in self._open()
            if row.severity == severity
            and row.rule not in _TAMPERED
            and not (row.rule == TOO_LATE and row.agency_id in late)
            and self.scope.is_told(row, self.matter)
        )

    def overdue(self) -> list[Entry]:
        """Return the notices whose day has passed."""
        agencies = self.matter.agencies
        return [
            notice_entry(each)
            for each in self.matter.overdue
            if each.notice.agency_id in agencies and self.scope.has(agencies[each.notice.agency_id])
        ]

    def unsure(self) -> list[Entry]:
        """Return what hides agencies, those of one cause together."""
        return [of_line(line) for line in unsure_lines(self.rows, dict(self.matter.portals))]

    def decided(self) -> list[Entry]:
        """Return what people have waived or dismissed, with who and why."""
        waived = [self._waived(row) for row in self.rows if row.state is ComplianceState.WAIVED]
        rows = [row for row in self.findings if not row.is_open]
        return waived + [
            decision_entry(row) for row in rows if self.scope.is_told(row, self.matter)
        ]

    def _waived(self, row: Standing) -> Entry:
        decision = self.matter.triage.of_obligation(row.agency_id, row.fiscal_year, row.state.value)
        entry = of_line(agency_line(row))
        return replace(entry, message=told(decision)) if decision else entry

    def _open(self) -> list[FindingRow]:
        rows = of_years(self.findings, (self.matter.year, None))
        return [row for row in rows if row.is_open]

    def _is_tampering_told(self, row: FindingRow) -> bool:
        kind, whom = _TAMPERED.get(row.rule), whom_of(row, self.matter)
        return kind is not None and whom is not None and self.scope.tells(kind, whom)
