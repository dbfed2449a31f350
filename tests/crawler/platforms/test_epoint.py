"""Epoint's lists are read on hosts of every mood, and what asks for a captcha is never asked."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import choose_platform, platform_named
from crawler.platforms.links import find_column_links
from crawler.platforms.model import Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles

HOST = "http://www.qinghe.example.gov.cn"
DEFAULT_GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
SHELL = Page(
    url=f"{HOST}/dynamic/zwgk/govInfoPub.html?categorynum=003168002&deptcode=001001",
    text="""<html><head><meta name="SiteName" content="网站名称"></head><body>
    <div class="ewb-list"><ul id="govinfolist"></ul></div>
    <script src="/js/webBuilderCommon.js?v=3"></script><script src="/js/govInfoPub.js"></script>
    </body></html>""",
)
SETTINGS = (
    f'var siteInfo = {{"projectName":"/EWB-FRONT","siteGuid":"{DEFAULT_GUID}","vname":"/qhq"}};'
)


def uuid(number: int) -> str:
    return f"{number:08x}-4d5e-6f70-8192-a3b4c5d6e7f8"


def rows(first: int, last: int, category: str = "003168002") -> Iterator[dict[str, str]]:
    for number in range(first, last + 1):
        yield {
            "title": f"{title(number)[:12]}…",
            "realtitle": title(number),
            "infourl": f"/govxxgk/D{number}/2026-01-26/{uuid(number)}.html",
            "infodate": "2026-01-26",
            "deptname": f"第{number}局",
            "categorynum": category,
        }


def host(
    total: int, *, base: int = 1, wrapped: bool = False, clamped: bool = False, size: int = 20
) -> Server:
    """Return a host that counts pages from ``base``; a clamped one gives page 1 for page 0 too."""

    def answer(request: PageRequest) -> str | None:
        if request.url.endswith("webBuilderCommon.js"):
            return SETTINGS
        if not request.url.endswith("/EWB-FRONT/rest/lightfrontaction/getgovinfolist"):
            return None
        body = json.loads(request.body)
        if ("params" in body) != wrapped:
            return '{"custom":{},"status":{"code":0,"text":"参数错误"}}'
        asked = body.get("params", body)
        assert (asked["categorynum"], asked["deptcode"]) == ("003168002", "001001")
        assert asked["siteGuid"] == DEFAULT_GUID
        place = max(asked["pageIndex"] - base, 0 if clamped else -1)
        given = list(rows(place * size + 1, min((place + 1) * size, total))) if place >= 0 else []
        return json.dumps({"custom": {"total": total, "data": given}, "status": {"code": 1}})

    return answer


@pytest.mark.parametrize("total", [7, 20, 31, 45])
@pytest.mark.parametrize(
    "mood",
    [
        {"base": 1},
        {"base": 0},
        {"base": 1, "clamped": True},
        {"base": 0, "wrapped": True},
        {"base": 1, "wrapped": True},
        {"base": 0, "size": 10},
    ],
)
def test_every_row_is_reached_in_the_order_of_the_list(total: int, mood: dict[str, int]) -> None:
    found = Walked(SHELL, host(total, **mood))  # type: ignore[arg-type]

    assert found.titles == titles(total)
    assert found.walk.read_to_end
    assert len(found.requests) <= 11


def test_a_host_that_answers_nothing_leaves_the_list_unread() -> None:
    found = Walked(
        SHELL, lambda request: SETTINGS if "Common.js" in request.url else '{"custom":{}}'
    )

    assert found.titles == []
    assert not found.walk.read_to_end


def test_a_host_that_stops_answering_leaves_the_list_unread() -> None:
    whole = host(45)

    def answer(request: PageRequest) -> str | None:
        return '{"custom":{}}' if '"pageIndex": 3' in request.body else whole(request)

    found = Walked(SHELL, answer)

    assert len(found.titles) == 40
    assert not found.walk.read_to_end


def test_without_the_site_s_script_the_list_is_unread() -> None:
    found = Walked(SHELL, lambda request: None)

    assert not found.walk.read_to_end


def test_rows_of_other_categories_are_not_the_list() -> None:
    def answer(request: PageRequest) -> str | None:
        if request.url.endswith(".js"):
            return SETTINGS
        return json.dumps({"custom": {"total": 3, "data": list(rows(1, 3, "003001"))}})

    assert Walked(SHELL, answer).titles == []


def test_each_host_is_asked_itself_though_all_have_the_vendor_s_id() -> None:
    other = Page(url=SHELL.url.replace("qinghe", "baihe"), text=SHELL.text + SETTINGS)

    requests = choose_platform(other).read_list(other).next_pages

    assert {urlsplit(each.url).hostname for each in requests} == {"www.baihe.example.gov.cn"}


def test_the_older_service_is_asked_as_a_form() -> None:
    route = "/rest/frontAppNotNeedLoginAction/getPageInfoList"
    text = f"<script>{SETTINGS} $.post(siteInfo.projectName+'{route}')</script>"
    page = Page(url=f"{HOST}/zwgk/list.html?categorynum=003168002", text=text)

    request = choose_platform(page).read_list(page).next_pages[0]

    assert request.url == f"{HOST}/EWB-FRONT/rest/frontAppNotNeedLoginAction/getPageInfoList"
    asked = json.loads(parse_qs(request.body)["params"][0])
    assert (asked["categoryNum"], asked["pageIndex"]) == ("003168002", 0)


GUARDED = """<ul id="infolist"></ul><script>
$.post('/EpointWebBuilder/rest/frontAppCustomAction/getPageInfoListNew',
{"ImgGuid":guid,"YZM":code})
</script>"""


def test_a_list_behind_a_captcha_is_never_asked_for() -> None:
    column = Page(url=f"{HOST}/zwgk/list.html?categorynum=003168002", text=GUARDED)

    found = Walked(column, lambda request: pytest.fail(f"asked for {request.url}"))

    assert not found.walk.read_to_end
    assert "captcha" in found.walk.problems[0]


def test_the_static_copy_is_read_where_the_service_asks_for_a_captcha() -> None:
    column = Page(url=f"{HOST}/govxxgk/001001/sub.html?categorynum=003168002", text=GUARDED)

    def answer(request: PageRequest) -> str | None:
        query = parse_qs(urlsplit(request.url).query)
        assert "getPageInfoListNew" not in request.url
        if "/govxxgk/001001/govlist.html" not in request.url:
            return None
        first = (int(query["pageIndex"][0]) - 1) * 15 + 1
        given = "".join(
            f'<li><a href="{row["infourl"]}" title="{row["realtitle"]}">x</a>'
            "<span>2026-01-26</span></li>"
            for row in rows(first, min(first + 14, 18))
        )
        return f'<ul id="govinfolist">{given}</ul><div class="pager">共2页</div>'

    found = Walked(column, answer)

    assert found.titles == titles(18)
    assert found.walk.read_to_end


def test_the_page_of_an_agency_leads_to_the_list_in_its_frame() -> None:
    inner = "/qhq/govxxgk/govlist.html"
    page = Page(
        url=f"{HOST}/govxxgk/001001/openSubPage.html?specialurl={inner}&deptcode=001001"
        "&categorynum=003168002&righttitle=%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B9%B4%E6%8A%A5",
        text="<div id='sub'></div><script src='/js/webBuilderCommon.js'></script>",
    )

    frames = choose_platform(page).read_list(page).frames

    assert frames == (f"{HOST}{inner}?deptcode=001001&categorynum=003168002",)


def test_the_title_in_an_address_names_the_column() -> None:
    name = "%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A"
    page = "/govxxgk/001001/openSubPage.html"
    menu = Page(
        url=f"{HOST}/govxxgk/index.html",
        text=f"""<ul><li><a href="{page}?righttitle={name}">进入</a></li>
        <li><a href="{page}?righttitle=%E6%8C%87%E5%8D%97">进入</a></li></ul>""",
    )

    links = [link for link in find_column_links(menu) if link.step == "column"]

    assert [link.why for link in links] == ["title in the address"]


def test_placeholders_of_a_template_are_no_rows() -> None:
    page = Page(
        url=f"{HOST}/zwgk/003168002/secondpage.html",
        text="<script src='/js/webBuilderCommon.js'></script><ul><li><a href='{{infourl}}'>"
        "{{year}}2025年政府信息公开工作年度报告</a><span>2026-01-01</span></li></ul>",
    )

    assert platform_named("epoint").read_list(page).items == ()


def test_the_second_file_of_a_static_list_is_tried_under_its_own_name() -> None:
    column = Page(
        url=f"{HOST}/xxgk/001002/secondpage.html",
        text="<script src='/js/webBuilderCommon.js'></script><ul class='ewb-list'>"
        + "".join(static_row(number) for number in range(1, 16))
        + "</ul><div class='pager'></div>",
    )
    second = "<ul class='ewb-list'>" + "".join(static_row(n) for n in range(16, 19)) + "</ul>"

    found = Walked(column, lambda request: second if request.url.endswith("/2.html") else None)

    assert found.titles == titles(18)


def static_row(number: int) -> str:
    return (
        f"<li><a href='/xxgk/001002/20260126/{uuid(number)}.html'>{title(number)}</a>"
        "<span>2026-01-26</span></li>"
    )


def test_the_categories_in_the_links_of_a_hub_are_not_its_own() -> None:
    years = "".join(
        f'<li><a href="/govxxgk/001/govInfoPub.html?categorynum=00316800{n}&deptcode=001001">'
        f"{2020 + n}年度报告</a></li>"
        for n in (3, 4, 5)
    )
    hub = Page(
        url=f"{HOST}/zwgk/nb/secondpage.html",
        text=f"""<html><body><h3>政府信息公开年报</h3><ul class="entry">{years}</ul>
        <script src="/js/webBuilderCommon.js"></script></body></html>""",
    )
    found = platform_named("epoint").read_list(hub)
    assert not any("webBuilderCommon" in request.url for request in found.next_pages)
