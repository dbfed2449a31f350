"""Answers of Epoint's list services, and how they tell the way in which a host counts its pages.

A host that counts from 1 answers nothing for page 0, or the same rows for 0 and for 1.
"""

from collections.abc import Iterator
from typing import Any

from crawler.platforms.days import first_day
from crawler.platforms.epoint_service import SIZE, service_request
from crawler.platforms.model import ListItem, ListPage, Page
from crawler.platforms.rows import unique_items
from crawler.platforms.script_rows import json_values, object_address, plain_text
from crawler.platforms.services import answer_page, referer_of, rows_before
from crawler.platforms.wording import is_cut

_ROWS = ("data", "infodata", "list", "govinfolist")
_TOTALS = ("total", "totalcount", "count", "totalnum")


def read_answer(page: Page) -> ListPage:
    """Read an answer of a service; one without rows leaves the list unread."""
    known, referer = dict(page.request.known) if page.request else {}, referer_of(page)
    rows, total = _rows_and_total(page)
    kept = [row for row in rows if _is_of_category(row, known.get("category", ""))]
    items = unique_items([item for row in kept for item in _items(row, referer)])
    number = (page.request.number if page.request else None) or 1
    if not items or not known:
        return answer_page(items, number=number, total=total, seen=len(rows), following=())
    index, first = int(known.get("index", "0")), items[0].url
    if index == 1 and first == known.get("first"):
        # The host counts from one: it answered its first page for 0 as well.
        following = service_request(page.url, known, 2, number, referer)
        return ListPage(items=(), recognised=True, onward=True, next_pages=(following,), last=False)
    seen = rows_before(page) + len(rows)
    known |= {"seen": str(seen), "first": first}
    return answer_page(
        items,
        number=number,
        total=total,
        seen=seen,
        following=(service_request(page.url, known, index + 1, number + 1, referer),),
        size=SIZE,
    )


def _rows_and_total(page: Page) -> tuple[list[dict[str, Any]], int | None]:
    whole = next(json_values(page.text), None)
    custom = whole.get("custom", whole) if isinstance(whole, dict) else None
    if isinstance(custom, str):
        custom = next(json_values(custom), None)
    if not isinstance(custom, dict):
        return [], None
    found = {str(key).lower(): value for key, value in custom.items()}
    rows = next((v for key in _ROWS if isinstance(v := found.get(key), list)), [])
    lowered = [
        {str(key).lower(): value for key, value in row.items()}
        for row in rows
        if isinstance(row, dict)
    ]
    return lowered, next(_numbers(found), None)


def _numbers(found: dict[str, Any]) -> Iterator[int]:
    for key in _TOTALS:
        text = str(found.get(key, ""))
        if text.isdigit() and len(text) < 8:
            yield int(text)


def _is_of_category(row: dict[str, Any], category: str) -> bool:
    """Tell rows of the list from others that a host sends when it does not understand."""
    own = row.get("categorynum")
    return not category or not isinstance(own, str) or not own or own.startswith(category)


def _items(row: dict[str, Any], base: str) -> Iterator[ListItem]:
    titles = (row.get(key) for key in ("realtitle", "title", "infotitle"))
    title = next((plain_text(each) for each in titles if isinstance(each, str) and each), "")
    url = object_address(row, base)
    if not title or url is None:
        return
    written = row.get("infodate") or row.get("pubdate") or row.get("showdate")
    day = first_day(written) if isinstance(written, str) else None
    publisher = row.get("deptname")
    yield ListItem(
        url=url,
        title=title,
        day=day.day if day else None,
        day_text=day.text if day else "",
        cut=is_cut(title),
        source_name=publisher if isinstance(publisher, str) and publisher else None,
    )
