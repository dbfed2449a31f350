"""Whether the reading of a column may carry a claim of absence. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.planning import order_changed
from crawler.read_pages import ReadPage
from crawler.records.readings import PartReading, Reading
from crawler.walking import ColumnWalk

MOST_LOST = 0.2
"""Part of the known reports that may be unlisted at once before the reading is doubted."""
SETTLED = 3
"""Whole readings in a row that show the same loss, after which it is the state of the column."""
_MOST_NAMED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a walk meant, row by row, and what was known before."""

    reports: int
    known_before: int
    found_again: int
    unopened: Sequence[str] = ()
    """Rows whose title does not tell and whose page could not be had."""
    found: Sequence[str] = ()
    """Addresses of known reports that were found again."""
    missing: Sequence[str] = ()
    """Addresses of known reports that were not."""
    newest_before: int | None = None
    """The latest fiscal year of the known reports."""
    newest_missing: bool = False
    """True if no report of that year was found again."""
    newest_year: int | None = None
    """The latest fiscal year that the rows name."""
    order_before: Sequence[str] = ()
    """Addresses of the reports in the order in which the last reading saw them."""
    order: Sequence[str] = ()
    """The same now; empty if the order means nothing."""
    same_before: int = 0
    """Whole readings in a row, before this one, that found as few of the known reports."""
    gone: int = 0
    """How many of the known reports that were not found again are gone from their own address."""
    drift: str | None = None
    """Why the page is no such column any more."""
    rows: Collection[str] = ()
    """Addresses of the rows that are reports."""
    stood: Mapping[str, str] = field(default_factory=dict)
    """By known report that was not found again, in which list of the column it stood before."""


def judge_reading(
    walk: ColumnWalk, recognised: Recognised, pages: Sequence[ReadPage] = ()
) -> Reading:
    """Return the reading of a column with its positive control.

    The control passes only if the column was read to its end, showed at least one annual report,
    and showed again what was known there before, but for a few. So a list without rows, a page in
    a new layout, an error page with status 200, a list cut down or shown from an old copy, and one
    whose order changed while it was paged never pass.
    """
    doubts = list(_doubts(walk, recognised))
    return Reading(
        pages_seen=walk.pages_seen,
        announced=walk.announced,
        found=len(walk.items),
        reports=recognised.reports,
        read_to_end=walk.read_to_end,
        control_passed=not doubts,
        known_before=recognised.known_before,
        found_again=recognised.found_again,
        reason="; ".join(doubts) or None,
        newest_year=recognised.newest_year,
        pages=tuple(pages),
        found_urls=tuple(recognised.found[:_MOST_NAMED]),
        missing_urls=tuple(recognised.missing[:_MOST_NAMED]),
        holders=walk.holders,
        vacant=walk.vacant,
        parts=() if walk.read_to_end else tuple(_parts(walk, recognised)),
    )


def _parts(walk: ColumnWalk, recognised: Recognised) -> Iterator[PartReading]:
    """Yield the parts of a column of which some were not read, if nothing else is amiss with it.

    Known reports that stood nobody knows where count as missing from a part without a name.
    """
    parts = walk.parts
    if not parts or recognised.drift or recognised.unopened:
        return
    lost = [recognised.stood.get(url, "") for url in recognised.missing]
    for part in parts:
        reports = len(part.rows.intersection(recognised.rows))
        missing = sum(url in part.lists for url in lost)
        yield PartReading(name=part.name, whole=part.whole, reports=reports, missing=missing)
    nowhere = sum(not any(url in part.lists for part in parts) for url in lost)
    if nowhere:
        yield PartReading(name="", whole=False, reports=0, missing=nowhere)


def _doubts(walk: ColumnWalk, recognised: Recognised) -> list[str]:
    doubts = list(walk.problems)
    if not walk.read_to_end and not doubts:
        doubts.append("no page of it was read")
    if walk.read_to_end and not recognised.reports:
        doubts.append("no annual report among its rows")
    if recognised.drift:
        doubts.append(recognised.drift)
    if walk.read_to_end:
        doubts += _losses(recognised)
        doubts += _disorder(walk, recognised)
    if recognised.unopened:
        doubts.append(f"titles do not tell and pages could not be had: {recognised.unopened[0]}")
    return doubts


def _losses(recognised: Recognised) -> list[str]:
    """Return what is doubtful about known reports that were not found again.

    A loss that stays the same over several whole readings is how the column now is, and so is one
    that the reports' own addresses confirm; that less than half is left never counts as that.
    """
    known, again = recognised.known_before, recognised.found_again
    lost = known - again - recognised.gone
    settled = recognised.same_before >= SETTLED
    if known and (not again or 2 * again < known):
        return [f"only {again} of {known} reports known there were found again"]
    if settled:
        return []
    if lost > max(1, MOST_LOST * known):
        return [f"{known - again} of {known} reports known there were not found again"]
    if lost and recognised.newest_missing and known > lost:
        return [f"all its rows are old: none of those known of {recognised.newest_before} is there"]
    return []


def _disorder(walk: ColumnWalk, recognised: Recognised) -> list[str]:
    """Return whether the order changed where that may have hidden rows from us.

    On a single page with everything known on it nothing can have slipped through.
    """
    if walk.pages_seen == 1 and recognised.found_again == recognised.known_before:
        return []
    if not order_changed(recognised.order_before, recognised.order):
        return []
    return ["its rows stand in another order than before"]
