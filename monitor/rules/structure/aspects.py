"""The parts of section one, by their sub-headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.formats import load_format
from monitor.reading.model import Report, Section
from monitor.rules.quoting import Passage, passage, section_passages

_SUB_HEADING = re.compile(
    r"(?P<mark>[(][一二三四五六七八九十\d]{1,2}[)]|[一二三四五六七八九十]{1,2}、|\d{1,2}[.、](?!\d))"
    r"(?P<words>[^。:,;]{2,40})"
)
_LABEL_ENDS = re.compile(r"(?:工作)?(?:的?(?:有关|具体)?情况|方面|工作)?[。:,;]?")
_NUMBER = re.compile(r"[一二三四五六七八九十\d]+")
_LATEST = 12
"""Characters into a sub-heading; what is named later is not its subject."""


@dataclass(slots=True, kw_only=True)
class Aspect:
    """One of the five aspects as the report writes it: its sub-heading, and the text below."""

    key: str
    label: str
    heading: Passage
    start: int
    end: int
    """Of the sub-heading in the flat text of its paragraph."""
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The flat text below the sub-heading."""
        return "".join(self.texts)


def aspects(report: Report, section: Section) -> Iterator[Aspect]:
    """Yield the aspects that section one treats under sub-headings of their own."""
    current: Aspect | None = None
    level: str | None = None
    for item in overview_passages(report, section):
        at = 0
        for start, sentence in item.sentences():
            match = _SUB_HEADING.match(sentence)
            style = _NUMBER.sub("#", match["mark"]) if match else None
            if match is None or level not in (None, style):
                continue
            if current is not None:
                current.texts.append(item.flat[at:start])
                yield current
            current, at = _aspect(item, start, match), start
            if current is not None:
                level, at = style, current.end
        if current is not None:
            current.texts.append(item.flat[at:])
    if current is not None:
        yield current


def overview_passages(report: Report, section: Section) -> Iterator[Passage]:
    """Yield the paragraphs of a section, those below headings that cut it in two included."""
    start = next(index for index, item in enumerate(report.sections) if item is section)
    yield from section_passages(section)
    for item in report.sections[start + 1 :]:
        if item.key is not None:
            return
        yield passage(item.heading, section=section.key, place=item.place)
        yield from section_passages(item)


def _aspect(item: Passage, start: int, match: re.Match[str]) -> Aspect | None:
    words = match["words"]
    for spec in load_format("v2021").subparts:
        for name in sorted(spec.match, key=len, reverse=True):
            found = words.find(name)
            if 0 <= found <= _LATEST:
                at = start + match.start("words") + found + len(name)
                ends = _LABEL_ENDS.match(item.flat, at)
                return Aspect(
                    key=spec.key,
                    label=spec.label,
                    heading=item,
                    start=start,
                    end=ends.end() if ends else at,
                )
    return None
