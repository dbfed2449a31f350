"""From the lines of text outside the tables to paragraphs.

Programs break lines where the next word has no room. A break at which there was room, an indent,
another size of type or a larger step begins a new paragraph.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.reading.layout.lines import Line
from monitor.reading.layout.marks import around
from monitor.reading.layout.overhang import CLOSING
from monitor.reading.model import Paragraph, Place

_PAGE_NUMBER = re.compile(
    r"^[\s\-—–－―·.~～|]*(?:第\s*)?(?:\d{1,3}|[ivxIVX]{1,5})(?:\s*页)?"
    r"(?:\s*[/／,，]?\s*共?\s*\d{1,3}\s*页?)?[\s\-—–－―·.~～|]*$"
)
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）])"
)
_STOP = frozenset("。；：！？;:!?”）")
_OPENING = frozenset("（“‘《〈【〔「『([{")
_MARGIN = 0.13
"""Share of the page's height at top and bottom where page numbers and running heads stand."""
_TITLE = 1.15
_SIZE_PLAY = 0.12
_LEAST_WIDTH = 0.65
"""Share of the page's width that lines of a document must reach for their ends to be its margin."""
_WIDER_STEP = 1.25
"""A step this many times that of most full lines begins a new paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A line with its page."""

    line: Line
    page: int
    width: float
    """The page's width."""
    height: float
    """The page's height."""
    alone: bool = False
    """Whether it is a paragraph of its own, such as a row of numbers."""

    @property
    def text(self) -> str:
        """The text of the line."""
        return self.line.text


def without_page_furniture(pages: Sequence[Sequence[PageLine]]) -> list[list[PageLine]]:
    """Return the lines of each page without page numbers, running heads and running feet."""
    marks = Counter(
        key for lines in pages for key in {_mark(line) for line in lines if _in_margin(line)}
    )
    least = max(2, (len(pages) + 1) // 2)
    return [
        [
            line
            for line in lines
            if not (
                _in_margin(line) and (_PAGE_NUMBER.match(line.text) or marks[_mark(line)] >= least)
            )
        ]
        for lines in pages
    ]


def _in_margin(line: PageLine) -> bool:
    _, top, _, bottom = line.line.box
    return bottom < _MARGIN * line.height or top > (1 - _MARGIN) * line.height


def _mark(line: PageLine) -> tuple[int, str]:
    return round(line.line.box[1] / 4), re.sub(r"\d+", "#", line.text)


@dataclass(frozen=True, slots=True)
class Measure:
    """How the prose of a document is set."""

    left: float
    right: float
    size: float
    step: float
    """From a full line to the next."""


def measure(lines: Sequence[PageLine]) -> Measure:
    """Return the margins, type size and line step of most of the prose."""
    if not lines:
        return Measure(0, 0, 12, 18)
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.line.size * 2) / 2] += len(line.line.chars)
    size = weights.most_common(1)[0][0] or 1.0
    body = [line for line in lines if abs(line.line.size - size) <= _SIZE_PLAY * size] or lines
    left = min(line.line.box[0] for line in body)
    right = _right_margin([line.line.box[2] for line in body], size, body[0].width)
    if right is None:
        # No margin shows; pages have about the same on both sides.
        right = max(body[0].width - left, *(line.line.box[2] for line in body))
    steps = [
        second.line.middle - first.line.middle
        for first, second in pairwise(body)
        if first.page == second.page and first.line.box[2] > right - 2 * size
    ]
    within = sorted(step for step in steps if 0 < step < 4 * size)
    # Some of these end a paragraph, so the step inside paragraphs is among the smaller ones.
    return Measure(left, right, size, within[3 * len(within) // 10] if within else 3 * size)


def _right_margin(ends: Sequence[float], size: float, width: float) -> float | None:
    """Return where most of the longest lines end; stops may hang over it. None if few end there."""
    longest = max(ends)
    places = Counter(round(end / 2) * 2 for end in ends if end > longest - 2.5 * size)
    place, count = places.most_common(1)[0]
    several = count > 1 or len(places) > 1
    return float(place) if several and longest > _LEAST_WIDTH * width else None


def paragraphs_of(lines: Sequence[PageLine], how: Measure) -> list[list[PageLine]]:
    """Return lines that follow each other, no table between them, grouped into paragraphs."""
    groups: list[list[PageLine]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][-1], line, how):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _goes_on(line: PageLine, following: PageLine, how: Measure) -> bool:
    if line.alone or following.alone:
        return False
    first, second = line.line, following.line
    if abs(first.size - second.size) > _SIZE_PLAY * max(first.size, second.size):
        return False
    heading = _HEADING.match(following.text) is not None
    if _is_title(line, how) and _is_title(following, how):
        return not heading and second.middle - first.middle < 2.4 * first.size
    if heading and line.text[-1:] in _STOP:
        return False
    if second.box[0] > how.left + 1.2 * second.size:
        return False
    same_page = line.page == following.page
    if same_page and second.middle - first.middle > _WIDER_STEP * how.step:
        return False
    return how.right - first.box[2] < _first_word(second) + 0.8 * second.size


def _is_title(line: PageLine, how: Measure) -> bool:
    return line.line.size >= _TITLE * how.size and not _HEADING.match(line.text)


def _first_word(line: Line) -> float:
    """Return the width of what a program would not have torn from the start of the line."""
    chars = line.chars
    end = 1
    while end < len(chars) and chars[end - 1].text in _OPENING:
        end += 1
    if chars[end - 1].text.isascii():
        while end < len(chars) and chars[end].text.isascii() and chars[end].text.strip():
            end += 1
    while end < len(chars) and chars[end].text in CLOSING:
        end += 1
    return chars[end - 1].box[2] - chars[0].box[0]


def joined_text(lines: Sequence[PageLine]) -> str:
    """Return the lines as one text; a blank only between Latin words."""
    text = ""
    for line in lines:
        piece = line.text
        if text[-1:].isascii() and text[-1:].isalpha() and piece[:1].isascii():
            text += " "
        text += piece
    return text


def to_paragraph(lines: Sequence[PageLine]) -> Paragraph:
    """Return lines as a paragraph, placed by what of it stands on its first page."""
    page = lines[0].page
    box = around([line.line.box for line in lines if line.page == page])
    return Paragraph(text=joined_text(lines), place=Place(page=page, bbox=box))


def title_of(groups: Sequence[Sequence[PageLine]], how: Measure) -> str | None:
    """Return the paragraph set as a title on the first page with text, None if none is."""
    for group in groups[:8]:
        if group[0].page != groups[0][0].page or _HEADING.match(group[0].text):
            return None
        if _is_title(group[0], how):
            return joined_text(group)
    return None
