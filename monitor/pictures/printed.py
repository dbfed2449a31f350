"""Office documents as they are printed, so that what was read from them can be shown on pages."""

from collections.abc import Mapping
from dataclasses import replace

from monitor.language import Bilingual
from monitor.pictures.child import print_document
from monitor.pictures.errors import PictureError
from monitor.reading import kinds
from monitor.reading.isolation import read_original
from monitor.reading.model import NOWHERE, PrintedLabel, ReadTable, Report, UnreadableError, Value
from monitor.reading.wording import error_name

OFFICE = frozenset((kinds.DOC, kinds.DOCX, kinds.ODT, kinds.RTF, kinds.WPS))
"""The kinds of files that this module prints."""


def printed(body: bytes, kind: str, report: Report) -> tuple[bytes, Report]:
    """Return the PDF that LibreOffice prints, and ``report`` with its places on those pages.

    The places come from a reading of the printing; a cell that reads otherwise there, or is not
    found, has none.

    Raises:
        PictureError: if it cannot be printed.
    """
    try:
        paper = print_document(body, kind)
        other = read_original(paper, name="printed.pdf")
    except UnreadableError as error:
        why = error_name(error)
        raise PictureError(
            Bilingual(f"无法打印该文件：{why.zh}。", f"the file cannot be printed: {why.en}.")
        ) from error
    return paper, _placed(report, other)


def _placed(report: Report, other: Report) -> Report:
    headings = {section.key: section.place for section in other.sections if section.key}
    return replace(
        report,
        title_place=other.title_place,
        sections=tuple(
            replace(section, place=headings.get(section.key or "", NOWHERE))
            for section in report.sections
        ),
        tables={
            key: _table(table, other.tables[key]) if key in other.tables else table
            for key, table in report.tables.items()
        },
    )


def _table(table: ReadTable, other: ReadTable) -> ReadTable:
    return replace(
        table,
        values={
            row: {
                column: _value(value, other.values.get(row, {}), column)
                for column, value in cells.items()
            }
            for row, cells in table.values.items()
        },
        row_labels=_labels(table.row_labels, other.row_labels),
        column_labels=_labels(table.column_labels, other.column_labels),
    )


def _value(value: Value, others: Mapping[str, Value], column: str) -> Value:
    other = others.get(column)
    same = other is not None and (value.text is None or other.text == value.text)
    return replace(value, place=other.place if same and other else NOWHERE)


def _labels(
    labels: tuple[PrintedLabel, ...], others: tuple[PrintedLabel, ...]
) -> tuple[PrintedLabel, ...]:
    places = {label.key: label.place for label in others}
    return tuple(replace(label, place=places.get(label.key, NOWHERE)) for label in labels)
