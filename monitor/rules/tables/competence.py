"""The rule about 规章 (regulations) reported by bodies that cannot make any."""

from collections.abc import Iterator

from monitor.formats.naming import column_name
from monitor.reading.model import ReadTable, Report
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.relations import numbers_of
from monitor.rules.engine import NEW, rule
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence, quote
from monitor.rules.tables.levels import Level, is_local, level_of
from storage.models import AgencyKind

_TABLE, _ROW = "proactive_disclosure", "regulations"
_COLUMNS = ("issued", "in_force", "made_new")
"""What only a body that makes regulations has; what is disclosed may be another's."""
_GOVERNMENTS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.GOVERNMENT_OFFICE})
_MAKING = frozenset({Level.NATION, Level.PROVINCE, Level.PREFECTURE})


@rule(
    "regulation-not-competent",
    zh="规章填报主体不适格",
    en="regulations of a body that cannot make any",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《立法法》第九十一条、第九十三条（2023年修正前为第八十条、第八十二条）",
)
def regulation_not_competent(facts: Facts) -> Iterator[Finding]:
    """规章 are reported by an agency that has no power to make them.

    What it does: Where 规章 are issued or in force, looks whether the agency is a ministry, or the
        government of a province, of a city with districts or of an autonomous prefecture, or its
        office, by kind, division code and name. A city whose level is not known is not judged.
    Why it matters: Normative documents were probably put into the row of regulations.
    Legal basis: 《立法法》第九十一条、第九十三条 (until 2023 第八十条、第八十二条).
    Example that fails: 示例县科技局: 规章 | 2 | 0 | 5.
    Example that passes: 示例县科技局: 规章 | 0 | 0 | 0.
    How to put it right: Put the documents into the row 行政规范性文件 and 0 into this one; what
        a department only drafted is counted by its government.
    """
    report = facts.report
    assert report is not None
    table = report.tables.get(_TABLE)
    if table is None or _ROW not in table.values:
        yield _without_row(report)
        return
    columns = [column for column in _COLUMNS if column in table.values[_ROW]]
    counted = [column for column in columns if _is_positive(report, table, column)]
    may = _may_make(facts)
    if may or not (counted or _unread(report, table, columns)):
        return
    evidence = [cell_evidence(report, _TABLE, _ROW, column) for column in counted or columns]
    if not counted:
        yield indeterminate(
            "“规章”行的数字未能读取。",
            "The row of regulations was not read for certain.",
            *evidence,
        )
        return
    if may is None:
        yield indeterminate(
            "无法确定该机关有无规章制定权（行政区划代码和机关性质不明）。",
            "Whether the agency may make regulations is not known, as its level or kind is not.",
            *evidence,
        )
        return
    figures = "、".join(
        f"{column_name(table.format, _TABLE, column).zh}{quote(item.quote)}件"
        for column, item in zip(counted, evidence, strict=True)
    )
    name = agency_name(facts) or ""
    yield fail(
        f"{name}没有规章制定权，“规章”行却填报{figures}。",
        f"{name} has no power to make regulations, but the row 规章 holds figures.",
        *evidence,
    )


def _may_make(facts: Facts) -> bool | None:
    """Whether the agency makes regulations, or reports for a government that does."""
    kind = kind_of(facts)
    if kind is None:
        return None
    if kind in _GOVERNMENTS:
        level = level_of(facts)
        return None if level is None else level in _MAKING
    if kind is AgencyKind.TOWNSHIP:
        return False
    local = is_local(facts)
    return None if local is None else not local


def _is_positive(report: Report, table: ReadTable, column: str) -> bool:
    values = numbers_of(report, table, (_ROW, column)).values
    return bool(values) and (values[0] or 0) > 0


def _unread(report: Report, table: ReadTable, columns: list[str]) -> bool:
    return any(numbers_of(report, table, (_ROW, column)).reason for column in columns)


def _without_row(report: Report) -> Finding:
    damage = report.doubtful(table=_TABLE, row=_ROW)
    if damage is not None:
        return doubtful("规章的填报", "the row of regulations", damage)
    return not_applicable("表中没有“规章”行。", "The table has no row of regulations.")
