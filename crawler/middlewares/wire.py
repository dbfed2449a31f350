"""Next to the wire: notes every answer as served, then undoes its content coding."""

import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.hashes import SHA256
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.pages.coding import decode_body
from crawler.trail import TRAIL, Served, Trail, header_text
from storage.clock import utc_now

if TYPE_CHECKING:
    from typing import Self

RELAXED_TLS = "relaxed_tls"
"""Response flag: the connection was not verified; after a colon, why it could not be."""


class WireMiddleware:
    """Fills the trail of each request.

    It must be the innermost middleware: it alone sees request headers as sent and bodies as
    served.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Self":
        """Build it from the settings."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Note what is asked, and when."""
        trail: Trail = request.meta[TRAIL]
        trail.requested_at = trail.requested_at or utc_now()
        trail.request_headers = _pairs(request.headers, leave_out="Proxy-Authorization")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note what was served, and return it decoded.

        Raises:
            BodyBrokenError, BodyTooLargeError: if the body cannot be decoded within the caps.
        """
        trail: Trail = request.meta[TRAIL]
        served = _served(response)
        trail.served.append(served)
        codings = [
            coding.strip().decode("ascii", errors="replace").lower()
            for value in response.headers.getlist("Content-Encoding")
            for coding in value.split(b",")
            if coding.strip()
        ]
        if not codings or request.method == "HEAD":
            served.sha256 = served.wire_sha256
            return response
        body = decode_body(response.body, codings, self._max_bytes)
        headers = response.headers.copy()
        headers.pop("Content-Encoding")
        return response.replace(body=body, headers=headers)


def _served(response: Response) -> Served:
    return Served(
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers),
        received_at=utc_now(),
        wire_sha256=hashlib.sha256(response.body).hexdigest(),
        address=str(response.ip_address) if response.ip_address else None,
        tls=_tls(response),
        length_unknown="partial" in response.flags,
    )


def _pairs(headers: Headers, leave_out: str = "") -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), header_text(value))
        for name, values in headers.items()
        for value in values
        if name.decode("latin-1") != leave_out
    )


def _tls(response: Response) -> dict[str, Any] | None:
    if not response.url.startswith("https:"):
        return None
    relaxed = next((flag for flag in response.flags if flag.startswith(RELAXED_TLS)), None)
    known: dict[str, Any] = {"verified": relaxed is None}
    if relaxed is not None:
        known["failure"] = relaxed.partition(": ")[2]
    certificate = response.certificate
    if certificate is not None:
        x509 = certificate.original.to_cryptography()
        known["subject"] = x509.subject.rfc4514_string()
        known["issuer"] = x509.issuer.rfc4514_string()
        known["not_after"] = x509.not_valid_after_utc.isoformat()
        known["sha256"] = x509.fingerprint(SHA256()).hex()
    return known
