"""The documents a report may cite, and where a text cites them.

Positions are those of flat text (``quoting``): no blanks, half-width brackets and digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from monitor.formats import load_data

_TITLE_ENDS = re.compile(r"[(（,，。;]")
_LONGEST_TITLE = 80
_LONGEST_CLOSED = 300
"""Characters of a title within its marks; marks further apart do not belong together."""
_NUMBER_ENDS = "号"
"""With it the number of every known document ends."""
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """A document of ``formats/documents.toml``."""

    key: str
    number: str
    title: str
    issuer: str
    short_title: str | None
    patterns: tuple[re.Pattern[str], ...]
    issued: date | None = None
    """The day it was issued, where that is known."""

    @property
    def letters(self) -> str:
        """The title without punctuation, and without the issuer in front of 关于."""
        return title_letters(self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedNumber:
    """The number of a known document in a text."""

    document: KnownDocument
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedTitle:
    """What stands in 《》; ``end`` is behind the closing sign, if there is one."""

    text: str
    start: int
    end: int
    closed: bool
    nested: bool


@cache
def known_documents() -> tuple[KnownDocument, ...]:
    """Return all known documents."""
    return tuple(
        KnownDocument(
            key=item["key"],
            number=item["number"],
            title=item["title"],
            issuer=item["issuer"],
            short_title=item.get("short_title"),
            patterns=tuple(re.compile(pattern) for pattern in item["match"]),
            issued=item.get("issued"),
        )
        for item in load_data("documents")["document"]
    )


@cache
def known_document(key: str) -> KnownDocument:
    """Return the known document with this key.

    Raises:
        KeyError: if there is none.
    """
    for document in known_documents():
        if document.key == key:
            return document
    raise KeyError(key)


def cited_numbers(flat: str, *keys: str) -> Iterator[CitedNumber]:
    """Yield where a text has the number of a known document; of all of them if no key is given."""
    for number in _cited_numbers(flat):
        if not keys or number.document.key in keys:
            yield number


@lru_cache(maxsize=256)
def _cited_numbers(flat: str) -> tuple[CitedNumber, ...]:
    return tuple(_numbers(flat)) if _NUMBER_ENDS in flat else ()


def _numbers(flat: str) -> Iterator[CitedNumber]:
    for document in known_documents():
        taken = -1
        for start, end in sorted(
            match.span() for pattern in document.patterns for match in pattern.finditer(flat)
        ):
            if start >= taken:
                yield CitedNumber(document=document, start=start, end=end)
            taken = max(taken, end)


def cited_titles(flat: str) -> Iterator[CitedTitle]:
    """Yield what stands in 《》, titles within titles as well.

    A title that is not closed within reach ends before the next bracket, comma or stop.
    """
    yield from _cited_titles(flat)


@lru_cache(maxsize=256)
def _cited_titles(flat: str) -> tuple[CitedTitle, ...]:
    # most paragraphs have none, and many rules ask
    return tuple(_titles(flat)) if "《" in flat or "》" in flat else ()


def _titles(flat: str) -> Iterator[CitedTitle]:
    opened: list[int] = []
    closed: dict[int, int] = {}
    for at, character in enumerate(flat):
        if character == "《":
            opened.append(at)
        elif character == "》" and opened:
            closed[opened.pop()] = at
    enclosing = -1
    for start in sorted({*opened, *closed}):
        end = closed.get(start)
        if end is not None and end - start <= _LONGEST_CLOSED:
            nested, enclosing = end < enclosing, max(enclosing, end)
            yield CitedTitle(
                text=flat[start + 1 : end], start=start, end=end + 1, closed=True, nested=nested
            )
            continue
        longest = min(start + _LONGEST_TITLE, len(flat))
        stop = _TITLE_ENDS.search(flat, start, longest)
        end = stop.start() if stop else longest
        yield CitedTitle(
            text=flat[start + 1 : end], start=start, end=end, closed=False, nested=False
        )


@lru_cache(maxsize=1024)
def title_letters(title: str) -> str:
    """Return a title without punctuation and without the State Council's office in front of it."""
    letters = _NOT_LETTERS.sub("", title)
    about = letters.find("关于")
    return letters[about:] if about > 0 and letters.startswith("国务院") else letters
