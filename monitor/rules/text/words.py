"""The word lists of this package: patterns and the words that excuse them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_OPEN_SIGN = "[×xX╳*]"
_OPEN = re.compile(_OPEN_SIGN)
_TITLES = re.compile(r"《[^《》]{0,300}》")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip of the pen, the right word, and what must not stand around it."""

    wrong: str
    right: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleWord:
    """What is out of date from a fiscal year on; ``needs`` and ``unless`` look at the sentence."""

    pattern: re.Pattern[str]
    first_year: int
    why: str
    needs: re.Pattern[str] | None
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """What a model text leaves open, and the words that excuse it in its sentence."""

    pattern: re.Pattern[str]
    what: str
    unless: re.Pattern[str] | None
    by_sign: bool
    """Whether it has a sign that stands for what is open, then in each of its alternatives."""


def has_open_sign(text: str) -> bool:
    """Whether a text has one of the signs that stand for what is open, as hardly one has."""
    return _OPEN.search(text) is not None


@cache
def load_words(name: str) -> Mapping[str, Any]:
    """Return a list of words as it stands in its file."""
    file = resources.files(__package__ or "") / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def slips() -> tuple[Slip, ...]:
    """Return the slips of ``typos.toml``."""
    return tuple(_slip(item) for item in load_words("typos")["typo"])


@cache
def any_slip() -> re.Pattern[str]:
    """Return a pattern that every slip matches."""
    return re.compile("|".join(re.escape(item.wrong) for item in slips()))


@cache
def stale_words() -> tuple[StaleWord, ...]:
    """Return the words of ``stale.toml``."""
    words = load_words("stale")
    back = words["looking_back"]
    return tuple(
        StaleWord(
            pattern=re.compile(item["pattern"]),
            first_year=item["from"],
            why=item["why"],
            needs=_pattern(item.get("needs")),
            unless=re.compile("|".join(filter(None, (back, item.get("unless"))))),
        )
        for item in words["word"]
    )


@cache
def placeholders() -> tuple[Placeholder, ...]:
    """Return the patterns of ``placeholders.toml``."""
    return tuple(
        Placeholder(
            pattern=re.compile(item["pattern"].replace("@", _OPEN_SIGN)),
            what=item["what"],
            unless=_pattern(item.get("unless")),
            by_sign="@" in item["pattern"],
        )
        for item in load_words("placeholders")["open"]
    )


@cache
def any_stale_word(year: int) -> re.Pattern[str]:
    """Return a pattern that every word matches that is out of date in a fiscal year."""
    words = (item.pattern.pattern for item in stale_words() if year >= item.first_year)
    return re.compile("|".join(f"(?:{word})" for word in words) or r"(?!)")


def without_titles(flat: str) -> str:
    """Return flat text with what stands within 《》 blotted out, its length kept."""
    if "《" not in flat:
        return flat
    return _TITLES.sub(lambda match: "\u25a1" * len(match[0]), flat)


def sentence_around(flat: str, start: int, end: int) -> str:
    """Return the sentence in which a span of flat text stands."""
    left = max((flat.rfind(sign, 0, start) for sign in "。;!?"), default=-1) + 1
    right = min((at for sign in "。;!?" if (at := flat.find(sign, end)) >= 0), default=len(flat))
    return flat[max(left, start - 300) : min(right, end + 300)]


def _slip(item: Mapping[str, str]) -> Slip:
    after, before = item.get("not_after"), item.get("not_before")
    pattern = f"{f'(?<!{after})' if after else ''}{re.escape(item['wrong'])}"
    pattern += f"(?!{before})" if before else ""
    return Slip(wrong=item["wrong"], right=item["right"], pattern=re.compile(pattern))


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None
