"""Rules about labels that were changed and rows with too few or too many values."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from rapidfuzz import fuzz

from monitor.formats import RowSpec, load_format
from monitor.formats.naming import row_name, table_name
from monitor.reading.model import PrintedLabel, ReadTable, Report
from monitor.reading.normalise import REMEMBERED, label_core
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.losses import damage_name
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import keeps_cells, letters_doubtful
from monitor.rules.quoting import cell_evidence, quote

_30 = "国办公开办函〔2021〕30号《政府信息公开工作年度报告格式》"
_60 = "国办公开办函〔2019〕60号《政府信息公开工作年度报告格式（试行）》"
_PUNCTUATION = re.compile(r"[^\w]+")
_NOTE = re.compile(r"（[^（）]{4,}）")


@rule(
    "table-label-altered",
    zh="表头或行名改动",
    en="label changed",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
    version=2,
    thresholds={"label_similar": 0.6, "label_same": 0.99, "label_cut": 0.75},
)
def table_label_altered(facts: Facts) -> Iterator[Finding]:
    """A row or column label is not worded as in the format.

    What it does: Compares each label with the official one without blanks, punctuation, ordinals;
        a similarity of 0.6 to 0.99 is a change, a label cut by a converter is not. One read with
        other letters in it, where the original marks no cells (text, PDF), cannot be judged.
    Why it matters: Another label asks another question; figures cannot be compared.
    Legal basis: 国办公开办函〔2021〕30号: the labels of the tables are part of the format.
    Example that fails: 本年制发数 for 本年制发件数.
    Example that passes: 1. 属于国家秘密 for 1.属于国家秘密.
    How to put it right: Use the official label.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield not_applicable("没有可以核对的表格。", "There is no table to look at.")
    for table in report.tables.values():
        official = _official_labels(table.format, table.key)
        for label in (*table.column_labels, *table.row_labels):
            wanted = official.get(label.key, ())
            if not _is_altered(report, table, label, wanted, facts.thresholds):
                continue
            if not keeps_cells(report) and _is_mixed(label, wanted, official):
                yield _mixed(table, label)
            else:
                yield _altered(report, table, label, wanted)


@rule(
    "table-column-count",
    zh="表格列数不符",
    en="wrong number of values",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_30,
    basis_2019=_60,
)
def table_column_count(facts: Facts) -> Iterator[Finding]:
    """A row has more or fewer value cells than the format has columns.

    What it does: Counts the value cells of each row. Where most rows of a table have too few (a
        page may drop repeated values), or where the original marks no cells (text, PDF), it says
        that it cannot tell.
    Why it matters: It is not certain which value belongs to which column.
    Legal basis: 国办公开办函〔2021〕30号: the columns of the tables.
    Example that fails: 行政事业性收费 with one value under two columns (format of 2019).
    Example that passes: 一、本年新收政府信息公开申请数量 with seven values.
    How to put it right: Give every column its own cell.
    """
    report = facts.report
    assert report is not None
    counted = [table for table in report.tables.values() if table.value_counts]
    if not counted:
        yield not_applicable("没有可以计数的表格。", "No table has cells that can be counted.")
    for table in counted:
        yield from _wrong_counts(report, table)


@cache
def _official_labels(due: str, table: str) -> Mapping[str, tuple[str, ...]]:
    """Return the wordings accepted for each row and column key, the official one first."""
    found: dict[str, tuple[str, ...]] = {}
    # a report on 2020 may print rows of the other format, so those are known as well
    for format_id in dict.fromkeys((due, "v2021", "v2019")):
        for row in load_format(format_id).tables[table].rows:
            found.setdefault(row.key, _wordings(row))
            for column in row.columns:
                found.setdefault(column.key, (column.label,))
    return found


def _wordings(row: RowSpec) -> tuple[str, ...]:
    """A row may be printed by its own label or with the labels above it, note or no note."""
    full = (row.label, "".join(row.path), "".join(row.path[1:]), "".join(row.path[-2:]))
    return tuple(dict.fromkeys(x for text in full if text for x in (text, _NOTE.sub("", text))))


def _is_altered(
    report: Report,
    table: ReadTable,
    label: PrintedLabel,
    wanted: tuple[str, ...],
    thresholds: Mapping[str, float],
) -> bool:
    printed = _letters(label.text)
    official = [_letters(text) for text in wanted]
    if not printed or not official or printed in official:
        return False
    if any(_is_cut(report, printed, text, thresholds["label_cut"]) for text in official):
        return False
    row = label.key if label.key in table.values else None
    damage = report.doubtful(table=table.key, row=row)
    if damage is not None and damage.code == "label-cut":
        return False
    closest = max(fuzz.ratio(printed, text) for text in official) / 100
    return thresholds["label_similar"] <= closest < thresholds["label_same"]


