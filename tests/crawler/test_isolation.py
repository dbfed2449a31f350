"""One document, or one portal, that goes wrong costs only itself."""

from pathlib import Path

import pytest

from crawler import lists, reports, watching
from crawler.platforms import choose_platform
from crawler.platforms.model import Page, Platform
from storage.models import CrawlState
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path
from tests.crawler.portal import Site, serve
from tests.crawler.workspace import make_field


def breaking_on(part: str) -> object:
    """Return a choice of adapters that breaks on one page."""

    def choose(page: Page) -> Platform:
        if page.url.endswith(part):
            raise RecursionError
        return choose_platform(page)

    return choose


def test_a_report_no_adapter_can_read_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "choose_platform", breaking_on(report_path(1)))
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.errors) == (CrawlState.PARTIAL, 1)
    assert "RecursionError" in str(crawl.reason)
    assert [len(filing.originals) for filing in field.filings("county")] == [2, 0, 1]
    field.engine.dispose()


def test_a_list_no_adapter_can_read_is_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "choose_platform", breaking_on(COLUMN))
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    [reading] = field.readings("county")
    assert not reading.read_to_end
    assert field.crawl_of("county").state is CrawlState.PARTIAL
    field.engine.dispose()


def test_a_portal_that_breaks_the_program_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = watching.Watcher.watch

    async def break_one(self: watching.Watcher) -> object:
        if self._visit.portal.id == "broken":
            raise ZeroDivisionError
        return await original(self)

    monkeypatch.setattr(watching.Watcher, "watch", break_one)
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        for name in ("broken", "healthy"):
            field.register(name, f"{site.url}/", agencies=AGENCIES if name == "healthy" else ())
            field.add_column(name, site.url + COLUMN)
        field.crawl("watch", "broken", "healthy")

    assert field.crawl_of("broken").state is CrawlState.PARTIAL
    assert "ZeroDivisionError" in str(field.crawl_of("broken").reason)
    assert field.crawl_of("healthy").state is CrawlState.COMPLETE
    field.engine.dispose()
