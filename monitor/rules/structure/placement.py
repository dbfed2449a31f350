"""The rule about the place of the preamble."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import section_passages

_REPORT = r"(?:年度?报告?|年报|报告)"
_PREAMBLE = re.compile(
    rf"(?:(?:本|此|该)(?:年度)?{_REPORT}|年度报告|报告全文|全文)[^。;,]{{0,12}}"
    r"(?:由|就|包括|包含|共?分为|共分)[^。;]{6,200}(?:组成|构成|部分)"
    rf"|(?<![发体出展呈兑])现(?:将|把)[^。;]{{0,60}}{_REPORT}[^。;]{{0,20}}(?:公布|发布|公开|予以)"
    r"|(?<![发体出展呈兑])现(?:将|把)[^。;]{2,60}(?:情况|工作|事项)[^。;]{0,10}"
    r"(?:报告|公布|公开|汇报|通报)如下"
    rf"|(?<![发体出展呈兑])现(?:向社会)?(?:公布|发布)[^。;]{{2,60}}{_REPORT}"
    rf"|(?:特|现)?(?:编制|制定|形成|撰写)(?:本|此|该)(?:年度)?{_REPORT}"
    rf"|{_REPORT}中?(?:所列|所涉及?|涉及)?的?(?:统计)?数据的?统计(?:期限|时间|时限)"
    r"|统计(?:期限|时限)(?:为|自|从|是|:)"
)
_FIRST = 2
"""Paragraphs of section one in which a preamble may stand."""


def is_preamble(sentence: str) -> bool:
    """Whether a flat sentence introduces the report: its parts, its period, its publication."""
    return _PREAMBLE.search(sentence) is not None


@rule(
    "preamble-placement",
    zh="导语置于第一部分",
    en="preamble inside section one",
    severity=Severity.INFO,
    formats=NEW,
    basis="编制惯例；国办公开办函〔2021〕30号（总体情况的内容）",
    basis_2019="编制惯例",
)
def preamble_placement(facts: Facts) -> Iterator[Finding]:
    """The preamble of the report stands below the heading of section one.

    What it does: Looks in the first two paragraphs of section one for a sentence that introduces
        the report: 现将……公布, 本报告由……组成, 统计期限自……; nothing of it may stand before.
    Why it matters: Style: section one is for the work of the year, not for introducing the report.
    Legal basis: 国办公开办函〔2021〕30号: what section one is for.
    Example that fails: 一、总体情况 现将我局2023年政府信息公开工作年度报告公布如下。
    Example that passes: 现将……公布如下。 一、总体情况
    How to put it right: Move the preamble before the heading 一、总体情况.
    """
    report = facts.report
    assert report is not None
    section = report.section("overview")
    if section is None:
        yield not_applicable("没有“总体情况”一节。", "There is no section one.")
        return
    if is_preamble("".join(report.preamble.split())):
        return
    for item in list(section_passages(section))[:_FIRST]:
        for start, sentence in item.sentences():
            if is_preamble(sentence):
                yield fail(
                    "导语写在了“一、总体情况”的标题之下，宜移到标题之前。",
                    "The preamble stands below the heading of section one.",
                    item.evidence(start, start + len(sentence)),
                )
                return
