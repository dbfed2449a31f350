"""Rules across years."""

from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.reading.normalise import CellKind, classify_cell, parse_count
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence
from storage.registry.names import AgencyName, match_agency, near_names

_TABLE = "requests"


@rule(
    "history-carried-over",
    zh="上年结转数与上年年报不符",
    en="carried-over requests disagree with last year's report",
    severity=Severity.ERROR,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（表三：上年结转、结转下年度继续办理）",
    basis_2019="国办公开办函〔2019〕60号（表三：上年结转、结转下年度继续办理）",
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
    year = facts.fiscal_year
    if year is None or (previous.fiscal_year is not None and previous.fiscal_year != year - 1):
        yield not_applicable(
            "所给的上年年报不是上一年度的。", "The earlier report is not that of the year before."
        )
        return
    if _TABLE not in report.tables or _TABLE not in previous.tables:
        yield not_applicable(
            "两年中有一年没有申请表。", "One of the two years has no table of requests."
        )
        return
    here = _total(report, "carried_in")
    before = _total(previous, "carried_out")
    for answer in (here, before):
        if isinstance(answer, Finding):
            yield answer
            return
    if here != before:
        yield _disagreement(facts, report, previous, f"{here}", f"{before}")


def _disagreement(
    facts: Facts, report: Report, previous: Report, here: str, before: str
) -> Finding:
    year = facts.fiscal_year
    assert year is not None
    return fail(
        f"{year}年上年结转申请总计为 {here} 件，而{year - 1}年年报结转下年度为 {before} 件。",
        f"{here} requests were carried into {year}, but {before} were carried out of {year - 1}.",
        cell_evidence(report, _TABLE, "carried_in", "total"),
        cell_evidence(previous, _TABLE, "carried_out", "total"),
        severity=Severity.WARNING if _was_reorganised(facts, report, previous) else None,
    )


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
    evidence = cell_evidence(report, _TABLE, row, "total")
    total = cells.get("total")
    if total is None or total.text is None:
        return indeterminate(
            f"“{name}”的总计未能读出。", f"The total of row {row} could not be read.", evidence
        )
    texts = [cell.text for key, cell in cells.items() if key != "total"]
    if _is_nothing(total.text):
        counts = [
            0 if text is not None and _is_nothing(text) else parse_count(text) for text in texts
        ]
    else:
        counts = [parse_count(total.text)]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return indeterminate(
            f"“{name}”的总计不是数字。", f"The total of row {row} is no number.", evidence
        )
    return sum(known)


def _is_nothing(text: str) -> bool:
    return classify_cell(text) in (CellKind.BLANK, CellKind.SLASH)


def _was_reorganised(facts: Facts, report: Report, previous: Report) -> bool:
    if facts.agency is not None and facts.agency.reorganised:
        return True
    if not report.agency or not previous.agency:
        return False
    own = AgencyName(id="own", name=report.agency)
    same = match_agency(previous.agency, [own]).agency_id or near_names(previous.agency, [own])
    return not same
