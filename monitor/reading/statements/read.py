"""From a report to all that its prose states. Pure, linear in the text, and never raises."""

import re
from collections.abc import Iterator
from dataclasses import replace

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
from monitor.reading.statements.names import find_names, own_names
from monitor.reading.statements.periods import find_periods
from monitor.reading.statements.remarks import find_completions, find_gaps
from monitor.reading.statements.timing import Scopes, Times
from monitor.reading.statements.tokens import OWN_NAME, tokens
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

    def __init__(self, report: Report, own: re.Pattern[str] | None) -> None:
        self.fiscal_year = report.fiscal_year
        self.own = own
        self.counts: list[Count] = []
        self.breakdowns: list[Breakdown] = []
        self.comparisons: list[Comparison] = []
        self.paragraph = 0
        self.area_before = False
        self.before: Walk | None = None

    def take(self, flat: Flat) -> None:
        """Walk through one sentence."""
        if flat.paragraph != self.paragraph:
            self.paragraph, self.area_before = flat.paragraph, False
        if not _COUNTS.search(flat.plain):
            self.before = None
            return
        walk = self._walk(flat)
        if walk.tells_nothing:
            self.before = walk
            return
        walk.go()
        self.breakdowns += walk.lists.breakdowns()
        self.comparisons += walk.comparisons.found
        self.area_before = walk.scopes.area_before
        self.before = walk

    def _walk(self, flat: Flat) -> Walk:
        plain = flat.plain
        if self.own is not None:
            plain = self.own.sub(lambda match: OWN_NAME * len(match[0]), plain)
        goes_on = self.before is not None and _CONTINUES.match(plain) is not None
        before = self.before if goes_on else None
        if before is not None:
            before.go()
        on_request = flat.sentence.subpart == "on_request" or flat.sentence.section == "requests"
        words = tokens(plain)
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
            times=replace(before.times) if before else Times(self.fiscal_year),
            scopes=replace(before.scopes)
            if before
            else Scopes.at_start(area_before=self.area_before),
            context=before.context if before else context,
            parent=before.lists.last if before else None,
        )
