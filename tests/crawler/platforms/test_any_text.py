"""Whatever a server sends, an adapter answers: it never raises, and names only web addresses."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.platforms import PLATFORMS, choose_platform
from crawler.platforms.addresses import canonical_url, join_address
from crawler.platforms.links import find_column_links
from crawler.platforms.model import Article, ListPage, Page
from crawler.platforms.signs import confirm_column

SAVED = sorted((Path(__file__).parent / "saved").glob("*.html"))

PIECES = st.sampled_from(
    [
        *("<ul>", "</ul>", "<li>", "</li>", "<tr><td>", "</table>", "<span>", "</span>"),
        *("<a href='./202401/t20240131_1.html'>", "<a href=\"javascript:x('1.pdf')\">", "</a>"),
        *("2023年政府信息公开工作年度报告", "2024-01-31", "2024-02-30", "[01-31]", "共3页"),
        *("<script>", "</script>", "createPageHTML(3, 0, 'index', 'html');"),
        *("createPageHTML('p',", "<datastore>", "<record><![CDATA[", "]]></record>"),
        *("</datastore>", "<nextgroup><a href='/dataproxy.jsp?page=1'>", "totalRecord:99"),
        *("<meta name=PubDate content='", "'>", "<iframe src=", "//[::1", "http://["),
        *("<base href='http://x:99999/'>", '[{"title":"年报","url":"/a.html","date":'),
        *("1706630400}]", "{'a':", "\x00", "\ud800", "&#x110000;", "<!--", "-->", "<![CDATA["),
        *("<option value='/2023/'>", "<div id=app>", "1/11", "下一页", 'var url="'),
        *("<a onclick=\"window.open('//')\">", "jpaas-publish-server", "/module/xxgk/search.jsp?"),
        *("<script unitbuild url='/x' queryData='{", "window._CONFIG = {TREE: [", "site/label/1?"),
        *(
            "<a href=\"javascript:__doPostBack('a','b')\">",
            "<form action='//x'>",
            "<input name=cpage",
        ),
        *("NFCMS_SITE_ID=1", "Announced by Visual SiteBuilder", "尾页", "末页", "<select name=a>"),
        *("/opennessGuide/?branch_id=5a1f0ed8866886688e327000", "'/postmeta/i/1.json'", "县教育局"),
        *(
            "/columns/29527d47-65f0-4e58-9a95-804549f339e9/templates/",
            "<h2>2023年信息公开年报</h2>",
        ),
        *("SID: '1'", "APP_URL: 'http://x'", "columnId:'1'", "getMessage.do", "channelid"),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))
URLS = st.one_of(
    st.sampled_from(
        [
            "https://www.yunxi.example.gov.cn/zwgk/zfxxgknb/",
            "http://www.yunxi.example.gov.cn/col/col33718/index.html",
            "http://www.yunxi.example.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=0&perpage=x",
            "http://www.yunxi.example.gov.cn/zwgk/index_2.html?page=3",
        ]
    ),
    st.text(max_size=40).map(lambda tail: f"http://www.yunxi.example.gov.cn/{tail}"),
)


def addresses_of(found: ListPage) -> Iterator[str]:
    yield from (item.url for item in found.items)
    yield from (request.url for request in found.next_pages)
    yield from (link.url for link in found.subcolumns)
    yield from found.frames


def all_addresses(page: Page) -> Iterator[str]:
    for platform in PLATFORMS:
        assert 0 <= platform.recognises(page) <= 1
        found = platform.read_list(page)
        confirm_column(page, found)
        yield from addresses_of(found)
        article: Article = platform.read_article(page)
        yield from (attachment.url for attachment in article.attachments)
    yield from (link.url for link in find_column_links(page))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(url=URLS, text=TEXTS)
def test_any_text_is_answered_with_web_addresses_only(url: str, text: str) -> None:
    page = Page(url=url, text=text)

    assert choose_platform(page) in PLATFORMS
    for address in all_addresses(page):
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https")
        assert parts.hostname


@settings(max_examples=300, deadline=None)
@given(base=URLS, written=st.one_of(st.text(max_size=60), TEXTS))
def test_joining_yields_a_web_address_or_nothing(base: str, written: str) -> None:
    address = join_address(base, written)

    assert address is None or urlsplit(address).scheme in ("http", "https")
    if address is not None:
        assert canonical_url(canonical_url(address)) == canonical_url(address)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_pages_cut_off_anywhere_are_still_answered(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(SAVED))
    text = path.read_text("utf-8")
    page = Page(
        url="https://www.yunxi.example.gov.cn/zwgk/zfxxgknb/",
        text=text[: data.draw(st.integers(0, len(text)))],
    )

    assert all(urlsplit(address).scheme in ("http", "https") for address in all_addresses(page))


HOSTILE = {
    "deep nesting": "<div>" * 50_000 + "<a href=x>2023年政府信息公开工作年度报告</a>",
    "many open lists": "<ul><li>" * 20_000,
    "many links": "<a href=x.html>云溪县2023年政府信息公开工作年度报告</a> " * 3_000,
    "many cells": "<table>" + "<tr><td><a href=x>a</a><td>2024-01-01" * 3_000,
    "open brackets": "<script>" + "[{" * 50_000 + "</script>",
    "open quotes": "<script>" + "document.write('<a " * 20_000 + "</script>",
    "open calls": "<script>" + "createPageHTML(" * 20_000 + "</script>",
    "open stores": "<datastore><record>" * 20_000,
    "digits": "2024-01-" * 30_000,
    "braces": '{"a":' * 30_000,
    "spaces": "<a href=x title='" + " " * 200_000 + "'>年报</a>",
    "jpage": "$('#1').jpage({" * 10_000,
    "open labels": "<meta name='channelid' " * 20_000,
    "open elements": "<div class='page' " * 20_000,
    "open units": "<script unitbuild " * 20_000,
    "fields": "<script>/module/xxgk/search.jsp?" + "area=1;siteId:2;site/label/8;" * 10_000,
    "posted back": "<form>" + "<a href=\"javascript:__doPostBack('a','b')\">下一页</a>" * 5_000,
    "blocks": "<script>" + "/columns/29527d47-65f0-4e58-9a95-804549f339e9/templates/" * 10_000,
    "guides": "".join(f"<a href='/x{n}/zfxxgkzn/'>指南</a>" for n in range(3_000)),
    "agencies": "<h2>2023年信息公开年报</h2>"
    + "".join(f"<p><a href='/{n}/1.html'>县教育局</a></p>" for n in range(3_000)),
    "literals": "<script>" + "'<a \\' \"<a " * 20_000 + "</script>",
    "assignments": "<script>document.write;" + "var url='a.html';" * 20_000 + "</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_seconds_at_most(name: str) -> None:
    page = Page(url="https://www.yunxi.example.gov.cn/zwgk/zfxxgknb/", text=HOSTILE[name])
    started = time.process_time()

    platform = choose_platform(page)
    confirm_column(page, platform.read_list(page))
    platform.read_article(page)
    find_column_links(page)

    assert time.process_time() - started < 15
