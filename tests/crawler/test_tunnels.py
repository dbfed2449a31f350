"""Tunnels that a proxy does not open: each failure is told at once, and leaves nothing open."""

import asyncio
import time
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError

from crawler.asking import Asker
from crawler.connections import Pool
from crawler.failures import meaning_of_error
from crawler.fetched import Outcome
from crawler.trail import Talk
from crawler.tunnels import LONGEST_REFUSAL
from storage.clock import utc_now
from tests.crawler.conversation import LARGEST, PATIENCE, Server, on_the_reactor
from tests.crawler.running import _reactor

LATE = 0.1


def asked_through(server: Server, seconds: float = PATIENCE, *, listens: bool = True) -> Server:
    """Ask for a page over TLS through a proxy, and wait until the proxy is left."""

    async def work() -> None:
        reactor = _reactor()
        policy: Any = None  # no tunnel comes about
        asker = Asker(reactor, Pool(reactor, 1), policy, LARGEST)
        listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        if not listens:
            listening.close()
        request = Request(
            "https://www.a.gov.cn/",
            meta={"proxy": f"http://127.0.0.1:{port}"},
            headers={"Proxy-Authorization": "Basic c2VjcmV0"},
        )
        try:
            await asker.ask(request, Talk(began_at=utc_now()), seconds)
        finally:
            if listens:
                await asyncio.wait_for(server.left.wait(), PATIENCE)
            listening.close()

    on_the_reactor(work)
    return server


@pytest.mark.parametrize(
    ("answer", "closes", "why"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", False, "407"),
        (b"HTTP/1.0 403 Forbidden\r\n\r\nno", False, "403"),
        (b"what?\r\n\r\n", False, "what"),
        (b"", True, "closed the connection"),
        (b"HTTP/1.1 200", True, "closed the connection"),
        (b"x" * (LONGEST_REFUSAL + 1), False, "without an end"),
    ],
)
def test_a_tunnel_that_is_refused_is_unreachable_at_once(
    answer: bytes, closes: bool, why: str
) -> None:
    server = Server([answer], closes=closes)
    began = time.monotonic()
    with pytest.raises(TunnelError, match=why) as failed:
        asked_through(server)

    assert time.monotonic() - began < PATIENCE / 2
    assert meaning_of_error(failed.value).outcome is Outcome.UNREACHABLE
    assert "c2VjcmV0" not in str(failed.value)
    [head] = server.heard
    assert head.startswith(b"CONNECT www.a.gov.cn:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic c2VjcmV0\r\n" in head


def test_a_proxy_that_says_nothing_is_left_in_the_end() -> None:
    server = Server([])
    with pytest.raises(DownloadTimeoutError):
        asked_through(server, LATE)

    assert server.left.is_set()


def test_a_proxy_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(DownloadConnectionRefusedError):
        asked_through(Server([]), listens=False)
