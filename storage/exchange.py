"""One exchange with a server, on its way to becoming a capture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange with a server, as the crawler hands it over; see ``Capture`` for the fields.

    ``body`` is the document after content decoding, None when there was none (an error, a 304);
    an empty body is ``b""``. Where a content coding had to be undone, ``wire_body`` is the body as
    served; ``wire_sha256`` alone tells of one that is not to be kept. Without either, an unrendered
    body was served as it is. ``certificates`` are the DER bytes that ``tls`` names by their hashes.
    """

    url: str
    purpose: str
    requested_at: datetime
    fetched_at: datetime
    crawl_id: int | None = None
    method: str = "GET"
    final_url: str | None = None
    redirects: Sequence[Mapping[str, Any]] = ()
    status: int | None = None
    request_headers: Sequence[Sequence[str]] = ()
    request_body: str | None = None
    headers: Sequence[Sequence[str]] = ()
    media_type: str | None = None
    body: bytes | None = None
    wire_body: bytes | None = None
    wire_sha256: str | None = None
    rendered: bool = False
    address: str | None = None
    tls: Mapping[str, Any] | None = None
    certificates: Sequence[bytes] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An exchange that has become a capture."""

    capture_id: int
    sha256: str | None
    """Of its body, by which the archive has it; None without one."""
