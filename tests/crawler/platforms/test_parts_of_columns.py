"""Years and agencies of a column are followed wherever they are; what cannot be is told."""

import pytest

from crawler.platforms.generic import read_list
from crawler.platforms.model import ListPage, Page

URL = "http://www.yunxi.example.gov.cn/c160057/xxgk_list.shtml"
HOST = "http://www.yunxi.example.gov.cn"


def read(body: str, url: str = URL, title: str = "政府信息公开年报") -> ListPage:
    text = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return read_list(Page(url=url, text=text))


def row(year: int, path: str = "/c1/202401/t20240110_1234567.html") -> str:
    title = f"云溪县{year}年政府信息公开工作年度报告"
    return f'<li><a href="{path}">{title}</a><span>{year + 1}-01-10</span></li>'


def parts(page: ListPage) -> list[str]:
    return [part.url.removeprefix(HOST) for part in page.subcolumns]


def test_options_lead_to_agencies_whose_pages_are_built_like_the_column() -> None:
    options = (
        '<option value="">请选择单位</option>'
        '<option value="/c160050/xxgk_list.shtml">云溪县政府</option>'
        '<option value="/c160063/xxgk_list.shtml">云溪县财政局</option>'
        '<option value="/czj/">云溪县水利局</option>'
    )
    page = read(f"<select onchange='go(this)'>{options}</select><ul>{row(2023)}</ul>")
    assert parts(page)[-1] == "/c160063/xxgk_list.shtml"
    assert "/czj/" not in parts(page)


def test_options_of_systems_that_number_columns_like_articles_are_parts() -> None:
    options = "".join(
        f'<option value="/public/special/3002{n}.html">云溪县{name}</option>'
        for n, name in enumerate(("财政局", "水利局"))
    )
    page = read(f"<select>{options}</select>", url=f"{HOST}/public/special/30015.html")
    assert parts(page) == ["/public/special/30020.html", "/public/special/30021.html"]


def test_tabs_of_years_are_parts_wherever_they_lead() -> None:
    tabs = '<a href="/n65052/index.html">2023年</a> <a href="/n65053/index.html">2022年</a>'
    page = read(f'<div class="t">{tabs}</div><ul>{row(2023)}</ul>')
    assert parts(page) == ["/n65052/index.html", "/n65053/index.html"]


def test_years_that_read_like_reports_are_parts_and_no_rows() -> None:
    tabs = "".join(
        f'<a href="/c16005{n}/xxgk_list.shtml">{year}年度政府信息公开年报</a>'
        for n, year in enumerate((2024, 2023, 2022))
    )
    page = read(f"<div class='t'>{tabs}</div>")
    assert (len(page.subcolumns), page.items) == (3, ())


def test_reports_that_are_called_by_their_year_alone_stay_rows() -> None:
    rows = "".join(
        f'<li><a href="/info/1001/12{year}.htm">{year}年度政府信息公开年报</a></li>'
        for year in (2024, 2023, 2022)
    )
    page = read(f"<ul>{rows}</ul>")
    assert (len(page.items), page.subcolumns) == (3, ())


UNREAD = {
    "tabs": '<ul class="tab"><li onclick="f(1)">2024年</li><li onclick="f(2)">2023年</li></ul>',
    "links": '<p><a href="javascript:;">2024年</a><a href="javascript:;">2023年</a></p>',
    "options": (
        '<select onchange="f()"><option value="9">2024年</option>'
        '<option value="8">2023年</option></select>'
    ),
    "agencies": (
        '<ul><li onclick="f(1)">财政局</li><li onclick="f(2)">教育局</li>'
        '<li onclick="f(3)">水利局</li></ul>'
    ),
}


@pytest.mark.parametrize("menu", UNREAD)
def test_parts_that_only_scripts_show_are_told(menu: str) -> None:
    assert read(f"{UNREAD[menu]}<ul>{row(2024)}</ul>").unread


ROW_2023 = row(2023, "/c1/202401/t20240110_1234568.html")


@pytest.mark.parametrize("menu", ["tabs", "links", "options"])
def test_years_whose_reports_are_on_the_page_are_not(menu: str) -> None:
    assert read(f"{UNREAD[menu]}<ul>{row(2024)}{ROW_2023}</ul>").unread == ()


def test_hidden_panels_are_on_the_page_even_if_one_is_empty() -> None:
    tabs = "<div class='tabs'><span class='tab'>2025年</span><span class='tab'>2024年</span></div>"
    panels = (
        '<div class="panel"><ul></ul></div>'
        f'<div class="panel" style="display:none"><ul>{row(2024)}</ul></div>'
    )
    assert read(f"<div>{tabs}{panels}</div>").unread == ()


def test_a_menu_that_stands_at_all_and_a_search_form_narrow_a_whole_list() -> None:
    options = (
        "<option>{}</option><option value='2'>2021年</option><option value='1'>2020年</option>"
    )
    rows = f"<ul>{row(2024)}{ROW_2023}</ul>"
    at_all = f"<select onchange='f()'>{options.format('全部')}</select>"
    form = f"<form><input type='text' name='q'><select>{options.format('年份')}</select></form>"
    assert read(at_all + rows).unread == ()
    assert read(form + rows).unread == ()


def test_the_text_of_the_newest_report_counts_beside_links_to_earlier_ones() -> None:
    sections = (
        "一、总体情况" + "本年度工作。" * 40,
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
    )
    text = "".join(f"<p>{part}</p>" for part in sections)
    title = "云溪县林业局2024年政府信息公开工作年度报告"
    body = (
        f"<h1>{title}</h1><div class='news_content'>{text}</div>"
        f"<div class='history'>往年年报<ul>{row(2023)}</ul></div>"
    )
    page = read(body, url=f"{HOST}/zfxxgk/nb/", title=title)
    assert {item.url for item in page.items} == {
        f"{HOST}/zfxxgk/nb/",
        f"{HOST}/c1/202401/t20240110_1234567.html",
    }


def tab(number: int, year: int) -> str:
    return f'<a href="/public/special/{number}.html">{year}年度政府信息公开年报</a>'


def test_tabs_called_like_reports_are_parts_if_they_are_built_like_the_column() -> None:
    here = f"{HOST}/public/special/20065.html"
    tabs = f"<div>{tab(20062, 2023)} {tab(20063, 2022)}</div>"
    listed = f"<ul>{row(2023, '/public/description/4000028.html')}</ul>"
    lists = ["/public/special/20062.html", "/public/special/20063.html"]
    for body in (tabs + listed, tabs):
        found = read(body, url=here)
        assert parts(found) == lists
        assert not {item.url.removeprefix(HOST) for item in found.items} & set(lists)


def test_reports_that_bear_only_a_year_are_no_parts_where_all_reports_are_built_so() -> None:
    rows = tab(20062, 2023) + tab(20063, 2022) + row(2021, "/public/special/20064.html")
    found = read(f"<ul>{rows}</ul>", url=f"{HOST}/public/special/20065.html")
    assert parts(found) == []
    assert len(found.items) == 3
