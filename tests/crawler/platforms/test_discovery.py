"""Every way portals have of leading to their annual reports is seen, and no look-alike taken."""

import json
import tomllib
from pathlib import Path

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.links import find_column_links
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.subcolumns import is_article_address
from tests.crawler.platforms.pages import list_page

CALLED: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "column_names.toml").read_text("utf-8")
)
HOST = "https://www.yunxi.example.gov.cn"
MENU = f"{HOST}/zwgk/index.html"


def links(body: str, url: str = MENU) -> tuple[ColumnLink, ...]:
    return find_column_links(Page(url=url, text=f"<html><body>{body}</body></html>"))


def columns(body: str, url: str = MENU) -> list[str]:
    return [link.url for link in links(body, url) if link.step == "column"]


@pytest.mark.parametrize("token", CALLED["paths"])
def test_a_path_that_only_annual_reports_have_is_enough(token: str) -> None:
    assert columns(f'<a href="/zwgk/{token}/">查看</a>') == [f"{HOST}/zwgk/{token}/"]


@pytest.mark.parametrize("token", CALLED["weak_paths"])
def test_a_path_that_any_yearly_report_has_needs_a_name(token: str) -> None:
    assert columns(f'<a href="/zwgk/{token}/">查看</a>') == []
    assert columns(f'<a href="/zwgk/{token}/">2024年</a>') == [f"{HOST}/zwgk/{token}/"]
    assert columns(f'<a href="/zwgk/{token}/">县直部门</a>') == [f"{HOST}/zwgk/{token}/"]


@pytest.mark.parametrize("name", CALLED["names"])
def test_every_name_of_the_column_is_known(name: str) -> None:
    assert columns(f'<a href="/a/b/">{name}</a>') == [f"{HOST}/a/b/"]


@pytest.mark.parametrize("name", CALLED["decoys"])
def test_look_alikes_are_no_columns_whatever_leads_there(name: str) -> None:
    assert columns(f'<a href="/a/b/">{name}</a>') == []
    assert columns(f'<select><option value="/a/b/">{name}</option></select>') == []
    assert columns(f"<script>d.add(2,0,'{name}','/a/b/');</script>") == []


