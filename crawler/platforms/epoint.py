"""Epoint (新点) WebBuilder: static lists, or shells whose rows a service gives by category.

A shell names its category in its address (``categorynum=``) and the service's place in a script of
the site (``siteInfo`` in ``webBuilderCommon.js``). ``getPageInfoListNew`` asks for the letters of a
picture: it is never called.
"""

import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import host_of, join_address
from crawler.platforms.answers import is_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.epoint_answers import read_answer
from crawler.platforms.epoint_service import (
    Column,
    first_requests,
    read_settings,
    settings_request,
)
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_SIGNS = (
    (re.compile(r"\bsiteInfo\s*=\s*\{[^{}]{0,600}projectName"), 0.7),
    (re.compile(r"webBuilderCommon\.js|webbuilderfront", re.IGNORECASE), 0.6),
    (
        re.compile(
            r"rest/(?:lightfrontaction|frontApp(?:NotNeedLogin|Custom)Action)/", re.IGNORECASE
        ),
        0.7,
    ),
    (
        re.compile(
            r"^\S+/(?:\w*govInfoPub\w*|openlist|govlist|openSubPage)\.html\?", re.IGNORECASE
        ),
        0.6,
    ),
    (re.compile(r"^\S+[?&]categorynum=\d{3,}", re.IGNORECASE), 0.4),
    (re.compile(r"/govxxgk/"), 0.4),
    (re.compile(r"webbuildermis/attach|downloadztbattach", re.IGNORECASE), 0.4),
    (re.compile(r"\bewb-[a-z]+"), 0.3),
    (re.compile(r"/20\d{6}/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html"), 0.4),
)
_CATEGORY = re.compile(r"\bcategorynum[\"']?\s*[:=]\s*[\"']?(?P<value>\d{3,30})\b", re.IGNORECASE)
_DEPARTMENT = re.compile(r"\bdeptcode[\"']?\s*[:=]\s*[\"'](?P<value>\w{1,40})[\"']", re.IGNORECASE)
_LINK = re.compile(r"<(?:a|area|option)\b[^<>]{0,2000}>", re.IGNORECASE)
_GUARDED = re.compile(r"getPageInfoListNew", re.IGNORECASE)
_OPEN = re.compile(
    r"getgovinfolist|getPageInfoList(?!New)|webBuilderCommon\.js|siteInfo", re.IGNORECASE
)
_UNFILLED = re.compile(r"\{\{|\$\{|<\?=|%7B%7B|%3C\?=", re.IGNORECASE)
_SECOND_FILES = ("secondpage.html", "moreinfo.html", "subpage.html", "list.html", "sec.html")


class _Epoint:
    """Adapter ``epoint``."""

    name = "epoint"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of Epoint, by its scripts, services and addresses."""
        text = f"{page.url}\n{page.text}"
        return min(0.93, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read an answer, a static list, or a shell with the requests for its rows."""
        if page.request and page.request.known.get("step") == "settings":
            return read_settings(page)
        if is_json_answer(page):
            return read_answer(page)
        found = _without_templates(generic.read_list(page))
        return _with_files(found, page) if found.items else _from_shell(found, page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _without_templates(found: ListPage) -> ListPage:
    """Drop rows that a template would fill: ``{{title}}`` is no value."""
    kept = tuple(item for item in found.items if not _UNFILLED.search(f"{item.title} {item.url}"))
    if len(kept) == len(found.items):
        return found
    return replace(found, items=kept, recognised=bool(kept), next_pages=(), last=None)


def _with_files(found: ListPage, page: Page) -> ListPage:
    """Add what the second file of a static list is called beside ``secondpage.html``."""
    name = urlsplit(page.url).path.rpartition("/")[2].lower()
    if name not in _SECOND_FILES or found.last is True:
        return found
    if any(not request.probe for request in found.next_pages):
        return found
    address = join_address(page.url, "2.html")
    if address is None:
        return found
    guess = PageRequest(url=address, number=2, probe=True, headers={"Referer": page.url})
    return replace(found, next_pages=(guess, *found.next_pages))


def _from_shell(found: ListPage, page: Page) -> ListPage:
    frame = _special_address(page)
    if frame:
        return replace(found, frames=(frame, *found.frames), needs_script=False)
    column = column_of(page)
    if column is None or found.frames:
        return found
    if _GUARDED.search(page.text) and not _OPEN.search(page.text):
        return _guarded(found, page, column)
    requests = first_requests(page, column) or settings_request(page, column)
    if not requests:
        return found
    requests = (*requests, *_static_list(page, column))
    return replace(found, recognised=True, needs_script=False, next_pages=requests, last=False)


def _guarded(found: ListPage, page: Page, column: Column) -> ListPage:
    """Answer for a list behind a captcha: only its static copy may be asked for."""
    static = _static_list(page, column)
    return replace(
        found,
        recognised=True,
        needs_script=False,
        next_pages=static,
        last=False,
        obstacle="" if static else "its list asks for a captcha",
    )


def column_of(page: Page) -> Column | None:
    """Return which list a shell shows: by its address, else by its scripts."""
    query = {key.lower(): values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}
    own = _LINK.sub("", page.text)  # the categories in links are those of other lists
    written, department = _CATEGORY.search(own), _DEPARTMENT.search(own)
    category = query.get("categorynum") or (written["value"] if written else "")
    if not category.isdigit():
        return None
    code = query.get("deptcode") or (department["value"] if department else "")
    return Column(category=category, department=code, url=page.url)


def _special_address(page: Page) -> str | None:
    """Return the page that ``openSubPage.html?specialurl=…`` shows in its frame."""
    written = parse_qs(urlsplit(page.url).query).get("specialurl", [""])[0]
    address = join_address(page.url, unquote(written)) if written else None
    if address is None or host_of(address) != host_of(page.url):
        return None
    query = parse_qs(urlsplit(page.url).query)
    names = [str(name) for name in ("deptcode", "categorynum") if name in query]
    missing = {name: query[name][0] for name in names if f"{name}=" not in address}
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode(missing)}" if missing else address


def _static_list(page: Page, column: Column) -> tuple[PageRequest, ...]:
    """Return the request for the static copy of a list, on sites that keep such."""
    if "/govxxgk/" not in urlsplit(page.url).path or "/govlist.html" in page.url:
        return ()
    query = {"deptcode": column.department, "categorynum": column.category, "pageIndex": "1"}
    address = join_address(page.url, f"govlist.html?{urlencode(query)}")
    if address is None:
        return ()
    return (PageRequest(url=address, number=1, probe=True, headers={"Referer": page.url}),)


EPOINT = _Epoint()
