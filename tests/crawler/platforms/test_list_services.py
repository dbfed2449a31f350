"""Lists that a service gives page by page are read from the column page to their end."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.links import find_column_links
from crawler.platforms.model import ListPage, Page, PageRequest
from crawler.platforms.signs import confirm_column

HOST = "https://www.lanxi.example.gov.cn"
SAVED = Path(__file__).parent / "saved"
TOTAL = 31
Service = Callable[[PageRequest], str]


def saved(name: str) -> Page:
    url = json.loads((SAVED / f"{name}.expected.json").read_text("utf-8"))["url"]
    return Page(url=url, text=(SAVED / f"{name}.html").read_text("utf-8"))


def title(number: int) -> str:
    return f"兰溪县第{number}局2025年政府信息公开工作年度报告"


def html_rows(first: int, last: int, path: str = "/art/2026/1/30/art_77_{}.html") -> str:
    return "".join(
        f"<li><a href='{path.format(n)}' title='{title(n)}'>{title(n)[:9]}…</a>"
        "<b>2026-01-30</b></li>"
        for n in range(first, min(last, TOTAL) + 1)
    )


def asked(request: PageRequest) -> dict[str, str]:
    query = f"{urlsplit(request.url).query}&{request.body}"
    return {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}


def walk(column: Page, service: Service) -> tuple[set[str], ListPage]:
    """Follow the candidates as a spider does, with the adapter that the column page chose."""
    adapter = choose_platform(column)
    page = adapter.read_list(column)
    seen = {item.url for item in page.items}
    for _ in range(50):
        for request in page.next_pages:
            text = service(request)
            found = adapter.read_list(Page(url=request.url, text=text, request=request))
            if {item.url for item in found.items} - seen:
                seen |= {item.url for item in found.items}
                page = found
                break
        else:
            break
    return seen, page


GKMLPT = saved("gkmlpt_column")


def gkmlpt_service(request: PageRequest) -> str:
    number = int(asked(request)["page"])
    rows = [
        {
            "id": n,
            "title": title(n),
            "display_publish_time": 0,
            "created_at": "2026-01-29 16:25:04",
            "date": 1767225600,
            "url": f"http://www.lanxi.example.gov.cn/lxjyj/gkmlpt/content/9/9914/post_99140{n:02d}.html",
        }
        for n in range((number - 1) * 20 + 1, min(number * 20, TOTAL) + 1)
    ]
    classify = {"id": 96, "name": "政府信息公开工作年度报告", "post_count": TOTAL}
    return json.dumps({"classify": classify, "articles": rows, "total": TOTAL})


JPAAS = saved("jpaas_column")


def jpaas_service(request: PageRequest) -> str:
    query = asked(request)
    assert query["tplSetId"] == "o0YcVHHq"
    assert request.headers["Referer"] == JPAAS.url
    number = json.loads(query["paramJson"])["pageNo"]
    rows = html_rows((number - 1) * 15 + 1, number * 15)
    inner = f'<ul>{rows}</ul><div class="pagination" rows="15" count="{TOTAL}"></div>'
    data = {"html": inner} if number == 1 else inner
    return json.dumps({"success": True, "code": "200", "data": data}, ensure_ascii=False)


TRUECMS = saved("truecms_column")


def truecms_service(request: PageRequest) -> str:
    query = asked(request)
    if int(query["endrecord"]) - int(query["startrecord"]) >= 10:
        return "cb({});"  # as servers do that give ten records at most
    assert query["columnId"] == "754f6db5-d294-46d5-b25c-da3a86d102cd"
    rows = html_rows(
        int(query["startrecord"]), int(query["endrecord"]), "/sgaj/xxgknb/content/{}.html"
    )
    records = "".join(
        f"<record><![CDATA[{row}</li>]]></record>" for row in rows.split("</li>") if row
    )
    store = (
        f"<datastore><totalrecord>{TOTAL}</totalrecord><recordset>{records}</recordset></datastore>"
    )
    return f"cb({json.dumps({'result': store}, ensure_ascii=False)});"


UCAP = saved("ucap_column")


def ucap_service(request: PageRequest) -> str:
    number = int(asked(request)["page"])
    assert "/common/search/979dc6eb921b418a9355bc6eb2eac8f4" in request.url
    rows = [
        {
            "title": title(n),
            "url": f"//www.lanxi.example.gov.cn/lanxi/c112125/202601/{n:032x}.shtml",
            "publishedTimeStr": "2026-01-28 10:25:13",
        }
        for n in range((number - 1) * 15 + 1, min(number * 15, TOTAL) + 1)
    ]
    return json.dumps({"data": {"total": TOTAL, "page": number, "rows": 15, "results": rows}})


LONSUN = saved("lonsun_column")


def lonsun_service(request: PageRequest) -> str:
    query = asked(request)
    assert (query["siteId"], query["organId"], query["type"]) == ("6793339", "12431", "3")
    number = int(query["pageIndex"])
    rows = html_rows((number - 1) * 20 + 1, number * 20, "/public/12431/248703{}.html")
    told = f"{{currPage:{number},pageCount:2,pageSize:20,total:{TOTAL}}}"
    return f"""<ul class="clearfix">{rows}</ul><div id="page_list" class="page pagination"></div>
    <script>Ls.pagination("#page_list", function(page, size){{ }}, {told});</script>"""


XXGK = saved("hanweb_xxgk_column")


def xxgk_service(request: PageRequest) -> str:
    form = asked(request)
    assert request.method == "POST"
    assert (form["infotypeId"], form["area"], form["jdid"]) == ("Y001C001", "002276772", "2")
    number = int(form["currpage"])
    rows = "".join(
        '<tr class="tr_main_value_odd"><td>'
        f'<a href="/art/2026/1/30/art_77_{n}.html">{title(n)}</a></td>'
        "<td>县政府</td><td>2026-01-30</td></tr>"
        for n in range((number - 1) * 20 + 1, min(number * 20, TOTAL) + 1)
    )
    return f"<table>{rows}</table><div class='page'>共2页 第{number}页</div>"


SERVICES = {
    "gkmlpt": (GKMLPT, gkmlpt_service),
    "jpaas": (JPAAS, jpaas_service),
    "truecms": (TRUECMS, truecms_service),
    "ucap": (UCAP, ucap_service),
    "lonsun": (LONSUN, lonsun_service),
    "hanweb-xxgk": (XXGK, xxgk_service),
}


@pytest.mark.parametrize("name", SERVICES)
def test_every_row_of_the_service_is_reached(name: str) -> None:
    column, service = SERVICES[name]

    seen, last = walk(column, service)

    assert choose_platform(column).name == name
    assert len(seen) == TOTAL
    assert last.last is not False
    assert all(item.day is not None for item in last.items)


@pytest.mark.parametrize("name", SERVICES)
def test_a_column_page_without_its_service_is_not_a_list_at_its_end(name: str) -> None:
    column, _ = SERVICES[name]

    found = choose_platform(column).read_list(column)

    assert found.recognised
    assert found.last is False
    assert not found.next_pages[-1].probe


@pytest.mark.parametrize("name", ["jpaas", "truecms"])
def test_an_empty_answer_is_not_the_end(name: str) -> None:
    column, service = SERVICES[name]
    adapter = choose_platform(column)
    request = adapter.read_list(column).next_pages[-1]
    text = {
        "jpaas": '{"success":true,"data":{"html":""}}',
        "truecms": 'cb({"result":"<datastore/>"});',
    }[name]

    found = adapter.read_list(Page(url=request.url, text=text, request=request))

    assert found.items == ()
    assert found.last is False
    assert service(request)


def test_a_service_that_mixes_columns_is_sorted_by_the_number_in_the_address() -> None:
    column = Page(url=f"{HOST}/col/col77/index.html", text=XXGK.text)
    request = choose_platform(column).read_list(column).next_pages[0]
    cells = "".join(
        f"<tr><td><a href='/art/2026/1/30/art_{number}_1.html'>{name}</a></td>"
        "<td>2026-01-30</td></tr>"
        for number, name in ((77, "兰溪县2025年政府信息公开工作年度报告"), (78, "兰溪县2025年预算"))
    )
    answer = f"<table>{cells}</table>共1页"

    found = choose_platform(column).read_list(Page(url=request.url, text=answer, request=request))

    assert [item.url for item in found.items] == [f"{HOST}/art/2026/1/30/art_77_1.html"]


def test_the_tree_leads_to_the_list_of_reports_and_not_to_that_of_website_forms() -> None:
    found = {link.text: link.url for link in find_column_links(GKMLPT) if link.step == "column"}

    api = "http://www.lanxi.example.gov.cn/lxjyj/gkmlpt/api/all"
    assert found == {
        "政府信息公开工作年度报告": f"{api}/96?page=1&sid=200212",
        "政府信息公开年报（街道）": "http://www.lanxi.example.gov.cn/jd/nb/",
    }


def test_an_answer_of_the_tree_proves_itself_by_its_name_even_with_one_report() -> None:
    answer = json.loads(gkmlpt_service(PageRequest(url=f"{HOST}/x?page=1")))
    answer["articles"], answer["total"] = answer["articles"][:1], 1
    page = Page(url=f"{HOST}/gkmlpt/api/all/96?page=1&sid=1", text=json.dumps(answer))

    proof = confirm_column(page, choose_platform(page).read_list(page))

    assert proof is not None
    assert proof.met == ("label", "no_decoys")


def test_a_node_named_behind_the_address_is_the_one_that_is_read() -> None:
    page = Page(url=f"{GKMLPT.url}#66", text=GKMLPT.text)

    found = choose_platform(page).read_list(page)

    assert found.next_pages[0].url.endswith("/gkmlpt/api/all/66?page=1&sid=200212")
