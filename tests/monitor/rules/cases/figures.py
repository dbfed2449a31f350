"""Cases of the rules about figures that need to know the agency, the year before or the prose."""

from dataclasses import replace
from datetime import date
from typing import Any

from monitor.reading.model import Damage, PrintedLabel, Report
from monitor.rules.model import AgencyFacts, DateCandidate, PublicationFacts
from tests.monitor.building import (
    a_report,
    with_cell,
    with_damage,
    with_prose,
    with_row,
    without_row,
    without_table,
)
from tests.monitor.rules.cases.case import CLEAN, Case

FIRST = "proactive_disclosure"
OLD = a_report("v2019")
NO_FIRST_TABLE = without_table(CLEAN, FIRST)
UNDECODABLE = replace(CLEAN, damage=(Damage(code="text-undecodable", detail="made for the test"),))


def _of(name: str, kind: str | None = None, division: str | None = None) -> dict[str, Any]:
    return {"agency": AgencyFacts(name=name, kind=kind, division=division)}


def _case(rule: str, name: str, outcome: str, report: Report = CLEAN, **more: Any) -> Case:
    return Case(rule=rule, name=name, outcome=outcome, report=report, **more)


def _doubtful(report: Report, *rows: str) -> Report:
    return with_damage(report, "cells-doubtful", tables=frozenset({FIRST}), rows=frozenset(rows))


# ---- regulation-not-competent
RULES_MADE = with_row(CLEAN, FIRST, "regulations", {"issued": "2", "in_force": "5"})
OLD_RULES = with_row(OLD, FIRST, "regulations", {"made_new": "2"})
OLD_SHOWN = with_row(OLD, FIRST, "regulations", {"disclosed_total": "2"})


def _rules(name: str, outcome: str, facts: dict[str, Any], report: Report = RULES_MADE,
           **more: Any) -> Case:  # fmt: skip
    return _case("regulation-not-competent", name, outcome, report, facts=facts, **more)


DEPARTMENT = _of("示例县科技局", "department", "990122")
COMPETENCE = (
    _rules("none made", "pass", DEPARTMENT, CLEAN),
    _rules("a county's department", "fail", DEPARTMENT, severity="warning", quote="2",
           says="本年制发件数2件、现行有效件数5件", count=1),
    _rules("by its name alone", "fail", _of("示例县科技局")),
    _rules("only in force", "fail", DEPARTMENT,
           with_row(CLEAN, FIRST, "regulations", {"in_force": "1"})),
    _rules("a county's government", "fail", _of("示例县人民政府", "government", "990122")),
    _rules("a county's government by its name", "fail", _of("某市某区人民政府")),
    _rules("a county's office", "fail", _of("示例县人民政府办公室", "government_office")),
    _rules("a city of a county by its code", "fail", _of("示例市人民政府", None, "990181")),
    _rules("a city with districts by its code", "pass", _of("示例市人民政府", None, "990100")),
    _rules("its office reports for it", "pass",
           _of("示例市人民政府办公室", "government_office", "990100")),
    _rules("a city of unknown level", "indeterminate", _of("示例市人民政府")),
    _rules("its department", "fail", _of("示例市财政局", "department", "990100")),
    _rules("a department of a city of unknown level", "fail", _of("示例市财政局", "department")),
    _rules("a province", "pass", _of("某某省人民政府", "government")),
    _rules("an autonomous region", "pass", _of("某某自治区人民政府办公厅")),
    _rules("an autonomous prefecture", "pass", _of("示例自治州人民政府")),
    _rules("a city under the State Council", "pass", _of("北京市人民政府")),
    _rules("its district", "fail", _of("北京市海淀区人民政府")),
    _rules("a ministry", "pass", _of("教育部", "department", "000000")),
    _rules("a ministry by its name", "pass", _of("国家市场监督管理总局", "department")),
    _rules("a branch of a ministry", "fail", _of("国家税务总局示例县税务局")),
    _rules("a township", "fail", _of("东河镇人民政府", "township")),
    _rules("a zone of unknown kind", "indeterminate", _of("示例经济开发区管委会")),
    _rules("a department of unknown place", "indeterminate", _of("科技局", "department")),
    _rules("made in the columns of 2019", "fail", DEPARTMENT, OLD_RULES, says="2件"),
    _rules("what is shown may be another's", "pass", DEPARTMENT, OLD_SHOWN),
    _rules("not read", "indeterminate", DEPARTMENT,
           with_cell(CLEAN, FIRST, "regulations", "issued", None)),
    _rules("not read, but competent", "pass", _of("某某省人民政府", "government"),
           with_cell(CLEAN, FIRST, "regulations", "issued", None)),
    _rules("its row is doubtful", "indeterminate",
           DEPARTMENT, _doubtful(RULES_MADE, "regulations")),
    _rules("its row was lost", "indeterminate", DEPARTMENT,
           _doubtful(without_row(CLEAN, FIRST, "regulations"), "regulations")),
    _rules("no table", "not_applicable", DEPARTMENT, NO_FIRST_TABLE),
)  # fmt: skip

