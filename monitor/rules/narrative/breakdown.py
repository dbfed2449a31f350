"""The rule about parts that do not add up to their whole."""

import re
from collections.abc import Iterator
from decimal import Decimal

from monitor.reading.statements import Breakdown, Thing, Time
from monitor.rules.answers import doubtful, fail, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import printed
from monitor.rules.narrative.evidence import quoted
from monitor.rules.originals import prose_damage

_FEES = frozenset({Thing.PROCESSING_FEE, Thing.FEE_NOTICES})
"""Of these narrative-fee-breakdown speaks."""
_LEAST_PARTS = 2
_REST = re.compile(r"\s*[,，、;；]?\s*(?:其余|其它|其他|余下|剩余|另)")


@rule(
    "narrative-breakdown",
    zh="分项之和与总数不符",
    en="parts do not add up to their whole",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
    basis_2008="国务院令第492号第三十二条（年度报告内容）",
    thresholds={"breakdown_rest": 0.1},
)
def narrative_breakdown(facts: Facts) -> Iterator[Finding]:
    """The parts that the prose names of a count do not add up to it.

    What it does: Adds up lists of two or more parts in one unit. 分别为 names all parts; of 其中
        a sum that is too great is wrong, one too small a remark if little is missing; 等 and 主要
        leave the list open. Channels may publish the same item twice.
    Why it matters: A total or a part is wrong, as every reader can see.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 公开信息382条，其中公示栏35条、网站80条、微信2443条.
    Example that passes: 公开信息153条，其中政策文件12条、工作动态20条 (others are not named).
    How to put it right: Add up again; correct the total or the part.
    """
    report, statements = facts.report, facts.statements
    assert report is not None
    assert statements is not None
    lists = [item for item in statements.breakdowns if _is_judged(item, facts)]
    found = [
        finding
        for item in lists
        if (finding := _judge(item, facts.thresholds["breakdown_rest"])) is not None
    ]
    yield from found
    damage = prose_damage(report)
    if damage is not None and not found:
        yield doubtful("分项之和", "how parts add up", damage)
    elif not lists:
        yield not_applicable("正文没有可以核对的分项。", "The prose names no parts to add up.")


def _is_judged(item: Breakdown, facts: Facts) -> bool:
    counts = (item.total, *item.parts)
    if not item.certain or len(item.parts) < _LEAST_PARTS:
        return False
    if item.total.sentence.section == "problems" or item.total.time is Time.PLANNED:
        return False
    if any(not count.exact or _is_rounded(count.quotation.text) for count in counts):
        return False
    due = facts.format.id if facts.format is not None else None
    return due != "v2021" or item.total.thing not in _FEES


def _is_rounded(text: str) -> bool:
    return any(sign in text for sign in "万亿")


def _judge(item: Breakdown, rest: float) -> Finding | None:
    total = item.total.number
    added = sum((part.number for part in item.parts), Decimal(0))
    if added == total:
        return None
    if added > total:
        overlap = any(part.channel for part in item.parts)
        certain = not overlap or any(part.number > total for part in item.parts)
        return _differs(item, added, None if certain else Severity.INFO)
    if item.open_ended or _names_a_rest(item):
        return None
    if item.exhaustive:
        return _differs(item, added, None)
    # what is left out of a list of some parts is seldom less than the least part of it
    missing, least = total - added, min(part.number for part in item.parts)
    if missing < least or missing <= total * Decimal(str(rest)):
        return _differs(item, added, Severity.INFO)
    return None


def _names_a_rest(item: Breakdown) -> bool:
    """Whether it goes on with 其余为…, which has no number."""
    last = item.parts[-1].quotation
    behind = last.sentence.text[last.end - last.sentence.offset :]
    return _REST.match(behind) is not None


def _differs(item: Breakdown, added: Decimal, severity: Severity | None) -> Finding:
    parts = "＋".join(printed(part.number) for part in item.parts)
    total = item.total
    return fail(
        f"分项之和{parts}＝{printed(added)}，与总数{printed(total.number)}{total.unit}不符。",
        f"The parts {parts.replace('＋', ' + ')} = {printed(added)} are not "
        f"{printed(total.number)}, the whole.",
        quoted(total),
        quoted(item.parts[-1]),
        severity=severity,
    )
