"""From a portal's front page to its columns, on real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.models import ColumnState, CrawlState
from tests.crawler.county import AGENCIES, COLUMN, fill, home_page, list_page, row
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.proxy import proxied
from tests.crawler.workspace import Field, make_field


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        fill(site)
        yield site


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = make_field(tmp_path, timeout=2.0)
    yield field
    field.engine.dispose()


def test_the_column_is_found_by_way_of_the_platform_with_its_proof(
    field: Field, site: Site
) -> None:
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    [column] = field.columns("county")
    assert column.url == site.url + COLUMN
    assert column.name == "政府信息公开年报"
    assert {"label", "titles", "no_decoys"} <= set(column.proof["met"])
    assert "/zwgk/wznb/" not in site.paths()


def test_a_column_named_by_the_registry_needs_no_search(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", columns=(site.url + COLUMN,), agencies=AGENCIES)
    field.crawl("discovery", "county")

    [column] = field.columns("county")
    assert (column.found_by, column.state) == ("registry", ColumnState.ACTIVE)
    assert site.paths() == [COLUMN]


def test_a_registered_column_that_is_gone_is_lost_and_the_real_one_found(
    field: Field, site: Site
) -> None:
    old = f"{site.url}/zwgk/old/"
    field.register("county", f"{site.url}/", columns=(old,), agencies=AGENCIES)
    field.crawl("discovery", "county")

    states = {column.url: column.state for column in field.columns("county")}
    assert states == {old: ColumnState.LOST, site.url + COLUMN: ColumnState.ACTIVE}


def test_a_portal_without_a_column_has_none(field: Field, site: Site) -> None:
    site.routes = {"/": site.routes["/"]}
    site.page("/", "<html><title>清河</title><body><a href='/xw/1.html'>新闻</a></body></html>")
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    assert field.crawl_of("county").state is CrawlState.NO_COLUMN
    assert field.columns("county") == []


def test_a_platform_that_could_not_be_read_is_not_taken_for_no_column(
    field: Field, site: Site
) -> None:
    site.routes["/zwgk/"] = Answer(b"down", status=503)
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    crawl = field.crawl_of("county")
    assert crawl.state is CrawlState.UNREACHABLE
    assert "/zwgk/" in str(crawl.reason)


def test_a_blocked_front_page_blocks_the_portal_with_evidence(field: Field, site: Site) -> None:
    site.routes["/"] = Answer(b"<script>$_ts=window['$_ts'];</script>", status=412)
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    crawl = field.crawl_of("county")
    assert crawl.state is CrawlState.BLOCKED
    assert crawl.evidence["kind"] == "rs"
    assert crawl.blocked == 1


def test_a_front_page_that_only_sends_on_is_followed(field: Field, site: Site) -> None:
    site.page("/", "<html><script>window.location.href='qhxrmzf/index.shtml';</script></html>")
    site.page("/qhxrmzf/index.shtml", home_page())
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    assert [column.url for column in field.columns("county")] == [site.url + COLUMN]


def test_the_search_keeps_to_the_portal_and_to_its_number_of_pages(
    field: Field, site: Site
) -> None:
    links = "".join(f'<a href="/zwgk/{n}/">政府信息公开</a>' for n in range(200))
    foreign = '<a href="http://www.other.gov.cn/zwgk/">政府信息公开</a>'
    site.page("/", f"<html><title>x</title><body>{links}{foreign}</body></html>")
    for number in range(200):
        site.page(f"/zwgk/{number}/", "<html><title>公开</title><body><p>目录</p></body></html>")
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    assert len(site.paths()) <= 62
    assert field.captures("other.gov.cn") == []
    assert field.crawl_of("county").state is CrawlState.PARTIAL


@pytest.mark.parametrize(
    ("agencies", "found"), [(AGENCIES, True), (("威县财政局", "威县教育局", "威县民政局"), False)]
)
def test_a_platform_on_the_host_of_the_city_counts_if_it_lists_our_agencies(
    tmp_path: Path, agencies: tuple[str, ...], found: bool
) -> None:
    field = make_field(tmp_path, private=False)
    county, city = Site(), Site()
    fill(city, agencies=agencies)
    link = '<a href="http://www.xingtai.gov.cn/zwgk/">政府信息公开</a>'
    county.page("/", f"<html><title>清河县</title><body>{link}</body></html>")
    field.register("county", "http://www.qinghe.gov.cn/", agencies=AGENCIES)
    with proxied(field, {"www.qinghe.gov.cn": county, "www.xingtai.gov.cn": city}):
        field.crawl("discovery", "county")

    columns = [column.url for column in field.columns("county")]
    assert columns == ([f"http://www.xingtai.gov.cn{COLUMN}"] if found else [])
    field.engine.dispose()


def test_the_registered_address_may_be_the_column_itself(field: Field, site: Site) -> None:
    field.register("county", site.url + COLUMN, agencies=AGENCIES)
    field.crawl("discovery", "county")

    assert [column.url for column in field.columns("county")] == [site.url + COLUMN]


def test_a_list_of_look_alikes_is_no_column(field: Field, site: Site) -> None:
    rows = [
        row(f"./{year}.html", f"清河县人民政府{year}年政府网站工作年度报表")
        for year in range(2018, 2024)
    ]
    site.page(COLUMN, list_page(rows))
    field.register("county", f"{site.url}/")
    field.crawl("discovery", "county")

    assert field.columns("county") == []


def test_an_unknown_portal_is_told_and_nothing_else_happens(field: Field) -> None:
    assert field.crawl("discovery", "nowhere") == [
        {"portal": "nowhere", "state": None, "reason": "no such portal"}
    ]
