"""Rules about documents that were replaced."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from monitor.rules.answers import doubtful, fail
from monitor.rules.citation.documents import (
    CitedTitle,
    cited_numbers,
    cited_titles,
    known_document,
    title_letters,
)
from monitor.rules.engine import NEW, V2021, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import nothing_found, prose_damage
from monitor.rules.quoting import passages

_HISTORY = re.compile(r"废止|修订|修改|原《|旧《|原条例|旧条例")
_REGULATION = re.compile(r"国务院|政府信息公开条例")
_FORMAT_OF_2021 = re.compile(
    r"国办[公开办函]{0,7}[〔\[【(]?2021年?[〕\]】)]?第?30号|年度报告格式(?![〉》>]?\(?试行)"
)
_ONE_CITATION = 30
"""Characters between a title and its number, at most."""


@rule(
    "cite-order-superseded",
    zh="引用已被修订的旧条例",
    en="cites the superseded Order 492",
    severity=Severity.ERROR,
    formats=NEW,
    basis="《中华人民共和国政府信息公开条例》（国务院令第711号），自2019年5月15日起施行",
    thresholds={"order_history_within": 60},
)
def cite_order_superseded(facts: Facts) -> Iterator[Finding]:
    """The report names Order 492 as its basis, which Order 711 replaced on 2019-05-15.

    What it does: Looks for 国务院令第492号 without Order 711 within 60 characters; where both stand
        together, or a revision is told, the history is given and nothing is wrong.
    Why it matters: Often a sign of a report written, or copied, after a law that holds no longer.
    Legal basis: 国务院令第711号, in force since 2019-05-15.
    Example that fails: 根据《中华人民共和国政府信息公开条例》（国务院令第492号）.
    Example that passes: 2007年国务院令第492号公布，2019年国务院令第711号修订.
    How to put it right: Cite 国务院令第711号 and check the rest of the report against it.
    """
    report = facts.report
    assert report is not None
    within = int(facts.thresholds["order_history_within"])
    found = False
    for passage in passages(report):
        for start, end in _old_orders(passage.flat, within):
            found = True
            yield fail(
                f"引用了已被修订的旧条例文号“{passage.flat[start:end]}”，现行条例是国务院令第711号。",
                f"Cites “{passage.flat[start:end]}”; the Regulation in force is Order 711.",
                passage.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "是否引用旧条例", "whether Order 492 is cited")


@rule(
    "cite-format-superseded",
    zh="引用旧格式文件",
    en="cites the superseded format notice",
    severity=Severity.ERROR,
    formats=V2021,
    basis="《政府信息公开条例》第五十条第二款；国办公开办函〔2021〕30号",
    version=2,
)
def cite_format_superseded(facts: Facts) -> Iterator[Finding]:
    """A report on 2021 or later follows the trial notice 〔2019〕60号 and not 〔2021〕30号.

    What it does: Looks for the number of 60号 or its title. Where 30号 is cited as well, 60号 is
        history, and the finding is only a remark.
    Why it matters: The report follows, or claims to follow, a format that was replaced.
    Legal basis: 国办公开办函〔2021〕30号, issued 2021-09-26.
    Example that fails: 按照…有关事项的通知（国办公开办函〔2019〕60号）要求 (fiscal year 2023).
    Example that passes: The same sentence with 国办公开办函〔2021〕30号 and its title.
    How to put it right: Cite 30号 and check headings and tables against it.
    """
    report = facts.report
    assert report is not None
    everything = list(passages(report))
    places = [(passage, *span) for passage in everything for span in _old_formats(passage.flat)]
    if not places:
        yield from nothing_found(report, "是否引用旧格式文件", "whether 60号 is cited")
        return
    current = any(cites_format_of_2021(passage.flat) for passage in everything)
    damage = prose_damage(report)
    for passage, start, end in places:
        evidence = passage.evidence(start, end)
        if not current and damage is not None:
            yield doubtful("是否同时引用新格式文件", "whether 30号 is cited too", damage, evidence)
            continue
        yield fail(
            "引用了已被取代的格式文件国办公开办函〔2019〕60号"
            + ("。" if current else "，现行格式文件是国办公开办函〔2021〕30号。"),
            "Cites the superseded 国办公开办函〔2019〕60号"
            + (" beside 30号." if current else "; 国办公开办函〔2021〕30号 is in force."),
            evidence,
            severity=Severity.INFO if current else None,
        )


@rule(
    "cite-stat2014",
    zh="引用统计报送旧文件",
    en="cites the old notice on statistics",
    severity=Severity.INFO,
    formats=NEW,
    basis="国办发〔2014〕32号已不再适用于2019年以后的年报（通行理解）",
    basis_2019="国办发〔2014〕32号已不再适用于2019年以后的年报（通行理解）",
)
def cite_stat2014(facts: Facts) -> Iterator[Finding]:
    """A report on 2019 or later names the notice on statistics of 2014.

    What it does: Looks for 国办发〔2014〕32号 and for its title; where its repeal is told, nothing
        is wrong.
    Why it matters: The table of statistics of that notice was replaced by those of the report.
    Legal basis: 国办发〔2014〕32号 was replaced in practice by 国办公开办函〔2019〕60号 and
        〔2021〕30号.
    Example that fails: 按照国办发〔2014〕32号要求报送统计数据 (fiscal year 2023).
    Example that passes: The same sentence in a report on 2016.
    How to put it right: Cite the notice on the format of the report instead.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for start, end in _statistics_of_2014(passage.flat)[:1]:  # a remark, once a paragraph
            found = True
            yield fail(
                f"引用了已不再适用的统计报送文件“{passage.flat[start:end]}”。",
                f"Cites “{passage.flat[start:end]}”, which is no longer applied.",
                passage.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "是否引用统计报送旧文件", "whether 32号 is cited")


