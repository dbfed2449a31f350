"""What a page says about itself: its labels (国办发〔2017〕47号), title and days of publication."""

import re
from collections.abc import Mapping, Sequence

from monitor.reading.html_dom import Element, Node, attributes_of, visible_text
from monitor.reading.identity import is_title, parse_day

_NAMES = ("name", "property", "http-equiv")
_META_DATES = ("pubdate", "publishdate", "pubtime", "publishtime", "article:published_time")
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_DAY = r"20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_SHOWN = re.compile(r"(?:发布|发表|公开|发文)(?:时间|日期)\s*[:：]?\s*[\[【]?\s*(" + _DAY + ")")
_LONGEST_PIECE = 200
_UNFILLED = re.compile(r"\{\{|\}\}|\$\{|<%|%>|\{\$")
_SITE_NAME = re.compile(
    r"\s*[_|]\s*|\s+[-–—]\s*|\s*[-–—]\s+|[-–—](?=[^-–—]{2,30}(?:政府|网|局|门户)[^-–—]*$)"
)


def page_labels(root: Element) -> dict[str, str]:
    """Return the page labels, names in lower case; of repeated ones the first that is not empty."""
    labels: dict[str, str] = {}
    for meta in root.iter("meta"):
        given = attributes_of(meta)
        name = next((given[kind] for kind in _NAMES if given.get(kind)), "")
        key = name.strip().lower()
        value = _SPACES.sub(" ", given.get("content", "")).strip()
        if key and not labels.get(key):
            labels[key] = value
    return labels


def find_page_title(root: Element, nodes: Sequence[Node], labels: Mapping[str, str]) -> str | None:
    """Return the title the page states: its label, its first heading, or the window's title.

    Of these the first that is the title of an annual report, else the first there is. What a
    template left unfilled (``${title}``) is no title.
    """
    window = root.findtext(".//title") or ""
    headings = [node for node in nodes if node.tag in ("h1", "h2", "ucaptitle")]
    headings.sort(key=lambda node: node.tag)
    stated = [
        labels.get("articletitle", ""),
        *(visible_text(node) for node in headings),
        *(part for part in _SITE_NAME.split(window) if part),
        window,
    ]
    stated = [
        text
        for raw in stated
        if (text := _SPACES.sub(" ", raw).strip()) and not _UNFILLED.search(text)
    ]
    return next((text for text in stated if is_title(text)), stated[0] if stated else None)


def find_dates(nodes: Sequence[Node], labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return every day of publication that the page states: in labels first, then as shown."""
    dates = [("meta", labels[name]) for name in _META_DATES if labels.get(name)]
    text = " ".join(_short_pieces(nodes))
    for match in _SHOWN.finditer(text):
        shown = _SPACES.sub(" ", match[1]).strip()
        if parse_day(shown) is not None and ("page", shown) not in dates:
            dates.append(("page", shown))
    return tuple(dates)


def _short_pieces(nodes: Sequence[Node]) -> list[str]:
    """Return the pieces of text in which a date may stand."""
    pieces: list[str] = []
    for node in nodes:
        if node.text and len(node.text) < _LONGEST_PIECE:
            pieces.append(node.text)
        if node.tail and len(node.tail) < _LONGEST_PIECE:
            pieces.append(node.tail)
    return pieces
