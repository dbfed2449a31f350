"""One run of the crawl command: its child processes, and what came of each portal."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.crawl_processes import Ended, run_groups
from storage.clock import utc_now
from storage.columns import unresolved_losses
from storage.database import reading, transaction
from storage.models import Column, ColumnState, Crawl, CrawlState, Portal
from storage.workspace import Workspace

log = logging.getLogger(__name__)

Tell = Callable[[dict[str, Any]], None]
"""Is told what happens, as it happens. Each event has ``event``:

- ``begin``: the run ``run_id`` is about to visit ``portals`` (their ids);
- ``progress``: how far ``spider`` has come at ``portal``: ``pages``, ``requests``, ``reports``,
  ``blocked``, ``errors`` so far;
- ``end``: ``spider`` is done with ``portal``: ``state`` (null if it goes on), ``reason`` and
  ``pages``.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSummary:
    """What came of one portal; the object that ``nianbao crawl --format jsonl`` prints."""

    portal: str
    state: str
    pages: int
    reports_found: int
    originals_new: int
    originals_changed: int
    blocked: int
    """Answers that were a challenge or a refusal."""
    errors: int
    """Things that could not be had for another reason."""
    control_passed: bool
    seconds: float
    reason: str | None

    @property
    def is_complete(self) -> bool:
        """True if every column was read to its end and every report answered."""
        return self.state == CrawlState.COMPLETE

    def as_json(self) -> dict[str, Any]:
        """Return it as the outside contract prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A portal that is to be crawled."""

    id: str
    host: str


class CrawlRun:
    """One run of the crawl command."""

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        run_id: str,
        fiscal_years: Collection[int],
        tell: Tell,
        *,
        by_hand: bool,
        by_name: bool,
    ) -> None:
        self._workspace = workspace
        self._engine = engine
        self.id = run_id
        self._years = ",".join(str(year) for year in sorted(fiscal_years))
        self._tell = tell
        self._by_hand = "1" if by_hand else ""
        self.by_name = by_name
        self._began = utc_now()
        self._crashed: dict[str, str] = {}
        self._searched: set[str] = set()

    def begin(self, portals: Sequence[Chosen]) -> None:
        """Tell what is about to be visited."""
        ids = [portal.id for portal in portals]
        self._tell({"event": "begin", "run_id": self.id, "portals": ids})

    def discover(self, portals: Sequence[Chosen]) -> None:
        """Search portals for their columns."""
        self._searched.update(portal.id for portal in portals)
        self._spread("discovery", portals)

    def watch(self, portals: Sequence[Chosen]) -> None:
        """Read the columns of those portals that have any."""
        with reading(self._engine) as session:
            standing = set(
                session.scalars(
                    select(Column.portal_id).where(Column.state == ColumnState.ACTIVE).distinct()
                )
            )
        self._spread("watch", [portal for portal in portals if portal.id in standing])

    def must_search(self, portal: Chosen) -> bool:
        """Tell whether watching found a column gone that was not searched for in this run."""
        if portal.id in self._searched:
            return False
        with reading(self._engine) as session:
            return bool(unresolved_losses(session, session.get_one(Portal, portal.id)))

    def close(self, portals: Iterable[Chosen]) -> None:
        """End the crawls whose process did not live to end them."""
        now = utc_now()
        with transaction(self._engine) as session:
            for portal in portals:
                crawl = _crawl(session, self.id, portal.id)
                if crawl is None:
                    crawl = Crawl(
                        run_id=self.id,
                        portal_id=portal.id,
                        started_at=self._began,
                        state=CrawlState.RUNNING,
                        evidence={},
                    )
                    session.add(crawl)
                if crawl.state is CrawlState.RUNNING or portal.id in self._crashed:
                    crawl.state = CrawlState.PARTIAL
                    crawl.control_passed = False
                    crawl.reason = self._crashed.get(portal.id, "interrupted")
                    crawl.errors = (crawl.errors or 0) + 1
                    crawl.finished_at = now

    def summaries(self, portals: Iterable[Chosen]) -> list[PortalSummary]:
        """Return how each portal went."""
        with reading(self._engine) as session:
            crawls = [_crawl(session, self.id, portal.id) for portal in portals]
        return [_summary(crawl) for crawl in crawls if crawl is not None]

    def _spread(self, spider: str, portals: Sequence[Chosen]) -> None:
        if not portals:
            return
        groups = _groups(portals, self._workspace.settings.crawler.portals_per_process)
        arguments = {
            "run_id": self.id,
            "fiscal_years": self._years,
            "by_hand": self._by_hand,
            "by_name": "1" if self.by_name else "",
        }
        for ended in run_groups(self._workspace, spider, groups, arguments, self._tell):
            self._note(spider, ended)

    def _note(self, spider: str, ended: Ended) -> None:
        """Remember the portals that a process left unfinished."""
        for portal_id in ended.unfinished:
            reason = f"the {spider} process ended with code {ended.code}: {ended.last_words}"
            log.error("%s: %s", portal_id, reason)
            self._crashed[portal_id] = reason
            self._tell(
                {
                    "event": "end",
                    "portal": portal_id,
                    "spider": spider,
                    "state": CrawlState.PARTIAL.value,
                    "reason": reason,
                }
            )


def _groups(portals: Sequence[Chosen], size: int) -> list[list[str]]:
    """Share portals out to processes; those of one host stay together, to be asked in turn."""
    by_host: dict[str, list[str]] = {}
    for portal in portals:
        by_host.setdefault(portal.host, []).append(portal.id)
    groups: list[list[str]] = []
    for together in by_host.values():
        if groups and len(groups[-1]) + len(together) <= size:
            groups[-1] += together
        else:
            groups.append(list(together))
    return groups


def _crawl(session: Session, run_id: str, portal_id: str) -> Crawl | None:
    query = select(Crawl).where(Crawl.run_id == run_id, Crawl.portal_id == portal_id)
    return session.scalars(query).first()


def _summary(crawl: Crawl) -> PortalSummary:
    finished = crawl.finished_at or utc_now()
    return PortalSummary(
        portal=crawl.portal_id,
        state=crawl.state.value,
        pages=crawl.pages,
        reports_found=crawl.reports_found,
        originals_new=crawl.originals_new,
        originals_changed=crawl.originals_changed,
        blocked=crawl.blocked,
        errors=crawl.errors,
        control_passed=crawl.control_passed,
        seconds=round((finished - crawl.started_at).total_seconds(), 3),
        reason=crawl.reason,
    )
