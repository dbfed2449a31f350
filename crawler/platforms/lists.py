"""Which links of a page are its list: told from navigation by days, titles and place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.addresses import host_of
from crawler.platforms.agency_tables import with_agencies_of_tables
from crawler.platforms.headed_rows import headings_above, lists_agencies, with_heading
from crawler.platforms.markup import Markup, marks_of, text_of
from crawler.platforms.model import ListItem
from crawler.platforms.rows import Row, read_rows

_CHROME_TAGS = frozenset({"header", "footer", "nav"})
_LIST_TAGS = ("ul", "ol", "dl", "table")
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:site|main|top|page|g|w|m|wrap)?[_-]?"
    r"(?:header|headbar|footer|foot|nav|navbar|navigation|mainnav|topnav|menu|submenu|crumbs?|curb|breadcrumbs?|dqwz|weizhi"
    r"|location|position|friendlinks?|yqlj|quickbar|quick|toolbar|share|copyright|search|hotword|topbar|fixed|float)"
    r"(?=$|[\s_-]|\d|box|list|con|wrap|main|bar|nav)"
)
_NO_CHROME = re.compile(r"\bxxgk_nav_con\b")
"""What LonSun calls the rows beside its menu of disclosure."""
_TRIMMING = re.compile(
    r"(?:^|[\s_-])(?:site|main|top|page|g|w|m)?[_-]?(?:header|footer|foot|nav|navbar|mainnav|menu|copyright)(?=$|[\s_-]|\d)"
)
_SHOWN = re.compile(
    r"\b(?:active|on|cur|current|selected|show|hide|hidden|first|last|odd|even|\w*\d+)\b"
)
_EMPTY = re.compile(
    r"暂无(?:相关)?(?:信息|数据|内容|记录|文章|公开)|没有(?:找到)?(?:相关)?(?:信息|数据|内容|记录)|无相关(?:信息|数据|内容)|未查询到"
)
_ARTICLE_PATH = re.compile(
    r"\.(?:s?html?|jspx?|aspx?|php|pdf|docx?|wps|ofd|xlsx?|zip|rar)$|\d{4,}$|[0-9a-f]{24,}",
    re.IGNORECASE,
)
_COLUMN_PATH = re.compile(r"/(?:index|list|default|main|node)?[^/]{0,12}$", re.IGNORECASE)
_FEWEST_UNDATED = 3
_FEWEST_DATED = 2
_LONGEST_HEAD = 40
_SHORTEST_TITLE = 9


@dataclass(slots=True)
class _Group:
    """Rows that share one parent."""

    container: HtmlElement
    rows: list[Row] = field(default_factory=list)
    in_chrome: bool = False

    @property
    def dated(self) -> int:
        return sum(1 for row in self.rows if row.item.day_text)

    @property
    def reports(self) -> int:
        return sum(1 for row in self.rows if row.is_report)

    @property
    def is_all_reports(self) -> bool:
        return 2 * self.reports > len(self.rows)

    @property
    def weight(self) -> float:
        full = self.dated + 2 * self.reports
        return full * (0.1 if self.in_chrome else 1.0)


@dataclass(frozen=True, slots=True)
class FoundList:
    """The list on a page."""

    items: tuple[ListItem, ...] = ()
    holders: frozenset[str] = frozenset()
    """What the elements are like that hold its rows; see ``vacant_holders``."""


def list_items(markup: Markup, url: str) -> tuple[ListItem, ...]:
    """Return the rows of the list on the page, in order, panels of tabs joined; empty if none."""
    return find_list(markup, url).items


def find_list(markup: Markup, url: str) -> FoundList:
    """Return the rows of the list on the page with what holds them."""
    groups = _groups(with_agencies_of_tables(markup, read_rows(markup)))
    chosen = _told_by_rows(groups) or _told_by_titles(groups, url)
    central = [group for group in groups if not group.in_chrome and lists_agencies(group.rows)]
    headed = headings_above(markup, [row for group in central for row in group.rows])
    heads = [group for group in central if any(row.link in headed for row in group.rows)]
    if heads:  # beside news they are the list, beside reports a part of it
        chosen = [*heads, *(group for group in chosen if group.reports and group not in heads)]
    members = {id(row) for group in chosen for row in group.rows}
    rows = (row for group in groups for row in group.rows if id(row) in members)
    holding = [group.container for group in chosen]
    holding += [parent for each in holding if (parent := each.getparent()) is not None]
    return FoundList(
        items=tuple(with_heading(row, headed.get(row.link)) for row in rows),
        holders=frozenset(map(_holder, holding)),
    )


def vacant_holders(markup: Markup) -> frozenset[str]:
    """Return what the elements are like that could hold rows and hold none.

    By itself such an element proves nothing. But where another list of the same column has its rows
    in an element just like it, the template is the same, and this list is empty.
    """
    return frozenset(
        _holder(element) for element in markup.root.iter(*_LIST_TAGS, "div") if _is_vacant(element)
    )


def written_holders(markup: Markup) -> frozenset[str]:
    """Return what the lists are like into which the scripts of a page write its rows.

    They are empty once the scripts are set apart.
    """
    return frozenset(
        _holder(element) for element in markup.root.iter(*_LIST_TAGS) if _is_vacant(element)
    )


def _is_vacant(element: HtmlElement) -> bool:
    if element.tag in ("dl", "table"):  # of these the heading stays
        words = "".join(element.itertext()).split()
        return len("".join(words)) <= _LONGEST_HEAD and next(element.iter("a"), None) is None
    return not len(element) and not (element.text or "").strip()


def _holder(element: HtmlElement) -> str:
    return " < ".join(_kind(element))


def says_empty(markup: Markup) -> bool:
    """Tell whether the page says in words that its list has no entries."""
    return bool(_EMPTY.search(text_of(markup.root)))


def is_trimming(element: HtmlElement) -> bool:
    """Tell whether ``element`` itself is a header, footer or menu of the site."""
    return element.tag in _CHROME_TAGS or bool(_TRIMMING.search(marks_of(element)))


def in_chrome(element: HtmlElement) -> bool:
    """Tell whether ``element`` stands in a header, footer, menu, trail or toolbar."""
    return any(
        node.tag in _CHROME_TAGS or bool(_CHROME.search(_NO_CHROME.sub("", marks_of(node))))
        for node in (element, *element.iterancestors())
        if node.tag != "body"
    )


def _groups(rows: Iterable[Row]) -> list[_Group]:
    groups: dict[HtmlElement, _Group] = {}
    for row in rows:
        container = _list_element(row.container)
        if container not in groups:
            groups[container] = _Group(container, in_chrome=in_chrome(container))
        groups[container].rows.append(row)
    _tell_lists_by_days(groups.values())
    return list(groups.values())


def _tell_lists_by_days(groups: Iterable[_Group]) -> None:
    """Tell lists from menus by days: classes such as ``xxgk_nav_con`` are given to both."""
    kinds: dict[tuple[str, ...], list[_Group]] = {}
    for group in groups:
        if group.in_chrome:
            kinds.setdefault(_kind(group.container), []).append(group)
    for alike in kinds.values():
        dated = sum(group.dated for group in alike)
        rows = sum(len(group.rows) for group in alike)
        for group in alike:
            group.in_chrome = dated < _FEWEST_DATED or 2 * dated <= rows


def _list_element(container: HtmlElement) -> HtmlElement:
    """Return the table for its body or a row of it, else the container itself."""
    for tag in ("tr", "tbody"):
        parent = container.getparent()
        if container.tag == tag and parent is not None:
            container = parent
    return container


def _told_by_rows(groups: list[_Group]) -> list[_Group]:
    """Return the groups with the most dated or report-like rows, and their like."""
    # A short list of reports beats a longer list of news beside it.
    full = [group for group in groups if group.is_all_reports and not group.in_chrome]
    best = max(full or groups, key=lambda group: group.weight, default=None)
    if best is None or best.weight == 0 or (best.in_chrome and best.dated + best.reports < 2):
        return []
    kind = _kind(best.container)
    return [
        group
        for group in groups
        if group is best
        or (group.dated and not group.in_chrome and _kind(group.container) == kind)
        or (group.reports and not group.in_chrome)
    ]


def _kind(container: HtmlElement) -> tuple[str, ...]:
    """Return what containers of one kind share: names and classes, not those that say shown."""
    lineage = [container, *container.iterancestors()][:3]
    return tuple(
        f"{node.tag} {_SHOWN.sub('', node.get('class') or '').strip()}" for node in lineage
    )


def _told_by_titles(groups: list[_Group], url: str) -> list[_Group]:
    """Return the group of undated links that read and lead as articles of this column would."""
    fitting = [
        group
        for group in groups
        if not group.in_chrome
        and sum(_reads_as_article(row, url) for row in group.rows) * 2 > len(group.rows)
        and len(group.rows) >= _FEWEST_UNDATED
    ]
    best = max(fitting, key=lambda group: len(group.rows), default=None)
    return [best] if best else []


def _reads_as_article(row: Row, url: str) -> bool:
    path, column = urlsplit(row.item.url).path, urlsplit(url).path.rpartition("/")[0]
    return (
        len(row.item.title) >= _SHORTEST_TITLE
        and host_of(row.item.url) == host_of(url)
        and bool(_ARTICLE_PATH.search(path))
        and path.startswith(column)
        and not wording.names_annual_column(row.item.title)
    )
