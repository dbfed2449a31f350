"""Whose turn it is at a server: one request at a time and not too soon after the one before.

Portals share servers, and so do crawl processes: each lane (an address, see
``crawler.middlewares.addresses``) has a file in the workspace. Who may ask holds its lock, which
the operating system lets go with the process; the file says when the lane was used last. Nobody
holds it while waiting, so that waiting processes have equal chances (docs/decisions/0007).
"""

import asyncio
import fcntl
import hashlib
import os
import random
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_WAIT = 300.0
"""Seconds; a file that asks for more was written by a clock of before a restart."""
_LOOK_EVERY = 0.05
_TIMES = struct.Struct("=dd")


@dataclass(slots=True)
class _Lane:
    slots: asyncio.Semaphore
    path: Path
    holders: int = 0
    descriptor: int = -1
    not_before: float = 0.0


@dataclass(slots=True)
class Turn:
    """The right to use a lane now."""

    _lane: _Lane = field(repr=False)

    def postpone(self, seconds: float) -> None:
        """Let nobody use the lane for some seconds: the server asked for it."""
        self._lane.not_before = time.monotonic() + min(seconds, LONGEST_WAIT)


class Turns:
    """The lanes of one process.

    Args:
        directory: where the files are, common to all processes that must take turns.
        width: requests that may be made side by side in a lane, all of one process.
    """

    def __init__(self, directory: Path, width: int = 1) -> None:
        self._directory = directory
        self._width = width
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, lane: str, gap: float) -> AsyncIterator[Turn]:
        """Wait for the lane, ``gap`` seconds at least after it was last let go; then hold it.

        Only then had the server certainly got the request before: what counts is what it sees.

        Raises:
            OSError: if the lane's file cannot be used.
        """
        known = self._lanes.get(lane)
        if known is None:
            known = self._lanes[lane] = self._lane(lane)
        async with known.slots:
            await self._enter(known, gap)
            try:
                yield Turn(known)
            finally:
                self._leave(known)

    def _lane(self, name: str) -> _Lane:
        self._directory.mkdir(parents=True, exist_ok=True)
        file = hashlib.sha256(name.encode()).hexdigest()[:32]
        return _Lane(slots=asyncio.Semaphore(self._width), path=self._directory / file)

    async def _enter(self, lane: _Lane, gap: float) -> None:
        while (wait := self._try_to_enter(lane, gap)) > 0:  # noqa: ASYNC110 - of processes
            await asyncio.sleep(wait * random.uniform(1.0, 1.05))  # noqa: S311 - no secret

    def _try_to_enter(self, lane: _Lane, gap: float) -> float:
        """Take the lane and return 0, or return the seconds after which to try again."""
        descriptor = lane.descriptor if lane.holders else _locked(lane.path)
        if descriptor is None:
            return _LOOK_EVERY
        now = time.monotonic()
        wait = _wait(descriptor, now, gap)
        if wait > 0:
            if not lane.holders:
                os.close(descriptor)
            return wait
        os.pwrite(descriptor, _TIMES.pack(now, lane.not_before), 0)
        lane.descriptor = descriptor
        lane.holders += 1
        return 0.0

    def _leave(self, lane: _Lane) -> None:
        lane.holders -= 1
        os.pwrite(lane.descriptor, _TIMES.pack(time.monotonic(), lane.not_before), 0)
        if not lane.holders:
            os.close(lane.descriptor)


def _locked(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _wait(descriptor: int, now: float, gap: float) -> float:
    written = os.pread(descriptor, _TIMES.size, 0)
    if len(written) < _TIMES.size:
        return 0.0
    last, not_before = _TIMES.unpack(written)
    # Both from before a restart may lie in the future; then they count for nothing.
    since_last = gap - (now - last) if last <= now else 0.0
    asked = not_before - now if not_before - now <= LONGEST_WAIT else 0.0
    return max(since_last, asked)
