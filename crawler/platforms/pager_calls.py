"""Pagers that scripts draw: the numbers and file names in ``createPageHTML(…)`` and its relatives.

The same call means different things on different portals (page 2 is ``index_1``, ``index_2`` or
counted from the end), so what is read here yields candidates to try, never a certainty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CALL = re.compile(
    r"(?<![\w.])(?P<definition>function\s+)?(?P<name>\w*(?:create|make|show|draw|build|write)_?page\w*|createPageHTML)\s*"
    r"\((?P<arguments>[^()]{1,400})\)",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"(?:\bPager\s*\(|pagination\s*\(|paging\s*\(|laypage\b|jpage\s*\(|createPage\w*\s*\(|pageNav\w*\s*\()",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^,"']+))\s*(?:,|$)"""
)
_STEM = re.compile(r"^[\w./%-]+$")
_EXTENSION = re.compile(r"^\.?(?:s?html?|jspx?|aspx?|php|dhtml|thtml)$", re.IGNORECASE)

_KEY = r"(?<![\w$]){names}[\"']?\s*[:=]\s*[\"']?(?P<value>\d{{1,7}})(?!\d)"
_PAGES = re.compile(
    _KEY.format(
        names=r"[\"']?(?:_?page_?count|total_?pages?|count_?page|page_?total|all_?pages?|n?pagecount|m_npagecount)"
    ),
    re.IGNORECASE,
)
_ITEMS = re.compile(
    _KEY.format(
        names=r"[\"']?(?:total_?records?|total_?counts?|record_?counts?|total_?items?|total_?rows?|allrow)"
    ),
    re.IGNORECASE,
)
_DRAWN_PAGES = re.compile(_KEY.format(names=r"[\"']?(?:pages|totals)"), re.IGNORECASE)
_COUNT = re.compile(_KEY.format(names=r"[\"']?(?:total|count)"), re.IGNORECASE)
_CURRENT = re.compile(
    _KEY.format(
        names=r"[\"']?(?:current_?page|curr?_?page|current|curr|page_?index|page_?no|now_?page|ncurrindex)"
    ),
    re.IGNORECASE,
)
_SIZE = re.compile(
    _KEY.format(names=r"[\"']?(?:per_?page|page_?size|limit|page_?rows)"), re.IGNORECASE
)
_PREFIX = re.compile(
    r"(?<!\w)(?:prefix|page_?name)[\"']?\s*[:=]\s*[\"'](?P<value>[\w./%-]+)[\"']", re.IGNORECASE
)
_SUFFIX = re.compile(
    r"(?<!\w)(?:suffix|page_?ext)[\"']?\s*[:=]\s*[\"'](?P<value>\.?\w+)[\"']", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerCall:
    """What a script says of the pages of the list it stands on."""

    pages: int | None = None
    current: int | None = None
    """The number of this page, one-based."""
    items: int | None = None
    size: int | None = None
    """Rows of a full page."""
    stem: str | None = None
    extension: str | None = None


def find_pager_call(scripts: Iterable[str], *, on_first_file: bool) -> PagerCall | None:
    """Return what the scripts of a page say of its pager; None if they say nothing.

    ``on_first_file`` is True if the page's own address carries no page number: there a current
    page of 0 or 1 tells how the script counts.
    """
    found: PagerCall | None = None
    for script in scripts:
        for match in _CALL.finditer(script):
            if not match["definition"]:
                found = _read_arguments(match["arguments"], match["name"]) or found
    return found or _read_settings(scripts, on_first_file=on_first_file)


def _read_arguments(arguments: str, name: str) -> PagerCall | None:
    strings: list[str] = []
    numbers: list[int] = []
    quoted_first = False
    for place, match in enumerate(_ARGUMENT.finditer(arguments)):
        quoted = match["double"] if match["double"] is not None else match["single"]
        plain = (match["plain"] or "").strip()
        if quoted is not None and not quoted.strip().isdigit():
            quoted_first = quoted_first or place == 0
            strings.append(quoted.strip())
        elif (quoted or plain).strip().isdigit():
            numbers.append(int((quoted or plain).strip()[:7]))
    if (
        not numbers
        and not any("PAGE" in text for text in (*strings, arguments))
        and "page" not in name.lower()
    ):
        return None
    stem, extension = _file_name(strings[1:] if quoted_first else strings)
    pages, current, items = _counts(numbers, quoted_first=quoted_first and len(numbers) > 1)
    if pages is None and stem is None and "${" not in arguments:
        return None
    return PagerCall(
        pages=pages,
        current=current,
        items=items,
        stem=stem,
        extension=extension,
    )


def _counts(numbers: list[int], *, quoted_first: bool) -> tuple[int | None, int | None, int | None]:
    """Return pages, current page (one-based) and items of a call, as far as its numbers tell."""
    if quoted_first:
        return numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None
    if len(numbers) == 2:
        pages, current = numbers
        return pages, current + 1, None
    if len(numbers) >= 3:
        first, second, third = numbers[:3]
        if first >= second > third:  # records, pages, current
            return second, third + 1, first
        if third >= first > second:  # pages, current, records
            return first, second + 1, third
    return None, None, None


def _file_name(strings: list[str]) -> tuple[str | None, str | None]:
    for place, text in enumerate(strings[1:], start=1):
        if _EXTENSION.match(text) and _STEM.match(strings[place - 1]):
            return strings[place - 1], text.lstrip(".")
    return None, None


def _read_settings(scripts: Iterable[str], *, on_first_file: bool) -> PagerCall | None:
    for script in scripts:
        drawn = _OBJECT.search(script) is not None
        pages, items = _value(_PAGES, script), _value(_ITEMS, script)
        if drawn and pages is None:
            pages = _value(_DRAWN_PAGES, script)
        if drawn and items is None:
            items = _value(_COUNT, script)
        if pages is None and (items is None or not drawn):
            continue
        current = _value(_CURRENT, script)
        if pages is None and items is None:
            continue
        prefix, suffix = _PREFIX.search(script), _SUFFIX.search(script)
        return PagerCall(
            pages=pages,
            current=None
            if current is None
            else _one_based(current, script, on_first_file=on_first_file),
            items=items,
            size=_value(_SIZE, script),
            stem=prefix["value"] if prefix else None,
            extension=suffix["value"].lstrip(".") if suffix else None,
        )
    return None


def _one_based(current: int, script: str, *, on_first_file: bool) -> int | None:
    if on_first_file:
        return 1 if current in (0, 1) else None
    return current + 1 if "从0开始" in script or _PREFIX.search(script) else None


def _value(pattern: re.Pattern[str], script: str) -> int | None:
    match = pattern.search(script)
    return int(match["value"]) if match else None
