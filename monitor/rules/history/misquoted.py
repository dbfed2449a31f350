"""The rule about last year's figures as this year's prose gives them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Count, Scope, Thing, Time, read_statements
from monitor.reading.statements.flat import flatten
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.history.before import not_of_last_year, reorganised_answer, was_reorganised
from monitor.rules.kinds import kind_of
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.tabled import Cells, Figure, cells_evidence, figure_of, has_cells
from storage.models import AgencyKind

_AREAS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP})
_ABOUT_DISCLOSURE = ("信息公开", "依申请公开", "政务公开")


def _cells(table: str, rows: str, column: str, zh: str) -> Cells:
    keys = tuple(rows.split("+"))
    return Cells(table=table, rows=keys, column=column, name=Bilingual(zh, f"{rows} ({column})"))


_ANY_TOTAL = (
    _cells("requests", "new", "total", "本年新收"),
    _cells("requests", "new+carried_in", "total", "新收加上年结转"),
    _cells("requests", "handled_total", "total", "办理结果总计"),
    _cells("requests", "handled_total+carried_out", "total", "办理结果总计加结转下年度"),
)
_DISCLOSED = "proactive_disclosure"
_REQUESTS = (
    Thing.REQUESTS_NEW,
    Thing.REQUESTS_RECEIVED,
    Thing.REQUESTS_ACCEPTED,
    Thing.REQUESTS_HANDLED,
    Thing.REQUESTS_ANSWERED,
)
_AGAINST: Mapping[Thing, tuple[Cells, ...]] = {
    **dict.fromkeys(_REQUESTS, _ANY_TOTAL),
    Thing.NORMATIVE_ISSUED: (_cells(_DISCLOSED, "normative_docs", "issued", "制发规范性文件"),),
    Thing.NORMATIVE_IN_FORCE: (
        _cells(_DISCLOSED, "normative_docs", "in_force", "现行有效规范性文件"),
    ),
    Thing.LICENSING_DECIDED: (_cells(_DISCLOSED, "licensing", "decisions", "行政许可"),),
    Thing.PENALTIES_DECIDED: (_cells(_DISCLOSED, "penalties", "decisions", "行政处罚"),),
    Thing.COERCION_DECIDED: (_cells(_DISCLOSED, "coercion", "decisions", "行政强制"),),
    Thing.REVIEWS: (_cells("remedies", "review", "total", "行政复议总计"),),
    Thing.SUITS: (
        _cells("remedies", "suit_direct+suit_after", "total", "行政诉讼总计"),
        _cells("remedies", "suit_direct", "total", "未经复议直接起诉"),
        _cells("remedies", "suit_after", "total", "复议后起诉"),
    ),
}
"""The figures of last year's tables of which the number must be one."""
_REMEDIES = (Thing.REVIEWS, Thing.SUITS)


@rule(
    "history-base-misquoted",
    zh="所引上年数据与上年年报不符",
    en="last year's figure misquoted",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（内容准确）",
    basis_2019="《政府信息公开条例》第五十条（年度报告内容）",
    needs=frozenset({"report", "previous"}),
)
def history_base_misquoted(facts: Facts) -> Iterator[Finding]:
    """The prose gives a figure of last year that last year's report does not have.

    What it does: Holds the agency's own, exact figures of last year (较上年的12件, 2022年收到12件)
        against last year's tables and prose; a finding only if they have it nowhere. A total of
        requests may be new, with those carried in, or handled. Other things are left alone.
    Why it matters: The growth told is wrong, or one of the two reports is.
    Legal basis: 《政府信息公开条例》第五十条.
    Example that fails: 较上年的15件增加3件, where last year's report has 12 requests.
    Example that passes: 较上年的12件增加3件, where last year's report has 12 requests.
    How to put it right: Take last year's figure from last year's report.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    answer = not_of_last_year(facts)
    if answer is not None:
        yield answer
        return
    counts = tuple(_quoted_counts(facts, previous))
    if not counts:
        yield not_applicable(
            "正文没有引用上年数据。",
            "The prose quotes no figure of last year that could be checked.",
        )
    for count in counts:
        yield from _judged(facts, previous, count)


def _quoted_counts(facts: Facts, previous: Report) -> Iterator[Count]:
    """Yield the figures of last year that can be checked, each once."""
    statements, year = facts.statements, facts.fiscal_year
    assert statements is not None
    assert year is not None
    bases = (item.base for item in statements.comparisons if item.kind in ("growth", "decline"))
    plain = (count for count in statements.all_counts if count.time is Time.LAST_YEAR)
    counts = {count.quotation: count for count in (*bases, *plain) if count is not None}
    for count in counts.values():
        if count.year in (None, year - 1) and _is_checkable(facts, previous, count):
            yield count


def _is_checkable(facts: Facts, previous: Report, count: Count) -> bool:
    if count.thing is None or count.thing not in _AGAINST:
        return False
    if not count.exact or not count.whole or count.narrowed:
        return False
    if count.negated or count.time is not Time.LAST_YEAR or count.sentence.section == "problems":
        return False
    if count.thing in _REMEDIES and not _is_about_disclosure(count):
        return False
    scopes = {Scope.OWN, Scope.AREA} if kind_of(facts) in _AREAS else {Scope.OWN}
    return count.scope in scopes and any(has_cells(previous, x) for x in _AGAINST[count.thing])


def _is_about_disclosure(count: Count) -> bool:
    text = flatten(count.sentence.text)[0]
    return count.sentence.subpart == "on_request" or any(word in text for word in _ABOUT_DISCLOSURE)


def _judged(facts: Facts, previous: Report, count: Count) -> Iterator[Finding]:
    assert count.thing is not None
    against = [item for item in _AGAINST[count.thing] if has_cells(previous, item)]
    figures = [figure_of(previous, item) for item in against]
    if any(count.number in figure.numbers for figure in figures):
        return
    if count.number in _told_last_year(facts, previous, count.thing):
        return
    cells = tuple(item for cells in against for item in cells_evidence(previous, cells))
    evidence = (quoted(count), *dict.fromkeys(cells))
    reason = next((figure.reason for figure in figures if figure.reason is not None), None)
    if reason is not None:
        yield indeterminate(
            f"所引上年数据无法与上年年报核对：{reason.zh}。",
            f"A figure of last year cannot be held against last year's report: {reason.en}.",
            *evidence,
        )
    elif was_reorganised(facts):
        yield reorganised_answer(*evidence)
    else:
        yield fail(*_words(facts, count, figures), *evidence)


def _words(facts: Facts, count: Count, figures: list[Figure]) -> tuple[str, str]:
    year, said = (facts.fiscal_year or 0) - 1, format(count.number.normalize(), "f")
    zh = "、".join(f"{figure.cells.name.zh} {figure.shown}" for figure in figures)
    en = ", ".join(f"{figure.cells.name.en} {figure.shown}" for figure in figures)
    return (
        f"正文引用{year}年数据为 {said}{count.unit}，而{year}年年报表格为：{zh}。",
        f"The prose gives {said} for {year}, but the report on {year} has: {en}.",
    )


def _told_last_year(facts: Facts, previous: Report, thing: Thing) -> frozenset[Decimal]:
    """Return the numbers that last year's prose gives of the same thing."""
    year = facts.fiscal_year
    assert year is not None
    same = _REQUESTS if thing in _REQUESTS else (thing,)
    told = read_statements(previous, fiscal_year=year - 1).all_counts
    return frozenset(count.number for count in told if count.thing in same)
