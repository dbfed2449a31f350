"""The rule about the aspects that section one must treat."""

import re
from collections.abc import Iterator

from monitor.formats import SubpartSpec, load_format
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import flatten, heading_evidence
from monitor.rules.structure.topics import whole_text

_TOPIC_SENTENCES = {
    "proactive": re.compile(r"公开(?:各类)?(?:政府)?信息|发布(?:各类)?(?:政府|政务)?信息"),
    "on_request": re.compile(r"依申请|申请公开|信息公开申请|公开申请"),
    "info_management": re.compile(
        r"信息(?:资源)?的?(?:规范)?管理|规范性文件.{0,8}(?:清理|管理|库|备案)|公开属性|公文属性"
        r"|(?:保密|发布|公开|信息|内容)(?:内容|信息)?审[查核]|审核(?:发布|把关|机制|制度)|三审|先审后发|信息更新维护"
    ),
    "platform": re.compile(
        r"(?:网站|专栏|栏目|新媒体|公众号|公报|政务公开[专]?区)[^。;]{0,10}(?:建设|管理|维护|改版|优化|运[行维]|升级|监管)"
        r"|(?:建设|管理|维护|优化|完善|升级|加强|打造)[^。;]{0,10}(?:网站|专栏|栏目|新媒体|公众号|平台)"
    ),
    "supervision": re.compile(
        r"监督(?:检查|考核|评议|管理|指导|制度|机制|渠道)|(?:接受|加强|强化|主动接受)(?:社会|群众|各方面?)?监督"
        r"|考核|考评|社会评议|责任追究|督查|督促|培训|组织保障|组织领导"
    ),
}
"""Words by which a sentence treats an aspect without naming it; broad, so as not to accuse."""


@rule(
    "overview-subparts-missing",
    zh="总体情况缺项",
    en="aspects missing in section one",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（总体情况：主动公开、依申请公开、政府信息管理、平台建设、监督保障）",
    basis_2019="国办公开办函〔2019〕60号（总体情况）；五个方面由后来的格式文件列明，仅供参考",
    needs=frozenset({"outline"}),
)
def overview_subparts_missing(facts: Facts) -> Iterator[Finding]:
    """Section one does not treat all of the five aspects.

    What it does: Looks for the five aspects as sub-headings, else by their words in any sentence
        of section one, and names those that are nowhere. For the format of 2019 it only notes.
    Why it matters: The notice lists the five; what is left out is not reported at all.
    Legal basis: 国办公开办函〔2021〕30号: 主动公开、依申请公开、政府信息管理、平台建设、监督保障.
    Example that fails: Section one has only （一）主动公开 and （二）依申请公开.
    Example that passes: 一是主动公开……五是监督保障…… run into one paragraph.
    How to put it right: Add a paragraph on each missing aspect, with figures.
    """
    report = facts.report
    assert report is not None
    assert facts.format is not None
    section = report.section("overview")
    if section is None:
        yield not_applicable("没有“总体情况”一节。", "There is no section one.")
        return
    text = flatten(whole_text(report, section))
    missing = [item for item in load_format("v2021").subparts if not is_treated(item, text)]
    if not missing:
        return
    damage = damage_to_prose(report, "overview")
    if damage is not None:
        yield doubtful(
            "总体情况是否缺项", "whether aspects are missing", damage, heading_evidence(section)
        )
        return
    labels = [item.label for item in missing]
    yield fail(
        f"“总体情况”未涉及{'、'.join(labels)}。",
        f"Section one does not treat {', '.join(labels)}.",
        heading_evidence(section),
        severity=Severity.INFO if facts.format.id == "v2019" else None,
    )


def is_treated(aspect: SubpartSpec, text: str) -> bool:
    """Whether a flat text names an aspect, or treats it in any sentence."""
    if any(word in text for word in aspect.match):
        return True
    return _TOPIC_SENTENCES[aspect.key].search(text) is not None
