"""The rule about processing fees whose parts do not add up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from monitor.reading.model import Report
from monitor.reading.statements import Count, Thing
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import V2021, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.narrative.comparing import printed
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.own import Stated, stated
from monitor.rules.quoting import flatten

_LIST = re.compile(r"[,。;:(]?(?:其中|分别为|分别是|包括)[:,]?(?P<parts>[^。;)]{1,400})")
_OPEN = re.compile(r"等|主要|同比|较|比|占|增|减|%|约|余")
_WHOLE_AGAIN = re.compile(r"[,、]?(?:总金额|总额|金额共计|共计|合计|收取信息处理费).*")
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(万?元)")
_NOTICES = re.compile(r"(?<![\d.,])(\d{1,9})[件份笔](?!事|次)")
_CHARGED = re.compile(r"对(\d{1,9})件[^,。;]{0,20}$")
_REACH = 500
"""Characters behind a count in which its parts are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """A whole and its parts, in one unit."""

    whole: Decimal
    parts: tuple[Decimal, ...]
    unit: str
    evidence: Evidence


@rule(
    "narrative-fee-breakdown",
    zh="信息处理费分项不符",
    en="parts of the processing fees do not add up",
    severity=Severity.WARNING,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（第六部分）；国办函〔2020〕109号",
)
def narrative_fee_breakdown(facts: Facts) -> Iterator[Finding]:
    """The parts of the processing fees, or of the notices about them, do not add up.

    What it does: Where the prose gives a sum of 信息处理费 or a number of 收费通知 and behind 其中
        two or more parts of it, adds these up: yuan and notices each for themselves.
    Why it matters: The sums were paid by citizens; either the whole or a part is wrong.
    Legal basis: 国办公开办函〔2021〕30号, section six; 国办函〔2020〕109号.
    Example that fails: 收取信息处理费2950元，其中县自然资源局2000元、县住建局900元.
    Example that passes: 收取信息处理费2950元，其中县自然资源局2000元、县住建局950元.
    How to put it right: Check the notices and correct the whole or the part.
    """
    report, prose = facts.report, stated(facts)
    assert report is not None
    sums = [
        item
        for count in prose.statements.counts(Thing.PROCESSING_FEE, Thing.FEE_NOTICES)
        if count.whole and count.exact and count.number > 0
        for item in _sums(report, count, prose)
    ]
    for item in sums:
        added = sum(item.parts, Decimal(0))
        if added != item.whole:
            yield _differs(item, added)
    damage = damage_to_prose(report, "other_matters")
    if damage is not None:
        yield doubtful("信息处理费分项", "the parts of the fees", damage)
    elif not sums:
        yield not_applicable("正文没有列出信息处理费分项。", "No parts of fees are named.")


def _differs(item: _Sum, added: Decimal) -> Finding:
    parts = "＋".join(printed(part) for part in item.parts)
    return fail(
        f"信息处理费分项之和{parts}＝{printed(added)}{item.unit}，"
        f"与总数{printed(item.whole)}{item.unit}不符。",
        f"The parts of the fees {parts.replace('＋', ' + ')} = {printed(added)} are not "
        f"{printed(item.whole)} {'yuan' if '元' in item.unit else 'notices'}, the whole.",
        item.evidence,
    )


def _sums(report: Report, count: Count, prose: Stated) -> Iterator[_Sum]:
    found = _LIST.match(flatten(_behind(report, count)))
    if found is None or _OPEN.search(found["parts"]):
        return
    parts, evidence = found["parts"], quoted(count)
    amounts = _AMOUNT.findall(parts)
    notices = [Decimal(number) for number in _NOTICES.findall(parts)]
    if count.thing is Thing.FEE_NOTICES:
        alone = [Decimal(n) for n in _NOTICES.findall(_WHOLE_AGAIN.sub("", parts))]
        if len(alone) > 1:
            yield _Sum(whole=count.number, parts=tuple(alone), unit="件", evidence=evidence)
        return
    if len(amounts) < 2 or {unit for _, unit in amounts} != {count.unit}:
        return
    values = tuple(Decimal(number.replace(",", "")) for number, _ in amounts)
    yield _Sum(whole=count.number, parts=values, unit=count.unit, evidence=evidence)
    whole = _notices(count, prose)
    if whole is not None and len(notices) == len(values):
        yield _Sum(whole=whole, parts=tuple(notices), unit="件", evidence=evidence)


def _notices(fee: Count, prose: Stated) -> Decimal | None:
    """Return of how many notices or requests a fee is said to be, in the same sentence."""
    for count in prose.beside(fee.quotation):
        if count.thing is Thing.FEE_NOTICES:
            return count.number if count.exact else None
    first = fee.sentence.offset
    before = _CHARGED.search(flatten(fee.sentence.text[: fee.quotation.start - first]))
    return Decimal(before[1]) if before is not None else None


def _behind(report: Report, count: Count) -> str:
    """Return what stands behind a count in its section; nothing of the preamble."""
    index = count.sentence.section_index
    if index is None:
        first = count.sentence.offset
        return count.sentence.text[count.quotation.end - first :]
    return report.sections[index].text[count.quotation.end : count.quotation.end + _REACH]
