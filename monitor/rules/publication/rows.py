"""Rules about the row that a list has for a report: its place there, and its title."""

from collections.abc import Iterator

from rapidfuzz import fuzz

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, ListedRow, Severity
from monitor.rules.publication.known import (
    PLATFORM,
    known_publication,
    label,
    original_read,
    url_evidence,
)
from monitor.rules.publication.order import FEWEST, misplaced
from monitor.rules.quoting import quote
from storage.registry.names import NEAR, full_forms, normalise_name, same_agency
from storage.titles import Title, TitleKind, parse_title

_PUBLICATION = frozenset({"publication"})


@rule(
    "column-disorder",
    zh="栏目排序混乱",
    en="list out of order",
    severity=Severity.INFO,
    formats=ALL,
    basis=f"{PLATFORM}；第三方评估将年报栏目排列混乱列为问题",
    basis_2008="第三方评估将年报栏目排列混乱列为问题",
    needs=_PUBLICATION,
)
def column_disorder(facts: Facts) -> Iterator[Finding]:
    """The report stands in its list where neither its day nor its year puts it.

    What it does: Takes the rows of a single list as last read. Order by day or by fiscal year, up
        or down, or agency by agency is order; up to three rows at the head may be pinned. Told is
        the report whose row breaks the order that the fewest rows break.
    Why it matters: In a long list a report out of its place is not found.
    Legal basis: 国办公开办函〔2019〕61号; evaluators (the Academy of Social Sciences in 2016) name
        columns without order among the faults.
    Example that fails: 2023, 2022, 2016, 2021, 2020: the report on 2016.
    Example that passes: A pinned notice, then 2023, 2022, 2021.
    How to put it right: Sort the list by day of publication.
    """
    publication = known_publication(facts)
    rows = publication.column.rows if publication.column else ()
    place = _place(rows, publication.url)
    if len(rows) < FEWEST or place is None:
        yield not_applicable("没有栏目的排列顺序。", "The order of its list is not known.")
        return
    if rows[place].url not in misplaced(rows):
        return
    assert publication.column is not None
    around = rows[max(0, place - 1) : place + 2]
    yield fail(
        f"年报在栏目列表中排在第 {place + 1} 位，既不合发布日期顺序，也不合年度顺序。",
        f"The report is row {place + 1} of its list, where neither its day nor its year puts it.",
        *(_row_evidence(row, publication.column.url) for row in around),
    )


def _place(rows: tuple[ListedRow, ...], url: str | None) -> int | None:
    bare = _without_scheme(url or "")
    return next((i for i, row in enumerate(rows) if _without_scheme(row.url) == bare), None)


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]


def _row_evidence(row: ListedRow, url: str) -> Evidence:
    return Evidence(quote=quote(f"{row.day or ''} {row.title}".strip()), url=url)


@rule(
    "link-title-mismatch",
    zh="列表题名与页面不符",
    en="list and page have other titles",
    severity=Severity.WARNING,
    formats=ALL,
    basis="题名应与所链接的内容一致的通行要求（政府网站日常检查）",
    needs=_PUBLICATION,
)
def link_title_mismatch(facts: Facts) -> Iterator[Finding]:
    """The title in the list names another agency or year than the page it leads to.

    What it does: Compares agency and fiscal year of both titles. Titles that are cut short, leave
        out the place or use an alias agree; names that are only alike cannot be told apart, unless
        the list's is that of another agency of the portal.
    Why it matters: Whoever follows the link gets another report than it says.
    Legal basis: The usual demands on links, as sites are inspected; no law names them.
    Example that fails: List 县教育局2022年…年度报告, page 县教育局2023年…年度报告.
    Example that passes: List 2023年政府信息公开年报, page 示例县教育局2023年…年度报告.
    How to put it right: Correct the title in the list, or the address it links to.
    """
    publication = known_publication(facts)
    shown = _page_title(facts)
    if not publication.list_title or not shown:
        yield not_applicable("没有列表题名或页面题名。", "One of the two titles is not known.")
        return
    listed = parse_title(publication.list_title, within_column=True)
    paged = parse_title(shown, within_column=True)
    if paged.kind is not TitleKind.ANNUAL_REPORT or not listed.may_be_report:
        yield not_applicable("题名不是年报题名。", "One of the titles is not that of a report.")
        return
    evidence = (
        url_evidence(publication.column.url if publication.column else "", listed.text),
        url_evidence(publication.url or "", shown),
    )
    yield from _years(listed, paged, evidence)
    if not listed.cut:
        yield from _agencies(facts, listed, paged, evidence)


def _page_title(facts: Facts) -> str:
    """Return the title that the page itself has: its label's, else what was read from it."""
    publication = known_publication(facts)
    labelled = label(publication.labels or {}, "articletitle")
    original = original_read(facts)
    if labelled or original is None or original.role != "page" or facts.report is None:
        return labelled
    return facts.report.title or ""


def _years(listed: Title, paged: Title, evidence: tuple[Evidence, Evidence]) -> Iterator[Finding]:
    one, other = listed.fiscal_year, paged.fiscal_year
    if one is not None and other is not None and one != other:
        yield fail(
            f"列表题名为{one}年度，页面题名为{other}年度。",
            f"The list says {one}, the page {other}.",
            *evidence,
        )


def _agencies(
    facts: Facts, listed: Title, paged: Title, evidence: tuple[Evidence, Evidence]
) -> Iterator[Finding]:
    one, other = listed.agency, paged.agency
    if not one or not other or _is_same(facts, one, other):
        return
    told_apart = fuzz.ratio(one, other) < NEAR or _is_of_another(facts, one, other)
    one, other = quote(one), quote(other)
    if not told_apart:
        yield indeterminate(
            f"列表题名的机关“{one}”与页面题名的“{other}”相近，无法判断是否同一机关。",
            f"{one} in the list and {other} on the page are alike and may be the same agency.",
            *evidence,
        )
        return
    yield fail(
        f"列表题名的机关为“{one}”，页面题名的机关为“{other}”。",
        f"The list names {one}, the page {other}.",
        *evidence,
    )


def _is_same(facts: Facts, one: str, other: str) -> bool:
    names = [facts.agency.name, *facts.agency.aliases] if facts.agency else []
    own = {normalise_name(name) for name in names}
    if {normalise_name(one), normalise_name(other)} <= own or same_agency(one, other):
        return True
    forms = [full_forms(normalise_name(name)) for name in (one, other)]
    return any(a.endswith(b) or b.endswith(a) for a in forms[0] for b in forms[1])


def _is_of_another(facts: Facts, *names: str) -> bool:
    """Tell whether one of the names is surely that of another agency of the portal."""
    others = {normalise_name(name) for name in facts.known_agencies}
    return any(normalise_name(name) in others for name in names)
