"""Central lists whose rows lead to the columns of agencies on other hosts, on real servers."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.hinting import HINTED
from crawler.records.columns import unsearched
from storage.database import reading
from storage.models import AgencyProposal, CrawlState
from tests.crawler.county import list_page, report_page, row, title_of
from tests.crawler.portal import Answer, Site
from tests.crawler.proxy import Proxy, proxied
from tests.crawler.workspace import Field, make_field

CITY = "www.qinghe.gov.cn"
CENTRAL = "/zwgk/xxgknb/"
AGENCIES = {"czj": "清河县财政局", "jyj": "清河县教育局", "slj": "清河县水利局"}
COLUMN = "/zfxxgk/nb/"
REPORT = "202401/t20240115_1.html"


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = make_field(tmp_path, timeout=2.0, private=False)
    yield field
    field.engine.dispose()


def host(slug: str) -> str:
    return f"{slug}.qinghe.gov.cn"


def column(slug: str) -> str:
    return f"http://{host(slug)}{COLUMN}"


def central_page(entries: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f'<li><a href="{url}" target="_blank">{name}</a></li>' for name, url in entries)
    return list_page([rows])


def city_site(entries: Iterable[tuple[str, str]]) -> Site:
    site = Site()
    site.page("/", '<html><title>清河县</title><a href="/zwgk/">政府信息公开</a></html>')
    site.page("/zwgk/", f'<html><title>公开</title><a href="{CENTRAL}">政府信息公开年报</a></html>')
    site.page(CENTRAL, central_page(entries))
    return site


def agency_site(name: str, path: str = COLUMN) -> Site:
    site = Site()
    site.page("/", f"<html><title>{name}</title><p>本局网站</p></html>")
    site.page(path, list_page([row(f"./{REPORT}", title_of(name, 2023))]))
    site.page(f"{path}{REPORT}", report_page(title_of(name, 2023)))
    return site


def around(entries: dict[str, str] | None = None) -> dict[str, Site]:
    """Return the hosts of a county and its agencies; ``entries`` are the rows of its list."""
    rows = entries or {name: column(slug) for slug, name in AGENCIES.items()}
    return {CITY: city_site(rows.items())} | {
        host(slug): agency_site(name) for slug, name in AGENCIES.items()
    }


def crawl(field: Field, hosts: dict[str, Site], *spiders: str) -> Proxy:
    with proxied(field, hosts) as proxy:
        for spider in spiders or ("discovery",):
            field.crawl(spider, "county")
    return proxy


def left(field: Field) -> list[str]:
    with reading(field.engine) as session:
        return unsearched(session, "county")


def test_the_columns_to_which_a_central_list_leads_are_found_with_the_row_that_led_there(
    field: Field,
) -> None:
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    crawl(field, around(), "discovery", "watch")

    columns = {each.url: each for each in field.columns("county")}
    assert set(columns) == {column(slug) for slug in AGENCIES}
    way = columns[column("czj")].proof["way"]
    assert [step["text"] for step in way] == ["政府信息公开", "政府信息公开年报", AGENCIES["czj"]]
    assert way[-1]["why"] == "agency"
    assert left(field) == []
    assert {f.agency_id for f in field.filings("county")} == {f"county-{n}" for n in range(3)}
    assert field.crawl_of("county").control_passed


def test_only_rows_of_our_agencies_on_official_hosts_are_followed(field: Field) -> None:
    rows = {name: column(slug) for slug, name in AGENCIES.items()}
    rows |= {
        "清河县民政局": "http://mzj.qinghe.gov.cn/zfxxgk/nb/",  # nobody has registered it
        "威县人民政府": "http://www.weixian.gov.cn/zfxxgk/nb/",
        AGENCIES["slj"]: "http://slj.qinghe.com/zfxxgk/nb/",
    }
    hosts = around(rows) | {"slj.qinghe.com": agency_site(AGENCIES["slj"])}
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    proxy = crawl(field, hosts)

    assert {each.url for each in field.columns("county")} == {column("czj"), column("jyj")}
    asked = {asked.headers["host"] for asked in proxy.asked}
    assert asked == {CITY, host("czj"), host("jyj")}
    assert any("slj.qinghe.com" in why for why in left(field))


def test_what_stands_at_another_portal_of_the_registry_is_left_to_it(field: Field) -> None:
    hosts = around()
    untold = list_page([row(f"./{REPORT}", "2023年政府信息公开工作年度报告")])
    hosts[host("czj")].page(COLUMN, untold)
    hosts[host("czj")].page("/", f'<title>x</title><a href="{COLUMN}">政府信息公开年报</a>')
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    field.register("finance", f"http://{host('czj')}/")
    with proxied(field, hosts):
        field.crawl("discovery", "county", "finance")

    assert {each.url for each in field.columns("county")} == {column("jyj"), column("slj")}
    assert [each.url for each in field.columns("finance")] == [column("czj")]


def test_a_row_that_leads_into_another_portal_is_tried_first_when_that_one_is_searched(
    field: Field,
) -> None:
    hidden = "/a/b/c/"  # no page of the other portal leads there
    hosts = around({name: f"http://{host(slug)}{hidden}" for slug, name in AGENCIES.items()})
    hosts[host("czj")] = agency_site(AGENCIES["czj"], hidden)
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values())[1:])
    field.register("finance", f"http://{host('czj')}/", agencies=(AGENCIES["czj"],))
    crawl(field, hosts)
    with proxied(field, hosts) as proxy:
        field.crawl("discovery", "finance")

    (column,) = field.columns("finance")
    assert (column.url, column.found_by) == (f"http://{host('czj')}{hidden}", HINTED)
    listed = column.proof["listed"]
    assert (listed["portal"], listed["row"]) == ("county", AGENCIES["czj"])
    assert listed["list"] == f"http://{CITY}{CENTRAL}"
    assert listed["sha256"]
    pages = [each.path for each in proxy.asked if each.path != "/robots.txt"]
    assert [path.removeprefix(f"http://{host('czj')}") for path in pages][:2] == ["/", hidden]


def test_a_hint_that_leads_nowhere_is_nothing_amiss(field: Field) -> None:
    hosts = around({name: f"http://{host(slug)}/gone/" for slug, name in AGENCIES.items()})
    home = f'<title>x</title><a href="{COLUMN}">政府信息公开年报</a>'
    hosts[host("czj")].page("/", home)
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values())[1:])
    field.register("finance", f"http://{host('czj')}/", agencies=(AGENCIES["czj"],))
    crawl(field, hosts)
    with proxied(field, hosts):
        field.crawl("discovery", "finance")

    (column,) = field.columns("finance")
    assert (column.url, column.proof["unsearched"]) == (f"http://{host('czj')}{COLUMN}", [])
    assert "listed" not in column.proof


def test_agencies_in_a_central_list_that_nobody_registered_are_proposed(field: Field) -> None:
    rows = {name: column(slug) for slug, name in AGENCIES.items()}
    rows["清河县民政局"] = "http://mzj.qinghe.gov.cn/zfxxgk/nb/"
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    for _ in range(2):
        crawl(field, around(rows))

    with reading(field.engine) as session:
        (proposal,) = session.scalars(select(AgencyProposal)).all()
    assert (proposal.name, proposal.portal_id, proposal.count) == ("清河县民政局", "county", 0)
    assert proposal.list_url == f"http://{CITY}{CENTRAL}"
    assert proposal.sha256


def test_the_rules_of_another_host_are_obeyed_and_its_agency_is_not_accused(field: Field) -> None:
    hosts = around()
    rules = b"User-agent: *\nDisallow: /\n"
    hosts[host("slj")].routes["/robots.txt"] = Answer(rules, headers={"Content-Type": "text/plain"})
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    crawl(field, hosts, "discovery", "watch")

    assert hosts[host("slj")].paths() == []
    assert {each.url for each in field.columns("county")} == {column("czj"), column("jyj")}
    [told] = {tuple(each.proof["unsearched_of"]) for each in field.columns("county")}
    assert told == (AGENCIES["slj"],)
    assert not field.crawl_of("county").control_passed


def test_a_row_may_lead_to_the_directory_of_a_sub_site(field: Field) -> None:
    sites = {slug: f"http://{CITY}/{slug}/gkmlpt" for slug in AGENCIES}
    hosts = around({name: f"{sites[slug]}/index#64" for slug, name in AGENCIES.items()})
    for slug, name in AGENCIES.items():
        tree = '[{"id":64,"name":"政府信息公开工作年度报告","children":[]}]'
        config = f"APP_URL:'http://{CITY}/{slug}',SID:'20',TREE:{tree}"
        head = f"<title>政府信息公开平台</title><script>window._CONFIG = {{{config}}}</script>"
        hosts[CITY].page(f"/{slug}/gkmlpt/index", f"<html>{head}<div id=app></div></html>")
        url = f"{sites[slug]}/content/post_{slug}.html"
        rows = [{"id": 1, "title": title_of(name, 2023), "url": url, "created_at": "2024-01-15"}]
        answer = json.dumps({"classify": {"post_count": 1}, "articles": rows, "total": 1}).encode()
        path = f"/{slug}/gkmlpt/api/all/64"
        hosts[CITY].routes[path] = Answer(answer, content_type="application/json")
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    crawl(field, hosts)

    found = {each.url: each.proof["way"] for each in field.columns("county")}
    assert {url.split("/")[3] for url in found} == set(AGENCIES)
    assert {way[2]["text"] for way in found.values()} == set(AGENCIES.values())


def test_a_list_whose_rows_are_reports_on_other_hosts_is_the_column_itself(field: Field) -> None:
    hosts = around({name: f"http://{host(slug)}/nb.html" for slug, name in AGENCIES.items()})
    for slug, name in AGENCIES.items():
        hosts[host(slug)].page("/nb.html", report_page(title_of(name, 2023)))
    field.register("county", f"http://{CITY}/", agencies=tuple(AGENCIES.values()))
    crawl(field, hosts, "discovery", "watch")

    assert [each.url for each in field.columns("county")] == [f"http://{CITY}{CENTRAL}"]
    assert {f.agency_id for f in field.filings("county")} == {f"county-{n}" for n in range(3)}


def test_reports_beside_rows_that_lead_elsewhere_keep_the_list_a_column(field: Field) -> None:
    hosts = around()
    page = hosts[CITY].routes[CENTRAL]
    assert isinstance(page, Answer)
    own = row(f"./{REPORT}", title_of("清河县人民政府", 2023))
    hosts[CITY].page(CENTRAL, page.body.decode().replace("<ul", f"<ul>{own}</ul><ul", 1))
    hosts[CITY].page(f"{CENTRAL}{REPORT}", report_page(title_of("清河县人民政府", 2023)))
    field.register("county", f"http://{CITY}/", agencies=(*AGENCIES.values(), "清河县人民政府"))
    crawl(field, hosts, "discovery", "watch")

    columns = {each.url for each in field.columns("county")}
    assert columns == {f"http://{CITY}{CENTRAL}", *(column(slug) for slug in AGENCIES)}
    assert {f.agency_id for f in field.filings("county")} == {f"county-{n}" for n in range(4)}
    assert field.crawl_of("county").state is CrawlState.COMPLETE
