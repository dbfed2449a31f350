"""What is asked for and what came of it: the values between fetching and everything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from crawler.pages.decoding import decode_page
from crawler.pages.kinds import EMPTY, is_page
from crawler.pages.obstacles import Block
from crawler.platforms.model import Page, PageRequest


class Purpose(StrEnum):
    """What a request is for, as ``Capture.purpose`` keeps it."""

    ROBOTS = "robots"
    HOME = "home"
    PLATFORM = "platform"
    LIST = "list"
    PAGE = "page"
    ATTACHMENT = "attachment"


class Outcome(StrEnum):
    """What came of a request. Only ``OK`` carries content, only ``GONE`` speaks of absence."""

    OK = "ok"
    GONE = "gone"
    """404, 410, or sent to the front page instead."""
    SOFT_GONE = "soft_gone"
    """A page with status 200 that says there is none: no content, and no proof of absence."""
    BLOCKED = "blocked"
    ROBOTS_DENIED = "robots_denied"
    UNREACHABLE = "unreachable"
    """No connection, no answer in time, or a server error."""
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REFUSED = "refused"
    """We would not go there: a private address, another scheme, a host that is not official."""
    BROKEN = "broken"
    """An answer that is not the document: cut short, too large, an unexpected status."""
    BUDGET = "budget"
    """The portal has had its number of requests for this crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to fetch."""

    url: str
    purpose: Purpose
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    rendered: bool = False
    """True to have a browser draw the page."""
    follow_shells: bool = True
    insistent: bool = True
    """False to take the first silence for an answer."""
    conditional: bool = False
    """True to send the validators of the last capture and take 304 for its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of an ask, already kept as a capture."""

    ask: Ask
    outcome: Outcome
    reason: str = ""
    """Why it is not ``OK``, with the address asked for; empty if it is."""
    url: str
    """The address after redirects and shells; the one asked for if nothing came."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; several values joined by commas."""
    body: bytes = b""
    media_type: str = EMPTY
    fetched_at: datetime
    capture_id: int | None = None
    """The capture that holds the body, or the failure; None if nothing was sent."""
    answered_by: int | None = None
    """The capture of this very exchange, if that is another one: the server said 304."""
    sha256: str | None = None
    block: Block | None = None
    not_modified: bool = False
    """True if the server said that the body is the one we have; then it is that one."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What an earlier answer of the host showed, if that is why it was not asked now."""
    retry_after: float | None = None
    """Seconds that the server asked to wait."""

    @property
    def ok(self) -> bool:
        """True if the body is what was asked for."""
        return self.outcome is Outcome.OK

    @property
    def is_page(self) -> bool:
        """True if the body is read as a page, False if it is a file."""
        return is_page(self.media_type)

    def page(self, request: PageRequest | None = None) -> Page:
        """Return it as adapters want it; ``request`` is the one of theirs that it answers."""
        text, _ = decode_page(self.body, self.headers)
        return Page(url=self.url, text=text, headers=self.headers, request=request)
