"""Rows are told from menus whatever they are made of, and an empty list from one not understood."""

from datetime import date

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import ListPage, Page
from tests.crawler.platforms.pages import COLUMN, list_page

TITLE = "云溪县第{}局2023年政府信息公开工作年度报告"
LINK = '<a href="./202401/t20240115_910000{n}.html">' + TITLE.format("{n}") + "</a>"
EACH = {
    "a list for each row": (
        '<ul class="clearfix"><li class="mc">{link}</li><li>2024-01-1{n}</li></ul>'
    ),
    "a list with a mark": '<ol class="row"><li>·</li><li>{link}</li><li>2024-01-1{n}</li></ol>',
    "a table for each row": "<table><tr><td>{link}</td><td>2024-01-1{n}</td></tr></table>",
    "a definition for each row": "<dl><dt>{link}</dt><dd>2024-01-1{n}</dd></dl>",
}


def read(body: str, *, head: str = "") -> ListPage:
    page = list_page(url=COLUMN, body=body, head=head)
    return choose_platform(page).read_list(page)


def each(kind: str, count: int, start: int = 1) -> str:
    return "\n".join(
        EACH[kind].format(n=n, link=LINK.format(n=n)) for n in range(start, start + count)
    )


@pytest.mark.parametrize("kind", EACH)
@pytest.mark.parametrize("box", ["xxgk_nav_con", "list", "main-nav-list"])
def test_lists_of_a_single_row_are_one_list(kind: str, box: str) -> None:
    found = read(f'<div class="{box}">{each(kind, 6)}</div>')

    assert [item.title for item in found.items] == [TITLE.format(n) for n in range(1, 7)]
    assert [item.day for item in found.items] == [date(2024, 1, 10 + n) for n in range(1, 7)]


def test_panels_with_a_row_each_are_all_read_under_a_class_that_menus_have() -> None:
    panels = "".join(
        f'<div class="panel" style="display:{"none" if n > 1 else "block"}">'
        f'<div class="xxgk_nav_con">{each("a list for each row", 1, n)}</div></div>'
        for n in (1, 2, 3)
    )
    assert len(read(panels).items) == 3


def test_the_last_page_of_such_a_list_may_hold_one_row() -> None:
    other = LINK.format(n=1).replace("政府信息公开工作年度报告", "统计年报")
    body = EACH["a list for each row"].format(n=1, link=other)
    assert len(read(f'<div class="xxgk_nav_con">{body}</div>').items) == 1


def test_a_menu_without_days_stays_a_menu() -> None:
    menu = "".join(
        f'<ul class="m"><li><a href="/zwgk/{n}/">政务公开栏目{n}</a></li></ul>' for n in "abcd"
    )
    found = read(
        f'<div class="leftnav_con">{menu}</div><ul class="list"><li>{LINK.format(n=1)}'
        "<span>2024-01-11</span></li></ul>"
    )
    assert [item.title for item in found.items] == [TITLE.format(1)]


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ('<ul class="list"></ul>', True),
        ('<div class="xxgk_nav_con">\n</div>', True),
        ("<table><tr><th>序号</th><th>标题</th><th>日期</th></tr></table>", True),
        ("<p>信息公开制度</p>", False),
    ],
)
def test_a_page_tells_what_on_it_could_hold_rows(body: str, empty: bool) -> None:
    found = read(body)
    assert not found.recognised
    assert bool(found.vacant) is empty


def test_what_holds_rows_is_like_what_holds_none_in_the_same_template() -> None:
    full = read(f'<div class="xxgk_nav_con">{each("a list for each row", 2)}</div>')
    empty = read('<div class="xxgk_nav_con">\n\n</div>')
    assert full.holders & empty.vacant
    assert not full.holders & read('<ul class="other"></ul>').vacant


def test_an_element_that_a_script_may_fill_is_not_vacant() -> None:
    script = "<script>$.ajax({url:'/api/rows',success:function(d){$('.list').html(d)}})</script>"
    assert not read(f'<ul class="list"></ul>{script}').vacant


def test_lists_that_scripts_write_into_tell_what_an_empty_one_is_like() -> None:
    written = "".join(
        f"""<script>var url="./202401/t20240115_91000{n}.html"; var title="{TITLE.format(n)}";
        document.writeln('<li><a href="'+url+'">'+title+'</a><i>2024-01-15</i></li>');</script>"""
        for n in (11, 12)
    )
    full, empty = read(f"<ul>{written}</ul>"), read("<ul></ul><div class='pagination'></div>")
    assert len(full.items) == 2
    assert full.holders & empty.vacant
    assert not read("<ul><script>document.write(rows())</script></ul>").vacant


def test_a_total_without_rows_is_an_empty_list_only_beside_an_empty_list_of_rows() -> None:
    def answer(text: str) -> ListPage:
        page = Page(url="https://www.yunxi.example.gov.cn/api/list?page=1", text=text)
        return choose_platform(page).read_list(page)

    none = answer('{"code":200,"data":{"total":0,"rows":[]}}')
    failed = answer('{"code":500,"msg":"系统繁忙","total":0}')

    assert (none.recognised, none.last) == (True, None)
    assert (failed.recognised, failed.last) == (False, None)


def test_an_array_of_a_script_without_rows_is_like_one_with_rows() -> None:
    filled = read(
        "<script>var other=[1]; var itemObj=[{'title':'2023年政府信息公开工作年度报告',"
        "'url':'/a/t20240110_1.html','date':'2024-01-10'}];</script>"
    )
    empty = read("<script>var itemObj=[];var total=0;</script>")
    assert len(filled.items) == 1
    assert filled.holders & empty.vacant == {"script itemObj"}
    assert not read("<script>var itemObj=[1,2];</script>").vacant & filled.holders


def test_what_a_list_draws_before_its_rows_is_no_part_of_their_titles() -> None:
    rows = "".join(
        f'<li><a href="/a/t2024011{n}_{n}.html">· 清河县财政局{2020 + n}年政府信息公开年报</a>'
        f"<span>2024-01-1{n}</span></li>"
        for n in range(1, 4)
    )
    assert [item.title[:6] for item in read(f"<ul>{rows}</ul>").items] == ["清河县财政局"] * 3
