"""robots.txt by RFC 9309."""

import pytest

from crawler.pages.robots import RobotsStanding, read_robots

URL = "http://www.qinghe.gov.cn/zwgk/x.html"


def test_a_rule_for_everybody_holds_for_us() -> None:
    robots = read_robots(200, b"User-agent: *\nDisallow: /zwgk/\n", "nianbao")
    assert not robots.allows(URL)
    assert robots.allows("http://www.qinghe.gov.cn/other")


def test_a_group_of_our_own_goes_before_that_for_everybody() -> None:
    body = b"User-agent: *\nDisallow: /\n\nUser-agent: nianbao\nAllow: /\nCrawl-delay: 7\n"
    robots = read_robots(200, body, "nianbao")
    assert robots.allows(URL)
    assert robots.crawl_delay == 7


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_refusal_of_robots_itself_allows_everything(status: int) -> None:
    assert read_robots(status, b"", "nianbao").allows(URL)


@pytest.mark.parametrize("status", [500, 502, 503, 521])
def test_a_server_error_forbids_everything_for_now(status: int) -> None:
    robots = read_robots(status, b"User-agent: *\nAllow: /\n", "nianbao")
    assert robots.standing is RobotsStanding.UNKNOWN
    assert not robots.allows(URL)


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Disallow: /</body></html>",
        "<html><title>您访问的页面不存在</title></html>".encode("gbk"),
        b"",
        b"\x89PNG\r\n",
    ],
)
def test_what_is_no_robots_txt_means_that_there_is_none(body: bytes) -> None:
    assert read_robots(200, body, "nianbao").allows(URL)


def test_rules_beside_comments_in_gbk_are_obeyed() -> None:
    body = "# 禁止抓取\nUser-agent: *\nDisallow: /zwgk/\n".encode("gbk")
    assert not read_robots(200, body, "nianbao").allows(URL)


def test_a_byte_order_mark_does_not_hide_the_first_group() -> None:
    body = b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n"
    assert not read_robots(200, body, "nianbao").allows(URL)
