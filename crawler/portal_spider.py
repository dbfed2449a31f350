"""The spider that visits portals side by side, each to itself."""

import asyncio
import time
import uuid
from abc import abstractmethod
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from sqlalchemy.exc import SQLAlchemyError

from crawler.addon import current_workspace
from crawler.fetching import Fetcher
from crawler.hosts import Hosts
from crawler.keeping import Keeper
from crawler.parent import end_with_parent
from crawler.progress import tell_progress
from crawler.records.crawls import begin_crawl, end_crawl, portal_facts, save_counts
from crawler.settling import Settled
from crawler.visit import PortalFacts, Visit
from storage.clock import utc_now
from storage.errors import StorageError
from storage.models import CrawlState
from storage.workspace import Workspace


class PortalSpider(Spider):
    """Runs one coroutine for each portal; requests wait in the lane of their server only.

    A visit is a conversation: what is asked next depends on the answer before, and the end of it
    is a judgement on the whole. So it is written as one, with Scrapy's downloader underneath
    (``crawler.downloading``), instead of as callbacks that share counters.

    Arguments (``-a``): ``portal`` or ``portals`` (comma-separated ids), ``run_id``,
    ``fiscal_years`` (comma-separated, default all), ``by_hand`` (``1`` to ask hosts that are left
    alone, because a person wants to know), ``by_name`` (``1`` if that person named these portals:
    then nothing waits in which a report may appear).
    """

    workspace: Workspace
    keeper: Keeper
    hosts: Hosts

    def __init__(
        self,
        portal: str = "",
        portals: str = "",
        run_id: str = "",
        fiscal_years: str = "",
        by_hand: str = "",
        by_name: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.portal_ids = list(dict.fromkeys(_split(portal) + _split(portals)))
        self.run_id = run_id or uuid.uuid4().hex
        self.by_hand = by_hand == "1"
        self.by_name = by_name == "1"
        self.visits: dict[str, Visit] = {}
        """The visits that are going on, by portal."""
        self.fiscal_years = frozenset(int(year) for year in _split(fiscal_years))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "PortalSpider":
        """Build it with the workspace that this process works in.

        Raises:
            SettingsError: if the workspace's settings are wrong.
        """
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.workspace = current_workspace()
        spider.keeper = Keeper.of(spider.workspace)
        rest = timedelta(hours=spider.workspace.settings.crawler.blocked_rest_hours)
        spider.hosts = Hosts(spider.keeper, rest, by_hand=spider.by_hand)
        return spider

    @abstractmethod
    async def visit(self, fetcher: Fetcher, visit: Visit) -> Settled:
        """Do at one portal what this spider is for."""

    async def start(self) -> AsyncIterator[dict[str, Any]]:
        """Visit all portals at once and yield what came of each as it ends.

        Raises:
            StorageError, SQLAlchemyError: if nothing can be written down any more; then no
                portal may go on.
        """
        end_with_parent()
        await self.hosts.recall()
        progress = asyncio.ensure_future(tell_progress(self.name, self.visits))
        tasks = [asyncio.ensure_future(self._visit(portal_id)) for portal_id in self.portal_ids]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in (progress, *tasks):
                task.cancel()
            await asyncio.gather(progress, *tasks, return_exceptions=True)
            self.keeper.close()

    async def _visit(self, portal_id: str) -> dict[str, Any]:
        settings = self.workspace.settings.crawler
        facts = await self.keeper.read(portal_facts, portal_id, settings.official_hosts)
        if facts is None:
            return {"portal": portal_id, "state": None, "reason": "no such portal"}
        crawl_id = await self.keeper.write(begin_crawl, self.run_id, portal_id, utc_now())
        visit = Visit(
            portal=facts,
            crawl_id=crawl_id,
            max_requests=settings.max_requests_per_portal,
            deadline=time.monotonic() + settings.max_seconds_per_portal,
        )
        self.visits[portal_id] = visit
        settled = await self._isolated(facts, visit)
        del self.visits[portal_id]
        await self.keeper.write(save_counts, visit)
        await self.keeper.write(
            end_crawl,
            crawl_id,
            state=settled.state,
            reason=settled.reason,
            control_passed=settled.control_passed,
            evidence=settled.evidence,
            now=utc_now(),
        )
        return {
            "portal": portal_id,
            "spider": self.name,
            "state": None if settled.more_to_come else str(settled.state),
            "reason": settled.reason,
            "pages": visit.pages,
        }

    async def _isolated(self, facts: PortalFacts, visit: Visit) -> Settled:
        """Visit one portal; its mistakes, or ours with it, do not reach the others."""
        fetcher = Fetcher(self.crawler, self.keeper, visit, self.hosts)
        settings = self.workspace.settings.crawler
        # What is under way at the deadline may end; what still waits for its turn then may not.
        limit = settings.max_seconds_per_portal + settings.timeout
        try:
            async with asyncio.timeout(limit) as clock:
                return await self.visit(fetcher, visit)
        except (StorageError, SQLAlchemyError):
            raise
        except TimeoutError as error:
            if not clock.expired():
                return self._failed(facts, visit, error)
            reason = f"stopped after {limit:.0f} s: crawler.max_seconds_per_portal"
            return Settled(state=CrawlState.PARTIAL, reason=reason)
        except Exception as error:  # noqa: BLE001 - the boundary between portals
            return self._failed(facts, visit, error)

    def _failed(self, facts: PortalFacts, visit: Visit, error: Exception) -> Settled:
        self.logger.error("portal %s: unexpected failure", facts.id, exc_info=error)
        visit.errors += 1
        reason = f"unexpected failure: {type(error).__name__}: {error}"
        return Settled(state=CrawlState.PARTIAL, reason=reason)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
