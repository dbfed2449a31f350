"""The rule about brackets and title marks that do not pair."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.originals import letters_doubtful, nothing_found
from monitor.rules.quoting import Passage, passages

_PAIRS = {"(": ")", "《": "》", "〈": "〉", "〔": "〕", "“": "”", "【": "】"}
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
_MARK = re.compile(f"[{re.escape(''.join((*_PAIRS, *_OPENING)))}]")
_EITHER = re.compile(f"[{re.escape(''.join((*_PAIRS, *_OPENING)))}<>]")
_PAIR = re.compile("|".join(re.escape(first + last) for first, last in _PAIRS.items()))
_MOST_MARKS = 200
"""Marks of a paragraph that are taken out pair by pair; more are paired one by one."""
_QUOTES = "“”"
_FOLD = str.maketrans("<>", "〈〉")
_ORDINAL_BEFORE = re.compile(r"(?:^|[^\w(])(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[a-zA-Z])$")
_ORDINAL = 4
"""Characters of an ordinal and of what stands before it, at most."""
_ORDINAL_AT_START = re.compile(r"\((?:[一二三四五六七八九十]{1,3}|\d{1,2})(?!\))")
_ORDINAL_AFTER = re.compile(r"\((?:[一二三四五六七八九十]{1,3}|\d{1,2})(?![\w)])")

Unpaired = tuple[int, str]


@rule(
    "bracket-unbalanced",
    zh="括号、书名号不配对",
    en="brackets do not pair",
    severity=Severity.INFO,
    formats=ALL,
    basis="《标点符号用法》（GB/T 15834—2011）",
    basis_2008="《标点符号用法》（GB/T 15834）",
)
def bracket_unbalanced(facts: Facts) -> Iterator[Finding]:
    """A bracket, title mark or quotation mark in a paragraph has no partner.

    What it does: Pairs （）《》〈〉〔〕【】“” within each paragraph, half and full width alike, one
        finding a paragraph. Ordinals such as 1) and pairs broken over paragraphs are left alone.
    Why it matters: It is unclear where a title or a remark ends; a sign of careless editing.
    Legal basis: GB/T 15834—2011: these marks come in pairs.
    Example that fails: …的通知》国办公开办函〔2021〕30号）要求.
    Example that passes: …的通知》（国办公开办函〔2021〕30号）要求.
    How to put it right: Add the missing mark.
    """
    report = facts.report
    assert report is not None
    found = False
    for passage, at, mark in _unpaired_marks(report):
        found = True
        evidence = passage.evidence(at, at + 1)
        if letters_doubtful(report, passage.place):
            yield indeterminate(
                f"“{mark}”没有配对，该处文字读取存疑。",
                f"“{mark}” has no partner; the text was not read for certain there.",
                evidence,
            )
        else:
            yield fail(f"“{mark}”没有配对。", f"“{mark}” has no partner.", evidence)
    if not found:
        yield from nothing_found(report, "标点是否配对", "whether brackets pair")


def _unpaired_marks(report: Report) -> Iterator[tuple[Passage, int, str]]:
    """Yield the first mark without a partner of each paragraph that has one."""
    everything = [None, *passages(report), None]
    for index in range(1, len(everything) - 1):
        before, here, after = everything[index - 1 : index + 2]
        assert here is not None
        left = _unpaired(here.flat)
        if left and not _broken_over_paragraphs(before, here, after):
            at, mark = left[0]
            yield here, at, mark


def _broken_over_paragraphs(before: Passage | None, here: Passage, after: Passage | None) -> bool:
    """Whether the partner stands in the paragraph before or behind, lines having been lost.

    A quotation of several paragraphs opens each of them anew and closes the last one only.
    """
    for first, second in pairwise(item for item in (before, here, after) if item is not None):
        alone = len(_unpaired(first.flat)) + len(_unpaired(second.flat))
        together = len(_unpaired(first.flat + second.flat))
        if together < alone:
            return True
    return {mark for _, mark in _unpaired(here.flat)} == {"“"} and (
        after is not None and after.flat.startswith("“")
    )


def _unpaired(flat: str) -> list[Unpaired]:
    """Return the marks without partner, in order."""
    if _all_pair("".join(_EITHER.findall(flat))):
        return []
    text = flat.translate(_FOLD)
    stack: list[Unpaired] = []
    opened: Counter[str] = Counter()
    left: list[Unpaired] = []
    for found in _MARK.finditer(text):
        at, mark = found.start(), found[0]
        if mark in _PAIRS:
            stack.append((at, mark))
            opened[mark] += 1
        else:
            left += _close(text, at, stack, opened)
    left += [item for item in stack if not _is_opening_ordinal(text, *item)]
    return _without_slips(flat, sorted(left))


@lru_cache(maxsize=1024)
def _all_pair(marks: str) -> bool:
    """Whether each of some marks has its partner and none stands across another; < and > do not."""
    while marks and len(marks) <= _MOST_MARKS:
        shorter = _PAIR.sub("", marks)
        if shorter == marks:
            return False
        marks = shorter
    return not marks


def _close(text: str, at: int, stack: list[Unpaired], opened: Counter[str]) -> list[Unpaired]:
    """Take the partner of a closing mark off the stack; return what stays without one.

    ``opened`` counts the marks on the stack.
    """
    mark = text[at]
    if not opened[_OPENING[mark]]:
        ordinal = mark == ")" and _ORDINAL_BEFORE.search(text, max(0, at - _ORDINAL), at)
        return [] if ordinal else [(at, mark)]
    left: list[Unpaired] = []
    while True:
        item = stack.pop()
        opened[item[1]] -= 1
        if item[1] == _OPENING[mark]:
            return left
        left.append(item)


def _is_opening_ordinal(text: str, at: int, mark: str) -> bool:
    ordinal = _ORDINAL_AT_START if at == 0 else _ORDINAL_AFTER
    return mark == "(" and ordinal.match(text, at) is not None


def _without_slips(flat: str, left: list[Unpaired]) -> list[Unpaired]:
    """Leave out lone < and > (less, more), and quotation marks turned the wrong way round."""
    left = [(at, flat[at]) for at, _ in left if flat[at] not in "<>"]
    turned = sum(flat.count(mark) for mark in _QUOTES) % 2 == 0
    return [item for item in left if not (turned and item[1] in _QUOTES)]
