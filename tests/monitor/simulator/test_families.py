"""Pages have what the map of families says they have."""

import json
import re

import pytest

from monitor.simulator.families import FAMILIES, LARGE, SMALL
from monitor.simulator.families.guangdong import Gkmlpt
from monitor.simulator.families.hanweb import Hanweb
from monitor.simulator.families.trs import Trs
from monitor.simulator.model import Kind, Node
from monitor.simulator.site import PortalSite
from tests.monitor.simulator.conftest import LATER, Ask, Make


def annual(site: PortalSite) -> Node:
    return max(site.portal.columns, key=lambda node: len(node.items))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_report_and_file_of_a_family_answers(family: str, make: Make, ask: Ask) -> None:
    layouts = sorted({*FAMILIES[family].layouts})[:: 1 if family in LARGE else 3]
    for layout in layouts:
        site = make(family, layout, role="bureau" if layout == "text" else "county")
        served = site.before
        for node in served.nodes():
            total = served.pages(node, LATER) if node.kind is Kind.LIST else 1
            assert ask(site, served.node_path(node)).status == 200
            for number in range(2, total + 1):
                target = served.node_path(node, number, total)
                assert ask(site, target).status == 200, target
        # Articles are the same whatever the layout.
        for item in site.portal.items[::9] if layout == layouts[0] else ():
            if item.stands(LATER) and item.target is None:
                assert ask(site, served.item_path(item)).status == 200
                assert served.item_at(served.item_path(item)) is item


@pytest.mark.parametrize("family", SMALL)
def test_the_pages_of_a_small_dialect_hold_all_rows_once(family: str, make: Make, ask: Ask) -> None:
    site = make(family, role="bureau", seed="long")
    served, node = site.before, annual(site)
    total = served.pages(node, LATER)
    texts = [
        ask(site, served.node_path(node, number, total)).body.decode()
        for number in range(1, total + 1)
    ]
    for item in node.rows(LATER):
        href = served.href(item, node).replace("&", "&amp;")
        assert sum(f'"{href}"' in text or f"'{href}'" in text for text in texts) == 1


def trs(make: Make, **wanted: object) -> tuple[PortalSite, Trs]:
    for number in range(200):
        site = make("trs", seed=f"trs{number}")
        served = site.before
        assert isinstance(served, Trs)
        told = {"total": served.pages(annual(site), LATER), **vars(served)}
        if all(told[name] == value for name, value in wanted.items()):
            return site, served
    raise AssertionError(wanted)


def test_trs_counts_pages_from_zero_and_some_sites_otherwise(make: Make, ask: Ask) -> None:
    for dialect, name in (
        ("default", "index_1."),
        ("pagination", "index_2."),
        ("inverted", "index_1."),
    ):
        site, served = trs(make, dialect=dialect, total=3)
        path = served.node_path(annual(site), 2, 3)
        assert path.rpartition("/")[2].startswith(name)
        assert ask(site, path).status == 200
    site, served = trs(make, dialect="default", total=2)
    text = ask(site, served.node_path(annual(site))).body.decode()
    assert re.search(r'createPageHTML\(2, 0, "index", "\w+"\);', text)


def test_trs_leads_back_to_the_first_page_past_the_end(make: Make, ask: Ask) -> None:
    site, served = trs(make, dialect="default", past_end="refresh", total=2)
    answer = ask(site, served.node_path(annual(site), 3, 2))
    assert answer.status == 200
    assert b'content="0;url=./"' in answer.body


def test_trs_writes_rows_by_script_and_opens_some_by_click(make: Make, ask: Ask) -> None:
    site, served = trs(make, rows_by="script")
    assert b"document.writeln" in ask(site, served.node_path(annual(site))).body
    site, served = trs(make, rows_by="onclick")
    assert b"jumpToDetail('./" in ask(site, served.node_path(annual(site))).body


def test_static_families_answer_304_and_services_do_not(make: Make, ask: Ask) -> None:
    for family, is_static in (("trs", True), ("boda", True), ("lonsun", False), ("gkmlpt", False)):
        site = make(family)
        etag = ask(site, "/").headers.get("ETag")
        assert (etag is not None) == is_static
        if etag:
            assert ask(site, "/", **{"if-none-match": etag}).status == 304


def test_ucap_names_its_pages_behind_a_quoted_id(make: Make, ask: Ask) -> None:
    site = make("ucap")
    text = ask(site, site.before.node_path(annual(site))).body.decode()
    assert re.search(r"createPageHTML\('page_div',\d+, 1,'\w+','shtml',\d+\);", text)
    assert f'"//{site.portal.host}/' in text or f"'//{site.portal.host}/" in text
    assert re.search(r'name="channelid" content="[0-9a-f]{32}"', text)