# ---- normative-implausible
COUNTY_BUREAU = _of("示例县农业农村局", "department", "990122")
MANY = with_row(CLEAN, FIRST, "normative_docs", {"in_force": "50"})


def _thirty(made: str = "30", shown: str = "30", total: str = "30") -> Report:
    texts = {"made_new": made, "disclosed_new": shown, "disclosed_total": total}
    return with_row(OLD, FIRST, "normative_docs", texts)


def _documents(name: str, outcome: str, facts: dict[str, Any], report: Report, **more: Any) -> Case:
    return _case("normative-implausible", name, outcome, report, facts=facts, **more)


IMPLAUSIBLE = (
    _documents("a few", "pass", COUNTY_BUREAU, CLEAN),
    _documents("fifty in a county's bureau", "fail", COUNTY_BUREAU, MANY, severity="info",
               quote="2", says="50件", count=1),
    _documents("forty-nine", "pass", COUNTY_BUREAU,
               with_row(CLEAN, FIRST, "normative_docs", {"in_force": "49"})),
    _documents("a government counts its area", "pass", _of("示例县人民政府", "government"), MANY),
    _documents("a bureau of a prefecture", "pass",
               _of("示例市财政局", "department", "990100"), MANY),
    _documents("a level nobody knows", "pass", _of("示例市财政局", "department"), MANY),
    _documents("the justice bureau counts for all", "not_applicable", _of("示例县司法局"), MANY),
    _documents("the office counts for all", "not_applicable", _of("示例县政府办"), MANY),
    _documents("thirty made, disclosed and in all", "fail", COUNTY_BUREAU, _thirty(), says="30件"),
    _documents("nine of each", "pass", COUNTY_BUREAU, _thirty("9", "9", "9")),
    _documents("not all the same", "pass", COUNTY_BUREAU, _thirty(total="31")),
    _documents("blank", "pass", COUNTY_BUREAU, _thirty("", "", "")),
    _documents("not read", "indeterminate", COUNTY_BUREAU,
               with_cell(CLEAN, FIRST, "normative_docs", "in_force", None)),
    _documents("no table", "not_applicable", COUNTY_BUREAU, NO_FIRST_TABLE),
    _documents("the table was lost", "indeterminate", COUNTY_BUREAU,
               _doubtful(NO_FIRST_TABLE)),
)  # fmt: skip

# ---- enforcement-zero
ENFORCING = _of("示例县市场监督管理局", "department", "990122")
ZERO = with_cell(CLEAN, FIRST, "licensing", "decisions", "0")


def _enforcing(name: str, outcome: str, facts: dict[str, Any] = ENFORCING, report: Report = ZERO,
               **more: Any) -> Case:  # fmt: skip
    return _case("enforcement-zero", name, outcome, report, facts=facts, **more)


