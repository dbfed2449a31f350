"""Tables that are missing, old, cut or filled in wrongly."""

from dataclasses import replace
from random import Random

from monitor.formats import TABLE_KEYS
from monitor.specimens.defects.editing import (
    misprinting,
    with_cells,
    without_row,
    without_table,
)
from monitor.specimens.defects.model import V2019, V2021, defect
from monitor.specimens.filings import Filing
from monitor.specimens.ledger import cells_of
from monitor.specimens.model import Misprint, Specimen

_SUMS = (
    "requests-unbalanced requests-result-sum requests-row-total remedies-sum "
    "narrative-requests narrative-results narrative-remedies narrative-carried "
    "narrative-zero-contradiction narrative-all-done "
    "history-carried-over history-carried-column history-in-force history-outlier "
    "history-pending-lost requests-partial-double "
)
_DOCUMENTS = "narrative-normative narrative-enforcement history-in-force in-force-below "
_ENFORCING = ("公安局", "市场监督管理局", "自然资源局", "交通运输局", "应急管理局", "卫生健康局",
              "农业农村局", "综合行政执法局", "城市管理局")  # fmt: skip
_TOO_MANY = 10_000


def _reporting(filing: Filing, report: Specimen) -> Filing:
    return replace(filing, report=report)


def _label(report: Specimen, table: str, row: str) -> str:
    return next(spec.label for spec in report.table(table).rows if spec.key == row)


@defect("table-missing", "error", may="section-empty wrong-doc-type " + _SUMS)
def a_table_left_out(filing: Filing, chance: Random) -> Filing:
    """A heading is followed by no table."""
    return _reporting(filing, without_table(filing.report, chance.choice(TABLE_KEYS)))


@defect(
    "table-as-image", "error", forms="html",
    may="table-missing section-empty table-label-altered " + _SUMS,
)  # fmt: skip
def a_table_as_picture(filing: Filing, chance: Random) -> Filing:
    """A picture stands where a table should."""
    misprint = Misprint(table=chance.choice(TABLE_KEYS), act="picture")
    return _reporting(filing, misprinting(filing.report, misprint))


@defect("table-format-outdated", "error", formats=V2021, may="table-format-hybrid " + _DOCUMENTS)
def old_tables(filing: Filing, _chance: Random) -> Filing:
    """The tables are those of 2019."""
    report = replace(filing.report, table_formats=dict.fromkeys(TABLE_KEYS, "v2019"))
    specs = {key: report.table(key) for key in TABLE_KEYS}
    return _reporting(filing, replace(report, tables=cells_of(filing.ledger, specs)))


@defect(
    "table-format-anachronistic", "info", formats=V2019, may="table-format-hybrid table-row-extra",
    in_header=True,
)  # fmt: skip
def tables_before_their_time(filing: Filing, _chance: Random) -> Filing:
    """The tables are those of 2021, in a report on 2019 or 2020."""
    report = replace(filing.report, table_formats=dict.fromkeys(TABLE_KEYS, "v2021"))
    specs = {key: report.table(key) for key in TABLE_KEYS}
    return _reporting(filing, replace(report, tables=cells_of(filing.ledger, specs)))


@defect(
    "table-format-hybrid",
    "warning",
    formats=V2021,
    may="table-format-outdated table-label-altered table-row-missing table-column-count "
    + _DOCUMENTS,
    in_header=True,
)
def one_old_block(filing: Filing, chance: Random) -> Filing:
    """One block of the first table is that of 2019."""
    block = chance.choice(("art20_1", "art20_5", "art20_6"))
    report = replace(filing.report, table_formats={**filing.report.table_formats, block: "v2019"})
    specs = {key: report.table(key) for key in TABLE_KEYS}
    return _reporting(filing, replace(report, tables=cells_of(filing.ledger, specs)))


@defect("table-row-missing", "error", may=_SUMS)
def a_row_left_out(filing: Filing, chance: Random) -> Filing:
    """A row of the table of requests is not there."""
    rows = [key for key in filing.report.tables["requests"] if key.startswith(("deny", "refuse"))]
    return _reporting(filing, without_row(filing.report, "requests", chance.choice(rows)))


@defect("table-row-missing", "error", may=_DOCUMENTS + "enforcement-zero")
def coercion_left_out(filing: Filing, _chance: Random) -> Filing:
    """行政强制 is not in the first table."""
    return _reporting(filing, without_row(filing.report, "proactive_disclosure", "coercion"))


