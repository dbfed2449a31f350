"""Rules about the document itself: is it the report, and is it the only one."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Indel

from monitor.formats import load_format
from monitor.reading.model import Report
from monitor.reading.normalise import remove_blanks
from monitor.rules.answers import damage_to_prose, doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import flatten, quote, title_evidence
from storage.titles import TitleKind, parse_title

_TOPICS = {
    "overview": r"总体情况|概述|概况|基本情况|工作情况",
    "proactive_disclosure": r"主动公开",
    "requests": r"依?申请公开|信息公开申请|申请情况",
    "remedies": r"行政复议|行政诉讼|复议.{0,2}诉讼",
    "problems": r"问题|不足",
    "other_matters": r"其[他它]需要?(?:报告|说明)|其[他它](?:有关)?事项",
}
_FEWEST_TOPICS = 4
_FEWEST_TOPICS_2008 = 3


@rule(
    "wrong-doc-type",
    zh="文种不符",
    en="not the annual report",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条、第五十条",
)
def wrong_doc_type(facts: Facts) -> Iterator[Finding]:
    """What stands in the report's place is another document.

    What it does: Recognises look-alikes by their titles (notices, guides, interpretations, website
        work reports …), and texts without tables that lack three or more of the six topics.
    Why it matters: The report is then not published, though something stands in its column.
    Legal basis: 《政府信息公开条例》第五十条: what an annual report contains.
    Example that fails: 某县政府网站工作年度报表（2023年度）
    Example that passes: A short report of an old year that treats the topics of its Regulation.
    How to put it right: Put up the annual report itself.
    """
    report = facts.report
    assert report is not None
    title = parse_title(report.title or "")
    topics = _missing_topics(facts, report)
    if title.kind is TitleKind.LOOKALIKE and (topics or not report.tables):
        yield fail(
            f"该文件是“{title.lookalike or title.text}”，不是政府信息公开工作年度报告。",
            f"This is a {title.lookalike or title.text}, not the annual report.",
            *title_evidence(report),
        )
        return
    if not topics or report.tables:
        return
    damage = damage_to_prose(report, *_TOPICS)
    if damage is not None or report.images:
        yield _hidden(report, damage is not None)
        return
    names = "、".join(topics)
    yield fail(
        f"正文没有任何一张表，且缺少{names}等内容，不是政府信息公开工作年度报告。",
        f"The text has none of the tables and does not treat {names}: it is not the annual report.",
        *title_evidence(report),
    )


def _hidden(report: Report, damaged: bool) -> Finding:
    damage = damage_to_prose(report, *_TOPICS)
    if damaged and damage is not None:
        return doubtful("文种", "what document it is", damage)
    return indeterminate(
        "正文中有未能读取的图片，无法判断文种。",
        "There are pictures that were not read: what document it is cannot be judged.",
        Evidence(quote="", place=report.images[0].place),
    )


def _missing_topics(facts: Facts, report: Report) -> list[str]:
    """Return the topics that are missing, if they are too many for an annual report."""
    text = flatten(report.text) + flatten("".join(item.heading for item in report.sections))
    if facts.format is not None and facts.format.id == "v2008":
        required = [item for item in load_format("v2008").contents if not item.get("optional")]
        missing = [
            item["text"] for item in required if not any(word in text for word in item["match"])
        ]
        return missing if len(missing) >= _FEWEST_TOPICS_2008 else []
    keys = {section.key for section in report.sections}
    found = {key for key, words in _TOPICS.items() if key in keys or re.search(words, text)}
    names = {spec.key: spec.heading for spec in load_format("v2021").sections}
    missing = [names[key] for key in _TOPICS if key not in found]
    return missing if len(found) < _FEWEST_TOPICS else []


@rule(
    "duplicate-candidates",
    zh="同一年度有多份年报",
    en="several reports of one year",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条",
    thresholds={"duplicate_similarity": 0.9},
)
def duplicate_candidates(facts: Facts) -> Iterator[Finding]:
    """The agency shows more than one report for the year, and their texts differ.

    What it does: Compares the report with every other accepted one of the same agency and year;
        copies, mobile pages and attachments of the same text (90 % alike) do not count.
    Why it matters: Nobody can tell which of them is the report.
    Legal basis: 《政府信息公开条例》第四十九条: one report a year.
    Example that fails: Two pages 某局2023年…年度报告 with different figures.
    Example that passes: A page, and the same text as an attachment.
    How to put it right: Leave the right one and take the others down, saying so.
    """
    report, publication = facts.report, facts.publication
    assert report is not None
    if not facts.others:
        if publication is None:
            yield not_applicable("没有其他候选文件。", "No other candidates are known.")
        return
    text = remove_blanks(report.text)
    for other in facts.others:
        alike = Indel.normalized_similarity(text, remove_blanks(other.text))
        if alike >= facts.thresholds["duplicate_similarity"]:
            continue
        yield fail(
            f"同一年度另有一份内容不同的年报《{other.title}》（相似度 {alike:.0%}）。",
            f"There is another report of the same year, 《{other.title}》, with a different text "
            f"({alike:.0%} alike).",
            *title_evidence(report),
            Evidence(quote=quote(other.title), url=other.url),
        )
