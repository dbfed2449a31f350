"""Whatever a list service answers, its adapter reads it, and takes no broken answer for the end."""

import json
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.platforms import platform_named
from crawler.platforms.model import Page, PageRequest

HOST = "http://www.yunxi.example.gov.cn"
FORM = "current=1&pageIndex=1&page=1&channelId=979dc6eb921b418a9355bc6eb2eac8f4"
ASKED = {
    "ucap": PageRequest(url=f"{HOST}/common/search/979d?page=1&_pageSize=15", known={"seen": "x"}),
    "ucap form": PageRequest(url=f"{HOST}/getFileListByCodeId", method="POST", body=FORM),
    "ucap tree": PageRequest(url=f"{HOST}/u/channel/treeNew/yunxi?level=1"),
    "epoint": PageRequest(
        url=f"{HOST}/EWB-FRONT/rest/lightfrontaction/getgovinfolist",
        method="POST",
        known={"category": "003", "index": "1", "first": f"{HOST}/a.html", "dialect": "params"},
    ),
    "epoint settings": PageRequest(
        url=f"{HOST}/js/webBuilderCommon.js",
        headers={"Referer": f"{HOST}/a.html"},
        known={"step": "settings", "category": "003"},
    ),
    "lonsun": PageRequest(url=f"{HOST}/site/label/8888?pageIndex=1", number=1),
    "hanweb": PageRequest(
        url=f"{HOST}/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=15&perpage=15",
        method="POST",
        body="columnid=1",
    ),
    "hanweb-xxgk": PageRequest(
        url=f"{HOST}/module/xxgk/search.jsp",
        method="POST",
        body="infotypeId=&currpage=1",
        headers={"Referer": f"{HOST}/col/col7/index.html"},
    ),
    "jpaas": PageRequest(
        url=f"{HOST}/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson=%7B%22pageNo%22:1"
    ),
    "truecms": PageRequest(
        url=f"{HOST}/TrueCMS/messageController/getMessage.do?startrecord=1&endrecord=10&perpage=10"
    ),
}
KEYS = st.sampled_from(
    [
        *("data", "results", "custom", "list", "total", "rows", "page", "html", "result", "name"),
        *("title", "url", "infourl", "realtitle", "publishedTimeStr", "infodate", "source"),
        *("resList", "filePath", "domainMetaList", "resultList", "key", "value", "categorynum"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**70),
    st.sampled_from(["", "/a.html", "//[::1", "2026-01-30", "http://x:99999/", "政府信息公开年报"]),
    st.text(max_size=12),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)
MARKUP = "<datastore><totalrecord>3</totalrecord><record><li><a href='/a.html'>x</a></record>"
TEXTS = st.one_of(
    VALUES.map(json.dumps),
    VALUES.map(lambda value: f"null({json.dumps(value)});"),
    st.text(max_size=60),
    st.sampled_from([MARKUP, "var siteInfo={projectName:'/x'", "共2页", "<html></html>"]),
)


@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from(sorted(ASKED)), text=TEXTS)
def test_any_answer_is_read_and_leads_to_web_addresses_only(name: str, text: str) -> None:
    request = ASKED[name]
    adapter = platform_named(name.partition(" ")[0])

    found = adapter.read_list(Page(url=request.url, text=text, request=request))

    addresses = [request.url for request in found.next_pages]
    addresses += [link.url for link in found.subcolumns] + [item.url for item in found.items]
    assert {urlsplit(address).scheme for address in addresses} <= {"http", "https"}
    if not found.items and not found.onward:
        assert found.last is not True or not found.recognised or "total" in text


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "<html></html>", "<datastore></datastore>"]
)
@pytest.mark.parametrize("name", sorted(ASKED))
def test_an_empty_answer_never_ends_a_list(name: str, text: str) -> None:
    request = ASKED[name]
    adapter = platform_named(name.partition(" ")[0])

    found = adapter.read_list(Page(url=request.url, text=text, request=request))

    assert found.items == ()
    assert found.last is not True
    assert found.next_pages == ()


HOSTILE = {
    "trees": "<script>'" + "/u/channel/treeNew/x?" * 10_000 + "level:'" + "a" * 50_000,
    "searches": "<script>" + '"/common/search/' * 10_000,
    "slashes": '<script>"//' + "a.b/c/" * 20_000,
    "channels": "<script>"
    + "channelId='0123456789abcdef0123456789abcdef';" * 10_000
    + "getFileListByCodeId",
    "codes": "<script>'/queryList'" + "channelCode:['" * 10_000,
    "settings": "siteInfo={" * 20_000,
    "labels": "<script>" + "'/site/label/1?" * 20_000,
    "units": "<script unitbuild url=\"/x\" queryData=\"{'tagId':'a'}\"></script>" * 3_000,
    "records": "<datastore>" + "<record><a>" * 3_000 + "</record>" * 3_000,
    "years": "<select>" + "<option value='2024'>2024</option>" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_of_the_services_cost_seconds_at_most(name: str) -> None:
    url = f"{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=1&categorynum=003&fbtime=2024"
    started = time.process_time()

    for adapter in sorted({key.partition(" ")[0] for key in ASKED}):
        page = Page(url=url, text=HOSTILE[name])
        platform_named(adapter).recognises(page)
        if platform_named(adapter).recognises(page) >= 0.5:
            platform_named(adapter).read_list(page)

    assert time.process_time() - started < 15
