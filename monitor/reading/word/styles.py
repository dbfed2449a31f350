"""What the styles of a Word document say about headings, hidden text and numbering."""

import re
from dataclasses import dataclass, field

from monitor.reading.word.names import Element, number, switched_on, value, w

_HEADING_NAME = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_MOST_BASES = 20
"""Styles are based on each other in short chains; a longer one goes round in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One style; None where it says nothing."""

    name: str = ""
    based_on: str | None = None
    level: int | None = None
    """Heading level from 1; 0 for body text set explicitly."""
    hidden: bool | None = None
    numbering: tuple[int | None, int | None] = (None, None)
    """Number of the list and level in it."""


@dataclass(frozen=True, slots=True)
class Styles:
    """All styles by id."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default_paragraph: str | None = None

    def chain(self, style_id: str | None) -> list[Style]:
        """Return a style and those it is based on, nearest first."""
        found: list[Style] = []
        while style_id in self.by_id and len(found) < _MOST_BASES:
            assert style_id is not None
            found.append(self.by_id[style_id])
            style_id = found[-1].based_on
        return found

    def level(self, style_id: str | None) -> int | None:
        """Return the heading level a paragraph style gives, None if it is none."""
        for style in self.chain(style_id):
            if style.level is not None:
                return style.level or None
        return None

    def hidden(self, style_id: str | None) -> bool:
        """Return whether text of a style is hidden."""
        stated = (style.hidden for style in self.chain(style_id) if style.hidden is not None)
        return next(stated, False)

    def numbering(self, style_id: str | None) -> tuple[int | None, int | None]:
        """Return the list and level a paragraph style gives."""
        chain = self.chain(style_id)
        lists = (style.numbering[0] for style in chain if style.numbering[0] is not None)
        levels = (style.numbering[1] for style in chain if style.numbering[1] is not None)
        return next(lists, None), next(levels, None)

    def is_title(self, style_id: str | None) -> bool:
        """Return whether a paragraph style is that of the document's title."""
        return any(style.name.lower() in ("title", "标题") for style in self.chain(style_id)[:1])


def read_styles(root: Element | None) -> Styles:
    """Return the styles of a styles part."""
    if root is None:
        return Styles()
    by_id: dict[str, Style] = {}
    default = None
    for item in root.iterfind(w("style")):
        style_id = item.get(w("styleId"), "")
        by_id[style_id] = _style(item)
        if item.get(w("type")) == "paragraph" and item.get(w("default")) in ("1", "true", "on"):
            default = style_id
    return Styles(by_id, default)


def _style(item: Element) -> Style:
    name = value(item, "name") or ""
    paragraph = item.find(w("pPr"))
    outline = number(paragraph, "outlineLvl")
    heading = _HEADING_NAME.match(name)
    level = int(heading[1]) if heading else None
    if outline is not None:
        level = outline + 1 if 0 <= outline < 9 else 0
    return Style(
        name=name,
        based_on=value(item, "basedOn"),
        level=level,
        hidden=switched_on(item.find(w("rPr")), "vanish"),
        numbering=(number(paragraph, "numPr", "numId"), number(paragraph, "numPr", "ilvl")),
    )
