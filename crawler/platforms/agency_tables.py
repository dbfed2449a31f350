"""Tables of who has published: a row for each agency, links that say only a year, or 查看.

Of such a row (layout 8 of the map of families) no cell is a title: the first names the agency, the
head of the column or the link itself the year. What both say together is the title, and counts as
cut: the page decides.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.headed_rows import is_heading_of_reports
from crawler.platforms.markup import Markup, text_of
from crawler.platforms.rows import Row

_FEWEST = 2
"""Agencies that make a table one of agencies."""
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_SAYS_WHAT = re.compile(
    r"^(?:20\d\d年?度?)?(?:(?:政府)?信息公开)?(?:工作)?(?:年度?)?(?:工作)?(?:报告|年报)?$"
)
"""A year, the name of the form, both or neither."""


def with_agencies_of_tables(markup: Markup, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows, those of such tables with the titles that their tables give them."""
    titles: dict[HtmlElement, str] = {}
    wanted = {row.link for row in rows if _says_nothing(row)}
    for table in _tables_of_reports(markup) if wanted else ():
        titles |= _titles_in(table, wanted)
    return tuple(_titled(row, titles) for row in rows)


def _says_nothing(row: Row) -> bool:
    words = wording.compact(text_of(row.link))
    return words in wording.ACTIONS or bool(_SAYS_WHAT.match(words))


def _titled(row: Row, titles: Mapping[HtmlElement, str]) -> Row:
    title = titles.get(row.link)
    return row if title is None else replace(row, item=replace(row.item, title=title, cut=True))


def _tables_of_reports(markup: Markup) -> Iterator[HtmlElement]:
    """Yield the tables that stand below a heading, or the page's title, about annual reports."""
    headed = False
    for element in markup.root.iter():
        if element.tag == "table" and headed:
            yield element
        elif isinstance(element.tag, str) and is_heading_of_reports(element):
            headed = True


def _titles_in(table: HtmlElement, wanted: set[HtmlElement]) -> dict[HtmlElement, str]:
    """Return what the links of a table are called by its rows and columns, if by agencies."""
    found: dict[HtmlElement, str] = {}
    agencies: set[str] = set()
    heads: list[str] = []
    agency, lasts = "", 0
    for line in table.iter("tr"):
        cells = [cell for cell in line if cell.tag in ("td", "th")]
        named, spans = _agency_in(cells)
        if named:
            agency, lasts = named, spans
        lasts -= 1
        if not named and not any(link in wanted for link in line.iter("a")):
            heads = [text_of(cell) for cell in cells] or heads
        if lasts < 0:
            continue
        agencies.add(agency)
        own = heads if len(heads) == len(cells) else []
        found |= {link: _title(agency, link, own, place) for link, place in _links(cells, wanted)}
    return found if len(agencies) >= _FEWEST else {}


def _agency_in(cells: Sequence[HtmlElement]) -> tuple[str, int]:
    """Return the agency that a row is of, and for how many rows its cell stands."""
    for cell in cells:
        name = wording.compact(text_of(cell))
        if wording.AGENCY_NAME.match(name):
            span = cell.get("rowspan") or "1"
            return name, int(span) if span.isdecimal() else 1
    return "", 0


def _links(
    cells: Sequence[HtmlElement], wanted: set[HtmlElement]
) -> Iterator[tuple[HtmlElement, int]]:
    for place, cell in enumerate(cells):
        yield from ((link, place) for link in cell.iter("a") if link in wanted)


def _title(agency: str, link: HtmlElement, heads: Sequence[str], place: int) -> str:
    words = (text_of(link), heads[place] if place < len(heads) else "")
    year = next((found[0] for text in words if (found := _YEAR.search(text))), None)
    return f"{agency}{year}年政府信息公开年度报告" if year else f"{agency}政府信息公开年度报告…"
