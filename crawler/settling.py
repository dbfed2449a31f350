"""How a portal's crawl ended, from what happened in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.fetched import Fetched, Outcome
from crawler.records.readings import Reading
from storage.columns import SEARCHED_PLATFORM
from storage.models import CrawlState

_LONGEST_REASON = 1000
_STATES = {
    Outcome.BLOCKED: CrawlState.BLOCKED,
    Outcome.ROBOTS_DENIED: CrawlState.ROBOTS_DENIED,
    Outcome.UNREACHABLE: CrawlState.UNREACHABLE,
}
"""What an obstacle at the portal's own door makes of the crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The end of a crawl."""

    state: CrawlState
    reason: str | None = None
    control_passed: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)
    more_to_come: bool = False
    """True if this is only how far a crawl has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEnd:
    """How the reading of one column ended."""

    url: str
    reading: Reading
    obstacle: Fetched | None
    """What kept us from one of its pages."""
    seen: bool
    """True if any page of it was read."""


def settle_watch(
    columns: Sequence[ColumnEnd],
    unfinished: Sequence[str],
    lost: Sequence[str] = (),
    unsearched: Sequence[str] = (),
) -> Settled:
    """Return how a crawl of a portal's columns ended.

    Args:
        columns: how each standing column was read.
        unfinished: reports and files that could not be had.
        lost: columns that stand nowhere any more and were not found again.
        unsearched: ways that the search left: a report may stand where they lead.
    """
    if not columns:
        return Settled(state=CrawlState.NO_COLUMN, reason=_join(_lost_reasons(lost)))
    blocked = [end.obstacle for end in columns if _is(end.obstacle, Outcome.BLOCKED)]
    if blocked and blocked[0]:
        return Settled(
            state=CrawlState.BLOCKED, reason=blocked[0].reason, evidence=evidence_of(blocked[0])
        )
    common = _common_obstacle(columns)
    if common:
        return Settled(
            state=_STATES[common.outcome], reason=common.reason, evidence=evidence_of(common)
        )
    reasons = [
        *_lost_reasons(lost),
        *(end.reading.reason for end in columns if end.reading.reason),
        *unfinished,
        *unsearched,
    ]
    read = all(end.reading.read_to_end for end in columns)
    whole = read and not (unfinished or lost or unsearched)
    return Settled(
        state=CrawlState.COMPLETE if whole else CrawlState.PARTIAL,
        reason=_join(reasons),
        control_passed=not (lost or unsearched)
        and all(end.reading.control_passed for end in columns),
    )


def settle_search(
    obstacles: Sequence[Fetched],
    *,
    found: bool,
    searched_all: bool,
    platform: str | None = None,
) -> Settled:
    """Return how a search for columns ended; with columns found, watching is still to come.

    ``platform`` is the address of the disclosure platform, if one was read: that it has no column
    rests on it.
    """
    if found:
        return Settled(
            state=CrawlState.PARTIAL, reason="columns found, not yet read", more_to_come=True
        )
    for outcome, state in _STATES.items():
        hit = next((each for each in obstacles if each.outcome is outcome), None)
        if hit:
            return Settled(state=state, reason=hit.reason, evidence=evidence_of(hit))
    if obstacles or not searched_all:
        reason = obstacles[0].reason if obstacles else "not all promising links could be followed"
        return Settled(state=CrawlState.PARTIAL, reason=reason)
    return Settled(
        state=CrawlState.NO_COLUMN,
        reason="no annual-report column was found on the portal",
        evidence={SEARCHED_PLATFORM: platform} if platform else {},
    )


def evidence_of(fetched: Fetched) -> dict[str, Any]:
    """Return what a state rests on: kind, address, status, first text and hash of an answer."""
    if fetched.evidence:
        return {**fetched.evidence, "reason": fetched.reason}
    evidence: dict[str, Any] = {
        "kind": str(fetched.block.kind if fetched.block else fetched.outcome),
        "url": fetched.url,
        "status": fetched.status,
        "sha256": fetched.sha256,
        "reason": fetched.reason,
    }
    if fetched.block:
        evidence["text"] = fetched.block.excerpt
    return evidence


def _common_obstacle(columns: Sequence[ColumnEnd]) -> Fetched | None:
    """Return the obstacle if nothing of any column was seen for the same kind of reason."""
    if any(end.seen for end in columns):
        return None
    for outcome in _STATES:
        if all(_is(end.obstacle, outcome) for end in columns):
            return columns[0].obstacle
    return None


def _is(obstacle: Fetched | None, outcome: Outcome) -> bool:
    return obstacle is not None and obstacle.outcome is outcome


def _lost_reasons(lost: Sequence[str]) -> list[str]:
    return [f"{url}: the column is gone and was not found again" for url in lost]


def _join(reasons: Sequence[str]) -> str | None:
    return "; ".join(reasons)[:_LONGEST_REASON] or None
