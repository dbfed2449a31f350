"""A sum at one place of a table: its cells, and whether it holds. Exact integers only.

A blank cell counts as nothing; whether it may stand there is asked by ``cell-blank``. A cell that
was not read, or holds no number, makes the sum unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from monitor.formats.naming import cell_name, row_name
from monitor.language import Bilingual
from monitor.reading.model import ReadTable, Report, Value
from monitor.reading.normalise import CellKind, classify_cell, parse_count
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence
from monitor.rules.quoting import cell_evidence, quote
from monitor.rules.remembering import once

Term = tuple[str, str]
"""Row key and column key of a cell."""
_Side = tuple[int | None, ...]
"""The numbers of one side of a sum, None where blank."""


class State(Enum):
    """What came of adding up."""

    HOLDS = auto()
    DIFFERS = auto()
    NOT_STATED = auto()
    """The table leaves blank what would have to be added up, or its total."""
    UNKNOWN = auto()
    """A cell was not read, or holds no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The terms of ``left`` must add up to those of ``right``."""

    name: Bilingual
    """The column, row or group it is about."""
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    blank_total_states_nothing: bool = False
    """True where a total left blank is no claim; else it is read as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A sum with its numbers, None where blank; no numbers at all when it is unknown."""

    sum: Sum
    state: State
    left: tuple[int | None, ...] = ()
    right: tuple[int | None, ...] = ()
    reason: Bilingual | None = None
    """Why it is unknown; None if it is known."""

    @property
    def left_sum(self) -> int:
        """What the terms on the left add up to, blanks as nothing."""
        return sum(number or 0 for number in self.left)

    @property
    def right_sum(self) -> int:
        """What the terms on the right add up to, blanks as nothing."""
        return sum(number or 0 for number in self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Some cells as numbers, None where blank; none at all where ``reason`` says why not."""

    values: tuple[int | None, ...] = ()
    reason: Bilingual | None = None


def numbers_of(report: Report, table: ReadTable, *terms: Term) -> Numbers:
    """Return some cells of a table as whole numbers, if all of them are certain."""
    values = _certain_numbers(report, table, terms)
    if values is not None:
        return Numbers(values=values)
    return Numbers(reason=_reason_not_to(report, table, terms))


def _certain_numbers(
    report: Report, table: ReadTable, terms: Sequence[Term]
) -> tuple[int | None, ...] | None:
    """Return the numbers, or None where any of them is not certain: then the reason is looked for.

    Hundreds of sums are added up for each report, and hardly one of them is not certain.
    """
    if report.damage and any(report.doubtful(table=table.key, row=row) for row, _ in terms):
        return None
    known = _numbers_in(table)
    try:
        return tuple([known[term] for term in terms])
    except KeyError:
        return None


@once
def _numbers_in(table: ReadTable) -> Mapping[Term, int | None]:
    """Return all cells that hold a whole number, or nothing (None); most are in several sums."""
    found: dict[Term, int | None] = {}
    for row, cells in table.values.items():
        for column, value in cells.items():
            if value.text is not None:
                number = parse_count(value.text)
                if number is not None or classify_cell(value.text) is CellKind.BLANK:
                    found[row, column] = number
    return found


def state_of(report: Report, table: ReadTable, wanted: Sum) -> State:
    """Return what comes of one sum of a table, without its numbers."""
    left = _certain_numbers(report, table, wanted.left)
    right = _certain_numbers(report, table, wanted.right) if left is not None else None
    if left is None or right is None:
        return State.UNKNOWN
    return _state(wanted, left, right)


def add_up(report: Report, table: ReadTable, wanted: Sum) -> Added:
    """Add up one sum of a table."""
    terms = (*wanted.left, *wanted.right)
    values = _certain_numbers(report, table, terms)
    if values is None:
        reason = _reason_not_to(report, table, terms)
        return Added(sum=wanted, state=State.UNKNOWN, reason=reason)
    left, right = values[: len(wanted.left)], values[len(wanted.left) :]
    return Added(sum=wanted, state=_state(wanted, left, right), left=left, right=right)


def evidence_of(report: Report, table: ReadTable, wanted: Sum) -> tuple[Evidence, ...]:
    """Quote every cell of a sum."""
    terms = (*wanted.left, *wanted.right)
    return tuple(cell_evidence(report, table.key, row, column) for row, column in terms)


def _state(wanted: Sum, left: _Side, right: _Side) -> State:
    left_blank = left.count(None) == len(left)
    right_blank = right.count(None) == len(right)
    if left_blank and right_blank:
        return State.NOT_STATED
    if sum(filter(None, left)) == sum(filter(None, right)):
        return State.HOLDS
    is_total = len(right) == 1
    if is_total and (left_blank or (right_blank and wanted.blank_total_states_nothing)):
        return State.NOT_STATED
    return State.DIFFERS


def _reason_not_to(report: Report, table: ReadTable, terms: Sequence[Term]) -> Bilingual | None:
    for row in dict.fromkeys(row for row, _ in terms):
        reason = _row_reason(report, table, row)
        if reason is not None:
            return reason
    return next(
        (reason for term in terms if (reason := _cell_reason(table, term)) is not None), None
    )


def _row_reason(report: Report, table: ReadTable, row: str) -> Bilingual | None:
    damage = report.doubtful(table=table.key, row=row)
    if damage is not None:
        lost = damage_name(damage)
        return Bilingual(f"读取不完整（{lost.zh}）", f"not read for certain ({lost.en})")
    if row not in table.values:
        name = row_name(table.format, table.key, row)
        return Bilingual(f"表中没有“{name.zh}”行", f"row {name.en} is not in the table")
    return None


def _cell_reason(table: ReadTable, term: Term) -> Bilingual | None:
    name = cell_name(table.format, table.key, *term)
    text = _value(table, term).text
    if text is None:
        return Bilingual(f"{name.zh}未能读取", f"{name.en} was not read")
    if classify_cell(text) is not CellKind.BLANK and parse_count(text) is None:
        held = quote(text)
        return Bilingual(
            f"{name.zh}填的是“{held}”，不是整数", f"{name.en} holds {held!r}, no whole number"
        )
    return None


def _value(table: ReadTable, term: Term) -> Value:
    row, column = term
    return table.values[row].get(column) or Value(text=None, reason="not there")
