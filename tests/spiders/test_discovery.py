"""From a portal's front page to its columns, on real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import reading
from storage.models import Agency, AgencyProposal, ColumnState, CrawlState
from tests.crawler.county import (
    AGENCIES,
    COLUMN,
    fill,
    home_page,
    list_page,
    report_page,
    row,
)
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


def test_the_proof_of_a_column_can_be_shown_to_people(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    proof = field.columns("county")[0].proof
    assert [step["text"] for step in proof["way"]] == ["政府信息公开", "政府信息公开年报"]
    assert {"label", "titles", "link"} <= {sign["sign"] for sign in proof["signs"]}
    assert all(sign["zh"] and sign["en"] for sign in proof["signs"])
    assert proof["examples"]["reports"][0].startswith(AGENCIES[0])
    assert proof["examples"]["others"] == ["清河县人民政府2023年政府网站工作年度报表"]
    [capture] = [each for each in field.captures(COLUMN) if each.id == proof["capture"]]
    assert capture.sha256 == proof["sha256"]


def _bare_list(title: str, rows: int) -> str:
    found = "".join(row(f"/a/{n}.html", f"{name}2023年政府信息公开工作年度报告")
                    for n, name in enumerate(AGENCIES[:rows]))  # fmt: skip
    return f"<html><head><title>{title}</title></head><body><ul>{found}</ul></body></html>"


def test_titles_alone_make_no_column_but_with_the_name_of_the_link_they_do(
    field: Field, site: Site
) -> None:
    site.page("/x/1/", _bare_list("清河县", 3))
    for text, found in (("信息公开", False), ("信息公开年报", True)):
        site.page("/", f"<html><title>清河</title><body><a href='/x/1/'>{text}</a></body></html>")
        field.register(f"county-{found}".lower(), f"{site.url}/", agencies=AGENCIES)
        field.crawl("discovery", f"county-{found}".lower())
        assert bool(field.columns(f"county-{found}".lower())) is found


def test_a_column_with_its_first_report_is_found_by_the_name_of_its_link(
    field: Field, site: Site
) -> None:
    site.page("/x/1/", _bare_list("清河县", 1))
    site.page("/", "<html><title>清河</title><a href='/x/1/'>政府信息公开年报</a></html>")
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    [column] = field.columns("county")
    assert (column.url, column.proof["reports"]) == (f"{site.url}/x/1/", 1)


def test_a_column_that_is_the_text_of_its_newest_report_is_read_as_that(
    field: Field, site: Site
) -> None:
    title = "清河县财政局2023年政府信息公开工作年度报告"
    site.page(COLUMN, report_page(title))
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")
    field.crawl("watch", "county")
    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert (filing.url, filing.agency_id) == (site.url + COLUMN, "county-0")
    assert field.crawl_of("county").control_passed


def test_the_new_place_of_a_column_is_linked_to_the_old(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")
    field.crawl("watch", "county")
    moved = "/zwgk/gongkai/xxgknb/"
    for path in [path for path in site.routes if path.startswith(COLUMN)]:
        site.routes[path.replace(COLUMN, moved)] = site.routes.pop(path)
    platform = site.routes["/zwgk/"]
    assert isinstance(platform, Answer)
    site.page("/zwgk/", platform.body.decode().replace(COLUMN, moved))
    for spider in ("watch", "discovery", "watch"):
        field.crawl(spider, "county")

    old, new = field.columns("county")
    assert (old.state, old.moved_to) == (ColumnState.LOST, new.url)
    filings = field.filings("county")
    assert len(filings) == 3
    assert {filing.column_id for filing in filings} == {new.id}
    assert all(filing.url.startswith(new.url) for filing in filings)


def test_a_column_whose_page_is_another_now_is_watched_then_lost(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")
    field.crawl("watch", "county")
    assert "drift" not in field.columns("county")[0].proof
    rows = [
        row(f"./{year}.html", f"清河县人民政府{year}年政府网站工作年度报表")
        for year in range(2018, 2024)
    ]
    site.page(COLUMN, list_page(rows))
    for times in (1, 2, 3):
        field.crawl("watch", "county")
        [column] = field.columns("county")
        assert column.proof["drift"]["times"] == times
        assert not field.readings("county")[-1].control_passed
    assert column.state is ColumnState.LOST
    assert {filing.absent_crawls for filing in field.filings("county")} == {0}


def test_agencies_of_a_central_list_that_are_not_registered_are_proposed(
    field: Field, site: Site
) -> None:
    field.register("county", f"{site.url}/", agencies=AGENCIES[:1])
    field.crawl("discovery", "county")
    field.crawl("watch", "county")

    with reading(field.engine) as session:
        found = session.scalars(select(AgencyProposal).order_by(AgencyProposal.name)).all()
        agencies = session.scalars(select(Agency)).all()
    assert [(each.name, each.count) for each in found] == [(AGENCIES[1], 1), (AGENCIES[2], 1)]
    assert [each.name for each in agencies] == [AGENCIES[0]]
    [capture] = [each for each in field.captures(COLUMN) if each.sha256 == found[0].sha256][:1]
    assert found[0].list_url == capture.url == site.url + COLUMN


def test_no_more_pages_are_drawn_than_the_portal_may_have(tmp_path: Path, site: Site) -> None:
    field = make_field(tmp_path, render="auto", max_renders=0)
    site.page(COLUMN, "<html><title>政府信息公开年报</title><body><div id='app'></div>"
                      "<script src='/app.js'></script></body></html>")  # fmt: skip
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed, crawl.renders) == (CrawlState.PARTIAL, False, 0)
    assert "not drawn" in str(crawl.reason)
    field.engine.dispose()


@pytest.mark.parametrize(("shells", "found"), [(3, True), (4, False)])
def test_no_more_than_three_pages_that_only_send_on_are_followed(
    field: Field, site: Site, shells: int, found: bool
) -> None:
    for number in range(shells):
        path = "/" if number == 0 else f"/s{number}.html"
        target = f"/s{number + 1}.html" if number + 1 < shells else "/zwgk/"
        site.page(path, f'<html><meta http-equiv="refresh" content="0;url={target}"></html>')
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    assert bool(field.columns("county")) is found
    assert ("/zwgk/" in site.paths()) is found


def test_a_page_that_sends_on_to_another_site_is_not_followed(field: Field, site: Site) -> None:
    site.page("/", "<html><script>window.location.href='http://www.other.gov.cn/';</script></html>")
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    assert field.captures("other.gov.cn") == []
    assert field.columns("county") == []


def test_a_registered_column_that_holds_something_else_is_lost_and_the_real_one_found(
    field: Field, site: Site
) -> None:
    rows = [
        row(f"./{y}.html", f"清河县人民政府{y}年政府网站工作年度报表") for y in range(2018, 2024)
    ]
    site.page("/zwgk/old/", list_page(rows))
    field.register("county", f"{site.url}/", columns=(f"{site.url}/zwgk/old/",), agencies=AGENCIES)
    field.add_column("county", f"{site.url}/zwgk/old/")
    field.crawl("discovery", "county")

    states = {column.url.removeprefix(site.url): column.state for column in field.columns("county")}
    assert states == {"/zwgk/old/": ColumnState.LOST, COLUMN: ColumnState.ACTIVE}


def _nested(site: Site, depth: int) -> str:
    """Have the way to the column lead over so many platform pages, and return its last page."""
    path = "/"
    for number in range(depth):
        below = f"/gk{number}/"
        entry = f"<a href='{below}'>政府信息公开</a>"
        site.page(path, f"<html><title>x</title><h1>第{number}级</h1>{entry}</html>")
        path = below
    site.page(path, f'<html><title>x</title><a href="{COLUMN}">政府信息公开年报</a></html>')
    return path


def test_a_column_deeper_than_is_searched_leaves_the_search_unfinished(
    field: Field, site: Site
) -> None:
    last = _nested(site, 5)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    crawl = field.crawl_of("county")
    assert last in site.paths()
    assert COLUMN not in site.paths()
    assert (crawl.state, field.columns("county")) == (CrawlState.PARTIAL, [])


def test_columns_that_were_found_keep_what_lies_deeper_as_a_way_left(
    field: Field, site: Site
) -> None:
    other = "/zwgk/nb/"
    site.routes[other] = site.routes[COLUMN]
    _nested(site, 5)
    front = f'<a href="/gk0/">政府信息公开</a><a href="{other}">政府信息公开年报</a>'
    site.page("/", f"<html><title>x</title>{front}</html>")
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.crawl("discovery", "county")

    [column] = field.columns("county")
    assert column.url == site.url + other
    [why] = column.proof["unsearched"]
    assert why.startswith(f"{site.url}{COLUMN}: not looked at")
