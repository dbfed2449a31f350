"""Another S3 server than moto's behind the same front, where one is running.

``NIANBAO_TEST_S3=http://ACCESS:SECRET@HOST:PORT`` names it; the tests of the archive then talk to
it, and what it cannot do is skipped. OpenStack Swift with ``s3api``, as Debian has it, is one.
"""

import http.client
import os
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from urllib.parse import SplitResult, urlsplit

VARIABLE = "NIANBAO_TEST_S3"
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


def other_server() -> SplitResult | None:
    """Return the address of the server to test against, None for moto's."""
    given = os.environ.get(VARIABLE)
    return urlsplit(given) if given else None


def forwarding(to: SplitResult) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return an application that hands every request on as it came, the signed host too."""

    def forward(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with closing(http.client.HTTPConnection(str(to.hostname), to.port, timeout=60)) as way:
            return _exchange(way, environ, start)

    return forward


def _exchange(
    connection: http.client.HTTPConnection, environ: dict[str, Any], start: Callable[..., Any]
) -> Iterable[bytes]:
    path = environ.get("RAW_URI") or environ["REQUEST_URI"]
    connection.putrequest(
        environ["REQUEST_METHOD"], path, skip_host=True, skip_accept_encoding=True
    )
    for name, value in _headers(environ):
        connection.putheader(name, value)
    connection.endheaders()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length:
        connection.send(environ["wsgi.input"].read(length))
    answer = connection.getresponse()
    kept = [each for each in answer.getheaders() if each[0].lower() not in _HOP_BY_HOP]
    start(f"{answer.status} {answer.reason}", kept)
    return [answer.read()]


def _headers(environ: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-"), value
        elif name in ("CONTENT_LENGTH", "CONTENT_TYPE") and value:
            yield name.replace("_", "-"), value
