"""The rule about figures of the superior taken for the agency's own."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import passages
from storage.models import AgencyKind

_JUDGED = frozenset({AgencyKind.DEPARTMENT, AgencyKind.DISPATCHED, AgencyKind.VERTICAL})
_SPEAKS_FOR_ALL = re.compile(
    r"人民政府|政务服务|政务公开|政务和|大数据|数据局|数据管理局|行政审批|信息公开"
    r"|(?:开发|高新|新|园|试验|实验|示范|度假|保税|风景|景|经开)区(?:管委会|管理委员会)?$|管委会$"
)
_SCOPE = re.compile(
    r"(?P<scope>全[省市县区州旗盟])(?!系统|[^,。;]{0,8}系统|民|面|体|程)[^,。;]{0,8}?"
    r"(?P<object>政府信息公开|信息公开申请|依申请公开|信息处理费|政府信息公开年[度报])"
    r"(?P<rest>[^,。;]{0,40})"
)
_RESULT = re.compile(
    r"未发生|没有发生|未产生|没有产生|未收取|没有收取|无收取|未出现|未收到|没有收到"
    r"|(?:收到|受理|办结|答复|收取|新收|结转|公开|发布|发生)[^,。;]{0,20}?\d"
    r"|\d+[件条宗起元]"
)
_SUPERIORS_WORK = re.compile(
    r"(?:根据|按照|按|依据|落实|贯彻|参加|出席|召开|在|推动|推进|助力|指导|促进|提升|做好|加强|规范|服务|支持|为|对)[^,。;]{0,6}$"
)
_BEFORE = 12
_ARRANGEMENT = re.compile(
    r"^[^,。;]{0,16}?(?:要求|部署|安排|会议|培训|要点|考核|检查|通报|排名|评比|方案|通知|任务|第[一二三四五六七八九十\d]+)"
)


@rule(
    "scope-mismatch",
    zh="口径错用上级范围",
    en="scope of the superior",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第四十九条、第五十条（本机关）",
)
def scope_mismatch(facts: Facts) -> Iterator[Finding]:
    """A department reports a result of the whole county or city as its own.

    What it does: In reports of departments, dispatched bodies and vertical systems, looks for 全县,
        全市 … as the subject of a result (a count, or none) of disclosure work. Section five, what
        a superior arranges, 全市……系统, zones and bodies that serve the whole area are left alone.
    Why it matters: Often a sign of a sentence copied from the government's report; the figure is
        then not the agency's own.
    Legal basis: 《政府信息公开条例》第四十九条: a department reports on itself.
    Example that fails: 2023年，全县政府信息公开工作未发生收取信息处理费情况。 (a bureau's report)
    Example that passes: 按照全县政府信息公开工作部署，我局未收取信息处理费。
    How to put it right: Write 我局 and the bureau's own figures.
    """
    report = facts.report
    assert report is not None
    name = agency_name(facts) or ""
    kind = kind_of(facts)
    if kind not in _JUDGED or _SPEAKS_FOR_ALL.search(name):
        yield not_applicable(
            "该机关可以报告本行政区域的情况，或机关性质不明。",
            "The agency may report on its whole area, or its kind is not known.",
        )
        return
    for item in passages(report):
        if item.section == "problems":
            continue
        for start, sentence in item.sentences():
            for match in _SCOPE.finditer(sentence):
                if not _is_own_result(sentence, match):
                    continue
                yield fail(
                    f"{name}的年报以“{match['scope']}”口径报告：“{match.group()}”。",
                    f"The report of {name} gives a result of the whole area ({match['scope']}) "
                    f"as its own: “{match.group()}”.",
                    item.evidence(start + match.start(), start + match.end()),
                )


def _is_own_result(sentence: str, match: re.Match[str]) -> bool:
    if _SUPERIORS_WORK.search(sentence[max(0, match.start() - _BEFORE) : match.start()]):
        return False
    return _ARRANGEMENT.match(match["rest"]) is None and _RESULT.search(match["rest"]) is not None
