"""Crawls inside the test process: one reactor, in a thread of its own, for the whole session.

Starting a process takes seconds; what processes are for is tested where it matters.
"""

import asyncio
import os
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

from scrapy.crawler import CrawlerRunner
from scrapy.signals import item_scraped
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor
from twisted.internet.threads import blockingCallFromThread

from crawler.addresses import CheckedResolver

PATIENCE = 120.0
_one_at_a_time = threading.Lock()


@cache
def _reactor() -> Any:
    """Start the reactor; daemon threads end with the process."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    running: Any = reactor

    def run() -> None:
        asyncio.set_event_loop(running._asyncioEventloop)
        running.run(installSignalHandlers=False)

    threading.Thread(target=run, daemon=True, name="reactor").start()
    return running


def run_spider(
    spider: str, arguments: Mapping[str, str], environment: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Run a spider to its end and return its items."""
    with _one_at_a_time:
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            return _run(spider, arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)


def _run(spider: str, arguments: Mapping[str, str]) -> list[dict[str, Any]]:
    reactor = _reactor()
    items: list[dict[str, Any]] = []

    def take(item: dict[str, Any]) -> None:
        items.append(item)

    def start() -> Any:
        CheckedResolver(reactor).install_on_reactor()
        runner = CrawlerRunner(get_project_settings())
        crawler = runner.create_crawler(spider)
        crawler.signals.connect(take, item_scraped, weak=False)
        return runner.crawl(crawler, **arguments)

    blockingCallFromThread(reactor, start)
    return items
