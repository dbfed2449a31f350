"""Conversations with servers that answer as they like, byte by byte."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scrapy import Request
from scrapy.http import Response

from crawler.addresses import CheckedResolver
from crawler.asking import Asker
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
    """True to close the connection after each answer."""
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a conversation is over."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        while head := await _head(reader):
            self.heard.append(head)
            self.asked.set()
            if not self.answers:
                with suppress(ConnectionError):
                    await reader.read()
                break
            writer.write(self.answers.pop(0))
            if self.closes:
                break
        self.left.set()
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
            path: str = "/", seconds: float = PATIENCE, user: str = "", **options: Any
        ) -> tuple[Response, Talk]:
            talk = Talk(began_at=utc_now())
            request = Request(f"http://{user}127.0.0.1:{port}{path}", **options)
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
