"""The agencies of a hub are seen, and nothing else of its menus."""

import pytest

from crawler.platforms.agencies import BESIDE, KNOWN, UNKNOWN, agency_links, predicted
from crawler.platforms.links import HUB, find_column_links
from crawler.platforms.model import ColumnLink, Page
from crawler.platforms.wording import HUB_COLUMN, agency_of_entry

HOST = "http://www.yunxi.example.gov.cn"


def page(body: str) -> Page:
    return Page(url=f"{HOST}/zwgk/bm/", text=f"<html><body>{body}</body></html>")


def entries(body: str, *, is_hub: bool = True, known: str = "") -> list[tuple[str, float]]:
    found = agency_links(page(body), is_hub=is_hub, is_known=lambda name: name in known.split())
    return [(link.url.removeprefix(HOST), link.score) for link in found]


MENU = (
    '<ul><li><a href="/czj/">财政局</a></li><li><a href="/jyj/">教育局政府信息公开</a></li>'
    '<li><a href="/zfxxgkzn/">政府信息公开指南</a></li></ul>'
)


@pytest.mark.parametrize(
    "name",
    [
        "部门信息公开", "单位信息公开", "区县部门政府信息公开", "各部门公开专栏",
        "乡镇（街道）政务公开", "县直部门公开平台", "部门和乡镇信息公开", "镇街信息公开目录",
        "市直单位政府信息公开平台",
    ],
)  # fmt: skip
def test_a_hub_of_agencies_is_known_by_its_name(name: str) -> None:
    [link] = find_column_links(page(f'<a href="/x/">{name}</a>'))
    assert (link.step, link.score) == (HUB, 0.65)


@pytest.mark.parametrize("name", ["县政府", "财政局", "企事业单位信息公开", "政府信息公开"])
def test_what_is_no_hub_is_not_taken_for_one(name: str) -> None:
    assert all(link.step != HUB for link in find_column_links(page(f'<a href="/x/">{name}</a>')))
    assert not HUB_COLUMN.match("县政府")


def test_the_agencies_of_a_hub_are_its_entries_those_of_the_registry_first() -> None:
    assert entries(MENU, known="教育局") == [("/jyj/", KNOWN), ("/czj/", UNKNOWN)]


def test_beside_other_things_a_menu_needs_three_agencies_and_is_a_last_resort() -> None:
    three = MENU.replace("</ul>", '<li><a href="/slj/">水利局</a></li></ul>')
    assert entries(MENU, is_hub=False) == []
    assert entries(three, is_hub=False) == [("/czj/", BESIDE), ("/jyj/", BESIDE), ("/slj/", BESIDE)]


def test_other_hosts_and_home_pages_count_only_for_agencies_of_the_registry() -> None:
    body = (
        '<ul><li><a href="http://czj.example.gov.cn/">财政局</a></li>'
        '<li><a href="http://jyj.example.gov.cn/">教育局</a></li></ul>'
    )
    assert entries(body) == []
    assert entries(body, known="财政局") == [("http://czj.example.gov.cn/", KNOWN)]


def test_an_agency_is_named_without_what_it_discloses() -> None:
    assert agency_of_entry("财政局政府信息公开平台") == "财政局"
    assert agency_of_entry("清河县人民政府") == "清河县人民政府"


def entry(address: str) -> ColumnLink:
    return ColumnLink(url=address, text="", score=KNOWN, step="agency", why="agency")


@pytest.mark.parametrize(
    ("one", "column", "other", "expected"),
    [
        ("/bm/czj/", "/bm/czj/xxgknb/index.html", "/bm/jyj/", "/bm/jyj/xxgknb/index.html"),
        ("/c/100?type=4", "/c/100?type=3", "/c/119?type=4", "/c/119?type=3"),
        ("/col/col17/", "/col/col23/", "/col/col41/", None),
        ("/bm/czj/", "/bm/czj/nb/", "/xz/qhz/", None),
        ("/bm/czj/", "/bm/czj/nb/", "http://jyj.example.gov.cn/", None),
    ],
)
def test_the_pattern_of_two_agencies_gives_the_column_of_a_third(
    one: str, column: str, other: str, expected: str | None
) -> None:
    there = other if other.startswith("http") else HOST + other
    found = predicted(entry(HOST + one), HOST + column, entry(there))
    assert found == (expected and HOST + expected)
