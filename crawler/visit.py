"""One portal in one crawl: what is known of it, and what is counted."""

import math
from dataclasses import dataclass, field

from crawler.fetched import Outcome

_NO_TROUBLE = frozenset({Outcome.OK, Outcome.GONE, Outcome.ROBOTS_DENIED, Outcome.BUDGET})


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """What the registry knows of a portal, as far as crawling needs it."""

    id: str
    name: str
    url: str
    known_columns: tuple[str, ...]
    official_hosts: tuple[str, ...]
    """Patterns of hosts that are official besides .gov.cn: of settings and registry."""
    others: tuple[str, ...] = ()
    """Addresses of the other portals of the registry: what stands there is theirs first."""


@dataclass(slots=True)
class Visit:
    """The running state of one portal's crawl."""

    portal: PortalFacts
    crawl_id: int
    max_requests: int
    deadline: float = math.inf
    """The time (``time.monotonic``) after which nothing more is asked."""
    requests: int = 0
    pages: int = 0
    renders: int = 0
    """Pages that a browser drew."""
    errors: int = 0
    blocked: int = 0
    originals_new: int = 0
    originals_changed: int = 0
    reports: set[str] = field(default_factory=set)
    """Addresses of the reports that the lists show."""
    done: set[str] = field(default_factory=set)
    """Addresses of reports that were fetched: one may stand in several columns."""
    home_text: str | None = None
    """What a reader sees on the front page."""
    schemes: dict[str, str] = field(default_factory=dict)
    """By host (``crawler.hosts.host_key``), the scheme under which it is asked."""
    swapped: set[str] = field(default_factory=set)
    """Hosts of which the other scheme has been tried in this visit."""
    answered: set[str] = field(default_factory=set)
    """Hosts that have answered anything at all."""

    def is_first_time(self, url: str) -> bool:
        """Tell whether a report has not been fetched in this visit yet; the next answer is no."""
        known = url in self.done
        self.done.add(url)
        return not known

    def count_trouble(self, outcome: Outcome) -> None:
        """Count something that could not be had; a rule of robots.txt is no trouble."""
        if outcome is Outcome.BLOCKED:
            self.blocked += 1
        elif outcome not in _NO_TROUBLE:
            self.errors += 1
