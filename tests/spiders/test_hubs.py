"""Portals whose agencies have pages of their own, on real servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.records.columns import unsearched
from storage.database import reading
from storage.models import CrawlState
from tests.crawler.county import list_page, report_page, row, title_of
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

AGENCIES = {
    "czj": "清河县财政局",
    "jyj": "清河县教育局",
    "slj": "清河县水利局",
    "mzj": "清河县民政局",
}
HUB = "/zwgk/bmxxgk/"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        site.page("/", '<html><title>清河</title><a href="/zwgk/">政府信息公开</a></html>')
        site.page("/zwgk/", f'<html><title>公开</title><a href="{HUB}">部门信息公开</a></html>')
        entries = "".join(
            f'<li><a href="{HUB}{slug}/">{name}</a></li>' for slug, name in AGENCIES.items()
        )
        site.page(HUB, f"<html><title>部门信息公开</title><ul>{entries}</ul></html>")
        for slug, name in AGENCIES.items():
            platform = f"<html><title>{name}</title><a href='./xxgknb/'>政府信息公开年报</a></html>"
            site.page(f"{HUB}{slug}/", platform)
            site.page(
                column(slug), list_page([row("./202401/t20240115_1.html", title_of(name, 2023))])
            )
            site.page(f"{column(slug)}202401/t20240115_1.html", report_page(title_of(name, 2023)))
        yield site


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = make_field(tmp_path, timeout=2.0)
    yield field
    field.engine.dispose()


def column(slug: str) -> str:
    return f"{HUB}{slug}/xxgknb/"


def left(field: Field) -> list[str]:
    with reading(field.engine) as session:
        return unsearched(session, "county")


def test_the_column_of_every_agency_is_found(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    assert {each.url for each in field.columns("county")} == {
        site.url + column(slug) for slug in AGENCIES
    }
    assert left(field) == []


def test_what_two_agencies_show_the_others_cost_one_request_each(field: Field, site: Site) -> None:
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    assert f"{HUB}slj/" not in site.paths()
    assert f"{HUB}mzj/" not in site.paths()


def test_an_agency_that_is_arranged_otherwise_is_found_by_its_own_page(
    field: Field, site: Site
) -> None:
    name = AGENCIES["mzj"]
    del site.routes[column("mzj")]
    site.page(f"{HUB}mzj/", f"<html><title>{name}</title><a href='/mz/1/'>信息公开年报</a></html>")
    site.page("/mz/1/", list_page([row("./202401/t20240115_1.html", title_of(name, 2023))]))
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    assert f"{site.url}/mz/1/" in {each.url for each in field.columns("county")}
    assert left(field) == []


def test_frames_take_no_agency_farther_away(field: Field, site: Site) -> None:
    for path in ("/zwgk/", HUB, *(f"{HUB}{slug}/" for slug in AGENCIES)):
        body = site.routes[path]
        site.routes[f"{path}inner.html"] = body
        site.page(path, "<html><title>公开</title><iframe src='inner.html'></iframe></html>")
    for slug in AGENCIES:  # links are relative to the frame
        site.page(
            f"{HUB}{slug}/inner.html", "<html><a href='./xxgknb/'>政府信息公开年报</a></html>"
        )
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    assert len(field.columns("county")) == len(AGENCIES)
    assert left(field) == []


def test_an_empty_column_of_an_agency_does_not_hide_the_one_with_its_reports(
    field: Field, site: Site
) -> None:
    name = AGENCIES["mzj"]
    site.page(column("mzj"), list_page([]))
    links = "<a href='./xxgknb/'>政府信息公开年报</a><a href='/mz/1/'>信息公开年度报告</a>"
    site.page(f"{HUB}mzj/", f"<html><title>{name}</title>{links}</html>")
    site.page("/mz/1/", list_page([row("./202401/t20240115_1.html", title_of(name, 2023))]))
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    assert f"{site.url}/mz/1/" in {each.url for each in field.columns("county")}
    assert left(field) == []


@pytest.mark.parametrize("answer", [Answer(b"down", status=503), None])
def test_while_the_column_of_one_agency_is_not_found_nothing_is_claimed(
    answer: Answer | None, field: Field, site: Site
) -> None:
    site.routes[column("mzj")] = Answer(b"no", status=404)
    if answer is None:
        site.page(f"{HUB}mzj/", "<html><title>民政局</title><p>内容整理中</p></html>")
    else:
        site.routes[f"{HUB}mzj/"] = answer
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    for spider in ("discovery", "watch"):
        field.crawl(spider, "county")

    crawl = field.crawl_of("county")
    assert len(field.columns("county")) == 3
    assert any(f"{HUB}mzj/" in why for why in left(field))
    assert (crawl.state, crawl.control_passed) == (CrawlState.PARTIAL, False)


def test_a_portal_of_one_agency_does_not_walk_hubs(field: Field, site: Site) -> None:
    site.page(
        "/zwgk/",
        f'<html><title>公开</title><a href="{HUB}">部门信息公开</a>'
        f'<a href="{column("czj")}">政府信息公开年报</a></html>',
    )
    field.register("county", f"{site.url}/", agencies=(AGENCIES["czj"],))
    field.crawl("discovery", "county")

    assert [each.url for each in field.columns("county")] == [site.url + column("czj")]
    assert HUB not in site.paths()


def test_a_guessed_address_that_is_refused_leaves_the_search_whole(
    field: Field, site: Site
) -> None:
    site.page("/zwgk/", '<html><title>公开</title><a href="/zwgk/gk/zfxxgkzd/">公开制度</a></html>')
    site.page("/zwgk/gk/zfxxgkzd/", "<html><title>公开制度</title><p>制度</p></html>")
    site.routes["/zwgk/gk/"] = Answer(b"forbidden", status=500)
    field.register("county", f"{site.url}/", agencies=(AGENCIES["czj"],))
    field.crawl("discovery", "county")

    assert "/zwgk/gk/" in site.paths()
    assert field.crawl_of("county").state is CrawlState.NO_COLUMN


def test_a_column_is_proved_by_rows_that_only_its_service_has(field: Field, site: Site) -> None:
    shell = (
        "<html><title>年报</title><div class='position'>首页 &gt; 年报</div><div id='list'></div>"
        "<script>var webSiteCode='q',channelCode='col1',pageSize=8;"
        "$.post('/queryList',{current:1,perPage:8})</script></html>"
    )
    results = [
        {"source": {"title": title_of(name, 2023), "url": f"/a/{n}.html", "date": "2024-01-15"}}
        for n, name in enumerate(AGENCIES.values())
    ]
    answer = json.dumps({"data": {"total": 4, "results": results}}).encode()
    site.page("/q/col1/pc/list.html", shell)
    site.routes["/queryList"] = Answer(answer, headers={"Content-Type": "application/json"})
    site.page("/zwgk/", '<html><title>x</title><a href="/q/col1/pc/list.html">年报</a></html>')
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    field.crawl("discovery", "county")

    [found] = field.columns("county")
    assert found.proof["reports"] == len(AGENCIES)


def test_sessions_in_links_make_no_difference(field: Field, site: Site) -> None:
    mark = f";jsessionid={'0A' * 16}"
    target = f"{column('czj')}index.html"
    site.page(
        "/", f'<html><title>x</title><a href="/zwgk/index.html{mark}">政府信息公开</a></html>'
    )
    site.page(
        f"/zwgk/index.html{mark}",
        f'<html><title>x</title><a href="{target}{mark}">政府信息公开年报</a></html>',
    )
    rows = [row("./202401/t20240115_1.html", title_of(AGENCIES["czj"], 2023))]
    for path in (target, f"{target}{mark}"):
        site.page(path, list_page(rows))
    field.register("county", f"{site.url}/", agencies=tuple(AGENCIES.values()))
    for spider in ("discovery", "watch"):
        field.crawl(spider, "county")

    assert [each.url for each in field.columns("county")] == [site.url + target]
    assert len(field.filings("county")) == 1
