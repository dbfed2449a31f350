"""The rule about wrong terms."""

from collections.abc import Iterator
from itertools import accumulate

from monitor.rules.answers import fail
from monitor.rules.citation.documents import cited_titles
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import nothing_found
from monitor.rules.quoting import passages
from monitor.rules.text.lexicon import Term, terms

_BEFORE = 20
"""Characters before a term that may excuse it."""


@rule(
    "term-wrong",
    zh="术语错误",
    en="wrong term",
    severity=Severity.INFO,
    formats=NEW,
    basis="《政府信息公开条例》；国办函〔2020〕109号；人大代表建议、政协提案的法定名称",
    basis_2019="《政府信息公开条例》第四十二条（信息处理费）；人大代表建议、政协提案的法定名称",
)
def term_wrong(facts: Facts) -> Iterator[Finding]:
    """A term of the field is used wrongly.

    What it does: Looks for a short list of wrong terms, such as 信息公开处理费 for 信息处理费 or
        政协建议 for 政协提案, and leaves the joint phrases alone that are right.
    Why it matters: The term names something that does not exist; a sign of careless editing.
    Legal basis: The terms of the Regulation, of 国办函〔2020〕109号 and of the two bodies.
    Example that fails: 办理政协建议1条.
    Example that passes: 办理人大代表建议和政协委员提案.
    How to put it right: Use the right term.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage in passages(report):
        for start, end, term in _wrong_terms(passage.flat):
            found = True
            yield fail(
                f"“{term.wrong}”应为“{term.right}”。",
                f"“{term.wrong}” should be “{term.right}”.",
                passage.evidence(start, end),
            )
    if not found:
        yield from nothing_found(report, "术语使用", "the terms used")


def _wrong_terms(flat: str) -> Iterator[tuple[int, int, Term]]:
    in_title = _within_titles(flat)
    for term in terms():
        start = flat.find(term.wrong)
        while start >= 0:
            end = start + len(term.wrong)
            counts = term.in_titles or not in_title[start]
            if counts and not _excused(flat, start, end, term):
                yield start, end, term
            start = flat.find(term.wrong, end)


def _within_titles(flat: str) -> list[int]:
    """Return for each character how many titles it stands in."""
    steps = [0] * (len(flat) + 1)
    for title in cited_titles(flat):
        steps[title.start] += 1
        steps[title.end] -= 1
    return list(accumulate(steps))


def _excused(flat: str, start: int, end: int, term: Term) -> bool:
    left = max(0, start - _BEFORE)
    after = term.not_after is not None and term.not_after.search(flat, left, start)
    before = term.not_before is not None and term.not_before.match(flat, end)
    return bool(after or before)
