"""The rule about tables with another agency's figures."""

from collections.abc import Iterator

from monitor.likeness.figures import are_telling, figures_of
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Likeness, Severity
from monitor.rules.similarity.sources import is_earlier, is_later, report_en, report_zh


@rule(
    "similar-numbers",
    zh="数据与其他机关雷同",
    en="another agency's figures",
    severity=Severity.WARNING,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（内容准确、避免雷同）",
    basis_2019="编制惯例：填报本机关的数据（2021年以前未见避免雷同的明文）",
    version=2,
    thresholds={"same_figures": 5},
)
def similar_numbers(facts: Facts) -> Iterator[Finding]:
    """All figures of the tables are those of another agency.

    What it does: Compares every figure that is not zero, cell by cell: all the same, 5 or more, and
        the different ones that are no sums have a product of a million or more, for small figures
        agree by chance. Agencies that work under one roof are left out.
    Why it matters: Two agencies do not have the same year: one table is a copy.
    Legal basis: 国办公开办函〔2021〕30号 on reports that are alike.
    Example that fails: 现行有效件数 36, 行政许可 1482, 行政处罚 57, 本年新收 23 in both reports.
    Example that passes: One request granted in both, all other cells 0.
    How to put it right: Fill in the agency's own figures.
    """
    report = facts.report
    assert report is not None
    if facts.likenesses is None:
        yield not_applicable(
            "没有与其他机关的年报比对。", "It was not compared with other agencies' reports."
        )
        return
    figures = figures_of(report)
    if figures is None or len(figures) < facts.thresholds["same_figures"]:
        yield _cannot_tell()
        return
    if not are_telling(figures):
        yield _cannot_tell()
        return
    same = [item for item in facts.likenesses if item.figures and not item.works_jointly]
    sources = [item for item in same if is_earlier(facts, item)]
    undated = [item for item in same if not is_later(facts, item)]
    if sources:
        yield _told(sources[0], len(figures))
    elif undated:
        yield _undecided(undated[0])


def _cannot_tell() -> Finding:
    return not_applicable(
        "非零数据过少、过小或者未能全部读出，不作比对。",
        "The figures are too few, too small or not all read: they are not compared.",
    )


def _told(source: Likeness, count: int) -> Finding:
    if not source.cells:
        return indeterminate(
            f"表格数据与{report_zh(source)}相同，但暂时不能重新读取对方年报。",
            f"The figures are those of {report_en(source)}, which cannot be read again now.",
        )
    return fail(
        f"全部{count}个非零数据与{report_zh(source)}逐格相同。",
        f"All {count} figures that are not zero are those of {report_en(source)}.",
        *(part for pair in source.cells for part in pair),
    )


def _undecided(other: Likeness) -> Finding:
    return indeterminate(
        f"表格数据与{report_zh(other)}逐格相同，但从发布日期看不出先后。",
        f"The figures are those of {report_en(other)}, but the days do not tell which was first.",
        *(part for pair in other.cells for part in pair),
    )