def test_the_channel_service_of_ucap_gives_rows_with_totals(make: Make, ask: Ask) -> None:
    site = make("ucap-channel")
    text = ask(site, site.before.node_path(annual(site))).body.decode()
    channel = re.search(r"channelId='([0-9a-f]{32})'", text)
    assert channel
    answer = ask(site, f"/common/search/{channel[1]}?page=1&_pageSize=5&_isJson=true")
    data = json.loads(answer.body)["data"]
    assert data["total"] == len(annual(site).rows(LATER))
    assert len(data["results"]) == min(5, data["total"])
    assert all(row["url"].startswith("//") for row in data["results"])


def test_the_proxy_of_hanweb_has_three_moods(make: Make, ask: Ask) -> None:
    counts = {}
    for number in range(60):
        site = make("hanweb", seed=f"jpage{number}")
        served = site.before
        assert isinstance(served, Hanweb)
        node = annual(site)
        if len(node.rows(LATER)) <= 2 * served.size:
            continue
        size = served.size
        form = {"columnid": str(served.column(node)), "page": "2", "perpage": str(size)}
        target = f"{served.proxy}?startrecord=1&endrecord={2 * size}&perpage={size}"
        counts[served.mood] = (
            ask(site, target, method="POST", form=form).body.count(b"<record>") - 2 * size
        )
    assert counts["window"] == 0
    assert counts["page"] < 0
    assert counts["empty"] < counts["page"]


def test_hanweb_redirects_downloads(make: Make, ask: Ask) -> None:
    answer = ask(make("hanweb"), "/module/download/downfile.jsp?classid=0&filename=ab.pdf")
    assert (answer.status, answer.headers["Location"]) == (302, "/attach/0/ab.pdf")


def test_jpaas_gives_rows_only_to_paramjson(make: Make, ask: Ask) -> None:
    site = make("jpaas")
    text = ask(site, site.before.node_path(annual(site))).body.decode()
    data = re.search(r"queryData=\"(\{'webId'.*?\})\"", text)
    assert data
    asked = dict(re.findall(r"'(\w+)':'([^']*)'", data[1]))
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = ask(
        site,
        f'/api-gateway/jpaas-publish-server/front/page/build/unit?{query}&paramJson={{"pageNo":1}}',
    )
    found = json.loads(answer.body)["data"]
    html = found if isinstance(found, str) else found["html"]
    assert annual(site).rows(LATER)[0].title in html
    assert "art_" not in text


def test_boda_counts_pages_down_and_names_itself(make: Make, ask: Ask) -> None:
    for number in range(40):
        site = make("boda", seed=f"vsb{number}")
        node = annual(site)
        total = site.before.pages(node, LATER)
        if total > 1:
            break
    path = site.before.node_path(node)
    text = ask(site, path).body.decode()
    assert "Announced by Visual SiteBuilder 9" in text
    assert f'href="{path.removesuffix(".htm")}/{total - 1}.htm"' in text
    assert f"1/{total}</span>" in text
    assert ask(site, f"{path.removesuffix('.htm')}/99.htm").status in (200, 404)


def test_gkmlpt_has_a_tree_with_the_decoy_beside_and_page_0_is_page_1(make: Make, ask: Ask) -> None:
    site = make("gkmlpt")
    served = site.before
    assert isinstance(served, Gkmlpt)
    text = ask(site, served.node_path(site.portal.root)).body.decode()
    tree = json.loads(re.search(r"TREE: (\[.*\])", text)[1])  # type: ignore[index]
    names = {node["name"]: node["id"] for node in tree}
    assert "政府网站工作年度报表" in names
    node = names[annual(site).name]
    sid = re.search(r"SID: '(\d+)'", text)[1]  # type: ignore[index]
    pages = [ask(site, f"/gkmlpt/api/all/{node}?page={page}&sid={sid}").body for page in (0, 1)]
    assert pages[0] == pages[1]
    assert json.loads(pages[0])["total"] == len(annual(site).rows(LATER))


def test_the_shell_of_lonsun_has_no_rows_and_its_fragment_has_all(make: Make, ask: Ask) -> None:
    site = make("lonsun")
    path = site.before.node_path(annual(site))
    assert "type=3" in path
    text = ask(site, path).body.decode()
    title = annual(site).rows(LATER)[0].title
    assert title not in text
    settings = dict(re.findall(r"(\w+)(?::'|=)([^&']*)", text))
    query = "&".join(
        f"{name}={settings[name]}" for name in ("siteId", "organId", "type", "labelName")
    )
    prefix = re.search(r"'([^']*)/site/label/8888", text)[1]  # type: ignore[index]
    fragment = ask(site, f"{prefix}/site/label/8888?{query}&pageIndex=1&pageSize=50").body.decode()
    assert title in fragment
    assert "pageCount:1" in fragment


