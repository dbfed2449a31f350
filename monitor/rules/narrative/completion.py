"""Rules about what the prose says was all done, leaves out, or has lost."""

import re
from collections.abc import Iterator

from monitor.language import Bilingual
from monitor.reading.statements import Completion, Count, Scope, Thing, Time
from monitor.rules.answers import (
    damage_to_prose,
    doubtful,
    fail,
    indeterminate,
    not_applicable,
)
from monitor.rules.engine import ALL, NEW, V2021, rule
from monitor.rules.kinds import kind_of
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import nothing_stated
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.own import TOTALS, Stated, follows_a_part, stated
from monitor.rules.narrative.tabled import Cells, cells_evidence, figure_of
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import heading_evidence
from storage.models import AgencyKind

_CARRIED_OUT = Cells(
    table="requests", rows=("carried_out",), name=Bilingual("结转下年度", "carried out")
)
_CARRIED_IN = Cells(
    table="requests", rows=("carried_in",), name=Bilingual("上年结转", "carried in")
)
_HANDLED = Cells(
    table="requests", rows=("handled_total",), name=Bilingual("办理结果总计", "handled")
)
_NEW_ONLY = re.compile(r"新收|新增|新受理|本年[度]?收")
_GOVERNMENTS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP})


@rule(
    "narrative-all-done",
    zh="“全部办结”与结转数矛盾",
    en="all done, but some carried out",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
)
def narrative_all_done(facts: Facts) -> Iterator[Finding]:
    """The prose says that all requests were handled, and the table carries some out.

    What it does: Holds 全部办结, 均已答复 and 办结率100% about all requests of the year against
        结转下年度. 均在法定期限内答复 and 按时 pass, since what is pending may be within its
        time; so does what is said of some requests, or of no more than were handled.
    Why it matters: One of the two is untrue.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 共收到申请11件，全部办结, above a table with 结转下年度 总计 1.
    Example that passes: 共收到申请11件，均在法定期限内答复, above the same table.
    How to put it right: Correct the sentence, or the row 结转下年度继续办理.
    """
    report, prose = facts.report, stated(facts)
    assert report is not None
    claims = [item for item in prose.statements.completions if _is_judged(item, facts, prose)]
    if not claims:
        yield nothing_stated(facts)
        return
    out, handled, carried_in = (
        figure_of(report, cells) for cells in (_CARRIED_OUT, _HANDLED, _CARRIED_IN)
    )
    if out.reason is not None:
        yield indeterminate(
            f"“全部办结”的表述无法与表格核对：{out.reason.zh}。",
            f"That all is done cannot be held against the table: {out.reason.en}.",
            *(quoted(item.quotation) for item in claims),
        )
        return
    if not out.shown:
        return
    wrong = [
        item
        for item in claims
        if not _is_compatible(item, prose, handled.numbers, carried_in.numbers, out.shown)
    ]
    if wrong:
        yield fail(
            f"正文称申请已全部办结或者答复，表格结转下年度继续办理{out.shown}件。",
            f"The prose says that all requests were handled; the table carries {out.shown} out.",
            *dict.fromkeys(quoted(item.quotation) for item in wrong),
            *cells_evidence(report, _CARRIED_OUT),
        )


@rule(
    "narrative-total-missing",
    zh="未写明主动公开信息总数",
    en="no total of published items",
    severity=Severity.INFO,
    formats=V2021,
    basis="编制惯例：总体情况写明主动公开政府信息总数（部分地方要求）",
    needs=frozenset({"outline"}),
    on=False,
)
def narrative_total_missing(facts: Facts) -> Iterator[Finding]:
    """Section one does not say how many items of information were published in all.

    What it does: Looks in section one for a total of published items; counts by channel or by
        kind are no total.
    Why it matters: Some places want the figure; the format does not.
    Legal basis: Local practice only; therefore the rule is off unless settings switch it on.
    Example that fails: 通过网站发布信息80条，通过微信发布信息40条.
    Example that passes: 全年主动公开政府信息120条.
    How to put it right: Add the total to the part on proactive disclosure.
    """
    report, statements = facts.report, facts.statements
    assert report is not None
    assert statements is not None
    section = report.section("overview")
    if section is None:
        yield not_applicable("没有“总体情况”部分。", "There is no section one.")
        return
    totals = statements.counts(Thing.ITEMS)
    if any(count.sentence.section == "overview" and count.whole for count in totals):
        return
    damage = damage_to_prose(report, "overview")
    if damage is not None:
        yield doubtful("主动公开信息总数", "the total of published items", damage)
    elif not statements.complete:
        yield nothing_stated(facts)
    else:
        yield fail(
            "总体情况没有写明主动公开政府信息的总数。",
            "Section one does not give the total of published items.",
            heading_evidence(section),
        )


@rule(
    "narrative-count-blank",
    zh="数量缺失",
    en="number lost before its unit",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
    basis_2008="国务院令第492号第三十二条（年度报告内容）",
)
def narrative_count_blank(facts: Facts) -> Iterator[Finding]:
    """A unit stands without its number.

    What it does: Looks for 共, 累计 or 全年 with 公开, 发布, 受理, 收到 and a unit (条, 件, 次)
        before which no number stands.
    Why it matters: The figure was never filled in, or was lost when the page was made.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 全年共主动公开条.
    Example that passes: 全年共主动公开86条; 公开条例.
    How to put it right: Fill in the number.
    """
    report, statements = facts.report, facts.statements
    assert report is not None
    assert statements is not None
    for gap in statements.gaps:
        words = "".join(gap.quotation.text.split())
        if letters_doubtful(report, gap.quotation.sentence.place):
            yield indeterminate(
                f"“{words}”缺少数量，该处文字读取存疑。",
                f"“{words}” lacks its number; the text was not read for certain there.",
                quoted(gap.quotation),
            )
            continue
        yield fail(f"“{words}”缺少数量。", f"“{words}” lacks its number.", quoted(gap.quotation))
    if not statements.gaps:
        yield from nothing_found(report, "数量是否缺失", "whether numbers are missing")


def _is_judged(item: Completion, facts: Facts, prose: Stated) -> bool:
    if item.in_time or item.time is not Time.THIS_YEAR:
        return False
    if (item.scope is Scope.AREA) != _speaks_of_area(item, facts):
        return False
    return not follows_a_part(item.quotation, prose)


def _speaks_of_area(item: Completion, facts: Facts) -> bool:
    """Whether 全县 is what the table is of: it is for a government, if the sentence says so."""
    return kind_of(facts) in _GOVERNMENTS and item.scope is Scope.AREA


def _is_compatible(
    item: Completion,
    prose: Stated,
    handled: frozenset[int],
    carried_in: frozenset[int],
    out: int,
) -> bool:
    """Whether what is said to be done may be what was handled, and others were carried out."""
    if _NEW_ONLY.search(item.quotation.sentence.text) and out <= max(carried_in, default=0):
        return True
    total = _total_before(item, prose)
    if total is None:
        return False
    if total.thing in (Thing.REQUESTS_HANDLED, Thing.REQUESTS_ANSWERED):
        return True
    return bool(handled) and total.number <= max(handled)


def _total_before(item: Completion, prose: Stated) -> Count | None:
    """Return the last number of all requests before it in its sentence."""
    before = prose.before(item.quotation)
    found = [count for count in before if count.thing in TOTALS and not count.narrowed]
    return found[-1] if found else None
