"""Every way a portal has of naming its further pages leads to the one after, and to no other."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import choose_platform
from crawler.platforms.model import ListPage, Page, PageRequest
from tests.crawler.platforms.pages import COLUMN, list_page, rows


def read(page: Page) -> ListPage:
    return choose_platform(page).read_list(page)


PAGERS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "pagers.toml").read_text("utf-8")
)


def in_column(address: str) -> str:
    return address if "://" in address else COLUMN + address


def named(kind: str) -> pytest.MarkDecorator:
    cases = [pytest.param(case, id=case.get("name")) for case in PAGERS[kind]]
    return pytest.mark.parametrize("case", cases)


@named("first")
def test_the_second_page_is_among_the_candidates(case: dict[str, Any]) -> None:
    head = '<link rel="next" href="index_1.html">' if case["name"] == "rel=next" else ""

    found = read(list_page(case["pager"], url=in_column(case.get("url", "")), head=head))

    addresses = [request.url for request in found.next_pages]
    assert {in_column(address) for address in case["next"]} <= set(addresses), addresses
    assert len(addresses) <= 4
    if case.get("only"):
        assert len(addresses) == len(case["next"])
    if case.get("best"):
        assert addresses[0] == in_column(case["next"][0])
    assert [request.body for request in found.next_pages if request.method == "POST"] == (
        [case["body"]] if "body" in case else []
    )
    assert found.last is not True
    assert found.number in (None, 1)
    assert all(request.number in (None, 2) for request in found.next_pages)


@named("later")
def test_a_later_page_pins_the_dialect_down(case: dict[str, Any]) -> None:
    found = read(list_page(case["pager"], url=in_column(case["url"])))

    assert found.next_pages[0].url == in_column(case["next"])
    assert found.number == case.get("number")


@named("last")
def test_the_last_page_says_so_and_asks_for_nothing(case: dict[str, Any]) -> None:
    found = read(list_page(case["pager"], url=in_column(case.get("url", ""))))

    assert found.next_pages == ()
    assert found.last is True
    assert len(found.items) == 12


@named("never")
def test_calendars_and_other_hosts_are_never_a_next_page(case: dict[str, Any]) -> None:
    assert read(list_page(case["pager"])).next_pages == ()


def test_a_short_list_without_any_pager_is_whole() -> None:
    found = read(list_page(body=f"<ul>{rows(4)}</ul>"))

    assert found.next_pages == ()
    assert found.last is True


def test_more_rows_announced_than_shown_leave_the_list_unfinished() -> None:
    found = read(list_page('<div class="page">共 40 条</div>'))

    assert found.announced_items == 40
    assert found.last is False
    assert found.next_pages


def test_guessed_addresses_are_marked_as_probes_and_linked_ones_are_not() -> None:
    guessed = read(list_page('<script>createPageHTML(3, 0, "index", "html");</script>'))
    linked = read(list_page('<div class="page"><a href="index_1.html">下一页</a></div>'))

    assert all(request.probe for request in guessed.next_pages)
    assert not any(request.probe for request in linked.next_pages)


def test_an_unfilled_pager_element_is_probed_though_it_says_nothing() -> None:
    found = read(list_page('<div id="page_div"></div><script src="/js/page.js"></script>'))

    assert [request.url for request in found.next_pages][:1] == [f"{COLUMN}index_1.html"]
    assert found.last is None


def test_a_first_guess_that_landed_far_down_an_inverted_list_is_taken_back() -> None:
    landed = PageRequest(url=f"{COLUMN}index_1.html", number=2, probe=True)
    pager = '<script>createPageHTML(21, 19, "index", "html");</script>'
    page = list_page(pager, url=f"{COLUMN}index_1.html", request=landed)

    found = read(page)

    assert found.number == 20
    assert found.next_pages[0].url == f"{COLUMN}index_19.html"


def test_a_full_page_without_any_pager_is_probed_for_another_and_a_short_one_is_not() -> None:
    full = read(list_page(body=f"<ul>{rows(20)}</ul>"))
    odd = read(list_page(body=f"<ul>{rows(17)}</ul>"))

    assert [request.url for request in full.next_pages] == [
        f"{COLUMN}index_1.html",
        f"{COLUMN}index_2.html",
    ]
    assert all(request.probe for request in full.next_pages)
    assert full.last is None
    assert odd.next_pages == ()
    assert odd.last is None


def test_a_column_named_by_a_number_is_not_at_its_end_because_of_it() -> None:
    found = read(list_page('<div class="page">共3页</div>', url=f"{COLUMN}list/12.html"))

    assert found.number == 1
    assert found.last is False


STUBS = [
    '<html><head><meta http-equiv="refresh" content="0;url=./"></head></html>',
    '<html><head><meta content="0;url=index.html" http-equiv="refresh"></head></html>',
    '<html><script>location.href = "./";</script></html>',
]


@pytest.mark.parametrize("text", STUBS)
def test_a_shell_that_leads_back_to_the_start_is_past_the_end(text: str) -> None:
    later = read(Page(url=f"{COLUMN}index_3.html", text=text))
    first = read(Page(url=COLUMN, text=text))

    assert (later.items, later.recognised, later.last) == ((), True, True)
    assert first.last is not True


def test_a_postback_sends_what_the_form_holds() -> None:
    pager = """<form method="post" action="list.aspx"><input type="hidden" name="__VIEWSTATE"
      value="a=b"><input name="word" value=""><input type="submit" name="go" value="搜索">
      <div class="page">1/3 <a href="javascript:__doPostBack('P$x','n')">下一页</a></div></form>"""

    (request,) = read(list_page(pager, url=f"{COLUMN}list.aspx")).next_pages

    assert (request.method, request.url) == ("POST", f"{COLUMN}list.aspx")
    assert request.body == "__VIEWSTATE=a%3Db&word=&__EVENTTARGET=P%24x&__EVENTARGUMENT=n"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.probe


def test_a_search_form_beside_a_pager_is_not_sent() -> None:
    pager = """<form action="/search"><input name="page" type="hidden" value="1">
      <button onclick="search()">搜索</button></form><div class="page">共3页</div>"""

    found = read(list_page(pager))

    assert all("/search" not in request.url for request in found.next_pages)


def test_forms_of_other_hosts_are_not_sent() -> None:
    pager = """<form method="post" action="https://other.example.com/x"><input type="hidden"
      name="pageNo" value="1"><div class="page">共3页 <a onclick="goPage(2)">下一页</a></div>"""

    assert all(request.method == "GET" for request in read(list_page(pager)).next_pages)


def test_a_form_elsewhere_on_the_page_does_not_keep_static_pages_from_being_tried() -> None:
    pager = """<form action="/so"><input type="hidden" name="pageNo" value="1"></form>
      <div class="page">共3页 <a href="javascript:goPage(2)">下一页</a></div>"""

    addresses = [request.url for request in read(list_page(pager)).next_pages]

    assert addresses[:2] == [f"{COLUMN}index_1.html", f"{COLUMN}index_2.html"]


def test_a_menu_of_all_pages_tells_which_one_is_shown_and_where_the_next_is() -> None:
    def shown(number: int) -> ListPage:
        options = "".join(
            f'<option value="/InfoPublic.aspx?cid=9&p={n}"{" selected" if n == number else ""}>'
            f"第{n}页</option>"
            for n in (1, 2, 3)
        )
        pager = f'<div class="pages">共3页 <select onchange="go(this)">{options}</select></div>'
        return read(
            list_page(
                pager, url=f"https://www.yunxi.example.gov.cn/InfoPublic.aspx?cid=9&p={number}"
            )
        )

    second, third = shown(2), shown(3)
    assert (second.number, second.last) == (2, False)
    assert [each.url.rpartition("=")[2] for each in second.next_pages] == ["3"]
    assert not second.next_pages[0].probe
    assert (third.number, third.last, third.next_pages) == (3, True, ())


def test_a_query_that_selects_the_list_is_kept_for_its_further_pages() -> None:
    url = "https://www.yunxi.example.gov.cn/zwgk/index.html?gk=4"
    found = read(list_page('<div class="page">共3页</div>', url=url))
    assert found.next_pages[0].url == f"{url}&page=2"


def test_the_address_that_may_skip_a_page_is_never_tried_first() -> None:
    for call in ("createPageHTML('page_div',5, 1,'index','html',60)", "laypage({pages:5,curr:1})"):
        found = read(list_page(f"<div id='page_div'></div><script>{call}</script>"))
        names = [each.url.rpartition("/")[2] for each in found.next_pages]
        assert names[:2] == ["index_1.html", "index_2.html"]
