"""A server of invented portals on loopback, asked directly or as an HTTP proxy.

As a proxy it answers for any host name, so crawls meet real-looking addresses without DNS, and
nothing leaves the machine. Sites are plain objects: a request in, an answer out.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers; ``dropped`` closes the connection without a word."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False


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

    Every request is noted in ``requests``, so that a test can see what was asked and how often.
    """

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self.sites = dict(sites)
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
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

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def do_HEAD(self) -> None:
                self._serve()

            def _serve(self) -> None:
                target = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                answer = portal.answer(
                    Request(
                        method=self.command,
                        host=target.netloc or headers.get("host", ""),
                        path=target.path or "/",
                        query=dict(parse_qsl(target.query, keep_blank_values=True)),
                        form=dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)),
                        headers=headers,
                    )
                )
                if answer.dropped:
                    self.close_connection = True
                    return
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
                """Keep quiet: what was asked is in ``requests``."""

        return Handler
