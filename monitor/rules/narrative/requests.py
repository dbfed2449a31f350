"""Rules about the requests that the prose counts: received, carried over, and their results."""

from collections.abc import Iterator, Mapping

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Thing
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import Claim, compare
from monitor.rules.narrative.own import TOTALS, follows_a_part, own_counts, stated
from monitor.rules.narrative.tabled import Cells, is_all_zero, rows_of

_BASIS = "《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）"
_BASIS_2019 = "《政府信息公开条例》第五十条（年度报告内容）"
_TABLE = "requests"
_NAMES = {
    Thing.REQUESTS_NEW: Bilingual("新收政府信息公开申请", "new requests"),
    Thing.REQUESTS_RECEIVED: Bilingual("收到政府信息公开申请", "requests received"),
    Thing.REQUESTS_ACCEPTED: Bilingual("受理政府信息公开申请", "requests accepted"),
    Thing.REQUESTS_HANDLED: Bilingual("办理政府信息公开申请", "requests handled"),
    Thing.REQUESTS_CARRIED_IN: Bilingual("上年结转申请", "requests carried in"),
    Thing.REQUESTS_CARRIED_OUT: Bilingual("结转下年度申请", "requests carried out"),
    Thing.GRANTED: Bilingual("予以公开", "granted"),
    Thing.PARTIAL: Bilingual("部分公开", "granted in part"),
    Thing.GRANTED_OR_PARTIAL: Bilingual("予以公开和部分公开", "granted, wholly or in part"),
    Thing.DENIED: Bilingual("不予公开", "denied"),
    Thing.UNABLE: Bilingual("无法提供", "unable to provide"),
    Thing.REFUSED: Bilingual("不予处理", "not dealt with"),
    Thing.OTHER_HANDLING: Bilingual("其他处理", "otherwise dealt with"),
}
_ANY_TOTAL = (
    Cells(table=_TABLE, rows=("new",), name=Bilingual("本年新收", "new")),
    Cells(
        table=_TABLE,
        rows=("new", "carried_in"),
        name=Bilingual("新收加上年结转", "new and carried in"),
    ),
    Cells(table=_TABLE, rows=("handled_total",), name=Bilingual("办理结果总计", "handled")),
    Cells(
        table=_TABLE,
        rows=("handled_total", "carried_out"),
        name=Bilingual("办理结果总计加结转下年度", "handled and carried out"),
    ),
)
"""A total of requests may be any of these."""
_CARRIED = {
    Thing.REQUESTS_CARRIED_IN: Cells(
        table=_TABLE, rows=("carried_in",), name=Bilingual("上年结转", "carried in")
    ),
    Thing.REQUESTS_CARRIED_OUT: Cells(
        table=_TABLE, rows=("carried_out",), name=Bilingual("结转下年度继续办理", "carried out")
    ),
}
_RESULT_ROWS: Mapping[Thing, tuple[str, ...]] = {
    Thing.GRANTED: ("granted",),
    Thing.PARTIAL: ("partial",),
    Thing.GRANTED_OR_PARTIAL: ("granted", "partial"),
}
_RESULT_PREFIXES = {
    Thing.DENIED: "deny_",
    Thing.UNABLE: "unable_",
    Thing.REFUSED: "refuse_",
    Thing.OTHER_HANDLING: "other_",
}
_RESULTS = (*_RESULT_ROWS, *_RESULT_PREFIXES)


