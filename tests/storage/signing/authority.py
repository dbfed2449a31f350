"""A real time authority: OpenSSL's, behind a small server on loopback."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_CONFIGURATION = """
[ tsa ]
default_tsa = own
[ own ]
serial = {directory}/serial
signer_cert = {directory}/tsa.pem
signer_key = {directory}/tsa.key
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
[ usage ]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@dataclass(frozen=True)
class Authority:
    """A time authority: where it is, and the certificate to check it by."""

    url: str
    ca_file: Path


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_certificates(directory: Path) -> Path:
    """Make a root and a time stamper's certificate; return the root's file."""
    (directory / "openssl.cnf").write_text(_CONFIGURATION.format(directory=directory))
    (directory / "serial").write_text("01\n")
    ca, ca_key = directory / "ca.pem", directory / "ca.key"
    tsa, tsa_key, request = (directory / name for name in ("tsa.pem", "tsa.key", "tsa.csr"))
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl(*new, "-x509", "-days", "30", "-subj", "/CN=Root", "-keyout", ca_key, "-out", ca)
    _openssl(*new, "-subj", "/CN=Time", "-keyout", tsa_key, "-out", request)
    signed = ("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-days", "30")
    extensions = ("-extfile", directory / "openssl.cnf", "-extensions", "usage")
    _openssl(*signed, "-set_serial", "2", *extensions, "-out", tsa)
    return ca


@contextmanager
def time_authority(directory: Path) -> Iterator[Authority]:
    """Serve an authority until the block ends."""
    ca = make_certificates(directory)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (directory / "query.tsq").write_bytes(asked)
            reply = directory / "reply.tsr"
            configured = ("-config", directory / "openssl.cnf", "-section", "own")
            query = ("-queryfile", directory / "query.tsq")
            _openssl("ts", "-reply", *configured, *query, "-out", reply)
            body = reply.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Authority(f"http://127.0.0.1:{server.server_port}/", ca)
        finally:
            server.shutdown()
            thread.join()
