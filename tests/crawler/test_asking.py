"""One request and its answer on the wire, with servers that answer as they like."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.web.client import ResponseNeverReceived

from crawler.addresses import CheckedResolver
from crawler.asking import Asker, way_of
from crawler.connections import Pool
from crawler.trail import Talk
from storage.clock import utc_now
from tests.crawler.running import _reactor

LARGEST = 1000
PATIENCE = 20.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
T = TypeVar("T")


@dataclass
class Server:
    """Gives one answer after the other, and notes what it got."""

    answers: list[bytes]
    closes: bool = False
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has gone before it was answered."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await _head(reader):
            self.heard.append(head)
            if not self.answers:
                with suppress(ConnectionError):
                    await reader.read()
                self.left.set()
                break
            writer.write(self.answers.pop(0))
            if self.closes:
                break
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
    return head + await reader.readexactly(int(length or 0))


Ask = Callable[..., Awaitable[tuple[Response, Talk]]]


def on_the_reactor(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run_coroutine_threadsafe(work(), _reactor()._asyncioEventloop).result(PATIENCE)


def conversation(server: Server, said: Callable[[Ask], Awaitable[T]]) -> T:
    """Have a conversation with a server, over connections that are kept open."""

    async def work() -> T:
        reactor = _reactor()
        resolver = CheckedResolver(reactor)
        resolver.allow_private = True
        resolver.install_on_reactor()
        pool: Any = Pool(reactor, 1)
        policy: Any = None  # for https alone
        asker = Asker(reactor, pool, policy, LARGEST)
        listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]

        async def ask(
            path: str = "/", seconds: float = PATIENCE, **options: Any
        ) -> tuple[Response, Talk]:
            talk = Talk(began_at=utc_now())
            request = Request(f"http://127.0.0.1:{port}{path}", **options)
            return await asker.ask(request, talk, seconds), talk

        try:
            return await said(ask)
        finally:
            await pool.closeCachedConnections().asFuture(asyncio.get_running_loop())
            listening.close()

    return on_the_reactor(work)


def one(answer: bytes, **options: Any) -> tuple[Response, Talk]:
    server = Server([answer], closes=options.pop("closes", False))

    async def said(ask: Ask) -> tuple[Response, Talk]:
        return await ask(**options)

    return conversation(server, said)


def test_a_request_goes_out_as_it_is_noted() -> None:
    server = Server([OK, OK])

    async def said(ask: Ask) -> list[Talk]:
        _, first = await ask("/a?b=c#d", headers={"Accept": "*/*", "If-None-Match": '"x\r\nY: z"'})
        _, second = await ask("/p", method="POST", body="q=1", headers={"Cookie": "c=1"})
        return [first, second]

    first, second = conversation(server, said)
    host = dict(first.request_headers)["Host"].encode()

    assert server.heard == [
        b'GET /a?b=c HTTP/1.1\r\nAccept: */*\r\nIf-None-Match: "x Y: z"\r\nHost: %b\r\n\r\n' % host,
        b"POST /p HTTP/1.1\r\nContent-Length: 3\r\nCookie: c=1\r\nHost: %b\r\n\r\nq=1" % host,
    ]
    for talk, heard in zip((first, second), server.heard, strict=True):
        head = heard.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        assert [f"{name}: {value}" for name, value in talk.request_headers] == head


def test_a_connection_is_kept_for_the_next_request() -> None:
    server = Server([OK, OK])

    async def said(ask: Ask) -> list[bool]:
        return [(await ask())[1].reused, (await ask())[1].reused]

    assert conversation(server, said) == [False, True]
    assert server.connections == 1


def test_headers_are_noted_as_served_and_given_without_those_of_the_connection() -> None:
    response, talk = one(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nx-ONE: 1\r\nKeep-Alive: timeout=5\r\nno colon\r\nx-one: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
    )

    assert (response.status, response.body, response.flags) == (200, b"body", [])
    assert [name for name, _ in talk.headers] == [
        "x-ONE",
        "Keep-Alive",
        "x-one",
        "Transfer-Encoding",
    ]
    assert dict(response.headers.items()) == {b"X-One": [b"1", b"2"]}
    assert talk.link is not None
    assert talk.link.address == "127.0.0.1"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_answer_may_have_no_body(answer: bytes) -> None:
    response, talk = one(answer)

    assert response.body == b""
    assert response.status == int(answer.split()[1])
    assert len(talk.headers) == answer.count(b":")


def test_a_body_that_only_the_connection_ends_may_be_partial() -> None:
    response, _ = one(b"HTTP/1.1 200 OK\r\n\r\nbody", closes=True)

    assert (response.body, response.flags) == (b"body", ["partial"])


def test_a_body_that_is_cut_short_is_none() -> None:
    with pytest.raises(ResponseDataLossError):
        one(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody", closes=True)


@pytest.mark.parametrize("head", [b"Content-Length: 1001\r\n", b""])
def test_a_body_that_is_too_large_is_given_up(head: bytes) -> None:
    with pytest.raises(DownloadCancelledError, match="1001 bytes, larger than 1000"):
        one(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + bytes(1001))


def test_a_server_that_says_nothing_is_left_in_the_end() -> None:
    server = Server([])

    async def said(ask: Ask) -> None:
        with pytest.raises(DownloadTimeoutError, match=r"longer than 0\.1 seconds"):
            await ask(seconds=0.1)
        await server.left.wait()

    conversation(server, said)


def test_a_connection_that_is_closed_without_an_answer_is_told_from_others() -> None:
    with pytest.raises(DownloadFailedError) as failed:
        one(b"", closes=True)

    assert isinstance(failed.value.__cause__, ResponseNeverReceived)


@pytest.mark.parametrize(
    ("url", "proxy", "host", "target", "tunnel"),
    [
        ("http://a.gov.cn", None, b"a.gov.cn", b"/", False),
        ("http://a.gov.cn:80/b;c?d=%E5", None, b"a.gov.cn", b"/b;c?d=%E5", False),
        ("https://a.gov.cn:80/", None, b"a.gov.cn:80", b"/", False),
        ("http://[2001:db8::1]:8080/x", None, b"[2001:db8::1]:8080", b"/x", False),
        ("http://a.gov.cn/b", "http://p:3128", b"a.gov.cn", b"http://a.gov.cn/b", False),
        ("https://a.gov.cn/b", "http://p:3128", b"a.gov.cn", b"/b", True),
    ],
)
def test_the_way_to_a_server(
    url: str, proxy: str | None, host: bytes, target: bytes, tunnel: bool
) -> None:
    way = way_of(Request(url, meta={"proxy": proxy}))

    assert (way.host, way.target, way.tunnel) == (host, target, tunnel)


def test_connections_are_shared_by_what_they_lead_to() -> None:
    def key(url: str, **meta: str) -> Any:
        return way_of(Request(url, meta=meta)).key

    assert key("http://a/1") == key("http://a/2") != key("https://a/1")
    assert key("http://a/", proxy="http://p:1") == key("http://b/", proxy="http://p:1")
    assert key("https://a/", proxy="http://p:1") != key("https://b/", proxy="http://p:1")
    assert key("http://a/", proxy="http://p:1") != key("http://a/", proxy="http://q:1")
