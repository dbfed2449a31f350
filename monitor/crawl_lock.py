"""One crawl at a time in a workspace, on whatever machines it is worked on."""

import fcntl
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Engine

from monitor.lease import LeaseHeldError, held
from monitor.signals import interrupt, on_signals

LOCK_FILE = ".crawl.lock"
LEASE = "crawl"
_LOST = signal.SIGUSR2
"""Tells the main thread that the lease is lost. Not SIGINT, which is ignored in what a shell starts
in the background, and which, like SIGTERM, others may handle."""


class CrawlRunningError(Exception):
    """Another process is crawling in this workspace; ``holder`` says which, if it is known."""

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(holder or "another process")
        self.holder = holder


@contextmanager
def only_crawl(directory: Path, engine: Engine) -> Iterator[None]:
    """Hold the crawl lock of a workspace directory, and the lease of its database.

    The operating system lets the lock go when its holder is gone, so a killed crawl never keeps
    the next one of the machine waiting; the lease keeps crawls from other machines into the same
    database away. If it is lost to one of them, this crawl is interrupted.

    Raises:
        CrawlRunningError: if another process holds either, or has taken the lease over.
    """
    lost: list[LeaseHeldError] = []

    def stop(error: LeaseHeldError) -> None:
        lost.append(error)
        main = threading.main_thread().ident
        assert main is not None
        # to the main thread itself, whatever it waits for
        signal.pthread_kill(main, _LOST if is_main else signal.SIGINT)

    is_main = threading.current_thread() is threading.main_thread()
    handled = on_signals(interrupt, _LOST) if is_main else nullcontext()
    with _locked(directory), handled:
        try:
            with held(engine, LEASE, stop):
                yield
        except LeaseHeldError as error:
            raise CrawlRunningError(error.holder) from error
        except KeyboardInterrupt:
            if lost and is_main:
                raise CrawlRunningError(lost[0].holder) from lost[0]
            raise


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    with (directory / LOCK_FILE).open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CrawlRunningError from error
        yield
