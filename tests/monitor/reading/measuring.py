"""Counts how much of a report whose cells are known was read right, wrong and not at all."""

from dataclasses import dataclass, field

from monitor.formats import load_format
from monitor.reading.model import Document, Grid, GridCell, Paragraph, Report
from monitor.reading.normalise import normalise_label
from tests.monitor.reading.printing import TrueReport


@dataclass(slots=True)
class Score:
    """Cells read right, wrong and not at all; ``wrong`` names each as (table, row, true, read)."""

    right: int = 0
    unread: int = 0
    wrong: list[tuple[str, str, str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)

    def add(self, table: str, row: str, true: str, read: str | None) -> None:
        if read is None:
            self.unread += 1
            self.missed.append((table, row))
        elif read == true:
            self.right += 1
        else:
            self.wrong.append((table, row, true, read))


def score_document(document: Document, true: TrueReport) -> Score:
    """Score the grids of a document; a row is found by its own printed label."""
    score = Score()
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    tables = load_format("v2021").tables
    for key in ("proactive_disclosure", "requests"):
        truth = true.tables()[key]
        for row in tables[key].rows:
            values = _row_values(grids, row.label, len(truth[row.key]))
            for index, value in enumerate(truth[row.key]):
                score.add(key, row.key, value, values[index] if values else None)
    numbers = [value for values in true.remedies.values() for value in values]
    read = _last_row(grids, len(numbers))
    for index, value in enumerate(numbers):
        score.add("remedies", str(index), value, read[index] if read else None)
    return score


def score_report(report: Report, true: TrueReport) -> Score:
    """Score a report by the keys of its tables."""
    score = Score()
    for key, truth in true.tables().items():
        table = report.tables.get(key)
        for row in load_format("v2021").tables[key].rows:
            values = table.values.get(row.key, {}) if table else {}
            for column, value in zip(row.columns, truth[row.key], strict=True):
                cell = values.get(column.key)
                score.add(key, row.key, value, cell.text if cell else None)
    return score


def _row_values(grids: list[Grid], label: str, count: int) -> list[str | None] | None:
    wanted = normalise_label(label)
    for grid in grids:
        for cell in grid.cells:
            if normalise_label(cell.text) == wanted and cell.column_span < grid.columns:
                return [_text(item) for item in _values_right_of(grid, cell, count)]
    return None


def _values_right_of(grid: Grid, label: GridCell, count: int) -> list[GridCell]:
    row = [
        cell
        for cell in grid.cells
        if cell.row <= label.row < cell.row + cell.row_span and cell.column > label.column
    ]
    return (
        row[-count:]
        if len(row) >= count
        else [GridCell(text="", row=0, column=0, doubtful="?")] * count
    )


def _last_row(grids: list[Grid], count: int) -> list[str | None] | None:
    for grid in grids:
        row = [cell for cell in grid.cells if cell.row == grid.rows - 1]
        if len(row) == count:
            return [_text(cell) for cell in row]
    return None


def _text(cell: GridCell) -> str | None:
    return None if cell.doubtful else cell.text


def texts(document: Document) -> list[str]:
    """The paragraphs of a document."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def grids(document: Document) -> list[Grid]:
    """The tables of a document."""
    return [block for block in document.blocks if isinstance(block, Grid)]


def rows_of(grid: Grid) -> list[list[str]]:
    """The texts of the cells that begin in each row; a doubtful one is ``?``."""
    return [
        ["?" if cell.doubtful else cell.text for cell in grid.cells if cell.row == row]
        for row in range(grid.rows)
    ]
