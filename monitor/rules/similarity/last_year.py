"""Rules about a report, or its section five, that is last year's."""

from collections.abc import Iterator

from monitor.likeness.masking import Masked
from monitor.likeness.measure import FEWEST_PROBLEMS, FEWEST_PROSE, likeness
from monitor.likeness.passages import shared_passages
from monitor.likeness.texts import problems_of, prose_of
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import prose_damage
from monitor.rules.similarity.sources import SHOWN, own_names, side_by_side

_SHORTEST_PASSAGE = 20
"""Letters of a passage that is quoted."""


@rule(
    "similar-to-last-year",
    zh="照搬上年年报",
    en="last year's report again",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（避免雷同、不得敷衍应付）；第三方评估将照搬上年列为问题",
    basis_2019="第三方评估将照搬上年列为问题（2021年以前未见避免雷同的明文）",
    needs=frozenset({"report", "previous"}),
    thresholds={"last_year_likeness": 0.75, "last_year_same": 0.95},
)
def similar_to_last_year(facts: Facts) -> Iterator[Finding]:
    """The report is last year's with other figures.

    What it does: Takes out tables, headings, prescribed sentences, names and digits, and sees how
        much of the rest (runs of 5 letters) stands in last year's report: 75 % is a warning, 95 %
        an error; about 40 % is normal. Fewer than 300 different runs are not judged.
    Why it matters: Such a report says what was done a year before, or nothing at all.
    Legal basis: 国办公开办函〔2021〕30号 on reports that are alike; evaluators (人社部 2009/2010).
    Example that fails: Every sentence of 2022 again, 公开信息126条 now 公开信息131条.
    Example that passes: The same outline and stock phrases about what was done in this year.
    How to put it right: Write what was done in the year, with its own measures and problems.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    if not _is_of_last_year(facts):
        yield _another_year()
        return
    names = own_names(facts)
    ours, theirs = prose_of(report, names), prose_of(previous, names)
    share = likeness(ours, theirs, fewest=FEWEST_PROSE)
    damage = prose_damage(report) or prose_damage(previous)
    if share is None:
        yield not_applicable(
            "正文除法定套语外文字过少，不作比对。",
            "There is too little prose of its own to be compared.",
        )
    elif damage is not None:
        yield doubtful("是否照搬上年", "whether it is last year's report", damage)
    elif share >= facts.thresholds["last_year_likeness"]:
        same = share >= facts.thresholds["last_year_same"]
        yield _again("正文", "the prose", share, ours, theirs, Severity.ERROR if same else None)


@rule(
    "problems-repeated",
    zh="问题和改进照搬上年",
    en="last year's problems again",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第五十条第一款第四项；国办公开办函〔2021〕30号（避免雷同、不得敷衍应付）",
    basis_2019="《政府信息公开条例》第五十条第一款第四项",
    needs=frozenset({"report", "previous"}),
    thresholds={"problems_repeated": 0.8},
)
def problems_repeated(facts: Facts) -> Iterator[Finding]:
    """Section five names last year's problems and measures in last year's words.

    What it does: Sees how much of section five (runs of 5 letters; headings, names and digits taken
        out) stands in that of last year's report: 80 % or more; 25 % is normal. A section with
        fewer than 80 different runs is not judged.
    Why it matters: Either nothing was put right, or nobody looked.
    Legal basis: 《政府信息公开条例》第五十条第一款第四项; 国办公开办函〔2021〕30号 on likeness.
    Example that fails: The three problems of 2022, word for word, in the report on 2023.
    Example that passes: One problem is still there, and what was done about it is told.
    How to put it right: Say what became of last year's problems, and which are the present ones.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    if not _is_of_last_year(facts):
        yield _another_year()
        return
    names = own_names(facts)
    ours, theirs = problems_of(report, names), problems_of(previous, names)
    share = likeness(ours, theirs, fewest=FEWEST_PROBLEMS)
    damage = damage_to_prose(report, "problems") or damage_to_prose(previous, "problems")
    if damage is not None:
        yield doubtful("问题是否照搬上年", "whether the problems are last year's", damage)
    elif share is None or not theirs.letters:
        yield not_applicable(
            "两年中有一年没有“存在的主要问题及改进情况”或者文字过少，不作比对。",
            "One of the two sections five is missing or too short to be compared.",
        )
    elif share >= facts.thresholds["problems_repeated"]:
        yield _again("“存在的主要问题及改进情况”", "section five", share, ours, theirs, None)


def _is_of_last_year(facts: Facts) -> bool:
    assert facts.previous is not None
    year = facts.previous.fiscal_year
    return facts.fiscal_year is not None and year in (None, facts.fiscal_year - 1)


def _another_year() -> Finding:
    return not_applicable(
        "所给的上年年报不是上一年度的。", "The earlier report is not that of the year before."
    )


def _again(
    zh: str, en: str, share: float, ours: Masked, theirs: Masked, severity: Severity | None
) -> Finding:
    shared = shared_passages(ours, theirs, shortest=_SHORTEST_PASSAGE, most=SHOWN)
    longest = max((item.length for item in shared), default=0)
    evidence: tuple[Evidence, ...] = side_by_side(shared)
    return fail(
        f"{zh}{share:.0%}的文字与上年年报相同（法定套语、名称和数字不计），最长相同段落{longest}字。",
        f"{share:.0%} of {en} stands in last year's report (prescribed sentences, names and digits "
        f"not counted), the longest passage with {longest} letters.",
        *evidence,
        severity=severity,
    )
