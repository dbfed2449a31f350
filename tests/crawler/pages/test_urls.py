"""Canonical addresses and sites."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.urls import directory_of, is_home, other_scheme, same_site
from crawler.platforms.addresses import canonical_url

CLEANED = {
    "HTTP://WWW.Qinghe.GOV.cn:80/ZWGK2985/": "http://www.qinghe.gov.cn/ZWGK2985/",
    "https://a.gov.cn.//x//y.html#top": "https://a.gov.cn/x/y.html",
    "http://a.gov.cn/x.html;jsessionid=AB12?id=1": "http://a.gov.cn/x.html?id=1",
    "http://a.gov.cn/x.html?isMobile=false": "http://a.gov.cn/x.html",
    "http://a.gov.cn/x?b=2&_=1706&a=1&random=0.5": "http://a.gov.cn/x?b=2&a=1",
    "http://a.gov.cn": "http://a.gov.cn/",
    "http://a.gov.cn:8080/x": "http://a.gov.cn:8080/x",
    "http://[2001:db8::1]:80/x": "http://[2001:db8::1]/x",
    "http://a.gov.cn/x?url=http://b//c": "http://a.gov.cn/x?url=http://b//c",
}


@pytest.mark.parametrize("written", CLEANED)
def test_an_address_has_one_form(written: str) -> None:
    assert canonical_url(written) == CLEANED[written]


@given(
    st.from_regex(
        r"https?://[a-z]{1,5}\.gov\.cn(:\d{2,4})?/[a-zA-Z0-9/;=?&._-]{0,30}", fullmatch=True
    )
)
def test_cleaning_twice_changes_nothing_more(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


def test_a_site_is_what_one_owner_registered() -> None:
    assert same_site("http://zwgk.qinghe.gov.cn/", "https://www.qinghe.gov.cn/x")
    assert not same_site("http://www.qinghe.gov.cn/", "http://www.weixian.gov.cn/")
    assert not same_site("http://127.0.0.1:80/", "http://127.0.0.1:81/")
    assert not same_site("not an address", "neither")


@pytest.mark.parametrize("path", ["/", "", "/index.html", "/INDEX.SHTML", "/404.html"])
def test_the_front_page_is_known_by_its_path(path: str) -> None:
    assert is_home(f"http://a.gov.cn{path}")


@pytest.mark.parametrize("path", ["/zwgk/", "/index.jsp?id=3", "/zwgk/index.html"])
def test_other_pages_are_no_front_page(path: str) -> None:
    assert not is_home(f"http://a.gov.cn{path}")


def test_schemes_and_directories() -> None:
    assert other_scheme("http://a.gov.cn/x?y=1") == "https://a.gov.cn/x?y=1"
    assert directory_of("http://a.gov.cn/x/y.html?z=1") == "http://a.gov.cn/x/"