ENFORCEMENT = (
    _enforcing("some decisions", "pass", report=CLEAN),
    _enforcing("none at all", "fail",
               severity="info", says="示例县市场监督管理局", quote="0", count=1),
    _enforcing("none in 2019", "fail", report=with_cell(OLD, FIRST, "licensing", "decisions", "0")),
    _enforcing("a commission", "fail", _of("示例县卫生健康委员会")),
    _enforcing("another agency", "not_applicable", _of("示例县科技局")),
    _enforcing("an institution below it", "not_applicable", _of("示例县交通运输服务中心")),
    _enforcing("a brigade grants no licence", "fail", _of("示例县综合行政执法大队"), CLEAN),
    _enforcing("powers moved to a joint body", "not_applicable", report=with_prose(
        ZERO, "other_matters", "我局行政处罚权已划转至县综合行政执法局行使，未收取信息处理费。")),
    _enforcing("licences moved to another bureau", "not_applicable", report=with_prose(
        ZERO, "other_matters", "许可事项由县行政审批局办理，未收取信息处理费。")),
    _enforcing("its own name is no other body", "fail", _of("示例县综合行政执法局"), with_prose(
        ZERO, "other_matters", "示例县综合行政执法局未收取信息处理费。")),
    _enforcing("blank", "not_applicable",
               report=with_cell(ZERO, FIRST, "penalties", "decisions", "")),
    _enforcing("not read", "indeterminate",
               report=with_cell(ZERO, FIRST, "penalties", "decisions", None)),
    _enforcing("no table", "not_applicable", report=NO_FIRST_TABLE),
    _enforcing("the table was lost", "indeterminate", report=_doubtful(NO_FIRST_TABLE)),
)  # fmt: skip

# ---- fee-unit-suspect


def _fees(amount: str | None, report: Report = CLEAN) -> Report:
    return with_cell(report, FIRST, "admin_fees", "amount_wan", amount)


def _header(text: str, report: Report = CLEAN) -> Report:
    table = report.tables[FIRST]
    labels = tuple(
        PrintedLabel(key=label.key, text=text) if label.key == "amount_wan" else label
        for label in table.column_labels
    )
    return replace(report, tables={**report.tables, FIRST: replace(table, column_labels=labels)})


def _unit(name: str, outcome: str, report: Report, before: str | None = None, **more: Any) -> Case:
    facts = {"previous": _fees(before)} if before is not None else {}
    return _case("fee-unit-suspect", name, outcome, report, facts=facts, **more)


FEE_UNITS = (
    _unit("no fees", "pass", CLEAN),
    _unit("as last year", "pass", _fees("12.5"), "12.4"),
    _unit("ten thousand times as much", "fail", _fees("125000"), "12.4", severity="warning",
          says="12.4", quote="125000", count=1),
    _unit("at the edge", "fail", _fees("105000"), "10"),
    _unit("beyond the edge is growth", "pass", _fees("105001"), "10"),
    _unit("below the edge", "pass", _fees("94999"), "10"),
    _unit("a thousand times as much is growth", "pass", _fees("12400"), "12.4"),
    _unit("last year was wrong, not this one", "pass", _fees("12.4"), "124000"),
    _unit("nothing last year", "pass", _fees("125000"), "0"),
    _unit("last year left blank", "not_applicable", _fees("125000"), ""),
    _unit("last year not at hand", "not_applicable", _fees("125000")),
    _unit("a unit of its own is another rule's", "pass", _fees("125000元"), "12.4"),
    _unit("its unit is that of the column", "fail", _fees("124000万元"), "12.4"),
    _unit("thousands separators", "fail", _fees("124,000.00"), "12.4"),
    _unit("yuan in the header", "fail", _header("本年收费金额（单位：元）"), says="“元”", count=1),
    _unit("the header as it is", "pass", _header("本年收费金额 （单位： 万元）")),
    _unit("a header without unit", "pass", _header("本年收费金额")),
    _unit("a header recognised from a picture", "indeterminate",
          _header("本年收费金额（单位：元）", UNDECODABLE)),
    _unit("not read", "indeterminate", _fees(None)),
    _unit("doubtful", "indeterminate", _doubtful(_fees("125000"), "admin_fees"), "12.4"),
    _unit("no table", "not_applicable", NO_FIRST_TABLE),
    _unit("the table was lost", "indeterminate", _doubtful(NO_FIRST_TABLE)),
    _case("fee-unit-suspect", "last year is doubtful", "not_applicable", _fees("125000"),
          facts={"previous": _doubtful(_fees("12.4"), "admin_fees")}),
)  # fmt: skip

# ---- table-format-anachronistic
NEW_IN_2019 = replace(OLD, published_on=date(2020, 1, 20), tables=dict(CLEAN.tables))
NEW_IN_2020 = replace(NEW_IN_2019, fiscal_year=2020, published_on=None)
WITHOUT_TITLES = replace(
    NEW_IN_2020,
    tables={
        key: replace(table, column_labels=(), row_labels=table.row_labels[:1])
        for key, table in CLEAN.tables.items()
        if key == "proactive_disclosure"
    },
)
THREE_ROWS = replace(
    OLD,
    published_on=None,
    tables={**OLD.tables, "requests": replace(CLEAN.tables["requests"], format="v2019")},
)
LATER = {"publication": PublicationFacts(
    dates=(DateCandidate(source="page", day=date(2022, 3, 1)),))}  # fmt: skip


