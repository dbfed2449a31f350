"""Characters as flat text writes them: no blanks, no full width, simplified.

Of the few thousand characters that texts are made of hardly one is written otherwise, and every
text is flattened more than once: what is known to stay as it is, is not looked up one by one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from monitor.formats import load_data
from monitor.reading.normalise import remove_blanks
from storage.law import load_law

_KEPT: set[str] = set()
"""Characters that were met and stay as they are; at most those of Unicode."""


def fold(printed: str) -> str:
    """Return a text as flat text."""
    return _folded(printed, _changes(printed))


def _folded(printed: str, changes: Mapping[str, str]) -> str:
    if not changes:
        return printed
    if _is_circular(changes):
        return "".join(map(folded, printed))
    flat = printed
    for old, new in changes.items():
        flat = flat.replace(old, new)
    return flat


@lru_cache(maxsize=512)
def fold_with_positions(printed: str) -> tuple[str, Sequence[int]]:
    """Return a text as flat text, and for each of its characters the position in ``printed``.

    The rules and the reading of statements ask for the same paragraphs.
    """
    changes = _changes(printed)
    lengths = set(map(len, changes.values()))
    if lengths <= {1}:
        return _folded(printed, changes), range(len(printed))
    if lengths <= {0, 1}:
        gone = {old for old, new in changes.items() if not new}
        kept = tuple([at for at, sign in enumerate(printed) if sign not in gone])
        return _folded(printed, changes), kept
    pieces = [folded(character) for character in printed]
    return "".join(pieces), tuple(at for at, piece in enumerate(pieces) for _ in piece)


def _changes(printed: str) -> dict[str, str]:
    """Return the characters of a text that are written otherwise, and how."""
    changes: dict[str, str] = {}
    for character in set(_rare().findall(printed)) - _KEPT:
        new = folded(character)
        if new == character:
            _KEPT.add(character)
        else:
            changes[character] = new
    return changes


@cache
def _rare() -> re.Pattern[str]:
    """Return a pattern for what may be written otherwise: of Chinese characters only Traditional.

    Unicode has no compatibility forms in its first block of ideographs.
    """
    traditional = "".join(chr(code) for code in sorted(_simplified()))
    return re.compile(f"[^\u4e00-\u9fff]|[{re.escape(traditional)}]")


def _is_circular(changes: Mapping[str, str]) -> bool:
    """Whether one change would change again what another has written."""
    return not changes.keys().isdisjoint("".join(changes.values()))


@cache
def folded(character: str) -> str:
    """Return a character as flat text writes it: nothing for a blank, Traditional simplified."""
    return remove_blanks(unicodedata.normalize("NFKC", character)).translate(_simplified())


@cache
def _simplified() -> dict[int, int]:
    labels, titles = load_data("labels")["normalize"], load_law("titles")["script"]
    return str.maketrans(
        labels["traditional"] + titles["traditional"], labels["simplified"] + titles["simplified"]
    )
