"""The workbook of a digest. Every cell is written as text or number, never as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter

from monitor.compliance import Standing
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.telling.findings import FindingRow
from monitor.telling.lines import STATE_NAMES
from storage.clock import SHANGHAI

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TEXT = 32_767
"""Characters that Excel allows in a cell."""

_Row = Sequence[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    name: Bilingual
    columns: Sequence[tuple[Bilingual, int]]
    """Heading and width in characters."""
    rows: Iterable[_Row]


_FINDING_COLUMNS = (
    (Bilingual("机关", "Agency"), 28),
    (Bilingual("年度", "Year"), 7),
    (Bilingual("级别", "Severity"), 9),
    (Bilingual("规则", "Rule"), 24),
    (Bilingual("问题", "Finding"), 60),
    (Bilingual("证据", "Evidence"), 50),
    (Bilingual("依据", "Basis"), 36),
    (Bilingual("报告网址", "Report URL"), 40),
    (Bilingual("原件 SHA-256", "Original SHA-256"), 24),
    (Bilingual("整改反馈", "Answer"), 24),
)
_STANDING_COLUMNS = (
    (Bilingual("机关", "Agency"), 28),
    (Bilingual("年度", "Year"), 7),
    (Bilingual("状态", "State"), 14),
    (Bilingual("期限", "Due"), 12),
    (Bilingual("逾期天数", "Days late"), 9),
    (Bilingual("原因", "Reason"), 50),
    (Bilingual("依据", "Basis"), 36),
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
) -> bytes:
    """Return an XLSX: a sheet of findings with a column for the answer, one of standings.

    The same rows at the same time give the same bytes.
    """
    sheets = (
        _Sheet(
            name=Bilingual("问题台账", "Findings"),
            columns=_FINDING_COLUMNS,
            rows=(_finding(row, language) for row in findings),
        ),
        _Sheet(
            name=Bilingual("机关状态", "Standings"),
            columns=_STANDING_COLUMNS,
            rows=(_standing(row, language) for row in standings),
        ),
    )
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": plain(title), "created": now.replace(tzinfo=None)})
        for sheet in sheets:
            _write(workbook, sheet, language)
    return stream.getvalue()


def _write(workbook: xlsxwriter.Workbook, sheet: _Sheet, language: Language) -> None:
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    page = workbook.add_worksheet(sheet.name.in_language(language))
    for index, (heading, width) in enumerate(sheet.columns):
        page.set_column(index, index, width)
        page.write_string(0, index, heading.in_language(language), bold)
    last = 1
    for last, row in enumerate(sheet.rows, start=1):
        for index, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(last, index, value, wrapped)
            else:
                page.write_string(last, index, plain(value)[:_LONGEST_TEXT], wrapped)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _finding(row: FindingRow, language: Language) -> _Row:
    return (
        row.agency_name,
        row.fiscal_year if row.fiscal_year is not None else "",
        row.severity_name.in_language(language),
        row.rule,
        row.message.in_language(language),
        "； ".join(row.quotes),
        row.basis,
        row.url or "",
        row.sha256 or "",
        "",
    )


def _standing(row: Standing, language: Language) -> _Row:
    checked = row.checked_at
    return (
        row.agency_name,
        row.fiscal_year,
        STATE_NAMES[row.state].in_language(language),
        row.due_on.isoformat(),
        "" if row.days_late is None else row.days_late,
        row.reason.in_language(language) if row.reason else "",
        row.basis.in_language(language),
        row.report_url or "",
        f"{checked.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if checked else "",
    )
