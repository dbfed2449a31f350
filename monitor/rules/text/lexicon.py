"""The words of ``lexicon.toml``."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A wrong term, the right one, and what must not stand around it."""

    wrong: str
    right: str
    not_after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    in_titles: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubling:
    """Words with the same last character, and the characters that may follow it doubled."""

    words: tuple[str, ...]
    may_follow: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionWord:
    """A character that is a word, and what makes it two words when it stands twice."""

    character: str
    not_after: frozenset[str]
    not_before: frozenset[str]


@cache
def load_lexicon() -> Mapping[str, Any]:
    """Return the lexicon as it stands in the file."""
    text = (resources.files(__package__ or "") / "lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def terms() -> tuple[Term, ...]:
    """Return the wrong terms."""
    return tuple(
        Term(
            wrong=item["wrong"],
            right=item["right"],
            not_after=_pattern(item.get("not_after")),
            not_before=_pattern(item.get("not_before")),
            in_titles=item.get("in_titles", True),
        )
        for item in load_lexicon()["term"]
    )


@cache
def doublings() -> Mapping[str, Doubling]:
    """Return the words whose last character may be doubled by a slip, by that character."""
    return {
        item["words"][0][-1]: Doubling(
            words=tuple(item["words"]), may_follow=frozenset(item["may_follow"])
        )
        for item in load_lexicon()["doubled"]
    }


@cache
def function_words() -> tuple[FunctionWord, ...]:
    """Return the function words that a slip doubles."""
    return tuple(
        FunctionWord(
            character=item["character"],
            not_after=frozenset(item["not_after"]),
            not_before=frozenset(item["not_before"]),
        )
        for item in load_lexicon()["doubled_function_word"]
    )


@cache
def never_twice() -> tuple[str, ...]:
    """Return the words that are not written twice in a row."""
    return tuple(load_lexicon()["never_twice"])


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None