def _newer(name: str, outcome: str, report: Report, year: int, **more: Any) -> Case:
    facts = {"fiscal_year": year, **more.pop("facts", {})}
    return _case("table-format-anachronistic", name, outcome, report, facts=facts, **more)


ANACHRONISTIC = (
    _newer("tables of the time", "pass", OLD, 2019),
    _newer("tables of 2021", "fail", NEW_IN_2019, 2019, severity="info", says="2019年度", count=1,
           quote="本年制发件数"),
    _newer("on 2020", "fail", NEW_IN_2020, 2020),
    _newer("on 2015", "fail", replace(NEW_IN_2020, fiscal_year=2015), 2015),
    _newer("made up as in 2021, without column titles", "indeterminate", WITHOUT_TITLES, 2020,
           says="栏目标题", count=1),
    _newer("published after the notice", "not_applicable",
           replace(NEW_IN_2019, published_on=date(2021, 9, 26)), 2019),
    _newer("shown again later", "not_applicable", NEW_IN_2019, 2019, facts=LATER),
    _newer("three rows on 2019", "fail", THREE_ROWS, 2019),
    _newer("three rows on 2020", "pass", THREE_ROWS, 2020),
    _newer("no table", "not_applicable", replace(OLD, tables={}), 2019),
    _newer("the tables were lost", "indeterminate", _doubtful(replace(OLD, tables={})), 2019),
    _newer("on 2023 they are due", "not_applicable", CLEAN, 2023),
)  # fmt: skip

# ---- table-order, table-row-extra


def _swapped(report: Report, table: str, one: str, other: str) -> Report:
    old = report.tables[table]
    labels = list(old.row_labels)
    i, j = (next(n for n, x in enumerate(labels) if x.key == key) for key in (one, other))
    labels[i], labels[j] = labels[j], labels[i]
    changed = replace(old, row_labels=tuple(labels))
    return replace(report, tables={**report.tables, table: changed})


def _repeated(report: Report, table: str, row: str) -> Report:
    """Return the report with the label of a row printed once more at the end of its table."""
    old = report.tables[table]
    again = next(label for label in old.row_labels if label.key == row)
    changed = replace(old, row_labels=(*old.row_labels, again))
    return replace(report, tables={**report.tables, table: changed})


def _extra_row(label: str, *texts: str, report: Report = CLEAN, table: str = FIRST) -> Report:
    old = report.tables[table]
    changed = replace(old, unknown_rows=(*old.unknown_rows, (label, texts)))
    return replace(report, tables={**report.tables, table: changed})


def _order(name: str, outcome: str, report: Report = CLEAN, **more: Any) -> Case:
    return _case("table-order", name, outcome, report, **more)


SWAPPED = _swapped(CLEAN, "requests", "granted", "partial")
ORDER = (
    _order("as in the format", "pass"),
    _order("as in the format of 2019", "pass", OLD),
    _order("two rows changed places", "fail", SWAPPED, severity="warning", quote="部分公开",
           says="“部分公开”排在“予以公开”之前", count=1),
    _order("blocks changed places", "fail", _swapped(CLEAN, FIRST, "licensing", "regulations")),
    _order("one left out", "pass", without_row(CLEAN, "requests", "granted")),
    _order("repeated behind a page break", "pass", _repeated(CLEAN, "requests", "handled_total")),
    _order("three rows on 2020", "pass", replace(THREE_ROWS, fiscal_year=2020)),
    _order("a PDF keeps its order", "fail", replace(SWAPPED, method="pdf-text")),
    _order("a text may have been changed", "indeterminate", replace(SWAPPED, method="text")),
    _order("a damaged table", "indeterminate",
           with_damage(SWAPPED, "label-cut", tables=frozenset({"requests"}))),
    _order("no table", "not_applicable", replace(CLEAN, tables={})),
)  # fmt: skip


