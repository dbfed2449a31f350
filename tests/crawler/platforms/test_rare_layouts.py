"""Layouts that no family is known for: tables of agencies, rows under strange names, pictures."""

import json

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.column_rows import column_rows
from crawler.platforms.links import find_column_links
from crawler.platforms.model import ListPage, Page
from crawler.platforms.signs import confirm_column
from crawler.platforms.wording import names_annual_column

HERE = "http://www.qinghe.gov.cn/zwgk/nb/"
AGENCIES = ("清河县财政局", "清河县教育局", "清河县水利局")
HEAD = "<html><head><title>政府信息公开年报</title></head><body>"


def read(body: str, url: str = HERE) -> ListPage:
    page = Page(url=url, text=f"{HEAD}{body}</body></html>")
    return choose_platform(page).read_list(page)


def titles(found: ListPage) -> dict[str, str]:
    return {item.url.removeprefix("http://www.qinghe.gov.cn"): item.title for item in found.items}


@pytest.mark.parametrize(("first", "second"), [("2023年", "2022年"), ("查看", "查看")])
def test_in_a_table_of_agencies_row_and_column_say_whose_report_it_is(
    first: str, second: str
) -> None:
    lines = "".join(
        f"<tr><td>{n}</td><td>{name}</td><td><a href='/a/2023{n}.html'>{first}</a></td>"
        f"<td><a href='/a/2022{n}.html'>{second}</a></td></tr>"
        for n, name in enumerate(AGENCIES)
    )
    head = "<tr><th>序号</th><th>单位</th><th>2023</th><th>2022</th></tr>"
    found = read(f"<table>{head}{lines}</table>")

    assert titles(found) == {
        f"/a/{year}{n}.html": f"{name}{year}年政府信息公开年度报告"
        for n, name in enumerate(AGENCIES)
        for year in (2023, 2022)
    }
    assert all(item.cut for item in found.items)  # the pages decide
    assert found.subcolumns == ()


def test_an_agency_may_span_the_rows_of_its_years() -> None:
    lines = "".join(
        f"<tr><td rowspan=2>{name}</td><td><a href='/a/2023{n}.html'>2023年</a></td></tr>"
        f"<tr><td><a href='/a/2022{n}.html'>2022年</a></td></tr>"
        for n, name in enumerate(AGENCIES)
    )
    found = titles(read(f"<table>{lines}</table>"))
    assert found["/a/20221.html"] == "清河县教育局2022年政府信息公开年度报告"
    assert len(found) == 6


def test_a_link_that_only_names_the_form_is_called_after_the_agency_of_its_row() -> None:
    lines = "".join(
        f"<tr><td>{name}</td><td><a href='/a/{n}.html'>政府信息公开工作年度报告</a></td></tr>"
        for n, name in enumerate(AGENCIES)
    )
    found = read(f"<table>{lines}</table>")
    assert titles(found)["/a/2.html"] == "清河县水利局政府信息公开年度报告…"


def test_a_table_below_another_heading_is_none_of_annual_reports() -> None:
    lines = "".join(
        f"<tr><td>{name}</td><td><a href='/a/2023{n}.html'>2023年</a></td></tr>"
        for n, name in enumerate(AGENCIES)
    )
    page = Page(url=HERE, text=f"<html><title>部门预算</title><table>{lines}</table></html>")
    found = choose_platform(page).read_list(page)
    assert not any("信息公开" in item.title for item in found.items)


def test_rows_in_scripts_are_known_by_the_title_of_a_report_whatever_they_are_called() -> None:
    rows = [
        {"mc": f"{name}2023年政府信息公开工作年度报告", "lj": f"/a/{n}.html", "tp": "无"}
        for n, name in enumerate(AGENCIES)
    ]
    data = json.dumps({"2023": rows}, ensure_ascii=False)
    found = read(f"<div id='list'></div><script>var nbData = {data}; draw(nbData)</script>")
    assert set(titles(found)) == {f"/a/{n}.html" for n in range(3)}


def test_areas_of_a_picture_and_maps_of_the_site_are_ways_to_the_column() -> None:
    area = '<map name="m"><area href="/zwgk/" alt="政府信息公开"></map>'
    page = Page(url=HERE, text=f'<html>{area}<a href="/wzdt/">网站地图</a></html>')
    found = {link.text: (link.step, link.score) for link in find_column_links(page)}
    assert found["政府信息公开"] == ("platform", 0.6)
    assert 0.3 <= found["网站地图"][1] < 0.35  # the last of all


