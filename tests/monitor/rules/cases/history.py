"""Cases of the rules across years."""

from dataclasses import replace
from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import AgencyFacts
from tests.monitor.building import (
    AGENCY,
    a_report,
    with_cell,
    with_damage,
    with_previous_year,
    with_row,
    without_row,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case

RULE = "history-carried-over"
BEFORE = with_previous_year(CLEAN)
BLANK = dict.fromkeys(
    (
        "natural",
        "commercial",
        "research",
        "public_welfare",
        "legal_service",
        "other_organisation",
        "total",
    ),
    "",
)


def out_of(text: str | None, report: Report = BEFORE) -> Report:
    """Last year's report, handing over a number of requests."""
    return with_cell(report, "requests", "carried_out", "total", text)


def _case(name: str, outcome: str, previous: Report | None, **more: Any) -> Case:
    facts = {"previous": previous, **more.pop("facts", {})}
    return Case(name=name, rule=RULE, outcome=outcome, facts=facts, **more)


CARRIED = (
    _case("one and one", "pass", BEFORE),
    _case(
        "three and one",
        "fail",
        out_of("3"),
        severity="error",
        quote="1",
        says="总计为 1 件，而2022年年报结转下年度为 3 件",
    ),
    _case("a full-width number", "pass", out_of("１")),
    _case("not read last year", "indeterminate", out_of(None)),
    _case(
        "not read this year",
        "indeterminate",
        BEFORE,
        report=with_cell(CLEAN, "requests", "carried_in", "total", None),
    ),
    _case("a word for a number", "indeterminate", out_of("若干")),
    _case(
        "blank all over is zero and does not agree",
        "fail",
        BEFORE,
        report=with_row(CLEAN, "requests", "carried_in", dict(BLANK)),
    ),
    _case(
        "blank all over is zero and agrees",
        "pass",
        with_row(BEFORE, "requests", "carried_out", dict(BLANK)),
        report=with_row(CLEAN, "requests", "carried_in", {"natural": "0", "total": "0"}),
    ),
    _case("a blank total is the sum of its row", "pass", out_of("")),
    _case(
        "a slash is nothing", "pass", with_row(BEFORE, "requests", "carried_out", {"total": "/"})
    ),
    _case(
        "rows lost last year",
        "indeterminate",
        with_damage(
            out_of("3"),
            "rows-lost",
            tables=frozenset({"requests"}),
            rows=frozenset({"carried_out"}),
        ),
    ),
    _case(
        "other rows lost",
        "fail",
        with_damage(
            out_of("3"), "rows-lost", tables=frozenset({"requests"}), rows=frozenset({"granted"})
        ),
    ),
    _case("no such row", "indeterminate", without_row(BEFORE, "requests", "carried_out")),
    _case("no table last year", "not_applicable", without_table(BEFORE, "requests")),
    _case("no report of last year", "not_applicable", None),
    _case("a report of another year", "not_applicable", replace(out_of("3"), fiscal_year=2020)),
    _case(
        "reorganised",
        "fail",
        out_of("3"),
        severity="warning",
        facts={"agency": AgencyFacts(name=AGENCY, kind="department", reorganised=True)},
    ),
    _case(
        "another name last year",
        "fail",
        replace(out_of("3"), agency="示例县水利局"),
        severity="warning",
    ),
    _case(
        "from the format of 2019 to that of 2021",
        "pass",
        replace(a_report("v2019"), fiscal_year=2020),
        facts={"fiscal_year": 2021},
    ),
)
