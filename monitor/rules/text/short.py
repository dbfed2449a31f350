"""The rule about reports that say next to nothing."""

from collections.abc import Iterator

from monitor.formats import load_format
from monitor.reading.model import Damage, Report
from monitor.rules.answers import doubtful, fail, indeterminate
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.quoting import passages, title_evidence

_SHORTEST = "shortest_report"
_ONLY_TABLES = frozenset({"cells-flattened", "rows-lost", "readers-disagree", "sums-disagree"})


@rule(
    "too-short",
    zh="全文过短",
    en="report too short",
    severity=Severity.WARNING,
    formats=NEW,
    basis="《政府信息公开条例》第五十条；国办公开办函〔2021〕30号（不得敷衍应付）",
    basis_2019="《政府信息公开条例》第五十条",
    needs=frozenset({"outline"}),
    thresholds={_SHORTEST: 400},
)
def too_short(facts: Facts) -> Iterator[Finding]:
    """The prose of the whole report, tables left out, is shorter than 400 characters.

    What it does: Counts the characters of preamble and sections, headings and tables left out;
        shortest_report is the number. Only a remark if all five aspects are treated all the same.
        Not judged where a part of the text, or a picture that may hold it, was not read.
    Why it matters: Five aspects, the problems and the remedies cannot be told in so few words.
    Legal basis: 《政府信息公开条例》第五十条: what a report must contain.
    Example that fails: Six headings, three tables and four sentences.
    Example that passes: A report of a small office with a page of prose.
    How to put it right: Report on every aspect of the format.
    """
    report = facts.report
    assert report is not None
    shortest = int(facts.thresholds[_SHORTEST])
    flat = "".join(item.flat for item in passages(report))
    length = len(flat)
    if length >= shortest:
        return
    damage = _hiding(report)
    if damage is not None:
        yield doubtful("全文篇幅", "the length of the report", damage)
    elif report.images:
        yield indeterminate(
            "页面有未识别的图片，可能含有正文，无法判断全文篇幅。",
            "Pictures that were not read may hold text: the length cannot be judged.",
        )
    else:
        yield fail(
            f"除表格外全文仅 {length} 字，不足 {shortest} 字。",
            f"Without its tables the report has only {length} characters, less than {shortest}.",
            *title_evidence(report),
            severity=Severity.INFO if _treats_all_aspects(flat) else None,
        )


def _treats_all_aspects(flat: str) -> bool:
    aspects = load_format("v2021").subparts
    return all(any(word in flat for word in aspect.match) for aspect in aspects)


def _hiding(report: Report) -> Damage | None:
    """Return a damage that may hide prose; one that is known to touch tables only does not."""
    return next(
        (
            damage
            for damage in report.damage
            if damage.sections or not (damage.tables or damage.code in _ONLY_TABLES)
        ),
        None,
    )
