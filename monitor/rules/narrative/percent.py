"""The rule about percentages that the numbers beside them do not give."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from monitor.reading.statements import Comparison, Count, Time
from monitor.reading.statements.flat import flatten
from monitor.rules.answers import doubtful, fail, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import printed
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.own import TOTALS, Stated, stated
from monitor.rules.originals import prose_damage

_GROWTH, _DECLINE, _SHARE = "growth", "decline", "share"
_SHARE_OF_WHOLE = re.compile(
    r"占(?:比|总数|总量|全部|总申请量|申请总[数量])?(?:的|为|达|到|约)*(?=\d)"
)
_OF_REQUESTS = re.compile(r"申请")
_POINT = Decimal(1)
_SHOWN = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    """A percentage as printed and as computed; a decline is below zero."""

    item: Comparison
    of: Count
    base: Decimal
    told: Decimal
    right: Decimal
    places: int
    """Digits printed behind the point."""
    base_stated: Count | None = None


@rule(
    "narrative-percent",
    zh="百分比计算有误",
    en="percentage wrong",
    severity=Severity.INFO,
    formats=ALL,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
    basis_2008="国务院令第492号第三十二条（年度报告内容）",
    thresholds={"percent_tolerance": 0.1},
)
def narrative_percent(facts: Facts) -> Iterator[Finding]:
    """A growth or share is not what the two numbers beside it give.

    What it does: Computes growth from this year's number and last year's, or the difference to
        it, and shares from part and whole, if both are printed there. Up to 0.1 point, and what
        rounding or cutting to the printed digits gives, passes; above 1 point is a warning.
    Why it matters: Every reader with a calculator finds it.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 收到申请8件，较上年（5件）增长50%.
    Example that passes: 收到申请3646件，较2022年的3607件增长1.08%.
    How to put it right: Compute again; correct the percentage or the number.
    """
    report = facts.report
    assert report is not None
    computed = list(_computed(stated(facts)))
    wrong = [item for item in computed if _is_wrong(item, facts.thresholds["percent_tolerance"])]
    for item in wrong:
        yield _tell(item)
    damage = prose_damage(report)
    if damage is not None and not wrong:
        yield doubtful("百分比", "the percentages", damage)
    elif not computed:
        yield not_applicable(
            "正文没有可以验算的百分比。", "The prose has no percentage that can be computed."
        )


def _computed(prose: Stated) -> Iterator[_Computed]:
    items = prose.statements.comparisons
    for index, item in enumerate(items):
        if item.percent is None or item.of is None or not item.exact:
            continue
        if item.quotation.sentence.section == "problems" or not _is_exact(item.of):
            continue
        known = _base(item, items[max(0, index - 1) : index], prose)
        if known is None:
            continue
        base, stated = known
        if base > 0:
            yield _compute(item, item.of, base, item.percent, stated)


def _base(
    item: Comparison, before: Sequence[Comparison], prose: Stated
) -> tuple[Decimal, Count | None] | None:
    """Return what a percentage is of: printed beside it, or told by the difference to it."""
    assert item.of is not None
    if item.kind == _SHARE:
        return _whole(item)
    if item.kind not in (_GROWTH, _DECLINE):
        return None
    if item.base is not None:
        usable = _is_exact(item.base) and item.base.unit == item.of.unit
        return (item.base.number, item.base) if usable else None
    for other in before:
        same = other.of == item.of and other.kind == item.kind and other.exact
        if (
            same
            and other.difference is not None
            and other.quotation.sentence == item.quotation.sentence
        ):
            change = other.difference if item.kind == _GROWTH else -other.difference
            return item.of.number - change, None
    return _last_year(item, prose)


def _whole(item: Comparison) -> tuple[Decimal, Count | None] | None:
    whole, of = item.base, item.of
    words = flatten(item.quotation.text)[0]
    said = _SHARE_OF_WHOLE.search(words)
    if whole is None or of is None or said is None or whole.unit != of.unit:
        return None
    if not _is_exact(whole) or (_OF_REQUESTS.search(said[0]) and whole.thing not in TOTALS):
        return None
    return whole.number, whole


def _last_year(item: Comparison, prose: Stated) -> tuple[Decimal, Count | None] | None:
    """Return last year's number of the same thing, if the same sentence has one and only one."""
    of = item.of
    if of is None or of.thing is None or of.time is not Time.THIS_YEAR:
        return None
    found = [count for count in prose.beside(of.quotation) if _is_earlier(count, of, item)]
    return (found[0].number, found[0]) if len(found) == 1 else None


def _is_earlier(count: Count, of: Count, item: Comparison) -> bool:
    facets = (count.channel, count.applicant, count.form, count.way, count.scope, count.unit)
    return (
        count.time is Time.LAST_YEAR
        and count.year == item.base_year
        and count.thing is of.thing
        and facets == (of.channel, of.applicant, of.form, of.way, of.scope, of.unit)
        and _is_exact(count)
    )


def _is_exact(count: Count) -> bool:
    return count.exact and not any(sign in count.quotation.text for sign in "万亿")


def _compute(
    item: Comparison, of: Count, base: Decimal, percent: Decimal, stated: Count | None
) -> _Computed:
    change = of.number if item.kind == _SHARE else of.number - base
    exponent = percent.as_tuple().exponent
    return _Computed(
        item=item,
        of=of,
        base=base,
        told=-percent if item.kind == _DECLINE else percent,
        right=change / base * 100,
        places=-exponent if isinstance(exponent, int) and exponent < 0 else 0,
        base_stated=stated,
    )


def _is_wrong(item: _Computed, tolerance: float) -> bool:
    if abs(item.told - item.right) <= Decimal(str(tolerance)):
        return False
    digits = Decimal(1).scaleb(-item.places)
    roundings = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    return all(item.right.quantize(digits, rounding) != item.told for rounding in roundings)


def _tell(item: _Computed) -> Finding:
    right, told = item.right.quantize(_SHOWN), printed(abs(item.told))
    of, base = printed(item.of.number), printed(item.base)
    if item.item.kind == _SHARE:
        zh, en = f"占比{told}%", f"share of {told} %"
        truly_zh, truly_en = f"占{base}的{printed(right)}%", f"{printed(right)} % of {base}"
    else:
        up = right >= 0
        zh = f"{'增长' if item.told >= 0 else '下降'}{told}%"
        en = f"{'growth' if item.told >= 0 else 'decline'} of {told} %"
        truly_zh = f"较{base}{'增长' if up else '下降'}{printed(abs(right))}%"
        truly_en = f"{'up' if up else 'down'} {printed(abs(right))} % from {base}"
    grave = abs(item.told - item.right) > _POINT
    return fail(
        f"正文称{zh}，按所列数据计算，{of}{truly_zh}。",
        f"The prose gives a {en}; by its own numbers {of} is {truly_en}.",
        quoted(item.of),
        quoted(item.item.quotation),
        *((quoted(item.base_stated),) if item.base_stated is not None else ()),
        severity=Severity.WARNING if grave else None,
    )
