"""Provinces, cities and counties by name, and which of them lies in which.

The codes of GB/T 2260 tell: two digits of the province, two of the city, two of the county.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

from storage.registry.places import without_system

_LONGEST_NAME = 15


def codes_of(name: str) -> frozenset[str]:
    """Return every code that a place of this name has or had; none if it is not known."""
    return _divisions().get(name, frozenset())


def is_code(code: str) -> bool:
    """Whether any place has or had this code."""
    return code in _codes()


@lru_cache(maxsize=512)
def leading_divisions(text: str) -> tuple[str, ...]:
    """Return the known places a name begins with: 银川市兴庆区科技局 → 银川市, 兴庆区."""
    rest = without_system(text)
    found: list[str] = []
    while True:
        name = next(
            (
                rest[:n]
                for n in range(min(len(rest), _LONGEST_NAME), 1, -1)
                if rest[:n] in _divisions()
            ),
            None,
        )
        if name is None:
            return tuple(found)
        found.append(name)
        rest = rest[len(name) :]


def codes_of_chain(places: Iterable[str]) -> frozenset[str]:
    """Return the codes that the last of several places, one within the other, may have."""
    codes: frozenset[str] = frozenset()
    for place in places:
        inner = codes_of(place)
        within = frozenset(code for code in inner if any(contains(one, code) for one in codes))
        codes = within or inner
    return codes


def is_outside(codes: Iterable[str], own: Iterable[str]) -> bool:
    """Whether no reading of a place lies within, around or at any reading of one's own place."""
    own = tuple(own)
    return not any(contains(one, other) or contains(other, one) for one in codes for other in own)


def contains(outer: str, inner: str) -> bool:
    """Whether a division is another, or holds it."""
    return inner.startswith(_prefix(outer))


def _prefix(code: str) -> str:
    while code.endswith("00"):
        code = code[:-2]
    return code


@cache
def _codes() -> frozenset[str]:
    return frozenset().union(*_divisions().values())


@cache
def _divisions() -> Mapping[str, frozenset[str]]:
    file = resources.files(__package__ or "") / "divisions.txt"
    lines = file.read_text(encoding="utf-8").splitlines()
    names = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: frozenset(codes) for name, *codes in names}
