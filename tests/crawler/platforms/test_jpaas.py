"""JPaaS and TrueCMS, which came after jpage, are read to their end on servers of every mood."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms.model import Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles

HOST = "https://www.jianglin.example.gov.cn"


def jpaas_column(units: str = "", inline: str = "") -> Page:
    listed = unit_script("信息列表")
    return Page(
        url=f"{HOST}/col/col1229565788/index.html", text=f"<div>{inline}{units or listed}</div>"
    )


def jpaas_row(number: int) -> str:
    return (
        f"<li class='clearfix'><a href='/col/col1229/art/2026/art_{number:032x}.html' "
        f"title='{title(number)}'>…</a><b>2026-01-29</b></li>"
    )


def unit_script(tag: str) -> str:
    return f"""<script src="/AuthorizedRead/unitbuild.js"
    url="/api-gateway/jpaas-publish-server/front/page/build/unit"
    queryData="{{'webId':'3185','pageId':'1229565788','parseType':'bulidstatic',
    'pageType':'column','tagId':'{tag}','tplSetId':'o0Yc','editType':'null'}}"></script>"""


def jpaas(
    total: int, *, shape: str = "object", told: bool = True, stuck: bool = False, size: int = 15
) -> Server:
    def answer(request: PageRequest) -> str | None:
        query = parse_qs(urlsplit(request.url).query)
        assert request.headers["Referer"].endswith("/index.html")
        if query["tagId"] != ["信息列表"]:
            return '{"success":true,"data":{"html":"<div class=\\"menu\\"></div>"}}'
        asked = json.loads(query["paramJson"][0])
        number = 1 if stuck else asked["pageNo"]
        rows = "".join(
            jpaas_row(n) for n in range((number - 1) * size + 1, min(number * size, total) + 1)
        )
        count = f'<div class="pagination" rows="{size}" count="{total}"></div>' if told else ""
        html = f"<ul>{rows}</ul>{count}"
        return json.dumps(
            {"success": True, "code": "200", "data": {"html": html} if shape == "object" else html}
        )

    return answer


@pytest.mark.parametrize("shape", ["object", "string"])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(("total", "size"), [(4, 15), (15, 15), (31, 15), (44, 10)])
def test_jpaas_lists_are_read_to_their_end(
    total: int, size: int, *, told: bool, shape: str
) -> None:
    found = Walked(jpaas_column(), jpaas(total, shape=shape, told=told, size=size))

    assert found.titles == titles(total)
    assert found.walk.read_to_end


def test_a_gateway_that_gives_page_one_for_every_number_leaves_the_list_unread() -> None:
    found = Walked(jpaas_column(), jpaas(31, stuck=True))

    assert found.titles == titles(15)
    assert not found.walk.read_to_end


@pytest.mark.parametrize(
    "text", ['{"success":true,"data":null}', '{"success":false}', "", "<html></html>"]
)
def test_a_gateway_that_stops_answering_leaves_the_list_unread(text: str) -> None:
    whole = jpaas(31)

    def answer(request: PageRequest) -> str | None:
        return text if "pageNo%22%3A2" in request.url else whole(request)

    assert not Walked(jpaas_column(), answer).walk.read_to_end


def test_of_several_units_the_one_that_gives_rows_is_the_list() -> None:
    units = unit_script("栏目1板块") + unit_script("信息列表") + unit_script("当前位置导航")

    found = Walked(jpaas_column(units), jpaas(31))

    assert found.titles == titles(31)
    assert not any("%E5%AF%BC%E8%88%AA" in request.url for request in found.requests)


def test_rows_in_the_page_are_continued_without_a_gap() -> None:
    inline = "<ul>" + "".join(jpaas_row(n) for n in range(1, 11))

    found = Walked(jpaas_column(inline=f"{inline}</ul>"), jpaas(31, size=10))

    assert found.titles == titles(31)


TRUECMS = "https://gaj.jianglin.example.gov.cn/sgaj/xxgknb/xxgknb.html"


def truecms_row(number: int) -> str:
    uuid = f"{number:08x}-4d5e-6f70-8192-a3b4c5d6e7f8"
    return (
        f'<li><a href="/sgaj/xxgknb/content/{uuid}.html">{title(number)}</a>'
        "<span>2026-01-27</span></li>"
    )


def truecms_column(total: int, inline: int) -> Page:
    rows = "".join(truecms_row(n) for n in range(1, inline + 1))
    return Page(
        url=TRUECMS,
        text=f"""<div id="initData" style="display:none"><ul>{rows}</ul></div>
        <script>$('#content').jpage({{totalRecord:{total},
        proxyUrl:'https://gaj.jianglin.example.gov.cn/TrueCMS/messageController/getMessage.do',
        perPage:10,groupSize:3,ajaxParam:{{columnId:'754f6db5-d294-46d5-b25c-da3a86d102cd'}}}});</script>""",
    )


def truecms(total: int, limit: int | None) -> Server:
    """Return a service that gives ``limit`` records at once and 404 for more; None: no service."""

    def answer(request: PageRequest) -> str | None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        first, last = int(query["startrecord"]), int(query["endrecord"])
        if limit is None or last - first + 1 > limit or request.headers.get("Referer") != TRUECMS:
            return None
        records = "".join(
            f"<record><![CDATA[{truecms_row(n)}]]></record>"
            for n in range(first, min(last, total) + 1)
        )
        store = f"<datastore><totalrecord>{total}</totalrecord>{records}</datastore>"
        return f"cb({json.dumps({'result': store})});"

    return answer


@pytest.mark.parametrize("limit", [10, 50])
@pytest.mark.parametrize("total", [10, 31, 72, 131])
def test_truecms_is_read_to_its_end_within_its_windows(total: int, limit: int) -> None:
    found = Walked(truecms_column(total, min(total, 30)), truecms(total, limit))

    assert found.titles == titles(total)
    assert found.walk.read_to_end
    assert len(found.requests) <= 2 + -(-max(total - 30, 0) // limit)


def test_truecms_without_its_service_has_only_its_first_rows() -> None:
    found = Walked(truecms_column(72, 60), truecms(72, None))

    assert found.titles == titles(60)
    assert not found.walk.read_to_end
