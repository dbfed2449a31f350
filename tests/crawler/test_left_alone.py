"""Hosts in trouble over several crawls: left alone, probed, asked by hand, welcome again."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Capture, CrawlState, Host, HostTrouble
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.test_troubles import RUISHU
from tests.crawler.workspace import Field, make_field

CHALLENGE = Answer(RUISHU.encode(), status=412)


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = make_field(tmp_path)
    yield field
    field.engine.dispose()


@pytest.fixture
def site(field: Field) -> Iterator[Site]:
    with serve(Site()) as site:
        fill(site)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        yield site


def host_of(field: Field) -> Host:
    with reading(field.engine) as session:
        return session.scalars(select(Host)).one()


def let_days_pass(field: Field, days: float) -> None:
    """Move what is remembered of the host into the past."""
    with transaction(field.engine) as session:
        host = session.scalars(select(Host)).one()
        assert host.not_before is not None
        host.not_before -= timedelta(days=days)


def test_a_host_that_refuses_is_not_asked_again_the_same_day(field: Field, site: Site) -> None:
    site.routes[COLUMN] = CHALLENGE
    field.crawl("watch", "county")
    asked = len(site.asked)
    field.crawl("watch", "county")

    assert len(site.asked) == asked
    crawl = field.crawl_of("county")
    assert crawl.state is CrawlState.BLOCKED
    assert crawl.evidence["kind"] == "rs"
    assert crawl.evidence["status"] == 412
    assert "$_ts" in crawl.evidence["text"]
    assert "left alone until" in str(crawl.reason)
    assert not field.readings("county")[-1].control_passed


def test_it_is_probed_once_and_then_left_for_a_week(field: Field, site: Site) -> None:
    site.routes[COLUMN] = CHALLENGE
    field.crawl("watch", "county")
    let_days_pass(field, 1.01)
    before = len(site.paths())
    field.crawl("watch", "county")

    assert site.paths()[before:] == [COLUMN]
    host = host_of(field)
    assert host.times == 2
    assert host.not_before is not None
    assert timedelta(days=6.9) < host.not_before - utc_now() <= timedelta(days=7)


def test_a_person_may_ask_at_once(field: Field, site: Site) -> None:
    site.routes[COLUMN] = CHALLENGE
    field.crawl("watch", "county")
    fill(site)
    field.crawl("watch", "county", by_hand="1")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    host = host_of(field)
    assert (host.trouble, host.times, host.not_before) == (None, 0, None)


def test_a_crawl_by_hand_stops_at_the_first_refusal_as_any_other(field: Field, site: Site) -> None:
    field.add_column("county", f"{site.url}/second/")
    site.routes[COLUMN] = site.routes["/second/"] = CHALLENGE
    field.crawl("watch", "county")
    before = len(site.paths())
    field.crawl("watch", "county", by_hand="1")
    assert len(site.paths()) == before + 1


def test_a_host_that_answers_again_after_its_rest_is_welcome(field: Field, site: Site) -> None:
    site.routes[COLUMN] = CHALLENGE
    field.crawl("watch", "county")
    fill(site)
    let_days_pass(field, 1.01)
    field.crawl("watch", "county")
    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert host_of(field).trouble is None


def test_one_forbidden_file_leaves_the_host_open(field: Field, site: Site) -> None:
    site.routes[f"{COLUMN}202401/P020240115000000000001.pdf"] = Answer(b"no", status=403)
    field.crawl("watch", "county")
    with reading(field.engine) as session:
        assert session.scalars(select(Host)).all() == []


def test_a_server_that_is_down_rests_and_is_unreachable_not_absent(
    field: Field, site: Site
) -> None:
    site.routes[COLUMN] = Answer(b"down", status=503)
    field.crawl("watch", "county")
    assert host_of(field).trouble is HostTrouble.BUSY
    asked = len(site.asked)
    field.crawl("watch", "county")
    assert len(site.asked) == asked
    assert field.crawl_of("county").state is CrawlState.UNREACHABLE
    assert field.crawl_of("county").evidence["status"] == 503


def test_a_server_that_asks_for_hours_is_left_alone_so_long(field: Field, site: Site) -> None:
    site.routes[COLUMN] = Answer(b"no", status=403, headers={"Retry-After": "172800"})
    field.crawl("watch", "county")
    host = host_of(field)
    assert host.not_before is not None
    assert host.not_before - utc_now() > timedelta(days=1.9)


@pytest.mark.parametrize("status", [403, 412, 500])
def test_a_short_retry_after_is_kept_on_any_refusal(field: Field, site: Site, status: int) -> None:
    site.routes[report_path(0)] = Answer(b"later", status=status, headers={"Retry-After": "1"})
    field.crawl("watch", "county")
    places = [number for number, asked in enumerate(site.asked) if asked.path == report_path(0)]
    first = places[0]
    assert site.asked[first + 1].at - site.asked[first].at >= 1.0


def test_hosts_rest_only_if_the_settings_say_so(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    settings = tmp_path / "nianbao.toml"
    settings.write_text(settings.read_text("utf-8") + "blocked_rest_hours = 0.0\n", "utf-8")
    with serve(Site()) as site:
        fill(site)
        site.routes[COLUMN] = CHALLENGE
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        field.crawl("watch", "county")
        assert site.paths() == [COLUMN, COLUMN]
    field.engine.dispose()


def test_robots_txt_is_asked_once_a_day_whatever_process_asks(field: Field, site: Site) -> None:
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /x\n", content_type="text/plain")
    field.crawl("discovery", "county", run_id="one")
    field.crawl("watch", "county", run_id="one")
    field.crawl("watch", "county", run_id="two")
    assert site.paths(without_robots=False).count("/robots.txt") == 1
    with transaction(field.engine) as session:
        session.execute(update(Capture).values(fetched_at=utc_now() - timedelta(hours=25)))
    field.crawl("watch", "county", run_id="three")
    assert site.paths(without_robots=False).count("/robots.txt") == 2


def test_a_rule_that_forbids_is_told_by_what_stands_there_now(field: Field, site: Site) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    site.routes["/robots.txt"] = Answer(rules, content_type="text/plain")
    field.crawl("watch", "county")
    assert field.crawl_of("county").state is CrawlState.ROBOTS_DENIED
    del site.routes["/robots.txt"]
    field.crawl("watch", "county")
    assert field.crawl_of("county").state is CrawlState.COMPLETE


def test_a_slow_portal_ends_as_it_is_and_leaves_the_others(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    settings = tmp_path / "nianbao.toml"
    settings.write_text(settings.read_text("utf-8") + "max_seconds_per_portal = 1.0\n", "utf-8")
    with serve(Site()) as slow, serve(Site()) as quick:
        for name, site in (("slow", slow), ("quick", quick)):
            fill(site)
            field.register(name, f"{site.url}/", agencies=AGENCIES)
            field.add_column(name, site.url + COLUMN)
        page = slow.routes[COLUMN]
        assert isinstance(page, Answer)

        def slowly(_: Asked) -> Answer:
            time.sleep(1.2)
            return page

        slow.routes[COLUMN] = slowly
        field.crawl("watch", "slow", "quick")

    assert field.crawl_of("quick").state is CrawlState.COMPLETE
    crawl = field.crawl_of("slow")
    assert crawl.state is CrawlState.PARTIAL
    assert "the time for this portal is over" in str(crawl.reason)
    assert len(field.filings("slow")) == 3  # what was read is kept
    field.engine.dispose()


def test_the_scheme_that_answers_is_remembered(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    with serve(Site()) as site:
        fill(site)
        secure = site.url.replace("http:", "https:")
        field.register("county", f"{secure}/", agencies=AGENCIES)
        field.add_column("county", secure + COLUMN)
        field.crawl("watch", "county")
        failed = len(field.captures("https:"))
        field.crawl("watch", "county")

    assert failed > 0
    assert len(field.captures("https:")) == failed
    assert host_of(field).scheme == "http"
    assert field.crawl_of("county").state is CrawlState.COMPLETE
    field.engine.dispose()