def test_epoint_hosts_count_from_zero_or_one(make: Make, ask: Ask) -> None:
    firsts = set()
    for number in range(30):
        site = make("epoint", seed=f"epoint{number}")
        text = ask(site, site.before.node_path(annual(site))).body.decode()
        told = re.search(r"data:JSON.stringify\((\{.*?\})\)", text)
        if not told:
            continue
        project = re.search(
            r"projectName: '([^']*)'", ask(site, "/js/webBuilderCommon.js").body.decode()
        )
        assert project
        body = told[1]
        answer = ask(
            site,
            f"{project[1]}/rest/lightfrontaction/getgovinfolist",
            method="POST",
            body=body.encode(),
        )
        rows = json.loads(answer.body)["custom"]["data"]
        assert rows[0]["realtitle"] == annual(site).rows(LATER)[0].title
        asked = json.loads(body)
        firsts.add(asked.get("params", asked)["pageIndex"])
    assert firsts == {0, 1}


def test_truecms_answers_jsonp_within_its_window(make: Make, ask: Ask) -> None:
    site = make("truecms")
    text = ask(site, site.before.node_path(annual(site))).body.decode()
    column = re.search(r"columnId:'([^']*)'", text)[1]  # type: ignore[index]
    service = re.search(r"proxyUrl:'http://[^/]*([^']*)'", text)[1]  # type: ignore[index]
    target = f"{service}?startrecord=1&endrecord=5&perpage=5&columnId={column}&callback=cb"
    answer = ask(site, target).body.decode()
    assert answer.startswith("cb(")
    assert answer.count("<record>") == min(5, len(annual(site).rows(LATER)))
    assert ask(site, target.replace("endrecord=5", "endrecord=200")).status == 404


def test_a_hidden_year_is_in_the_page_and_a_shell_has_no_rows(make: Make, ask: Ask) -> None:
    site = make("shanghai", "panels")
    [node] = [node for node in site.portal.columns if node.kind is Kind.PANELS]
    text = ask(site, site.before.node_path(node)).body.decode()
    assert text.count("display:none") == len(node.children) - 1
    assert all(row.title[:20] in text for child in node.children for row in child.rows(LATER))
    site = make("shanghai", "shell")
    node = annual(site)
    text = ask(site, site.before.node_path(node)).body.decode()
    assert node.rows(LATER)[0].title not in text
    rows = json.loads(ask(site, f"/api/front/rows?channel={node.number}").body)
    assert [row["t"] for row in rows] == [item.title for item in node.rows(LATER)]


@pytest.mark.parametrize("number", range(3))
def test_a_shell_may_say_where_its_rows_are_to_scripts_only(
    number: int, make: Make, ask: Ask
) -> None:
    sites = (make("shanghai", "shell", seed=f"shell{seed}") for seed in range(40))
    site = next(site for site in sites if annual(site).number % 3 == number)
    text = ask(site, site.before.node_path(annual(site))).body.decode()
    assert ("/api/front/rows" in text) is (number == 0)
    assert "fetch(" in text


def test_aspnet_sends_its_pages_as_a_form_and_wants_its_view_state(make: Make, ask: Ask) -> None:
    site = make("aspnet")
    node = annual(site)
    assert site.before.pages(node, LATER) > 1
    path = site.before.node_path(node)
    first = ask(site, path).body.decode()
    back = re.search(r"__doPostBack\('([^']+)','(\d+)'\)\">下一页", first)
    state = re.search(r'name="__VIEWSTATE" id="__VIEWSTATE" value="([^"]+)"', first)
    assert back
    assert state
    form = {
        "__EVENTTARGET": back[1], "__EVENTARGUMENT": back[2], "__VIEWSTATE": state[1],
    }  # fmt: skip
    second = ask(site, path, method="POST", form=form).body.decode()
    rows = [site.before.href(item, node) for item in node.rows(LATER)]
    assert all((row in first) != (row in second) for row in rows[: 2 * site.before.size])
    assert ask(site, path, method="POST", form={**form, "__VIEWSTATE": ""}).status == 500


def test_central_lists_may_say_only_who(make: Make, ask: Ask) -> None:
    site = make("jinan", "names")
    node = annual(site)
    text = ask(site, site.before.node_path(node)).body.decode()
    shown = [item for item in node.rows(LATER)[: site.before.size] if item.is_report]
    assert shown
    assert all(item.agency and f">{item.agency.name}" in text for item in shown)
    assert not any(item.title in text for item in shown)
