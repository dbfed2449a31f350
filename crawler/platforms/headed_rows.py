"""Rows that say only whose report they are, below a heading that says which: central lists.

Central lists of all agencies often set ``<h2>2025年政府信息公开年度报告</h2>`` above links that are
names of agencies. Their title is what both say together, and counts as cut: the page decides.
"""

import re
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import is_column_address
from crawler.platforms.markup import Markup, marks_of, text_of
from crawler.platforms.model import ListItem
from crawler.platforms.rows import Row

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "th", "dt", "legend"})
_BLOCKS = frozenset({"div", "p", "span", "strong", "b", "td"})
_LONGEST_HEADING = 40
_FEWEST_NAMES = 3
_FILE_ENDING = re.compile(r"[.．](?:pdf|docx?|wps|ofd|rtf|xlsx?|zip|rar)$", re.IGNORECASE)


def names_agency(row: Row) -> bool:
    """Tell whether the row's words are the name of an agency, or of its file, and nothing else."""
    name = _FILE_ENDING.sub("", wording.compact(row.item.title))
    return wording.AGENCY_NAME.match(name) is not None


def lists_agencies(rows: list[Row]) -> bool:
    """Tell whether the rows are names of agencies that lead to single pages or files."""
    named = sum(1 for row in rows if names_agency(row) and not is_column_address(row.item.url))
    return named >= _FEWEST_NAMES and 2 * named > len(rows)


def headings_above(markup: Markup, rows: list[Row]) -> dict[HtmlElement, str]:
    """Return for each row's link the nearest heading before it that is about annual reports."""
    wanted = {row.link for row in rows if names_agency(row)}
    found: dict[HtmlElement, str] = {}
    heading = ""
    for element in markup.root.iter() if wanted else ():
        if element in wanted:
            if heading:
                found[element] = heading
        elif _may_head(element):
            heading = _heading(element) or heading
    return found


def is_heading_of_reports(element: HtmlElement) -> bool:
    """Tell whether an element is a heading about annual reports."""
    return _may_head(element) and bool(_heading(element))


def _may_head(element: HtmlElement) -> bool:
    titled = element.tag in _BLOCKS and ("tit" in marks_of(element) or not len(element))
    return element.tag in _HEADINGS or titled or element.tag == "title"


def _heading(element: HtmlElement) -> str:
    text = wording.compact(text_of(element))
    if not 0 < len(text) <= _LONGEST_HEADING:
        return ""
    part = next((part for part in text.replace("-", "_").split("_") if part), "")
    known = wording.is_report_title(part) or wording.names_annual_column(part)
    return part if known else ""


def with_heading(row: Row, heading: str | None) -> ListItem:
    """Return the row's item, its title completed by the heading above it."""
    if heading is None:
        return row.item
    name = _FILE_ENDING.sub("", row.item.title)
    return replace(row.item, title=f"{name}{heading}", cut=True)
