"""The workbook of a digest: the ledger of problems, and where each agency stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.compliance import Standing
from monitor.findings.ledger import MEDIA_TYPE, Row, Sheet, findings_sheet, workbook
from monitor.findings.standing import FindingRow
from monitor.language import Bilingual, Language
from monitor.rules.masking import mask
from monitor.telling.digest_counts import NAMES, DivisionRow
from monitor.telling.lines import STATE_NAMES, local_note
from storage.clock import SHANGHAI

__all__ = ["MEDIA_TYPE", "digest_workbook"]

_STANDING_COLUMNS = (
    (Bilingual("机关", "Agency"), 28),
    (Bilingual("年度", "Year"), 7),
    (Bilingual("状态", "State"), 14),
    (Bilingual("期限", "Due"), 12),
    (Bilingual("逾期天数", "Days late"), 9),
    (Bilingual("原因", "Reason"), 50),
    (Bilingual("依据", "Basis"), 36),
    (Bilingual("本地时限", "Local due day"), 24),
    (Bilingual("报告网址", "Report URL"), 40),
    (Bilingual("核查时间", "Checked at"), 18),
)


def digest_workbook(
    findings: Iterable[FindingRow],
    standings: Iterable[Standing],
    language: Language,
    *,
    title: str,
    now: datetime,
    divisions: Sequence[DivisionRow] = (),
) -> bytes:
    """Return an XLSX: a sheet of findings with a column for the answer, one of standings.

    A third has the numbers of divisions, if there are several. The same rows at the same time
    give the same bytes.
    """
    standing = Sheet(
        name=Bilingual("机关状态", "Standings"),
        columns=_STANDING_COLUMNS,
        rows=(_standing(row, language) for row in standings),
    )
    sheets = [findings_sheet(findings, language), standing]
    if divisions:
        sheets.append(_divisions(divisions, language))
    return workbook(sheets, language, title=title, now=now)


def _divisions(rows: Iterable[DivisionRow], language: Language) -> Sheet:
    return Sheet(
        name=Bilingual("区划汇总", "Divisions"),
        columns=(
            (Bilingual("区划", "Division"), 28),
            (Bilingual("代码", "Code"), 10),
            *((name, 11) for name in NAMES.values()),
        ),
        rows=(
            (mask(row.name.in_language(language)), row.code, *(row.counts[key] for key in NAMES))
            for row in rows
        ),
    )


def _standing(row: Standing, language: Language) -> Row:
    checked = row.checked_at
    return (
        mask(row.agency_name),
        row.fiscal_year,
        STATE_NAMES[row.state].in_language(language),
        row.due_on.isoformat(),
        "" if row.days_late is None else row.days_late,
        mask(row.reason.in_language(language)) if row.reason else "",
        row.basis.in_language(language),
        local.in_language(language) if (local := local_note(row)) else "",
        row.report_url or "",
        f"{checked.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if checked else "",
    )
