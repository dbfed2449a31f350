"""A real S3 server on this machine, with a front that is strict about hashes and can make trouble.

moto's server keeps buckets, versions, conditions and object locks, but takes any hash that is sent
along on trust: the front compares them with the bytes, as the real ones do.
"""

import base64
import hashlib
import io
import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.storage.archive.s3_forward import forwarding, other_server

Start = Callable[..., Any]
Trouble = Callable[[dict[str, Any], Start], Iterable[bytes] | None]
"""Answers a request in the place of the server, or returns None."""


@dataclass
class Server:
    """A running server; ``troubles`` are asked first, ``requests`` has what came."""

    url: str
    troubles: list[Trouble] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    strict: bool = True

    @cached_property
    def client(self) -> Any:
        return boto3.client(
            "s3", endpoint_url=self.url, config=Config(s3={"addressing_style": "path"})
        )

    def bucket(self, *, lock: bool = False) -> str:
        """Make a bucket of a new name."""
        name = f"archive-{uuid.uuid4().hex[:12]}"
        self.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
        return name


def refusal(status: str, code: str) -> Trouble:
    """Return a trouble that answers every request so."""

    def refuse(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start(status, [("Content-Type", "application/xml")])
        return [f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()]

    return refuse


@contextmanager
def s3_server() -> Iterator[Server]:
    """Run a server in threads of this process."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    other = other_server()
    application: Any = (
        forwarding(other) if other else DomainDispatcherApplication(create_backend_app)
    )
    server = Server(url="", strict=other is None)

    def front(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        server.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        for trouble in list(server.troubles):
            answer = trouble(environ, start)
            if answer is not None:
                return answer
        if server.strict and environ["REQUEST_METHOD"] == "PUT" and _is_false(environ):
            return refusal("400 Bad Request", "BadDigest")(environ, start) or ()
        return application(environ, start)  # type: ignore[no-any-return]

    running = make_server("127.0.0.1", 0, front, threaded=True)
    server.url = f"http://127.0.0.1:{running.port}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def _is_false(environ: dict[str, Any]) -> bool:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    said = {
        "HTTP_CONTENT_MD5": hashlib.md5(body, usedforsecurity=False).digest(),
        "HTTP_X_AMZ_CHECKSUM_SHA256": hashlib.sha256(body).digest(),
    }
    return any(
        name in environ and environ[name] != base64.b64encode(digest).decode()
        for name, digest in said.items()
    )
