"""The rules about requests carried from one year into the next."""

from collections.abc import Iterator

from monitor.formats import load_format
from monitor.formats.naming import column_name
from monitor.reading.model import Report
from monitor.reading.normalise import parse_count
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.history.before import (
    is_nothing,
    not_of_last_year,
    reorganised_answer,
    text_of,
    was_reorganised,
)
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence

_TABLE = "requests"
_BASIS = "国办公开办函〔2021〕30号（表三：上年结转、结转下年度继续办理）"
_BASIS_2019 = "国办公开办函〔2019〕60号（表三：上年结转、结转下年度继续办理）"


@rule(
    "history-carried-over",
    zh="上年结转数与上年年报不符",
    en="carried-over requests disagree with last year's report",
    severity=Severity.ERROR,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
    needs=frozenset({"report", "previous"}),
)
def history_carried_over(facts: Facts) -> Iterator[Finding]:
    """The requests carried in are not those that last year's report carried out.

    What it does: Compares 总计 of 二、上年结转 with 总计 of 四、结转下年度继续办理 a year before; a
        blank 总计 is the sum of its row, other blanks and dashes are zero, cells not read are not
        judged. Only a warning if the agency was reorganised or its name is another.
    Why it matters: Both rows count the same requests, so one of the reports is wrong.
    Legal basis: 国办公开办函〔2021〕30号, table three.
    Example that fails: Carried out in 2022: 3; carried in in 2023: 0.
    Example that passes: Carried out in 2022: 121; carried in in 2023: 121.
    How to put it right: Find the right number and correct the report that is wrong.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    totals = _totals(facts)
    if isinstance(totals, Finding):
        yield totals
    elif totals[0] != totals[1]:
        yield _disagreement(facts, report, previous, *totals)


@rule(
    "history-carried-column",
    zh="分申请人的上年结转数与上年年报不符",
    en="carried-over requests disagree by applicant",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
    needs=frozenset({"report", "previous"}),
)
def history_carried_column(facts: Facts) -> Iterator[Finding]:
    """The requests carried in are as many as carried out last year, but of other applicants.

    What it does: Where the totals agree, compares each kind of applicant; blanks and dashes are
        zero, columns of which a cell was not read are left out. Where the totals differ,
        history-carried-over says so. Not judged if the agency was reorganised.
    Why it matters: The same requests cannot change their applicants; a column was mixed up.
    Legal basis: 国办公开办函〔2021〕30号, table three.
    Example that fails: Carried out in 2022: natural persons 1; carried in in 2023: companies 1.
    Example that passes: Carried out in 2022: natural persons 1; carried in in 2023: the same.
    How to put it right: Correct the column, or explain that the applicant was classed anew.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    totals = _totals(facts)
    if isinstance(totals, Finding):
        yield totals
        return
    if totals[0] != totals[1]:
        yield not_applicable(
            "总计本身不一致，由 history-carried-over 指出。",
            "The totals differ, which history-carried-over says.",
        )
        return
    yield from _columns_differing(facts, report, previous)


def _columns_differing(facts: Facts, report: Report, previous: Report) -> Iterator[Finding]:
    spec = load_format(report.tables[_TABLE].format).tables[_TABLE].rows[0]
    columns = [column.key for column in spec.columns if column.key != "total"]
    pairs = {key: (_applicants(report, "carried_in", key),
                   _applicants(previous, "carried_out", key)) for key in columns}  # fmt: skip
    known = {key: pair for key, pair in pairs.items() if None not in pair}
    differing = [key for key, (here, before) in known.items() if here != before]
    evidence = tuple(item for key in differing for item in _pair_evidence(report, previous, key))
    if differing and was_reorganised(facts):
        yield reorganised_answer(*evidence)
    elif differing:
        yield _columns_answer(facts, report, {key: pairs[key] for key in differing}, evidence)
    elif len(known) < len(pairs):
        yield indeterminate("有的列未能读出。", "Some columns could not be read.")


def _columns_answer(
    facts: Facts,
    report: Report,
    differing: dict[str, tuple[int | None, int | None]],
    evidence: tuple[Evidence, ...],
) -> Finding:
    format_id = report.tables[_TABLE].format
    names = {key: column_name(format_id, _TABLE, key) for key in differing}
    year = facts.fiscal_year or 0
    zh = "；".join(
        f"{names[key].zh}上年结转 {here} 件，{year - 1}年年报结转下年度 {before} 件"
        for key, (here, before) in differing.items()
    )
    en = "; ".join(
        f"{names[key].en}: {here} carried into {year}, {before} carried out of {year - 1}"
        for key, (here, before) in differing.items()
    )
    return fail(f"结转总计一致，但分申请人不符：{zh}。", f"The totals agree, but {en}.", *evidence)


def _pair_evidence(report: Report, previous: Report, column: str) -> tuple[Evidence, Evidence]:
    return (
        cell_evidence(report, _TABLE, "carried_in", column),
        cell_evidence(previous, _TABLE, "carried_out", column),
    )


def _applicants(report: Report, row: str, column: str) -> int | None:
    text = text_of(report, _TABLE, row, column)
    if text is None:
        return None
    return 0 if is_nothing(text) else parse_count(text)


def _disagreement(
    facts: Facts, report: Report, previous: Report, here: int, before: int
) -> Finding:
    year = facts.fiscal_year
    assert year is not None
    return fail(
        f"{year}年上年结转申请总计为 {here} 件，而{year - 1}年年报结转下年度为 {before} 件。",
        f"{here} requests were carried into {year}, but {before} were carried out of {year - 1}.",
        *_pair_evidence(report, previous, "total"),
        severity=Severity.WARNING if was_reorganised(facts) else None,
    )


def _totals(facts: Facts) -> tuple[int, int] | Finding:
    """Return what was carried in and what last year carried out, or why it cannot be told."""
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    answer = not_of_last_year(facts)
    if answer is not None:
        return answer
    if _TABLE not in report.tables or _TABLE not in previous.tables:
        return not_applicable(
            "两年中有一年没有申请表。", "One of the two years has no table of requests."
        )
    here, before = _total(report, "carried_in"), _total(previous, "carried_out")
    if isinstance(here, Finding):
        return here
    return before if isinstance(before, Finding) else (here, before)


def _total(report: Report, row: str) -> int | Finding:
    """Return the total of a row, or why it cannot be told.

    A blank total beside filled applicants is their sum; a row all blank is zero.
    """
    name = {"carried_in": "上年结转", "carried_out": "结转下年度"}[row]
    damage = report.doubtful(table=_TABLE, row=row)
    if damage is not None:
        return doubtful(f"“{name}”一行", f"row {row}", damage)
    cells = report.tables[_TABLE].values.get(row)
    if cells is None:
        return indeterminate(f"表中没有“{name}”一行。", f"The table has no row {row}.")
    total = cells.get("total")
    if total is None or total.text is None:
        return indeterminate(
            f"“{name}”的总计未能读出。",
            f"The total of row {row} could not be read.",
            cell_evidence(report, _TABLE, row, "total"),
        )
    texts = [cell.text for key, cell in cells.items() if key != "total"]
    if is_nothing(total.text):
        counts = [
            0 if text is not None and is_nothing(text) else parse_count(text) for text in texts
        ]
    else:
        counts = [parse_count(total.text)]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return indeterminate(
            f"“{name}”的总计不是数字。",
            f"The total of row {row} is no number.",
            cell_evidence(report, _TABLE, row, "total"),
        )
    return sum(known)
