"""The words of ``vocabulary.toml``: what each means, and one pattern that finds the longest."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

_NO_WORDS = frozenset({"unit", "units_of", "not_a_unit_before"})


@cache
def load_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the words by kind and meaning."""
    text = (resources.files(__package__ or "") / "vocabulary.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return {
        kind: {meaning: tuple(words) for meaning, words in meanings.items()}
        for kind, meanings in data.items()
    }


@cache
def meanings() -> Mapping[str, tuple[str, str]]:
    """Return kind and meaning of every word but the units; the first mention of a word counts."""
    found: dict[str, tuple[str, str]] = {}
    for kind, named in load_words().items():
        for meaning, words in named.items():
            for word in words if kind not in _NO_WORDS else ():
                found.setdefault(word, (kind, meaning))
    return found


@cache
def word_pattern() -> str:
    """Return a pattern for the longest word at a place, grouped by common beginnings."""
    return _pattern(_tree(meanings()))


def grouped(words: Iterable[str]) -> list[str]:
    """Return a pattern for the words of each first character, which it begins with."""
    return [re.escape(first) + _pattern(rest) for first, rest in _tree(words).items()]


@cache
def sizes_of_words() -> Mapping[str, tuple[int, ...]]:
    """Return for each first character how long the words are that it begins, the longest first."""
    found: dict[str, set[int]] = {}
    for word in meanings():
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


@cache
def unit_pattern() -> str:
    """Return a pattern for units, the longest first, none that is the beginning of another word."""
    units = load_words()["unit"]
    longest_first = sorted({*units["money"], *units["count"]}, key=len, reverse=True)
    follow = load_words()["not_a_unit_before"]
    return "|".join(
        re.escape(unit) + (f"(?!{'|'.join(follow[unit])})" if unit in follow else "")
        for unit in longest_first
    )


def _tree(words: Iterable[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for character in word:
            branch = branch.setdefault(character, {})
        branch[""] = {}
    return tree


def _pattern(tree: Mapping[str, Any]) -> str:
    branches = [re.escape(first) + _pattern(rest) for first, rest in tree.items() if first]
    if not branches:
        return ""
    group = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return f"{group}?" if "" in tree else group