def _extra(name: str, outcome: str, report: Report = CLEAN, **more: Any) -> Case:
    return _case("table-row-extra", name, outcome, report, **more)


INSPECTIONS = _extra_row("行政检查", "15")
REWORDED = _extra_row("行政处罚决定", "15", report=without_row(CLEAN, FIRST, "penalties"))
EXTRA_ROWS = (
    _extra("as in the format", "pass"),
    _extra("inspections", "fail", INSPECTIONS, severity="info", quote="行政检查｜15",
           says="“行政检查”", count=1),
    _extra("two rows are two findings", "fail",
           _extra_row("行政奖励", "2", report=INSPECTIONS), count=2),
    _extra("a caption with a year", "pass", _extra_row("单位：件", "2023年")),
    _extra("a year alone", "pass", _extra_row("科技局", "2023年度")),
    _extra("a subtotal", "pass", _extra_row("小计", "15")),
    _extra("words alone", "pass", _extra_row("重点领域", "见附件")),
    _extra("no label", "pass", _extra_row("", "15")),
    _extra("a number for a label", "pass", _extra_row("12", "15")),
    _extra("perhaps the row that was not found", "indeterminate", REWORDED),
    _extra("like a row that is there", "fail", _extra_row("行政处罚决定", "15")),
    _extra("a text may have broken a row", "indeterminate", replace(INSPECTIONS, method="text")),
    _extra("figures that a print shows may not have been read", "indeterminate",
           replace(_extra_row("行政检查", ""), method="pdf-text")),
    _extra("a page marks its blank cells", "pass", _extra_row("行政检查", "")),
    _extra("a damaged table", "indeterminate", _doubtful(INSPECTIONS)),
    _extra("no table", "not_applicable", replace(CLEAN, tables={})),
)  # fmt: skip

TABLES = (
    *COMPETENCE, *IMPLAUSIBLE, *ENFORCEMENT, *FEE_UNITS, *ANACHRONISTIC, *ORDER, *EXTRA_ROWS,
)  # fmt: skip

# ---- arithmetic
UNPAID = with_row(CLEAN, "requests", "other_fee_unpaid", {"natural": "1", "total": "1"})
NO_NOTICE = "2023年未发出收费通知，未收取信息处理费。"


def _unpaid(name: str, outcome: str, report: Report, *words: str, **more: Any) -> Case:
    return _case(
        "fee-row-conflict", name, outcome, with_prose(report, "other_matters", *words), **more
    )


def _requests(new: str, carried_in: str = "0") -> Report:
    report = with_row(CLEAN, "requests", "new", {"total": new})
    return with_row(report, "requests", "carried_in", {"total": carried_in})


def _charged(name: str, outcome: str, report: Report, *words: str, **more: Any) -> Case:
    return _case(
        "fee-charged-none-excessive",
        name,
        outcome,
        with_prose(report, "other_matters", *words),
        **more,
    )


COLLECTED = "2023年共收取信息处理费200元。"
FEES = (
    _unpaid("nothing unpaid", "pass", CLEAN, NO_NOTICE),
    _unpaid("unpaid without a notice", "fail", UNPAID, NO_NOTICE, severity="warning", quote="1",
            says="未发出收费通知", count=1),
    _unpaid("unpaid by one column alone", "fail", with_cell(
        CLEAN, "requests", "other_fee_unpaid", "natural", "1"), NO_NOTICE),
    _unpaid("nothing collected is compatible", "pass", UNPAID, "2023年未收取信息处理费。"),
    _unpaid("a notice was sent", "pass", UNPAID, "2023年发出收费通知1件，未收取信息处理费。"),
    _unpaid("no notice the year before", "pass", UNPAID, "2022年未发出收费通知。"),
    _unpaid("the row was not read", "indeterminate", with_cell(
        CLEAN, "requests", "other_fee_unpaid", "total", None), NO_NOTICE),
    _unpaid("the row is doubtful", "indeterminate", with_damage(
        UNPAID, "cells-doubtful", tables=frozenset({"requests"})), NO_NOTICE),
    _unpaid("no such row", "not_applicable", without_row(
        CLEAN, "requests", "other_fee_unpaid"), NO_NOTICE),
    _unpaid("the row was lost", "indeterminate", with_damage(without_row(
        CLEAN, "requests", "other_fee_unpaid"), "rows-lost", tables=frozenset({"requests"})),
        NO_NOTICE),
    _charged("ten requests", "fail", _requests("9", "1"), COLLECTED, severity="info",
             says="10件", quote="200元", count=1),
    _charged("eleven requests", "pass", _requests("10", "1"), COLLECTED),
    _charged("in 万元", "fail", _requests("3"), "2023年收取信息处理费0.02万元。"),
    _charged("by volume", "pass", _requests("3"), COLLECTED, "按量计收，超出30页的每页10元。"),
    _charged("nothing collected", "not_applicable", _requests("3"), "2023年未收取信息处理费。"),
    _charged("nought yuan", "not_applicable", _requests("3"), "2023年收取信息处理费0元。"),
    _charged("the whole county's is not the bureau's", "not_applicable", _requests("3"),
             "2023年，全县共收取信息处理费200元。"),
    _charged("the whole county's is its government's", "fail", _requests("3"),
             "2023年，全县共收取信息处理费200元。", facts=_of("示例县人民政府", "government")),
    _charged("the year before", "not_applicable", _requests("3"), "2022年收取信息处理费200元。"),
    _charged("requests not read", "indeterminate", with_cell(
        CLEAN, "requests", "new", "total", None), COLLECTED),
    _charged("no table", "indeterminate", without_table(CLEAN, "requests"), COLLECTED),
)  # fmt: skip


