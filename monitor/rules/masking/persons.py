"""Applicants by name and home addresses, recognised by the words around them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

PersonKind = Literal["applicant", "home"]


def find_persons(text: str) -> Iterator[tuple[int, int, PersonKind]]:
    """Yield the span of each applicant's name and of each home address in ``text``, in order.

    Only where the words around leave no doubt; officials and people called 某 are left alone.
    """
    spans: dict[tuple[int, int], PersonKind] = {}
    for pattern in _names():
        for match in pattern.finditer(text):
            if not match["name"].startswith(_not_names()):
                spans[match.span("name")] = "applicant"
    for match in _homes().finditer(text):
        if _offices().search(match["house"]) is None:
            spans[match.span("house")] = "home"
    for (start, end), kind in sorted(spans.items()):
        yield start, end, kind


@cache
def _lexicon() -> Mapping[str, Any]:
    text = (resources.files(__package__ or "") / "persons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _names() -> tuple[re.Pattern[str], ...]:
    words = _lexicon()
    given = rf"(?:(?![{words['never_given']}])[\u4e00-\u9fff]){{1,2}}"
    name = rf"(?P<name>(?:{'|'.join(words['double_surnames'])}|[{words['surnames']}]){given})"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"{words['applicants']}\s{{0,3}}[为是：:]?\s{{0,3}}{name}(?={words['acts']})",
            rf"{words['applicants']}\s{{0,3}}[：:]\s{{0,3}}{name}(?=\s{{0,3}}(?:[，。；,;]|$))",
            rf"{words['people']}\s{{0,3}}{name}(?={words['acts']})",
            rf"{words['received']}\s{{0,3}}{name}(?={words['received_acts']})",
            rf"{words['suit_before']}\s{{0,3}}{name}(?={words['suit_acts']})",
        )
    )


@cache
def _not_names() -> tuple[str, ...]:
    return tuple(_lexicon()["not_names"])


@cache
def _homes() -> re.Pattern[str]:
    words = _lexicon()
    return re.compile(rf"{words['home']}(?P<house>{words['house']})")


@cache
def _offices() -> re.Pattern[str]:
    return re.compile(_lexicon()["offices"])
