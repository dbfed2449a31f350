"""Whether the reading of a column may carry a claim of absence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.records.columns import Reading
from crawler.walking import ColumnWalk


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a walk meant, row by row."""

    reports: int
    known_before: int
    found_again: int
    unopened: Sequence[str] = ()
    """Rows whose title does not tell and whose page could not be had."""


def judge_reading(walk: ColumnWalk, recognised: Recognised) -> Reading:
    """Return the reading of a column with its positive control.

    The control passes only if the column was read to its end, showed at least one annual report,
    and showed again at least half of those known there before. So a list without rows, a page in
    a new layout and an error page with status 200 never pass.
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
    )


def _doubts(walk: ColumnWalk, recognised: Recognised) -> list[str]:
    doubts = list(walk.problems)
    if not walk.read_to_end and not doubts:
        doubts.append("no page of it was read")
    if walk.read_to_end and not recognised.reports:
        doubts.append("no annual report among its rows")
    known, again = recognised.known_before, recognised.found_again
    if walk.read_to_end and known and (not again or 2 * again < known):
        doubts.append(f"only {again} of {known} reports known there were found again")
    if recognised.unopened:
        doubts.append(f"titles do not tell and pages could not be had: {recognised.unopened[0]}")
    return doubts