def _suits(direct: str | None, after: str | None = "2") -> Report:
    report = with_cell(CLEAN, "remedies", "suit_direct", "total", direct)
    return with_cell(report, "remedies", "suit_after", "total", after)


def _suit(name: str, outcome: str, report: Report, year: int = 2024, **more: Any) -> Case:
    facts = {"fiscal_year": year}
    return _case("suit-direct-after-2024", name, outcome, report, facts=facts, **more)


SUITS = (
    _suit("as many as usual", "pass", CLEAN),
    _suit("eight against two", "fail",
          _suits("8"), severity="info", says="8件", quote="8", count=1),
    _suit("five against four", "fail", _suits("5", "4")),
    _suit("four are too few", "pass", _suits("4", "0")),
    _suit("as many after review", "pass", _suits("8", "8")),
    _suit("before the law", "not_applicable", _suits("8"), 2023),
    _suit("blank", "not_applicable", _suits("8", "")),
    _suit("not read", "indeterminate", _suits(None)),
    _suit("no table", "not_applicable", without_table(CLEAN, "remedies")),
    _suit("the table was lost", "indeterminate", with_damage(
        without_table(CLEAN, "remedies"), "pages-lost", tables=frozenset({"remedies"}))),
)  # fmt: skip


def _partial(name: str, outcome: str, report: Report, **more: Any) -> Case:
    return _case("requests-partial-double", name, outcome, report, **more)


TWICE = with_row(CLEAN, "requests", "handled_total", {"natural": "9"})
DOUBLES = (
    _partial("it balances", "pass", CLEAN),
    _partial("too many by the partial grants", "fail", TWICE, severity="info",
             says="“自然人”列", quote="8", count=1),
    _partial("two columns", "fail",
             with_row(TWICE, "requests", "handled_total", {"total": "11"}), count=2),
    _partial("too many by another number", "pass",
             with_row(CLEAN, "requests", "handled_total", {"natural": "10"})),
    _partial("too few by that number", "pass",
             with_row(CLEAN, "requests", "handled_total", {"natural": "7"})),
    _partial("no partial grants", "pass",
             with_row(TWICE, "requests", "partial", {"natural": "0"})),
    _partial("partial grants left blank", "pass",
             with_row(TWICE, "requests", "partial", {"natural": ""})),
    _partial("partial grants not read", "indeterminate",
             with_cell(TWICE, "requests", "partial", "natural", None)),
    _partial("not read elsewhere", "indeterminate",
             with_cell(CLEAN, "requests", "new", "total", None)),
    _partial("in the format of 2019", "fail",
             with_row(OLD, "requests", "handled_total", {"natural": "9"})),
    _partial("no table", "not_applicable", without_table(CLEAN, "requests")),
    _partial("the table was lost", "indeterminate", with_damage(
        without_table(CLEAN, "requests"), "pages-lost", tables=frozenset({"requests"}))),
)  # fmt: skip

ARITHMETIC = (*FEES, *SUITS, *DOUBLES)