def cites_format_of_2019(flat: str) -> bool:
    """Whether a text names 国办公开办函〔2019〕60号, by number or title."""
    return bool(_old_formats(flat))


def cites_format_of_2021(flat: str) -> bool:
    """Whether a text names 国办公开办函〔2021〕30号, by number or title, be it garbled."""
    return _FORMAT_OF_2021.search(flat) is not None or any(cited_numbers(flat, "fmt2021"))


def _old_orders(flat: str, within: int) -> Iterator[tuple[int, int]]:
    current = [number.start for number in cited_numbers(flat, "order711")]
    for number in cited_numbers(flat, "order492"):
        around = flat[max(0, number.start - within) : number.end + within]
        if not _REGULATION.search(flat[max(0, number.start - within) : number.end]):
            continue
        near = _is_near(number.start, current, within + 10)
        if not near and "711" not in around and not _HISTORY.search(around):
            yield number.start, number.end


def _is_near(position: int, others: Sequence[int], reach: int) -> bool:
    """Whether one of ``others``, which ascend, lies within reach of a position."""
    at = bisect_left(others, position - reach)
    return at < len(others) and others[at] <= position + reach


def _old_formats(flat: str) -> list[tuple[int, int]]:
    """Return where 60号 is cited: by number, by title, or by both side by side."""
    ends = {number.start: number.end for number in cited_numbers(flat, "fmt2019")}
    spans = []
    for title in cited_titles(flat):
        if _is_title_of_2019(title):
            near = range(title.end, title.end + _ONE_CITATION + 1)
            beside = [ends.pop(start) for start in near if start in ends]
            spans.append((title.start, beside[0] if beside else title.end))
    return sorted((*spans, *ends.items()))


def _statistics_of_2014(flat: str) -> list[tuple[int, int]]:
    """Return where 国办发〔2014〕32号 is cited and not told to be repealed."""
    ends = {number.start: number.end for number in cited_numbers(flat, "stat2014")}
    spans = []
    for title in cited_titles(flat):
        if title_letters(title.text) == known_document("stat2014").letters:
            near = range(title.end, title.end + _ONE_CITATION + 1)
            beside = [ends.pop(start) for start in near if start in ends]
            spans.append((title.start, beside[0] if beside else title.end))
    return [
        (start, end)
        for start, end in sorted((*spans, *ends.items()))
        if not _HISTORY.search(flat[max(0, start - _ONE_CITATION) : end + _ONE_CITATION])
    ]


def _is_title_of_2019(title: CitedTitle) -> bool:
    """A local notice of the same words has another issuer in front of them."""
    wanted = known_document("fmt2019").letters
    return title.text.startswith("国务院") and title_letters(title.text) == wanted
