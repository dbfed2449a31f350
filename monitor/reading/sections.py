"""The prose of a report: what stands under each heading, and what before the first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.formats import load_data
from monitor.reading.headings import Heading
from monitor.reading.identity import is_title
from monitor.reading.model import Paragraph, Place, Section
from monitor.reading.normalise import collapse_blanks, split_ordinal, strip_residue
from monitor.reading.stream import Item
from storage.titles import Title

_OPENING = re.compile("|".join(load_data("v2008")["usual_first_heading"]))
_LINK = re.compile(r"^附件\s*\d*\s*[:：]?\s*|\.(?:pdf|docx?|wps|ofd)$", re.IGNORECASE)


def front(items: Sequence[Item], headings: Sequence[Heading]) -> list[Paragraph]:
    """Return the paragraphs before the first heading: title, page lines, preamble."""
    return _paragraphs(items, 0, _first(headings))


def read_preamble(items: Sequence[Item], headings: Sequence[Heading], *, skip: int) -> str:
    """Return the text before the first section without its first ``skip`` paragraphs, the title."""
    lead = front(items, headings)[skip:] + _lead(items, headings)
    return _without_leading_title(_text(lead))


def read_sections(
    items: Sequence[Item], headings: Sequence[Heading], title: Title | None
) -> tuple[Section, ...]:
    """Return the sections in printed order, a second copy of the report left out."""
    sections = []
    for index, heading in enumerate(headings):
        following = headings[index + 1] if index + 1 < len(headings) else None
        paragraphs = _between(items, heading, following)
        paragraphs = _without_trailing_titles(paragraphs, title)
        sections.append(
            Section(
                key=heading.key,
                heading=_printed_heading(heading.text),
                ordinal=heading.ordinal,
                text=_text(paragraphs),
                paragraphs=tuple(paragraphs),
                place=_place(items[heading.item], heading.start),
            )
        )
    return tuple(_without_copies(sections))


def with_old_topics(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections of a report under Order 492, keyed by the topics of its article 32."""
    return tuple(replace(section, key=_old_topic(section)) for section in sections)


def _old_topic(section: Section) -> str | None:
    core = split_ordinal(section.heading)[1]
    for topic in load_data("v2008")["contents"]:
        if any(word in core for word in topic["match"]):
            return str(topic["key"])
    return "overview" if section.key == "overview" or _OPENING.search(core) else None


def _without_copies(sections: Sequence[Section]) -> Iterator[Section]:
    """Leave out sections that a second copy of the report on the page repeats word for word."""
    seen: set[tuple[str | None, str, str]] = set()
    for section in sections:
        copy = (section.key, section.heading, section.text)
        if section.key is None or copy not in seen:
            yield section
        seen.add(copy)


def _between(items: Sequence[Item], heading: Heading, following: Heading | None) -> list[Paragraph]:
    last = following.item if following else len(items)
    if following is not None and following.item == heading.item:
        return _piece(items[heading.item], heading.end, following.start)
    paragraphs = _piece(items[heading.item], heading.end, None)
    paragraphs += _paragraphs(items, heading.item + 1, last)
    return paragraphs + (_piece(items[last], 0, following.start) if following else [])


def _piece(item: Item, start: int, end: int | None) -> list[Paragraph]:
    if not isinstance(item, Paragraph):
        return []
    text = item.text[start:end]
    if not text.strip(" \t\n\u3000\u00a0。.:："):
        return []
    lead = len(text) - len(text.lstrip())
    return [replace(item, text=text.strip(), place=_place(item, start + lead))]


def _place(item: Item, start: int) -> Place:
    place = item.place
    return replace(place, offset=place.offset + start) if place.offset is not None else place


def _paragraphs(items: Sequence[Item], first: int, last: int) -> list[Paragraph]:
    return [item for item in items[first:last] if isinstance(item, Paragraph)]


def _first(headings: Sequence[Heading]) -> int:
    return headings[0].item if headings else 10**9


def _lead(items: Sequence[Item], headings: Sequence[Heading]) -> list[Paragraph]:
    """Return what stands before the first heading in that heading's own paragraph."""
    return _piece(items[headings[0].item], 0, headings[0].start) if headings else []


def _without_leading_title(preamble: str) -> str:
    """Leave out a title that runs straight into the preamble, only a blank between them."""
    first, _, rest = preamble.partition(" ")
    return rest.lstrip() if rest and is_title(first) else preamble


def _without_trailing_titles(paragraphs: list[Paragraph], title: Title | None) -> list[Paragraph]:
    """Leave out lines at the end that only repeat the title: the text of links to attachments."""
    kept = list(paragraphs)
    while kept and title is not None and is_title(_link_text(kept[-1].text)):
        kept.pop()
    return kept


def _link_text(text: str) -> str:
    return _LINK.sub("", text.strip())


def _text(paragraphs: Sequence[Paragraph]) -> str:
    return "\n".join(paragraph.text for paragraph in paragraphs)


def whole_text(preamble: str, sections: Sequence[Section]) -> str:
    """Return all prose in reading order, headings included."""
    parts = [preamble]
    for section in sections:
        parts += [section.heading, section.text]
    return "\n".join(part for part in parts if part)


def _printed_heading(text: str) -> str:
    return collapse_blanks(" ".join(strip_residue(text).split()))
