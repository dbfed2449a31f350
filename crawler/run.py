"""What the parts of a crawl process share, as middlewares find it: on the spider."""

from typing import Protocol, cast

from scrapy.crawler import Crawler

from crawler.hosts import Hosts
from crawler.keeping import Keeper


class Run(Protocol):
    """What every spider of ours has (``crawler.portal_spider``)."""

    run_id: str
    keeper: Keeper
    hosts: Hosts


def run_of(crawler: Crawler) -> Run:
    """Return what the run of a crawler shares; there is one once the spider is open."""
    assert crawler.spider is not None
    return cast("Run", crawler.spider)
