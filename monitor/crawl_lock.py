"""One crawl at a time in a workspace; the lock goes with the process, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = ".crawl.lock"


class CrawlRunningError(Exception):
    """Another process is crawling in this workspace."""


@contextmanager
def only_crawl(directory: Path) -> Iterator[None]:
    """Hold the crawl lock of a workspace directory.

    The operating system lets the lock go when its holder is gone, so a killed crawl never keeps
    the next one waiting. Crawls from other machines into one database are not seen.

    Raises:
        CrawlRunningError: if another process holds it.
    """
    with (directory / LOCK_FILE).open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CrawlRunningError(directory) from error
        yield
