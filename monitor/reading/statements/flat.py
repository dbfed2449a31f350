"""The prose of a report as flat text, with the way back to what is printed.

Flat text has no blanks and line breaks, only half-width digits, brackets and punctuation, and
simplified characters: converters put blanks anywhere, agencies mix both widths.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from monitor.formats import load_format
from monitor.reading.model import NOWHERE, Place, Report, Section
from monitor.reading.normalise import strip_residue
from monitor.reading.statements.folding import fold_with_positions
from monitor.reading.statements.model import Quotation, Sentence

_LONGEST_SENTENCE = 1500
"""Characters. What goes on longer is cut: no statement reaches further."""
LONGEST_PROSE = 40_000
"""Characters read; the longest reports of provinces have less than half of that."""
_SENTENCE = re.compile(rf"[^。!?]{{1,{_LONGEST_SENTENCE}}}[。!?]?|[。!?]")
_TITLE = re.compile(r"《(?:[^《》]|《[^《》]{0,100}》){0,300}》")
_HEADING = re.compile(
    r"(?P<outer>\([一二三四五六七八九十]{1,2}\))?(?:\(?[一二三四五六七八九十\d]{1,2}[)、.])?"
    r"(?P<words>[^,。;:]{0,24})"
)
HIDDEN = "□"
"""Stands for each character of a title in 《》, which tells nothing."""


class Flat(NamedTuple):
    """A sentence as flat text; ``at[i]`` is where character i stands in the section's text."""

    text: str
    plain: str
    """``text`` with titles in 《》 hidden."""
    at: Sequence[int]
    sentence: Sentence
    starts_paragraph: bool
    paragraph: int
    """Counts up through the report."""

    def quote(self, start: int, end: int) -> Quotation:
        """Quote from one flat position up to another."""
        last = max(start, end - 1)
        return Quotation(sentence=self.sentence, start=self.at[start], end=self.at[last] + 1)


class _Paragraph(NamedTuple):
    text: str
    offset: int
    section: str | None
    place_of_section: int | None
    place: Place
    number: int


def flat_sentences(report: Report) -> Iterator[Flat]:
    """Yield the sentences of preamble and sections; of the whole text if there are no sections."""
    subpart: str | None = None
    section: int | None = None
    left = LONGEST_PROSE
    for paragraph in _paragraphs(report):
        if left <= 0:
            return
        printed = paragraph.text[:left]
        left -= len(printed)
        if paragraph.place_of_section != section:
            subpart, section = None, paragraph.place_of_section
        flat, at = flatten(printed)
        plain = _TITLE.sub(_hidden, flat) if "《" in flat else flat
        for match in _SENTENCE.finditer(plain):
            named = _subpart(flat, match.start(), paragraph.section)
            subpart = subpart if named is None else named
            yield _flat(paragraph, flat, plain, at, match.start(), match.end(), subpart)


def _hidden(title: re.Match[str]) -> str:
    return HIDDEN * len(title[0])


def is_cut(report: Report) -> bool:
    """Whether the prose is longer than what is read."""
    most = len(report.preamble) + len(report.text)
    most += sum(len(section.text) for section in report.sections)
    if most <= LONGEST_PROSE:  # as nearly always: its paragraphs hold no more than that
        return False
    return sum(len(paragraph.text) for paragraph in _paragraphs(report)) > LONGEST_PROSE


def flatten(printed: str) -> tuple[str, Sequence[int]]:
    """Return flat text, and for each of its characters the position in the printed one."""
    return fold_with_positions(_without_residue(printed))


def flat_position(flat: Flat, position: int) -> int:
    """Return the flat position of a position in the section's text."""
    return bisect_left(flat.at, position)


def _without_residue(printed: str) -> str:
    """Blank out what converters leave, so that positions stay."""
    if "[bookmark" not in printed.lower():
        return printed
    clean = strip_residue(printed)
    return clean if len(clean) == len(printed) else _blanked(printed)


def _blanked(printed: str) -> str:
    pattern = re.compile(r"\[bookmark:[^\]]{0,200}\]", re.IGNORECASE)
    return pattern.sub(lambda match: " " * len(match[0]), printed)


def _flat(
    paragraph: _Paragraph,
    flat: str,
    plain: str,
    at: Sequence[int],
    start: int,
    end: int,
    subpart: str | None,
) -> Flat:
    first, last = at[start], at[end - 1] + 1
    return Flat(
        text=flat[start:end],
        plain=plain[start:end],
        at=_moved(at[start:end], paragraph.offset),
        sentence=Sentence(
            text=paragraph.text[first:last],
            section=paragraph.section,
            section_index=paragraph.place_of_section,
            subpart=subpart or None,
            offset=paragraph.offset + first,
            place=paragraph.place,
        ),
        starts_paragraph=start == 0,
        paragraph=paragraph.number,
    )


def _moved(positions: Sequence[int], offset: int) -> Sequence[int]:
    if isinstance(positions, range):
        return range(positions.start + offset, positions.stop + offset)
    return tuple([position + offset for position in positions])


def _paragraphs(report: Report) -> Iterator[_Paragraph]:
    number = 0
    if not report.sections:
        pieces = _lines(report.text or report.preamble, None, None, NOWHERE)
    else:
        pieces = _lines(report.preamble, None, None, NOWHERE)
    for text, offset, key, index, place in pieces:
        number += 1
        yield _Paragraph(text, offset, key, index, place, number)
    for position, section in enumerate(report.sections):
        for text, offset, key, index, place in _of_section(section, position):
            number += 1
            yield _Paragraph(text, offset, key, index, place, number)


_Piece = tuple[str, int, str | None, int | None, Place]


def _of_section(section: Section, index: int) -> Iterator[_Piece]:
    together = "\n".join(paragraph.text for paragraph in section.paragraphs)
    if not section.paragraphs or together != section.text:
        yield from _lines(section.text, section.key, index, section.place)
        return
    offset = 0
    for paragraph in section.paragraphs:
        yield paragraph.text, offset, section.key, index, paragraph.place
        offset += len(paragraph.text) + 1


def _lines(text: str, key: str | None, index: int | None, place: Place) -> Iterator[_Piece]:
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield line.rstrip("\n"), offset, key, index, place
        offset += len(line)


def _subpart(flat: str, start: int, section: str | None) -> str | None:
    """Return the aspect a sub-heading names, "" if it names none, None without a sub-heading."""
    if section not in (None, "overview"):
        return None
    heading = _HEADING.match(flat, start)
    if heading is None:
        return None
    words = heading["words"]
    if heading.start("words") == start:
        return None
    found = [
        (words.find(word), -len(word), key)
        for key, match in _aspects()
        for word in match
        if word in words
    ]
    if found:
        return min(found)[2]
    return "" if heading["outer"] else None


@cache
def _aspects() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((spec.key, spec.match) for spec in load_format("v2021").subparts)
