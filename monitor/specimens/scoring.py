"""Holds what was read against what was written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.formats import TABLE_KEYS
from monitor.reading.model import NOWHERE, Report, Value
from monitor.reading.normalise import remove_blanks
from monitor.specimens.model import (
    Heading,
    Specimen,
    heading_line,
    paragraphs,
    paragraphs_below,
)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """A cell read as something else than was written.

    ``true`` is None where a value was read and none is written.
    """

    table: str
    row: str
    column: str
    true: str | None
    read: str | None


@dataclass(slots=True, kw_only=True)
class Score:
    """How much of one report, or of several, was read right, wrong and not at all."""

    reports: int = 0
    failed: int = 0
    """Reports that could not be read at all; all their cells count as unread."""
    cells: int = 0
    right: int = 0
    unplaced: int = 0
    """Cells read without a place in the original."""
    strays: int = 0
    """Rows read with values under a label that is none of the format's."""
    wrong: list[WrongCell] = field(default_factory=list)
    unread: list[WrongCell] = field(default_factory=list)
    by_table: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Table and ``right``, ``wrong`` or ``unread`` to the number of cells."""
    facts: Counter[str] = field(default_factory=Counter)
    """``title``, ``agency``, ``year``, ``preamble``: reports in which it was read right."""
    sections: int = 0
    sections_right: int = 0
    """Sections found with their heading, key and number."""
    sections_invented: int = 0
    texts_right: int = 0
    """Sections found whose prose is the one written, blanks apart."""
    damaged: int = 0
    """Reports of which the reading says that something is lost or doubtful."""
    faults: list[str] = field(default_factory=list)
    """What else is not right, in words for the person who looks for the cause."""

    def add(self, other: "Score") -> None:
        """Add the score of another report."""
        for name in ("reports", "failed", "cells", "right", "unplaced", "strays", "sections"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("sections_right", "sections_invented", "texts_right", "damaged"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong
        self.unread += other.unread
        self.faults += other.faults
        self.by_table += other.by_table
        self.facts += other.facts

    @property
    def perfect(self) -> bool:
        """Whether everything that is scored was read as written."""
        facts = all(self.facts[name] == self.reports for name in ("title", "agency", "year"))
        sections = self.sections_right == self.sections and not self.sections_invented
        return facts and sections and self.right == self.cells and not self.wrong


def score_report(report: Report, true: Specimen) -> Score:
    """Score a report by the keys of its tables, its sections, and what it says of itself."""
    score = Score(reports=1, damaged=int(not report.complete))
    for key in TABLE_KEYS:
        _score_table(score, report, true, key)
    _score_facts(score, report, true)
    _score_sections(score, report, true)
    return score


def score_nothing(true: Specimen) -> Score:
    """Score a report that could not be read."""
    score = Score(reports=1, failed=1, sections=len(true.headings))
    for key in true.tables:
        for row, column, text in written_cells(true, key):
            _add(score, WrongCell(key, row, column, text, None))
    return score


def written_cells(true: Specimen, key: str) -> Iterator[tuple[str, str, str]]:
    """Yield the cells of a table as written: row key, column key, text."""
    for row, values in true.tables.get(key, {}).items():
        for column, text in values.items():
            yield row, column, text


def _score_table(score: Score, report: Report, true: Specimen, key: str) -> None:
    table = report.tables.get(key)
    read: dict[tuple[str, str], Value] = {}
    if table is not None:
        score.strays += len(table.unknown_rows)
        score.faults += [f"{key}: stray row {label} {row}" for label, row in table.unknown_rows]
        read = {(r, c): value for r, values in table.values.items() for c, value in values.items()}
    for row, column, text in written_cells(true, key):
        value = read.pop((row, column), None)
        _add(score, WrongCell(key, row, column, text, value.text if value else None), value)
    for (row, column), value in read.items():
        if value.text is not None:
            score.wrong.append(WrongCell(key, row, column, None, value.text))
            score.by_table[key, "wrong"] += 1


def score_cell(
    score: Score, table: str, row: str, column: str, true: str, read: str | None
) -> None:
    """Score one cell; ``read`` is None if it was not read."""
    _add(score, WrongCell(table, row, column, true, read))


def _add(score: Score, cell: WrongCell, value: Value | None = None) -> None:
    score.cells += 1
    if cell.read is None:
        score.unread.append(cell)
        score.by_table[cell.table, "unread"] += 1
    elif cell.true is not None and remove_blanks(cell.read) == remove_blanks(cell.true):
        score.right += 1
        score.by_table[cell.table, "right"] += 1
    else:
        score.wrong.append(cell)
        score.by_table[cell.table, "wrong"] += 1
    if value is not None and cell.read is not None and value.place == NOWHERE:
        score.unplaced += 1


def _score_facts(score: Score, report: Report, true: Specimen) -> None:
    facts: dict[str, tuple[str | int | None, str | int | None]] = {
        "title": (remove_blanks(true.title), remove_blanks(report.title or "")),
        "agency": (true.agency, report.agency),
        "year": (true.fiscal_year, report.fiscal_year),
        "preamble": (remove_blanks(true.preamble), remove_blanks(report.preamble)),
    }
    for name, (written, read) in facts.items():
        if written == read:
            score.facts[name] += 1
        else:
            score.faults.append(f"{name}: {_short(written)} read as {_short(read)}")


def _score_sections(score: Score, report: Report, true: Specimen) -> None:
    found = [
        (remove_blanks(section.heading), section.key, section.ordinal)
        for section in report.sections
    ]
    texts = {remove_blanks(s.heading): remove_blanks(s.text) for s in report.sections}
    score.sections = len(true.headings)
    for heading in true.headings:
        printed = remove_blanks(heading_line(true, heading))
        ways = [item for item in found if item[0].rstrip("：:") == printed]
        if any(_is_right(item[1], item[2], heading, true) for item in ways):
            score.sections_right += 1
        else:
            score.faults.append(f"section {printed}: read as {ways or 'nothing'}")
        found = [item for item in found if item not in ways]
        prose = [*paragraphs(true, heading.slot), *paragraphs_below(true, heading.slot)]
        if texts.get(printed) == remove_blanks("".join(prose)):
            score.texts_right += 1
        elif ways:
            score.faults.append(f"prose of {printed}: {_short(texts.get(printed, ''))}")
    score.sections_invented = len(found)
    score.faults += [f"section invented: {item}" for item in found]


def _is_right(key: str | None, ordinal: int | None, heading: Heading, true: Specimen) -> bool:
    number = None if true.numbering == "none" else heading.number
    # The outlines of v2008 are free: which of the six topics a heading opens is not written.
    same_key = true.format_id == "v2008" or key == heading.key
    return same_key and ordinal == number


def _short(item: str | int | None) -> str:
    text = str(item)
    return text if len(text) <= 60 else f"{text[:30]}…{text[-30:]}"
