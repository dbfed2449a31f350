"""Sums that do not hold."""

from random import Random

from monitor.specimens.defects.editing import with_added, with_cells, with_text
from monitor.specimens.defects.model import V2021, defect
from monitor.specimens.filings import Filing
from monitor.specimens.ledger import GROUPS

_PROSE = (
    "narrative-requests narrative-results narrative-zero-contradiction narrative-carried "
    "narrative-all-done history-carried-over history-carried-column "
)
_FREE = 10
_FROM = 2024
"""Fiscal year from which refusals go to review before court."""


@defect("requests-unbalanced", "error", may=_PROSE + "requests-partial-double")
def new_requests_one_more(filing: Filing, _chance: Random) -> Filing | None:
    """本年新收 counts one more than the results account for."""
    changes = {("new", "natural"): 1, ("new", "total"): 1}
    return filing.saying(tables=with_added(filing.report, "requests", changes).tables)


@defect("requests-unbalanced", "error", may=_PROSE + "requests-partial-double")
def carried_in_left_out(filing: Filing, _chance: Random) -> Filing | None:
    """上年结转 is given as nothing."""
    row = filing.report.tables["requests"]["carried_in"]
    if row["total"] == "0":
        return None
    changes = {("carried_in", column): "0" for column in row}
    return filing.saying(tables=with_cells(filing.report, "requests", changes).tables)


@defect("requests-result-sum", "error", may=_PROSE)
def one_result_more(filing: Filing, chance: Random) -> Filing | None:
    """A result counts one more than the sum of results."""
    row = chance.choice(("granted", "partial", "deny_process", "unable_not_held"))
    changes = {(row, "natural"): 1, (row, "total"): 1}
    return filing.saying(tables=with_added(filing.report, "requests", changes).tables)


@defect("requests-result-sum requests-unbalanced", "error", may=_PROSE + "requests-partial-double")
def handled_total_too_small(filing: Filing, _chance: Random) -> Filing | None:
    """（七）总计 leaves out some results."""
    row = filing.report.tables["requests"]["handled_total"]
    if int(row["natural"]) < 1:
        return None
    changes = {("handled_total", "natural"): -1, ("handled_total", "total"): -1}
    return filing.saying(tables=with_added(filing.report, "requests", changes).tables)


@defect(
    "requests-row-total",
    "error",
    may=_PROSE + "requests-unbalanced requests-result-sum requests-partial-double",
)
def row_total_wrong(filing: Filing, chance: Random) -> Filing | None:
    """总计 of a row is not the sum of its applicants."""
    row = chance.choice(tuple(filing.report.tables["requests"]))
    return filing.saying(tables=with_added(filing.report, "requests", {(row, "total"): 1}).tables)


@defect(
    "requests-row-total",
    "error",
    may=_PROSE + "requests-unbalanced requests-result-sum requests-partial-double",
)
def applicant_in_two_columns(filing: Filing, chance: Random) -> Filing | None:
    """A company's requests stand under 其他 too."""
    rows = filing.report.tables["requests"]
    busy = [key for key, cells in rows.items() if int(cells["commercial"])]
    if not busy:
        return None
    row = chance.choice(busy)
    changes = {(row, "other_organisation"): int(rows[row]["commercial"])}
    return filing.saying(tables=with_added(filing.report, "requests", changes).tables)


@defect("requests-partial-double requests-unbalanced", "info", may=_PROSE + "requests-result-sum")
def partial_counted_twice(filing: Filing, _chance: Random) -> Filing | None:
    """What was granted in part is counted under 予以公开, too."""
    rows = filing.report.tables["requests"]
    partial = {column: int(text) for column, text in rows["partial"].items()}
    if not partial["total"]:
        return None
    changes = {
        (row, column): number
        for row in ("granted", "handled_total")
        for column, number in partial.items()
    }
    return filing.saying(tables=with_added(filing.report, "requests", changes).tables)


@defect("remedies-sum", "error", may="narrative-remedies narrative-zero-contradiction")
def remedies_total_wrong(filing: Filing, chance: Random) -> Filing | None:
    """总计 of reviews or suits is not the sum of their results."""
    changes = {(chance.choice(GROUPS), "total"): chance.randint(1, 3)}
    return filing.saying(tables=with_added(filing.report, "remedies", changes).tables)


@defect(
    "remedies-sum", "error",
    may="narrative-remedies narrative-zero-contradiction history-pending-lost",
)  # fmt: skip
def pending_not_counted(filing: Filing, chance: Random) -> Filing | None:
    """尚未审结 is left out of 总计."""
    changes = {(chance.choice(GROUPS), "pending"): 1}
    return filing.saying(tables=with_added(filing.report, "remedies", changes).tables)


@defect("fee-row-conflict", "warning", formats=V2021, may=_PROSE)
def unpaid_without_notice(filing: Filing, _chance: Random) -> Filing | None:
    """A request ended because a fee was not paid, and no fee was asked."""
    if filing.ledger.notices:
        return None
    changes = {
        (row, column): 1
        for row in ("new", "other_fee_unpaid", "handled_total")
        for column in ("natural", "total")
    }
    report = with_added(filing.report, "requests", changes)
    text = f"{filing.fiscal_year}年，未发出收费通知，没有收取信息处理费。"
    return filing.saying(tables=report.tables, texts=with_text(report, "other_matters", text).texts)


@defect("fee-charged-none-excessive", "info", formats=V2021)
def fee_of_a_few_requests(filing: Filing, _chance: Random) -> Filing | None:
    """A fee was charged, and the whole year had no more requests than a month has free."""
    if not 0 < filing.ledger.row("new") + filing.ledger.row("carried_in") <= _FREE:
        return None
    text = (
        "根据《政府信息公开信息处理费管理办法》，"
        f"{filing.fiscal_year}年发出收费通知1件，收取信息处理费200元。"
    )
    return filing.saying(texts=with_text(filing.report, "other_matters", text).texts)


@defect(
    "suit-direct-after-2024",
    "info",
    formats=V2021,
    may="narrative-remedies narrative-zero-contradiction",
)
def many_direct_suits(filing: Filing, _chance: Random) -> Filing | None:
    """Most suits went to court without a review, after the law of 2023."""
    if filing.fiscal_year < _FROM:
        return None
    after = int(filing.report.tables["remedies"]["suit_after"]["total"])
    changes = {("suit_direct", column): after + 5 for column in ("upheld", "total")}
    return filing.saying(tables=with_added(filing.report, "remedies", changes).tables)
