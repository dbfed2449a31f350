"""Rules about how much section one says, and whether its parts keep to their subjects."""

import re
from collections.abc import Iterator

from monitor.formats import load_format
from monitor.reading.model import Report, Section
from monitor.rules.answers import damage_to_prose, doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.kinds import kind_of
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import flatten, heading_evidence
from monitor.rules.structure.aspects import aspects, overview_passages
from monitor.rules.structure.overview import is_treated
from monitor.rules.structure.placement import is_preamble
from storage.models import AgencyKind

_NOTICE = "国办公开办函〔2021〕30号（总体情况）"
_NOTICE_2019 = "国办公开办函〔2019〕60号（总体情况）"
_SMALL = frozenset({AgencyKind.TOWNSHIP, AgencyKind.DISPATCHED})
_FIGURE = re.compile(r"\d|[一二三四五六七八九十两百]+(?:余|多)?[条件次期场篇个份项人]|零[条件次]")
_SUBJECT_WORDS = {
    "proactive": re.compile(r"公开|发布|公布|信息|公示|[条篇件]"),
    "on_request": re.compile(r"申请|答复|受理|办理|公开|[件]"),
    "info_management": re.compile(
        r"信息|文件|公文|目录|管理|审[核查校]|保密|清理|更新|发布|公开|档案|制度|机制"
    ),
    "platform": re.compile(
        r"网站|平台|栏目|新媒体|公众号|专栏|微信|微博|公报|公[示告开]栏|专区|客户端|小程序|抖音|政务号|查阅"
        r"|窗口|宣传栏|门户|系统|渠道|端口|网页|链接|阵地|载体|账号|官网|app|ipv6|大厅|热线|电子屏",
        re.IGNORECASE,
    ),
    "supervision": re.compile(
        r"监督|考核|考评|评议|评估|评价|培训|责任|检查|督[查导促办]|保障|组织|领导|制度|机制|人员|专人|学习"
        r"|宣传|经费|问责|整改|投诉|举报|自查|审核|把关|意见|满意|通报"
    ),
}
"""Any of these makes an aspect keep to its subject; broad, as only a reader can tell for sure."""
_SUBJECTS = {
    "proactive": "发布了什么信息",
    "on_request": "申请的受理和答复",
    "info_management": "信息的审核、清理和管理",
    "platform": "网站、栏目、新媒体等公开平台",
    "supervision": "监督、考核、评议、培训和责任",
}


@rule(
    "overview-subpart-content",
    zh="小节内容与标题不符",
    en="aspect off its subject",
    severity=Severity.INFO,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（总体情况的五个方面）",
    thresholds={"aspect_fewest_characters": 20},
)
def overview_subpart_content(facts: Facts) -> Iterator[Finding]:
    """A sub-part of section one speaks of something else than its sub-heading says.

    What it does: Takes the text below each sub-heading that names one of the five aspects, and
        looks for any word of its subject; shorter ones than 20 characters are left alone.
    Why it matters: What belongs under the heading is then not reported.
    Legal basis: 国办公开办函〔2021〕30号: the five aspects of section one.
    Example that fails: （四）平台建设。贯彻意识形态工作责任制，加强教育培训，提升政治素养。
    Example that passes: （四）平台建设。做好门户网站公开专栏的维护。
    How to put it right: Report under each sub-heading what it names.
    """
    report = facts.report
    assert report is not None
    section = report.section("overview")
    found = list(aspects(report, section)) if section is not None else []
    if not found:
        yield not_applicable(
            "“总体情况”没有以五个方面为小标题。", "Section one has no sub-headings of the aspects."
        )
        return
    for item in found:
        if len(item.text) < facts.thresholds["aspect_fewest_characters"]:
            continue
        if _SUBJECT_WORDS[item.key].search(item.text):
            continue
        evidence = item.heading.evidence(item.start, min(len(item.heading.flat), item.end + 40))
        damage = damage_to_prose(report, "overview")
        if damage is not None:
            yield doubtful(f"“{item.label}”的内容", f"what {item.label} says", damage, evidence)
            continue
        yield fail(
            f"小标题“{item.label}”之下没有写{_SUBJECTS[item.key]}。",
            f"What stands under {item.label} does not speak of it.",
            evidence,
        )


