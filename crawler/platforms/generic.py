"""The adapter of last resort, which reads what most portals serve: rows of links with days."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.platforms.addresses import canonical_url
from crawler.platforms.answers import is_json_answer, read_json_answer
from crawler.platforms.article import article_of, read_article
from crawler.platforms.attachments import is_file
from crawler.platforms.called_rows import give_addresses, unaddressed_reports
from crawler.platforms.lists import (
    find_list,
    list_items,
    says_empty,
    vacant_holders,
    written_holders,
)
from crawler.platforms.markup import Markup, parse_fragment, parse_markup
from crawler.platforms.model import Article, ListItem, ListPage, Page
from crawler.platforms.paging import read_paging
from crawler.platforms.rows import unique_items
from crawler.platforms.script_arrays import empty_arrays, filled_arrays
from crawler.platforms.script_rows import quoted_markup, script_items
from crawler.platforms.shells import (
    is_drawn_by_script,
    is_past_the_end,
    may_fill,
    same_host_frames,
)
from crawler.platforms.subcolumns import find_subcolumns, is_article_address, years_among
from crawler.platforms.unaddressed import unaddressed_parts
from crawler.platforms.wording import is_report_in_column, is_report_title, names_annual_column
from storage.titles import Title, parse_title

_REPORT_BODY = re.compile(r"总体情况")
_MAY_BE_REPORT = re.compile(r"总体情况|articletitle", re.IGNORECASE)
_PARTS_OF_REPORT = tuple(
    re.compile(part)
    for part in ("总体情况", "主动公开政府信息", "申请情况", "复议.{0,8}诉讼", "问题")
)
"""Headings of every report (国办公开办函〔2021〕30号)."""
_LONG_TEXT = 200


def read_list(page: Page) -> ListPage:
    """Read one list page of any system: HTML, or the JSON answer of a list service."""
    if is_json_answer(page):
        return read_json_answer(page)
    if is_past_the_end(page):
        return ListPage(items=(), recognised=True, last=True)
    return list_of(parse_markup(page), page)


def list_of(markup: Markup, page: Page) -> ListPage:
    """Read the list on a parsed page."""
    give_addresses(markup)
    shown = find_list(markup, page.url)
    items = _without_own_files(unique_items(list(_all_items(markup, page, shown.items))), page)
    taken = frozenset(canonical_url(item.url) for item in items) - years_among(items, page.url)
    parts = find_subcolumns(markup, page.url, taken)
    years = {canonical_url(part.url) for part in parts}
    items = tuple(item for item in items if canonical_url(item.url) not in years)
    found = ListPage(
        items=items,
        recognised=bool(items),
        subcolumns=parts,
        unread=unaddressed_parts(markup, items) + unaddressed_reports(markup, items),
        holders=shown.holders or (_written(markup) if items else frozenset()),
    )
    return _with_paging(found, markup, page) if items else _without_rows(found, markup, page)


def _with_paging(found: ListPage, markup: Markup, page: Page) -> ListPage:
    paging = read_paging(markup, page, len(found.items))
    return replace(
        found,
        number=paging.number,
        announced_items=paging.items,
        announced_pages=paging.pages,
        next_pages=paging.next_pages,
        last=paging.last,
    )


def _without_rows(found: ListPage, markup: Markup, page: Page) -> ListPage:
    """Tell an empty list from one that is elsewhere: in a frame, in parts, drawn by a script.

    "No entries" is believed only of a page that no script fills: some show it while they load.
    """
    empty, frames = says_empty(markup), same_host_frames(markup, page)
    drawn = not frames and not found.subcolumns and is_drawn_by_script(markup, page.text)
    drawn = drawn or bool(unaddressed_reports(markup, ()))
    return replace(
        found,
        recognised=empty or bool(found.subcolumns),
        frames=frames,
        needs_script=drawn,
        last=True if empty and not drawn else None,
        vacant=frozenset() if drawn or may_fill(markup) else _vacant(markup),
    )


def _written(markup: Markup) -> frozenset[str]:
    """Return what holds the rows of a page that its scripts write."""
    return written_holders(markup) | filled_arrays(markup.scripts, markup.base)


def _vacant(markup: Markup) -> frozenset[str]:
    return vacant_holders(markup) | empty_arrays(markup.scripts)


def _all_items(markup: Markup, page: Page, shown: tuple[ListItem, ...]) -> Iterator[ListItem]:
    """Yield rows of the page and of its scripts; of these only reports where both have rows."""
    yield from shown
    written = list(script_items(markup.scripts, markup.base))
    fragment = quoted_markup(markup.scripts)
    if fragment:
        written += list_items(replace(markup, root=parse_fragment(fragment)), page.url)
    yield from (item for item in written if not shown or is_report_title(item.title))
    yield from _own_text(markup, page, has_rows=bool(shown or written))


def _own_text(markup: Markup, page: Page, *, has_rows: bool) -> Iterator[ListItem]:
    """Yield the page itself where a column shows the newest report's text and not its link.

    Beside rows (the earlier reports) a label must say that the page is a report, or its text have
    the parts of one: summaries of rows quote reports.
    """
    if not _MAY_BE_REPORT.search(page.text):
        return
    article = article_of(markup, page)
    labelled = article.labels.get("articletitle", "")
    whole = all(part.search(article.text) for part in _PARTS_OF_REPORT)
    title = labelled or ((article.title or "") if whole or not has_rows else "")
    quotes = bool(_REPORT_BODY.search(article.text)) and len(article.text) > _LONG_TEXT
    if (is_report_title(title) and quotes) or _is_labelled_report(article, page):
        first = article.days[0] if article.days else None
        day, text = (first.day, first.text) if first else (None, "")
        yield ListItem(url=page.url, title=title, day=day, day_text=text)


def _without_own_files(items: tuple[ListItem, ...], page: Page) -> tuple[ListItem, ...]:
    """Return rows without the files of the report that the page itself is.

    They say the same agency and year as the page, or none; those of earlier years are rows.
    """
    here = canonical_url(page.url)
    own = next((item for item in items if canonical_url(item.url) == here), None)
    if own is None:
        return items
    said = parse_title(own.title, within_column=True)
    return tuple(item for item in items if not (is_file(item.url) and _is_of(said, item.title)))


def _is_of(said: Title, title: str) -> bool:
    told = parse_title(title, within_column=True)
    same_year = told.fiscal_year in (None, said.fiscal_year)
    return same_year and told.agency in (None, said.agency)


def _is_labelled_report(article: Article, page: Page) -> bool:
    """Tell a column whose labels say that it shows a report now, be it as a file or pictures."""
    of_column = names_annual_column(article.labels.get("columntype", ""))
    title = article.labels.get("articletitle", "")
    return of_column and is_report_in_column(title) and not is_article_address(page.url)


class _Generic:
    """Adapter ``generic``: takes every page, sure of none."""

    name = "generic"

    def recognises(self, page: Page) -> float:  # noqa: ARG002  a page of any kind will do
        """Return a certainty that any adapter which knows the page exceeds."""
        return 0.1

    def read_list(self, page: Page) -> ListPage:
        """Read one list page."""
        return read_list(page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


GENERIC = _Generic()