def _is_cut(report: Report, printed: str, official: str, share: float) -> bool:
    """Whether a label is the beginning or end of the official one, left over by a line break.

    Where the original marks its cells, only a label that lost much is taken for cut.
    """
    is_part = official.startswith(printed) or official.endswith(printed)
    return is_part and (not keeps_cells(report) or len(printed) < share * len(official))


def _is_mixed(
    label: PrintedLabel, wanted: tuple[str, ...], official: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether the whole official label was read with letters of something beside it.

    They are those of another label, or stand between its own in more than one place.
    """
    printed = _PUNCTUATION.sub("", label.text)
    others = [_PUNCTUATION.sub("", text) for key, texts in official.items() if key != label.key
              for text in texts]  # fmt: skip
    for text in wanted:
        runs = _left_over(printed, _PUNCTUATION.sub("", text))
        rest = "".join(runs or ())
        if runs is None or len(rest) < 2:
            continue
        if len(runs) > 1 or any(_left_over(other, rest) is not None for other in others):
            return True
    return False


def _left_over(printed: str, official: str) -> list[str] | None:
    """Return the runs of letters that stand between those of a label; None if it is not whole."""
    letters, within = iter(official), False
    runs: list[str] = []
    due = next(letters, None)
    for letter in printed:
        if letter == due:
            due, within = next(letters, None), False
            continue
        if not within:
            runs.append("")
        runs[-1] += letter
        within = True
    return runs if due is None else None


def _mixed(table: ReadTable, label: PrintedLabel) -> Finding:
    name = table_name(table.key)
    return indeterminate(
        f"{name.zh}的“{quote(label.text)}”混有其他文字，可能是读取时相邻单元格混在一起，"
        "无法判断是否改动。",
        f"“{quote(label.text)}” of the {name.en} has other letters in it; texts beside each "
        "other may have been read as one.",
        Evidence(quote=quote(label.text), table=table.key, place=label.place),
    )


@lru_cache(maxsize=REMEMBERED)
def _letters(label: str) -> str:
    return _PUNCTUATION.sub("", label_core(label))


def _altered(
    report: Report, table: ReadTable, label: PrintedLabel, wanted: tuple[str, ...]
) -> Finding:
    name = table_name(table.key)
    return fail(
        f"{name.zh}的“{quote(label.text)}”应为“{wanted[0]}”。",
        f"{name.en.capitalize()}: “{quote(label.text)}” should read “{wanted[0]}”.",
        Evidence(
            quote=quote(label.text),
            table=table.key,
            row=label.key if label in table.row_labels else None,
            column=label.key if label in table.column_labels else None,
            place=label.place,
        ),
        severity=Severity.INFO if letters_doubtful(report, label.place) else None,
    )


def _wrong_counts(report: Report, table: ReadTable) -> Iterator[Finding]:
    expected = {
        row.key: len(row.columns) for row in load_format(table.format).tables[table.key].rows
    }
    counts = {row: n for row, n in table.value_counts.items() if row in expected}
    wrong = {row: n for row, n in counts.items() if n != expected[row]}
    if not wrong:
        return
    name = table_name(table.key)
    fewer = sum(n < expected[row] for row, n in wrong.items())
    if 2 * fewer > len(counts) or not keeps_cells(report):
        yield indeterminate(
            f"{name.zh}有{len(wrong)}行的单元格数与格式不符，可能是页面或转换时丢失了单元格，"
            "请核对附件。",
            f"{len(wrong)} rows of the {name.en} have another number of cells than the format; "
            "page or conversion may have dropped them: look into the attachment.",
        )
        return
    for row, count in wrong.items():
        yield _wrong_count(report, table, row, count, expected[row])


def _wrong_count(report: Report, table: ReadTable, row: str, count: int, expected: int) -> Finding:
    name, label = table_name(table.key), row_name(table.format, table.key, row)
    damage = report.doubtful(table=table.key, row=row)
    if damage is not None:
        lost = damage_name(damage)
        return indeterminate(
            f"{name.zh}“{label.zh}”行读取不完整（{lost.zh}），无法核对列数。",
            f"Row {label.en} of the {name.en} was not read completely ({lost.en}).",
        )
    cells = table.values.get(row, {})
    return fail(
        f"{name.zh}“{label.zh}”行有{count}个数值，格式为{expected}个。",
        f"Row {label.en} of the {name.en} has {count} values; the format has {expected}.",
        *(cell_evidence(report, table.key, row, column) for column in cells),
    )
