"""Answers of list services in JSON, plain or padded, whose rows may be HTML inside it."""

import re
from collections.abc import Iterator
from typing import Any

from crawler.platforms.lists import list_items
from crawler.platforms.markup import Markup, parse_fragment
from crawler.platforms.model import ListItem, ListPage, Page, PageRequest
from crawler.platforms.pager_addresses import guessed_addresses, number_in_address
from crawler.platforms.rows import unique_items
from crawler.platforms.script_rows import json_items, json_objects, json_values
from crawler.platforms.wording import WORDS

_ANSWER = re.compile(r"^\s*(?:[\w$.]+\s*\(\s*)?[\[{]")
_TOTAL_KEYS = tuple(WORDS["keys"]["totals"])
_PAGES_KEYS = tuple(WORDS["keys"]["pages"])
_MOST_DEPTH = 12


def is_json_answer(page: Page) -> bool:
    """Tell an answer in JSON from a page."""
    return bool(_ANSWER.match(page.text))


def read_json_answer(page: Page) -> ListPage:
    """Read a list service's answer in JSON, plain or padded, whose rows may be HTML inside it."""
    values = list(json_values(page.text))
    items = [item for value in values for item in json_items(value, page.url)]
    for fragment in markup_strings(values):
        markup = Markup(root=parse_fragment(fragment), base=page.url, scripts=())
        items += list_items(markup, page.url)
    objects = [found for value in values for found in json_objects(value)]
    total, pages = _whole_number(objects, _TOTAL_KEYS), _whole_number(objects, _PAGES_KEYS)
    says_none = total == 0 and any([] in found.values() for found in objects)
    return _answer_page(page, unique_items(items), total=total, pages=pages, says_none=says_none)


def read_answer_labels(page: Page) -> dict[str, str]:
    """Return as a label the name of the column that an answer gives beside its rows."""
    for value in json_values(page.text):
        for found in json_objects(value):
            name = found.get("channelname") or (
                found.get("name") if "post_count" in found else None
            )
            if isinstance(name, str) and name:
                return {"columnname": name}
    return {}


def _answer_page(
    page: Page,
    items: tuple[ListItem, ...],
    *,
    total: int | None,
    pages: int | None,
    says_none: bool,
) -> ListPage:
    """Return an answer as a list page.

    Without rows it is a list only if it ``says_none``: a total of nought beside an empty list of
    rows. A total alone is what services send with an error. Neither proves that a list ends.
    """
    number = (page.request.number if page.request else None) or number_in_address(page.url)
    ended = total is not None and (number in (None, 1)) and len(items) >= total
    ended = ended or (number is not None and pages is not None and number >= pages)
    ended = ended and bool(items)
    following = (
        ()
        if ended or not items or _was_posted(page)
        else guessed_addresses(page.url, number=number, pages=pages)
    )
    return ListPage(
        items=items,
        recognised=bool(items) or says_none,
        number=number,
        announced_items=total,
        announced_pages=pages,
        next_pages=tuple(
            PageRequest(url=url, number=None if number is None else number + 1, probe=True)
            for url in following
            if "?" in url
        ),
        last=True if ended else None,
    )


def _was_posted(page: Page) -> bool:
    return page.request is not None and page.request.method != "GET"


def markup_strings(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the strings at any depth of a JSON value that are mark-up with rows."""
    if isinstance(value, str):
        if "<a " in value or "<li" in value:
            yield value.replace("<![CDATA[", "").replace("]]>", "")
    elif depth < _MOST_DEPTH:
        parts = (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        )
        for part in parts:
            yield from markup_strings(part, depth + 1)


def _whole_number(objects: list[dict[str, Any]], keys: tuple[str, ...]) -> int | None:
    for found in objects:
        for key in keys:
            value = found.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000:
                return value
            if isinstance(value, str) and value.isdigit() and len(value) < 8:
                return int(value)
    return None
