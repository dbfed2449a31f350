"""Rules about normative documents and decisions of enforcement that the prose counts."""

import re
from collections.abc import Iterator

from monitor.language import Bilingual
from monitor.reading.statements import Count, Thing
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.narrative.comparing import Claim, compare, nothing_stated
from monitor.rules.narrative.own import own_counts, stated
from monitor.rules.narrative.tabled import Cells, cells_evidence, figure_of
from monitor.rules.originals import prose_damage
from monitor.rules.quoting import passages

_TABLE = "proactive_disclosure"
_DECIDED = re.compile(r"办理|作出|做出|决定")
_CASES = frozenset({"件", "宗", "起", "例", "份", ""})
"""Units of decisions; 项 may count the kinds of them."""
_NORMATIVE = re.compile(r"规范性文件")


def _cells(row: str, column: str, zh: str, en: str) -> Cells:
    return Cells(table=_TABLE, rows=(row,), column=column, name=Bilingual(zh, en))


_DOCUMENTS = {
    Thing.NORMATIVE_ISSUED: _cells(
        "normative_docs", "issued", "制发行政规范性文件", "normative documents issued"
    ),
    Thing.NORMATIVE_REPEALED: _cells(
        "normative_docs", "repealed", "废止行政规范性文件", "normative documents repealed"
    ),
    Thing.NORMATIVE_IN_FORCE: _cells(
        "normative_docs", "in_force", "现行有效行政规范性文件", "normative documents in force"
    ),
    Thing.REGULATIONS_ISSUED: _cells("regulations", "issued", "制发规章", "regulations issued"),
    Thing.REGULATIONS_REPEALED: _cells(
        "regulations", "repealed", "废止规章", "regulations repealed"
    ),
    Thing.REGULATIONS_IN_FORCE: _cells(
        "regulations", "in_force", "现行有效规章", "regulations in force"
    ),
}
_DECISIONS = {
    Thing.LICENSING_DECIDED: _cells(
        "licensing", "decisions", "行政许可决定", "licensing decisions"
    ),
    Thing.PENALTIES_DECIDED: _cells("penalties", "decisions", "行政处罚决定", "penalty decisions"),
    Thing.COERCION_DECIDED: _cells("coercion", "decisions", "行政强制决定", "coercion decisions"),
}
_NORMATIVE_CELLS = tuple(
    cells for thing, cells in _DOCUMENTS.items() if thing.startswith("normative")
)


@rule(
    "narrative-normative",
    zh="正文规范性文件数与表格不符",
    en="normative documents in prose and table differ",
    severity=Severity.WARNING,
    formats=V2021,
    basis="国办公开办函〔2021〕30号（第二部分表格）；《政府信息公开条例》第五十条",
)
def narrative_normative(facts: Facts) -> Iterator[Finding]:
    """The prose counts other normative documents or regulations than the table has.

    What it does: Holds 制发, 废止, 现行有效 N件 of 规范性文件 and 规章 against table two. Policy
        documents (政策性文件) and documents that were published are others and left alone.
    Why it matters: The figures are agreed with the judicial administration; one of them is wrong.
    Legal basis: 国办公开办函〔2021〕30号; 《政府信息公开条例》第五十条.
    Example that fails: 现行有效行政规范性文件9件, above a table with 现行有效件数 6.
    Example that passes: 公开政策性文件9件, above the same table.
    How to put it right: Check the list of normative documents; correct the sentence or the table.
    """
    yield from compare(facts, _claims(own_counts(facts, stated(facts), *_DOCUMENTS)))


@rule(
    "narrative-normative-missing",
    zh="正文未说明规范性文件情况",
    en="prose silent about normative documents",
    severity=Severity.INFO,
    formats=V2021,
    basis="编制惯例：正文说明规范性文件制发、废止情况（部分地方要求）",
    needs=frozenset({"outline"}),
    on=False,
)
def narrative_normative_missing(facts: Facts) -> Iterator[Finding]:
    """The table has normative documents and the prose never mentions them.

    What it does: Where the row of normative documents in table two is not all zero, looks for
        规范性文件 anywhere in the prose.
    Why it matters: Some places want the prose to explain the figures; the format does not.
    Legal basis: Local practice only; therefore the rule is off unless settings switch it on.
    Example that fails: 现行有效件数 6 in the table, and no word of 规范性文件 in the prose.
    Example that passes: 全年制发行政规范性文件2件 above the same table.
    How to put it right: Add a sentence on the documents issued, repealed and in force.
    """
    report, statements = facts.report, facts.statements
    assert report is not None
    assert statements is not None
    figures = [figure_of(report, cells) for cells in _NORMATIVE_CELLS]
    filled = [figure for figure in figures if figure.shown]
    if not filled:
        unread = next((item.reason for item in figures if item.reason is not None), None)
        yield (
            not_applicable("表格没有规范性文件。", "The table has no normative documents.")
            if unread is None
            else indeterminate(
                f"规范性文件数无法读取：{unread.zh}。",
                f"The normative documents of the table are not known: {unread.en}.",
            )
        )
        return
    if any(_NORMATIVE.search(passage.flat) for passage in passages(report)):
        return
    if prose_damage(report) is not None or not statements.complete:
        yield nothing_stated(facts)
        return
    held = "、".join(f"{figure.cells.name.zh}{figure.shown}件" for figure in filled)
    yield fail(
        f"表格填报{held}，正文没有提及规范性文件。",
        "The table has normative documents, the prose never mentions them.",
        *(item for figure in filled for item in cells_evidence(report, figure.cells)),
    )


@rule(
    "narrative-enforcement",
    zh="正文执法决定数与表格不符",
    en="decisions in prose and table differ",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第二十条第五项、第六项，第五十条",
)
def narrative_enforcement(facts: Facts) -> Iterator[Finding]:
    """The prose counts other licensing, penalty or coercion decisions than the table has.

    What it does: Holds 办理, 作出, 决定 N件 of 行政许可, 行政处罚, 行政强制 against 处理决定数量.
        What was published is another number and left alone, and so are kinds (N项).
    Why it matters: One of the two figures is wrong.
    Legal basis: 《政府信息公开条例》第二十条第五项、第六项, 第五十条.
    Example that fails: 作出行政处罚决定31件, above a table with 行政处罚 13.
    Example that passes: 公示行政处罚信息31条, above the same table.
    How to put it right: Check the decisions of the year and correct the sentence or the table.
    """
    counts = own_counts(facts, stated(facts), *_DECISIONS)
    yield from compare(facts, _claims(count for count in counts if _is_of_decisions(count)))


def _claims(counts: Iterator[Count]) -> Iterator[Claim]:
    for count in counts:
        assert count.thing is not None
        cells = _DOCUMENTS.get(count.thing) or _DECISIONS[count.thing]
        yield Claim(count=count, name=cells.name, against=(cells,))


def _is_of_decisions(count: Count) -> bool:
    text = "".join(count.quotation.text.split())
    return count.unit in _CASES and _DECIDED.search(text) is not None
