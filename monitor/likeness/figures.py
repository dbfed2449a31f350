"""The figures of a report's tables, and whether they are enough to know a report by."""

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import prod
from typing import Any

from monitor.reading.model import Report
from monitor.reading.normalise import CellKind, classify_cell, parse_amount

Cell = tuple[str, str, str]
"""Keys of table, row and column."""
Figures = Mapping[Cell, Decimal]

FEWEST = 5
"""Figures that are not zero, by the rulebook."""
LEAST_CHANCE = 1_000_000
"""Least product of the different figures that are no sums of others.

Small numbers are the same in very many reports: one request granted fills six cells with 1. The
chance that two agencies have the same figures falls at least with their product.
"""


def figures_of(report: Report) -> Figures | None:
    """Return every figure that is not zero; None if a cell was not read or holds no number."""
    return _figures(
        ((key, row, column), value.text)
        for key, table in report.tables.items()
        for row, cells in table.values.items()
        for column, value in cells.items()
    )


def figures_of_reading(reading: Mapping[str, Any]) -> Figures | None:
    """Return the same of a ``reading`` object, as judgements keep it."""
    return _figures(
        ((key, row, column), text)
        for key, rows in reading.get("tables", {}).items()
        for row, cells in rows.items()
        for column, text in cells.items()
    )


def are_telling(figures: Figures | None) -> bool:
    """Whether no two agencies have these figures by chance: enough of them, and great enough."""
    if figures is None or len(figures) < FEWEST:
        return False
    different = {value for cell, value in figures.items() if not _is_sum(cell)}
    return prod(max(value, Decimal(1)) for value in different) >= LEAST_CHANCE


def figures_sha256(figures: Figures | None) -> str | None:
    """Return a hash that is equal where all figures are; None if they tell nothing."""
    if figures is None or not are_telling(figures):
        return None
    lines = sorted(f"{'/'.join(cell)}={value.normalize():f}" for cell, value in figures.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _figures(cells: Iterator[tuple[Cell, str | None]]) -> Figures | None:
    figures: dict[Cell, Decimal] = {}
    for cell, text in cells:
        if text is None:
            return None
        if classify_cell(text) in (CellKind.BLANK, CellKind.SLASH):
            continue
        value = parse_amount(text)
        if value is None:
            return None
        if value:
            figures[cell] = value
    return figures


def _is_sum(cell: Cell) -> bool:
    _, row, column = cell
    return column == "total" or row == "handled_total"
