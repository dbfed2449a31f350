"""The services of UCAP that give a column's rows, and the requests a column page implies.

========================  ==========================================================
``/common/search/ID``     by channel, in newer sites ``/searchList/ID`` or ``/search/ID``
``/getFileListByCodeId``  of the tax authorities: a form with the channel
``…/loadData``            of Suzhou: a form with ``channel_id``
``/queryList``            of the generation with ``pc/list.html``: a form with two codes
========================  ==========================================================
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.platforms.addresses import join_address
from crawler.platforms.model import Page, PageRequest
from crawler.platforms.services import post_form

CHANNEL_LABEL = re.compile(
    r"<meta[^<>]{0,300}?name\s*=\s*[\"']channelid[\"'][^<>]{0,300}?content\s*=\s*[\"'](?P<id>[0-9a-f]{32}|\d{4,8})\b",
    re.IGNORECASE,
)
"""The label that names the channel of a column page."""

_CHANNEL = re.compile(
    r"\bchannel_?id[\"']?\s*[:=]\s*[\"']?(?P<id>[0-9a-f]{32}|\d{4,8})\b", re.IGNORECASE
)
_ROUTE = re.compile(
    r"[\"'](?P<base>(?:https?:)?(?://[\w.:-]{1,100})?(?:/[\w-]{1,40}){0,2}?/(?:common/search|searchList|search)/)"
    r"(?P<id>[0-9a-f]{32}|\d{4,8})?(?:\?(?P<query>[^\"'\s<>]{0,400}))?[\"']"
)
_NESTED = re.compile(
    r"\bdatas\s*:\s*\[\s*\{\s*[\"']?key[\"']?\s*:\s*[\"'](?P<key>\w+)[\"']\s*,\s*[\"']?value[\"']?\s*:\s*[\"']?(?P<value>\w+)"
)
_FILE_LIST = re.compile(r"getFileListByCodeId")
_SUZHOU = re.compile(
    r"[\"'](?P<url>[^\"'\s<>]{0,100}/interfacesWebZcwj/loadData)[^\"'\s]{0,60}[\"']"
)
_QUERY_LIST = re.compile(r"[\"'](?P<url>[^\"'\s<>]{0,100}/queryList)\b[^\"'\s]{0,60}[\"']")
_CODE = re.compile(
    r"\b(?P<key>webSiteCode|channelCode|unitid)(?:\[\])?[\"']?\s*[:=]\s*\[?\s*[\"'](?P<value>[\w-]{1,80})[\"']",
    re.IGNORECASE,
)
_ANNUAL = re.compile(r"gknb|nianbao|ndbg|年报|年度报告", re.IGNORECASE)
_ENDS = re.compile(r"[};<>]")
_USUAL_ROUTES = ("/common/search/", "/searchList/", "/search/")
_SEARCH_SIZE = 15
_NEARBY = 160
_MOST_CHANNELS = 50


def list_requests(page: Page) -> tuple[PageRequest, ...]:
    """Return how to ask for a column's first rows: what the page names, else its channel's."""
    for build in (_file_list, _suzhou, _query_list, _named_search):
        request = build(page)
        if request is not None:
            return (request,)
    return tuple(_guessed_searches(page))


def channel_of(text: str) -> str | None:
    """Return the channel of a page: called annual reports, by its label, the first named."""
    named = list(islice(_CHANNEL.finditer(text), _MOST_CHANNELS))
    if len({match["id"] for match in named}) > 1:
        for match in named:
            before = text[max(0, match.start() - _NEARBY) : match.start()]
            if _ANNUAL.search(_ENDS.split(before)[-1]):
                return match["id"]
    label = CHANNEL_LABEL.search(text)
    return label["id"] if label else named[0]["id"] if named else None


def _named_search(page: Page) -> PageRequest | None:
    """Return the search by channel that the page's scripts name; its channel may stand apart."""
    match = _ROUTE.search(page.text)
    channel = (match["id"] or channel_of(page.text)) if match else None
    if match is None or channel is None:
        return None
    address = join_address(page.url, f"{match['base']}{channel}")
    nested = _NESTED.search(page.text)
    if address and nested:
        return _nested_search(address, nested, page.url)
    return _search(address, dict(parse_qsl(match["query"] or "")), page.url) if address else None