@defect("table-row-extra", "info")
def a_row_of_its_own(filing: Filing, _chance: Random) -> Filing:
    """The first table has a row that the format does not know."""
    label = _label(filing.report, "proactive_disclosure", "coercion")
    misprint = Misprint(table="proactive_disclosure", act="add", label=label, text="行政检查")
    return _reporting(filing, misprinting(filing.report, misprint))


@defect("table-label-altered", "warning", formats=V2021, in_header=True)
def column_header_changed(filing: Filing, chance: Random) -> Filing:
    """The header of a column is reworded."""
    old, new = chance.choice((("本年制发件数", "本年制发数"), ("本年废止件数", "本年度废止件数")))
    return filing.saying(wordings={**filing.report.wordings, old: new})


# elsewhere a converter may have cut it
@defect("table-label-altered", "warning", formats=V2021, in_header=True, forms="html docx")
def column_header_cut(filing: Filing, _chance: Random) -> Filing:
    """The header of a column lacks its last character."""
    return filing.saying(wordings={**filing.report.wordings, "现行有效件数": "现行有效件"})


@defect("table-label-altered", "warning")
def row_label_changed(filing: Filing, chance: Random) -> Filing:
    """The label of a row is reworded."""
    row, text = chance.choice(
        (("carried_in", "二、上年度结转政府信息公开申请"), ("deny_process", "6.属于过程性信息"),
         ("unable_not_held", "1.本单位不掌握相关信息"), ("refuse_repeat", "2.重复的申请"))
    )  # fmt: skip
    label = _label(filing.report, "requests", row)
    return filing.saying(wordings={**filing.report.wordings, label: text})


@defect("table-order", "warning", may=_SUMS)
def rows_changed_round(filing: Filing, chance: Random) -> Filing:
    """Two rows stand in each other's place, with their numbers."""
    one, other = chance.choice(
        (("deny_state_secret", "deny_safety_stability"), ("unable_not_held", "unable_unclear"),
         ("refuse_petition", "refuse_publication"))
    )  # fmt: skip
    misprint = Misprint(
        table="requests", act="swap",
        label=_label(filing.report, "requests", one), text=_label(filing.report, "requests", other),
    )  # fmt: skip
    return _reporting(filing, misprinting(filing.report, misprint))


@defect("table-column-count", "warning", may=_SUMS + "table-row-missing", forms="html")
def a_value_too_few(filing: Filing, chance: Random) -> Filing:
    """A row of the table of requests has six values."""
    # rows whose label fills its columns: else the cell left out might be one of the label
    row = chance.choice(("deny_process", "unable_unclear", "refuse_repeat", "refuse_publication"))
    misprint = Misprint(table="requests", act="drop", label=_label(filing.report, "requests", row))
    return _reporting(filing, misprinting(filing.report, misprint))


def _some_cell(filing: Filing, chance: Random) -> tuple[str, str, str]:
    """Return the place of a cell that counts something, of no sum."""
    if filing.report.table_formats["proactive_disclosure"] == "v2019":
        return "proactive_disclosure", "regulations", "disclosed_total"
    row = chance.choice(("licensing", "penalties", "coercion"))
    return "proactive_disclosure", row, "decisions"


def _with(filing: Filing, chance: Random, text: str) -> Filing:
    table, row, column = _some_cell(filing, chance)
    return _reporting(filing, with_cells(filing.report, table, {(row, column): text}))


_CELL = _DOCUMENTS + "enforcement-zero history-outlier disclosed-below history-previous-items "


@defect("cell-blank", "warning", formats=V2021, may=_CELL)
def a_blank_cell(filing: Filing, chance: Random) -> Filing:
    """A cell of the first table is blank."""
    return _with(filing, chance, "")


@defect("cell-blank", "error", formats=V2021, may=_SUMS + _DOCUMENTS)
def a_table_all_blank(filing: Filing, chance: Random) -> Filing:
    """Nothing is filled in."""
    key = chance.choice(("requests", "remedies"))
    cells = filing.report.tables[key]
    blank = {(row, column): "" for row, columns in cells.items() for column in columns}
    return _reporting(filing, with_cells(filing.report, key, blank))


@defect("cell-blank", "warning", formats=V2021, may=_SUMS + _DOCUMENTS)
def only_totals_filled(filing: Filing, _chance: Random) -> Filing:
    """The columns of applicants are left blank."""
    cells = filing.report.tables["requests"]
    blank = {(row, column): "" for row, columns in cells.items() for column in columns
             if column != "total"}  # fmt: skip
    return _reporting(filing, with_cells(filing.report, "requests", blank))


