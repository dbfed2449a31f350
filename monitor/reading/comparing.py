"""In what two readings of one report differ: those of a page and of the file attached to it."""

import unicodedata
from collections.abc import Iterator

from rapidfuzz import fuzz

from monitor.reading.model import (
    CellDifference,
    Differences,
    Report,
    Section,
    TextDifference,
    Value,
)
from monitor.reading.normalise import parse_count, remove_blanks

_MOST_CELLS = 100
_EXCERPT = 80
_LEAD = 10
"""Characters shown before the place where two texts part."""


def compare_reports(one: Report, other: Report) -> Differences:
    """Return the cells and sections in which two readings of the same report differ.

    Only what is certain in both is compared: a cell that was not read, a row or section that
    damage touches say nothing. Cells are equal if they print the same number, sections if their
    texts are the same without blanks, punctuation and the form of characters.
    """
    cells = list(_cells(one, other))
    differing = [cell for cell in cells if _cell(cell.text) != _cell(cell.other)]
    sections = list(_sections(one, other))
    here, there = _parts(one), _parts(other)
    return Differences(
        cells=tuple(differing[:_MOST_CELLS]),
        cells_in_all=len(differing),
        texts=tuple(_difference(a, b) for a, b in sections if _bare(a.text) != _bare(b.text)),
        compared=len(cells) + len(sections),
        only_here=tuple(part for part in here if part not in there),
        only_there=tuple(part for part in there if part not in here),
    )


def _cells(one: Report, other: Report) -> Iterator[CellDifference]:
    """Yield the cells that both have for certain, equal ones included."""
    for key, table in one.tables.items():
        others = other.tables[key].values if key in other.tables else {}
        for row, values in table.values.items():
            if one.doubtful(table=key, row=row) or other.doubtful(table=key, row=row):
                continue
            for column, value in values.items():
                counterpart = others.get(row, {}).get(column)
                if counterpart is not None:
                    yield from _pair(key, row, column, value, counterpart)


def _pair(table: str, row: str, column: str, one: Value, other: Value) -> Iterator[CellDifference]:
    if one.text is not None and other.text is not None:
        yield CellDifference(
            table=table,
            row=row,
            column=column,
            text=one.text,
            other=other.text,
            place=one.place,
            other_place=other.place,
        )


def _cell(text: str) -> str:
    count = parse_count(text)
    return str(count) if count is not None else remove_blanks(unicodedata.normalize("NFKC", text))


def _sections(one: Report, other: Report) -> Iterator[tuple[Section, Section]]:
    for section in one.sections:
        if section.key is None or section is not one.section(section.key):
            continue
        counterpart = other.section(section.key)
        certain = not (one.doubtful(section=section.key) or other.doubtful(section=section.key))
        if counterpart is not None and certain:
            yield section, counterpart


def _difference(one: Section, other: Section) -> TextDifference:
    a, b = remove_blanks(one.text), remove_blanks(other.text)
    start = max(0, _parting(a, b) - _LEAD)
    return TextDifference(
        section=one.key or "",
        text=a[start : start + _EXCERPT],
        other=b[start : start + _EXCERPT],
        alike=round(fuzz.ratio(a, b) / 100, 4),
        place=one.place,
        other_place=other.place,
    )


def _parting(a: str, b: str) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))


def _bare(text: str) -> str:
    """Return a text without what typesetting and conversion change."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(char for char in normal if unicodedata.category(char)[0] in "LN")


def _parts(report: Report) -> tuple[str, ...]:
    sections = dict.fromkeys(f"section:{item.key}" for item in report.sections if item.key)
    return (*sections, *(f"table:{key}" for key in report.tables))
