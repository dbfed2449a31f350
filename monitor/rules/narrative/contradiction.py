"""The rule about prose and tables that say the opposite of each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.language import Bilingual
from monitor.reading.model import ReadTable, Report
from monitor.reading.normalise import CellKind, classify_cell, parse_count
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.narrative.statements import Statement, Subject, statements
from monitor.rules.originals import prose_damage
from monitor.rules.quoting import cell_evidence, quote

_NAMES = {
    Subject.REQUESTS: Bilingual("政府信息公开申请", "requests"),
    Subject.REVIEW: Bilingual("行政复议", "administrative reviews"),
    Subject.LITIGATION: Bilingual("行政诉讼", "lawsuits"),
}
_ROWS = {
    Subject.REQUESTS: ("requests", ("new",)),
    Subject.REVIEW: ("remedies", ("review",)),
    Subject.LITIGATION: ("remedies", ("suit_direct", "suit_after")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tabled:
    """What the tables say of a subject; ``count`` None if that is not known, ``reason`` why."""

    count: int | None
    all_zero: bool = False
    reason: Bilingual | None = None
    evidence: tuple[Evidence, ...] = ()


@rule(
    "narrative-zero-contradiction",
    zh="文字与表格“有”“无”相矛盾",
    en="prose and table contradict",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
    version=4,
)
def narrative_zero_contradiction(facts: Facts) -> Iterator[Finding]:
    """The prose says there were none where the table has some, or the other way round.

    What it does: Holds "none" and "N" of requests, reviews and lawsuits against their own table
        rows. What is about one channel, applicant, result, body or other year is not judged; what a
        government tells of its whole area is what its tables are of.
    Why it matters: One of the two is untrue, and nobody can tell which.
    Legal basis: 《政府信息公开条例》第五十条; 国办公开办函〔2021〕30号 on inaccurate reports.
    Example that fails: 未收到信息公开申请 above a table with 本年新收 总计 3.
    Example that passes: 通过信函未收到申请 above the same table.
    How to put it right: Check the register and correct the sentence or the table.
    """
    report = facts.report
    assert report is not None
    assert facts.statements is not None
    if facts.fiscal_year is None:
        yield indeterminate("报告年度不明。", "The fiscal year is not known.")
        return
    found = list(statements(facts, facts.fiscal_year))
    if not found:
        yield _nothing_said(report)
    tabled: dict[tuple[Subject, bool], _Tabled] = {}
    for statement in found:
        asked = (statement.subject, statement.count > 0)
        if asked not in tabled:
            tabled[asked] = _tabled(report, statement.subject, some=statement.count > 0)
        yield from _judge(statement, tabled[asked])


def _nothing_said(report: Report) -> Finding:
    damage = prose_damage(report)
    if damage is not None:
        return doubtful("文字与表格是否矛盾", "whether prose and tables agree", damage)
    return not_applicable(
        "正文没有可与表格核对的有无表述。",
        "The prose says nothing that could be held against them.",
    )


def _judge(statement: Statement, tabled: _Tabled) -> Iterator[Finding]:
    name = _NAMES[statement.subject]
    evidence = statement.evidence
    if tabled.reason is not None:
        yield indeterminate(
            f"正文关于{name.zh}的表述无法与表格核对：{tabled.reason.zh}。",
            f"What the prose says of {name.en} cannot be held against the table: "
            f"{tabled.reason.en}.",
            evidence,
        )
    elif statement.count == 0 and tabled.count:
        yield fail(
            f"正文称没有{name.zh}，表格填报{tabled.count}件。",
            f"The prose says there were no {name.en}; the table has {tabled.count}.",
            evidence,
            *tabled.evidence,
        )
    elif statement.count and tabled.all_zero:
        yield fail(
            f"正文称有{name.zh}{statement.count}件，表格全部为0。",
            f"The prose says there were {statement.count} {name.en}; the table has only zeros.",
            evidence,
            *tabled.evidence,
        )


def _tabled(report: Report, subject: Subject, *, some: bool) -> _Tabled:
    key, rows = _ROWS[subject]
    table = report.tables.get(key)
    if table is None:
        return _Tabled(count=None, reason=Bilingual("没有读到该表", "the table was not read"))
    everything = tuple(table.values) if subject is Subject.REQUESTS else rows
    # "none" is held against its own rows, "some" against a table of nothing but zeros
    for row in dict.fromkeys(everything if some else rows):
        reason = _reason(report, table, row)
        if reason is not None:
            return _Tabled(count=None, reason=reason)
    return _Tabled(
        count=sum(_row_count(table, row) for row in rows),
        all_zero=some and not any(_row_count(table, row) for row in everything),
        evidence=tuple(cell_evidence(report, key, row, "total") for row in rows),
    )


def _reason(report: Report, table: ReadTable, row: str) -> Bilingual | None:
    damage = report.doubtful(table=table.key, row=row)
    if damage is not None:
        lost = damage_name(damage)
        return Bilingual(f"读取不完整（{lost.zh}）", lost.en)
    cells = table.values.get(row)
    if cells is None:
        return Bilingual("缺少对应的行", "its row is not there")
    for value in cells.values():
        if value.text is None:
            return Bilingual("有单元格未能读取", "a cell was not read")
        if classify_cell(value.text) is not CellKind.BLANK and parse_count(value.text) is None:
            held = quote(value.text)
            return Bilingual(f"单元格为“{held}”", f"a cell holds {held!r}")
    return None


def _row_count(table: ReadTable, row: str) -> int:
    """Return a row's total; where that is blank, what its cells add up to."""
    cells = {
        column: parse_count(value.text) or 0 for column, value in table.values.get(row, {}).items()
    }
    return cells.get("total") or sum(n for column, n in cells.items() if column != "total")
