"""The way to database and archive: off the reactor's thread, in order, in short transactions."""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.archive import Archive, open_archive
from storage.captures import Exchange, keep_exchanges
from storage.database import create_database_engine, reading, transaction
from storage.exchange import Kept
from storage.workspace import Workspace

SWITCH_INTERVAL = 0.002
"""Seconds after which a thread that computes lets another one go on."""
P = ParamSpec("P")
T = TypeVar("T")
_Batch = list[tuple[Exchange, asyncio.Future[Kept]]]


class Keeper:
    """Keeps exchanges and writes records for all portals of a process.

    One thread does it all, so that the portals never wait for each other's locks. Exchanges that
    arrive while a batch is being written make up the next batch: fsync is paid once for several.
    """

    def __init__(self, engine: Engine, archive: Archive) -> None:
        self._engine = engine
        self._archive = archive
        # Each call to the disk gives the interpreter up; to get it back from a busy reactor took
        # the usual five milliseconds, several times for every page.
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")
        self._waiting: _Batch = []
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> "Keeper":
        """Open database and archive of a workspace.

        Raises:
            ArchiveError: if the archive's URL cannot be used.
        """
        return cls(
            create_database_engine(workspace.database_url), open_archive(workspace.archive_url)
        )

    async def keep(self, exchange: Exchange) -> Kept:
        """Archive an exchange and return the capture it has become, once that is committed.

        Raises:
            StorageError: if it cannot be kept; nothing may then be said about it.
        """
        kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((exchange, kept))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.ensure_future(self._write())
        return await kept

    async def write(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``work`` in a transaction of its own, and return what it returns."""

        def run() -> T:
            with transaction(self._engine) as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(run)

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``work`` in a session that only reads."""

        def run() -> T:
            with reading(self._engine) as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(run)

    async def original(self, sha256: str) -> bytes:
        """Return an archived body.

        Raises:
            ArchiveError: if it is lost or damaged.
        """
        return await self._in_thread(lambda: self._archive.get(sha256))

    def close(self) -> None:
        """Wait for what is being written and let go of the database."""
        self._thread.shutdown()
        self._engine.dispose()

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            # What one server said may be more than a database takes: then the others' is kept.
            if not await self._write_batch(batch, last=len(batch) == 1):
                for each in batch:
                    await self._write_batch([each], last=True)

    async def _write_batch(self, batch: _Batch, *, last: bool) -> bool:
        """Keep a batch, all of it or nothing; tell whether all is told, its failure if ``last``."""
        exchanges = [exchange for exchange, _ in batch]
        try:
            captures = await self._in_thread(
                lambda: keep_exchanges(self._engine, self._archive, exchanges)
            )
        except BaseException as error:  # noqa: BLE001 - handed to everybody who waits for it
            if isinstance(error, Exception) and not last:
                return False
            _tell_all(batch, error)
            return True
        for (_, kept), capture in zip(batch, captures, strict=True):
            if not kept.done():
                kept.set_result(capture)
        return True

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _tell_all(batch: _Batch, error: BaseException) -> None:
    for _, kept in batch:
        if not kept.done():
            kept.set_exception(error)
