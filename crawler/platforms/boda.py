"""Boda (博达) Visual SiteBuilder: static lists whose further pages are numbered from the end.

Page 1 is ``slug.htm``, page *k* of *n* is ``slug/{n-k+1}.htm``, the last one ``slug/1.htm``. A file
means another page as soon as the list grows, so the link to the next page is what counts. Files
have no ending in their address (``/system/_content/download.jsp?…&wbfileid=``) and are to be asked
for with GET: HEAD answers with a page.
"""

import re
from dataclasses import replace

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_SIGNS = (
    (re.compile(r"Announced by Visual SiteBuilder|<!-- CustomerNO:"), 0.7),
    (re.compile(r"/_sitegray/|/system/resource/js/"), 0.4),
    (re.compile(r"\bpb_sys_common\b"), 0.5),
    (re.compile(r"urltype=(?:news|tree)\.\w+"), 0.35),
    (re.compile(r"\bv(?:sb_content|_news_content)\b|_newscontent_fromname"), 0.5),
    (re.compile(r"/info/\d+/\d+\.htm\b"), 0.35),
)
_PLACE = re.compile(r"\bp_t[\"'][^<>]{0,80}>\s*(?P<number>\d{1,4})\s*/\s*(?P<pages>\d{1,4})\s*<")
_LIST = re.compile(r"^(?P<slug>[^?#]+?)(?:/(?P<file>\d{1,4}))?\.htm$")


class _Boda:
    """Adapter ``boda``."""

    name = "boda"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of Boda, by its comments, scripts, pager and addresses."""
        text = f"{page.url}\n{page.text}"
        return min(0.95, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read one list page; its number counts from the start, whatever its file is called."""
        parts = _LIST.match(page.url)
        if parts is None:
            return generic.read_list(page)
        place = _PLACE.search(page.text)
        pages = int(place["pages"]) if place else None
        number = _number(parts, int(place["number"]) if place else None, page)
        known = replace(page.request or PageRequest(url=page.url), number=number)
        found = generic.read_list(replace(page, request=known))
        return _counted_down(found, parts, number, pages or found.announced_pages, page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _number(parts: re.Match[str], shown: int | None, page: Page) -> int | None:
    """Return which page of its list this is: the file's own number says it only from the end."""
    asked = page.request.number if page.request else None
    return shown or asked or (1 if parts["file"] is None else None)


def _counted_down(
    found: ListPage, parts: re.Match[str], number: int | None, pages: int | None, page: Page
) -> ListPage:
    """Return ``found`` with its number, and with the next page counted from the end if unlinked."""
    own = None if parts["file"] is None else int(parts["file"])
    if number is None and own is not None and pages is not None and own <= pages:
        number = pages - own + 1
    below = own - 1 if own is not None else (pages or 1) - (number or 1)
    linked = any(not request.probe for request in found.next_pages)
    if linked or not found.items:
        return replace(found, number=number)
    if below < 1:
        return replace(
            found, number=number, next_pages=(), last=found.last if own is None else True
        )
    following = PageRequest(
        url=f"{parts['slug']}/{below}.htm",
        number=None if number is None else number + 1,
        probe=True,
        headers={"Referer": page.url},
    )
    return replace(found, number=number, next_pages=(following,), last=False)


BODA = _Boda()
