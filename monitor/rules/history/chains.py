"""The rules about figures of which one year's must follow from the other's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from monitor.formats import load_format
from monitor.formats.naming import row_name
from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import NEW, V2019, V2021, rule
from monitor.rules.history.before import (
    count_of,
    is_nothing,
    missing_table,
    not_of_last_year,
    other_layout,
    reorganised_answer,
    text_of,
    was_reorganised,
)
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.quoting import cell_evidence

_DISCLOSURE, _REMEDIES = "proactive_disclosure", "remedies"
_IN_FORCE_ROWS = ("regulations", "normative_docs")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """Cells of both years that make up one equation: the claim, and what it should be."""

    row: str
    claim: tuple[Report, str]
    """The report and the column that states the result."""
    terms: tuple[tuple[Report, str, int], ...]
    """Report, column and sign of what adds up to it."""

    def cells(self) -> Iterator[tuple[Report, str]]:
        yield self.claim
        yield from ((report, column) for report, column, _ in self.terms)


_Say = Callable[[_Link, list[int], int], tuple[str, str]]


@rule(
    "history-in-force",
    zh="现行有效件数与上年年报不衔接",
    en="documents in force do not follow from last year's",
    severity=Severity.WARNING,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（表二：本年制发、本年废止、现行有效件数）",
    needs=frozenset({"report", "previous"}),
)
def history_in_force(facts: Facts) -> Iterator[Finding]:
    """The documents in force are not last year's plus those issued less those repealed.

    What it does: Compares 现行有效件数 of 规章 and 行政规范性文件 with last year's plus 本年制发
        less 本年废止. Cells left blank or not read, tables of 2019 and reorganised agencies are not
        judged. Clean-ups and transfers may explain it, so it is never more than a warning.
    Why it matters: One of the four figures is wrong, or a clean-up was not counted as repeal.
    Legal basis: 国办公开办函〔2021〕30号, table two.
    Example that fails: In force 2022: 5; issued 2023: 2, repealed 1, in force 9.
    Example that passes: In force 2022: 5; issued 2023: 2, repealed 1, in force 6.
    How to put it right: Correct the figure, or explain the clean-up in section one.
    """

    def links(report: Report, previous: Report) -> Iterator[_Link]:
        for row in _IN_FORCE_ROWS:
            terms = ((previous, "in_force", 1), (report, "issued", 1), (report, "repealed", -1))
            yield _Link(row=row, claim=(report, "in_force"), terms=terms)

    def say(link: _Link, terms: list[int], claim: int) -> tuple[str, str]:
        before, issued, repealed = terms
        name, year = row_name("v2021", _DISCLOSURE, link.row), facts.fiscal_year or 0
        due = before + issued - repealed
        return (
            (
                f"{name.zh}现行有效 {claim} 件，与上年不衔接："
                f"{year - 1}年年报现行有效 {before} 件，"
                f"加本年制发 {issued} 件、减本年废止 {repealed} 件，应为 {due} 件。"
            ),
            (
                f"{claim} {name.en} in force, but {before} in {year - 1} plus {issued} issued less "
                f"{repealed} repealed make {due}."
            ),
        )

    yield from _chain(facts, "v2021", links, say)


@rule(
    "history-previous-items",
    zh="上一年项目数量与上年年报不衔接",
    en="last year's items do not follow from last year's report",
    severity=Severity.WARNING,
    formats=V2019,
    basis="国办公开办函〔2019〕60号（表二：上一年项目数量、本年增/减）",
    needs=frozenset({"report", "previous"}),
)
def history_previous_items(facts: Facts) -> Iterator[Finding]:
    """The items of the year before are not those that last year's report came to.

    What it does: In reports on 2020 compares 上一年项目数量 with that of 2019 plus its 本年增/减,
        row by row. Cells left blank or not read and reorganised agencies are not judged.
    Why it matters: Both state how many items there were at the end of 2019.
    Legal basis: 国办公开办函〔2019〕60号, table two.
    Example that fails: 2019: 上一年项目数量 3, 本年增/减 -1; 2020: 上一年项目数量 5.
    Example that passes: 2019: 上一年项目数量 3, 本年增/减 -1; 2020: 上一年项目数量 2.
    How to put it right: Find the right number and correct the report that is wrong.
    """

    def links(report: Report, previous: Report) -> Iterator[_Link]:
        for row in load_format("v2019").tables[_DISCLOSURE].rows:
            if any(column.key == "prev_items" for column in row.columns):
                terms = ((previous, "prev_items", 1), (previous, "change", 1))
                yield _Link(row=row.key, claim=(report, "prev_items"), terms=terms)

    def say(link: _Link, terms: list[int], claim: int) -> tuple[str, str]:
        before, change = terms
        name, year = row_name("v2019", _DISCLOSURE, link.row), facts.fiscal_year or 0
        return (
            (
                f"{name.zh}上一年项目数量为 {claim}，与{year - 1}年年报不衔接："
                f"上一年项目数量 {before}、本年增/减 {change}，应为 {before + change}。"
            ),
            (
                f"{name.en}: {claim} items the year before, but the report on {year - 1} has "
                f"{before} and a change of {change}, which makes {before + change}."
            ),
        )

    yield from _chain(facts, "v2019", links, say)


@rule(
    "history-pending-lost",
    zh="上年未审结案件今年没有结果",
    en="cases pending last year have no result",
    severity=Severity.INFO,
    formats=NEW,
    basis="国办公开办函〔2021〕30号（表四：尚未审结、总计）",
    basis_2019="国办公开办函〔2019〕60号（表四：尚未审结、总计）",
    needs=frozenset({"report", "previous"}),
)
def history_pending_lost(facts: Facts) -> Iterator[Finding]:
    """More reviews or suits were pending last year than this year's report counts in all.

    What it does: For reviews and both kinds of suits compares 尚未审结 of last year with 总计 of
        this year. Cells left blank or not read and reorganised agencies are not judged. Whether
        the table counts what was received or what was concluded is not settled: only a remark.
    Why it matters: A pending case was either decided in the year or is pending still.
    Legal basis: 国办公开办函〔2021〕30号, table four.
    Example that fails: Reviews pending 2022: 2; all reviews 2023: 0.
    Example that passes: Reviews pending 2022: 2; all reviews 2023: 3.
    How to put it right: Check whether the result of the old cases is missing from the table.
    """
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    answer = not_of_last_year(facts) or missing_table(facts, _REMEDIES)
    if answer is not None:
        yield answer
        return
    for row in load_format("v2021").tables[_REMEDIES].rows:
        yield from _pending(facts, report, previous, row.key)


def _pending(facts: Facts, report: Report, previous: Report, row: str) -> Iterator[Finding]:
    texts = (text_of(previous, _REMEDIES, row, "pending"), text_of(report, _REMEDIES, row, "total"))
    pending, total = map(count_of, texts)
    if None not in texts and (pending is None or total is None or pending <= total):
        return
    evidence = (
        cell_evidence(report, _REMEDIES, row, "total"),
        cell_evidence(previous, _REMEDIES, row, "pending"),
    )
    name, year = row_name("v2021", _REMEDIES, row), facts.fiscal_year or 0
    if None in texts:
        yield _unread(name.zh, name.en, evidence)
        return
    if was_reorganised(facts):
        yield reorganised_answer(*evidence)
        return
    yield fail(
        f"{name.zh}：{year - 1}年年报尚未审结 {pending} 件，{year}年总计只有 {total} 件。",
        f"{name.en}: {pending} were pending in {year - 1}, but {year} counts {total} in all.",
        *evidence,
    )


def _chain(
    facts: Facts,
    format_id: str,
    links: Callable[[Report, Report], Iterator[_Link]],
    say: _Say,
) -> Iterator[Finding]:
    report, previous = facts.report, facts.previous
    assert report is not None
    assert previous is not None
    answer = not_of_last_year(facts) or other_layout(facts, _DISCLOSURE, format_id)
    if answer is not None:
        yield answer
        return
    for link in links(report, previous):
        yield from _link(facts, link, say)


def _link(facts: Facts, link: _Link, say: _Say) -> Iterator[Finding]:
    texts = [text_of(report, _DISCLOSURE, link.row, column) for report, column in link.cells()]
    numbers = [count_of(text) for text in texts]
    claim, *terms = [number or 0 for number in numbers]
    if None not in texts and (_all_nothing(texts) or _agree(link, terms, claim)):
        return
    evidence = tuple(
        cell_evidence(report, _DISCLOSURE, link.row, column) for report, column in link.cells()
    )
    name = row_name(link.claim[0].tables[_DISCLOSURE].format, _DISCLOSURE, link.row)
    if None in texts:
        yield _unread(name.zh, name.en, evidence)
    elif None in numbers:
        yield indeterminate(
            f"{name.zh}有单元格空白或者不是数字，无法与上年年报核对。",
            f"{name.en}: a cell is blank or no number, so it cannot be held against last year's.",
            *evidence,
        )
    elif was_reorganised(facts):
        yield reorganised_answer(*evidence)
    else:
        yield fail(*say(link, terms, claim), *evidence)


def _all_nothing(texts: Iterable[str | None]) -> bool:
    return all(text is not None and is_nothing(text) for text in texts)


def _agree(link: _Link, terms: list[int], claim: int) -> bool:
    signs = [sign for _, _, sign in link.terms]
    return claim == sum(sign * number for sign, number in zip(signs, terms, strict=True))


def _unread(zh: str, en: str, evidence: tuple[Evidence, ...]) -> Finding:
    return indeterminate(
        f"{zh}有单元格未能读出，无法与上年年报核对。",
        f"{en}: a cell could not be read, so it cannot be held against last year's.",
        *evidence,
    )