@rule(
    "overview-thin",
    zh="总体情况过简",
    en="section one thin",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_NOTICE,
    basis_2019=_NOTICE_2019,
    thresholds={"overview_shortest": 200},
    needs=frozenset({"outline"}),
)
def overview_thin(facts: Facts) -> Iterator[Finding]:
    """Section one says next to nothing, or gives no figure.

    What it does: Counts the characters of section one, sentences of a preamble left out, and looks
        for any figure. Where a short section yet treats all five aspects, or the agency is a
        township or a street office, brevity is only noted.
    Why it matters: A preface or a few phrases are no overview of a year's work.
    Legal basis: 国办公开办函〔2021〕30号, section one; evaluators criticise thin content.
    Example that fails: 一、总体情况 2023年，我局认真开展政府信息公开工作。
    Example that passes: Five aspects with figures, in more than 200 characters.
    How to put it right: Report on each of the five aspects, with the figures of the year.
    """
    report = facts.report
    assert report is not None
    section = report.section("overview")
    if section is None:
        yield not_applicable("没有“总体情况”一节。", "There is no section one.")
        return
    text = _without_preamble(report, section)
    short = len(text) < facts.thresholds["overview_shortest"]
    without_figures = _FIGURE.search(text) is None
    # that there is nothing at all is for section-empty to say
    if not (short or without_figures) or not _length(report, section):
        return
    damage = damage_to_prose(report, "overview")
    evidence = heading_evidence(section)
    if damage is not None:
        yield doubtful("总体情况的详略", "how much section one says", damage, evidence)
    elif any(not image.recognised for image in report.images):
        yield indeterminate(
            "“总体情况”文字很少，但文件中有未读取的图片。",
            "Section one has little text, but there are pictures that were not read.",
            evidence,
        )
    else:
        lenient = not without_figures and (_is_complete(text) or kind_of(facts) in _SMALL)
        yield fail(
            f"“总体情况”除导语外共{len(text)}字{'，没有任何数据' if without_figures else ''}。",
            f"Section one has {len(text)} characters{' and no figure' if without_figures else ''}, "
            "preface left out.",
            evidence,
            severity=Severity.INFO if lenient else None,
        )


@rule(
    "overview-long",
    zh="总体情况过长",
    en="section one long",
    severity=Severity.INFO,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（总体情况）；有的地方要求不超过1000字左右",
    thresholds={"overview_longest": 1000, "overview_longest_government": 0},
)
def overview_long(facts: Facts) -> Iterator[Finding]:
    """Section one is longer than about 1,000 characters.

    What it does: Counts the characters of section one. Reports of governments, which cover a whole
        area, are judged only where settings give a limit for them (overview_longest_government).
    Why it matters: Some places ask for brevity; figures are hard to find in long texts.
    Legal basis: Local practice; as far as known 国办公开办函〔2021〕30号 gives no limit.
    Example that fails: A bureau's section one of 1,800 characters.
    Example that passes: A bureau's section one of 900 characters.
    How to put it right: Keep to the five aspects and their figures.
    """
    report = facts.report
    assert report is not None
    section = report.section("overview")
    if section is None:
        yield not_applicable("没有“总体情况”一节。", "There is no section one.")
        return
    limit = _limit(facts)
    if not limit:
        yield not_applicable(
            "政府年报的总体情况未设长度要求。", "There is no limit for reports of governments."
        )
        return
    length = _length(report, section)
    if length > limit:
        yield fail(
            f"“总体情况”共{length}字，超过{limit:.0f}字。",
            f"Section one has {length} characters, more than {limit:.0f}.",
            heading_evidence(section),
        )


def _limit(facts: Facts) -> float:
    government = kind_of(facts) in (AgencyKind.GOVERNMENT, None)
    return facts.thresholds["overview_longest_government" if government else "overview_longest"]


def _length(report: Report, section: Section) -> int:
    return sum(len(item.flat) for item in overview_passages(report, section))


def _without_preamble(report: Report, section: Section) -> str:
    return "".join(
        sentence
        for item in overview_passages(report, section)
        for _, sentence in item.sentences()
        if not is_preamble(sentence)
    )


def _is_complete(text: str) -> bool:
    flat = flatten(text)
    return all(is_treated(item, flat) for item in load_format("v2021").subparts)
