"""The ledger of problems (问题台账): a workbook with one row for each finding.

Every cell is written as text or number, never as a formula.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter

from monitor.findings.standing import FindingRow
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.rules.masking import mask
from monitor.triage.naming import told

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TEXT = 32_767
"""Characters that Excel allows in a cell."""

Row = Sequence[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of a workbook."""

    name: Bilingual
    columns: Sequence[tuple[Bilingual, int]]
    """Heading and width in characters."""
    rows: Iterable[Row]


_COLUMNS = (
    (Bilingual("机关", "Agency"), 28),
    (Bilingual("年度", "Year"), 7),
    (Bilingual("级别", "Severity"), 9),
    (Bilingual("规则", "Rule"), 24),
    (Bilingual("问题", "Finding"), 60),
    (Bilingual("证据", "Evidence"), 50),
    (Bilingual("依据", "Basis"), 36),
    (Bilingual("本地口径", "Local ruling"), 24),
    (Bilingual("报告网址", "Report URL"), 40),
    (Bilingual("原件 SHA-256", "Original SHA-256"), 24),
    (Bilingual("处理决定", "Decision"), 28),
    (Bilingual("整改反馈", "Answer"), 24),
)


def findings_sheet(findings: Iterable[FindingRow], language: Language) -> Sheet:
    """Return the sheet of findings, with an empty column for the agency's answer."""
    return Sheet(
        name=Bilingual("问题台账", "Findings"),
        columns=_COLUMNS,
        rows=(_finding(row, language) for row in findings),
    )


def ledger(
    findings: Iterable[FindingRow], language: Language, *, title: str, now: datetime
) -> bytes:
    """Return the ledger as XLSX; the same rows at the same time give the same bytes."""
    return workbook([findings_sheet(findings, language)], language, title=title, now=now)


def workbook(sheets: Iterable[Sheet], language: Language, *, title: str, now: datetime) -> bytes:
    """Return sheets as XLSX; the same sheets at the same time give the same bytes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": plain(title), "created": now.replace(tzinfo=None)})
        for sheet in sheets:
            _write(book, sheet, language)
    return stream.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet, language: Language) -> None:
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(sheet.name.in_language(language))
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


def _finding(row: FindingRow, language: Language) -> Row:
    return (
        mask(row.agency_name),
        row.fiscal_year if row.fiscal_year is not None else "",
        row.severity_name.in_language(language),
        row.rule,
        row.message.in_language(language),
        "； ".join(row.quotes),
        row.basis,
        row.overlay or "",
        row.url or "",
        row.sha256 or "",
        mask(told(row.decision).in_language(language)) if row.decision else "",
        "",
    )