@rule(
    "narrative-requests",
    zh="正文申请数与表格不符",
    en="requests in prose and table differ",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def narrative_requests(facts: Facts) -> Iterator[Finding]:
    """The prose counts other requests received than the table has.

    What it does: Holds 收到, 受理, 新收 N件 of the agency in the year against new, new and carried
        in, handled, handled and carried out; a finding only if N is none of them. Counts by channel
        or applicant, of the county, and "none" (narrative-zero-contradiction) are left alone.
    Why it matters: One of the two figures is wrong, and both are quoted.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 受理申请2件, above a table with 本年新收 总计 3 and nothing carried in.
    Example that passes: 受理69件（含上年结转3件）, above a table with 66 new and 3 carried in.
    How to put it right: Check the register and correct the sentence or the table.
    """
    received = (Thing.REQUESTS_NEW, Thing.REQUESTS_RECEIVED, Thing.REQUESTS_ACCEPTED)
    assert facts.report is not None
    contradicted = is_all_zero(facts.report, _TABLE)
    yield from compare(
        facts,
        (
            Claim(count=count, name=_name(count.thing), against=_ANY_TOTAL)
            for count in own_counts(facts, stated(facts), *received)
            if count.number > 0 and not contradicted
        ),
        together=True,
    )


@rule(
    "narrative-carried",
    zh="正文结转数与表格不符",
    en="carried-over requests in prose and table differ",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def narrative_carried(facts: Facts) -> Iterator[Finding]:
    """The prose counts other requests carried over than the table has.

    What it does: Holds 上年结转 N件 against row two of the table, and 结转下年度 N件 against its
        last row.
    Why it matters: The figure links the report with those of the year before and after.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 结转下年度继续办理2件, above a table with 结转下年度继续办理 总计 1.
    Example that passes: 上年结转1件, above a table with 上年结转 总计 1.
    How to put it right: Check the register and correct the sentence or the table.
    """
    yield from compare(
        facts,
        (
            Claim(count=count, name=_name(count.thing), against=(_CARRIED[count.thing],))
            for count in own_counts(facts, stated(facts), *_CARRIED, parts_of=TOTALS)
            if count.thing is not None
        ),
    )


@rule(
    "narrative-results",
    zh="正文办理结果与表格不符",
    en="results in prose and table differ",
    severity=Severity.WARNING,
    formats=NEW,
    basis=_BASIS,
    basis_2019=_BASIS_2019,
)
def narrative_results(facts: Facts) -> Iterator[Finding]:
    """The prose counts other results of requests than the table has.

    What it does: Holds 予以公开, 部分公开, 不予公开, 无法提供, 不予处理, 其他处理 N件 against the
        sums of their rows, one number for two results against both, and 办结 N件 against the
        totals. Results of some requests only (by channel, by matter) are left alone.
    Why it matters: Prose that takes one row or column for the whole misinforms.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 无法提供3件, above a table whose three rows of 无法提供 add up to 5.
    Example that passes: 予以公开及部分公开6件, above a table with 予以公开 5 and 部分公开 1.
    How to put it right: Take the figures of the prose from the column 总计, all rows of a result.
    """
    report, prose = facts.report, stated(facts)
    assert report is not None
    whole = own_counts(facts, prose, Thing.REQUESTS_HANDLED, parts_of=TOTALS)
    results = own_counts(facts, prose, *_RESULTS, parts_of=TOTALS)
    contradicted = is_all_zero(report, _TABLE)
    handled = [count for count in whole if count.number > 0 and not contradicted]
    yield from compare(
        facts,
        (
            Claim(
                count=count,
                name=_name(count.thing),
                against=_ANY_TOTAL
                if count.thing is Thing.REQUESTS_HANDLED
                else (_result_cells(report, count.thing),),
            )
            for count in (*handled, *results)
            if not follows_a_part(count.quotation, prose)
        ),
    )


def _name(thing: Thing | None) -> Bilingual:
    assert thing is not None
    return _NAMES[thing]


def _result_cells(report: Report, thing: Thing | None) -> Cells:
    assert thing is not None
    rows = _RESULT_ROWS.get(thing) or rows_of(report, _RESULT_PREFIXES[thing])
    name = _NAMES[thing]
    if len(rows) > 1:
        name = Bilingual(f"{name.zh}合计", f"{name.en} in all")
    return Cells(table=_TABLE, rows=rows, name=name)
