"""From a portal to its annual-report columns."""

from crawler.fetching import Fetcher
from crawler.portal_spider import PortalSpider
from crawler.searching import ColumnSearch
from crawler.settling import Settled
from crawler.visit import Visit


class DiscoverySpider(PortalSpider):
    """Checks the columns that the registry names, and searches where they do not suffice.

    Example: ``scrapy crawl discovery -a portal=qinghe``
    """

    name = "discovery"

    async def visit(self, fetcher: Fetcher, visit: Visit) -> Settled:
        """Find the columns of one portal."""
        search = ColumnSearch(fetcher, self.keeper, visit, self.workspace.settings.crawler)
        return await search.search()