@pytest.mark.parametrize(
    ("name", "is_column"),
    [
        ("财政局信息公开年报", True),
        ("清河县审计局政府信息公开工作年度报告", True),
        ("清河县统计局政务公开年度报告", True),
        ("财政信息公开年报", False),
        ("企业信息公开年报", False),
        ("高校信息公开年报", False),
    ],
)
def test_words_in_the_name_of_an_agency_make_no_lookalike(name: str, is_column: bool) -> None:
    assert names_annual_column(name) is is_column
    page = Page(url=HERE, text=f'<html><a href="/zwgk/x/">{name}</a></html>')
    assert bool(find_column_links(page)) is is_column


def test_rows_of_a_central_list_may_be_called_columns_themselves() -> None:
    rows = "".join(
        f'<li><a href="/link.jsp?id={n}">{name}信息公开年报</a></li>'
        for n, name in enumerate(AGENCIES)
    )
    page = Page(url=HERE, text=f"{HEAD}<ul>{rows}</ul></body></html>")
    found = column_rows(page, lambda name: name in AGENCIES[:2], ())
    assert [(link.text, link.why) for link in found] == [(name, "agency") for name in AGENCIES[:2]]
    menu = Page(url=HERE, text=page.text.replace("信息公开年报</a>", "</a>"))
    assert column_rows(menu, lambda name: name in AGENCIES, ()) == ()


def test_the_link_to_more_is_called_as_the_box_in_which_it_stands() -> None:
    boxes = "".join(
        f"<div><div class='t'><h3>{name}</h3><a href='/{n}/'>更多&gt;&gt;</a></div></div>"
        for n, name in enumerate(("政府信息公开年报", "工作动态", "政府网站工作年度报表"))
    )
    found = find_column_links(Page(url=HERE, text=f"<html>{boxes}</html>"))
    assert [(link.url.rpartition(".cn")[2], link.step) for link in found] == [("/0/", "column")]


def test_a_frame_may_get_its_address_from_a_script() -> None:
    script = (
        "<script>document.getElementById('f').src = '/zwgk/nb/inner.html'; a.src='/x.js'</script>"
    )
    assert read(f"<iframe id='f'></iframe>{script}").frames == (f"{HERE}inner.html",)
    assert read(f"<iframe src='/a.html'></iframe>{script}").frames == (
        "http://www.qinghe.gov.cn/a.html",
    )


def test_files_named_after_agencies_are_the_reports_of_the_heading_above_them() -> None:
    rows = "".join(
        f"<li><a href='/f/{n}.pdf'>{name}.pdf</a></li>" for n, name in enumerate(AGENCIES)
    )
    found = read(f"<h2>2023年政府信息公开工作年度报告</h2><ul>{rows}</ul>")
    assert titles(found)["/f/1.pdf"] == "清河县教育局2023年政府信息公开工作年度报告"


def test_the_files_of_the_report_that_a_column_shows_are_no_rows_of_it() -> None:
    title = f"{AGENCIES[0]}2023年政府信息公开工作年度报告"
    text = (
        "<p>一、总体情况</p><p>自2023年1月1日起，本单位主动公开政府信息。</p>"
        + "<p>文本。</p>" * 80
    )
    files = f"<p><a href='./a.docx'>附件：{title}.docx</a></p><p><a href='./b.pdf'>图表.pdf</a></p>"
    older = f"<ul><li><a href='./c.pdf'>{title.replace('2023', '2022')}</a></li></ul>"
    labels = f"<meta name='ArticleTitle' content='{title}'>"
    found = read(f"{labels}<h1>{title}</h1><div class='TRS_Editor'>{text}{files}</div>{older}")
    assert set(titles(found)) == {"/zwgk/nb/", "/zwgk/nb/c.pdf"}


@pytest.mark.parametrize("names", [("2023年", "2022年"), AGENCIES[:2]])
def test_a_node_of_the_directory_that_is_divided_is_one_column_in_parts(
    names: tuple[str, ...],
) -> None:
    parts = [{"id": 70 + n, "name": name, "children": []} for n, name in enumerate(names)]
    tree = [{"id": 64, "name": "政府信息公开年报", "children": parts}]
    config = f"APP_URL:'http://www.qinghe.gov.cn',SID:'20',TREE:{json.dumps(tree)}"
    page = Page(
        url="http://www.qinghe.gov.cn/gkmlpt/index",
        text=f"<html><title>平台</title><script>window._CONFIG = {{{config}}}</script></html>",
    )
    found = choose_platform(page).read_list(page)
    proof = confirm_column(page, found)

    assert [part.text for part in found.subcolumns] == list(names)
    assert proof is not None
    assert {"label", "years"} <= set(proof.met)
    undivided = Page(url=page.url, text=page.text.replace(json.dumps(parts), "[]"))
    assert confirm_column(undivided, choose_platform(undivided).read_list(undivided)) is None
