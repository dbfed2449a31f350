"""Advertisements for gambling and pornography that somebody put into a page."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

_SENTENCE = re.compile(r"[^。；;!！?？\n]{1,400}")


def find_injected(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each such offer in ``text``, unless its sentence is about stopping them."""
    if _offers().search(text) is None:
        return
    for sentence in _SENTENCE.finditer(text):
        if _lawful().search(sentence[0]) is None:
            for match in _offers().finditer(sentence[0]):
                yield sentence.start() + match.start(), sentence.start() + match.end()


@cache
def _words() -> tuple[str, str]:
    file = resources.files(__package__ or "") / "injected.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    return "|".join(f"(?:{offer})" for offer in words["offers"]), words["lawful"]


@cache
def _offers() -> re.Pattern[str]:
    return re.compile(_words()[0])


@cache
def _lawful() -> re.Pattern[str]:
    return re.compile(_words()[1])
