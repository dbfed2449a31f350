"""What happened on the way to an answer: every hop as it was served.

A request carries its trail in ``meta``; redirects and shells copy the meta, so one trail goes
along the whole chain and still knows the hops when the chain ends in an error.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TRAIL = "trail"
"""The key in a request's meta."""


def header_text(value: bytes) -> str:
    """Return a header's value as text: UTF-8, or GBK as old servers write file names."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", errors="replace")


@dataclass(slots=True, kw_only=True)
class Served:
    """One answer as a server gave it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    received_at: datetime
    wire_sha256: str
    address: str | None
    tls: dict[str, Any] | None
    length_unknown: bool
    """True if the end of the body is only the end of the connection."""
    sha256: str | None = None
    """Of the body after content decoding, where that changed nothing; None where it may have."""


@dataclass(slots=True)
class Trail:
    """The hops of one request, in order."""

    requested_at: datetime | None = None
    request_headers: tuple[tuple[str, str], ...] = ()
    served: list[Served] = field(default_factory=list)
    shells: set[str] = field(default_factory=set)
    """Addresses of hops whose page, not whose status, sent on."""

    def hops(self, *, answered: bool) -> list[dict[str, Any]]:
        """Return the answers that sent on, as ``Capture.redirects`` wants them.

        The last one is no hop if it is the answer itself.
        """
        sent_on = self.served[:-1] if answered else self.served
        return [
            {"url": each.url, "status": None if each.url in self.shells else each.status}
            for each in sent_on
        ]
