"""Arrays that scripts of a page give a name to: ``var itemObj=[…]`` with rows in it, or without."""

import re
from collections.abc import Iterable, Iterator

from crawler.platforms.script_rows import json_items, json_values

_NAMED = re.compile(r"\b([A-Za-z_]\w*)\s*=\s*(?=\[)")
_EMPTY = re.compile(r"\[\s*\]")


def filled_arrays(scripts: Iterable[str], base: str) -> frozenset[str]:
    """Return what the arrays are called that hold rows, as ``ListPage.holders`` names them."""
    return frozenset(
        _holder(name)
        for name, rest in _arrays(scripts)
        if any(True for value in json_values(rest) for _ in json_items(value, base))
    )


def empty_arrays(scripts: Iterable[str]) -> frozenset[str]:
    """Return what the arrays are called that hold nothing, as ``ListPage.vacant`` names them."""
    return frozenset(_holder(name) for name, rest in _arrays(scripts) if _EMPTY.match(rest))


def _arrays(scripts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each array, up to where the next one is named."""
    for script in scripts:
        found = list(_NAMED.finditer(script))
        ends = (*(each.start() for each in found), len(script))[1:]
        for each, end in zip(found, ends, strict=False):
            yield each[1], script[each.end() : end]


def _holder(name: str) -> str:
    return f"script {name}"
