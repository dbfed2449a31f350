"""Rows that exist only inside scripts, and whole answers in JSON: read, never run."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from crawler.platforms import wording
from crawler.platforms.addresses import join_address, looks_like_address
from crawler.platforms.days import day_of_timestamp, first_day
from crawler.platforms.markup import collapse, parse_fragment, text_of
from crawler.platforms.model import ListItem

_MOST_OBJECTS = 2_000
_MOST_LOOSE = 10
_LONGEST_LOOSE = 100_000
_MOST_DEPTH = 24
_URL_KEYS = tuple(wording.WORDS["keys"]["addresses"])
_TITLE_KEYS = tuple(wording.WORDS["keys"]["titles"])
_DAY_KEYS = tuple(wording.WORDS["keys"]["days"])
_ASSIGNED = re.compile(
    r"""\b(?P<name>[A-Za-z_]\w*)\s*[=:]\s*(?P<quote>["'])(?P<value>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)"""
)
_URL_NAME = re.compile(r"^(?:\w*(?:url|href|link)\w*)$", re.IGNORECASE)
_TITLE_NAME = re.compile(r"^(?:\w*title\w*|bt|\w*name)$", re.IGNORECASE)
_DAY_NAME = re.compile(r"^(?:\w*(?:date|time|rq|riqi))$", re.IGNORECASE)
_QUOTED_MARKUP = re.compile(
    r"""(["'`])((?:\\.|(?!\1)[^\\])*?<a\s(?:\\.|(?!\1)[^\\])*)\1""", re.IGNORECASE
)
_LITERAL = re.compile(
    r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""",
)
_LINK = re.compile(r"<a\s", re.IGNORECASE)
_START = re.compile(r"\[\s*\{|\{\s*\"")
_PADDING = re.compile(r"^\s*(?:/\*.*?\*/)?\s*[\w$.]+\s*\(\s*(?=[\[{])", re.DOTALL)
_BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)")
_SINGLE_QUOTED = re.compile(r"'((?:\\.|[^'\\\n])*)'")
_BRACKET_OR_STRING = re.compile(r"""[\[\]]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")


def script_items(scripts: tuple[str, ...], base: str) -> tuple[ListItem, ...]:
    """Return the rows that scripts write or hold: variables, quoted mark-up, arrays of objects."""
    items: list[ListItem] = []
    for script in scripts:
        items += _assigned_rows(script, base)
        items += [item for value in json_values(script) for item in json_items(value, base)]
    return tuple(items)


def _assigned_rows(script: str, base: str) -> Iterator[ListItem]:
    """Yield rows of ``var url="…"; var title="…"; document.writeln(…)``."""
    if "document.write" not in script and ".append(" not in script and "innerHTML" not in script:
        return
    row: dict[str, str] = {}
    for match in _ASSIGNED.finditer(script):
        part = _part_of(match["name"])
        if part is None:
            continue
        if part in row:
            yield from _item_of(row, base)
            row = {}
        row[part] = _unescaped(match["value"])
    yield from _item_of(row, base)


def _part_of(name: str) -> str | None:
    for part, pattern in (("url", _URL_NAME), ("title", _TITLE_NAME), ("day", _DAY_NAME)):
        if pattern.match(name):
            return part
    return None


def _item_of(row: dict[str, str], base: str) -> Iterator[ListItem]:
    url = join_address(base, row["url"]) if looks_like_address(row.get("url", "")) else None
    title = plain_text(row.get("title", "")) if url else ""
    if title and url:
        found = first_day(row.get("day", ""))
        yield ListItem(
            url=url,
            title=title,
            day=found.day if found else None,
            day_text=found.text if found else collapse(row.get("day", "")),
            cut=wording.is_cut(title),
        )


def plain_text(text: str) -> str:
    """Return the words of a value that may hold mark-up."""
    return text_of(parse_fragment(text)) if "<" in text or "&" in text else collapse(text)


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(['\"/`])", r"\1", quoted)


def quoted_markup(scripts: tuple[str, ...]) -> str:
    """Return the mark-up with links that scripts hold as literals, ready to be parsed as HTML."""
    found = (text for script in scripts for text in _literals_with_links(script))
    return "\n".join(_unescaped(text).replace("\\n", " ").replace("\\t", " ") for text in found)


def _literals_with_links(script: str) -> list[str]:
    """Return a script's literals with links; where its quotes are not in order, guess them."""
    if not _LINK.search(script):
        return []
    literals = (match.group()[1:-1] for match in _LITERAL.finditer(script))
    found = [text for text in literals if _LINK.search(text)]
    return found or [match[2] for match in _QUOTED_MARKUP.finditer(script)]


def json_values(text: str) -> Iterator[Any]:
    """Yield the JSON values in ``text``: an answer, a padded answer, or literals of a script."""
    decoder = json.JSONDecoder()
    padded = _PADDING.match(text)
    position, loose = padded.end() if padded else 0, 0
    for _ in range(_MOST_OBJECTS):
        start = _START.search(text, position)
        if start is None:
            return
        try:
            value, position = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            loose += 1
            value, position = _loose_value(text, start.start(), tries_left=loose < _MOST_LOOSE)
        if value is not None:
            yield value


def _loose_value(text: str, start: int, *, tries_left: bool) -> tuple[Any, int]:
    """Read an array of objects written as a script would: bare keys, single quotes, last comma."""
    end = _end_of_array(text, start) if tries_left and text[start] == "[" else None
    if end is None:
        return None, start + 1
    literal = _SINGLE_QUOTED.sub(
        lambda match: json.dumps(_unescaped(match[1]), ensure_ascii=False), text[start:end]
    )
    literal = _TRAILING_COMMA.sub(r"\1", _BARE_KEY.sub(r'\1"\2"\3', literal))
    try:
        return json.loads(literal), end
    except (ValueError, RecursionError):
        return None, start + 1


def _end_of_array(text: str, start: int) -> int | None:
    depth = 0
    for match in _BRACKET_OR_STRING.finditer(text, start, start + _LONGEST_LOOSE):
        depth += {"[": 1, "]": -1}.get(match.group(), 0)
        if depth == 0:
            return match.end()
    return None


def json_items(value: Any, base: str) -> Iterator[ListItem]:
    """Yield the objects in ``value``, at any depth, that have a title and an address."""
    for found in json_objects(value):
        item = _object_item(found, base)
        if item is not None:
            yield item


def json_objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every object within a JSON value, outer ones first, keys in lower case."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for part in value[:_MOST_OBJECTS]:
            yield from json_objects(part, depth + 1)
    elif isinstance(value, dict):
        yield {str(key).lower(): part for key, part in value.items()}
        for part in value.values():
            yield from json_objects(part, depth + 1)


def _object_item(found: dict[str, Any], base: str) -> ListItem | None:
    title = _first_text(found, _TITLE_KEYS) or _report_in(found)
    url = object_address(found, base)
    if url is None and wording.is_report_title(title):
        url = _any_address(found, base)
    if not title or url is None:
        return None
    title = plain_text(title)
    day, day_text = object_day(found)
    if not title or (not day_text and not wording.is_report_title(title)):
        return None
    return ListItem(url=url, title=title, day=day, day_text=day_text, cut=wording.is_cut(title))


def _report_in(found: dict[str, Any]) -> str:
    """Return the title of a report, whatever the system calls it."""
    texts = (value for value in found.values() if isinstance(value, str))
    return next((text for text in texts if wording.is_report_title(text)), "")


def _any_address(found: dict[str, Any], base: str) -> str | None:
    """Return the one address that stands beside the title of a report, under whatever name."""
    texts = {value.strip() for value in found.values() if isinstance(value, str)}
    addresses = [text for text in texts if "/" in text and looks_like_address(text)]
    return join_address(base, addresses[0]) if len(addresses) == 1 else None


def object_address(found: dict[str, Any], base: str) -> str | None:
    """Return the address an object of a list or tree leads to; None if it has none."""
    for key in _URL_KEYS:
        value = found.get(key)
        if isinstance(value, str) and value.startswith("{"):
            inner: Any = next(json_values(value), {})
            value = (
                next((v for v in inner.values() if isinstance(v, str)), "")
                if isinstance(inner, dict)
                else ""
            )
        if isinstance(value, str) and looks_like_address(value.strip()):
            return join_address(base, value)
    return None


def _first_text(found: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((v for key in keys if isinstance(v := found.get(key), str) and v.strip()), "")


def object_day(found: dict[str, Any]) -> tuple[date | None, str]:
    """Return the day of publication that an object of a list states, and the words that say it."""
    for key in _DAY_KEYS:
        value = found.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return day_of_timestamp(value), str(value)
        if isinstance(value, str) and value.strip():
            written = first_day(value)
            if written:
                return written.day, written.text
            if value.strip().isdigit() and len(value.strip()) in (10, 13):
                return day_of_timestamp(int(value)), value.strip()
    return None, ""
