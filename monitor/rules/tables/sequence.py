"""Rules about rows in another order, and about rows that the format does not have."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from monitor.formats import load_format
from monitor.formats.naming import row_name, table_name
from monitor.reading.model import Damage, PrintedLabel, ReadTable, Report
from monitor.reading.normalise import label_core, parse_amount
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import keeps_cells
from monitor.rules.quoting import flatten, quote

_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"
_KEEPS_ORDER = frozenset({"html", "docx", "pdf-text"})
_CAPTION = re.compile(
    r"单位|年度|年份|填[报表]|日期|制表|审[核批]|负责人|联系|电话|备注|^注|说明|合计|小计|总计|序号|栏次"
)
"""Captions, notes and subtotals: rows of the paper, not of the format."""
_YEAR = re.compile(r"^(?:19|20)\d{2}年?(?:度)?$")


@rule(
    "table-order",
    zh="行序错误",
    en="rows out of order",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
)
def table_order(facts: Facts) -> Iterator[Finding]:
    """The rows of a table do not follow each other as in the format.

    What it does: Compares the printed order of the known rows of the first two tables with the
        format; rows left out do not matter. Where a converter may have changed the order (plain
        text, scans), it says that it cannot tell.
    Why it matters: Tables are compared and taken over row by row.
    Legal basis: 国办公开办函〔2021〕30号: the rows of the tables in their order.
    Example that fails: （二）部分公开 above （一）予以公开.
    Example that passes: All rows in order, one of them perhaps missing.
    How to put it right: Put the rows in the order of the format, each with its own figures.
    """
    report = facts.report
    assert report is not None
    tables = [table for table in report.tables.values() if table.key != "remedies"]
    if not tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in tables:
        wrong = _first_out_of_order(table)
        if wrong is not None:
            yield _out_of_order(report, table, *wrong)


def _first_out_of_order(table: ReadTable) -> tuple[PrintedLabel, PrintedLabel] | None:
    order = _order(table)
    labels = _once([label for label in table.row_labels if label.key in order])
    return next(
        ((a, b) for a, b in pairwise(labels) if order.index(a.key) > order.index(b.key)), None
    )


def _order(table: ReadTable) -> list[str]:
    """Return the rows of the table's format in order, those of the other format beside them."""
    order = [row.key for row in load_format(table.format).tables[table.key].rows]
    other = "v2019" if table.format == "v2021" else "v2021"
    before = None
    for row in load_format(other).tables[table.key].rows:
        if row.key not in order:
            order.insert(order.index(before) + 1 if before in order else 0, row.key)
        before = row.key
    return order


def _once(labels: Sequence[PrintedLabel]) -> list[PrintedLabel]:
    """Return the labels without those that a table going on behind a page break repeats."""
    first: dict[str, PrintedLabel] = {}
    for label in labels:
        first.setdefault(label.key, label)
    return list(first.values())


def _out_of_order(
    report: Report, table: ReadTable, one: PrintedLabel, other: PrintedLabel
) -> Finding:
    name = table_name(table.key)
    rows = [row_name(table.format, table.key, label.key) for label in (one, other)]
    evidence = [_label_evidence(table, label) for label in (one, other)]
    damage = report.doubtful(table=table.key)
    if damage is not None or report.method not in _KEEPS_ORDER:
        return indeterminate(
            f"{name.zh}的行序与格式不同，可能是转换造成的。",
            f"The rows of the {name.en} are in another order; conversion may have done it.",
            *evidence,
        )
    return fail(
        f"{name.zh}行序与格式不符：“{rows[0].zh}”排在“{rows[1].zh}”之前。",
        f"Rows of the {name.en} are out of order: {rows[0].en} stands before {rows[1].en}.",
        *evidence,
    )


def _label_evidence(table: ReadTable, label: PrintedLabel) -> Evidence:
    return Evidence(quote=quote(label.text), table=table.key, row=label.key, place=label.place)


@rule(
    "table-row-extra",
    zh="多出行",
    en="extra row",
    severity=Severity.INFO,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
    version=2,
    thresholds={"label_similar": 0.6},
)
def table_row_extra(facts: Facts) -> Iterator[Finding]:
    """A table has a row with figures that the format does not have.

    What it does: Names rows with numbers whose label is none of the format's; captions, notes and
        subtotals do not count. Where it may be a row not found, or a part of another, it cannot
        tell. Extra columns are told by table-column-count.
    Why it matters: Figures in rows of one's own cannot be compared, and may be missing elsewhere.
    Legal basis: 国办公开办函〔2021〕30号: the rows of the tables.
    Example that fails: 行政检查 | 15 below 行政强制.
    Example that passes: 单位：件 | 2023年 above the header.
    How to put it right: Take the row out; report the figures in the text if they matter.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        for label, texts in table.unknown_rows:
            if _counts(report, label, texts):
                yield _extra_row(report, table, label, texts, facts.thresholds["label_similar"])


def _counts(report: Report, label: str, texts: Sequence[str]) -> bool:
    """Whether a row is one of figures, not a caption.

    Where the original marks no cells, a row without figures may have some that were not read.
    """
    flat = flatten(label)
    if not flat or _CAPTION.search(flat) or parse_amount(flat) is not None:
        return False
    if texts and not keeps_cells(report) and not any(text.strip() for text in texts):
        return True
    return any(parse_amount(text) is not None and not _YEAR.match(flatten(text)) for text in texts)


def _extra_row(
    report: Report, table: ReadTable, label: str, texts: Sequence[str], similar: float
) -> Finding:
    name = table_name(table.key)
    evidence = Evidence(quote=quote("｜".join((label, *texts))), table=table.key, place=table.place)
    damage: Damage | None = report.doubtful(table=table.key)
    if damage is not None or not keeps_cells(report) or _is_perhaps_lost(table, label, similar):
        why = damage_name(damage).zh if damage is not None else "可能是其他行的一部分或者改动了行名"
        return indeterminate(
            f"{name.zh}的“{quote(label)}”行不在格式之内，但{why}，无法判断。",
            f"Row “{quote(label)}” of the {name.en} is none of the format's; it may be another "
            "row misread or reworded.",
            evidence,
        )
    return fail(
        f"{name.zh}多出“{quote(label)}”行。",
        f"The {name.en} has a row “{quote(label)}” that the format does not have.",
        evidence,
    )


def _is_perhaps_lost(table: ReadTable, label: str, similar: float) -> bool:
    """Whether a label is like that of a row which was not found."""
    printed = label_core(label)
    missing = [
        row
        for row in load_format(table.format).tables[table.key].rows
        if row.key not in table.values
    ]
    return any(fuzz.ratio(printed, label_core(row.label)) / 100 >= similar for row in missing)
