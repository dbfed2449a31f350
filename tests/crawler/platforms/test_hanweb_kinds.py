"""Hanweb's other generations, and jpage servers of odd moods, are read as far as they can be."""

from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import choose_platform, platform_named
from crawler.platforms.links import find_column_links
from crawler.platforms.model import Page, PageRequest
from tests.crawler.platforms.servers import Server, Walked, title, titles

HOST = "https://www.jianglin.example.gov.cn"
COLUMN = f"{HOST}/col/col33718/index.html"


def row(number: int, column: int = 33718) -> str:
    return (
        f"<li><a href='/art/2026/1/{number % 28 + 1}/art_{column}_{number}.html' "
        f"title='{title(number)}'>…</a><span>2026-\n01-{number % 28 + 1:02d}</span></li>"
    )


def unit(
    name: str, first: int, last: int, total: int | None, *, column: int = 33718, id_: str = ""
) -> str:
    records = "".join(
        f"<record><![CDATA[{row(n, column)}]]></record>" for n in range(first, last + 1)
    )
    proxy = "/module/web/jpage/dataproxy.jsp"
    told = f"totalRecord:{total}," if total is not None else ""
    asked = f"{proxy}?page=1&webid=7&columnid={id_ or column}&unitid={name}"
    return f"""<div id="{name}"><script type="text/xml"><datastore>
    <nextgroup><![CDATA[<a href="{asked}"></a>]]></nextgroup>
    <recordset>{records}</recordset></datastore></script></div>
    <script>$('#{name}').jpage({{{told}perPage:15,proxyUrl:'{proxy}',
    ajaxParam:{{columnid:'{id_ or column}',unitid:'{name}'}}}});</script>"""


EMPTY = "<?xml version='1.0' encoding='UTF-8' ?><datastore></datastore>"


def test_records_that_all_stand_in_the_page_need_no_proxy() -> None:
    found = Walked(Page(url=COLUMN, text=unit("9", 1, 31, 31)), lambda request: "")

    assert found.titles == titles(31)
    assert found.walk.read_to_end
    assert len(found.requests) == 1


def test_records_without_a_total_are_all_there_if_the_proxy_gives_nothing() -> None:
    found = Walked(Page(url=COLUMN, text=unit("9", 1, 31, None)), lambda request: EMPTY)

    assert found.titles == titles(31)


def test_encrypted_ids_that_bring_empty_answers_leave_the_list_unread() -> None:
    column = Page(url=COLUMN, text=unit("9", 1, 45, 387, id_="b7c0e9f2a1d4"))

    found = Walked(column, lambda request: EMPTY)

    assert len(found.titles) == 45
    assert not found.walk.read_to_end


def test_of_several_units_the_one_of_the_column_is_read() -> None:
    news = unit("8", 101, 145, 900, column=40001)
    column = Page(url=COLUMN, text=news + unit("9", 1, 6, 6))

    assert Walked(column, lambda request: None).titles == titles(6)


def test_a_record_that_cannot_be_read_leaves_the_list_unread() -> None:
    text = unit("9", 1, 3, 4).replace(
        "</recordset>", "<record><![CDATA[<li><a>坏</a></li>]]></record></recordset>"
    )

    found = Walked(Page(url=COLUMN, text=text), lambda request: None)

    assert not found.walk.read_to_end


def test_the_page_number_that_readers_see_is_never_asked_for() -> None:
    column = Page(url=f"{COLUMN}?uid=423656&pageNum=1", text=unit("9", 1, 45, 90))

    requests = choose_platform(column).read_list(column).next_pages

    assert requests
    assert not any("pageNum" in request.url for request in requests)


XXGK_COLUMN = Page(
    url=f"{HOST}/col/col77/index.html?number=Y001C001",
    text="""<html><body><div id="div11565"></div><script>
    var url="/module/xxgk/tree.jsp?area=002276772&jdid=2&divid=div11565";</script></body></html>""",
)


def xxgk_row(url: str, name: str) -> str:
    return (
        f"<tr class='tr_main_value_odd'><td><a href='{url}'>{name}</a></td>"
        "<td>县政府</td><td>2026-01-30</td></tr>"
    )


def search(total: int, *, strays: int = 0, told: bool = True, size: int = 20) -> Server:
    """Return a service that puts ``strays`` rows of other columns before the column's own."""

    def answer(request: PageRequest) -> str | None:
        if not request.url.endswith("/module/xxgk/search.jsp"):
            return None
        number = int(parse_qs(request.body)["currpage"][0])
        given = [
            xxgk_row(f"/art/2026/1/30/art_78_{n}.html", f"兰溪县第{n}号预算公开通知")
            for n in range(1, strays + 1)
        ] + [xxgk_row(f"/art/2026/1/30/art_77_{n}.html", title(n)) for n in range(1, total + 1)]
        page = "".join(given[(number - 1) * size : number * size])
        pages = f"共{-(-len(given) // size)}页 第{number}页" if told else ""
        return f"<table>{page}</table><div class='page'>{pages}</div>"

    return answer


