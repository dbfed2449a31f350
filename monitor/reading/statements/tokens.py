"""A flat sentence taken apart: words of the field, numbers, days, signs, and what is unknown."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from monitor.reading.statements.flat import HIDDEN
from monitor.reading.statements.numbers import (
    BEGINNINGS,
    DIGITS,
    Number,
    number_pattern,
    parse_number,
)
from monitor.reading.statements.vocabulary import meanings, sizes_of_words, word_pattern

OWN_NAME = "\ue000"
"""Stands for each character of the agency's own name."""
_PLAIN = frozenset(
    {"own", "title", "comma", "semicolon", "stop", "colon", "open", "close", "unknown"}
)
"""Groups of the pattern that hold nothing more to be read."""
_NEVER = frozenset("第每任同统唯某哪这那另单逐各某上下")
_ORDINAL = re.compile(r"第[\d一二三四五六七八九十百()、,至到和-]*$")
_UNKNOWN = "unknown", ""
_new_token = tuple.__new__
"""Makes a token of all its fields, in half the time that naming them takes."""
_BEGINNINGS = frozenset(f"{OWN_NAME}{HIDDEN}{BEGINNINGS}截,;。!?:()“")
"""What the pattern of tokens can begin with, beside digits, letters and words."""
_SIGNS = {
    ",": "comma",
    ";": "semicolon",
    "。": "stop",
    "!": "stop",
    "?": "stop",
    ":": "colon",
    "(": "open",
    ")": "close",
    "、": "pause",
}


class Token(NamedTuple):
    """A piece of a sentence. ``kind`` and ``meaning`` are those of the vocabulary, or of a sign."""

    kind: str
    meaning: str
    text: str
    start: int
    end: int
    number: Number | None = None
    percent: Decimal | None = None
    year: int | None = None
    day: date | None = None

    def means(self, *wanted: str) -> bool:
        """Whether it has one of some meanings."""
        return self.meaning in wanted


def first_of(words: Sequence[Token], meaning: str) -> int | None:
    """Return the place of the first word of building (其中, 未, 共 …) with a meaning."""
    for place, word in enumerate(words):
        if word.kind == "build" and word.means(meaning):
            return place
    return None


def meanings_of(words: Sequence[Token], kind: str) -> list[str]:
    """Return the meanings of the words of a kind, each once, in printed order."""
    return list(dict.fromkeys(word.meaning for word in words if word.kind == kind))


def tokens(plain: str) -> list[Token]:
    """Return the tokens of a flat sentence, titles and the own name hidden. Covers it whole."""
    return list(_tokens(plain))


def _tokens(plain: str) -> Iterator[Token]:
    at, length, match_at, words = 0, len(plain), _token().match, meanings()
    sizes, begins_more = sizes_of_words(), _begins_more
    while at < length:
        # most characters begin a word or nothing: the whole pattern is not tried on them
        first = plain[at]
        if not begins_more(first):
            text, found = first, _UNKNOWN
            for size in sizes.get(first, ()):
                word = plain[at : at + size]
                if word in words:
                    text, found = word, words[word]
                    break
            kind, meaning = found
            end = at + len(text)
            yield _new_token(Token, (kind, meaning, text, at, end, None, None, None, None))
            at = end
            continue
        match = match_at(plain, at)
        assert match is not None
        if match.lastgroup == "word":
            kind, meaning = words[match[0]]
            token = Token(kind, meaning, match[0], at, match.end())
        elif match.lastgroup in _PLAIN:
            text = match[0]
            token = Token(match.lastgroup, _SIGNS.get(text, ""), text, at, match.end())
        else:
            token = _read(match, plain)
        yield token
        at = token.end


def _read(match: re.Match[str], plain: str) -> Token:
    kind, start, end, text = match.lastgroup, match.start(), match.end(), match[0]
    if match["unit"] or match["zero"]:
        number = parse_number(match) if _counts(match, plain) else None
        if number is not None:
            return Token("number", "", text, start, end, number=number)
        return Token("unknown", "", plain[start], start, start + 1)
    if match["percent"]:
        return Token("percent", "", text, start, end, percent=_percent(match["percent"]))
    if match["dm"]:
        return _day(match)
    if match["year_end"] or match["year"]:
        year = int(match["year_end"] or match["year"])
        meaning = "end" if match["year_end"] else "year"
        return Token("year", meaning, text, start, end, year=year)
    if match["word"]:
        kind, meaning = meanings()[text]
        return Token(kind, meaning, text, start, end)
    if kind == "quoted":
        kind = "unknown"
    return Token(kind or "unknown", _SIGNS.get(text, ""), text, start, end)


def _counts(match: re.Match[str], plain: str) -> bool:
    """Whether it is no ordinal (第3条, 第一、二项) and no idiom (一次性, 任何一项)."""
    before = plain[max(0, match.start() - 6) : match.start()]
    if match["han"] == "一" and before[-1:] in _NEVER:
        return False
    return _ORDINAL.search(before) is None


def _percent(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _day(match: re.Match[str]) -> Token:
    year = int(match["dy"]) if match["dy"] else None
    day = None
    if year is not None:
        try:
            day = date(year, int(match["dm"]), int(match["dd"]))
        except ValueError:
            day = None
    return Token("day", "", match[0], match.start(), match.end(), year=year, day=day)


@cache
def _begins_more(character: str) -> bool:
    """Whether anything can begin with a character but a word, and what is unknown."""
    is_digit = character.isdecimal()  # as \d has it, of any script
    return is_digit or character in _BEGINNINGS or (character.isascii() and character.isalpha())


@cache
def _token() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<own>{OWN_NAME}+)|(?P<title>{HIDDEN}+)"
        r"|(?:(?P<dy>20\d\d)年度?)?(?<!\d)(?P<dm>\d{1,2})月(?P<dd>\d{1,2})日"
        r"|(?<!\d)(?P<year_end>20\d\d)年(?:度)?(?:底|末)|(?<!\d)(?P<year>20\d\d)年度?"
        r"|(?P<month>(?<!\d)\d{1,2}(?:[-至到~—]\d{1,2})?月份?)"
        rf"|(?P<percent>{DIGITS})[%％]|{number_pattern()}"
        r"|(?P<as_of>截[至止]+(?:到|至)?)(?!目前|日前)"
        rf"|(?P<word>{word_pattern()})"
        r"|(?P<comma>,)|(?P<semicolon>;)|(?P<stop>[。!?])|(?P<colon>:)"
        r"|(?P<open>\()|(?P<close>\))"
        r"|(?P<quoted>“[^“”]{1,24}”)"
        r"|(?P<unknown>\d+|[a-zA-Z]+|.)",
        re.DOTALL,
    )
