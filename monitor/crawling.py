"""Crawling the registered portals, in child processes.

Twisted's reactor cannot be restarted, and a browser that leaks must die with its run: so every
group of portals is a process of its own. Crawler and monitor meet only in the database.
"""

import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from monitor.checking import check_filings
from monitor.crawl_lock import only_crawl
from monitor.crawl_reports.writing import write_run
from monitor.crawl_run import Chosen, CrawlRun, PortalSummary, Tell
from monitor.due_facts import due_portals
from monitor.language import Language
from storage.archive import Archive, open_archive
from storage.captures import entries_since_checkpoint, sweep
from storage.clock import utc_now
from storage.columns import search_needed, search_rests
from storage.database import reading
from storage.models import Portal
from storage.signing.signed_log import signed_checkpoint
from storage.upkeep.mirror import mirror_or_say
from storage.workspace import Workspace

log = logging.getLogger(__name__)


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
        run = CrawlRun(
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
    run: CrawlRun, workspace: Workspace, engine: Engine, chosen: Sequence[Chosen]
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


def _ignore(_event: dict[str, Any]) -> None:
    return None


def _portals(engine: Engine, portal_ids: Collection[str]) -> list[Chosen]:
    with reading(engine) as session:
        query = select(Portal.id, Portal.url).order_by(Portal.id)
        if portal_ids:
            query = query.where(Portal.id.in_(portal_ids))
        return [
            Chosen(id=id_, host=urlsplit(url).hostname or "") for id_, url in session.execute(query)
        ]


def _needing_search(
    engine: Engine, workspace: Workspace, portals: Sequence[Chosen], *, at_once: bool
) -> list[Chosen]:
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
