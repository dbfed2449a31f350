"""Rules about the numbers of regulations and normative documents in the first table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.formats.naming import row_name
from monitor.reading.model import ReadTable, Report
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.relations import Numbers, numbers_of
from monitor.rules.engine import NEW, V2019, V2021, rule
from monitor.rules.kinds import agency_name, kind_of
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence
from monitor.rules.tables.levels import Level, level_of
from storage.models import AgencyKind

_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"
_TABLE = "proactive_disclosure"
_COUNTING_FOR_ALL = re.compile(r"司法|法制|政府办")
"""Bodies that may count the normative documents of a whole area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Documents:
    """A row of documents and its numbers, in the order asked for."""

    row: str
    columns: tuple[str, ...]
    numbers: Numbers


@rule(
    "normative-implausible",
    zh="规范性文件数疑误",
    en="implausible number of normative documents",
    severity=Severity.INFO,
    formats=NEW,
    basis=f"{_30}；行政规范性文件不含一般公文",
    basis_2019=f"{_60}；规范性文件不含一般公文",
    thresholds={"normative_same": 10, "normative_most": 50},
)
def normative_implausible(facts: Facts) -> Iterator[Finding]:
    """The number of normative documents is hardly one of normative documents alone.

    What it does: In the columns of 2019, notes made = disclosed = total of ten or more; in those of
        2021, 50 or more in force in a county's department. Justice bureaus and government
        offices, which may count for all, are left out, and so are agencies of unknown level.
    Why it matters: Ordinary documents, or those of the whole county, were probably counted.
    Legal basis: 国办公开办函〔2021〕30号: 行政规范性文件 only, not ordinary documents.
    Example that fails: 规范性文件 | 30 | 30 | 30.
    Example that passes: 行政规范性文件 | 2 | 1 | 6.
    How to put it right: Count normative documents of the agency only; ask the justice bureau.
    """
    table, documents = _documents(facts, "normative_docs")
    if table is None or documents is None:
        yield _nothing(facts)
        return
    if _COUNTING_FOR_ALL.search(agency_name(facts) or ""):
        yield not_applicable("该机关可能汇总全域的文件。", "This agency may count for its area.")
        return
    if documents.numbers.reason is not None:
        yield _unknown(documents)
        return
    suspect = _all_new(facts, documents) or _too_many(facts, documents)
    if suspect is not None:
        assert facts.report is not None
        yield fail(*suspect, *_evidence(facts.report, documents))


def _all_new(facts: Facts, documents: _Documents) -> tuple[str, str] | None:
    """Columns of 2019: everything disclosed was made and disclosed in this one year."""
    first, *others = documents.numbers.values
    if documents.columns[0] != "made_new" or first is None:
        return None
    if first < facts.thresholds["normative_same"] or any(other != first for other in others):
        return None
    return (
        f"规范性文件新制作、新公开、对外公开总数均为{first}件，可能把一般公文计入了规范性文件。",
        f"{first} documents made, disclosed and disclosed in all: hardly all are normative.",
    )


def _too_many(facts: Facts, documents: _Documents) -> tuple[str, str] | None:
    """Columns of 2021: more in force than a county's department is likely to have issued."""
    in_force = documents.numbers.values[-1]
    if documents.columns[0] != "issued" or in_force is None:
        return None
    of_county = kind_of(facts) is AgencyKind.DEPARTMENT and level_of(facts) is Level.COUNTY
    if not of_county or in_force < facts.thresholds["normative_most"]:
        return None
    return (
        f"县级部门填报现行有效行政规范性文件{in_force}件，可能计入了一般公文或者全县的文件。",
        f"{in_force} documents in force in a county's department: hardly all are normative.",
    )


@rule(
    "in-force-below",
    zh="现行有效少于制发减废止",
    en="fewer in force than issued less repealed",
    severity=Severity.WARNING,
    formats=V2021,
    basis=_30,
)
def in_force_below(facts: Facts) -> Iterator[Finding]:
    """Fewer documents are in force than were issued this year and not repealed.

    What it does: Compares, for 规章 and 行政规范性文件, 现行有效件数 with 本年制发件数 less
        本年废止件数. A blank counts as nothing, but 现行有效件数 left blank is not judged.
    Why it matters: What was issued this year and not repealed is in force: a figure is wrong.
    Legal basis: 国办公开办函〔2021〕30号: what the three columns count.
    Example that fails: 行政规范性文件 | 本年制发 5 | 本年废止 1 | 现行有效 3.
    Example that passes: 行政规范性文件 | 本年制发 5 | 本年废止 1 | 现行有效 4.
    How to put it right: Check the list of documents; correct the figure that is wrong.
    """
    yield from _below(facts, ("issued", "repealed", "in_force"))


