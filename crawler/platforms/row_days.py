"""The day of a row: in its own cell, beside or within the link, before or after it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lxml.html import HtmlElement

from crawler.platforms.days import (
    WrittenDay,
    day_in_address,
    first_day,
    fold,
    real_day,
    yearless_day,
)
from crawler.platforms.markup import words_of
from crawler.platforms.row_links import RowLink

_LONGEST_ROW = 600
_LONGEST_DAY = 20
_LONGEST_CELL = 40
_DAY_LABEL = re.compile(r"(?:发布|发文|公开|公布)?(?:日期|时间)\s*[:：]?")
_MOST_SIBLINGS = 4
_SPLIT_DAYS = (
    re.compile(r"^\D{0,3}(?P<d>\d{1,2})\D{1,3}(?P<y>20\d\d)\s?[-./年]\s?(?P<m>\d{1,2})\D{0,3}$"),
    re.compile(r"^\D{0,3}(?P<m>\d{1,2})\s?[-./月]\s?(?P<d>\d{1,2})日?\D{1,3}(?P<y>20\d\d)\D{0,3}$"),
    re.compile(r"^\D{0,3}(?P<y>20\d\d)年?\s(?P<m>\d{1,2})\s?[-./月]\s?(?P<d>\d{1,2})\D{0,3}$"),
)
_MARGIN_DAY = re.compile(r"^\s*[\[(（【]?\s*$")


@dataclass(frozen=True, slots=True)
class RowDay:
    """The day of a row: None beside words that do not tell it whole."""

    day: date | None
    text: str
    inside_link: bool = False


def _words_beside(link: RowLink, element: HtmlElement, load: Counter[HtmlElement]) -> str:
    """Return the words of the row that are not the link's, and those up to the next row."""
    own = words_of(element)[:_LONGEST_ROW] if element is not link.element else ""
    own = own.replace(words_of(link.element), " ", 1)
    if first_day(own) or yearless_day(own):
        return own
    parent = element.getparent()
    around = _after(element, load)
    if parent is not None and _days_come_first(parent, load):
        around = _before(element, load)
    return f"{own} {around}"


def _after(element: HtmlElement, load: Counter[HtmlElement]) -> str:
    parts = [element.tail or ""]
    for sibling in element.itersiblings():
        if load[sibling] or len(parts) > _MOST_SIBLINGS:
            break
        parts += [words_of(sibling), sibling.tail or ""]
    return " ".join(parts)[:_LONGEST_ROW]


def _before(element: HtmlElement, load: Counter[HtmlElement]) -> str:
    parts: list[str] = []
    for sibling in element.itersiblings(preceding=True):
        parts.append(sibling.tail or "")
        if load[sibling] or len(parts) > _MOST_SIBLINGS:
            break
        parts.append(words_of(sibling))
    return " ".join(parts)[:_LONGEST_ROW]


def _days_come_first(parent: HtmlElement, load: Counter[HtmlElement]) -> bool:
    """Tell whether the children of ``parent`` start with a day and not with a link."""
    words = parent.text or ""
    for child in parent:
        if load[child]:
            return first_day(words) is not None
        words += f" {words_of(child)} {child.tail or ''}"
    return False


def read_row_day(link: RowLink, element: HtmlElement, load: Counter[HtmlElement]) -> RowDay:
    """Return the day of the row ``element``; ``load`` counts the links in each element."""
    within = set(link.element.iter())
    words = _words_beside(link, element, load)
    written = (
        _day_in_own_cell(node for node in element.iter() if node not in within)
        or first_day(words)
        or _day_in_attributes(element, link.element)
    )
    if written:
        return RowDay(written.day, written.text)
    split = _split_day(element, link.element)
    if split:
        return split
    inner = _day_in_own_cell(within - {link.element}) or _day_at_margin(link.text)
    if inner:
        return RowDay(inner.day, inner.text, inside_link=True)
    return _yearless(words, link.url)


def _day_in_own_cell(nodes: Iterable[HtmlElement]) -> WrittenDay | None:
    """Return the day that one of the elements holds alone, for a summary may name others."""
    for node in nodes:
        words = words_of(node)
        found = first_day(words) if 0 < len(words) < _LONGEST_CELL else None
        if found and says_only_a_day(_DAY_LABEL.sub("", words)):
            return found
    return None


def _day_in_attributes(element: HtmlElement, link: HtmlElement) -> WrittenDay | None:
    for node in element.iter():
        if node is link:
            continue
        for name in ("title", "datetime", "data-time", "data-date"):
            value = node.get(name)
            found = first_day(value) if value and len(value) < 40 else None
            if found:
                return found
    return None


def _split_day(element: HtmlElement, link: HtmlElement) -> RowDay | None:
    """Return a day set in two parts, such as 31 above 2024-01, within one element of the row."""
    for node in element.iter():
        words = fold(words_of(node)) if node is not link else ""
        if len(words) > _LONGEST_DAY:
            continue
        for pattern in _SPLIT_DAYS:
            match = pattern.match(words)
            day = match and real_day(int(match["y"]), int(match["m"]), int(match["d"]))
            if match and day:
                return RowDay(day, match.group().strip())
    return None


def _day_at_margin(text: str) -> WrittenDay | None:
    """Return a day that opens or ends the words of a link, as where a card is one large link."""
    folded = fold(text)
    found = first_day(folded)
    if found is None or "年" in found.text:
        return None
    behind = re.sub(r"[\d:\s\])）】]", "", folded[found.end :])
    opens = _MARGIN_DAY.match(folded[: found.start]) is not None
    return found if opens or not behind else None


def _yearless(words: str, url: str) -> RowDay:
    found = yearless_day(words)
    if found is None:
        return RowDay(None, "")
    month, day, text = found
    hidden = day_in_address(url)
    if hidden and (hidden.day.month, hidden.day.day) == (month, day):
        return RowDay(hidden.day, text)
    return RowDay(None, text)


def says_only_a_day(text: str) -> bool:
    """Tell whether a text is a day, with its time, and nothing else."""
    return not re.sub(r"[\d\s:：年月日\-/.\[\]()（）【】时分秒]", "", text)