@pytest.mark.parametrize("strays", [0, 5, 45])
@pytest.mark.parametrize("total", [3, 20, 31])
def test_the_column_s_rows_are_kept_though_the_service_ignores_what_is_asked(
    total: int, strays: int
) -> None:
    found = Walked(XXGK_COLUMN, search(total, strays=strays))

    assert found.titles == titles(total)
    assert found.walk.read_to_end


def test_a_service_that_tells_no_number_of_pages_is_read_until_nothing_comes() -> None:
    found = Walked(XXGK_COLUMN, search(31, told=False))

    assert found.titles == titles(31)


REPORT = "一、总体情况。" + "本局依法公开政府信息，持续做好主动公开和依申请公开工作。" * 12


def annual_page(year: int, head: str = "") -> str:
    shown = head or f"江临市教育局{year}年政府信息公开工作年度报告"
    return f"""<html><head><title>政府信息公开年度报告</title></head><body>
    <select name="fbtime" onchange="go(this.value)"><option value="">请选择</option>
    <option value="2025">2025年</option><option value="2024">2024</option>
    <option value="2023">2023年度</option></select>
    <h3>{shown}</h3><div id="zoom"><p>{REPORT}</p></div></body></html>"""


ANNUAL = f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=001008003008087&fbtime=2025"


def annual_service(request: PageRequest) -> str | None:
    query = parse_qs(urlsplit(request.url).query)
    assert query["area"] == ["001008003008087"]
    year = int(query["fbtime"][0])
    return annual_page(year) if year != 2023 else None


def test_the_years_of_the_annual_page_are_read_from_its_own_menu() -> None:
    found = Walked(Page(url=ANNUAL, text=annual_page(2025)), annual_service)

    assert found.titles == [
        f"江临市教育局{year}年政府信息公开工作年度报告" for year in (2025, 2024)
    ]
    assert sorted(request.url[-4:] for request in found.requests) == ["2023", "2024", "2025"]


def test_an_annual_page_whose_heading_names_no_report_still_shows_one() -> None:
    page = Page(url=ANNUAL, text=annual_page(2025, head="年度报告"))

    [item] = choose_platform(page).read_list(page).items

    assert item.url == ANNUAL


def test_an_annual_page_without_a_report_has_no_row() -> None:
    page = Page(url=ANNUAL, text=annual_page(2025).replace(REPORT, "暂无相关信息"))

    assert choose_platform(page).read_list(page).items == ()


def test_the_annual_page_is_reached_from_the_module_of_an_agency() -> None:
    links = {link.why: link.url for link in find_column_links(XXGK_COLUMN)}

    assert (
        links["annual page of the module"]
        == f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=002276772"
    )


def test_no_family_takes_another_s_list() -> None:
    huaian = Page(
        url="http://www.huaihe.example.gov.cn/col/18073_668815/index.html",
        text="<a href='/col/4039_446643/art/17356608/17364738729029ffO7DUB.html'>x</a>",
    )

    assert platform_named("hanweb").recognises(huaian) < 0.5
    assert platform_named("truecms").recognises(Page(url=COLUMN, text=unit("9", 1, 3, 3))) == 0
    jsonp = "<script>proxyUrl:'/TrueCMS/messageController/getMessage.do' .jpage({</script>"
    assert platform_named("hanweb").recognises(Page(url=COLUMN, text=jsonp)) == 0


def test_the_tree_beside_a_list_of_the_disclosure_module_is_not_the_list() -> None:
    column = Page(
        url=f"{HOST}/col/col33718/index.html?number=D001",
        text="""<div id="tree"><iframe src="/module/xxgk/tree.jsp?area=001008003"></iframe></div>
        <div id="div9"></div><form action="/module/xxgk/search.jsp">
        <input type="hidden" name="infotypeId" value="D001"></form>
        <script>ajaxSearch('/module/xxgk/search.jsp?divid=div9&infotypeId=D001&jdid=1&area=001008003')
        </script>""",
    )

    def serve(request: PageRequest) -> str | None:
        asked = parse_qs(request.body)
        if not request.url.endswith("search.jsp") or asked.get("divid") != ["div9"]:
            return None
        return f"<ul>{''.join(row(n) for n in range(1, 5))}</ul><div>共4条 第1页 共1页</div>"

    walked = Walked(column, serve)

    assert walked.titles == titles(4)
    assert walked.walk.read_to_end
    assert [each.url.rpartition("/")[2] for each in walked.requests][1:] == ["search.jsp"]


def test_a_total_of_all_columns_together_is_not_held_against_one_of_them() -> None:
    column = Page(
        url=COLUMN,
        text="<script>search('/module/xxgk/search.jsp?divid=div9&jdid=1&area=001008003')</script>",
    )

    def serve(request: PageRequest) -> str | None:
        number = int(parse_qs(request.body)["currpage"][0])
        own = "".join(row(n) for n in range(1, 4))
        others = "".join(row(n, 44444) for n in range(10, 13))
        return f"<ul>{own if number == 1 else others}</ul><div>共6条 第{number}页 共2页</div>"

    walked = Walked(column, serve)

    assert walked.titles == titles(3)
    assert walked.walk.read_to_end, walked.walk.problems