WAYS = {
    "a link": '<a href="/zwgk/nb/">政府信息公开年报</a>',
    "a picture": '<a href="/zwgk/nb/"><img src="/i/nb.png" alt="政府信息公开年报"></a>',
    "an area": '<map><area href="/zwgk/nb/" title="政府信息公开年报"></map>',
    "an option": '<select><option value="/zwgk/nb/">政府信息公开年报</option></select>',
    "a call": """<li onclick="window.location.href='/zwgk/nb/'">政府信息公开年报</li>""",
    "a tab": """<div class="tab" onclick="loadList('/zwgk/nb/')">政府信息公开年报</div>""",
    "data of an element": '<li data-url="/zwgk/nb/"><span>政府信息公开年报</span></li>',
    "nodes": '<script>var zNodes=[{id:1,pId:0,name:"政府信息公开年报",url:"/zwgk/nb/"}];</script>',
    "calls of a tree": "<script>d.add(7,0,'政府信息公开年报','/zwgk/nb/','','main');</script>",
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_is_clicked_leads_to_the_column(way: str) -> None:
    assert columns(WAYS[way]) == [f"{HOST}/zwgk/nb/"]


TABS = {
    '<a href="?gk=4">政府信息公开年报</a>': "/zwgk/index.html?gk=4",
    '<a data-url="?state=3">政府信息公开年报</a>': "/zwgk/index.html?state=3",
    '<a href="/n8/index.html?tab=gknb">查看</a>': "/n8/index.html?tab=gknb",
    '<a href="/public/column/12431?type=3&amp;action=list">进入</a>': (
        "/public/column/12431?type=3&action=list"
    ),
}


@pytest.mark.parametrize("tab", TABS)
def test_tabs_that_are_queries_are_columns(tab: str) -> None:
    assert columns(tab) == [f"{HOST}{TABS[tab]}"]


def test_the_title_in_an_address_names_the_column() -> None:
    url = "/govxxgk/001/openSubPage.html?specialurl=/govlist.html&righttitle=信息公开年度报告"

    found = links(f'<a href="{url}">进入</a>')

    assert [(link.step, link.why) for link in found] == [("column", "title in the address")]


def test_an_address_that_only_a_script_holds_is_found_by_its_path() -> None:
    script = """<script src="/js/a.js"></script><script>$("#nb").click(function () {
      location.href = "/zwgk/xxgknb/index.html"; $.getScript("/zwgk/xxgknb/a.js"); })</script>"""

    assert columns(script) == [f"{HOST}/zwgk/xxgknb/index.html"]


def test_the_answer_of_a_tree_is_read_like_a_menu() -> None:
    tree = {
        "name": "目录",
        "children": [
            {"name": "政府信息公开年报", "url": "//www.yunxi.example.gov.cn/szf/nb/xlist.shtml"},
            {"name": "政府网站工作年度报表", "url": "/szf/wz/xlist.shtml"},
            {"name": "机构职能", "url": "/szf/jg/null.shtml"},
        ],
    }
    page = Page(url=f"{HOST}/u/channel/treeNew/p?level=1", text=f"null({json.dumps(tree)})")

    found = find_column_links(page)

    assert [(link.step, link.url) for link in found] == [("column", f"{HOST}/szf/nb/xlist.shtml")]


NEIGHBOURS = {
    '<a href="/zwgk/zfxxgk/zfxxgkzn/202001/t20200101_123456.html">指南</a>': "/zwgk/zfxxgk/",
    '<a href="/zwgk/zfxxgk/zfxxgkzd/">制度</a>': "/zwgk/zfxxgk/",
    '<a href="/bm/jyj/ysqgk_53/">申请</a>': "/bm/jyj/",
    '<a href="/gk/fdzdgknr/jgzn/">机构职能</a>': "/gk/",
}


@pytest.mark.parametrize("body", NEIGHBOURS)
def test_an_entry_beside_the_reports_leads_to_what_is_around_both(body: str) -> None:
    found = {link.url: link for link in links(body)}

    link = found[f"{HOST}{NEIGHBOURS[body]}"]
    assert (link.step, link.score) == ("platform", 0.3)


def test_the_neighbours_themselves_are_steps_towards_the_column() -> None:
    names = ("政府信息公开指南", "政府信息公开制度", "依申请公开", "法定主动公开内容")
    body = "".join(f'<a href="/x/{place}/">{name}</a>' for place, name in enumerate(names))

    assert [link.step for link in links(body)] == ["platform"] * 4


def test_another_kind_of_information_of_an_agency_tells_where_its_reports_are() -> None:
    lonsun = f"{HOST}/zwgk/public/column/12431?type=4&catId=7&action=list"
    openness = f"{HOST}/xxgk/opennessGuide/?branch_id=5a1f0ed8866886688e327000"

    assert columns(f'<a href="{lonsun}">目录</a>') == [
        f"{HOST}/zwgk/public/column/12431?type=3&action=list"
    ]
    assert columns(f'<a href="{openness}">指南</a>') == [
        f"{HOST}/xxgk/opennessAnnualReport/?branch_id=5a1f0ed8866886688e327000"
    ]


def test_a_way_that_is_linked_is_not_guessed_again() -> None:
    body = (
        '<a href="/public/column/12431?type=4">目录</a>'
        '<a href="/public/column/12431?type=3&amp;nav=2">公开年报</a>'
    )

    assert columns(body) == [f"{HOST}/public/column/12431?type=3&nav=2"]


def test_other_hosts_are_not_guessed_about() -> None:
    assert links('<a href="http://b.example.gov.cn/zwgk/zfxxgkzn/">指南</a>') == ()


def test_links_of_a_pager_are_no_columns() -> None:
    names = {2: "下一页", 9: "尾页", 3: "3"}
    pager = "".join(f'<a href="index_{file}.html">{name}</a>' for file, name in names.items())

    assert columns(pager, f"{HOST}/zwgk/xxgknb/index.html") == []


def parts(body: str, url: str = f"{HOST}/zwgk/xxgknb/index.html") -> list[tuple[str, str]]:
    page = list_page(body, url=url)
    found = choose_platform(page).read_list(page)
    return [(link.why, link.url) for link in found.subcolumns]


def test_groups_of_agencies_are_parts_of_the_column() -> None:
    names = ["县政府", "县直部门", "乡镇（街道）", "各部门年报", "县（市、区）", "乡镇街道"]
    body = "".join(f'<a href="g{place}/">{name}</a>' for place, name in enumerate(names))

    assert parts(body) == [
        ("group", f"{HOST}/zwgk/xxgknb/g{place}/") for place in range(len(names))
    ]


def test_groups_of_a_site_menu_are_not() -> None:
    body = '<a href="/zwgk/zfbm/">政府部门</a><div class="nav"><a href="bm/">县直部门</a></div>'

    assert parts(body) == []


def test_years_of_a_central_list_beside_the_column_are_parts_of_it() -> None:
    body = '<a href="/2025ndbg/index.html">2025年年度报告</a><a href="/2025tj/">2025年</a>'

    assert parts(body, f"{HOST}/nw12344/index.html") == [("year", f"{HOST}/2025ndbg/index.html")]


def test_a_menu_of_years_named_like_a_parameter_changes_that_parameter() -> None:
    menu = """<select name="fbtime"><option value="2025">2025年</option>
      <option value="2024">2024年</option></select><select name="size"><option value="2023">2023年
      </option></select>"""
    url = f"{HOST}/gk/report.jsp?area=001008003&fbtime=2025"

    assert parts(menu, url) == [("year", url.replace("=2025", "=2024"))]


def test_a_menu_of_agencies_in_a_form_is_sent_as_the_form_would_be() -> None:
    names = ("云溪县教育局", "云溪县财政局", "云溪县民政局")
    choices = "".join(f'<option value="10{n}">{name}</option>' for n, name in enumerate(names))
    form = f'<form action="/zwgk/xxgknb/list.jsp"><select name="dept">{choices}</select></form>'

    assert parts(form) == [("agency", f"{HOST}/zwgk/xxgknb/list.jsp?dept=10{n}") for n in range(3)]


def test_panels_of_years_that_are_hidden_are_read_too() -> None:
    panels = "".join(
        f'<div class="panel" style="display:none"><ul><li><a href="{year}/a{year}.html">'
        f"云溪县{year}年政府信息公开工作年度报告</a></li></ul></div>"
        for year in range(2018, 2026)
    )
    page = list_page(body=panels)

    found = choose_platform(page).read_list(page)

    assert len(found.items) == 8


@pytest.mark.parametrize("address", CALLED["column_addresses"])
def test_the_address_of_a_column_is_not_taken_for_an_article(address: str) -> None:
    assert not is_article_address(f"{HOST}{address}")
    assert columns(f'<a href="{address.replace("&", "&amp;")}">政府信息公开年报</a>')


def test_a_node_without_a_page_of_its_own_leads_to_where_its_list_may_be() -> None:
    node = {"name": "政府信息公开年报", "url": "/szf/nb/null.shtml"}
    page = Page(url=f"{HOST}/u/channel/treeNew/p?level=1", text=f"null({json.dumps([node])})")

    assert all(not link.url.endswith("null.shtml") for link in find_column_links(page))


AGENCIES = ("县教育局", "县财政局", "县民政局", "县水务局")


def named_rows(year: int) -> str:
    return "".join(
        f'<li><a href="{year}01/t{year}0120_10000{n}.html">{name}</a></li>'
        for n, name in enumerate(AGENCIES)
    )


def test_a_central_list_of_names_takes_its_title_from_the_heading_above() -> None:
    body = "".join(
        f"<h3>{year}年政府信息公开工作年度报告</h3><ul>{named_rows(year + 1)}</ul>"
        for year in (2025, 2024)
    )
    news = '<div class="news"><ul><li><a href="a1.html">县里召开会议</a>2026-02-01</li></ul></div>'

    found = choose_platform(list_page()).read_list(list_page(body=body + news))

    assert [item.title for item in found.items] == [
        f"{name}{year}年政府信息公开工作年度报告" for year in (2025, 2024) for name in AGENCIES
    ]
    assert all(item.cut for item in found.items)  # the page itself decides


def test_names_beside_a_report_are_rows_too() -> None:
    own = '<li><a href="202601/t20260120_7.html">云溪县2025年政府信息公开工作年度报告</a></li>'
    body = f"<ul>{own}</ul><h2>部门2025年政府信息公开年报</h2><ul>{named_rows(2026)}</ul>"

    found = choose_platform(list_page()).read_list(list_page(body=body))

    assert len(found.items) == 5


@pytest.mark.parametrize("heading", ["部门网站", "2025年部门预算", "2025年政府网站工作年度报表"])
def test_names_below_another_heading_are_no_rows(heading: str) -> None:
    body = f"<h3>{heading}</h3><ul>{named_rows(2026)}</ul>"

    assert choose_platform(list_page()).read_list(list_page(body=body)).items == ()
