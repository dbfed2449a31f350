"""One thing at a time, not too often, and no more than allowed."""

import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.middlewares.politeness import retry_after
from storage.models import CrawlState
from tests.crawler.county import AGENCIES, COLUMN, fill, home_page
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import make_field


def gaps(site: Site) -> list[float]:
    """Return the seconds between requests."""
    return [later.at - earlier.at for earlier, later in pairwise(site.asked)]


def test_requests_to_one_host_keep_the_delay_that_is_set(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.3)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert len(site.asked) == 6
    assert all(gap >= 0.28 for gap in gaps(site)[1:])
    field.engine.dispose()


def test_a_crawl_delay_of_robots_txt_is_obeyed(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.5\nDisallow: /x\n")
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert all(gap >= 0.48 for gap in gaps(site)[1:])
    field.engine.dispose()


def test_a_host_that_asks_for_an_hour_between_requests_is_left_alone(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        site.routes["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 3600\nDisallow: /x\n")
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert site.paths() == []
    assert field.crawl_of("county").state is CrawlState.ROBOTS_DENIED
    field.engine.dispose()


def test_portals_on_one_server_are_asked_one_thing_at_a_time(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    busy, most = 0, 0
    lock = threading.Lock()

    def slowly(_: Asked) -> Answer:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.05)
        with lock:
            busy -= 1
        return Answer(home_page().encode())

    with serve(Site()) as site:
        site.missing = slowly
        names = [f"county{number}" for number in range(4)]
        for name in names:
            field.register(name, f"{site.url}/{name}/")
        field.crawl("discovery", *names)

    assert len(site.asked) > 8
    assert most == 1
    field.engine.dispose()


def test_a_portal_gets_no_more_requests_than_its_budget(tmp_path: Path) -> None:
    field = make_field(tmp_path, max_requests=4)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert len(site.asked) == 4
    crawl = field.crawl_of("county")
    assert crawl.state is CrawlState.PARTIAL
    assert "4 requests" in str(crawl.reason)
    assert len(field.filings("county")) == 3
    field.engine.dispose()


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [(429, "7", 7), (503, "0", 0), (200, "7", None), (429, "", None), (429, "soon", None)],
)
def test_retry_after_is_read_in_seconds(status: int, value: str, seconds: float | None) -> None:
    response = Response("http://a.gov.cn/", status=status, headers={"Retry-After": value})
    assert retry_after(response) == seconds


def test_retry_after_is_read_as_a_date() -> None:
    headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert retry_after(Response("http://a.gov.cn/", status=503, headers=headers)) == 0
