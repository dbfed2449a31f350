"""Whether a document is the annual report at all, by its title and by what it contains.

``wrong-doc-type`` says so, and the engine does not ask another document for the contents that
only an annual report must have: one cause, one finding.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.formats import load_format
from monitor.reading.model import Damage, Report
from monitor.rules.answers import damage_to_prose
from monitor.rules.model import Facts
from monitor.rules.quoting import flatten
from monitor.rules.remembering import once
from storage.titles import Title, TitleKind, parse_title

_TOPICS = {
    "overview": re.compile(r"总体情况|概述|概况|基本情况|工作情况"),
    "proactive_disclosure": re.compile(r"主动公开"),
    "requests": re.compile(r"依?申请公开|信息公开申请|申请情况"),
    "remedies": re.compile(r"行政复议|行政诉讼|复议.{0,2}诉讼"),
    "problems": re.compile(r"问题|不足"),
    "other_matters": re.compile(r"其[他它]需要?(?:报告|说明)|其[他它](?:有关)?事项"),
}
_FEWEST_TOPICS = 4
_FEWEST_TOPICS_2008 = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDocument:
    """What shows that a document is not the annual report."""

    title: Title
    missing: tuple[str, ...]
    """The contents of an annual report that it does not treat; none if its title alone tells."""
    damage: Damage | None = None
    """What reading lost and may hide them."""
    pictures: bool = False
    """Whether they may stand in pictures that were not read."""

    @property
    def is_certain(self) -> bool:
        """Whether what was not read leaves no doubt."""
        return self.by_title or not (self.damage or self.pictures)

    @property
    def by_title(self) -> bool:
        """Whether it stands under the title of something that only looks like the report."""
        return self.title.kind is TitleKind.LOOKALIKE

    @property
    def under_another_title(self) -> bool:
        """Whether its title is known and not that of an annual report."""
        return bool(self.title.text.strip()) and self.title.kind is not TitleKind.ANNUAL_REPORT


def other_document(facts: Facts) -> OtherDocument | None:
    """Return what shows that the document is not the annual report; None if nothing does.

    It is another one if its title is that of a look-alike and it lacks contents or tables, or if
    it has none of the tables and lacks three of the six topics (《政府信息公开条例》 art. 50; up
    to fiscal year 2018 of the five of Order 492, art. 32). A report under its own title with at
    least one of the six headings is the report, however much of it is missing.
    """
    report = facts.report
    assert report is not None
    return _other_document(report, facts.format.id if facts.format is not None else None)


@once
def _other_document(report: Report, due: str | None) -> OtherDocument | None:
    title = _parsed(report.title or "")
    missing = _too_many_missing(due, report)
    if title.kind is TitleKind.LOOKALIKE and (missing or not report.tables):
        return OtherDocument(title=title, missing=())
    if not missing or report.tables or _is_incomplete_report(due, report, title):
        return None
    return OtherDocument(
        title=title,
        missing=missing,
        damage=damage_to_prose(report, *_TOPICS),
        pictures=bool(report.images),
    )


def _is_incomplete_report(due: str | None, report: Report, title: Title) -> bool:
    if due == "v2008":
        return False  # its headings were free
    keyed = any(section.key is not None for section in report.sections)
    return keyed and title.kind is TitleKind.ANNUAL_REPORT


def _too_many_missing(due: str | None, report: Report) -> tuple[str, ...]:
    headings = "".join(section.heading for section in report.sections)
    if due == "v2008":
        missing = _missing_in_2008(report.text, headings)
        return missing if len(missing) >= _FEWEST_TOPICS_2008 else ()
    keys = frozenset(section.key for section in report.sections if section.key is not None)
    missing = _missing_topics(report.text, headings, keys)
    return missing if len(_TOPICS) - len(missing) < _FEWEST_TOPICS else ()


# every rule asks again about the same few texts
_parsed = lru_cache(maxsize=64)(parse_title)


@lru_cache(maxsize=16)
def _missing_in_2008(text: str, headings: str) -> tuple[str, ...]:
    flat = flatten(text) + flatten(headings)
    required = [item for item in load_format("v2008").contents if not item.get("optional")]
    return tuple(
        item["text"] for item in required if not any(word in flat for word in item["match"])
    )


@lru_cache(maxsize=16)
def _missing_topics(text: str, headings: str, keys: frozenset[str]) -> tuple[str, ...]:
    if keys.issuperset(_TOPICS):
        return ()
    flat = flatten(text) + flatten(headings)
    names = {spec.key: spec.heading for spec in load_format("v2021").sections}
    return tuple(
        names[key]
        for key, words in _TOPICS.items()
        if key not in keys and words.search(flat) is None
    )
