"""Where personal data stands in a report: found in the printed text, quoted with masks."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.reading.model import Report
from monitor.rules.masking import find_numbers, find_persons
from monitor.rules.model import Evidence
from monitor.rules.quoting import Passage, passage, passages

_AROUND = 24
"""Characters before a number in which words say what it is the number of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Personal data in a paragraph; ``start`` and ``end`` count in its printed text."""

    item: Passage
    start: int
    end: int
    kind: str

    @property
    def text(self) -> str:
        """The data itself. It must never get into a message or a quotation."""
        return self.item.printed[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands before it, blanks left out."""
        return "".join(self.item.printed[max(0, self.start - _AROUND) : self.start].split())

    @property
    def after(self) -> str:
        """What stands behind it, blanks left out."""
        return "".join(self.item.printed[self.end : self.end + _AROUND].split())

    def evidence(self) -> Evidence:
        """Quote it masked, with what stands about it."""
        offsets = self.item.offsets
        first, last = bisect_left(offsets, self.start), bisect_left(offsets, self.end)
        return self.item.evidence(first, last)


def number_spans(report: Report, kind: str) -> Iterator[Span]:
    """Yield the numbers of a kind in title and prose."""
    for item in _texts(report):
        for start, end, found in _numbers(item.printed):
            if found == kind:
                yield Span(item=item, start=start, end=end, kind=found)


@lru_cache(maxsize=256)
def _numbers(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the numbers of a text; three rules ask about each paragraph."""
    return tuple(find_numbers(text))


def person_spans(report: Report) -> Iterator[Span]:
    """Yield the names of applicants and the homes in title and prose."""
    for item in _texts(report):
        for start, end, kind in find_persons(item.printed):
            yield Span(item=item, start=start, end=end, kind=kind)


def _texts(report: Report) -> Iterator[Passage]:
    if report.title:
        yield passage(report.title, place=report.title_place)
    yield from passages(report)
