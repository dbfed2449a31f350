"""A server of invented portals on loopback, asked directly or as an HTTP proxy.

As a proxy it answers for any host name, so crawls meet real-looking addresses without DNS, and
nothing leaves the machine. Sites are plain objects: a request in, an answer out.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from storage.clock import utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a site is asked."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    at: datetime = field(default_factory=utc_now)
    """The instant, by the clock of the server."""
    target: str = ""
    """Path and query as they were sent."""
    scheme: str = "http"
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers; ``dropped`` closes the connection without a word."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    seconds: float = 0.0
    """How long the site takes to answer."""
    announced_length: int | None = None
    """A Content-Length that is not that of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One exchange as the log keeps it; times are those of ``time.monotonic``."""

    host: str
    scheme: str
    method: str
    target: str
    user_agent: str
    began: float
    ended: float
    status: int
    """0 if the connection was closed without an answer."""


Site = Callable[[Request], Answer]

NOT_FOUND = Answer(
    status=404,
    body="<html><head><title>404</title></head><body>页面不存在</body></html>".encode(),
    headers={"Content-Type": "text/html; charset=utf-8"},
)
DROPPED = Answer(dropped=True)


def page(text: str, **headers: str) -> Answer:
    """Return an answer with an HTML page."""
    return Answer(
        body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers}
    )


class PortalServer:
    """Serves sites by host name on a free loopback port, as a context manager.

    Every request is noted in ``requests`` and, when it was answered, in ``log``.
    """

    def __init__(
        self,
        sites: Mapping[str, Site],
        *,
        clock: Callable[[], datetime] = utc_now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.sites = dict(sites)
        self.clock = clock
        self.tls = tls
        self.requests: list[Request] = []
        self.log: list[Asked] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The address to give as HTTP_PROXY, or to ask directly."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Answer:
        """Note the request and let the site of its host answer."""
        with self._lock:
            self.requests.append(request)
        site = self.sites.get(request.host)
        return site(request) if site else DROPPED

    def note(self, request: Request, answer: Answer, began: float) -> None:
        """Keep an exchange in the log."""
        asked = Asked(
            host=request.host,
            scheme=request.scheme,
            method=request.method,
            target=request.target,
            user_agent=request.headers.get("user-agent", ""),
            began=began,
            ended=time.monotonic(),
            status=0 if answer.dropped else answer.status,
        )
        with self._lock:
            self.log.append(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"portals": self})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up or dislike a certificate are part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    portals: PortalServer
    tunnel: str | None = None
    """The host of a TLS tunnel that this connection has become."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_CONNECT(self) -> None:
        """Become the far end of a tunnel, speaking TLS in the host's place."""
        if self.portals.tls is None:
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        with (
            suppress(OSError),
            self.portals.tls.wrap_socket(self.connection, server_side=True) as s,
        ):
            host = self.path.rsplit(":", 1)[0]
            tunnelled = type("Tunnel", (type(self),), {"tunnel": host})
            tunnelled(s, self.client_address, self.server)

    def _serve(self) -> None:
        began = time.monotonic()
        request = self._request()
        answer = self.portals.answer(request)
        if answer.seconds:
            time.sleep(answer.seconds)
        try:
            self._send(answer)
        finally:
            self.portals.note(request, answer, began)

    def _request(self) -> Request:
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        is_json = "json" in headers.get("content-type", "")
        return Request(
            method=self.command,
            host=self.tunnel or target.netloc or headers.get("host", ""),
            path=target.path or "/",
            query=dict(parse_qsl(target.query, keep_blank_values=True)),
            form={} if is_json else dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)),
            headers=headers,
            at=self.portals.clock(),
            target=(target.path or "/") + (f"?{target.query}" if target.query else ""),
            scheme="https" if self.tunnel else "http",
            body=body,
        )

    def _send(self, answer: Answer) -> None:
        if answer.dropped:
            self.close_connection = True
            return
        length = answer.announced_length
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if length is None else length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()
        if length is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Keep quiet: what was asked is in ``requests`` and ``log``."""
