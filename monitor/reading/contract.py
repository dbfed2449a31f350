"""A report as the published ``reading`` object of the command ``check``."""

from typing import Any

from monitor.reading.model import NOWHERE, Damage, Place, ReadTable, Report, Section


def reading_object(report: Report) -> dict[str, Any]:
    """Return a report as plain data: cells as printed, ``""`` for blank, None for unread.

    Beside the published keys it has ``damage`` (what was lost or is doubtful) and ``places``
    (where each cell stands, for the cells whose place is known).
    """
    return {
        "complete": report.complete,
        "method": report.method,
        "format_found": report.format_found,
        "sections": [_section(section) for section in report.sections],
        "tables": {key: _cells(table) for key, table in report.tables.items()},
        "damage": [_damage(damage) for damage in report.damage],
        "places": {
            key: places for key, table in report.tables.items() if (places := _places(table))
        },
    }


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
