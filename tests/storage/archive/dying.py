"""Processes that are killed, one at each step of a work, forked from one that has all loaded.

``python dying.py`` is told ``WORK URL…`` in each line: the n-th process does the work on the n-th
archive, and dies with SIGKILL at its n-th step; the first that comes to the end is the last.
Answers with how many died.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from storage.archive import Archive, open_archive

FIRST = b"first" * 9000
PAGE = b"<li>page of a list</li>" * 900
DISK_CALLS = ("open", "fsync", "link", "unlink", "mkdir", "fchmod", "close", "rename")

WORKS: dict[str, Callable[[Archive], object]] = {
    "keep": lambda archive: archive.put_many([FIRST, PAGE], [False, True]),
    "keep-page-as-it-is": lambda archive: archive.put_many([PAGE]),
    "settle": lambda archive: archive.settle(archive.put_many([FIRST, PAGE], [False, True])),
    "checkpoint": lambda archive: archive.add_checkpoints(["1 a", "2 b"]),
}


def died(work: str, urls: list[str]) -> int:
    if urls[0].startswith("s3:"):
        _share_client(urls[0])
    for step, url in enumerate(urls):
        child = os.fork()
        if child == 0:
            _die_at(step, url.startswith("s3:"))
            WORKS[work](open_archive(url))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return step
        if status != signal.SIGKILL:
            sys.exit(f"step {step} ended with {status}")
    return sys.exit("more steps than archives")


def _die_at(step: int, on_the_net: bool) -> None:
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(call: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            count()
            return call(*arguments, **options)

        return wrapped

    def after(call: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            answer = call(*arguments, **options)
            count()
            return answer

        return wrapped

    if on_the_net:
        from botocore.httpsession import URLLib3Session

        URLLib3Session.send = after(URLLib3Session.send)
        return
    for name in DISK_CALLS:
        setattr(os, name, before(getattr(os, name)))


@cache
def _share_client(url: str) -> None:
    """Make the client, which takes longest, once; nothing is connected before the fork."""
    from storage.archive import bucket

    archive = open_archive(url)
    client = archive._bucket._client  # type: ignore[attr-defined]
    bucket._client = lambda *_: client  # type: ignore[assignment]


if __name__ == "__main__":
    for line in sys.stdin:
        name, *places = line.split()
        print(died(name, places), flush=True)
