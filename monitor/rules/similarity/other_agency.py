"""The rule about a report that is another agency's."""

from collections.abc import Iterator, Sequence

from monitor.likeness.measure import FEWEST_PROSE, is_long_enough
from monitor.likeness.texts import prose_of
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Likeness, Severity
from monitor.rules.originals import prose_damage
from monitor.rules.similarity.sources import (
    bodies,
    is_earlier,
    is_later,
    own_names,
    report_en,
    report_zh,
    side_by_side,
)

_MODEL_TEXT = 3
"""Agencies with the same text, from which on it is a frame given to all of them."""
_NEW_OF_IT = 0.5
"""Share of what is alike that must not have stood in our own report of the year before."""


@rule(
    "similar-to-other-agency",
    zh="与其他机关年报雷同",
    en="another agency's report",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（避免雷同、不得敷衍应付）；第三方评估将雷同列为问题",
    basis_2019="第三方评估将雷同列为问题（2021年以前未见避免雷同的明文）",
    version=2,
    thresholds={"other_likeness": 0.60, "other_same": 0.85, "other_passage": 60},
)
def similar_to_other_agency(facts: Facts) -> Iterator[Finding]:
    """The report is that of another agency, which had published it before.

    What it does: Sees how much of the prose (runs of 5 letters; headings, prescribed sentences,
        names, digits out) stands in an earlier report of another agency: 60 % is a warning, 85 %
        an error, with a run of 60 letters; if 3 others share it, a warning; under one roof, none.
    Why it matters: It does not tell what this agency did.
    Legal basis: 国办公开办函〔2021〕30号 on reports that are alike; evaluators name alike reports.
    Example that fails: The neighbour's report of 20 January under another name on 28 January.
    Example that passes: The same prescribed sentences; a government and its office; own old text.
    How to put it right: Write the agency's own report.
    """
    report = facts.report
    assert report is not None
    if facts.likenesses is None:
        yield not_applicable(
            "没有与其他机关的年报比对。", "It was not compared with other agencies' reports."
        )
        return
    if not is_long_enough(prose_of(report, own_names(facts)), fewest=FEWEST_PROSE):
        yield not_applicable(
            "正文除法定套语外文字过少，不作比对。",
            "There is too little prose of its own to be compared.",
        )
        return
    least = facts.thresholds["other_likeness"]
    alike = [item for item in facts.likenesses if item.prose >= least]
    joint = [item for item in alike if item.works_jointly]
    alike = [item for item in alike if not item.works_jointly]
    sources = [item for item in alike if is_earlier(facts, item)]
    damage = prose_damage(report)
    if alike and damage is not None:
        yield doubtful("是否与其他机关雷同", "whether it is another agency's report", damage)
    elif sources:
        yield _told(facts, sources, alike)
    elif undated := [item for item in alike if not is_later(facts, item)]:
        yield _undecided(undated[0])
    elif joint and not alike:
        yield _joint(joint[0])


def _joint(other: Likeness) -> Finding:
    return indeterminate(
        f"正文{other.prose:.0%}的文字与{report_zh(other)}相同，但年报载明两机关合署办公或者一个机构"
        "两块牌子。",
        f"{other.prose:.0%} of the prose stands in {report_en(other)}, but one of the reports says "
        "that both work under one roof.",
        *side_by_side(other.passages),
    )


def _told(facts: Facts, sources: Sequence[Likeness], alike: Sequence[Likeness]) -> Finding:
    shortest = facts.thresholds["other_passage"]
    least = facts.thresholds["other_likeness"] * _NEW_OF_IT
    quoted = [item for item in sources if item.was_read]
    shown = [item for item in quoted if item.passages and item.passages[0].length >= shortest]
    copied = [item for item in shown if item.unseen is None or item.unseen >= least]
    if copied:
        return _copied(facts, copied[0], alike)
    return _not_shown(sources[0]) if not shown else _own_text(shown[0])


def _copied(facts: Facts, source: Likeness, alike: Sequence[Likeness]) -> Finding:
    near = bodies(item for item in alike if item.same_portal)
    frame = bodies(alike)
    # whoever gives out a frame gives it to its own portal, or a city to those of its counties
    is_frame = len(frame) >= _MODEL_TEXT
    # without our own last report an older text may have been ours in the first place
    is_certain = source.fiscal_year == facts.fiscal_year or source.unseen is not None
    same = source.prose >= facts.thresholds["other_same"]
    longest = source.passages[0].length
    group = group_en = ""
    if is_frame:
        where, where_en = ("同一网站", " of the same portal") if near == frame else ("", "")
        group = f"；{where}共有{len(frame)}家其他机关文字雷同，可能套用同一范本"
        group_en = f"; {len(frame)} others{where_en} share the text, which may be a model"
    return fail(
        f"正文{source.prose:.0%}的文字与{report_zh(source)}相同（法定套语、名称和数字不计），"
        f"最长相同段落{longest}字{group}。",
        f"{source.prose:.0%} of the prose stands in {report_en(source)} (prescribed sentences, "
        f"names and digits not counted), the longest passage with {longest} letters{group_en}.",
        *side_by_side(source.passages),
        severity=Severity.ERROR if same and is_certain and not is_frame else Severity.WARNING,
    )


def _undecided(other: Likeness) -> Finding:
    return indeterminate(
        f"正文{other.prose:.0%}的文字与{report_zh(other)}相同，但从发布日期看不出先后。",
        f"{other.prose:.0%} of the prose stands in {report_en(other)}, but the days do not tell "
        "which was first.",
        *side_by_side(other.passages),
    )


def _not_shown(other: Likeness) -> Finding:
    return indeterminate(
        f"正文与{report_zh(other)}相似（{other.prose:.0%}），但没有可以列出的较长相同段落。",
        f"The prose is like {report_en(other)} ({other.prose:.0%}), but no long passage of both "
        "can be shown.",
        *side_by_side(other.passages),
    )


def _own_text(other: Likeness) -> Finding:
    return indeterminate(
        f"正文{other.prose:.0%}的文字与{report_zh(other)}相同，但大部分本机关上年年报中已有。",
        f"{other.prose:.0%} of the prose stands in {report_en(other)}, but most of it stood in "
        "the agency's own last report.",
        *side_by_side(other.passages),
    )
