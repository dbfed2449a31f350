"""Which of the six sections a wording means, however it is put."""

import re

from monitor.formats import SectionSpec
from monitor.reading.model import Damage, Report, Section
from monitor.rules.answers import damage_to_prose
from monitor.rules.model import Facts
from monitor.rules.quoting import flatten

TOPICS = {
    # in order of precedence: "因政府信息公开申请行政复议" is about remedies, not requests
    "remedies": re.compile(r"复议|诉讼"),
    "problems": re.compile(r"问题|改进|不足|整改"),
    "requests": re.compile(r"申请|收到|处理政府信息"),
    "proactive_disclosure": re.compile(r"主动公开|公开政府信息"),
    "overview": re.compile(r"总体|概述|概况|基本情况|总述"),
    "other_matters": re.compile(r"其[他它]|报告的?事项|说明的?事项|信息处理费"),
}
_TOP_LEVEL = re.compile(r"^第?[一二三四五六七八九十]{1,2}(?:部分)?[、.,:](?P<rest>.{2,40})$")


def topic_of(wording: str) -> str | None:
    """Return the section key that a wording means, None if it means none of the six."""
    flat = flatten(wording)
    return next((key for key, words in TOPICS.items() if words.search(flat)), None)


def reworded_section(report: Report, key: str) -> str | None:
    """Return a heading that stands for a section without being recognised as it.

    First among the headings that are none of the six, then among lines that begin with a
    top-level number.
    """
    for section in report.sections:
        if section.key is None and topic_of(section.heading) == key:
            return section.heading
    for line in report.text.splitlines():
        match = _TOP_LEVEL.match(flatten(line))
        if match and "。" not in match["rest"] and topic_of(match["rest"]) == key:
            return line.strip()
    return None


def has_heading(report: Report, spec: SectionSpec) -> bool:
    """Whether a section's heading is in the report, recognised or reworded."""
    return report.section(spec.key) is not None or reworded_section(report, spec.key) is not None


def damage_to_section(report: Report, spec: SectionSpec) -> Damage | None:
    """Return the damage that may hide a section, its table or words of it."""
    found = report.doubtful(section=spec.key, table=spec.table)
    return found or damage_to_prose(report, spec.key)


def last_of_each(report: Report) -> tuple[Section, ...]:
    """Return the sections with a key, each key once: where it stands last, in printed order.

    A table of contents repeats the headings before the sections themselves.
    """
    last = {section.key: index for index, section in enumerate(report.sections) if section.key}
    return tuple(report.sections[index] for index in sorted(last.values()))


def specs_of(facts: Facts) -> tuple[SectionSpec, ...]:
    """Return the sections of the format due; a rule for new formats only has one."""
    assert facts.format is not None
    return facts.format.sections


def whole_text(report: Report, section: Section) -> str:
    """Return a section's text with that of headings after it which are none of the six.

    Sub-headings numbered like top-level ones cut a section in two.
    """
    start = next(index for index, item in enumerate(report.sections) if item is section)
    parts = [section.text]
    for item in report.sections[start + 1 :]:
        if item.key is not None:
            break
        parts += [item.heading, item.text]
    return "\n".join(parts)
