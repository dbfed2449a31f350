"""What a report says of its own: without template, names, numbers, blanks and punctuation."""

import re
import tomllib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, chain

from monitor.rules.quoting import Passage, flatten
from storage.registry.places import leading_places, without_system

MASKING_VERSION = "1"
"""Raised whenever the same text may leave other letters."""
LONGEST = 60_000
"""Letters of one report that are compared at most; no honest report has half as many."""

_NO_LETTER = re.compile(r"[^\u3400-\u9fffA-Za-z]+")
_PLACE_END = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|州|盟|县|区|旗)$")
_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """The letters that are left of some passages, and where each stands.

    The letters of passage ``i`` are ``letters[starts[i]:starts[i + 1]]``; ``positions`` gives for
    each letter its position in the flat text of its passage.
    """

    letters: str
    passages: tuple[Passage, ...]
    starts: tuple[int, ...]
    positions: Sequence[int]

    def passage_of(self, letter: int) -> int:
        """Return the index of the passage in which a letter stands."""
        return bisect_right(self.starts, letter) - 1

    def of_section(self, key: str) -> "Masked":
        """Return the passages of the sections with this key alone."""
        chosen = [i for i, item in enumerate(self.passages) if item.section == key]
        ends = (*self.starts[1:], len(self.letters))
        spans = [slice(self.starts[i], ends[i]) for i in chosen]
        return _joined(
            [self.passages[i] for i in chosen],
            [self.letters[span] for span in spans],
            [self.positions[span] for span in spans],
        )


def mask(passages: Iterable[Passage], names: Iterable[str] = ()) -> Masked:
    """Take everything out of some passages that says nothing about who wrote them.

    ``names`` are those of the agency: they, their places and what is left without these go.
    """
    known = tuple(passages)
    pattern = _names_pattern(frozenset(names))
    kept = [_kept(passage, pattern) for passage in known]
    letters = ["".join(item.flat[i] for i in keep) for item, keep in zip(known, kept, strict=True)]
    return _joined(known, letters, kept)


def _joined(
    passages: Sequence[Passage], letters: Sequence[str], positions: Sequence[Sequence[int]]
) -> Masked:
    starts = tuple(accumulate(map(len, letters), initial=0))
    return Masked(
        letters="".join(letters)[:LONGEST],
        passages=tuple(passages),
        starts=starts[: len(passages)],
        positions=array("L", chain.from_iterable(positions))[:LONGEST],
    )


def _kept(passage: Passage, names: re.Pattern[str] | None) -> list[int]:
    """Return the positions in the flat text of the letters that are left."""
    kept: list[int] = []
    for start, sentence in passage.sentences():
        if not _template().search(sentence):
            kept.extend(start + i for i in _own_letters(sentence, names))
    return kept


def _own_letters(sentence: str, names: re.Pattern[str] | None) -> Iterator[int]:
    gone = bytearray(len(sentence))
    body = _begin(sentence)
    gone[:body] = b"\1" * body
    for pattern in (names, _everywhere(), _NO_LETTER):
        for match in pattern.finditer(sentence) if pattern else ():
            gone[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return (i for i, is_gone in enumerate(gone) if not is_gone)


def _begin(sentence: str) -> int:
    """Return where a sentence begins behind its number and the name of a prescribed part."""
    begin = 0
    for pattern in _openings():
        match = pattern.search(sentence[begin:])
        begin += match.end() if match else 0
    return begin


@lru_cache(maxsize=1024)
def _names_pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    forms = {form for name in names for form in _forms(flatten(name)) if len(form) > 1}
    if not forms:
        return None
    return re.compile("|".join(sorted(map(re.escape, forms), key=len, reverse=True)))


def _forms(name: str) -> Iterator[str]:
    """Yield a name, its places with and without what kind they are, and the rest behind them."""
    yield name
    short = without_system(name)
    places = leading_places(short)
    for place in places:
        yield place
        stem = _PLACE_END.sub("", place)
        if len(stem) >= _SHORTEST_STEM:
            yield stem
    rest = short[sum(map(len, places)) :]
    if rest:
        yield rest
        yield f"{places[-1]}{rest}" if places else rest
        yield f"{places[-1][-1]}{rest}" if places else rest


@cache
def _template() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{item})" for item in _words()["sentences"]))


@cache
def _everywhere() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{item})" for item in _words()["everywhere"]))


@cache
def _openings() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _words()["openings"]))


@cache
def _words() -> dict[str, list[str]]:
    file = resources.files("monitor.likeness").joinpath("template.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
