"""The rule that holds the parts a preamble announces against the parts there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.reading.model import Report
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import Passage, flatten, passages, quote
from monitor.rules.structure.topics import last_of_each, reworded_section, topic_of

_COUNT = r"[一二三四五六七八九十\d]{1,2}"
_END = (
    rf"(?:等|共|共计|总计|合计|以上|这){{0,2}}(?:{_COUNT})?(?:个|大|项)?(?:部分|方面|章节|板块|内容)"
    r"|等?(?:内容)?(?:组成|构成)"
)
_OPENING = r"由|包括|包含|分为|涵盖|就|从|分别为|分别是|内容为"
_LIST = re.compile(rf"(?:{_OPENING})了?[:,]?(?P<list>(?:(?!{_OPENING})[^。]){{6,260}}?)(?:{_END})")
_AFTER_COUNT = re.compile(
    rf"(?:由|包括|包含|分为|分|共|共分){_COUNT}(?:个|大)?(?:部分|方面)"
    r"(?:组成|构成|内容)?[,:]?(?:分别为|分别是|即|包括|依次为)?[:,]?(?P<list>[^。]{6,260})"
)
_WITHOUT_END = re.compile(
    r"(?:全文|本报告|年度报告|年报|报告|内容)(?:主要|具体|内容)*(?:由|包括|包含|分为)了?[:,]?"
    r"(?P<list>[^。]{6,260})"
)
_ITEM = re.compile(r"[、,;]|以及|及(?!时)|和(?!谐)|与")
_ORDINAL = re.compile(rf"^(?:第?[(]?{_COUNT}[)]?(?:部分)?[、.:是]|[(]{_COUNT}[)])")
_FILLER = re.compile(r"等$|的$|^主要|[“”\"]")
_JOINED = re.compile(r"[、,及和与的以]|政府信息公开(?:工作)?|工作|^因|情况|等$")
_DIGIT = re.compile(r"\d")
_FEWEST_KNOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The list of parts in a preamble: wording by section key, and wordings of none of the six."""

    wordings: dict[str, str]
    others: tuple[str, ...]
    evidence: Evidence


@rule(
    "preamble-mismatch",
    zh="导语所列部分与正文不符",
    en="announced parts are not the actual ones",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（年度报告格式）",
    basis_2019="国办公开办函〔2019〕60号（年度报告格式）",
)
def preamble_mismatch(facts: Facts) -> Iterator[Finding]:
    """The parts that the preamble announces are not those of the report.

    What it does: Takes the list in 由……组成 or 包括……等六个部分 apart, matches each item to a
        section by its words, and names what is left out or is nowhere. Other wording is noted.
    Why it matters: Often a sign that the preamble comes from another report.
    Legal basis: 国办公开办函〔2021〕30号: six sections with their headings.
    Example that fails: 由总体情况、政策解读情况、存在的主要问题和改进措施等部分组成。
    Example that passes: 由总体情况、主动公开政府信息情况、……、其他需要报告的事项等六部分组成。
    How to put it right: List the six sections as they are headed.
    """
    report = facts.report
    assert report is not None
    announced = announcement(report)
    if announced is None:
        yield not_applicable("导语未列举各部分。", "The preamble lists no parts.")
        return
    left_out = [
        quote(section.heading)
        for section in last_of_each(report)
        if section.key not in announced.wordings
    ]
    nowhere = [*_without_section(facts, report, announced), *_unknown(report, announced)]
    if left_out or nowhere:
        yield _mismatch(left_out, nowhere, announced)
        return
    for key in announced.wordings:
        damage = report.doubtful(section=key)
        if damage is not None and report.section(key) is None:
            yield doubtful(
                "导语与正文是否相符", "whether the preamble fits", damage, announced.evidence
            )
            return
    yield from _reworded(facts, report, announced)


def announcement(report: Report) -> Announcement | None:
    """Return the list of parts announced before or at the beginning of section one."""
    for item in passages(report):
        if item.section not in (None, "overview"):
            return None
        for pattern in (_LIST, _AFTER_COUNT, _WITHOUT_END):
            for match in pattern.finditer(item.flat):
                found = _announcement(item, match)
                if found is not None:
                    return found
    return None


def _announcement(item: Passage, match: re.Match[str]) -> Announcement | None:
    wordings: dict[str, str] = {}
    others: list[str] = []
    pending: list[str] = []
    last: str | None = None
    for joint, wording in _pieces(match["list"]):
        key = topic_of(wording)
        if key is None:
            pending.append(wording)
        else:
            together = f"{wordings[key]}{joint if key == last else '、'}" if key in wordings else ""
            wordings[key] = together + wording
            # what follows the last section named is the rest of the sentence, not of the list
            others += [other for other in pending if not _DIGIT.search(other)]
            pending = []
        last = key
    if len(wordings) < _FEWEST_KNOWN:
        return None
    return Announcement(
        wordings=wordings,
        others=tuple(others),
        evidence=item.evidence(match.start("list"), match.end()),
    )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the items of a list, each with the comma or 和 before it."""
    parts = re.split(f"({_ITEM.pattern})", text)
    for joint, piece in zip(["", *parts[1::2]], parts[::2], strict=True):
        wording = _FILLER.sub("", _ORDINAL.sub("", piece))
        if wording:
            yield joint, wording


def _without_section(facts: Facts, report: Report, announced: Announcement) -> list[str]:
    """Return announced sections that the report is sure not to have."""
    assert facts.format is not None
    tables = {spec.key: spec.table for spec in facts.format.sections}
    return [
        wording
        for key, wording in announced.wordings.items()
        if report.section(key) is None
        and reworded_section(report, key) is None
        and tables.get(key) not in report.tables
        and report.doubtful(section=key, table=tables.get(key)) is None
        and damage_to_prose(report, key) is None
    ]


def _unknown(report: Report, announced: Announcement) -> list[str]:
    headings = "".join(flatten(section.heading) for section in report.sections)
    return [wording for wording in announced.others if wording not in headings]


def _mismatch(left_out: list[str], nowhere: list[str], announced: Announcement) -> Finding:
    parts_zh, parts_en = [], []
    if left_out:
        parts_zh.append(f"未列出“{'”“'.join(left_out)}”")
        parts_en.append(f"it leaves out {', '.join(left_out)}")
    if nowhere:
        parts_zh.append(f"列有正文所无的“{'”“'.join(nowhere)}”")
        parts_en.append(f"it lists {', '.join(nowhere)}, which the report does not have")
    return fail(
        f"导语所列部分与正文不符：{'；'.join(parts_zh)}。",
        f"The parts announced are not the actual ones: {'; '.join(parts_en)}.",
        announced.evidence,
    )


def _reworded(facts: Facts, report: Report, announced: Announcement) -> Iterator[Finding]:
    assert facts.format is not None
    official = {spec.key: spec.heading for spec in facts.format.sections}
    differing = []
    for key, wording in announced.wordings.items():
        section = report.section(key)
        if section is None or key not in official:
            continue
        if _core(wording) not in (_core(section.heading), _core(official[key])):
            differing.append((wording, quote(section.heading)))
    if differing:
        pairs = "；".join(f"“{wording}”与“{heading}”" for wording, heading in differing)
        pairs_en = "; ".join(f"“{wording}” and 《{heading}》" for wording, heading in differing)
        yield fail(
            f"导语与正文标题的表述不一致：{pairs}。",
            f"Preamble and headings are worded differently: {pairs_en}.",
            announced.evidence,
            severity=Severity.INFO,
        )


def _core(wording: str) -> str:
    flat = _ORDINAL.sub("", flatten(wording))
    return _JOINED.sub("", flat)
