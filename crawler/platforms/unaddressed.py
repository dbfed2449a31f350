"""Parts of a column that a page offers without an address: tabs and options of its scripts."""

import re
from collections.abc import Callable, Iterable, Sequence

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.lists import in_chrome
from crawler.platforms.markup import Markup, marks_of, text_of
from crawler.platforms.model import ListItem
from crawler.platforms.row_links import link_address
from crawler.platforms.subcolumns import option_address, stands_at_all

_TABS = re.compile(r"tab|year|nian|\bnd\b|switch|\bhd\b|select|choose")
_PANELS = re.compile(r"panel|tab|con|bd|list|item|year")
_CLICKED = ("onclick", "data-id", "data-value", "data-year", "href")
_SEARCH_FIELDS = frozenset({"text", "search", "submit"})
_FEWEST = 2
_LONGEST_NAME = 30


def unaddressed_parts(markup: Markup, items: Iterable[ListItem]) -> tuple[str, ...]:
    """Return the years and agencies that only scripts can show, and whose rows are not here.

    Rows are here if the page has a panel for every tab, or reports of every year that the tabs
    name, be they years of publication, or of most of the agencies; and a menu that stands at
    "all" leaves nothing out where the rows are of several years or agencies.
    """
    rows = list(items)
    missing: dict[str, None] = {}
    for tabs in _menus(markup, _year_of):
        if not _shows_years({_year_of(tab) for tab in tabs}, rows, tabs) and not _has_panels(tabs):
            missing |= dict.fromkeys(text_of(tab) for tab in tabs)
    for tabs in _menus(markup, _agency_of):
        named = {_agency_of(tab) for tab in tabs}
        if len(named) > _FEWEST and not _shows_agencies(named, rows) and not _has_panels(tabs):
            missing |= dict.fromkeys(text_of(tab) for tab in tabs)
    return tuple(missing)


def _shows_years(named: set[str], rows: Sequence[ListItem], tabs: list[HtmlElement]) -> bool:
    years = _years_of(rows)
    told = {int(year) for year in named}
    if told <= years or {year - 1 for year in told} <= years:
        return True
    return len(years) >= _FEWEST and stands_at_all(tabs[0])


def _shows_agencies(named: set[str], rows: Sequence[ListItem]) -> bool:
    shown = {name for name in named if any(name in row.title for row in rows)}
    return 2 * len(shown) > len(named)


def _menus(markup: Markup, name_of: Callable[[HtmlElement], str]) -> list[list[HtmlElement]]:
    """Return the groups of sister elements that name parts and lead nowhere."""
    menus: dict[HtmlElement, list[HtmlElement]] = {}
    for element in markup.root.iter("a", "li", "span", "button", "div", "option", "em", "dd"):
        if len(element) <= 1 and name_of(element) and _leads_nowhere(element, markup.base):
            parent = element.getparent()
            if parent is not None and parent.tag == "li" and len(parent) == 1:
                parent = parent.getparent()
            menus.setdefault(parent if parent is not None else element, []).append(element)
    return [tabs for tabs in menus.values() if len({name_of(tab) for tab in tabs}) >= _FEWEST]


def _year_of(tab: HtmlElement) -> str:
    name = _name(tab)
    match = wording.YEAR_NAME.match(name) if name else None
    if match is None or not (tab.tag == "option" or _is_marked(tab)):
        return ""
    return str(match["year"])


def _agency_of(tab: HtmlElement) -> str:
    name = _name(tab)
    choosing = tab.tag == "option" and (parent := tab.getparent()) is not None
    acts = parent.get("onchange") if choosing and parent is not None else tab.get("onclick")
    return name if name and acts and wording.AGENCY_NAME.match(name) else ""


def _name(element: HtmlElement) -> str:
    name = wording.compact(text_of(element))
    return name if len(name) <= _LONGEST_NAME else ""


def _is_marked(element: HtmlElement) -> bool:
    """Tell whether an element looks like a tab: something happens on a click, or its class."""
    above = element.getparent()
    marks = f"{marks_of(element)} {marks_of(above) if above is not None else ''}"
    return any(element.get(name) for name in _CLICKED) or bool(_TABS.search(marks))


def _leads_nowhere(element: HtmlElement, base: str) -> bool:
    if element.tag == "option":
        return option_address(element, base) is None and not _is_in_search(element)
    around = (*element.iter(), *element.iterancestors("a", "li"))
    if any(link_address(node, base) for node in around):
        return False
    return not any(inner.tag == "a" for inner in element.iterdescendants()) and not in_chrome(
        element
    )


def _is_in_search(option: HtmlElement) -> bool:
    """Tell the menu of a search form, which narrows a list down that is whole without it."""
    form = next((node for node in option.iterancestors() if node.tag == "form"), None)
    fields = form.iter("input") if form is not None else ()
    return any((field.get("type") or "text") in _SEARCH_FIELDS for field in fields)


def _years_of(items: Iterable[ListItem]) -> set[int]:
    found: set[int] = set()
    for item in items:
        year = wording.fiscal_year_in_column(item.title)
        if year is not None:
            found.add(year)
        elif item.day is not None:
            found.add(item.day.year - 1)
    return found


def _has_panels(tabs: list[HtmlElement]) -> bool:
    """Tell whether the page holds a panel for each tab, hidden ones too, and rows in some."""
    menu = tabs[0].getparent()
    while menu is not None and menu.tag not in ("div", "ul", "ol", "dl", "nav"):
        menu = menu.getparent()
    holders = list(menu.iterancestors())[:2] if menu is not None else []
    for box in (box for holder in holders for box in (holder, *holder)):
        panels = [panel for panel in box if _is_panel(panel, menu)]
        if len(panels) >= len(tabs) and any(map(_holds, panels)):
            return True
    return False


def _is_panel(element: HtmlElement, menu: HtmlElement | None) -> bool:
    return (
        isinstance(element.tag, str)
        and element is not menu
        and element.tag in ("div", "ul", "ol", "table", "dl", "section")
        and bool(_PANELS.search(marks_of(element)))
    )


def _holds(panel: HtmlElement) -> bool:
    return any(True for _ in panel.iter("a"))
