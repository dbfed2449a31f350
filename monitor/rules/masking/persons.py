"""Applicants by name and home addresses, recognised by the words around them."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

_HOME = re.compile("住|户籍|家庭")
"""One of these stands in every word that says that an address is a home."""
PersonKind = Literal["applicant", "home"]


def find_persons(text: str) -> Iterator[tuple[int, int, PersonKind]]:
    """Yield the span of each applicant's name and of each home address in ``text``, in order.

    Only where the words around leave no doubt; officials and people called 某 are left alone.
    """
    spans: dict[tuple[int, int], PersonKind] = {}
    for needed, pattern in _names():
        for match in pattern.finditer(text) if needed.search(text) else ():
            if not match["name"].startswith(_not_names()):
                spans[match.span("name")] = "applicant"
    for match in _homes().finditer(text) if _HOME.search(text) else ():
        if _offices().search(match["house"]) is None:
            spans[match.span("house")] = "home"
    for (start, end), kind in sorted(spans.items()):
        yield start, end, kind


@cache
def _lexicon() -> Mapping[str, Any]:
    text = (resources.files(__package__ or "") / "persons.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _names() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return patterns for names, each with one for words without which it finds nothing."""
    words = _lexicon()
    given = rf"(?:(?![{words['never_given']}])[\u4e00-\u9fff]){{1,2}}"
    name = rf"(?P<name>(?:{'|'.join(words['double_surnames'])}|[{words['surnames']}]){given})"
    applicants, people, received = words["applicants"], words["people"], words["received"]
    asked = rf"(?<!被){applicants}"
    surnames = words["surnames"] + "".join(item[0] for item in words["double_surnames"])
    return tuple(
        (re.compile(needed), re.compile(pattern))
        for needed, pattern in (
            (applicants, rf"{asked}\s{{0,3}}[为是：:]?\s{{0,3}}{name}(?={words['acts']})"),
            (
                applicants,
                rf"{asked}\s{{0,3}}[：:]\s{{0,3}}{name}(?=\s{{0,3}}(?:[，。；,;]|$))",
            ),
            (people, rf"{people}\s{{0,3}}{name}(?={words['acts']})"),
            (
                rf"{received}\s{{0,3}}[{surnames}]",
                rf"{received}\s{{0,3}}{name}(?={words['received_acts']})",
            ),
            ("诉|状告|不服", rf"{words['suit_before']}\s{{0,3}}{name}(?={words['suit_acts']})"),
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
