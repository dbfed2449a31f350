"""UCAP (开普云): lists in the page with ``createPageHTML('page_div', …)``, or a JSON service.

Where a column page holds no rows, its ``channelid`` label names the channel whose rows the service
``/common/search/{channelid}`` gives. The name of the template says nothing about the column.
"""

import re
from dataclasses import replace
from urllib.parse import urljoin

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page, PageRequest

_CHANNEL = re.compile(
    r"<meta[^<>]{0,300}?name\s*=\s*[\"']channelid[\"'][^<>]{0,300}?content\s*=\s*[\"'](?P<id>[0-9a-f]{32})",
    re.IGNORECASE,
)
_SIGNS = (
    (_CHANNEL, 0.6),
    (re.compile(r"createPageHTML\s*\(\s*[\"'][\w-]+[\"']\s*,\s*\d"), 0.5),
    (re.compile(r"<UCAP(?:TITLE|CONTENT)|id\s*=\s*[\"']UCAP-CONTENT", re.IGNORECASE), 0.5),
    (re.compile(r"/c\d{4,7}/(?:20\d{4}/)?[\w]+\.shtml"), 0.4),
    (re.compile(r"kaipuyun\.cn|so-gov\.cn"), 0.2),
)
_NFCMS = re.compile(r"NFCMS_SITE_ID")
_SERVICE = (
    "/common/search/{channel}?page=1&_pageSize=15&_isAgg=true&_isJson=true&_template=index"
    "&_rangeTimeGte=&_channelName="
)


class _Ucap:
    """Adapter ``ucap``."""

    name = "ucap"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of UCAP; NFCMS keeps some of its tags and is not."""
        if _NFCMS.search(page.text):
            return 0.0
        text = f"{page.url}\n{page.text}"
        return min(0.94, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read one list page; of one without rows, name the request for its channel's rows."""
        found = generic.read_list(page)
        channel = _CHANNEL.search(page.text)
        if found.items or found.recognised or found.frames or channel is None:
            return found
        address = urljoin(page.url, _SERVICE.format(channel=channel["id"]))
        request = PageRequest(url=address, number=1, headers={"Referer": page.url})
        return replace(
            found, recognised=True, needs_script=False, next_pages=(request,), last=False
        )

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


UCAP = _Ucap()
