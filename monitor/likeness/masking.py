"""What a report says of its own: without template, names, numbers, blanks and punctuation."""

import re
import tomllib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib import resources
from itertools import accumulate, chain, compress

from monitor.rules.quoting import Passage, flatten
from storage.registry.places import leading_places, without_system

MASKING_VERSION = "1"
"""Raised whenever the same text may leave other letters."""
LONGEST = 60_000
"""Letters of one report that are compared at most; no honest report has half as many."""

_NO_LETTER = re.compile(r"[^\u3400-\u9fffA-Za-z]+")
_PLACE_END = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|州|盟|县|区|旗)$")
_SHORTEST_STEM = 2
_MAY_STAND_BEFORE = re.compile(r"^(?:\(\?:[^()]*\)\?)+")
_ENDINGS = "》〉号年"
"""Signs with which most patterns end that are taken out everywhere; most sentences have none."""

_Finder = Callable[[str], Iterator[tuple[int, int]]]
"""Yields the beginning and end of each name in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """The letters that are left of some passages, and where each stands.

    The letters of passage ``i`` are ``letters[starts[i]:starts[i + 1]]``; ``kept[i]`` says for each
    character of its flat text whether it is left.
    """

    letters: str
    passages: tuple[Passage, ...]
    starts: tuple[int, ...]
    kept: tuple[bytearray, ...]

    @property
    def positions(self) -> Sequence[int]:
        """Give for each letter its position in the flat text of its passage.

        Worked out when asked for: only passages that are quoted are.
        """
        places = chain.from_iterable(compress(range(len(one)), one) for one in self.kept)
        return array("L", places)[:LONGEST]

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
            [self.kept[i] for i in chosen],
        )


def mask(passages: Iterable[Passage], names: Iterable[str] = ()) -> Masked:
    """Take everything out of some passages that says nothing about who wrote them.

    ``names`` are those of the agency: they, their places and what is left without these go.
    """
    known = tuple(passages)
    find_names = _names_finder(frozenset(names))
    kept = [_kept(passage, find_names) for passage in known]
    letters = ["".join(compress(one.flat, left)) for one, left in zip(known, kept, strict=True)]
    return _joined(known, letters, kept)


def _joined(
    passages: Sequence[Passage], letters: Sequence[str], kept: Iterable[bytearray]
) -> Masked:
    starts = tuple(accumulate(map(len, letters), initial=0))
    return Masked(
        letters="".join(letters)[:LONGEST],
        passages=tuple(passages),
        starts=starts[: len(passages)],
        kept=tuple(kept),
    )


def _kept(passage: Passage, find_names: _Finder | None) -> bytearray:
    """Return for each character of the flat text of a passage whether it is left."""
    kept = bytearray(len(passage.flat))
    for start, sentence in passage.sentences():
        kept[start : start + len(sentence)] = _left(sentence, find_names)
    for match in _NO_LETTER.finditer(passage.flat):
        first, last = match.span()
        kept[first:last] = bytes(last - first)
    return kept


@lru_cache(maxsize=1024)
def _left(sentence: str, find_names: _Finder | None) -> bytes:
    """Return for each character of a sentence whether it is left; signs and digits go besides.

    Many sentences of an agency's report are in that of the year before, too.
    """
    if _template().search(sentence) is not None:
        return bytes(len(sentence))
    begin = _begin(sentence)
    left = bytearray(begin) + b"\1" * (len(sentence) - begin)
    for first, last in _others(sentence, find_names):
        left[first:last] = bytes(last - first)
    return bytes(left)


def _others(sentence: str, find_names: _Finder | None) -> Iterator[tuple[int, int]]:
    """Yield what is taken out wherever it stands in a sentence."""
    if find_names is not None:
        yield from find_names(sentence)
    for match in _everywhere(_endings(sentence)).finditer(sentence):
        yield match.span()


def _begin(sentence: str) -> int:
    """Return where a sentence begins behind its number and the name of a prescribed part."""
    begin = 0
    for pattern in _openings():
        match = pattern.match(sentence[begin:] if begin else sentence)
        begin += match.end() if match else 0
    return begin


@lru_cache(maxsize=1024)
def _names_finder(names: frozenset[str]) -> _Finder | None:
    forms = {form for name in names for form in _forms(flatten(name)) if len(form) > 1}
    if not forms:
        return None
    return partial(_find_any, tuple(sorted(forms, key=len, reverse=True)))


def _find_any(words: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where any of some words stands in a text, the longest first, none within another.

    A pattern would find the same, but takes longer to compile than one report to be looked through.
    """
    there = [word for word in words if word in text]
    at = 0
    while there:
        found = [(text.find(word, at), -len(word)) for word in there]
        place, size = min((item for item in found if item[0] >= 0), default=(-1, 0))
        if place < 0:
            return
        at = place - size
        yield place, at


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
    # what may stand before a sentence's words or not, does not decide whether they are there
    needed = (_MAY_STAND_BEFORE.sub("", item) for item in _words()["sentences"])
    return re.compile("|".join(f"(?:{item})" for item in needed))


@lru_cache(maxsize=64)
def _everywhere(endings: str) -> re.Pattern[str]:
    """Return a pattern for what goes everywhere, less what ends with another sign than these."""
    possible = (
        item for item in _words()["everywhere"] if item[-1] not in _ENDINGS or item[-1] in endings
    )
    return re.compile("|".join(f"(?:{item})" for item in possible))


def _endings(sentence: str) -> str:
    """Return with which of the signs that end a pattern one can be in a sentence at all."""
    return "".join([sign for sign in _ENDINGS if sign in sentence])


@cache
def _openings() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _words()["openings"]))


@cache
def _words() -> dict[str, list[str]]:
    file = resources.files("monitor.likeness").joinpath("template.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
