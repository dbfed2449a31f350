"""What a page says about itself: its labels (国办发〔2017〕47号), title and days of publication."""

import re

from monitor.reading.html_dom import Element, is_skipped, visible_text
from monitor.reading.identity import is_title, parse_day

_META_DATES = ("pubdate", "publishdate", "pubtime", "publishtime", "article:published_time")
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_DAY = r"20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_SHOWN = re.compile(r"(?:发布|发表|公开|发文)(?:时间|日期)\s*[:：]?\s*[\[【]?\s*(" + _DAY + ")")
_SHOWN_IN_TEXT = 4000
"""Characters of page text before the report in which a date of publication is looked for."""
_SITE_NAME = re.compile(
    r"\s*[_|]\s*|\s+[-–—]\s*|\s*[-–—]\s+|[-–—](?=[^-–—]{2,30}(?:政府|网|局|门户)[^-–—]*$)"
)


def page_labels(root: Element) -> dict[str, str]:
    """Return the page labels, names in lower case; of repeated ones the first that is not empty."""
    labels: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = next(
            (v for k, v in meta.attrib.items() if str(k).lower() in ("name", "property")), ""
        )
        content = next((v for k, v in meta.attrib.items() if str(k).lower() == "content"), "")
        key = str(name).strip().lower()
        value = _SPACES.sub(" ", str(content)).strip()
        if key and not labels.get(key):
            labels[key] = value
    return labels


def find_page_title(root: Element, labels: dict[str, str]) -> str | None:
    """Return the title the page states: its label, its first heading, or the window's title.

    Of these the first that is the title of an annual report, else the first there is.
    """
    window = root.findtext(".//title") or ""
    stated = [
        labels.get("articletitle", ""),
        *(_text(heading) for name in ("h1", "h2") for heading in root.iter(name)),
        *(part for part in _SITE_NAME.split(window) if part),
        window,
    ]
    stated = [text for raw in stated if (text := _SPACES.sub(" ", raw).strip())]
    return next((text for text in stated if is_title(text)), stated[0] if stated else None)


def find_dates(root: Element, labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return every day of publication that the page states: in labels first, then as shown."""
    dates = [("meta", labels[name]) for name in _META_DATES if labels.get(name)]
    text = " ".join(str(piece) for piece in _shown(root))
    for match in _SHOWN.finditer(text):
        shown = _SPACES.sub(" ", match[1]).strip()
        if parse_day(shown) is not None and ("page", shown) not in dates:
            dates.append(("page", shown))
    return tuple(dates)


def _shown(root: Element) -> list[str]:
    """Return the pieces of text in which a date may stand: short ones with the words for it."""
    pieces: list[str] = []
    for element in root.iter():
        if not is_skipped(element):
            pieces += [text for text in (element.text, element.tail) if text and len(text) < 200]
    return pieces


def _text(element: Element) -> str:
    return visible_text(element)
