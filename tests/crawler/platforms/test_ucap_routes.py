"""UCAP's rarer routes: services that want a form, trees of columns; and a stub that is none."""

import json
from urllib.parse import urlsplit

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.links import find_column_links
from crawler.platforms.model import Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles
from tests.crawler.platforms.test_ucap import CHANNEL, HOST, address, asked, list_file, service_rows


def form_service(path: str, total: int, number_name: str, wrap: str) -> Server:
    def answer(request: PageRequest) -> str | None:
        if urlsplit(request.url).path != path:
            return None
        assert request.method == "POST"
        number = int(asked(request)[number_name])
        size = 20 if wrap == "results" else 15
        given = list(service_rows((number - 1) * size + 1, min(number * size, total)))
        if wrap == "suzhou":
            upper = [
                {"TITLE": row["title"], "URL": row["url"], "PUBLISHED_TIME_FORMAT": "2026-01-28"}
                for row in given
            ]
            return json.dumps({"data": {"allRow": total, "totalPage": 9, "list": upper}})
        if wrap == "source":
            given = [
                {"source": {"title": row["title"], "date": "2026-01-28", "url": row["url"]}}
                for row in given
            ]
            return json.dumps({"data": {"total": total, "results": given}})
        data = {"data": {"total": total, "results": given}}
        return json.dumps({"results": data} if wrap == "results" else data)

    return answer


FORMS = {
    "tax": (
        f"""<a href="?tab=gknb">年报</a><script>var tabs={{gkzn:{{channelId:'{"a" * 32}'}},
        {" " * 200} gknb:{{channelId:'{CHANNEL}'}}}}; $.post('/getFileListByCodeId')</script>""",
        form_service("/getFileListByCodeId", 32, "page", "results"),
        {"channelId": CHANNEL, "relateSubChannels": "true"},
    ),
    "suzhou": (
        f"""<script>$.post('/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15',
        {{channel_id:'{CHANNEL}'}})</script>""",
        form_service("/szinf/xxgk/interfacesWebZcwj/loadData", 32, "pageIndex", "suzhou"),
        {"channel_id": CHANNEL, "pageSize": "15"},
    ),
    "hunan": (
        """<script>var channelId='100782'; $.ajax({type:'post',
        url:location.protocol+'//www.lanxi.example.gov.cn/search/common/search/'+channelId,
        data:{datas:[{key:'status',value:1}],page:page}})</script>""",
        form_service("/search/common/search/100782", 32, "page", "plain"),
        {"datas[0][key]": "status", "datas[0][value]": "1"},
    ),
    "pc": (
        """<div id="list"></div><script>$.post('/queryList',{webSiteCode:['lanxijyj'],
        channelCode:['col14590'],unitid:'u1'})</script>""",
        form_service("/queryList", 32, "current", "source"),
        {"webSiteCode[]": "lanxijyj", "channelCode[]": "col14590", "unitid": "u1"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_services_that_want_a_form_are_read_to_their_end(name: str) -> None:
    text, server, wanted = FORMS[name]
    path = "/lanxi/xxgkn142/pc/list.html" if name == "pc" else "/lanxi/c112125/index.html"

    found = Walked(Page(url=f"{HOST}{path}", text=text), server)

    assert found.titles == titles(32)
    assert found.walk.read_to_end
    assert wanted.items() <= asked(found.requests[-1]).items()


def test_rows_in_a_script_are_continued_by_the_service() -> None:
    inline = [
        {"aT": title(n), "aPd": "2026-01-28 17:00", "aU": json.dumps({"common": address(n)})}
        for n in range(1, 16)
    ]
    text = f"{FORMS['pc'][0]}<script>var itemObj={json.dumps(inline)};</script>"

    found = Walked(Page(url=f"{HOST}/lanxi/xxgkn142/pc/list.html", text=text), FORMS["pc"][1])

    assert found.titles == titles(32)
    assert found.walk.read_to_end


TREE_SHELL = f"""<html><body><ul id="tree" class="ztree"></ul>
<iframe name="right" src="/lanxi/gkzn/zwgk_cont.shtml"></iframe>
<script>var projectName='lanxi'; var channelId='{CHANNEL}';
$.ajax({{url:'/u/channel/treeNew/'+projectName, dataType:'jsonp',
data:{{level:'1',pid:'',channelId:'{CHANNEL}',template_name:'zwgk_right,zwgk_right_gknb1'}}}})</script></body></html>"""
NODES = [
    {"name": "统计信息", "url": "/lanxi/tjxx/xlist.shtml", "level": 2},
    {"name": "打好攻坚仗", "url": "/lanxi/zt1/null.shtml", "level": 2},
    {"name": "政府网站工作年度报表", "url": "/lanxi/wznb/null.shtml", "level": 2},
    {"name": "政府信息公开年报", "url": "/lanxi/xxgknb/null.shtml", "level": 2},
]


def tree_host(place: str) -> Server:
    def answer(request: PageRequest) -> str | None:
        parts = urlsplit(request.url)
        if parts.path == "/u/channel/treeNew/lanxi":
            assert asked(request)["channelId"] == CHANNEL
            return f"null({json.dumps({'list': NODES})});"
        if parts.path == f"/lanxi/xxgknb/{place}.shtml":
            return list_file(1, 4, pages=1, number=1, announced=4)
        return None

    return answer


@pytest.mark.parametrize("place", ["xlist", "xxgkList", "list", "index"])
def test_a_leaf_without_a_template_is_found_beside_it(place: str) -> None:
    column = Page(url=f"{HOST}/lanxi/xxgk/xxzwgkList.shtml", text=TREE_SHELL)

    found = Walked(column, tree_host(place))

    assert found.titles == titles(4)
    assert found.walk.read_to_end
    assert not any("zt1" in r.url or "tjxx" in r.url or "wznb" in r.url for r in found.requests)


def test_a_tree_that_cannot_be_had_leaves_the_column_unread() -> None:
    column = Page(url=f"{HOST}/lanxi/xxgk/xxzwgkList.shtml", text=TREE_SHELL)

    found = Walked(column, lambda request: "null({});" if "treeNew" in request.url else None)

    assert not found.walk.read_to_end


def test_the_tree_is_a_way_to_the_column_and_its_leaf_leads_to_the_places_it_may_be_at() -> None:
    column = Page(url=f"{HOST}/lanxi/xxgk/xxzwgkList.shtml", text=TREE_SHELL)
    [tree] = [link for link in find_column_links(column) if link.why == "tree"]
    text = tree_host("list")(PageRequest(url=tree.url))
    assert text is not None

    found = [
        link for link in find_column_links(Page(url=tree.url, text=text)) if link.why == "tree"
    ]

    assert [link.url for link in found] == [f"{HOST}/lanxi/xxgknb/xlist.shtml"]
    assert found[0].others[-1] == f"{HOST}/lanxi/xxgknb/index.shtml"


STUB = (
    "<html><head><script>"
    + "var _0x1f=['\\x63\\x6f\\x6f\\x6b\\x69\\x65'];(function(a,b){})(_0x1f,0x1);" * 15
    + "</script></head><body></body></html>"
)


def test_the_stub_of_a_firewall_is_no_list_and_no_page_to_draw() -> None:
    page = Page(url=f"{HOST}/jxsrmzf/xxgkn142/pc/list.html", text=STUB)

    found = choose_platform(page).read_list(page)

    assert (found.items, found.recognised, found.needs_script) == ((), False, False)
    assert found.last is None
    assert not Walked(page, lambda request: None).walk.read_to_end
