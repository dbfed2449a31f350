"""One thing at a time, not too often, and no more than allowed."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response
from sqlalchemy import update

from crawler.middlewares.politeness import retry_after
from storage.clock import utc_now
from storage.database import transaction
from storage.models import Capture, CrawlState
from tests.crawler.county import AGENCIES, COLUMN, fill, home_page, report_path
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import make_field


def gaps(site: Site) -> list[float]:
    """Return the seconds between requests."""
    return [later.at - earlier.at for earlier, later in pairwise(site.asked)]


def filled(site: Site, path: str) -> Answer:
    """Fill a portal and return what it has at a path."""
    fill(site)
    answer = site.routes[path]
    assert isinstance(answer, Answer)
    return answer


def test_requests_to_one_host_keep_the_delay_that_is_set(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.3)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert len(site.asked) == 6
    assert min(gaps(site)) >= 0.3
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
    assert min(gaps(site)[1:]) >= 0.5
    field.engine.dispose()


def test_a_connection_found_closed_is_no_reason_to_ask_again_at_once(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.3)
    dropped: list[Asked] = []

    def drop_once(asked: Asked) -> Answer:
        dropped.append(asked)
        return Answer(raw=lambda _: None) if len(dropped) == 1 else page

    with serve(Site()) as site:
        page = filled(site, report_path(1))
        site.routes[report_path(1)] = drop_once
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert site.paths().count(report_path(1)) == 2
    assert min(gaps(site)) >= 0.3
    [capture] = field.captures(report_path(1))
    assert capture.status == 200
    assert capture.requested_at < capture.fetched_at - timedelta(seconds=0.3)
    assert field.crawl_of("county").state is CrawlState.COMPLETE
    field.engine.dispose()


def test_the_target_of_a_redirect_waits_its_turn(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.3)
    with serve(Site()) as site:
        fill(site)
        site.routes["/there"] = site.routes[report_path(1)]
        site.routes["/hop"] = Answer(b"", status=302, headers={"Location": "/there"})
        site.routes[report_path(1)] = Answer(b"", status=301, headers={"Location": "/hop"})
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    assert "/there" in site.paths()
    assert min(gaps(site)) >= 0.3
    field.engine.dispose()


def test_a_slow_answer_is_followed_by_the_whole_delay(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.3)
    ended: list[float] = []

    def slowly(_: Asked) -> Answer:
        time.sleep(0.4)
        ended.append(time.monotonic())
        return page

    with serve(Site()) as site:
        page = filled(site, report_path(0))
        site.routes[report_path(0)] = slowly
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")

    after = [asked.at for asked in site.asked if asked.at > ended[0]]
    assert after[0] - ended[0] >= 0.3
    field.engine.dispose()


@contextmanager
def nobody() -> Iterator[tuple[int, list[tuple[float, bytes]]]]:
    """Take connections on a port, note when what came, and hang up."""
    came: list[tuple[float, bytes]] = []

    def take(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                data = connection.recv(4096)
                came.append((time.monotonic(), data))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=take, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1], came
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_host_that_is_not_there_is_asked_for_robots_once_under_each_scheme(
    tmp_path: Path,
) -> None:
    field = make_field(tmp_path, delay=0.3)
    with nobody() as (port, came):
        address = f"http://127.0.0.1:{port}"
        field.register("dead", f"{address}/")
        field.add_column("dead", address + COLUMN)
        field.crawl("watch", "dead")

    plain = [data for _, data in came if data.startswith(b"GET")]
    assert [data.split(b" ")[1] for data in plain] == [b"/robots.txt"]
    assert len(came) > len(plain)  # the other scheme was tried: the rest are hellos of TLS
    assert all(later - earlier >= 0.3 for (earlier, _), (later, _) in pairwise(came))
    assert field.crawl_of("dead").state is CrawlState.UNREACHABLE
    field.engine.dispose()


def test_a_host_that_has_answered_before_is_asked_for_robots_a_second_time(tmp_path: Path) -> None:
    field = make_field(tmp_path, delay=0.05)
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        with transaction(field.engine) as session:  # two days pass
            long_ago = utc_now() - timedelta(days=2)
            session.execute(update(Capture).values(fetched_at=long_ago, requested_at=long_ago))
        site.asked.clear()
        dropped: list[Asked] = []

        def drop_once(asked: Asked) -> Answer:
            dropped.append(asked)
            return Answer(raw=lambda _: None) if len(dropped) == 1 else Answer(b"")

        site.routes["/robots.txt"] = drop_once
        field.crawl("watch", "county")

    assert [asked.path for asked in site.asked][:2] == ["/robots.txt"] * 2
    assert field.crawl_of("county").state is CrawlState.COMPLETE
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
