"""Crawling the registered portals, in child processes.

Twisted's reactor cannot be restarted, and a browser that leaks must die with its run: so every
group of portals is a process of its own. Crawler and monitor meet only in the database.
"""

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from monitor.checking import check_filings
from monitor.crawl_lock import only_crawl
from monitor.crawl_processes import Ended, run_groups
from monitor.crawl_reports.writing import write_run
from monitor.due_facts import due_portals
from monitor.language import Language
from storage.archive import Archive, open_archive
from storage.captures import entries_since_checkpoint, sweep
from storage.clock import utc_now
from storage.columns import search_needed, search_rests, unresolved_losses
from storage.database import reading, transaction
from storage.models import Column, ColumnState, Crawl, CrawlState, Portal
from storage.signing.signed_log import signed_checkpoint
from storage.upkeep.mirror import mirror_or_say
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
class Crawled:
    """What came of a run."""

    portals: tuple[PortalSummary, ...]
    record: Path | None
    """The directory of the run's record in the workspace; None if no portal was visited."""


def crawl_portals(
    workspace: Workspace,
    engine: Engine,
    portal_ids: Collection[str] = (),
    fiscal_years: Collection[int] = (),
    tell: Tell | None = None,
    language: Language = "zh",
    *,
    due_only: bool = False,
    unattended: bool = False,
) -> Crawled:
    """Crawl portals, check what is new, and say how each portal went, in the registry's order.

    A record of the run is written into the workspace, whatever came of it.

    Args:
        workspace: its settings say how to crawl.
        engine: of the workspace's database.
        portal_ids: of registered portals; empty means all.
        fiscal_years: fetch only reports of these; empty means all. Lists are read whole anyway.
        tell: is called with the progress, from several threads.
        language: of the record.
        due_only: crawl only those that are due today (``monitor.due``).
        unattended: True if no person asked for it: then hosts that refused are left alone for
            their time. Else they are asked once more, and no further at the first refusal.

    Raises:
        StorageError: if archive or log cannot be written.
        OSError: if the record cannot be written.
        CrawlRunningError: if another crawl is running in the workspace.
    """
    with only_crawl(workspace.directory, engine):
        run = _Run(
            workspace,
            engine,
            uuid.uuid4().hex,
            fiscal_years,
            tell or _ignore,
            by_hand=not unattended,
            by_name=bool(portal_ids) and not unattended,
        )
        chosen = _portals(engine, portal_ids)
        if due_only:
            with reading(engine) as session:
                due = set(due_portals(session, workspace.settings, utc_now()))
            due -= _at_rest(engine, workspace, due)
            chosen = [portal for portal in chosen if portal.id in due]
        try:
            _crawl_portals(run, workspace, engine, chosen)
        finally:
            record = write_run(engine, workspace.directory, run.id, language)
        return Crawled(portals=tuple(run.summaries(chosen)), record=record)


def _crawl_portals(
    run: "_Run", workspace: Workspace, engine: Engine, chosen: Sequence["_Chosen"]
) -> None:
    archive = open_archive(workspace.archive_url)
    second = open_archive(workspace.second_copy_url) if workspace.second_copy_url else None
    authorities = workspace.settings.storage.time_authorities
    sweep(engine, archive)
    if entries_since_checkpoint(engine):  # a crawl was killed: the log goes on from what it left
        signed_checkpoint(engine, archive, workspace.directory, authorities)
    run.begin(chosen)
    try:
        run.discover(_needing_search(engine, workspace, chosen, at_once=run.by_name))
        run.watch(chosen)
        moved = [portal for portal in chosen if run.must_search(portal)]
        run.discover(moved)
        run.watch(moved)
    finally:
        run.close(chosen)
        # Of an interrupted crawl too: what it recorded cannot be taken out again unnoticed.
        signed_checkpoint(engine, archive, workspace.directory, authorities)
    if second is not None:
        _copy_again(engine, archive, second)
    check_filings(workspace, engine, utc_now())


def _copy_again(engine: Engine, archive: Archive, second: Archive) -> None:
    """Bring the second copy up to date; that it cannot be reached now is no fault of the crawl."""
    problem = mirror_or_say(engine, archive, second)
    if problem is not None:
        log.warning("the second copy is not up to date: %s", problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    id: str
    host: str


class _Run:
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

    def begin(self, portals: Sequence[_Chosen]) -> None:
        """Tell what is about to be visited."""
        ids = [portal.id for portal in portals]
        self._tell({"event": "begin", "run_id": self.id, "portals": ids})

    def discover(self, portals: Sequence[_Chosen]) -> None:
        """Search portals for their columns."""
        self._searched.update(portal.id for portal in portals)
        self._spread("discovery", portals)

    def watch(self, portals: Sequence[_Chosen]) -> None:
        """Read the columns of those portals that have any."""
        with reading(self._engine) as session:
            standing = set(
                session.scalars(
                    select(Column.portal_id).where(Column.state == ColumnState.ACTIVE).distinct()
                )
            )
        self._spread("watch", [portal for portal in portals if portal.id in standing])

    def must_search(self, portal: _Chosen) -> bool:
        """Tell whether watching found a column gone that was not searched for in this run."""
        if portal.id in self._searched:
            return False
        with reading(self._engine) as session:
            return bool(unresolved_losses(session, session.get_one(Portal, portal.id)))

    def close(self, portals: Iterable[_Chosen]) -> None:
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

    def summaries(self, portals: Iterable[_Chosen]) -> list[PortalSummary]:
        """Return how each portal went."""
        with reading(self._engine) as session:
            crawls = [_crawl(session, self.id, portal.id) for portal in portals]
        return [_summary(crawl) for crawl in crawls if crawl is not None]

    def _spread(self, spider: str, portals: Sequence[_Chosen]) -> None:
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


def _ignore(_event: dict[str, Any]) -> None:
    return None


def _portals(engine: Engine, portal_ids: Collection[str]) -> list[_Chosen]:
    with reading(engine) as session:
        query = select(Portal.id, Portal.url).order_by(Portal.id)
        if portal_ids:
            query = query.where(Portal.id.in_(portal_ids))
        return [
            _Chosen(id=id_, host=urlsplit(url).hostname or "")
            for id_, url in session.execute(query)
        ]


def _needing_search(
    engine: Engine, workspace: Workspace, portals: Sequence[_Chosen], *, at_once: bool
) -> list[_Chosen]:
    now, every = utc_now(), timedelta(days=workspace.settings.crawler.rediscover_days)
    with reading(engine) as session:
        return [
            portal
            for portal in portals
            if search_needed(
                session, session.get_one(Portal, portal.id), now, every, at_once=at_once
            )
        ]


def _at_rest(engine: Engine, workspace: Workspace, portal_ids: Collection[str]) -> set[str]:
    """Return the portals that have just been searched in vain and need not be yet again."""
    now, every = utc_now(), timedelta(days=workspace.settings.crawler.rediscover_days)
    with reading(engine) as session:
        return {
            portal_id
            for portal_id in portal_ids
            if search_rests(session, session.get_one(Portal, portal_id), now, every)
        }


def _groups(portals: Sequence[_Chosen], size: int) -> list[list[str]]:
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
