"""The words of ``words.toml`` as patterns."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def words() -> Mapping[str, Any]:
    """Return the file as it stands."""
    text = (resources.files(__package__ or "") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def only_words(text: str, allowed: Iterable[str]) -> bool:
    """Whether nothing is left of a text when the words allowed are struck out, longest first."""
    longest_first = sorted(allowed, key=len, reverse=True)
    return not re.sub("|".join(map(re.escape, longest_first)), "", text)


def has_any(text: str, wanted: Iterable[str]) -> bool:
    """Whether a text has one of the words."""
    return any(word in text for word in wanted)
