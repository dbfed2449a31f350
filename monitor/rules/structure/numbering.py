"""The rule about the numbers of sub-headings."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.reading.normalise import parse_han_number
from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import NEW, rule
from monitor.rules.model import Evidence, Facts, Finding, Severity
from monitor.rules.originals import keeps_cells
from monitor.rules.quoting import Passage, section_passages

_HAN = "一二三四五六七八九十"
_MARK = re.compile(
    rf"(?P<before>[（(]?)\s?(?P<number>[{_HAN}]{{1,3}}|[0-9０-９]{{1,2}})\s?"
    r"(?P<after>[)）]|[、．.](?![0-9０-９]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """The number before a sub-heading: as printed, its style without it, its value."""

    printed: str
    style: str
    value: int
    item: Passage

    def evidence(self) -> Evidence:
        """Quote the beginning of its paragraph."""
        return self.item.evidence(0, min(len(self.item.flat), 20))


@rule(
    "numbering-inconsistent",
    zh="序号样式混用",
    en="mixed numbering",
    severity=Severity.INFO,
    formats=NEW,
    basis="公文序号的通行写法",
)
def numbering_inconsistent(facts: Facts) -> Iterator[Finding]:
    """Sub-headings of one series are numbered in different styles.

    What it does: Follows the numbers at the beginning of paragraphs of a section; where one goes on
        from another in a different style, it names both. Only HTML and Word files are judged:
        other files may have got their numbers from a converter.
    Why it matters: Mixed numbers are often a sign of text put together from several reports.
    Legal basis: Practice of official documents; no law names the style of numbers.
    Example that fails: （一）主动公开 …… (二)依申请公开 …… （3）政府信息管理
    Example that passes: （一）主动公开 …… （二）依申请公开, with 1. and 2. below the second.
    How to put it right: Number the sub-headings of one level in one style.
    """
    report = facts.report
    assert report is not None
    lost = any(damage.code == "numbering-lost" for damage in report.damage)
    if not keeps_cells(report) or lost:
        yield not_applicable(
            "序号可能在转换中改变，本规则只检查网页和Word原件。",
            "Numbers may have been changed by a converter; only HTML and Word files are judged.",
        )
        return
    for section in report.sections:
        marks = [mark for item in section_passages(section) if (mark := _mark(item))]
        mixed = _first_mixed(marks)
        if mixed is not None:
            one, other = mixed
            yield fail(
                f"同一级序号样式不一致：“{one.printed}”之后是“{other.printed}”。",
                f"Numbers of one level differ in style: “{one.printed}”, then “{other.printed}”.",
                one.evidence(),
                other.evidence(),
            )


def _mark(item: Passage) -> _Mark | None:
    match = _MARK.match(item.printed.lstrip())
    if match is None or bool(match["before"]) != (match["after"] in ")）"):
        return None
    digits = unicodedata.normalize("NFKC", match["number"])
    value = int(digits) if digits.isascii() else parse_han_number(digits)
    if not value:
        return None
    kind = "1" if digits.isascii() else "一"
    return _Mark(
        printed="".join(match.group().split()),
        style=f"{match['before']}{kind}{match['after']}",
        value=value,
        item=item,
    )


def _first_mixed(marks: Sequence[_Mark]) -> tuple[_Mark, _Mark] | None:
    """Return the first number that goes on from one of another style, and that one.

    ``open_lists`` are the lists that may go on, the innermost last, each by its latest number.
    """
    open_lists: list[_Mark] = []
    for mark in marks:
        before = _predecessor(open_lists, mark)
        if before is not None and before.style != mark.style:
            return before, mark
        if before is not None:
            del open_lists[open_lists.index(before) :]
        elif mark.value == 1:
            _close(open_lists, mark.style)
        else:
            continue
        open_lists.append(mark)
    return None


def _predecessor(open_lists: Sequence[_Mark], mark: _Mark) -> _Mark | None:
    """Return the number that a number follows: of its own style if there is one, else any."""
    before = [item for item in reversed(open_lists) if item.value == mark.value - 1]
    own = (item for item in before if item.style == mark.style)
    return next(own, next(iter(before), None))


def _close(open_lists: list[_Mark], style: str) -> None:
    """Close the open list of a style that begins again, and those within it."""
    for index, item in enumerate(open_lists):
        if item.style == style:
            del open_lists[index:]
            return
