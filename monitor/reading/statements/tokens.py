"""A flat sentence taken apart: words of the field, numbers, days, signs, and what is unknown."""

import re
from collections.abc import Sequence
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
    written_number_patterns,
)
from monitor.reading.statements.vocabulary import (
    grouped,
    meanings,
    sizes_of_words,
    word_pattern,
)

OWN_NAME = "\ue000"
"""Stands for each character of the agency's own name."""
_PLAIN = frozenset(
    {"own", "title", "comma", "semicolon", "stop", "colon", "open", "close", "unknown"}
)
"""Groups of the pattern that hold nothing more to be read."""
_NEVER = frozenset("第每任同统唯某哪这那另单逐各某上下")
_ORDINAL = re.compile(r"第[\d一二三四五六七八九十百()、,至到和-]*$")
_DIGIT = re.compile(r"\d")
_TELLING = frozenset({"number", "percent", "scope", "own"})
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


_SINGLE_SIGNS = {sign: kind for sign, kind in _SIGNS.items() if kind != "pause"}
"""Signs that are a token each, whatever stands behind them: no word begins with one."""


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
        if word.meaning == meaning and word.kind == "build":
            return place
    return None


def meanings_of(words: Sequence[Token], kind: str) -> list[str]:
    """Return the meanings of the words of a kind, each once, in printed order."""
    return list(dict.fromkeys([word.meaning for word in words if word.kind == kind]))


def tokens(plain: str) -> list[Token]:
    """Return the tokens of a flat sentence, titles and the own name hidden. Covers it whole."""
    found: list[Token] = []
    add, new, token = found.append, _new_token, Token
    at, length, words, firsts = 0, len(plain), meanings(), _firsts()
    while at < length:
        # most characters begin a word or nothing: the whole pattern is not tried on them
        text = plain[at]
        sizes = firsts[text]
        if sizes is None:
            more = _token_at(plain, at)
            add(more)
            at = more.end
            continue
        for size in sizes:
            word = plain[at : at + size]
            if word in words:
                kind, meaning = words[word]
                add(new(token, (kind, meaning, word, at, at + len(word), None, None, None, None)))
                at += len(word)
                break
        else:
            add(new(token, ("unknown", "", text, at, at + 1, None, None, None, None)))
            at += 1
    return found


class _Firsts(dict[str, tuple[int, ...] | None]):
    """For each character that was met how long the words are that it begins, the longest first.

    None where more than a word may begin with it.
    """

    def __missing__(self, character: str) -> tuple[int, ...] | None:
        sizes = None if _begins_more(character) else sizes_of_words().get(character, ())
        self[character] = sizes
        return sizes


@cache
def _firsts() -> _Firsts:
    return _Firsts()


def _token_at(plain: str, at: int) -> Token:
    sign = _SINGLE_SIGNS.get(plain[at])
    if sign is not None:
        return _new_token(Token, (sign, sign, plain[at], at, at + 1, None, None, None, None))
    match = _token().match(plain, at)
    assert match is not None
    if match.lastgroup == "word":
        kind, meaning = meanings()[match[0]]
        return Token(kind, meaning, match[0], at, match.end())
    if match.lastgroup in _PLAIN:
        text = match[0]
        return Token(match.lastgroup, _SIGNS.get(text, ""), text, at, match.end())
    return _read(match, plain)


def may_tell(plain: str) -> bool:
    """Whether a text can have any token that tells a number, whose it is, or that there is none.

    A pattern answers that sooner than tokens do; where it says no, there is none for certain.
    """
    return (
        OWN_NAME in plain
        or _DIGIT.search(plain) is not None
        or _telling().search(plain) is not None
    )


def tells(token: Token) -> bool:
    """Whether a token tells a number, whose something is, or that there is none."""
    return token.kind in _TELLING or token.meaning == "no"


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
def _telling() -> re.Pattern[str]:
    words = [
        word for word, (kind, meaning) in meanings().items() if kind in _TELLING or meaning == "no"
    ]
    return re.compile("|".join((*grouped(words), *written_number_patterns())))


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
