"""One crawl at a time in a workspace, on whatever machines it is worked on."""

import fcntl
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from monitor.lease import LeaseHeldError, held

LOCK_FILE = ".crawl.lock"
LEASE = "crawl"


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

    def interrupt(error: LeaseHeldError) -> None:
        lost.append(error)
        main = threading.main_thread().ident
        assert main is not None
        # to the main thread itself, whatever it waits for
        signal.pthread_kill(main, _handled_signal() or signal.SIGINT)

    with _locked(directory), _interruptible():
        try:
            with held(engine, LEASE, interrupt):
                yield
        except LeaseHeldError as error:
            raise CrawlRunningError(error.holder) from error
        except KeyboardInterrupt:
            if lost and threading.current_thread() is threading.main_thread():
                raise CrawlRunningError(lost[0].holder) from lost[0]
            raise


def _handled_signal() -> signal.Signals | None:
    for number in (signal.SIGTERM, signal.SIGINT):
        if callable(signal.getsignal(number)):
            return number
    return None


@contextmanager
def _interruptible() -> Iterator[None]:
    # What is started in the background of a shell is born with SIGINT ignored: an interruption
    # would pass unnoticed, and two crawls run.
    if _handled_signal() or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    with (directory / LOCK_FILE).open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CrawlRunningError from error
        yield
