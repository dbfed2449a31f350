"""Last year's report: whether it may be held against this one, and what its cells hold."""

from monitor.reading.model import Report
from monitor.reading.normalise import CellKind, classify_cell, parse_count
from monitor.rules.answers import indeterminate, not_applicable
from monitor.rules.model import Evidence, Facts, Finding
from storage.registry.names import AgencyName, match_agency, near_names


def not_of_last_year(facts: Facts) -> Finding | None:
    """Return the answer where the earlier report is not that of the year before."""
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    year = facts.fiscal_year
    if year is not None and previous.fiscal_year in (None, year - 1):
        return None
    return not_applicable(
        "所给的上年年报不是上一年度的。", "The earlier report is not that of the year before."
    )


def was_reorganised(facts: Facts) -> bool:
    """Whether the agency was merged or renamed, or last year's report is of another name."""
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    if facts.agency is not None and facts.agency.reorganised:
        return True
    if not report.agency or not previous.agency:
        return False
    own = AgencyName(id="own", name=report.agency)
    same = match_agency(previous.agency, [own]).agency_id or near_names(previous.agency, [own])
    return not same


def reorganised_answer(*evidence: Evidence) -> Finding:
    """Return the answer that the figures differ, but the agency may not be the same body."""
    return indeterminate(
        "两年数据不衔接，但机关有过调整或者两年名称不同，无法比较。",
        "The years do not agree, but the agency was reorganised or its name is another.",
        *evidence,
    )


def missing_table(facts: Facts, table: str) -> Finding | None:
    """Return the answer where one of the two years does not have a table."""
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    if table in report.tables and table in previous.tables:
        return None
    return not_applicable("两年中有一年没有该表。", "One of the two years does not have the table.")


def other_layout(facts: Facts, table: str, format_id: str) -> Finding | None:
    """Return the answer where a table is missing or not in the given format in both years."""
    absent = missing_table(facts, table)
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    if absent is not None:
        return absent
    if {report.tables[table].format, previous.tables[table].format} == {format_id}:
        return None
    return not_applicable(
        "两年的表格格式不同，数据不可比。", "The tables of the two years are laid out differently."
    )


def text_of(report: Report, table: str, row: str, column: str) -> str | None:
    """Return what a cell holds; None if it is not there or was not read for certain."""
    if table not in report.tables or report.doubtful(table=table, row=row) is not None:
        return None
    value = report.tables[table].values.get(row, {}).get(column)
    return value.text if value is not None else None


def count_of(text: str | None) -> int | None:
    """Return the number in a cell, None for blanks, dashes and what is no whole number."""
    return None if text is None or is_nothing(text) else parse_count(text)


def is_nothing(text: str) -> bool:
    """Whether a cell holds nothing: blank, or a dash."""
    return classify_cell(text) in (CellKind.BLANK, CellKind.SLASH)
