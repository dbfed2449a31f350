"""A jpage list is read to its end on servers of each mood, and never ended by an empty answer."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import choose_platform, platform_named
from crawler.platforms.model import ListPage, Page, PageRequest

SAVED = Path(__file__).parent / "saved"
COLUMN = "https://www.jianglin.example.gov.cn/col/col33718/index.html"
TOTAL, SIZE, INLINE = 400, 15, 45
HANWEB = platform_named("hanweb")


def record(number: int) -> str:
    return (
        f"<record><![CDATA[<li><a href='/art/2024/1/{number % 28 + 1}/art_33718_{number}.html' "
        f"title='江临市第{number}局2023年政府信息公开工作年度报告'>…</a><span>2024-01-30</span></li>]]></record>"
    )


def records(first: int, last: int) -> str:
    return "".join(record(number) for number in range(first, min(last, TOTAL) + 1))


def column_page() -> Page:
    proxy = "/module/web/jpage/dataproxy.jsp"
    group = f'<a href="{proxy}?page=1&webid=7&columnid=33718&unitid=9"></a>'
    store = (
        f"<datastore><nextgroup><![CDATA[{group}]]></nextgroup>"
        f"<recordset>{records(1, INLINE)}</recordset></datastore>"
    )
    settings = (
        f"totalRecord:{TOTAL},perPage:{SIZE},"
        f"ajaxParam:{{columnid:33718,unitid:'9',path:'/'}},proxyUrl:'{proxy}'"
    )
    return Page(
        url=COLUMN,
        text=f"""<div id="9"><script type="text/xml">{store}</script></div>
        <script>$('#9').jpage({{{settings}}});</script>""",
    )


def answer(request: PageRequest, mood: str) -> Page:
    asked = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
    first, last = 1, INLINE
    if mood == "window" and "startrecord" in asked:
        first, last = int(asked["startrecord"]), int(asked["endrecord"])
    if mood == "short window" and "startrecord" in asked:
        first = int(asked["startrecord"])
        last = first + 29
    if mood == "page" and "page" in asked:
        first = (int(asked["page"]) - 1) * SIZE + 1
        last = first + SIZE - 1
    inner = records(first, last) if mood != "empty" else ""
    return Page(
        url=request.url,
        request=request,
        text="<?xml version='1.0' encoding='UTF-8' ?>"
        f"<datastore><totalrecord>{TOTAL}</totalrecord>{inner}</datastore>",
    )


def walk(mood: str) -> tuple[set[str], ListPage, int]:
    """Follow the candidates as a spider does: accept the first that brings new rows."""
    page = HANWEB.read_list(column_page())
    seen, asked = {item.url for item in page.items}, 0
    while True:
        for request in page.next_pages:
            asked += 1
            following = HANWEB.read_list(answer(request, mood))
            new = {item.url for item in following.items} - seen
            if new:
                seen |= new
                page = following
                break
        else:
            return seen, page, asked


@pytest.mark.parametrize("mood", ["window", "short window", "page"])
def test_every_record_is_reached(mood: str) -> None:
    seen, last, asked = walk(mood)

    assert len(seen) == TOTAL
    assert last.last is True
    assert asked < 40


def test_an_empty_answer_leaves_the_list_unread() -> None:
    seen, last, _ = walk("empty")

    assert len(seen) == INLINE
    assert last.last is False


def test_the_window_request_carries_what_the_page_gives() -> None:
    request = HANWEB.read_list(column_page()).next_pages[0]

    assert request.method == "POST"
    assert request.probe
    assert re.search(r"startrecord=46&endrecord=135&perpage=15$", request.url)
    assert parse_qs(request.body) == {
        "webid": ["7"],
        "columnid": ["33718"],
        "unitid": ["9"],
        "path": ["/"],
    }
    assert request.headers["Referer"] == COLUMN
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_page_that_holds_every_record_is_the_whole_list() -> None:
    page = Page(
        url=COLUMN,
        text="<script type='text/xml'><datastore><totalrecord>2</totalrecord><recordset>"
        f"{records(1, 2)}</recordset></datastore></script>",
    )

    found = HANWEB.read_list(page)

    assert len(found.items) == 2
    assert found.last is True
    assert found.next_pages == ()


def test_its_look_alikes_are_not_taken_for_it() -> None:
    huaian = Page(
        url="http://www.huaihe.example.gov.cn/col/18073_668815/index.html",
        text="<ul><li><a href='/col/4039_446643/art/17356608/17364738729029ffO7DUB.html'>"
        "云河区2024年政府信息公开工作年度报告</a><span>2025-01-10</span></li></ul>"
        "<div class='page'>共2页 <a onclick='gotopage(2)' href='javascript:;'>下一页</a></div>",
    )

    assert choose_platform(huaian).name == "generic"
