"""Page labels: the ``meta`` elements that 国办发〔2017〕47号 asks for, and the day they state."""

import re

from lxml.html import HtmlElement

from crawler.platforms.days import WrittenDay, first_day
from crawler.platforms.markup import Markup, collapse
from storage.law import load_law

_KNOWN = load_law("portals")["page_meta"]
_MEANINGS = {
    label["name"].lower(): label["meaning"]
    for group in ("site", "column", "article")
    for label in _KNOWN[group]
}
_TEMPLATE = re.compile(
    r"\$\{|\{\{|<%|%>|<\?|#\{|\[!--|\{\$|<[A-Z]+_|^\$\w+\$?$|undefined|^null$|^N/A$|^-+$",
    re.IGNORECASE,
)
_DAY_LABELS = (
    "pubdate",
    "publishdate",
    "publishtime",
    "publish_date",
    "article:published_time",
    "releasedate",
)


def read_labels(markup: Markup) -> dict[str, str]:
    """Return the labels of a page, names in lower case, each with its first real value.

    What only a template would say is no value: empty, ``${title}``, or the label's own name
    (``content="网站名称"``).
    """
    labels: dict[str, str] = {}
    for element in markup.root.iter("meta"):
        name = _name(element)
        value = collapse(element.get("content") or "")
        if name and name not in labels and _is_filled(name, value):
            labels[name] = value
    return labels


def _name(element: HtmlElement) -> str:
    name = (element.get("name") or element.get("property") or "").strip().lower()
    other = (element.get("http-equiv") or "").strip().lower()
    return name or (other if other in _MEANINGS else "")


def _is_filled(name: str, value: str) -> bool:
    return bool(value) and value != _MEANINGS.get(name) and not _TEMPLATE.search(value)


def labelled_days(labels: dict[str, str]) -> list[WrittenDay]:
    """Return the days of publication that the labels state, PubDate first."""
    found = (first_day(labels[name]) for name in _DAY_LABELS if name in labels)
    return [day for day in found if day is not None]