def _nested_search(address: str, nested: re.Match[str], referer: str) -> PageRequest:
    """Return the search as Hunan asks it: a form with conditions."""
    form = [
        ("datas[0][key]", nested["key"]),
        ("datas[0][value]", nested["value"]),
        ("page", "1"),
        ("_pageSize", str(_SEARCH_SIZE)),
    ]
    return post_form(address, form, referer=referer, number=1)


def _search(address: str, query: dict[str, str], referer: str) -> PageRequest:
    asked = {
        "_isAgg": "true",
        "_isJson": "true",
        "_pageSize": str(_SEARCH_SIZE),
        "_template": "index",
        "_rangeTimeGte": "",
        "_channelName": "",
        **{key: value for key, value in query.items() if value},
        "page": "1",
    }
    return PageRequest(url=f"{address}?{urlencode(asked)}", number=1, headers={"Referer": referer})


def _guessed_searches(page: Page) -> Iterator[PageRequest]:
    label = CHANNEL_LABEL.search(page.text)
    for route in _USUAL_ROUTES if label else ():
        address = join_address(page.url, f"{route}{label['id'] if label else ''}")
        if address:
            yield replace(_search(address, {}, page.url), probe=True)


def _file_list(page: Page) -> PageRequest | None:
    channel = channel_of(page.text) if _FILE_LIST.search(page.text) else None
    address = join_address(page.url, "/getFileListByCodeId")
    if channel is None or address is None:
        return None
    form = [
        ("codeId", ""),
        ("channelId", channel),
        ("page", "1"),
        ("size", "20"),
        ("relateSubChannels", "true"),
    ]
    return post_form(address, form, referer=page.url, number=1)


def _suzhou(page: Page) -> PageRequest | None:
    named = _SUZHOU.search(page.text)
    channel = channel_of(page.text) or _uuid_channel(page.text)
    address = join_address(page.url, named["url"]) if named else None
    if address is None or channel is None:
        return None
    form = [("pageIndex", "1"), ("channel_id", channel)]
    return post_form(f"{address}?pageSize=15", form, referer=page.url, number=1)


def _uuid_channel(text: str) -> str | None:
    match = re.search(
        r"\bchannel_?id[\"']?\s*[:=]\s*[\"'](?P<id>[\w-]{8,40})[\"']", text, re.IGNORECASE
    )
    return match["id"] if match else None


def _query_list(page: Page) -> PageRequest | None:
    return query_list_request(page, number=1, size=_SEARCH_SIZE)


def query_list_request(page: Page, *, number: int, size: int) -> PageRequest | None:
    """Return the request for one page of the list of a ``pc/list.html``; None if it names none."""
    named = _QUERY_LIST.search(page.text)
    address = join_address(page.url, named["url"]) if named else None
    codes = {match["key"].lower(): match["value"] for match in _CODE.finditer(page.text)}
    if address is None or "channelcode" not in codes:
        return None
    form = [
        ("current", str(number)),
        ("perPage", str(size)),
        ("pageSize", str(size)),
        ("searchstart", "1"),
        ("showMode", "full"),
        ("unitid", codes.get("unitid", "")),
        ("webSiteCode[]", codes.get("websitecode") or _site_in(page.url)),
        ("channelCode[]", codes["channelcode"]),
        ("sort", "sortNum"),
        ("order", "desc"),
    ]
    known = {"seen": str((number - 1) * size)}
    return post_form(address, form, referer=page.url, number=number, known=known)


def _site_in(url: str) -> str:
    """Return the code of the site: the first directory of its addresses."""
    return urlsplit(url).path.strip("/").partition("/")[0]
