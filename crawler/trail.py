"""What happened on the way to an answer: every hop as it was served.

A request carries its trail in ``meta``; redirects and shells copy the meta, so one trail goes
along the whole chain and still knows the hops when the chain ends in an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TRAIL = "trail"
"""The key in a request's meta."""
Headers = Sequence[tuple[str, str]]
"""Names and values in order."""


def header_text(value: bytes) -> str:
    """Return a header's value as text: UTF-8, or GBK as old servers write file names."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection to a server: what it tells of who answered."""

    address: str | None = None
    """The IP address connected to: a proxy's, if there is one."""
    tls: Mapping[str, Any] | None = None
    """As ``Capture.tls`` has it; None for plain HTTP."""
    certificates: tuple[bytes, ...] = ()
    """DER of the certificates that ``tls`` names, in its order."""


@dataclass(slots=True)
class Talk:
    """One request, noted while it is made."""

    began_at: datetime
    """When its turn came."""
    sent_at: datetime | None = None
    request_headers: Headers = ()
    """As they went out, in order."""
    headers: list[tuple[str, str]] = field(default_factory=list)
    """Of the answer, as they came, in order."""
    reused: bool = False
    """True if its connection had carried requests before."""
    agreed: bool = False
    """True if it failed after both ends had agreed on TLS."""
    link: Link | None = None
    """The connection, once an answer came over it."""


@dataclass(slots=True, kw_only=True)
class Served:
    """One answer as a server gave it."""

    url: str
    status: int
    headers: Headers
    received_at: datetime
    link: Link
    length_unknown: bool
    """True if the end of the body is only the end of the connection."""
    wire_body: bytes | None = None
    """The body as served, where a content coding had to be undone; else None."""


@dataclass(slots=True)
class Trail:
    """The hops of one request, in order."""

    talks: list[Talk] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    shells: set[str] = field(default_factory=set)
    """Addresses of hops whose page, not whose status, sent on."""

    @property
    def requested_at(self) -> datetime | None:
        """When the first request went out; None if its turn never came."""
        if not self.talks:
            return None
        return self.talks[0].sent_at or self.talks[0].began_at

    @property
    def request_headers(self) -> Headers:
        """What the last request said; empty if no connection came about for any."""
        return next((each.request_headers for each in reversed(self.talks) if each.sent_at), ())

    @property
    def link(self) -> Link:
        """The connection of the last request, as far as it is known."""
        return (self.talks[-1].link if self.talks else None) or Link()

    def hops(self, *, answered: bool) -> list[dict[str, Any]]:
        """Return the answers that sent on, as ``Capture.redirects`` wants them.

        The last one is no hop if it is the answer itself.
        """
        sent_on = self.served[:-1] if answered else self.served
        return [
            {"url": each.url, "status": None if each.url in self.shells else each.status}
            for each in sent_on
        ]
