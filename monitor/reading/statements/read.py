"""From a report to all that its prose states. Pure, linear in the text, and never raises."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from monitor.reading.model import Report
from monitor.reading.statements.announced import find_announcement
from monitor.reading.statements.binding import Context
from monitor.reading.statements.citations import find_citations
from monitor.reading.statements.flat import Flat, flat_sentences, is_cut
from monitor.reading.statements.model import (
    Announcement,
    Breakdown,
    Comparison,
    Count,
    Statements,
)
from monitor.reading.statements.names import OwnNames, find_names, own_names
from monitor.reading.statements.periods import find_periods
from monitor.reading.statements.remarks import find_completions, find_gaps
from monitor.reading.statements.timing import Scopes, Times
from monitor.reading.statements.tokens import OWN_NAME, Token, may_tell, tells, tokens
from monitor.reading.statements.walking import Walk
from monitor.reading.statements.years import find_years

_COUNTS = re.compile(r"\d|[零〇一二两三四五六七八九十百]\S|未|没|无|不存在|不涉及")
"""A sentence without any of these counts nothing."""
_DISCLOSURE = re.compile(r"依申请|信息公开|政务公开|信息处理费")
_REQUESTS = re.compile(r"依申请|公开[^,。;]{0,6}申请")
_CONTINUES = re.compile(r"\(?其中")


def read_statements(report: Report, *, fiscal_year: int | None = None) -> Statements:
    """Return what the prose of a report states. Tables and headings are not looked at.

    ``fiscal_year`` is the one the report is judged for, if not the one it states. Every statement
    keeps the sentence and the place it stands at. Never raises.
    """
    if fiscal_year is not None and fiscal_year != report.fiscal_year:
        report = replace(report, fiscal_year=fiscal_year)
    flats = list(flat_sentences(report))
    own = own_names(report.agency)
    walked = _Counting(report, own)
    for flat in flats:
        walked.take(flat)
    return Statements(
        complete=not is_cut(report),
        all_counts=tuple(walked.counts),
        breakdowns=tuple(walked.breakdowns),
        comparisons=tuple(walked.comparisons),
        completions=tuple(item for flat in flats for item in find_completions(flat, report)),
        gaps=tuple(item for flat in flats for item in find_gaps(flat)),
        periods=tuple(item for flat in flats for item in find_periods(flat)),
        years=tuple(item for flat in flats for item in find_years(flat, report.fiscal_year)),
        citations=tuple(item for flat in flats for item in find_citations(flat)),
        names=tuple(item for flat in flats for item in find_names(flat, own)),
        announcement=next(_announcements(flats), None),
    )


def _announcements(flats: list[Flat]) -> Iterator[Announcement]:
    for flat in flats:
        if flat.sentence.section in (None, "overview"):
            found = find_announcement(flat)
            if found is not None:
                yield found


class _Counting:
    """Walks through the sentences that count; what one says goes over to one with 其中."""

    def __init__(self, report: Report, own: OwnNames | None) -> None:
        self.fiscal_year = report.fiscal_year
        self.own = own
        self.counts: list[Count] = []
        self.breakdowns: list[Breakdown] = []
        self.comparisons: list[Comparison] = []
        self.paragraph = 0
        self.area_before = False
        self._before: Callable[[], Walk] | None = None
        """Gives the walk through the sentence before; hardly one goes on from another."""

    def take(self, flat: Flat) -> None:
        """Walk through one sentence."""
        if flat.paragraph != self.paragraph:
            self.paragraph, self.area_before = flat.paragraph, False
        if not _COUNTS.search(flat.plain):
            self._before = None
            return
        plain = self._with_own_hidden(flat.plain)
        before = self._before() if self._before and _CONTINUES.match(plain) else None
        if before is not None:
            before.go()
        build = partial(self._walk, flat, plain, before, area_before=self.area_before)
        if not may_tell(plain):
            self._before = build
            return
        words = tokens(plain)
        if not any(map(tells, words)):
            self._before = build
            return
        walk = build(words)
        walk.go()
        self.breakdowns += walk.lists.breakdowns()
        self.comparisons += walk.comparisons.found
        self.area_before = walk.scopes.area_before
        self._before = lambda: walk

    def _with_own_hidden(self, plain: str) -> str:
        for start, end in self.own.spans(plain) if self.own is not None else ():
            plain = plain[:start] + OWN_NAME * (end - start) + plain[end:]
        return plain

    def _walk(
        self,
        flat: Flat,
        plain: str,
        before: Walk | None,
        words: Sequence[Token] | None = None,
        *,
        area_before: bool,
    ) -> Walk:
        words = tokens(plain) if words is None else words
        if before is not None:
            return Walk(
                flat,
                words,
                self.counts,
                times=replace(before.times),
                scopes=replace(before.scopes),
                context=before.context,
                parent=before.lists.last,
            )
        on_request = flat.sentence.subpart == "on_request" or flat.sentence.section == "requests"
        context = Context(
            topic="request" if on_request else None,
            requests=(on_request or _REQUESTS.search(plain) is not None)
            and not any(word.meaning == "matter" for word in words),
            disclosure=_DISCLOSURE.search(plain) is not None,
            on_request=on_request or flat.sentence.section == "remedies",
        )
        return Walk(
            flat,
            words,
            self.counts,
            times=Times(self.fiscal_year),
            scopes=Scopes.at_start(area_before=area_before),
            context=context,
            parent=None,
        )
