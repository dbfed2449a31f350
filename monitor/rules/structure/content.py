"""Rules about what sections five and six contain."""

import re
from collections.abc import Iterator

from monitor.reading.model import Report, Section
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import (
    Passage,
    flatten,
    heading_evidence,
    section_passages,
)
from monitor.rules.structure.topics import (
    damage_to_section,
    has_heading,
    specs_of,
    topic_of,
    whole_text,
)

PROBLEMS = re.compile(
    r"问题|不足|短板|差距|薄弱|欠缺|有待|困难|不够|不强|不高|不到位|不及时|不全面|不平衡|不规范|滞后|弱项|还需|仍需|缺乏"
)
IMPROVEMENTS = re.compile(
    r"改进|下一步|下步|措施|整改|进一步|今后|将[^军领]|加强|加大|完善|提升|提高|强化|优化|健全|推进|规范"
)
_NOTHING = re.compile(r"^(?:无|没有|暂无|不存在)(?:存在)?(?:主要)?(?:问题)?(?:及改进情况)?[。.]?$")
_MISPLACED = re.compile(
    r"主动公开|依申请公开|(?:收到|办理|处理)[^。,]{0,10}申请|行政复议|行政诉讼|复议诉讼|政府信息管理"
    r"|公开平台建设|监督保障"
)
_ALLOWED = re.compile(r"处理费|收费|建议|提案|议案|要点|任务|创新|亮点|解读|回应")
_SUB_HEADING = re.compile(
    r"^(?P<mark>[(][一二三四五六七八九十]+[)]|[(]\d{1,2}[)]|[一二三四五六七八九十]+、|\d{1,2}[.、](?!\d))"
    r"(?P<words>[^。:,;]{2,30})"
)
_MANY = 3


@rule(
    "problems-missing",
    zh="未写问题或改进情况",
    en="no problems or no improvements",
    severity=Severity.ERROR,
    formats=ALL,
    basis="《政府信息公开条例》第五十条第一款第四项",
    basis_2008="国务院令第492号第三十二条第五项",
    needs=frozenset({"outline"}),
)
def problems_missing(facts: Facts) -> Iterator[Finding]:
    """The report names no problem, or no improvement.

    What it does: Looks in section five (up to 2018 in the whole text) for words of a problem and
        for words of an improvement; 无 alone counts as neither.
    Why it matters: The law asks for the main problems and for what is done about them.
    Legal basis: 《政府信息公开条例》第五十条第一款第四项 (until 2018: 国务院令第492号第三十二条).
    Example that fails: 五、存在的主要问题及改进情况 无。
    Example that passes: 存在公开不够及时的问题。下一步将按周核对。
    How to put it right: Name the problems one by one, and what will be done about each.
    """
    report = facts.report
    assert report is not None
    if facts.format is not None and facts.format.id == "v2008":
        yield from _judge_problems(report, report.text, Evidence(quote=""))
        return
    section = report.section("problems")
    if section is None:
        yield not_applicable("没有第五部分。", "There is no section five.")
        return
    text = whole_text(report, section)
    first = next((item.evidence() for item in section_passages(section)), heading_evidence(section))
    yield from _judge_problems(report, text, first)


def _judge_problems(report: Report, text: str, evidence: Evidence) -> Iterator[Finding]:
    flat = flatten(text)
    nothing = _NOTHING.match(flat) is not None
    problems = PROBLEMS.search(flat) is not None and not nothing
    improvements = IMPROVEMENTS.search(flat) is not None and not nothing
    if problems and improvements:
        return
    damage = damage_to_prose(report, "problems")
    if damage is not None:
        yield doubtful("是否写明问题和改进情况", "problems and improvements", damage, evidence)
        return
    what_zh = "存在的问题" if improvements else "改进情况" if problems else "存在的问题和改进情况"
    what_en = "problems" if improvements else "improvements" if problems else "either"
    yield fail(
        f"未写明{what_zh}。",
        f"Problems and improvements are due; the report does not name {what_en}.",
        evidence,
    )


@rule(
    "section-content-misplaced",
    zh="内容错位",
    en="content in the wrong section",
    severity=Severity.INFO,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（年度报告格式）",
    basis_2019="国办公开办函〔2019〕60号（年度报告格式）",
    version=2,
)
def section_content_misplaced(facts: Facts) -> Iterator[Finding]:
    """Section six has sub-headings that belong to sections one to four.

    What it does: Looks at the first-level sub-headings of section six for 主动公开, 依申请公开,
        复议诉讼 and the like; proposals, key points and fees may stand there. A warning if there
        are three, or if the section is missing whose content stands here.
    Why it matters: Readers look for these figures where the format has them.
    Legal basis: 国办公开办函〔2021〕30号: what each section is for.
    Example that fails: 六、…… （一）主动公开政府信息情况 （二）依申请公开政府信息情况
    Example that passes: 六、…… （一）建议提案办理情况 （二）收取信息处理费情况
    How to put it right: Move the paragraphs to sections one to four.
    """
    report = facts.report
    assert report is not None
    section = report.section("other_matters")
    if section is None:
        yield not_applicable("没有第六部分。", "There is no section six.")
        return
    found = list(_misplaced(section))
    if not found:
        return
    names = "、".join(words for words, _ in found)
    grave = len(found) >= _MANY or any(_belongs_nowhere(facts, words) for words, _ in found)
    yield fail(
        f"“其他需要报告的事项”中有应写入前四部分的内容：{names}。",
        f"Section six has content of sections one to four: {names}.",
        *(evidence for _, evidence in found),
        severity=Severity.WARNING if grave else None,
    )


def _misplaced(section: Section) -> Iterator[tuple[str, Evidence]]:
    level: str | None = None
    for item in section_passages(section):
        for start, words, mark in _sub_headings(item):
            level = level or mark
            if mark != level or _ALLOWED.search(words) or not _MISPLACED.search(words):
                continue
            yield words, item.evidence(start, start + len(words))


def _sub_headings(item: Passage) -> Iterator[tuple[int, str, str]]:
    """Yield position, words and style of number of each sub-heading of a paragraph."""
    for start, sentence in item.sentences():
        match = _SUB_HEADING.match(sentence)
        if match:
            style = re.sub(r"[一二三四五六七八九十]+|\d+", "#", match["mark"])
            han = "一" if re.search(r"[一二三四五六七八九十]", match["mark"]) else "1"
            yield start + match.start("words"), match["words"], style + han


def _belongs_nowhere(facts: Facts, words: str) -> bool:
    """Whether the report surely has no section for what a sub-heading is about."""
    report = facts.report
    assert report is not None
    topic = topic_of(words)
    # 主动公开, 依申请公开 and the three other aspects are reported in section one, too
    keys = {topic} if topic == "remedies" else {topic, "overview"}
    return any(
        spec.key in keys
        and not has_heading(report, spec)
        and damage_to_section(report, spec) is None
        for spec in specs_of(facts)
    )
