"""Rows of lists: links with a title and mostly a day, whatever elements they are made of."""

from collections import Counter
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import canonical_url, is_column_address
from crawler.platforms.days import first_day
from crawler.platforms.markup import Markup, words_of
from crawler.platforms.model import ListItem
from crawler.platforms.row_days import read_row_day
from crawler.platforms.row_links import RowLink, read_links
from crawler.platforms.row_titles import read_row_title

_ROW_TAGS = frozenset({"li", "tr", "dd", "dt"})
_WALLS = frozenset({"ul", "ol", "dl", "table", "tbody", "body", "html", "form", "tr"})
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_MOST_LEVELS = 4
_LONGEST_ROW = 600
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A link that may be a row of a list, with the elements it stands in."""

    link: HtmlElement
    element: HtmlElement
    container: HtmlElement
    """The element whose children are the rows."""
    item: ListItem

    @property
    def is_report(self) -> bool:
        """Whether it is an annual report, and not a column named like one: 2023年年报."""
        item = self.item
        if not wording.is_report_title(item.title):
            return False
        named = wording.YEAR_NAME.match(wording.compact(item.title)) is None
        return named or bool(item.day_text) or not is_column_address(item.url)


def read_rows(markup: Markup) -> tuple[Row, ...]:
    """Return every link that could be a row, in order; navigation is still among them."""
    links = list(read_links(markup))
    load: Counter[HtmlElement] = Counter()
    for link in links:
        if not link.action:
            load.update(_lineage(link.element))
    rows = (_row(link, load) for link in links if not (link.action and _has_companion(link, load)))
    return tuple(row for row in rows if row is not None)


def _lineage(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]


def _has_companion(link: RowLink, load: Counter[HtmlElement]) -> bool:
    """Tell whether a button stands in a row whose title is itself a link."""
    for level, ancestor in enumerate(link.element.iterancestors()):
        if ancestor.tag in _ROW_TAGS:
            return load[ancestor] > 0
        if level >= _MOST_LEVELS or ancestor.tag in _WALLS:
            return False
        if load[ancestor] == 1:
            return True
    return False


def _row(link: RowLink, load: Counter[HtmlElement]) -> Row | None:
    element = _row_element(link.element, load, 0 if link.action else 1)
    found = read_row_day(link, element, load)
    title = read_row_title(link, element, found)
    if not title or len(title) > _LONGEST_TITLE or wording.compact(title) in wording.NOT_ROWS:
        return None
    parent = element.getparent()
    item = ListItem(
        url=link.url, title=title, day=found.day, day_text=found.text, cut=wording.is_cut(title)
    )
    return Row(link.element, element, element if parent is None else parent, item)


def _row_element(start: HtmlElement, load: Counter[HtmlElement], limit: int) -> HtmlElement:
    """Return the largest element that belongs to this link alone, up to a row of a list."""
    best = start
    for level, ancestor in enumerate(start.iterancestors()):
        if load[ancestor] > limit or ancestor.tag in ("body", "html"):
            break
        if ancestor.tag in _ROW_TAGS:
            return _whole_row(ancestor, load, limit)
        if ancestor.tag in _WALLS or level > _MOST_LEVELS:
            break
        best = ancestor
        if first_day(words_of(ancestor)):
            break
    return best


def _whole_row(cell: HtmlElement, load: Counter[HtmlElement], limit: int) -> HtmlElement:
    """Return the list around ``cell`` where each row is a list of its own, else the cell.

    So some systems write: ``<ul><li>title</li><li>day</li></ul>`` once for each row. It is told by
    its like beside it, since a list may have but one row.
    """
    row = cell.getparent()
    while row is not None and row.tag in ("tr", "tbody"):
        row = row.getparent()
    if (
        row is None
        or row.tag not in _LISTS
        or load[row] > limit
        or len(row.text_content()) > _LONGEST_ROW
    ):
        return cell
    beside = (row.getprevious(), row.getnext())
    return row if any(_is_like(row, other, load) for other in beside) else cell


def _is_like(row: HtmlElement, other: HtmlElement | None, load: Counter[HtmlElement]) -> bool:
    if other is None or load[other] != load[row]:
        return False
    return (other.tag, other.get("class")) == (row.tag, row.get("class"))


def unique_items(rows: list[ListItem]) -> tuple[ListItem, ...]:
    """Return the items without those whose page was already named, the fuller title kept."""
    kept: dict[str, ListItem] = {}
    for item in rows:
        key = canonical_url(item.url)
        before = kept.get(key)
        if before is None or (before.cut and not item.cut) or (not before.day and item.day):
            kept[key] = item
    return tuple(kept.values())
