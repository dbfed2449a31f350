"""Rules about tables of another year's format."""

from collections.abc import Iterator
from datetime import date

from monitor.formats import Format, load_data, load_format
from monitor.formats.naming import table_name
from monitor.reading.model import PrintedLabel, ReadTable, Report
from monitor.reading.normalise import normalise_label
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, NEW, V2021, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import heading_evidence, quote

_BASIS = "《政府信息公开条例》第五十条第二款；国办公开办函〔2021〕30号"
_BASIS_2019 = "《政府信息公开条例》第五十条第二款；国办公开办函〔2019〕60号"
_NAMED = 3
_CHANGING = 2020
"""The one fiscal year with either make-up of 其他处理."""
_OLD_ROW = "other_total"
_ONLY_A_NAME = frozenset({"normative_docs"})
"""Rows whose new name many used before it was introduced; by itself it proves no new table."""
_NEW_ROWS = frozenset({"other_no_correction", "other_fee_unpaid", "other_other"})


@rule(
    "table-format-outdated",
    zh="沿用旧版表格",
    en="table in the format of 2019",
    severity=Severity.ERROR,
    formats=V2021,
    basis=_BASIS,
)
def table_format_outdated(facts: Facts) -> Iterator[Finding]:
    """A report on 2021 or later uses a table of the trial format of 2019.

    What it does: Looks for labels that only the format of 2019 has, such as 本年新制作数量,
        上一年项目数量 or a single row （六）其他处理; one finding a table.
    Why it matters: The old columns ask other questions; the figures now due are not reported.
    Legal basis: 《政府信息公开条例》第五十条第二款; 国办公开办函〔2021〕30号 replaced 〔2019〕60号.
    Example that fails: 信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量.
    Example that passes: 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数.
    How to put it right: Fill in the tables of 国办公开办函〔2021〕30号.
    """
    report = facts.report
    assert report is not None
    judged = False
    for table in report.tables.values():
        old = _labels_only_of(load_format("v2019"), table) or _by_its_format(table)
        if old:
            yield _outdated(table, old)
        judged = judged or table.key == "proactive_disclosure"
    if not judged:
        yield _without_table(report)


