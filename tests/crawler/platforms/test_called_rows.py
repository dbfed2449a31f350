"""Rows that carry an id only: a function of the page makes their address, or a browser must."""

import pytest

from crawler.platforms.generic import read_list
from crawler.platforms.model import ListPage, Page

TITLES = [f"清河县{name}局2023年政府信息公开工作年度报告" for name in ("财政", "教育", "科技")]
HOST = "http://www.qinghe.gov.cn"


def listed(row: str, script: str) -> ListPage:
    rows = "".join(f"<li>{row.format(id=1001 + n, t=t)}</li>" for n, t in enumerate(TITLES))
    text = f"<html><title>年报</title><body><ul>{rows}</ul><script>{script}</script></body></html>"
    return read_list(Page(url=f"{HOST}/nb/index.html", text=text))


@pytest.mark.parametrize(
    ("row", "script", "first"),
    [
        (
            '<a href="javascript:void(0)" onclick="show({id})">{t}</a>',
            "function show(id){window.open('/detail/'+id+'.html')}",
            "/detail/1001.html",
        ),
        (
            "<a href=\"javascript:toPage('{id}','nb')\">{t}</a><span>2024-01-15</span>",
            'function toPage(id, k) {var u = "../" + k + "/d_" + id + ".shtml"; location.href = u}',
            "/nb/d_1001.shtml",
        ),
        (
            '<span onclick="return go({id}, 7)">{t}</span>',
            "var go = function(id, c){window.open('/show?c=' + c + '&id=' + id, '_blank')}",
            "/show?c=7&id=1001",
        ),
    ],
)
def test_a_function_that_joins_texts_is_worked_out(row: str, script: str, first: str) -> None:
    page = listed(row, script)
    assert [item.title for item in page.items] == TITLES
    assert page.items[0].url == HOST + first
    assert (page.needs_script, page.unread) == (False, ())


@pytest.mark.parametrize(
    ("row", "script"),
    [
        ('<a href="javascript:;" data-id="{id}">{t}</a>', "bind('[data-id]')"),
        ('<a onclick="show({id})">{t}</a>', ""),
        ('<a onclick="show({id})">{t}</a>', "function show(id){location.href=base(id)+'.html'}"),
        ('<a onclick="show({id})">{t}</a>', "function show(id){window.open('/d/'+id+ext)}"),
        ('<a onclick="show()">{t}</a>', "function show(id){window.open('/d/'+id)}"),
    ],
)
def test_what_does_more_is_left_to_a_browser_and_never_read_as_an_empty_list(
    row: str, script: str
) -> None:
    page = listed(row, script)
    assert (page.items, page.recognised, page.needs_script) == ((), False, True)
    assert page.unread == tuple(TITLES)


def test_a_row_without_an_address_among_others_is_told() -> None:
    rows = "".join(f'<li><a href="/d/{n}.html">{t}</a></li>' for n, t in enumerate(TITLES))
    top = '<li data-id="9"><a href="#">清河县水利局2023年政府信息公开工作年度报告</a></li>'
    page = read_list(Page(url=f"{HOST}/nb/", text=f"<body><ul>{top}{rows}</ul></body>"))
    assert len(page.items) == 3
    assert page.unread == ("清河县水利局2023年政府信息公开工作年度报告",)


def test_the_same_rows_in_another_form_and_headings_are_not_told() -> None:
    rows = "".join(f'<li><a href="/d/{n}.html">{t}</a></li>' for n, t in enumerate(TITLES))
    again = "".join(f'<div id="m{n}">{t[:18]}…</div>' for n, t in enumerate(TITLES))
    heading = (
        "<h2>清河县2022年政府信息公开工作年度报告</h2><p>清河县2022年政府信息公开工作年度报告</p>"
    )
    text = f"<body>{heading}<ul>{rows}</ul>{again}</body>"
    assert read_list(Page(url=f"{HOST}/nb/", text=text)).unread == ()
