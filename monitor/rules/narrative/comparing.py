"""Holding counts of the prose against figures of the tables, and saying what came of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.language import Bilingual
from monitor.reading.model import Report
from monitor.reading.statements import Count, Time
from monitor.rules.answers import doubtful, fail, indeterminate, not_applicable
from monitor.rules.model import Evidence, Facts, Finding
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.own import AT_YEARS_END
from monitor.rules.narrative.tabled import Cells, Figure, cells_evidence, figure_of, has_cells
from monitor.rules.originals import prose_damage

_MOST_EVIDENCE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A count of the prose and the figures of the tables of which it must be one."""

    count: Count
    name: Bilingual
    against: tuple[Cells, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A claim and the figures as read."""

    claim: Claim
    figures: tuple[Figure, ...]

    @property
    def holds(self) -> bool:
        """Whether the count is one of the figures, or may be counted over more than the year."""
        numbers = {number for figure in self.figures for number in figure.numbers}
        count = self.claim.count
        if count.number in numbers:
            return True
        if count.time is not Time.AS_OF or count.thing in AT_YEARS_END:
            return False
        # up to the last day of the year may be since the beginning: then it is no smaller
        return bool(numbers) and count.number > min(numbers)

    @property
    def reason(self) -> Bilingual | None:
        """Why it cannot be told; None if every figure is known."""
        return next((item.reason for item in self.figures if item.reason is not None), None)


def compare(facts: Facts, claims: Iterable[Claim], *, together: bool = False) -> Iterator[Finding]:
    """Yield what differs: one finding for each statement, or ``together`` one for all of them."""
    report = facts.report
    assert report is not None
    asked = [claim for claim in claims if any(has_cells(report, item) for item in claim.against)]
    if not asked:
        yield nothing_stated(facts)
        return
    compared = [_compared(report, claim) for claim in asked]
    open_ = [item for item in compared if not item.holds]
    wrong = [item for item in open_ if item.reason is None]
    if together and wrong:
        yield _differ(report, wrong)
    elif wrong:
        for same in _by_statement(wrong):
            yield _differ(report, same)
    unknown = [item for item in open_ if item.reason is not None]
    if unknown:
        yield _unknown(unknown)


def nothing_stated(facts: Facts) -> Finding:
    """Answer that the prose says nothing of the kind, unless some of it was lost or left unread."""
    report, statements = facts.report, facts.statements
    assert report is not None
    assert statements is not None
    damage = prose_damage(report)
    if damage is not None:
        return doubtful("文字与表格是否一致", "whether prose and tables agree", damage)
    if not statements.complete:
        return indeterminate(
            "正文过长，没有读完，无法核对。", "The prose is too long and was not read to its end."
        )
    return not_applicable(
        "正文没有可以核对的表述。", "The prose says nothing that could be held against the tables."
    )


def printed(number: Decimal) -> str:
    """Return a number without needless zeros."""
    return format(number.normalize(), "f")


def _compared(report: Report, claim: Claim) -> Compared:
    return Compared(claim=claim, figures=tuple(figure_of(report, cells) for cells in claim.against))


def _by_statement(items: Sequence[Compared]) -> Iterator[list[Compared]]:
    """Put together what one sentence says, and sentences that say the same."""
    sentences: dict[tuple[int | None, int], list[Compared]] = {}
    for item in items:
        sentence = item.claim.count.sentence
        sentences.setdefault((sentence.section_index, sentence.offset), []).append(item)
    same: dict[frozenset[tuple[str, Decimal]], list[Compared]] = {}
    for group in sentences.values():
        said = frozenset((item.claim.name.en, item.claim.count.number) for item in group)
        same.setdefault(said, []).extend(group)
    yield from same.values()


def _differ(report: Report, items: Sequence[Compared]) -> Finding:
    claims = list(
        dict.fromkeys((item.claim.name, printed(item.claim.count.number)) for item in items)
    )
    figures = list(dict.fromkeys(figure for item in items for figure in item.figures))
    said_zh = "、".join(f"{name.zh}{number}件" for name, number in claims)
    said_en = ", ".join(f"{name.en} {number}" for name, number in claims)
    held_zh = "、".join(f"{figure.cells.name.zh}为{figure.shown}" for figure in figures)
    held_en = ", ".join(f"{figure.cells.name.en} {figure.shown}" for figure in figures)
    return fail(
        f"正文称{said_zh}，与表格不一致：表格{held_zh}。",
        f"The prose says: {said_en}; the table has: {held_en}.",
        *_evidence(report, items, figures),
    )


def _evidence(
    report: Report, items: Sequence[Compared], figures: Sequence[Figure]
) -> tuple[Evidence, ...]:
    cells = (evidence for figure in figures for evidence in cells_evidence(report, figure.cells))
    quotes = (quoted(item.claim.count) for item in items)
    return tuple(dict.fromkeys((*quotes, *cells)))[:_MOST_EVIDENCE]


def _unknown(items: Sequence[Compared]) -> Finding:
    first = items[0]
    assert first.reason is not None
    names = list(dict.fromkeys(item.claim.name for item in items))
    return indeterminate(
        f"正文关于{'、'.join(name.zh for name in names)}的表述无法与表格核对：{first.reason.zh}。",
        f"What the prose says of {', '.join(name.en for name in names)} cannot be held against "
        f"the table: {first.reason.en}.",
        *tuple(dict.fromkeys(quoted(item.claim.count) for item in items))[:_MOST_EVIDENCE],
    )
