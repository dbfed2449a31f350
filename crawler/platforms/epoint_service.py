"""Epoint's list services: where they are and how they want to be asked.

Hosts differ in how they count pages (from 0 or from 1) and in how they wrap what is asked. Nothing
on a page tells; so the first number is 0, and what comes decides (``epoint_answers``). The id of
the site (``siteGuid``) is often the vendor's default and repeats on unrelated sites: it is passed
on and never says which site it is.
"""

import json
import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from crawler.platforms.addresses import join_address
from crawler.platforms.model import ListPage, Page, PageRequest
from crawler.platforms.services import FORM, referer_of

_PROJECT = re.compile(r"\bprojectName[\"']?\s*[:=]\s*[\"'](?P<value>/?[\w/-]{1,80})[\"']")
_GUID = re.compile(r"\bsiteGuid[\"']?\s*[:=]\s*[\"'](?P<value>[0-9A-Za-z-]{8,40})[\"']")
_SCRIPT = re.compile(
    r"[\"'](?P<url>[^\"'\s<>]{0,200}(?:webBuilderCommon|ajaxReq)\.js)(?:\?[^\"'\s]{0,60})?[\"']",
    re.IGNORECASE,
)
_SHELL = re.compile(r"/(?:\w*govInfoPub\w*|openlist)\.html$", re.IGNORECASE)
_ROUTE = re.compile(
    r"rest/(?P<route>lightfrontaction/getgovinfolist"
    r"|frontAppNotNeedLoginAction/(?:getPageInfoList|getGovInfoList))\b(?!New)",
    re.IGNORECASE,
)
_USUAL_ROUTE = "lightfrontaction/getgovinfolist"
_WRAPPED = re.compile(r"[\"']?params[\"']?\s*:\s*(?:\{|JSON\.stringify|\w)")
SIZE = 20
"""Rows asked for at a time."""
_PLAIN, _IN_PARAMS, _IN_FORM = "plain", "params", "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Which list is asked for."""

    category: str
    department: str
    """Code of the agency; empty for all."""
    url: str
    """The column page."""


def settings_request(page: Page, column: Column) -> tuple[PageRequest, ...]:
    """Return the request for the script that says where the site's services are."""
    named = _SCRIPT.search(page.text)
    if named is None and not _SHELL.search(urlsplit(page.url).path):
        return ()
    address = join_address(page.url, named["url"] if named else "/js/webBuilderCommon.js")
    if address is None:
        return ()
    route = _ROUTE.search(page.text)
    known = {
        "step": "settings",
        "category": column.category,
        "department": column.department,
        "route": route["route"] if route else "",
        "wrapped": "yes" if _WRAPPED.search(page.text) else "",
    }
    return (
        PageRequest(
            url=address,
            number=1,
            headers={"Referer": page.url},
            probe=named is None,
            known=known,
        ),
    )


def read_settings(page: Page) -> ListPage:
    """Read the site's script: no list, but the place of the service that gives it."""
    known = page.request.known if page.request else {}
    column = Column(
        category=known.get("category", ""),
        department=known.get("department", ""),
        url=referer_of(page),
    )
    told = replace(page, text=f"{page.text}\nrest/{known.get('route') or _USUAL_ROUTE}")
    requests = first_requests(told, column, wrapped=bool(known.get("wrapped")))
    return ListPage(
        items=(), recognised=bool(requests), onward=bool(requests), next_pages=requests, last=False
    )


def first_requests(
    page: Page, column: Column, *, wrapped: bool | None = None
) -> tuple[PageRequest, ...]:
    """Return how the first page may be asked for, given a text with ``siteInfo``; all are tries."""
    project, guid, route = _PROJECT.search(page.text), _GUID.search(page.text), _last_route(page)
    if project is None:
        return ()
    address = join_address(column.url, f"/{project['value'].strip('/')}/rest/{route}")
    if address is None:
        return ()
    known = {
        "category": column.category,
        "department": column.department,
        "guid": guid["value"] if guid else "",
    }
    in_params = bool(_WRAPPED.search(page.text)) if wrapped is None else wrapped
    return tuple(
        replace(
            service_request(address, {**known, "dialect": dialect}, index, 1, column.url),
            probe=True,
        )
        for dialect in _dialects(route, wrapped=in_params)
        for index in (0, 1)
    )


def _last_route(page: Page) -> str:
    routes = [match["route"] for match in _ROUTE.finditer(page.text)]
    return routes[-1] if routes else _USUAL_ROUTE


def _dialects(route: str, *, wrapped: bool) -> tuple[str, ...]:
    if "lightfrontaction" not in route.lower():
        return (_IN_FORM, _IN_PARAMS)
    return (_IN_PARAMS, _PLAIN) if wrapped else (_PLAIN, _IN_PARAMS)


def service_request(
    address: str, known: dict[str, str], index: int, number: int, referer: str
) -> PageRequest:
    """Return the request for page ``number`` of a list, which the host counts as ``index``."""
    asked: dict[str, str | int] = {
        "deptcode": known.get("department", ""),
        "categorynum": known.get("category", ""),
        "pageIndex": index,
        "pageSize": SIZE,
        "siteGuid": known.get("guid", ""),
    }
    dialect = known.get("dialect", _PLAIN)
    if dialect == _IN_FORM:
        asked["categoryNum"] = known.get("category", "")
        body = urlencode({"params": json.dumps(asked, ensure_ascii=False)})
    else:
        whole = {"token": "", "params": asked} if dialect == _IN_PARAMS else asked
        body = json.dumps(whole, ensure_ascii=False)
    kind = FORM if dialect == _IN_FORM else "application/json; charset=UTF-8"
    return PageRequest(
        url=address,
        method="POST",
        body=body,
        headers={"Referer": referer, "Content-Type": kind},
        number=number,
        known={**known, "index": str(index)},
    )
