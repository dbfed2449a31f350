"""The rule about a section five that several agencies share."""

from collections.abc import Iterator

from monitor.likeness.measure import FEWEST_PROBLEMS, is_long_enough
from monitor.likeness.texts import problems_of
from monitor.rules.answers import damage_to_prose, doubtful, fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.similarity.sources import SHOWN, bodies, is_later, own_names, side_by_side


@rule(
    "similar-problems",
    zh="问题与其他机关雷同",
    en="other agencies' problems",
    severity=Severity.INFO,
    formats=NEW,
    basis="《政府信息公开条例》第五十条第一款第四项；国办公开办函〔2021〕30号（避免雷同）",
    basis_2019="《政府信息公开条例》第五十条第一款第四项",
    thresholds={"problems_likeness": 0.8, "problems_agencies": 3},
)
def similar_problems(facts: Facts) -> Iterator[Finding]:
    """Section five is the same as that of three other agencies or more.

    What it does: Sees how much of section five (runs of 5 letters; headings, names and digits taken
        out) stands in that of others, of this year or before: 80 % with three agencies or more, not
        all of them later. Fewer than 80 different runs are not judged.
    Why it matters: Problems that everybody has in the same words are nobody's.
    Legal basis: 《政府信息公开条例》第五十条第一款第四项: the main problems, and what was done.
    Example that fails: Five bureaus of a county with the same two problems, word for word.
    Example that passes: The same kind of problem, told with the agency's own facts.
    How to put it right: Name the agency's own problems, with figures and measures.
    """
    report = facts.report
    assert report is not None
    if facts.likenesses is None:
        yield not_applicable(
            "没有与其他机关的年报比对。", "It was not compared with other agencies' reports."
        )
        return
    if not is_long_enough(problems_of(report, own_names(facts)), fewest=FEWEST_PROBLEMS):
        yield not_applicable(
            "没有“存在的主要问题及改进情况”或者文字过少，不作比对。",
            "Section five is missing or too short to be compared.",
        )
        return
    alike = sorted(
        (i for i in facts.likenesses if i.problems >= facts.thresholds["problems_likeness"]),
        key=lambda item: -item.problems,
    )
    agencies = bodies(alike)
    if len(agencies) < facts.thresholds["problems_agencies"]:
        return
    if all(is_later(facts, item) for item in alike):
        return  # the others have it from here
    damage = damage_to_prose(report, "problems")
    if damage is not None:
        yield doubtful("问题是否雷同", "whether the problems are those of others", damage)
        return
    passages = [item.problems_passages[0] for item in alike if item.problems_passages]
    named = "、".join(agencies[:SHOWN])
    yield fail(
        f"“存在的主要问题及改进情况”与{named}等{len(agencies)}家机关文字雷同。",
        f"Section five is the same as that of {len(agencies)} other agencies ({named} …).",
        *side_by_side(passages[:SHOWN]),
    )
