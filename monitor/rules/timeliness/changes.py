"""The rule about reports that were changed after publication."""

from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.reading.normalise import parse_amount
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.likeness import difference
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence, flatten, passages

_SHOWN = 3
Cell = tuple[str, str, str]


@rule(
    "report-changed",
    zh="发布后改动",
    en="changed after publication",
    severity=Severity.WARNING,
    formats=ALL,
    basis="《政府信息公开条例》第四十九条、第五十条；第三方评估将发布后改动列为问题",
    basis_2008="国务院令第492号第三十一条、第三十二条；第三方评估将发布后改动列为问题",
    needs=frozenset({"report", "publication"}),
    thresholds={"changed_share": 0.005},
)
def report_changed(facts: Facts) -> Iterator[Finding]:
    """The text or a figure of the report is not the one first published.

    What it does: Compares the report with the version archived first: any number of a table, and
        the prose without blanks (more than 0.5 % of it). If the two were not read in the same way
        and completely, it says that it cannot tell.
    Why it matters: Figures changed in silence after the due day cannot be relied on.
    Legal basis: 《政府信息公开条例》第四十九条; evaluators (the Academy of Social Sciences in 2016)
        name reports changed after publication among the faults.
    Example that fails: 本年新收 总计 was 12 on 2024-01-30 and is 21 on 2024-03-05.
    Example that passes: Only the counter of visitors or the menu of the page has changed.
    How to put it right: Say on the page what was corrected, when and why.
    """
    report, publication = facts.report, facts.publication
    assert report is not None
    assert publication is not None
    earlier = publication.previous_version
    if earlier is None:
        if publication.first_seen_at is None:
            yield not_applicable("没有先前版本。", "There is no earlier version.")
        return
    cells = list(_changed_cells(earlier, report))
    share = difference(flatten(earlier.text), flatten(report.text))
    if not cells and share <= facts.thresholds["changed_share"]:
        return
    if earlier.method != report.method or not (earlier.complete and report.complete):
        yield indeterminate(
            "前后两个版本读取方式不同或读取不完整，差异可能来自读取。",
            "The two versions were read in different ways or not completely; the difference may "
            "come from that.",
        )
        return
    yield fail(
        f"年报发布后有改动：{len(cells)} 个表格数据不同，文字改动约 {share:.1%}。",
        f"The report was changed after publication: {len(cells)} table cells differ, and about "
        f"{share:.1%} of the text.",
        *_cell_pairs(earlier, report, cells),
        *_new_text(earlier, report),
    )


def _changed_cells(earlier: Report, later: Report) -> Iterator[Cell]:
    for key, table in later.tables.items():
        before = earlier.tables.get(key)
        for row, cells in table.values.items() if before else ():
            for column, cell in cells.items():
                old = before.values.get(row, {}).get(column) if before else None
                if old is None or old.text is None or cell.text is None:
                    continue
                if _comparable(old.text) != _comparable(cell.text):
                    yield key, row, column


def _comparable(text: str) -> object:
    amount = parse_amount(text)
    return flatten(text) if amount is None else amount


def _cell_pairs(earlier: Report, later: Report, cells: list[Cell]) -> Iterator[Evidence]:
    for cell in cells[:_SHOWN]:
        yield cell_evidence(earlier, *cell)
        yield cell_evidence(later, *cell)


def _new_text(earlier: Report, later: Report) -> Iterator[Evidence]:
    known = {item.flat for item in passages(earlier)}
    new = (item for item in passages(later) if item.flat not in known)
    for item, _ in zip(new, range(_SHOWN), strict=False):
        yield item.evidence()
