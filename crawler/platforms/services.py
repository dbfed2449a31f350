"""Lists that a service gives page by page: what has been seen of one, and whether it is all.

A service that tells a total is read until that many rows came, not until a page number says so, for
page sizes are not honoured everywhere. An empty or broken answer is never the end of a list.
"""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from crawler.platforms.model import ListItem, ListPage, Page, PageRequest

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def post_form(
    url: str,
    form: Sequence[tuple[str, str]],
    *,
    referer: str,
    number: int,
    known: dict[str, str] | None = None,
) -> PageRequest:
    """Return the request that sends ``form`` to a service, as the page ``referer`` would."""
    return PageRequest(
        url=url,
        method="POST",
        body=urlencode(form),
        headers={"Referer": referer, "Content-Type": FORM},
        number=number,
        known=known or {},
    )


def referer_of(page: Page) -> str:
    """Return the column page that an answer belongs to; the answer's own address if unknown."""
    return (page.request.headers.get("Referer") if page.request else None) or page.url


def rows_before(page: Page) -> int:
    """Return how many rows of the list came before this answer."""
    seen = page.request.known.get("seen", "") if page.request else ""
    return int(seen) if seen.isdigit() else 0


def answer_page(
    items: tuple[ListItem, ...],
    *,
    number: int,
    total: int | None,
    seen: int,
    following: tuple[PageRequest, ...],
    size: int | None = None,
) -> ListPage:
    """Return an answer as a list page.

    Args:
        items: its rows.
        number: which page it is, one-based.
        total: the rows announced for the whole list; None if it announces none.
        seen: rows had with this answer, those before it included.
        following: how to ask for what comes after.
        size: rows of a full page, for the number of pages.
    """
    if not items:
        return _without_rows(number=number, total=total, seen=seen)
    ended = total is not None and seen == total
    unsure = total is None or seen > total  # a counter that lags behind says nothing of the end
    return ListPage(
        items=items,
        recognised=True,
        number=number,
        announced_items=total,
        announced_pages=-(-total // size) if total and size and not unsure else None,
        next_pages=()
        if ended
        else tuple(replace(each, probe=each.probe or unsure) for each in following),
        last=True if ended else None if unsure else False,
    )


def _without_rows(*, number: int, total: int | None, seen: int) -> ListPage:
    """Tell a list without rows, and one of which all announced rows came before, from no answer."""
    says_none = total == 0 and number == 1
    had_all = total is not None and 0 < total <= seen
    return ListPage(
        items=(),
        recognised=says_none or had_all,
        number=number,
        announced_items=total,
        last=True if had_all else None if says_none else False,
        onward=had_all,
    )
