"""The metrics on a port of the loopback address, for a Prometheus on the same machine."""

import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from monitor.compliance import current_standings
from monitor.feeds.metrics import metrics_text
from monitor.plain import plain
from monitor.rules.settings import rulings_of
from storage.clock import utc_now
from storage.database import reading
from storage.workspace import Workspace

log = logging.getLogger(__name__)
_PATHS = ("/metrics", "/")
_HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""A page elsewhere whose name is made to lead here must not read what it gets."""


def metrics_server(workspace: Workspace, engine: Engine, port: int) -> ThreadingHTTPServer:
    """Return a server on 127.0.0.1 that answers every request with the metrics as they are then.

    Raises:
        OSError: if the port is taken.
    """
    rulings = rulings_of(workspace)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            if host not in _HOSTS or self.path not in _PATHS:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            try:
                body = _taken()
            except SQLAlchemyError as error:
                log.warning("the metrics could not be taken: %s", error)
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            log.debug("%s", plain(format % args))

    def _taken() -> bytes:
        now = utc_now()
        with reading(engine) as session:
            standings = current_standings(session, workspace.settings, now, rulings)
            return metrics_text(session, standings, now)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
