"""The agency a report is of, and the places in which the report names itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.reading.model import Report
from monitor.rules.model import AgencyFacts, Evidence, Facts
from monitor.rules.quoting import Passage, passages, title_evidence
from monitor.rules.remembering import once
from storage.registry.names import normalise_name
from storage.titles import TitleKind, parse_title

_OWN_TITLE = re.compile(
    r"(?:现(?:发布|公布|公开|将|予以|就|向社会)[^。《》]{0,10}?|编制(?:了|发布|形成)?|公布)《?"
    r"(?P<title>[^。《》,;、]{2,50}?(?:20\d\d年度?)?政府信息公开(?:工作)?(?:20\d\d)?年?度?报告)"
)
_SIGNATURE = re.compile(
    r"[\u4e00-\u9fff()]{4,30}(?:局|委|委员会|厅|办公室|人民政府|办事处|管委会|中心)"
)
_LAST = 4
"""Paragraphs at the end of a report among which its signature may stand."""
_BRACKETS = re.compile(r"[(（][^)）]*[)）]")


# two rules ask about the same few texts
_parsed = lru_cache(maxsize=64)(parse_title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A place in which the report says in full whose it is."""

    name: str
    part_zh: str
    part_en: str
    evidence: tuple[Evidence, ...]
    passage: Passage | None = None


def own_agency(facts: Facts) -> AgencyFacts | None:
    """Return the agency the report is filed under, else the one it names itself."""
    if facts.agency is not None:
        return facts.agency
    name = facts.report.agency if facts.report is not None else None
    return AgencyFacts(name=name) if name else None


def plain_name(name: str) -> str:
    """Return a name as names compare here: no blanks, no remark in brackets."""
    return normalise_name(_BRACKETS.sub("", name))


def namings(report: Report) -> Iterator[Naming]:
    """Yield where the report names its agency: title, own title in the prose, signature."""
    yield from _namings(report)


@once
def _namings(report: Report) -> tuple[Naming, ...]:
    return tuple(_found_namings(report))


def _found_namings(report: Report) -> Iterator[Naming]:
    title = _parsed(report.title or "")
    if title.kind is TitleKind.ANNUAL_REPORT and title.agency:
        yield Naming(
            name=title.agency, part_zh="题名", part_en="title", evidence=title_evidence(report)
        )
    everything = list(passages(report))
    for item in everything:
        yield from _own_titles(item)
    for item in everything[-_LAST:]:
        if _SIGNATURE.fullmatch(item.flat):
            yield _naming(item, item.flat, "落款", "signature", 0, len(item.flat))


def _own_titles(item: Passage) -> Iterator[Naming]:
    if "报告" not in item.flat:
        return
    for match in _OWN_TITLE.finditer(item.flat):
        title = _parsed(match["title"])
        if title.agency and title.kind is TitleKind.ANNUAL_REPORT:
            yield _naming(item, title.agency, "正文", "text", *match.span("title"))


def _naming(item: Passage, name: str, zh: str, en: str, start: int, end: int) -> Naming:
    evidence = (item.evidence(start, end),)
    return Naming(name=name, part_zh=zh, part_en=en, evidence=evidence, passage=item)
