"""The rule about the reviews and lawsuits that the prose counts."""

from collections.abc import Iterator, Mapping

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Count, Thing, Way
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import Claim, compare
from monitor.rules.narrative.own import is_about_disclosure, own_counts, stated
from monitor.rules.narrative.tabled import Cells, is_all_zero

_GROUPS = {
    "review": Bilingual("行政复议", "reviews"),
    "suit_direct": Bilingual("未经复议直接起诉", "direct suits"),
    "suit_after": Bilingual("复议后起诉", "suits after review"),
}
_OUTCOMES = {
    "total": Bilingual("总计", "total"),
    "upheld": Bilingual("结果维持", "upheld"),
    "corrected": Bilingual("结果纠正", "corrected"),
    "other": Bilingual("其他结果", "other outcome"),
    "pending": Bilingual("尚未审结", "pending"),
}
_REVIEWS = {
    Thing.REVIEWS: "total",
    Thing.REVIEWS_UPHELD: "upheld",
    Thing.REVIEWS_CORRECTED: "corrected",
    Thing.REVIEWS_OTHER: "other",
    Thing.REVIEWS_PENDING: "pending",
}
_SUITS = {
    Thing.SUITS: "total",
    Thing.SUITS_UPHELD: "upheld",
    Thing.SUITS_CORRECTED: "corrected",
    Thing.SUITS_OTHER: "other",
    Thing.SUITS_PENDING: "pending",
}
_THINGS = (*_REVIEWS, *_SUITS, Thing.REMEDIES)
_WAYS: Mapping[Way | None, tuple[tuple[str, ...], ...]] = {
    None: (("suit_direct",), ("suit_after",), ("suit_direct", "suit_after")),
    Way.DIRECT: (("suit_direct",),),
    Way.AFTER: (("suit_after",),),
}


@rule(
    "narrative-remedies",
    zh="正文复议诉讼数与表格不符",
    en="reviews and lawsuits in prose and table differ",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
)
def narrative_remedies(facts: Facts) -> Iterator[Finding]:
    """The prose counts other reviews or lawsuits about disclosure than the table has.

    What it does: Holds 行政复议 N件 against its group, 行政诉讼 N件 against each group of lawsuits
        and both together, outcomes (维持, 纠正 …) likewise. Cases that are not said to be about
        disclosure, and "none" (narrative-zero-contradiction), are left alone.
    Why it matters: One of the two figures is wrong.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 因政府信息公开被申请行政复议134件, above a table with 170.
    Example that passes: 全年办理行政复议案件320件 (the whole work of a judicial bureau).
    How to put it right: Check the cases and correct the sentence or the table.
    """
    report, prose = facts.report, stated(facts)
    assert report is not None
    yield from compare(
        facts,
        (
            claim
            for count in own_counts(facts, prose, *_THINGS, parts_of=_THINGS, ways=True)
            if is_about_disclosure(count, prose) and not _is_contradiction(report, count)
            for claim in (_claim(count),)
        ),
    )


def _is_contradiction(report: Report, count: Count) -> bool:
    """Whether it is a matter of none against some, of which another rule speaks."""
    if count.thing not in (Thing.REVIEWS, Thing.SUITS) or count.way is not None:
        return False
    rows = ("review",) if count.thing is Thing.REVIEWS else ("suit_direct", "suit_after")
    return count.number == 0 or is_all_zero(report, "remedies", *rows)


def _claim(count: Count) -> Claim:
    thing = count.thing
    assert thing is not None
    if thing is Thing.REMEDIES:
        cells = (_cells(tuple(_GROUPS), "total"),)
        return Claim(count=count, name=Bilingual("行政复议和诉讼", "remedies"), against=cells)
    is_review = thing in _REVIEWS
    column = _REVIEWS[thing] if is_review else _SUITS[thing]
    groups = (("review",),) if is_review else _WAYS[count.way]
    name = Bilingual("行政诉讼", "lawsuits") if len(groups) > 1 else _GROUPS[groups[0][0]]
    if column != "total":
        outcome = _OUTCOMES[column]
        name = Bilingual(f"{name.zh}{outcome.zh}", f"{name.en} {outcome.en}")
    return Claim(count=count, name=name, against=tuple(_cells(group, column) for group in groups))


def _cells(rows: tuple[str, ...], column: str) -> Cells:
    outcome = _OUTCOMES[column]
    zh, en = (
        sign.join(names)
        for sign, names in (
            ("加", [_GROUPS[row].zh for row in rows]),
            (" and ", [_GROUPS[row].en for row in rows]),
        )
    )
    return Cells(
        table="remedies",
        rows=rows,
        column=column,
        name=Bilingual(zh + outcome.zh, f"{en} {outcome.en}"),
    )
