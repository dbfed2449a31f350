"""From the rows of a registry file to portals and agencies as values, or what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.models import AgencyKind, PortalLevel
from storage.registry import cells
from storage.registry.problems import BadValueError, Problem, problem_of
from storage.registry.tables import FileKind, Row, Table

Values = dict[str, Any]
"""The attributes of a model row; only those whose column the file has."""

_Parser = Callable[[str], Any]


def _urls(cell: str) -> list[str]:
    return [cells.parse_url(url) for url in cells.split_list(cell)]


def _texts(cell: str) -> list[str]:
    return [cells.parse_text(text) for text in cells.split_list(cell)]


def _agency_id_or_none(cell: str) -> str | None:
    return cells.parse_agency_id(cell) if cell.strip() else None


_PARSERS: Mapping[FileKind, Mapping[str, tuple[str, _Parser]]] = {
    FileKind.PORTALS: {
        "portal": ("id", cells.parse_portal_id),
        "name": ("name", cells.parse_text),
        "division": ("division", cells.parse_division),
        "level": ("level", lambda cell: cells.parse_choice(cell, PortalLevel)),
        "url": ("url", cells.parse_url),
        "columns": ("known_columns", _urls),
    },
    FileKind.AGENCIES: {
        "agency": ("id", cells.parse_agency_id),
        "name": ("name", cells.parse_text),
        "kind": ("kind", lambda cell: cells.parse_choice(cell, AgencyKind)),
        "division": ("division", cells.parse_division),
        "portal": ("portal_id", cells.parse_portal_id),
        "aliases": ("aliases", _texts),
        "valid_from": ("valid_from", cells.parse_day),
        "valid_to": ("valid_to", cells.parse_day),
        "credit_code": ("credit_code", cells.parse_credit_code),
        "merged_into": ("merged_into", _agency_id_or_none),
        "renamed_from": ("renamed_from", _agency_id_or_none),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One portal or agency as its row has it, and the line of the row."""

    line: int
    values: Values


def read_rows(table: Table) -> tuple[dict[str, Entry], list[Problem]]:
    """Return the rows by id, and every problem of every cell."""
    found: dict[str, Entry] = {}
    problems: list[Problem] = []
    for row in table.rows:
        values, wrong = _read_row(table, row)
        problems += wrong
        if wrong:
            continue
        earlier = found.get(values["id"])
        if earlier is not None:
            problems.append(_doubled(table, row, values["id"], earlier.line))
            continue
        found[values["id"]] = Entry(line=row.line, values=values)
    return found, problems


def _read_row(table: Table, row: Row) -> tuple[Values, list[Problem]]:
    values: Values = {}
    problems = []
    for column, (attribute, parse) in _PARSERS[table.kind].items():
        if column not in table.columns:
            continue
        try:
            values[attribute] = parse(row.cells[column])
        except BadValueError as error:
            problems.append(problem_of(error, file=table.file, line=row.line, column=column))
    if _ends_before_it_begins(values):
        problems.append(
            Problem(
                file=table.file,
                line=row.line,
                column="valid_to",
                zh=f"valid_to（{values['valid_to']}）早于 valid_from（{values['valid_from']}）",
                en=f"valid_to ({values['valid_to']}) is before valid_from ({values['valid_from']})",
                remedy_zh="请核对两个日期",
                remedy_en="look at both dates",
            )
        )
    return values, problems


def _ends_before_it_begins(values: Values) -> bool:
    begins, ends = values.get("valid_from"), values.get("valid_to")
    return begins is not None and ends is not None and bool(begins > ends)


def _doubled(table: Table, row: Row, known: str, first: int) -> Problem:
    return Problem(
        file=table.file,
        line=row.line,
        column="portal" if table.kind is FileKind.PORTALS else "agency",
        zh=f"编号“{known}”重复，已见于第 {first} 行",
        en=f"the id {known!r} stands already in line {first}",
        remedy_zh="每个编号只能有一行",
        remedy_en="give every id one row",
    )
