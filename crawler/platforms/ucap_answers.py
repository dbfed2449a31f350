"""Answers of UCAP's services: rows with day, publisher and files, and the request after them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms.addresses import join_address
from crawler.platforms.answers import read_json_answer
from crawler.platforms.days import first_day
from crawler.platforms.model import Attachment, ListItem, ListPage, Page, PageRequest
from crawler.platforms.rows import unique_items
from crawler.platforms.script_rows import json_values, object_address, plain_text
from crawler.platforms.services import answer_page, post_form, referer_of, rows_before
from crawler.platforms.wording import is_cut

_ROW_KEYS = ("results", "list")
_TOTAL_KEYS = ("total", "allrow", "totalcount")
_PAGE_KEYS = ("page", "current", "pageindex")
_TITLES = ("title", "titlehtml", "subtitlehtml")
_DAYS = ("publishedtimestr", "published_time_format", "publishedtime", "date", "pubdate")
_MOST_DEPTH = 4


def read_service_answer(page: Page) -> ListPage:
    """Read an answer of any of the services; one without rows leaves the list unread."""
    data = _data(next(json_values(page.text), None))
    if data is None:
        return read_json_answer(page)
    referer = referer_of(page)
    rows = [row for row in _rows(data) if isinstance(row, dict)]
    items = unique_items([item for row in rows for item in _items(_lower(row), referer)])
    number = (page.request.number if page.request else None) or _number(data, _PAGE_KEYS) or 1
    seen = rows_before(page) + len(rows)
    following = _following(page, number + 1, seen)
    total = _number(data, _TOTAL_KEYS)
    return answer_page(
        items,
        number=number,
        total=total,
        seen=seen,
        following=(following,) if following else (),
    )


def _lower(found: dict[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in found.items()}


def _data(value: Any, depth: int = 0) -> dict[str, Any] | None:
    """Return the object that holds the rows, wherever the answer wraps it."""
    if not isinstance(value, dict) or depth > _MOST_DEPTH:
        return None
    found = _lower(value)
    if any(isinstance(found.get(key), list) for key in _ROW_KEYS):
        return found
    inner = (_data(found.get(key), depth + 1) for key in ("data", "results", "result"))
    return next((each for each in inner if each is not None), None)


def _rows(data: dict[str, Any]) -> list[Any]:
    return next(value for key in _ROW_KEYS if isinstance(value := data.get(key), list))


def _number(found: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        value = found.get(key)
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if text.isdigit() and len(text) < 8:
            return int(text)
    return None


def _items(row: dict[str, Any], base: str) -> Iterator[ListItem]:
    source = row.get("source")
    row = {**row, **_lower(source)} if isinstance(source, dict) else row
    said = dict(_said(row))
    title = plain_text(_text(row, _TITLES))
    files = tuple(_files(row, base))
    url = object_address(row, base) or _redirected(row, base) or (files[0].url if files else None)
    if not title or url is None:
        return
    day = first_day(_text(row, _DAYS)) or first_day(said.get("pubdate", ""))
    yield ListItem(
        url=url,
        title=title,
        day=day.day if day else None,
        day_text=day.text if day else "",
        cut=is_cut(title),
        attachments=files,
        source_name=said.get("source") or None,
    )


def _redirected(row: dict[str, Any], base: str) -> str | None:
    written = _text(row, ("redirecturl", "urls"))
    return object_address({"url": written}, base) if written else None


def _text(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((v.strip() for key in keys if isinstance(v := row.get(key), str) and v.strip()), "")


def _said(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the row's labels say: ``pubdate``, ``source``; never the day of writing."""
    for group in _list(row.get("domainmetalist")):
        for pair in _list(group.get("resultList")) if isinstance(group, dict) else ():
            key, value = (
                (pair.get("key"), pair.get("value")) if isinstance(pair, dict) else ("", "")
            )
            if isinstance(key, str) and isinstance(value, str) and value.strip():
                yield key.lower(), value.strip()


def _files(row: dict[str, Any], base: str) -> Iterator[Attachment]:
    for found in _list(row.get("reslist")):
        written = _lower(found) if isinstance(found, dict) else {}
        path = _text(written, ("filepath", "url", "path"))
        url = join_address(base, path) if path else None
        if url:
            name = _text(written, ("filename", "name", "title"))
            yield Attachment(url=url, name=name or url.rpartition("/")[2])


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _following(page: Page, number: int, seen: int) -> PageRequest | None:
    """Return the request after this answer: the same, with the next number."""
    known, referer = {"seen": str(seen)}, referer_of(page)
    body = page.request.body if page.request else ""
    form = parse_qsl(body, keep_blank_values=True)
    for name in ("pageIndex", "current", "page"):
        if any(key == name for key, _ in form):
            changed = [(key, str(number) if key == name else value) for key, value in form]
            return post_form(page.url, changed, referer=referer, number=number, known=known)
    query = parse_qsl(urlsplit(page.url).query, keep_blank_values=True)
    if body or not any(key == "page" for key, _ in query):
        return None
    asked = urlencode([(key, str(number) if key == "page" else value) for key, value in query])
    address = page.url.partition("?")[0]
    return PageRequest(
        url=f"{address}?{asked}", number=number, headers={"Referer": referer}, known=known
    )
