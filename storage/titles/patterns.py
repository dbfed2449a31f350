"""The patterns of ``storage/law/titles.toml``, compiled for marked text (``years.mark_years``)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storage.law import load_law
from storage.titles.model import TitleKind
from storage.titles.wording import without_blanks
from storage.titles.years import MARKER, YEAR

_LAW = load_law("titles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """A pattern by which something else than an annual report is told."""

    name: str
    kind: TitleKind
    match: re.Pattern[str]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _decoys(entries: Iterable[dict[str, Any]]) -> tuple[Decoy, ...]:
    return tuple(
        Decoy(
            name=entry["name"],
            kind=TitleKind(entry.get("kind", "lookalike")),
            match=re.compile(entry["match"].replace("<year>", f"(?:{YEAR})"), re.IGNORECASE),
        )
        for entry in entries
    )


def _core(law: dict[str, Any]) -> re.Pattern[str]:
    fillers = rf"(?:{YEAR}|{_any_of(law['fillers'])})"
    return re.compile(
        rf"(?P<subject>{_any_of(law['subjects'])})(?P<middle>{fillers}{{0,8}}?)"
        rf"(?P<noun>{_any_of(law['nouns'])})"
    )


def _form(template: str) -> re.Pattern[str]:
    pattern = re.escape(without_blanks(template))
    pattern = pattern.replace(r"\{agency\}", r"(?P<agency>.+?)").replace(r"\{year\}", MARKER)
    return re.compile(pattern)


CORE = _core(_LAW["core"])
COLUMN_CORE = re.compile(rf"(?P<noun>{_any_of(_LAW['core']['column_nouns'])})(?!制度|格式)")
NO_SUMMARY: frozenset[str] = frozenset(_LAW["core"]["no_summary"])
CANONICAL = _form(_LAW["title"]["canonical"])
TOLERATED = tuple(_form(template) for template in _LAW["title"]["tolerated"])

VERSIONS = re.compile(rf"[(\[【〔]?(?:{_LAW['behind']['versions']})[)\]】〕]?", re.IGNORECASE)
FORMS = re.compile(rf"[(\[【〔]?(?P<form>{_LAW['behind']['forms']})[)\]】〕]?", re.IGNORECASE)
TOGETHER = re.compile(_LAW["behind"]["together"])
ANNOUNCED = re.compile(_LAW["behind"]["announced"])
REST = re.compile(_LAW["behind"]["rest"])
EXTENSION = re.compile(_LAW["behind"]["extensions"], re.IGNORECASE)

ANNOUNCING = re.compile(_LAW["announcing"]["verbs"])
SENT = re.compile(_LAW["announcing"]["sent"])
NOTICE = re.compile(_LAW["announcing"]["notice"])

ABOUT = _decoys(_LAW["about"])
BEFORE = _decoys(_LAW["before"])
NEIGHBOURS = _decoys(_LAW["neighbour"])
LOOKALIKES = _decoys(_LAW["lookalike"])
