"""Cases of the rules about figures that follow from those of the year before."""

from dataclasses import replace
from typing import Any

from monitor.reading.model import Report
from monitor.rules.model import AgencyFacts
from tests.monitor.building import (
    AGENCY,
    PROSE,
    a_report,
    with_cell,
    with_damage,
    with_previous_year,
    with_prose,
    with_row,
    without_row,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case

BEFORE = with_previous_year(CLEAN)
OF_2020 = replace(a_report("v2019"), fiscal_year=2020)
REORGANISED = {"agency": AgencyFacts(name=AGENCY, kind="department", reorganised=True)}
DISCLOSED = "proactive_disclosure"
DOCUMENTS = (DISCLOSED, "normative_docs")


def _cases(rule: str, *cases: tuple[str, str, dict[str, Any]]) -> tuple[Case, ...]:
    return tuple(_case(rule, name, outcome, dict(more)) for name, outcome, more in cases)


def _case(rule: str, name: str, outcome: str, more: dict[str, Any]) -> Case:
    facts = {"previous": more.pop("before", BEFORE), **more.pop("facts", {})}
    return Case(name=name, rule=rule, outcome=outcome, facts=facts, **more)


def told(*sentences: str, report: Report = CLEAN) -> Report:
    """The clean report with other sentences under 依申请公开."""
    return with_prose(report, "overview", *PROSE["overview"][:2], "（二）依申请公开。", *sentences)


def _out(texts: dict[str, str | None]) -> Report:
    return with_row(BEFORE, "requests", "carried_out", texts)


def _before_2020() -> Report:
    """The report on 2019: items it began with and the change fit what 2020 begins with."""
    report = a_report("v2019")
    for row, here in (("licensing", "4"), ("other_services", "2")):
        report = with_cell(report, DISCLOSED, row, "prev_items", here)
    return report


COLUMNS = _cases(
    "history-carried-column",
    ("the same applicants", "pass", {}),
    (
        "a natural person turned into a company",
        "fail",
        {
            "before": _out({"natural": "0", "commercial": "1"}),
            "severity": "warning",
            "says": "自然人上年结转 1 件，2022年年报结转下年度 0 件",
        },
    ),
    ("blank is none", "pass", {"before": _out({"commercial": "", "research": "/"})}),
    ("the totals differ", "not_applicable", {"before": _out({"natural": "3", "total": "3"})}),
    ("a column not read", "indeterminate", {"before": _out({"commercial": None})}),
    (
        "a column not read beside one that differs",
        "fail",
        {"before": _out({"commercial": None, "natural": "0"})},
    ),
    (
        "reorganised",
        "indeterminate",
        {"before": _out({"natural": "0", "commercial": "1"}), "facts": REORGANISED},
    ),
    (
        "another agency's report",
        "indeterminate",
        {"before": replace(_out({"natural": "0", "commercial": "1"}), agency="示例县水利局")},
    ),
    ("no report of last year", "not_applicable", {"before": None}),
    ("of another year", "not_applicable", {"before": replace(BEFORE, fiscal_year=2021)}),
)

IN_FORCE = _cases(
    "history-in-force",
    ("five and two less one is six", "pass", {}),
    (
        "nine",
        "fail",
        {
            "report": with_cell(CLEAN, *DOCUMENTS, "in_force", "9"),
            "severity": "warning",
            "quote": "9",
            "says": "应为 6 件",
        },
    ),
    (
        "regulations",
        "fail",
        {"before": with_cell(BEFORE, DISCLOSED, "regulations", "in_force", "1")},
    ),
    (
        "not read last year",
        "indeterminate",
        {"before": with_cell(BEFORE, *DOCUMENTS, "in_force", None)},
    ),
    (
        "blank last year",
        "indeterminate",
        {"before": with_cell(BEFORE, *DOCUMENTS, "in_force", "")},
    ),
    (
        "a blank that makes no difference",
        "pass",
        {"before": with_cell(BEFORE, DISCLOSED, "regulations", "in_force", "")},
    ),
    (
        "the row lost",
        "indeterminate",
        {
            "report": with_damage(
                with_cell(CLEAN, *DOCUMENTS, "in_force", "9"),
                "rows-lost",
                tables=frozenset({"proactive_disclosure"}),
                rows=frozenset({"normative_docs"}),
            )
        },
    ),
    ("the row absent", "indeterminate", {"before": without_row(BEFORE, *DOCUMENTS)}),
    ("no table", "not_applicable", {"before": without_table(BEFORE, DISCLOSED)}),
    (
        "the table of 2019 before",
        "not_applicable",
        {"before": replace(a_report("v2019"), fiscal_year=2022)},
    ),
    (
        "reorganised",
        "indeterminate",
        {"report": with_cell(CLEAN, *DOCUMENTS, "in_force", "9"), "facts": REORGANISED},
    ),
)

ITEMS = _cases(
    "history-previous-items",
    ("four less one is three", "pass", {"report": OF_2020, "before": _before_2020()}),
    (
        "five",
        "fail",
        {
            "report": OF_2020,
            "before": with_cell(_before_2020(), DISCLOSED, "licensing", "prev_items", "6"),
            "severity": "warning",
            "says": "应为 5",
        },
    ),
    (
        "a change written as a word",
        "pass",
        {
            "report": OF_2020,
            "before": with_cell(_before_2020(), DISCLOSED, "licensing", "change", "减1"),
        },
    ),
    (
        "a change not read",
        "indeterminate",
        {
            "report": OF_2020,
            "before": with_cell(_before_2020(), DISCLOSED, "licensing", "change", None),
        },
    ),
    ("the format of today", "not_applicable", {}),
)

PENDING = _cases(
    "history-pending-lost",
    ("nothing pending", "pass", {}),
    (
        "two pending, one in all",
        "fail",
        {
            "before": with_cell(BEFORE, "remedies", "review", "pending", "2"),
            "severity": "info",
            "says": "尚未审结 2 件，2023年总计只有 1 件",
        },
    ),
    (
        "one pending, one in all",
        "pass",
        {"before": with_cell(BEFORE, "remedies", "review", "pending", "1")},
    ),
    (
        "not read",
        "indeterminate",
        {"before": with_cell(BEFORE, "remedies", "review", "pending", None)},
    ),
    ("no table", "not_applicable", {"report": without_table(CLEAN, "remedies")}),
    (
        "reorganised",
        "indeterminate",
        {"before": with_cell(BEFORE, "remedies", "review", "pending", "2"), "facts": REORGANISED},
    ),
)

OUTLIERS = _cases(
    "history-outlier",
    ("the same", "pass", {}),
    (
        "a hundred times as many",
        "fail",
        {
            "report": with_cell(CLEAN, DISCLOSED, "licensing", "decisions", "1400"),
            "severity": "info",
            "says": "2022年 14、2023年 1400",
            "count": 1,
        },
    ),
    (
        "from nothing to many",
        "fail",
        {"report": with_cell(CLEAN, DISCLOSED, "penalties", "decisions", "60")},
    ),
    (
        "ten times exactly",
        "pass",
        {"report": with_cell(CLEAN, DISCLOSED, "licensing", "decisions", "140")},
    ),
    (
        "many times, but few",
        "pass",
        {"report": with_cell(CLEAN, DISCLOSED, "penalties", "decisions", "49")},
    ),
    (
        "fewer than a tenth",
        "fail",
        {"before": with_cell(BEFORE, DISCLOSED, "admin_fees", "amount_wan", "96171.6")},
    ),
    (
        "a setting",
        "pass",
        {
            "report": with_cell(CLEAN, DISCLOSED, "penalties", "decisions", "60"),
            "facts": {"thresholds": {"outlier_difference": 100}},
        },
    ),
    (
        "one column of the requests alone",
        "pass",
        {"report": with_cell(CLEAN, "requests", "new", "natural", "900")},
    ),
    (
        "a total of the requests",
        "fail",
        {"report": with_cell(CLEAN, "requests", "new", "total", "900")},
    ),
    (
        "not read",
        "indeterminate",
        {"before": with_cell(BEFORE, DISCLOSED, "licensing", "decisions", None)},
    ),
    (
        "the first table of another format",
        "pass",
        {
            "before": with_cell(
                replace(a_report("v2019"), fiscal_year=2022),
                DISCLOSED, "licensing", "decisions", "9000",
            )
        },
    ),
    ("no report of last year", "not_applicable", {"before": None}),
    (
        "reorganised",
        "indeterminate",
        {
            "report": with_cell(CLEAN, DISCLOSED, "licensing", "decisions", "1400"),
            "facts": REORGANISED,
        },
    ),
)  # fmt: skip

BASES = _cases(
    "history-base-misquoted",
    (
        "as last year's table has it",
        "pass",
        {"report": told("新收政府信息公开申请10件，较上年的10件持平，较上年（10件）增长0%。")},
    ),
    (
        "another number",
        "fail",
        {
            "report": told("收到政府信息公开申请10件，较2022年的15件减少33%。"),
            "severity": "warning",
            "quote": "15件",
            "says": "正文引用2022年数据为 15件",
        },
    ),
    (
        "with those carried in",
        "pass",
        {"report": told("收到政府信息公开申请12件，较2022年的11件增长9%。")},
    ),
    (
        "last year's prose has it",
        "pass",
        {
            "report": told("收到政府信息公开申请10件，较2022年的15件减少33%。"),
            "before": told("收到政府信息公开申请15件。", report=BEFORE),
        },
    ),
    (
        "by a channel",
        "not_applicable",
        {"report": told("通过网站收到政府信息公开申请3件，较2022年的2件增长50%。")},
    ),
    (
        "of another year",
        "not_applicable",
        {"report": told("收到政府信息公开申请10件，较2020年的15件减少33%。")},
    ),
    ("nothing quoted", "not_applicable", {"report": told("收到政府信息公开申请10件。")}),
    (
        "cells not read",
        "indeterminate",
        {
            "report": told("收到政府信息公开申请10件，较2022年的15件减少33%。"),
            "before": with_cell(BEFORE, "requests", "new", "total", None),
        },
    ),
    (
        "reorganised",
        "indeterminate",
        {
            "report": told("收到政府信息公开申请10件，较2022年的15件减少33%。"),
            "facts": REORGANISED,
        },
    ),
    (
        "of the whole county",
        "not_applicable",
        {"report": told("全县收到政府信息公开申请100件，较2022年的150件减少33%。")},
    ),
)
CHAINS = (*COLUMNS, *IN_FORCE, *ITEMS, *PENDING, *OUTLIERS, *BASES)
