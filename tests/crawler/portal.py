"""A portal on loopback that can be given any trouble, and remembers what it was asked."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HTML = "text/html; charset=utf-8"


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Answer:
    """What a path answers; ``raw`` writes to the socket itself and overrides the rest."""

    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False
    content_length: int | None = None
    close: bool = False
    """Leave out the length and end with the connection."""
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


Route = Answer | Callable[[Asked], Answer]


class Site:
    """The routes of one server; change them while it runs."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.missing: Route = Answer(b"<html><body>404</body></html>", status=404)
        self.url = ""

    def page(self, path: str, html: str, **options: Any) -> None:
        """Serve HTML at a path."""
        self.routes[path] = Answer(html.encode(), **options)

    def file(
        self, path: str, body: bytes, content_type: str = "application/pdf", **more: Any
    ) -> None:
        """Serve a file at a path, with an ETag as static servers give."""
        self.routes[path] = Answer(body, content_type=content_type, etag=True, **more)

    def paths(self, *, without_robots: bool = True) -> list[str]:
        """Return the paths asked for, in order."""
        return [
            each.path for each in self.asked if not (without_robots and each.path == "/robots.txt")
        ]

    def answer(self, asked: Asked) -> Answer:
        """Return what a request is answered with."""
        self.asked.append(asked)
        route = self.routes.get(asked.path, self.routes.get(asked.path.partition("?")[0]))
        if route is None:
            route = self.missing
        return route if isinstance(route, Answer) else route(asked)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
            at=time.monotonic(),
        )
        answer = self.site.answer(asked)
        try:
            if answer.raw:
                self.close_connection = True
                answer.raw(self)
            else:
                self._send(asked, answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        """Open a tunnel, as forward proxies do for https."""
        self.site.asked.append(Asked("CONNECT", self.path, {}, b"", time.monotonic()))
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as far:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            back = threading.Thread(target=_pass_on, args=(far, self.connection), daemon=True)
            back.start()
            _pass_on(self.connection, far)

    def _send(self, asked: Asked, answer: Answer) -> None:
        etag = f'"{sha256(answer.body).hexdigest()[:16]}"'
        if answer.etag and asked.headers.get("if-none-match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.etag:
            self.send_header("ETag", etag)
        if answer.close:
            self.send_header("Connection", "close")
        else:
            length = len(answer.body) if answer.content_length is None else answer.content_length
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.close or answer.content_length is not None:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep the screen clean."""


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up or speak no TLS are what is tested."""


@contextmanager
def serve(site: Site, *, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve a portal on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"site": site})
    server = _Server(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    site.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
