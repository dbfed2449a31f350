"""The wordings of the six headings: which section a text names, and how surely."""

import re
import unicodedata
from functools import cache, lru_cache

from monitor.formats import load_data, load_format
from monitor.reading.labels import similarity
from monitor.reading.normalise import REMEMBERED, normalise_label, parse_han_number

LIKE_A_HEADING = 0.75
"""From here on a reworded heading is taken for one of the six (reference: similarity)."""
SURE = 0.9
LONGEST = 45
NUMBERED = re.compile(
    r"^\s*(?:第?(?P<han>[一二三四五六七八九十]{1,3})(?:部分)?(?:[、．.,，:：]|\s|(?<=部分))"
    r"|(?P<arabic>\d{1,2})(?:[、．，,]|\.(?!\d)|\s(?=\D))"
    r"|[（(](?P<paren>[一二三四五六七八九十\d]{1,3})[)）][、．.]?)\s*"
)
_RUNS_ON = re.compile(r"(?:^|[。；！？）)\s\d])$")
_OWN_WORDING = re.compile(
    r"(?:(?:工作)?概述|(?:基本)?概况|基本情况)|[^。，；：、（(\d《]{2,26}?(?:、[^。，；：、（(\d《]{2,20}?)?(?:情况|事项|措施|概述|概况|概览|问题)"
    r"(?![的和与及等为是如、，；：])"
)
"""What headings of an agency's own end in, where the text runs on behind them."""


@lru_cache(maxsize=REMEMBERED)
def best_wording(core: str) -> tuple[float, str]:
    """Return how alike the nearest wording of a heading is, and its section."""
    return max(
        (similarity(core, wording), key) for key, words in _wordings().items() for wording in words
    )


def section_of(core: str, ordinal: int | None) -> tuple[str | None, float]:
    """Return the section whose heading this is, and how alike the wordings are."""
    score, key = best_wording(core)
    if score >= LIKE_A_HEADING:
        return key, score
    for number, (name, words) in enumerate(topics().items(), start=1):
        if number == ordinal and words.search(core):
            return name, score
    return None, score


@cache
def topics() -> dict[str, re.Pattern[str]]:
    """Return the words by which a reworded heading tells its section, in the format's order."""
    return {key: re.compile(words) for key, words in load_data("labels")["headings"].items()}


def own_wording_at(text: str, number: re.Match[str]) -> tuple[str | None, int, float] | None:
    """Return the same for a heading in the agency's own words, behind a sentence's end."""
    if not _RUNS_ON.search(text, 0, number.start()):
        return None
    match = _OWN_WORDING.match(text, number.end())
    if match is None:
        return None
    key, score = section_of(normalise_label(match[0]), number_of(NUMBERED.match(number[0]))[1])
    return key, match.end(), score


def wording_at(text: str, start: int) -> tuple[str, int, float] | None:
    """Return the section whose heading begins at ``start``, where it ends, and how alike it is."""
    folded, ends = _folded(text[start : start + 2 * LONGEST])
    if folded[:1] not in _first_characters():
        return None
    best: tuple[float, int, str, int] | None = None
    for key, wordings in _wordings().items():
        for wording in wordings:
            if folded.startswith(wording):
                return key, start + ends[len(wording) - 1], 1.0
    for key, wordings in _wordings().items():
        for wording in wordings:
            for length in range(len(wording) - 2, len(wording) + 4):
                piece = folded[:length]
                score = similarity(piece, wording) + (0.01 if piece[-1:] == wording[-1:] else 0)
                if best is None or (score, len(wording)) > best[:2]:
                    best = (score, len(wording), key, length)
    if best is None or best[0] < SURE or not ends:
        return None
    return best[2], start + ends[min(best[3], len(ends)) - 1], best[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the comparable form of a text and, for each of its characters, its end in the text."""
    characters: list[str] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        for folded in normalise_label(unicodedata.normalize("NFKC", character)):
            characters.append(folded)
            ends.append(index + 1)
    return "".join(characters), ends


@cache
def _first_characters() -> frozenset[str]:
    return frozenset(wording[0] for words in _wordings().values() for wording in words)


@cache
def _wordings() -> dict[str, tuple[str, ...]]:
    words: dict[str, dict[str, None]] = {}
    for format_id in ("v2021", "v2019"):
        for spec in load_format(format_id).sections:
            for wording in (spec.heading, *spec.aliases):
                words.setdefault(spec.key, {})[normalise_label(wording)] = None
    # Longer wordings first: some begin with others.
    return {key: tuple(sorted(found, key=len, reverse=True)) for key, found in words.items()}


def number_of(match: re.Match[str] | None) -> tuple[str, int | None]:
    """Return how a number matched by ``NUMBERED`` is written (``none`` without one), and it."""
    if match is None:
        return "none", None
    style = next(name for name in ("han", "arabic", "paren") if match[name])
    digits = match[style]
    return style, int(digits) if digits.isdigit() else parse_han_number(digits)
