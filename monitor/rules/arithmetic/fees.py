"""Rules that hold the statement on processing fees against the table of requests."""

import re
from collections.abc import Iterator
from decimal import Decimal

from monitor.reading.model import ReadTable, Report
from monitor.reading.statements import Count, Scope, Thing, Time
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.arithmetic.relations import numbers_of
from monitor.rules.engine import V2021, rule
from monitor.rules.kinds import kind_of
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.narrative.evidence import quoted
from monitor.rules.quoting import cell_evidence, flatten, quote
from storage.models import AgencyKind

_BASIS = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）"
_OURS = frozenset({Scope.OWN, Scope.AREA})
_IN_YUAN = {"元": Decimal(1), "万元": Decimal(10_000)}
_BY_VOLUME = re.compile(r"按量|按页|页数|每页|\d页")


@rule(
    "fee-row-conflict",
    zh="缴费逾期与未发出收费通知矛盾",
    en="unpaid fees without a notice",
    severity=Severity.WARNING,
    formats=V2021,
    basis=_BASIS,
)
def fee_row_conflict(facts: Facts) -> Iterator[Finding]:
    """Requests were closed for unpaid fees, though the text says that no fee notice was sent.

    What it does: Where the row 逾期未按收费通知要求缴纳费用 has a number, looks for a statement
        that no fee notice was sent this year. 未收取 alone is compatible: nobody paid.
    Why it matters: Without a notice nobody can fail to pay; one of the two is wrong.
    Legal basis: 《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）: the notice comes first.
    Example that fails: Row 22 总计 1; section six: 未发出收费通知，未收取信息处理费。
    Example that passes: Row 22 总计 1; section six: 发出收费通知1件，未收取信息处理费。
    How to put it right: Check whether notices were sent; correct the table or the text.
    """
    report = facts.report
    assert report is not None
    table = report.tables.get("requests")
    if table is None or "other_fee_unpaid" not in table.values:
        yield _without_row(report)
        return
    row = table.values["other_fee_unpaid"]
    stated = _no_notice(facts)
    if stated is None:
        return
    columns = [column for column in row if _is_positive(report, table, column)]
    if columns:
        shown = "total" if "total" in columns else columns[0]
        number = quote(row[shown].text or "")
        yield fail(
            f"申请情况表填报申请人逾期未按收费通知缴费{number}件，正文却称未发出收费通知。",
            f"The table has {number} requests closed for unpaid fees; the text says that no fee "
            "notice was sent.",
            cell_evidence(report, "requests", "other_fee_unpaid", shown),
            stated,
        )
        return
    numbers = numbers_of(report, table, *(("other_fee_unpaid", column) for column in row))
    if numbers.reason is not None:
        yield indeterminate(
            f"缴费逾期的件数无法核对：{numbers.reason.zh}。",
            f"The row of unpaid fees cannot be judged: {numbers.reason.en}.",
        )


def _no_notice(facts: Facts) -> Evidence | None:
    """Return the statement that no fee notice was sent this year, if there is one."""
    assert facts.statements is not None
    for count in facts.statements.counts(Thing.FEE_NOTICES, time=Time.THIS_YEAR):
        if count.number == 0 and count.exact and count.whole and count.scope in _OURS:
            return quoted(count)
    return None


def _is_positive(report: Report, table: ReadTable, column: str) -> bool:
    values = numbers_of(report, table, ("other_fee_unpaid", column)).values
    return bool(values) and (values[0] or 0) > 0


def _without_row(report: Report) -> Finding:
    damage = report.doubtful(table="requests", row="other_fee_unpaid")
    if damage is not None:
        return doubtful("缴费逾期的件数", "the row of unpaid fees", damage)
    return not_applicable("表中没有缴费逾期一行。", "The table has no row of unpaid fees.")


@rule(
    "fee-charged-none-excessive",
    zh="收取处理费而申请不多",
    en="fees charged though requests were few",
    severity=Severity.INFO,
    formats=V2021,
    basis=_BASIS,
    thresholds={"free_requests": 10},
)
def fee_charged_none_excessive(facts: Facts) -> Iterator[Finding]:
    """Processing fees were collected, though there were no more than ten requests in the year.

    What it does: Where the text states a fee collected this year, compares it with new and carried
        requests of the table. Charging by volume is left alone.
    Why it matters: By piece, ten requests a month are free; nobody can have exceeded that.
    Legal basis: 《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）: by piece or by volume.
    Example that fails: 收取信息处理费200元; 本年新收 3, 上年结转 0.
    Example that passes: 收取信息处理费200元; 本年新收 45.
    How to put it right: Check the ground of the charge; say so if it was by volume.
    """
    report = facts.report
    assert report is not None
    charged = _charged(facts)
    if charged is None:
        yield not_applicable("正文没有写收取了信息处理费。", "No fee is said to be collected.")
        return
    table = report.tables.get("requests")
    terms = (("new", "total"), ("carried_in", "total"))
    numbers = numbers_of(report, table, *terms) if table is not None else None
    if numbers is None or numbers.reason is not None or None in numbers.values:
        yield indeterminate(
            "收取了信息处理费，但申请件数无法核对。",
            "Fees were collected, but the number of requests was not read for certain.",
            quoted(charged),
        )
        return
    requests = sum(number or 0 for number in numbers.values)
    if requests > facts.thresholds["free_requests"] or _BY_VOLUME.search(flatten(report.text)):
        return
    yield fail(
        f"全年申请共{requests}件，按件计收不应产生费用，正文却称收取了信息处理费，请核实是否按量计收。",
        f"There were {requests} requests in the year, so none was beyond the free ten a month, yet "
        "the text says that fees were collected.",
        quoted(charged),
        *(cell_evidence(report, "requests", row, column) for row, column in terms),
    )


def _charged(facts: Facts) -> Count | None:
    """Return the statement that a fee was collected this year, if there is one."""
    assert facts.statements is not None
    # what a whole area collected is a government's own, not that of one of its bureaus
    ours = _OURS if kind_of(facts) is AgencyKind.GOVERNMENT else {Scope.OWN}
    for count in facts.statements.counts(Thing.PROCESSING_FEE, time=Time.THIS_YEAR):
        yuan = count.number * _IN_YUAN.get(count.unit, Decimal(0))
        if yuan > 0 and not count.negated and count.whole and count.scope in ours:
            return count
    return None
