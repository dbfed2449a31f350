"""Cases of rules as data: a clean report, what is changed in it, and the answer due.

A file of ``cases/`` holds ``[[case]]`` tables, each one report with one answer, and
``[[sentences]]`` tables, each many sentences with the same answer, judged one by one.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from monitor.formats import format_due
from monitor.reading.model import Image, PrintedLabel, Report
from monitor.rules.catalogue import rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import Facts, Outcome, Verdict
from tests.monitor.building import (
    a_report,
    with_cell,
    with_damage,
    with_heading,
    with_preamble,
    with_prose,
    with_row_label,
    without_row,
    without_section,
    without_table,
)

CASES = Path(__file__).with_name("cases")
NOW = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One report, one rule, the answer due."""

    rule: str
    name: str
    report: Report
    fiscal_year: int
    due: Mapping[str, Any]


@cache
def load_cases(*files: str) -> tuple[Case, ...]:
    """Return the cases of some files of ``cases/``, named without ``.toml``."""
    return tuple(case for file in files for case in _load(CASES / f"{file}.toml"))


def judge_case(case: Case) -> list[Verdict]:
    """Return what the rule of a case says."""
    return verdicts_of(case.rule, case.report, case.fiscal_year)


def verdicts_of(rule_id: str, report: Report, fiscal_year: int | None = None) -> list[Verdict]:
    """Return what a rule says of a report, judged for its own fiscal year or another."""
    year = fiscal_year or report.fiscal_year
    assert year is not None
    facts = Facts(as_of=NOW, report=report, fiscal_year=year, format=format_due(year))
    rule_ = rulebook()[rule_id]
    # a rule that is off by default is judged as if settings had switched it on
    return list(judge_with(rule_, facts, {} if rule_.on else {rule_id: str(rule_.severity)}))


def fails(rule_id: str, report: Report, fiscal_year: int | None = None) -> list[Verdict]:
    """Return the failing verdicts of a rule."""
    verdicts = verdicts_of(rule_id, report, fiscal_year)
    return [verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL]


def check(case: Case) -> None:
    """Assert that the rule of a case answers as due."""
    verdicts, due = judge_case(case), case.due
    told = [(str(verdict.outcome), verdict.message.zh) for verdict in verdicts]
    assert {outcome for outcome, _ in told} == set(_list(due["outcome"])), told
    if "findings" in due:
        assert len([outcome for outcome, _ in told if outcome == "fail"]) == due["findings"], told
    if "severity" in due:
        assert {str(verdict.severity) for verdict in verdicts} == {due["severity"]}, told
    for words in _list(due.get("says", [])):
        assert any(words in message for _, message in told), (words, told)
    quotes = [evidence.quote for verdict in verdicts for evidence in verdict.evidence]
    for words in _list(due.get("quotes", [])):
        assert any(words in quote for quote in quotes), (words, quotes)


def _load(path: Path) -> Iterator[Case]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for item in data.get("case", []):
        report = _report(item)
        yield _case(item, item["name"], report)
    for item in data.get("sentences", []):
        for sentence in item["texts"]:
            report = with_prose(_report(item), item.get("section", "overview"), sentence)
            yield _case(item, f"{item['outcome']}: {sentence}", report)


def _case(item: Mapping[str, Any], name: str, report: Report) -> Case:
    year = item.get("year") or report.fiscal_year
    assert year is not None
    return Case(rule=item["rule"], name=name, report=report, fiscal_year=year, due=item)


def _report(item: Mapping[str, Any]) -> Report:
    report = a_report(item.get("format", "v2021"))
    report = replace(report, method=item.get("method", report.method))
    report = replace(report, agency=item.get("agency", report.agency))
    if "preamble" in item:
        report = with_preamble(report, item["preamble"])
    for section, paragraphs in item.get("prose", {}).items():
        report = with_prose(report, section, *paragraphs)
    for section, heading in item.get("headings", {}).items():
        report = with_heading(report, section, heading)
    for section in item.get("without_sections", []):
        report = without_section(report, section)
    return _with_damage(_with_tables(report, item), item)


def _with_tables(report: Report, item: Mapping[str, Any]) -> Report:
    for key in item.get("old_tables", []):
        table = a_report("v2019").tables[key]
        report = replace(report, tables={**report.tables, key: table})
    for key, rows in item.get("cells", {}).items():
        report = _with_cells(report, key, rows)
    for name in item.get("unread", []):
        key, row, column = name.split(".")
        report = with_cell(report, key, row, column, None)
    for key, labels in item.get("row_labels", {}).items():
        for row, text in labels.items():
            report = with_row_label(report, key, row, text)
    for key, labels in item.get("column_labels", {}).items():
        report = _with_column_labels(report, key, labels)
    for key, rows in item.get("without_rows", {}).items():
        for row in rows:
            report = without_row(report, key, row)
    for key, counts in item.get("value_counts", {}).items():
        report = _with_counts(report, key, counts)
    for key in item.get("without_tables", []):
        report = without_table(report, key)
    return report


def _with_cells(report: Report, key: str, rows: Mapping[str, Any]) -> Report:
    """``all`` stands for every row, and a text instead of a table for every column of a row."""
    table = report.tables[key]
    for row, given in rows.items():
        for row_key in table.values if row == "all" else (row,):
            everywhere = dict.fromkeys(table.values[row_key], given)
            for column, text in (given if isinstance(given, dict) else everywhere).items():
                report = with_cell(report, key, row_key, column, text)
    return report


def _with_column_labels(report: Report, key: str, labels: Mapping[str, str]) -> Report:
    table = report.tables[key]
    changed = tuple(
        PrintedLabel(key=label.key, text=labels.get(label.key, label.text))
        for label in table.column_labels
    )
    return replace(report, tables={**report.tables, key: replace(table, column_labels=changed)})


def _with_counts(report: Report, key: str, counts: Mapping[str, int]) -> Report:
    table = report.tables[key]
    numbers = {row: counts.get("all", n) for row, n in table.value_counts.items()}
    numbers |= {row: n for row, n in counts.items() if row != "all"}
    return replace(report, tables={**report.tables, key: replace(table, value_counts=numbers)})


def _with_damage(report: Report, item: Mapping[str, Any]) -> Report:
    for damage in item.get("damage", []):
        touched = {name: frozenset(damage.get(name, [])) for name in ("sections", "tables", "rows")}
        report = with_damage(report, damage["code"], **touched)
    if "images" in item:
        report = replace(report, images=tuple(Image(alt=alt) for alt in item["images"]))
    return report


def name_of(case: Case) -> str:
    """Name a case for the output of a test run."""
    return f"{case.rule}: {case.name}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
