"""A report as plain data: the published ``reading`` object of ``check``, and all of it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from monitor.reading.model import (
    NOWHERE,
    Beside,
    CellDifference,
    Damage,
    Differences,
    Paragraph,
    Place,
    PrintedLabel,
    ReadTable,
    Report,
    Section,
    TextDifference,
)


def reading_object(report: Report) -> dict[str, Any]:
    """Return a report as plain data: cells as printed, ``""`` for blank, None for unread.

    Beside the published keys it has ``damage`` (what was lost or is doubtful) and ``places``
    (where each cell stands, for the cells whose place is known), and where there are several
    files: ``source`` (the one it is of), ``parts_elsewhere`` and ``beside`` (what the others hold).
    """
    return {
        "complete": report.complete,
        "method": f"{report.bundle}:{report.method}" if report.bundle else report.method,
        "format_found": report.format_found,
        "sections": [_section(section) for section in report.sections],
        "tables": {key: _cells(table) for key, table in report.tables.items()},
        "damage": [_damage(damage) for damage in report.damage],
        "places": {
            key: places for key, table in report.tables.items() if (places := _places(table))
        },
        "source": asdict(report.source),
        "parts_elsewhere": {item.part: asdict(item.source) for item in report.parts_elsewhere},
        "beside": [_beside(beside) for beside in report.beside],
    }


def _beside(beside: Beside) -> dict[str, Any]:
    return {
        "source": asdict(beside.source),
        "title": beside.title,
        "agency": beside.agency,
        "fiscal_year": beside.fiscal_year,
        "error": beside.error,
        "differences": _differences(beside.differences) if beside.differences else None,
    }


def _differences(found: Differences) -> dict[str, Any]:
    return {
        "compared": found.compared,
        "cells": [_difference(cell) for cell in found.cells],
        "cells_in_all": found.cells_in_all,
        "texts": [_difference(text) for text in found.texts],
        "only_here": list(found.only_here),
        "only_there": list(found.only_there),
    }


def _difference(found: CellDifference | TextDifference) -> dict[str, Any]:
    places = {"place": _place(found.place), "other_place": _place(found.other_place)}
    return asdict(found) | places


def full_reading_object(report: Report) -> dict[str, Any]:
    """Return everything that was read: ``reading_object`` and what it leaves out.

    That is: the paragraphs of each section with their places, the printed labels, the rows of no
    known label, why cells could not be read, pictures, page labels and every date shown.
    """
    return reading_object(report) | {
        "title_place": _place(report.title_place),
        "published_on": report.published_on.isoformat() if report.published_on else None,
        "published_on_source": report.published_on_source,
        "date_candidates": [list(candidate) for candidate in report.date_candidates],
        "preamble": report.preamble,
        "sections": [
            _section(section)
            | {"place": _place(section.place), "paragraphs": _paragraphs(section.paragraphs)}
            for section in report.sections
        ],
        "printed": {key: _printed(table) for key, table in report.tables.items()},
        "images": [
            {"source": image.source, "alt": image.alt, **_place(image.place)}
            for image in report.images
        ],
        "labels": dict(report.labels),
    }


def _paragraphs(paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    return [{"text": paragraph.text, **_place(paragraph.place)} for paragraph in paragraphs]


def _printed(table: ReadTable) -> dict[str, Any]:
    return {
        "format": table.format,
        "place": _place(table.place),
        "rows": _labels(table.row_labels),
        "columns": _labels(table.column_labels),
        "unknown_rows": [
            {"label": label, "values": list(values)} for label, values in table.unknown_rows
        ],
        "unread": {
            row: {column: value.reason for column, value in cells.items() if value.text is None}
            for row, cells in table.values.items()
            if any(value.text is None for value in cells.values())
        },
    }


def _labels(labels: Iterable[PrintedLabel]) -> list[dict[str, Any]]:
    return [{"key": label.key, "text": label.text, **_place(label.place)} for label in labels]


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": section.heading,
        "ordinal": section.ordinal,
        "text": section.text,
    }


def _cells(table: ReadTable) -> dict[str, dict[str, str | None]]:
    return {
        row: {column: value.text for column, value in cells.items()}
        for row, cells in table.values.items()
    }


def _places(table: ReadTable) -> dict[str, dict[str, dict[str, Any]]]:
    known = {
        row: {
            column: _place(value.place) for column, value in cells.items() if value.place != NOWHERE
        }
        for row, cells in table.values.items()
    }
    return {row: places for row, places in known.items() if places}


def _damage(damage: Damage) -> dict[str, Any]:
    return {
        "code": damage.code,
        "detail": damage.detail,
        "sections": sorted(damage.sections),
        "tables": sorted(damage.tables),
        "rows": sorted(damage.rows),
        **_place(damage.place),
    }


def _place(place: Place) -> dict[str, Any]:
    named = {"page": place.page, "path": place.path, "offset": place.offset}
    known: dict[str, Any] = {key: value for key, value in named.items() if value is not None}
    if place.bbox is not None:
        known["bbox"] = list(place.bbox)
    return known
