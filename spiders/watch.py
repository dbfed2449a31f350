"""From the columns of a portal to the originals of its reports."""

from crawler.fetching import Fetcher
from crawler.portal_spider import PortalSpider
from crawler.settling import Settled
from crawler.visit import Visit
from crawler.watching import Watcher


class WatchSpider(PortalSpider):
    """Reads every known column to its end and fetches every report with its files.

    Example: ``scrapy crawl watch -a portal=qinghe -a fiscal_years=2023,2024``
    """

    name = "watch"

    async def visit(self, fetcher: Fetcher, visit: Visit) -> Settled:
        """Read the columns of one portal."""
        settings = self.workspace.settings
        watcher = Watcher(
            fetcher,
            self.keeper,
            visit,
            settings.crawler,
            self.fiscal_years,
            grace_days=settings.obligations.grace_days,
            at_once=self.by_name,
        )
        return await watcher.watch()