@rule(
    "disclosed-below",
    zh="公开总数少于本年新公开",
    en="fewer disclosed in all than this year",
    severity=Severity.ERROR,
    formats=V2019,
    basis=_60,
)
def disclosed_below(facts: Facts) -> Iterator[Finding]:
    """Fewer documents are disclosed in all than were disclosed this year.

    What it does: Compares, for 规章 and 规范性文件, 对外公开总数量 with 本年新公开数量. A blank is
        nothing, but 对外公开总数量 left blank is not judged.
    Why it matters: The total contains what was disclosed this year: a figure is wrong.
    Legal basis: 国办公开办函〔2019〕60号: what the columns count.
    Example that fails: 规范性文件 | 新公开 6 | 对外公开总数量 4.
    Example that passes: 规范性文件 | 新公开 2 | 对外公开总数量 6.
    How to put it right: Correct the total, or the number disclosed this year.
    """
    yield from _below(facts, ("disclosed_new", "disclosed_total"))


def _below(facts: Facts, columns: tuple[str, ...]) -> Iterator[Finding]:
    """Say where the last column is less than the first, the ones between taken off."""
    judged = False
    for row in ("regulations", "normative_docs"):
        table, documents = _documents(facts, row, columns)
        if table is None or documents is None:
            continue
        judged = True
        if documents.numbers.reason is not None:
            yield _unknown(documents)
        elif _is_below(documents.numbers.values):
            assert facts.report is not None
            yield _told_below(facts.report, table, documents)
    if not judged:
        yield _nothing(facts)


def _is_below(values: tuple[int | None, ...]) -> bool:
    first, *taken_off, last = values
    return last is not None and last < (first or 0) - sum(number or 0 for number in taken_off)


def _told_below(report: Report, table: ReadTable, documents: _Documents) -> Finding:
    name = row_name(table.format, _TABLE, documents.row)
    shown = [_zh(number) for number in documents.numbers.values]
    if documents.columns[0] == "issued":
        zh = f"现行有效{shown[2]}件，少于本年制发{shown[0]}件减去本年废止{shown[1]}件"
        en = f"{shown[2]} in force, fewer than {shown[0]} issued less {shown[1]} repealed"
    else:
        zh = f"对外公开总数{shown[1]}件，少于本年新公开{shown[0]}件"
        en = f"{shown[1]} disclosed in all, fewer than {shown[0]} disclosed this year"
    return fail(f"“{name.zh}”{zh}。", f"Row {name.en}: {en}.", *_evidence(report, documents))


def _documents(
    facts: Facts, row: str, columns: tuple[str, ...] = ()
) -> tuple[ReadTable | None, _Documents | None]:
    """Return a row of documents; None if the table has no such row, or it has other columns."""
    report = facts.report
    assert report is not None
    table = report.tables.get(_TABLE)
    cells = table.values.get(row) if table is not None else None
    if table is None or cells is None:
        return table, None
    wanted = columns or (
        ("made_new", "disclosed_new", "disclosed_total")
        if "made_new" in cells
        else ("issued", "repealed", "in_force")
    )
    if not set(wanted) <= set(cells):
        return table, None
    numbers = numbers_of(report, table, *((row, column) for column in wanted))
    return table, _Documents(row=row, columns=wanted, numbers=numbers)


def _nothing(facts: Facts) -> Finding:
    assert facts.report is not None
    damage = facts.report.doubtful(table=_TABLE)
    if damage is not None:
        return doubtful("第一张表的数字", "the figures of the first table", damage)
    return not_applicable("表中没有可以核对的栏目。", "The table has no such row and columns.")


def _unknown(documents: _Documents) -> Finding:
    reason = documents.numbers.reason
    assert reason is not None
    return indeterminate(f"文件数无法核对：{reason.zh}。", f"Cannot be judged: {reason.en}.")


def _evidence(report: Report, documents: _Documents) -> Iterator[Evidence]:
    for column in documents.columns:
        yield cell_evidence(report, _TABLE, documents.row, column)


def _zh(number: int | None) -> str:
    return "空白" if number is None else str(number)