@defect("cell-slash", "warning", formats=V2021, may=_CELL)
def slashes_for_zeros(filing: Filing, chance: Random) -> Filing:
    """A row of the first table says / for 0."""
    sign = chance.choice(("/", "—", "-", "无"))
    row = filing.report.tables["proactive_disclosure"]["regulations"]
    changes = {("regulations", column): sign for column in row}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("cell-non-numeric", "error", may=_CELL)
def a_word_for_a_number(filing: Filing, chance: Random) -> Filing:
    """A count is 若干."""
    return _with(filing, chance, chance.choice(("若干", "详见网站", "约百")))


@defect("cell-unit", "warning", formats=V2021, may=_CELL)
def a_unit_in_the_cell(filing: Filing, _chance: Random) -> Filing:
    """The fees bear their unit, which the header has."""
    amount = filing.report.tables["proactive_disclosure"]["admin_fees"]["amount_wan"]
    changes = {("admin_fees", "amount_wan"): f"{amount}万元"}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("cell-negative", "error", may=_CELL)
def below_zero(filing: Filing, chance: Random) -> Filing:
    """A count is below zero."""
    return _with(filing, chance, f"-{chance.randint(1, 30)}")


@defect("cell-non-integer", "error", may=_CELL)
def half_a_decision(filing: Filing, chance: Random) -> Filing:
    """A count has decimals."""
    return _with(filing, chance, f"{chance.randint(1, 30)}.5")


@defect("fee-unit-suspect", "warning", formats=V2021, may="history-outlier")
def yuan_for_ten_thousand_yuan(filing: Filing, _chance: Random) -> Filing | None:
    """The fees are given in yuan, ten thousand times those of last year."""
    before = filing.previous
    if before is None or before.table_formats.get("proactive_disclosure") != "v2021":
        return None
    amount = before.tables["proactive_disclosure"]["admin_fees"]["amount_wan"]
    if float(amount) <= 0:
        return None
    changes = {("admin_fees", "amount_wan"): f"{float(amount) * _TOO_MANY * 1.02:.0f}"}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("regulation-not-competent", "warning", may=_DOCUMENTS)
def regulations_of_a_bureau(filing: Filing, _chance: Random) -> Filing | None:
    """A county's body counts 规章, which it cannot make."""
    if filing.kind not in ("department", "township") or "县" not in filing.agency.name:
        return None
    row = filing.report.tables["proactive_disclosure"]["regulations"]
    changes = {("regulations", column): "3" for column in row if column != "repealed"}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("normative-implausible", "info", may=_DOCUMENTS + "history-outlier")
def ordinary_documents_counted(filing: Filing, _chance: Random) -> Filing | None:
    """A county's department has more normative documents than can be."""
    if filing.kind != "department" or "县" not in filing.agency.name:
        return None
    if filing.report.table_formats["proactive_disclosure"] == "v2019":
        changes = {("normative_docs", column): "30"
                   for column in ("made_new", "disclosed_new", "disclosed_total")}  # fmt: skip
    else:
        changes = {("normative_docs", "in_force"): "143"}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect(
    "in-force-below", "warning", formats=V2021,
    may="narrative-normative history-in-force normative-implausible history-outlier",
)  # fmt: skip
def fewer_in_force_than_issued(filing: Filing, _chance: Random) -> Filing:
    """Fewer documents are in force than were issued, less those repealed."""
    changes = {("normative_docs", column): text for column, text in
               (("issued", "5"), ("repealed", "1"), ("in_force", "2"))}  # fmt: skip
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("disclosed-below", "error", formats=V2019, may="history-outlier")
def fewer_disclosed_than_new(filing: Filing, _chance: Random) -> Filing:
    """Fewer documents are disclosed than were newly disclosed."""
    changes = {("normative_docs", column): text for column, text in
               (("made_new", "4"), ("disclosed_new", "4"), ("disclosed_total", "2"))}  # fmt: skip
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))


@defect("enforcement-zero", "info", may="narrative-enforcement history-outlier")
def an_enforcer_without_decisions(filing: Filing, _chance: Random) -> Filing | None:
    """A body that enforces the law gives no decision at all."""
    if not filing.agency.name.endswith(_ENFORCING):
        return None
    changes = {(row, "decisions"): "0" for row in ("licensing", "penalties", "coercion")}
    return _reporting(filing, with_cells(filing.report, "proactive_disclosure", changes))
