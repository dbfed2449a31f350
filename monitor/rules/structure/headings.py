"""Rules about the wording of the six headings, and about headings beyond them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from monitor.formats import SectionSpec
from monitor.reading.model import Report, Section
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import keeps_cells, letters_doubtful
from monitor.rules.quoting import flatten, heading_evidence, quote
from monitor.rules.structure.topics import TOPICS, last_of_each, specs_of, topic_of

_FORMAT = "国办公开办函〔2021〕30号（年度报告格式）"
_FORMAT_2019 = "国办公开办函〔2019〕60号（年度报告格式）"
_NUMBER = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分)?|\(?[一二三四五六七八九十\d]{1,3}\))[、.,:]?"
    r"|^\d{1,2}[、.,:]?(?!\d)"
)
_NOTE = re.compile(r"\([^()]*\)$")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NOT_CONTENT = re.compile(
    r"^附|附件|附表|附录|联系|咨询|地址|电话|下载|备注|名词解释|统计表|填报说明|公开指南|目录"
)
"""Contact blocks, attachments and notes: they may follow the six sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reworded:
    section: Section
    official: str


@rule(
    "section-heading-variant",
    zh="章节标题表述不一",
    en="section heading reworded",
    severity=Severity.INFO,
    formats=NEW,
    basis=_FORMAT,
    basis_2019=_FORMAT_2019,
    thresholds={"heading_similar": 0.75, "heading_same": 0.99},
)
def section_heading_variant(facts: Facts) -> Iterator[Finding]:
    """A section has its heading in other words than the format.

    What it does: Compares the words of each heading with the official ones, number, blanks and
        punctuation left out, and lists all that differ in one remark. Headings cut by a converter
        or recognised from a picture are left alone.
    Why it matters: Uniform headings let reports be found and compared section by section.
    Legal basis: 国办公开办函〔2021〕30号: the headings of the six sections.
    Example that fails: 五、存在问题及改进措施
    Example that passes: 五、存在的主要问题及改进情况
    How to put it right: Use the headings of the format word for word.
    """
    report = facts.report
    assert report is not None
    judged = {spec.key: (number, spec) for number, spec in enumerate(specs_of(facts), start=1)}
    sections = [section for section in last_of_each(report) if section.key in judged]
    if not sections:
        yield not_applicable("没有可识别的章节标题。", "There is no heading to compare.")
        return
    found = [
        _Reworded(section=section, official=f"{spec.ordinal}、{spec.heading}")
        for section in sections
        for number, spec in (judged[str(section.key)],)
        if _is_reworded(report, section, spec, number, facts.thresholds)
    ]
    sure = [item for item in found if not letters_doubtful(report, item.section.place)]
    if sure:
        yield _told(sure)
    elif found:
        yield indeterminate(
            "标题系识别所得，个别文字可能有误，无法核对表述。",
            "The headings were recognised from a picture; single characters may be wrong.",
            *(heading_evidence(item.section) for item in found),
        )


def _is_reworded(
    report: Report,
    section: Section,
    spec: SectionSpec,
    number: int,
    thresholds: Mapping[str, float],
) -> bool:
    """Whether the heading surely is the section's, and surely in other words."""
    printed, official = _words(section), _letters(spec.heading)
    if not printed or printed == official:
        return False
    if not keeps_cells(report) and (official.startswith(printed) or official.endswith(printed)):
        return False
    alike = fuzz.ratio(printed, official) / 100
    by_alias = printed in {_letters(alias) for alias in spec.aliases}
    by_number = section.ordinal == number and TOPICS[spec.key].search(printed) is not None
    near = thresholds["heading_similar"] <= alike < thresholds["heading_same"]
    return near or by_alias or (by_number and alike < thresholds["heading_same"])


def _words(section: Section) -> str:
    flat = _NOTE.sub("", flatten(section.heading).rstrip(":。.,;"))
    return _letters(flat if section.ordinal is None else _NUMBER.sub("", flat))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", flatten(text))


def _told(found: list[_Reworded]) -> Finding:
    pairs_zh = "；".join(f"“{quote(item.section.heading)}”应为“{item.official}”" for item in found)
    pairs_en = "; ".join(
        f"《{quote(item.section.heading)}》 for 《{item.official}》" for item in found
    )
    return fail(
        f"章节标题与规定格式表述不一致：{pairs_zh}。",
        f"Headings are not worded as in the format: {pairs_en}.",
        *(heading_evidence(item.section) for item in found),
    )


@rule(
    "section-extra",
    zh="增设章节",
    en="extra section",
    severity=Severity.INFO,
    formats=V2021,
    basis=_FORMAT,
    thresholds={"extra_sections": 2},
)
def section_extra(facts: Facts) -> Iterator[Finding]:
    """The report has top-level sections beyond the six.

    What it does: Lists headings with a top-level number that are none of the six; a warning if
        there are more than two. Contact blocks, attachments, notes, and headings that stand for a
        section which is otherwise missing do not count.
    Why it matters: Content is to be neither left out nor broadened.
    Legal basis: 国办公开办函〔2021〕30号: six sections, 不能遗漏，也不宜泛化.
    Example that fails: 七、政务公开工作创新情况
    Example that passes: 七、联系方式
    How to put it right: Put the content into the section it belongs to, mostly section six.
    """
    report = facts.report
    assert report is not None
    if not any(section.key for section in report.sections):
        yield not_applicable("没有可识别的章节标题。", "No heading of a section was recognised.")
        return
    extra = [section for index, section in enumerate(report.sections) if _is_extra(report, index)]
    if not extra:
        return
    names = "、".join(f"“{quote(section.heading)}”" for section in extra)
    yield fail(
        f"在规定的六个部分之外增设了{names}。",
        f"There are sections beyond the six: {names}.",
        *(heading_evidence(section) for section in extra),
        severity=Severity.WARNING if len(extra) > facts.thresholds["extra_sections"] else None,
    )


def _is_extra(report: Report, index: int) -> bool:
    section = report.sections[index]
    if section.key is not None or _NOT_CONTENT.search(_words(section)):
        return False
    topic = topic_of(section.heading)
    if topic is None:
        return True
    before = [item.key for item in report.sections[:index] if item.key is not None]
    # a part of the section before it, or what stands for a section not recognised
    return report.section(topic) is not None and before[-1:] != [topic]