@rule(
    "table-format-hybrid",
    zh="新旧表格混用",
    en="tables of two formats",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def table_format_hybrid(facts: Facts) -> Iterator[Finding]:
    """The report mixes labels of the formats of 2019 and 2021.

    What it does: Looks for labels of both formats within one table or between the tables, and, as
        a remark, for old tables under a heading that only the format of 2021 has.
    Why it matters: It cannot be told which question a figure answers.
    Legal basis: 《政府信息公开条例》第五十条第二款: one uniform format for a year's report.
    Example that fails: 本年新制作数量 in one block and 本年处理决定数量 in another.
    Example that passes: All labels are those of 国办公开办函〔2021〕30号.
    How to put it right: Use the tables of the format due, unchanged.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield _without_table(report)
        return
    old = _labels_of(report, load_format("v2019"))
    new = _labels_of(report, load_format("v2021"))
    lawful = _ONLY_A_NAME
    if facts.fiscal_year == _CHANGING:
        lawful |= _NEW_ROWS
    new = [item for item in new if item[1].key not in lawful]
    if old and new:
        yield fail(
            f"表格混用了2019年格式（{_names(old)}）和2021年格式（{_names(new)}）的栏目。",
            f"The tables mix labels of the formats of 2019 ({_names(old)}) and 2021 "
            f"({_names(new)}).",
            *(_evidence(table, label) for table, label in (old[0], new[0])),
        )
        return
    yield from _under_new_headings(facts, report, old)


@rule(
    "table-format-anachronistic",
    zh="表格版本超前",
    en="table newer than the year",
    severity=Severity.INFO,
    formats=ALL - V2021,
    basis=_BASIS_2019,
    basis_2008="国务院令第492号（其施行期间没有统一的表格）",
    version=2,
)
def table_format_anachronistic(facts: Facts) -> Iterator[Finding]:
    """A report on 2020 or earlier uses tables that were only introduced in 2021.

    What it does: Looks for labels that only the format of 2021 has; 行政规范性文件 alone and, on
        2020, three rows of 其他处理 prove nothing, nor does a report known to be published after
        the notice of 2021. A first table made up as in 2021 without column titles cannot be told.
    Why it matters: The report may be of another year, or may have been changed afterwards.
    Legal basis: 《政府信息公开条例》第五十条第二款; 国办公开办函〔2019〕60号 was the format due.
    Example that fails: A report on 2019, dated 2020-01-20, with 本年制发件数.
    Example that passes: A report on 2019 with 本年新制作数量.
    How to put it right: Check the year of the report; keep the version published at the time.
    """
    report = facts.report
    assert report is not None
    if not report.tables:
        yield _without_table(report)
        return
    lawful = _ONLY_A_NAME | (_NEW_ROWS if facts.fiscal_year == _CHANGING else frozenset())
    new = [item for item in _labels_of(report, load_format("v2021")) if item[1].key not in lawful]
    if not new:
        yield from _newer_without_header(report)
        return
    published = _published_on(facts)
    issued = load_data("v2021")["issued"]
    if published is not None and published >= issued:
        yield not_applicable(
            f"年报发布于{published:%Y-%m-%d}，其时新格式已经印发，可能系重新发布。",
            f"Published on {published}, after the new format was issued; perhaps made again.",
            *(_evidence(table, label) for table, label in new[:_NAMED]),
        )
        return
    yield fail(
        f"{facts.fiscal_year}年度的年报使用了2021年9月才印发的表格（{_names(new)}）。",
        f"The report on {facts.fiscal_year} uses tables issued in September 2021 ({_names(new)}).",
        *(_evidence(table, label) for table, label in new),
    )


def _newer_without_header(report: Report) -> Iterator[Finding]:
    """Its rows and columns are those of 2021, but nothing printed says what the columns are."""
    table = report.tables.get("proactive_disclosure")
    if table is None or table.format != "v2021" or table.column_labels:
        return
    name = table_name(table.key)
    yield indeterminate(
        f"{name.zh}没有读到栏目标题，行列与2021年格式相符，无法确定所用的表格版本。",
        f"No column titles of the {name.en} were read; it is made up as in 2021, but its format "
        "cannot be told.",
        *(_evidence(table, label) for label in table.row_labels[:_NAMED]),
    )


def _published_on(facts: Facts) -> date | None:
    """Return the latest day that it is known to be published on: one page may show several."""
    days = [facts.report.published_on if facts.report is not None else None]
    if facts.publication is not None:
        days += [facts.publication.published_on, *(item.day for item in facts.publication.dates)]
    return max((day for day in days if day is not None), default=None)


def _outdated(table: ReadTable, old: list[PrintedLabel]) -> Finding:
    names = "、".join(f"“{quote(label.text)}”" for label in old[:_NAMED])
    name = table_name(table.key)
    return fail(
        f"{name.zh}仍是2019年试行格式（{names}），应当使用国办公开办函〔2021〕30号的表格。",
        f"The {name.en} is that of the trial format of 2019 ({names}); 国办公开办函〔2021〕30号 "
        "is due.",
        *(_evidence(table, label) for label in old),
    )


def _by_its_format(table: ReadTable) -> list[PrintedLabel]:
    """Return what a first table of 2019 prints where its telling labels are cut or reworded."""
    if table.key != "proactive_disclosure" or table.format != "v2019":
        return []
    return [*table.column_labels, *table.row_labels][:_NAMED]


def _without_table(report: Report) -> Finding:
    damage = report.doubtful(table="proactive_disclosure")
    if damage is not None:
        return doubtful("表格版本", "the format of the tables", damage)
    return not_applicable("没有可以核对的表格。", "There is no table to look at.")


def _under_new_headings(
    facts: Facts, report: Report, old: list[tuple[ReadTable, PrintedLabel]]
) -> Iterator[Finding]:
    """Old tables under the heading that 2021 brought; before 2021 it is only another wording."""
    section = report.section("problems")
    if not old or section is None or facts.format is None or facts.format.id != "v2021":
        return
    heading, former = (load_format(name).section("problems").heading for name in ("v2021", "v2019"))
    printed = normalise_label(section.heading)
    if heading in printed and former not in printed:
        yield fail(
            f"章节标题“{section.heading}”是2021年格式，表格却是2019年格式（{_names(old)}）。",
            f"The heading “{section.heading}” is of the format of 2021, the tables of 2019 "
            f"({_names(old)}).",
            heading_evidence(section),
            _evidence(*old[0]),
            severity=Severity.INFO,
        )


def _labels_of(report: Report, form: Format) -> list[tuple[ReadTable, PrintedLabel]]:
    return [
        (table, label) for table in report.tables.values() for label in _labels_only_of(form, table)
    ]


def _labels_only_of(form: Format, table: ReadTable) -> list[PrintedLabel]:
    """Return the printed labels of a table that only this one of the two formats has."""
    wanted = {normalise_label(text) for text in form.distinctive}
    printed = [
        label
        for label in (*table.column_labels, *table.row_labels)
        if normalise_label(label.text) in wanted
    ]
    if table.key == "requests":
        rows = _NEW_ROWS if form.id == "v2021" else {_OLD_ROW}
        printed += _single_row(table, rows)
    return printed


def _single_row(table: ReadTable, rows: frozenset[str] | set[str]) -> list[PrintedLabel]:
    """Return the labels of rows of 其他处理 that stand with values, if only these rows do."""
    others = {*_NEW_ROWS, _OLD_ROW} - rows
    if not rows & set(table.values) or others & set(table.values):
        return []
    return [label for label in table.row_labels if label.key in rows] or [
        PrintedLabel(key=key, text="（六）其他处理", place=table.place)
        for key in sorted(rows & set(table.values))
    ]


def _names(labels: list[tuple[ReadTable, PrintedLabel]]) -> str:
    return "、".join(dict.fromkeys(quote(label.text) for _, label in labels[:_NAMED]))


def _evidence(table: ReadTable, label: PrintedLabel) -> Evidence:
    return Evidence(quote=quote(label.text), table=table.key, place=label.place)
