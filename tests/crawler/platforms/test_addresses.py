"""Addresses become one absolute spelling, or nothing."""

import pytest

from crawler.platforms.addresses import canonical_url, join_address, looks_like_address

BASE = "https://www.yunxi.example.gov.cn/zwgk/nb/index.html"
HOST = "https://www.yunxi.example.gov.cn"

JOINED = {
    "./202401/t1.html": f"{HOST}/zwgk/nb/202401/t1.html",
    "../zn/": f"{HOST}/zwgk/zn/",
    "../../../../up.html": f"{HOST}/up.html",
    "//www.yunxi.example.gov.cn/a.html": f"{HOST}/a.html",
    "http://WWW.Yunxi.example.gov.cn:80//a//B.html": "http://www.yunxi.example.gov.cn/a/B.html",
    "http://www.yunxi.example.gov.cn./a.html": "http://www.yunxi.example.gov.cn/a.html",
    "http://http://www.yunxi.example.gov.cn/a.html": "http://www.yunxi.example.gov.cn/a.html",
    " \n./a\n.html \t": f"{HOST}/zwgk/nb/a.html",
    "show.asp?id=1&amp;n=2": f"{HOST}/zwgk/nb/show.asp?id=1&n=2",
    "files\\2023\\年报 1.pdf": f"{HOST}/zwgk/nb/files/2023/%E5%B9%B4%E6%8A%A5%201.pdf",
    "javascript:window.open('x.pdf')": f"{HOST}/zwgk/nb/x.pdf",
    'javascript:location.href="../a.html"': f"{HOST}/zwgk/a.html",
    "　./a.html　": f"{HOST}/zwgk/nb/a.html",
    "?page=2": f"{HOST}/zwgk/nb/index.html?page=2",
    "/gkmlpt/index#721": f"{HOST}/gkmlpt/index#721",
}
NOWHERE = [
    *("", "#", "#top", "javascript:void(0)", "javascript:;", "javascript:alert('已关闭')"),
    *("mailto:a@example.com", "tel:12345", "data:text/html,x", "ftp://example.com/a"),
    *("file:///etc/passwd", "http://", "http://[::1", "http://a b/", "http://x:99999/"),
]


@pytest.mark.parametrize("written", JOINED)
def test_what_is_written_on_a_page_becomes_absolute(written: str) -> None:
    assert join_address(BASE, written) == JOINED[written]


@pytest.mark.parametrize("written", NOWHERE)
def test_what_leads_nowhere_on_the_web_gives_none(written: str) -> None:
    assert join_address(BASE, written) is None


CANONICAL = {
    f"{HOST}/a.html#top": f"{HOST}/a.html",
    f"{HOST}/a.jsp;jsessionid=0A1B2C?x=1": f"{HOST}/a.jsp?x=1",
    f"{HOST}/a.html?isMobile=false": f"{HOST}/a.html",
    f"{HOST}/a.html?xxgkhide=1&id=2&random=0.5&_=17": f"{HOST}/a.html?id=2",
    f"{HOST}/ZWGK2985/A.html": f"{HOST}/ZWGK2985/A.html",
    "HTTP://WWW.YUNXI.EXAMPLE.GOV.CN": "http://www.yunxi.example.gov.cn/",
    f"{HOST}/list?b=2&a=1": f"{HOST}/list?b=2&a=1",
    "not an address": "not an address",
}


@pytest.mark.parametrize("url", CANONICAL)
def test_one_page_has_one_spelling(url: str) -> None:
    assert canonical_url(url) == CANONICAL[url]


@pytest.mark.parametrize(
    "text", ["./a.html", "/a/", "http://x/y", "a/b", "x.pdf", "list.do?id=1", "?id=3"]
)
def test_addresses_are_told_from_other_strings(text: str) -> None:
    assert looks_like_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "/", "index", "2024-01-31", "年报", "a b", "#x", "_blank", "0", "3.5", "<a href='/x'>"],
)
def test_other_strings_are_no_addresses(text: str) -> None:
    assert not looks_like_address(text)


def test_parameters_that_begin_like_an_entity_are_none() -> None:
    base = "https://www.yunxi.example.gov.cn/eportal/"

    assert join_address(base, "ui?pageId=5&currentPage=2&copy=1") == (
        f"{base}ui?pageId=5&currentPage=2&copy=1"
    )
    assert join_address(base, "ui?pageId=5&amp;regionId=2") == f"{base}ui?pageId=5&regionId=2"
