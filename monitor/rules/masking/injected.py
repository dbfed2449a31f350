"""Advertisements for gambling and pornography that somebody put into a page."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

_WORDS_FIRST = re.compile(r"\(\?(?P<any_case>i?):(?P<words>[^()]+)\)(?![?*{])")
_LETTER_FIRST = re.compile(r"\w(?![?*{])")
_SENTENCE = re.compile(r"[^。；;!！?？\n]{1,400}")


def find_injected(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each such offer in ``text``, unless its sentence is about stopping them."""
    if not _has_offer(text):
        return
    for sentence in _SENTENCE.finditer(text):
        if _lawful().search(sentence[0]) is None:
            for match in _offers().finditer(sentence[0]):
                yield sentence.start() + match.start(), sentence.start() + match.end()


def _has_offer(text: str) -> bool:
    """Say whether an offer is anywhere; it is looked for only where one may begin."""
    offer_at = _offers().match
    return any(offer_at(text, found.start()) for found in _firsts().finditer(text))


@cache
def _words() -> tuple[tuple[str, ...], str]:
    file = resources.files(__package__ or "") / "injected.toml"
    words = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(words["offers"]), words["lawful"]


@cache
def _firsts() -> re.Pattern[str]:
    """Return a pattern for the characters that an offer may begin with, in either case."""
    signs = {sign for offer in _words()[0] for sign in _beginning(offer)[1]}
    either = {form for sign in signs for form in (sign, sign.lower(), sign.upper())}
    also = "\u017f\u212a"  # s and k in any case
    return re.compile(f"[{re.escape(''.join(sorted(either)) + also)}]")


@cache
def _offers() -> re.Pattern[str]:
    offers = _words()[0]
    # few characters begin an offer: at all others dozens of alternatives need not be tried
    firsts: dict[str, set[str]] = {"": set(), "i": set()}
    for any_case, first in map(_beginning, offers):
        firsts[any_case] |= first
    begins = "|".join(f"(?{flag}:[{''.join(sorted(signs))}])" for flag, signs in firsts.items())
    return re.compile(f"(?={begins})(?:{'|'.join(f'(?:{offer})' for offer in offers)})")


def _beginning(offer: str) -> tuple[str, set[str]]:
    """Return the first characters of an offer, and "i" if they count in any case, else "".

    Raises:
        ValueError: it begins with neither a letter nor a group of words.
    """
    group = _WORDS_FIRST.match(offer)
    words = group["words"].split("|") if group else [offer]
    if not all(_LETTER_FIRST.match(word) for word in words):
        msg = f"it cannot be told how {offer} begins"
        raise ValueError(msg)
    return (group["any_case"] if group else ""), {word[0] for word in words}


@cache
def _lawful() -> re.Pattern[str]:
    return re.compile(_words()[1])
