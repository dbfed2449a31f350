"""How a host stands with us: served, refused, and how long it is left alone. Pure.

A host that refuses is left alone for a day, then asked once a week, and never tricked. One that is
overloaded rests for less, and longer each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crawler.fetched import Fetched, Outcome, Purpose
from crawler.pages.obstacles import Block, BlockKind
from storage.clock import iso_utc
from storage.models import HostTrouble

CHALLENGES = frozenset(
    {
        BlockKind.RUISHU,
        BlockKind.JIASULE,
        BlockKind.WZWS,
        BlockKind.EDGEONE,
        BlockKind.QIHOO_360,
        BlockKind.WALL,
        BlockKind.SCRIPT_STUB,
        BlockKind.MOBILE_ONLY,
    }
)
"""Products that stand before a whole host."""
_REFUSALS = frozenset({401, 403, 412})
_BUSY = frozenset({429})
_ROBOTS = frozenset({Outcome.OK, Outcome.GONE})
PROBE_EVERY = timedelta(days=7)
"""How often a host that goes on refusing is asked again."""
_BUSY_RESTS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
LONGEST_REST = timedelta(days=7)
CHALLENGES_IN_A_ROW = 2
REFUSALS_IN_A_ROW = 6
"""After so many without an answer in between, a host is left alone though it answered before."""
AT_THE_DOOR = 3
"""The same for server errors of a host that has not answered at all: one address, asked thrice."""
MOST_STRAIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Why a host is left alone, and until when."""

    host: str
    trouble: HostTrouble
    times: int
    since: datetime
    not_before: datetime
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def block(self) -> Block | None:
        """The obstacle that it rests on; None if the host is only overloaded."""
        if self.trouble is not HostTrouble.BLOCKED:
            return None
        kinds = {str(kind): kind for kind in BlockKind}
        kind = kinds.get(str(self.evidence.get("kind")), BlockKind.FORBIDDEN)
        return Block(kind=kind, excerpt=str(self.evidence.get("text", "")))

    def is_left_alone(self, now: datetime) -> bool:
        """Tell whether the host is not to be asked yet."""
        return now < self.not_before


def trouble_of(fetched: Fetched) -> HostTrouble | None:
    """Return what trouble with its host an answer shows by itself, None if it shows none."""
    status = fetched.status
    challenged = fetched.block is not None and fetched.block.kind in CHALLENGES
    if challenged:
        return HostTrouble.BLOCKED
    if status is None or fetched.ask.purpose is Purpose.ROBOTS:
        return None  # no robots.txt, or none for us to see, is no refusal
    if status in _REFUSALS:
        return HostTrouble.BLOCKED
    return HostTrouble.BUSY if status in _BUSY or status >= 500 else None


@dataclass(slots=True)
class Conduct:
    """How a host behaves in this process."""

    welcomed: bool = False
    """True once it gave content, its robots.txt not counted."""
    in_a_row: int = 0
    challenges: int = 0
    strain: int = 0
    """How often it was in trouble lately; its delay doubles with each."""

    def take(self, fetched: Fetched) -> HostTrouble | None:
        """Take in an answer; return the trouble for which the host is to be left alone now."""
        trouble = trouble_of(fetched)
        if trouble is None:
            if fetched.status is not None and fetched.ask.purpose is not Purpose.ROBOTS:
                self._calm(welcomed=fetched.outcome in _ROBOTS)
            return None
        challenged = fetched.block is not None and fetched.block.kind in CHALLENGES
        self.in_a_row += 1
        self.challenges += challenged
        self.strain = min(MOST_STRAIN, self.strain + 1)
        return trouble if self._is_enough(trouble) else None

    def _calm(self, *, welcomed: bool) -> None:
        self.in_a_row = self.challenges = 0
        self.strain //= 2
        self.welcomed = self.welcomed or welcomed

    def _is_enough(self, trouble: HostTrouble) -> bool:
        if self.challenges >= CHALLENGES_IN_A_ROW or self.in_a_row >= REFUSALS_IN_A_ROW:
            return True
        at_the_door = 1 if trouble is HostTrouble.BLOCKED else AT_THE_DOOR
        return not self.welcomed and self.in_a_row >= at_the_door


def next_standing(
    before: Standing | None,
    fetched: Fetched,
    trouble: HostTrouble,
    host: str,
    now: datetime,
    *,
    first_rest: timedelta,
) -> Standing:
    """Return how a host stands after it was in trouble (again).

    Args:
        before: how it stood.
        fetched: the answer that shows the trouble.
        trouble: which one.
        host: its name.
        now: the time of the answer.
        first_rest: how long a host is left alone that refuses for the first time.
    """
    same = before is not None and before.trouble is trouble
    times = before.times + 1 if before is not None and same else 1
    rest = _rest(trouble, times, first_rest)
    if fetched.retry_after is not None:
        rest = min(LONGEST_REST, max(rest, timedelta(seconds=fetched.retry_after)))
    return Standing(
        host=host,
        trouble=trouble,
        times=times,
        since=before.since if before is not None and same else now,
        not_before=now + rest,
        evidence=_evidence(fetched, now),
    )


def _rest(trouble: HostTrouble, times: int, first_rest: timedelta) -> timedelta:
    if trouble is HostTrouble.BUSY:
        return min(first_rest, _BUSY_RESTS[min(times, len(_BUSY_RESTS)) - 1])
    return first_rest if times == 1 else max(first_rest, PROBE_EVERY)


def _evidence(fetched: Fetched, now: datetime) -> dict[str, Any]:
    return {
        "kind": str(fetched.block.kind if fetched.block else fetched.outcome),
        "url": fetched.url,
        "status": fetched.status,
        "sha256": fetched.sha256,
        "reason": fetched.reason,
        "text": fetched.block.excerpt if fetched.block else "",
        "capture": fetched.capture_id,
        "at": iso_utc(now),
    }
