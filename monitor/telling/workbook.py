"""Findings as a workbook. Every cell is written as text or number, never as a formula."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.telling.findings import FindingRow

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_COLUMNS = (
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


def findings_workbook(
    rows: Sequence[FindingRow], language: Language, *, title: str = "findings"
) -> bytes:
    """Return an XLSX with one row per finding and an empty column for the answer."""
    stream = BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet = workbook.add_worksheet(Bilingual("问题台账", "Findings").in_language(language))
        workbook.set_properties({"title": plain(title)})
        for index, (name, width) in enumerate(_COLUMNS):
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, name.in_language(language), bold)
        for line, row in enumerate(rows, start=1):
            for index, value in enumerate(_values(row, language)):
                if isinstance(value, int):
                    sheet.write_number(line, index, value, wrapped)
                else:
                    sheet.write_string(line, index, plain(value), wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(_COLUMNS) - 1)
    return stream.getvalue()


def _values(row: FindingRow, language: Language) -> tuple[str | int, ...]:
    return (
        row.agency_name,
        row.fiscal_year if row.fiscal_year is not None else "",
        row.severity_name.in_language(language),
        row.rule,
        row.message.in_language(language),
        "\n".join(row.quotes),
        row.basis,
        row.url or "",
        row.sha256 or "",
        "",
    )
