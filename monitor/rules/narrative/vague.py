"""The rule about counts that are not counts."""

import re
from collections.abc import Iterator

from monitor.rules.answers import fail
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import nothing_found
from monitor.rules.quoting import passages

_MEASURES = "条件篇份期则幅"
_MEASURE = f"[{_MEASURES}]"
# runs are bounded and begin at their beginning: a long one costs no more than a short one
_DIGITS = r"(?<!\d)\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?[万千百]?"
_HAN_DIGITS = "一二三四五六七八九两几十数百千万"
_HAN = rf"(?<![{_HAN_DIGITS}])[{_HAN_DIGITS}]{{1,12}}"
_VAGUE = re.compile(
    rf"(?:{_DIGITS}|{_HAN})(?:余|多)万?{_MEASURE}(?:余)?"
    rf"|(?<![公合条预签节契违履邀特相大续民])大?约{_DIGITS}余?{_MEASURE}"
    rf"|(?<![最附靠邻临新远将])(?:接近|近){_DIGITS}余?{_MEASURE}"
    rf"|(?:近|上|数|几)[{_HAN_DIGITS}]{{1,12}}{_MEASURE}"
    rf"|{_DIGITS}{_MEASURE}(?:左右|上下|以上)"
    rf"|信息(?:若干|多){_MEASURE}"
    r"|(?<![\d多])多条(?:政府|政务|各类)?信息"
)
_MAY_BE_VAGUE = re.compile(
    rf"余万?{_MEASURE}|多万?{_MEASURE}|约\d|近[\d{_HAN_DIGITS}]"
    rf"|上[{_HAN_DIGITS}]|数[{_HAN_DIGITS}]|几[{_HAN_DIGITS}]"
    rf"|{'|'.join(f'{measure}(?:左右|上下|以上)' for measure in _MEASURES)}|信息若干"
)
"""What is vague has one of these; they begin with single characters, so that most are passed by."""
_OURS = re.compile(
    r"公开|发布|推送|刊登|刊发|上传|更新|上报|报送|登载|公布|公示|转载|编发|信息|申请"
)
_NOT_OURS = re.compile(
    r"咨询|来电|接听|电话|培训|走访|解答|粉丝|阅读|点击|浏览|访问|人次|留言|信访"
)
_PLANNED = re.compile(r"计划|拟|将|力争|目标")
_TITLE = re.compile(r"《[^《》]*》")
_CLAUSE_ENDS = ",:"
_STOPS = "。;!?" + _CLAUSE_ENDS
_LONGEST_CLAUSE = 200
"""Characters looked at before and behind a count."""


@rule(
    "imprecise-count",
    zh="数量表述含糊",
    en="vague count",
    severity=Severity.INFO,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（内容准确）",
    basis_2019="编制惯例：数据填写确数",
)
def imprecise_count(facts: Facts) -> Iterator[Finding]:
    """The report's own items are counted only roughly.

    What it does: Looks for 150余条, 约N条, 近N条 and the like about what the agency published or
        received. Percentages, years, population, visits and plans are left alone.
    Why it matters: A yearly report is for exact figures; a rough one cannot be compared or checked.
    Legal basis: 国办公开办函〔2021〕30号 on inaccurate reports.
    Example that fails: 全年共发布政府信息150余条.
    Example that passes: 全年共发布政府信息153条.
    How to put it right: State the exact count.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        if passage.section == "problems":
            continue
        for start, end in _vague_counts(passage.flat):
            found = True
            words = passage.flat[start:end]
            yield fail(
                f"“{words}”不是确切数量。",
                f"“{words}” is no exact count.",
                passage.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "数量表述", "how things are counted")


def _vague_counts(flat: str) -> Iterator[tuple[int, int]]:
    if _MAY_BE_VAGUE.search(flat) is None:
        return
    plain = _TITLE.sub(lambda match: "□" * len(match[0]), flat)
    for match in _VAGUE.finditer(plain):
        if plain[max(0, match.start() - 1) : match.start()] == "第":
            continue
        clause = _clause_around(plain, match)
        if _is_own_count(clause):
            yield match.span()


def _is_own_count(clause: str) -> bool:
    if _NOT_OURS.search(clause) or _PLANNED.search(clause):
        return False
    return _OURS.search(clause) is not None


def _clause_around(plain: str, match: re.Match[str]) -> str:
    """Return the clause of a count; one that is little but the count belongs to the one before."""
    start = _clause_start(plain, match.start())
    if match.start() - start <= len("累计共") and start > 0 and plain[start - 1] in _CLAUSE_ENDS:
        start = _clause_start(plain, start - 1)
    last = match.end() + _LONGEST_CLAUSE
    following = [at for stop in _STOPS if (at := plain.find(stop, match.end(), last)) >= 0]
    return plain[start : min(following, default=last)]


def _clause_start(plain: str, position: int) -> int:
    first = max(0, position - _LONGEST_CLAUSE)
    return max(first - 1, *(plain.rfind(stop, first, position) for stop in _STOPS)) + 1
