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
