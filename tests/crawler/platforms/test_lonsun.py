"""LonSun's lists are read to their end: fragments of a service, numbered pages, pages of years."""

from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles

HOST = "https://www.qimen.example.gov.cn"
COLUMN = f"{HOST}/zwgk/public/column/12431?type=3&action=list&nav=2"


def rows(first: int, last: int) -> str:
    return "".join(
        '<ul class="clearfix"><li class="mc">'
        f'<a href="{HOST}/zwgk/public/12431/{24870000 + n}.html" '
        f'title="{title(n)}">{title(n)[:9]}…</a></li><li class="rq">2026-01-26</li></ul>'
        for n in range(first, last + 1)
    )


def shell(service: str = "/qimenzwgk/zwgk/site/label/8888", *, named: bool = True) -> Page:
    ask = (
        f"Ls.ajax({{url:'{service}', data:{{labelName:'publicInfoList', siteId:'6793339',"
        "pageSize:20, organId:'12431', type:'3', file:'/c2/qimen/publicInfoList_newest'}});"
    )
    bare = "var siteId='6793339'; Ls.label();"
    search = "<a href='/search/site/label/8888?labelName=searchDataList&siteId=1'>搜索</a>"
    return Page(
        url=COLUMN,
        text='<meta name="ColumnType" content="信息公开年报"><div class="xxgk_nav_con"></div>'
        f"{search}<script>$(function(){{ {ask if named else bare} }});</script>",
    )


def service(
    total: int, *, path: str = "/qimenzwgk/zwgk/site/label/8888", pager: str = "call"
) -> Server:
    def answer(request: PageRequest) -> str | None:
        if urlsplit(request.url).path != path:
            return None
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        assert (query["siteId"], query["organId"], query["type"]) == ("6793339", "12431", "3")
        assert request.headers["Ls-Language"] == "zh"
        assert request.headers["Referer"] == COLUMN
        number, pages = int(query["pageIndex"]), -(-total // 20)
        told = {
            "call": 'Ls.pagination("#p", function(page, size){ }, '
            f"{{currPage:{number},pageCount:{pages},pageSize:20,total:{total}}});",
            "count": f"var pageCount:{pages}; var o = {{pageCount:{pages}}};",
            "none": "",
        }[pager]
        given = rows((number - 1) * 20 + 1, min(number * 20, total))
        return f'{given}<div id="p" class="page pagination"></div><script>{told}</script>'

    return answer


@pytest.mark.parametrize("total", [3, 20, 23, 65])
@pytest.mark.parametrize("pager", ["call", "count", "none"])
def test_every_row_of_the_fragments_is_reached(pager: str, total: int) -> None:
    found = Walked(shell(), service(total, pager=pager))

    assert found.titles == titles(total)
    assert found.walk.read_to_end or pager == "none"


@pytest.mark.parametrize("path", ["/zwgk/site/label/8888", "/site/label/8888"])
def test_a_service_that_no_script_names_is_tried_below_the_column_s_path_and_at_the_root(
    path: str,
) -> None:
    found = Walked(shell(named=False), service(23, path=path))

    assert found.titles == titles(23)
    assert found.walk.read_to_end


def test_an_empty_fragment_leaves_the_list_unread() -> None:
    whole = service(23)

    def answer(request: PageRequest) -> str | None:
        return "<div></div>" if "pageIndex=2" in request.url else whole(request)

    found = Walked(shell(), answer)

    assert len(found.titles) == 20
    assert not found.walk.read_to_end


@pytest.mark.parametrize("kind", ["/content/column/10052926", "/public/column/12431?type=3"])
def test_rows_of_the_page_itself_are_continued_by_its_number(kind: str) -> None:
    url = f"{HOST}{kind}"

    def numbered(request: PageRequest) -> str | None:
        parts = urlsplit(request.url)
        number = int(parse_qs(parts.query).get("pageIndex", ["1"])[0])
        if parts.path != urlsplit(url).path or number > 3:
            return None
        return (
            f"{rows((number - 1) * 20 + 1, min(number * 20, 45))}"
            '<div id="page" class="pagination"></div>'
            f"<script>Ls.pagination('#page', f, {{currPage:{number}, pageCount:3}});</script>"
        )

    text = numbered(PageRequest(url=url))
    assert text is not None

    found = Walked(Page(url=url, text=text), numbered)

    assert found.titles == titles(45)
    assert found.walk.read_to_end


def test_the_years_of_a_province_are_parts_of_the_column() -> None:
    def tpl(first: int, last: int) -> str:
        return f"""<script>Ls.label()</script><ul class="years">
        <li><a href="/site/tpl/8611?nav=4&year=2025">2025年</a></li>
        <li><a href="/site/tpl/7931?nav=4&year=2024">2024年</a></li></ul>
        <div class="list">{rows(first, last)}</div>"""

    column = Page(url=f"{HOST}/site/tpl/8611?nav=4&year=2025", text=tpl(1, 9))
    older = tpl(10, 17)

    found = Walked(column, lambda request: older if "/site/tpl/7931" in request.url else None)

    assert choose_platform(column).name == "lonsun"
    assert found.titles == titles(17)
