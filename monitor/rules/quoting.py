"""Building evidence: finding words in a report, and quoting them as they are printed.

Words are looked for in the *flat* text of a passage, which has no blanks and only half-width
brackets, digits and punctuation and simplified characters, because converters put blanks into
Chinese text and agencies mix both widths. Quotations come from the printed text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.reading.model import NOWHERE, Place, Report, Section
from monitor.reading.statements.folding import fold, fold_with_positions
from monitor.rules.masking import mask
from monitor.rules.model import Evidence
from monitor.rules.remembering import once

LONGEST_QUOTE = 80
"""Characters; longer quotations are cut around the words that matter."""

_LONGEST_NUMBER = 60
"""Characters of the longest number that is personal data, blanks between its digits included."""
_LONGEST_SENTENCE = 1000
"""Characters. What goes on longer is cut behind a comma: no rule looks further back or ahead."""
_SENTENCE = re.compile(
    rf"[^。;!?]{{1,{_LONGEST_SENTENCE}}}(?:[。;!?]|$)"
    rf"|[^。;!?]{{0,{_LONGEST_SENTENCE}}},|[^。;!?]{{1,{_LONGEST_SENTENCE}}}"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph of a report, printed and flat.

    ``offsets[i]`` is the position in ``printed`` of the character ``flat[i]``.
    """

    printed: str
    flat: str
    offsets: Sequence[int]
    section: str | None = None
    place: Place = NOWHERE

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Yield each sentence of the flat text with its start there."""
        yield from _sentences(self.flat)

    def evidence(self, start: int = 0, end: int | None = None) -> Evidence:
        """Quote the flat text from ``start`` to ``end`` as it is printed, with its surroundings."""
        end = len(self.flat) if end is None else end
        return Evidence(
            quote=_window(self.printed, self._printed(start), self._printed(end - 1) + 1),
            section=self.section,
            place=self.place,
        )

    def _printed(self, position: int) -> int:
        if not self.offsets:
            return 0
        return self.offsets[max(0, min(position, len(self.offsets) - 1))]


@lru_cache(maxsize=256)
def _sentences(flat: str) -> tuple[tuple[int, str], ...]:
    return tuple((match.start(), match.group()) for match in _SENTENCE.finditer(flat))


def passage(printed: str, *, section: str | None = None, place: Place = NOWHERE) -> Passage:
    """Return a text as a passage."""
    flat, offsets = fold_with_positions(printed)
    return Passage(printed=printed, flat=flat, offsets=offsets, section=section, place=place)


@lru_cache(maxsize=2048)
def flatten(text: str) -> str:
    """Return a text without blanks, full-width forms folded."""
    return fold(text)


def passages(report: Report) -> Iterator[Passage]:
    """Yield the prose of a report, a paragraph at a time: preamble, then sections; no headings."""
    yield from _passages(report)


@once
def _passages(report: Report) -> tuple[Passage, ...]:
    return tuple(_paragraphs(report))


def _paragraphs(report: Report) -> Iterator[Passage]:
    if not report.sections:
        yield from _lines(report.text, None, NOWHERE)
        return
    yield from _lines(report.preamble, None, NOWHERE)
    for section in report.sections:
        yield from section_passages(section)


def section_passages(section: Section) -> Iterator[Passage]:
    """Yield the paragraphs of one section."""
    yield from _passages_of(section)


@once
def _passages_of(section: Section) -> tuple[Passage, ...]:
    return tuple(_paragraphs_of(section))


def _paragraphs_of(section: Section) -> Iterator[Passage]:
    if not section.paragraphs:
        yield from _lines(section.text, section.key, section.place)
        return
    for paragraph in section.paragraphs:
        yield passage(paragraph.text, section=section.key, place=paragraph.place)


def title_evidence(report: Report) -> tuple[Evidence, ...]:
    """Quote the title; nothing if none was read."""
    if not report.title:
        return ()
    return (Evidence(quote=quote(report.title), place=report.title_place),)


def heading_evidence(section: Section) -> Evidence:
    """Quote a section's heading."""
    return Evidence(quote=quote(section.heading), section=section.key, place=section.place)


def cell_evidence(report: Report, table: str, row: str, column: str) -> Evidence:
    """Quote a cell; an absent or unread one is quoted as nothing."""
    found = report.tables[table].values.get(row, {}).get(column)
    return Evidence(
        quote=quote((found.text or "") if found else ""),
        table=table,
        row=row,
        column=column,
        place=found.place if found else NOWHERE,
    )


def quote(text: str) -> str:
    """Return the beginning of a text, at most ``LONGEST_QUOTE`` characters."""
    return _window(text, 0, min(len(text), LONGEST_QUOTE))


def _lines(text: str, section: str | None, place: Place) -> Iterator[Passage]:
    for line in text.splitlines():
        if line.strip():
            yield passage(line, section=section, place=place)


def _window(text: str, start: int, end: int) -> str:
    """Cut ``text`` around ``start``…``end``, leaning to what comes before it."""
    room = max(0, LONGEST_QUOTE - (end - start))
    before = min(start, room // 2)
    after = min(len(text) - end, room - before)
    before = min(start, room - after)
    # masked with its surroundings and before cutting: half a number is not recognised
    left = max(0, start - before - _LONGEST_NUMBER)
    masked = mask(text[left : end + after + _LONGEST_NUMBER])
    cut = masked[start - before - left : end + after - left]
    return _BLANKS.sub(" ", cut).strip()[:LONGEST_QUOTE]
