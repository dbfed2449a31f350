"""Openness (安徽商网 type): controllers per kind of information, one annual-report list per branch.

``/xxgkAnnualReport/``, ``/opennessAnnualReport/?branch_id=`` and ``…/detail/annual_report/`` hold
annual reports only. Where ids are 24 hex digits they give the day of creation (``days.py``).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from crawler.platforms import generic
from crawler.platforms.addresses import join_address
from crawler.platforms.answers import is_json_answer
from crawler.platforms.article import read_article
from crawler.platforms.markup import collapse
from crawler.platforms.model import Article, ListItem, ListPage, Page
from crawler.platforms.rows import unique_items
from crawler.platforms.script_rows import json_objects, json_values, object_day
from crawler.platforms.wording import is_report_title

_SIGNS = (
    (re.compile(r"/(?:xxgk|openness)AnnualReports?\b", re.IGNORECASE), 0.6),
    (re.compile(r"/openness/?(?:detail|Content|Guide|Annual)", re.IGNORECASE), 0.5),
    (re.compile(r"[?&]branch_?id=[0-9a-f]{24}\b", re.IGNORECASE), 0.5),
    (re.compile(r"/(?:Openness|Xxgk)Content/show(?:List)?/\d", re.IGNORECASE), 0.55),
)
_CONTROLLER = re.compile(
    r"(?P<before>.*/)(?P<kind>openness|xxgk)(?P<what>Content|Guide|System|Apply|Target)/?\Z",
    re.IGNORECASE,
)
_MOBILE_LIST = re.compile(r"/OpennessAnnualReports\Z", re.IGNORECASE)


class _Openness:
    """Adapter ``openness``."""

    name = "openness"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of this family, by the controllers its addresses name."""
        text = f"{page.url}\n{page.text}"
        return min(0.9, sum(weight for sign, weight in _SIGNS if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read one list page, or the mobile service's answer, whose rows have ids and no links."""
        found = generic.read_list(page)
        if found.items or not is_json_answer(page):
            return found
        items = unique_items(list(_numbered_rows(page)))
        return replace(found, items=items, recognised=bool(items) or found.recognised)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


def _numbered_rows(page: Page) -> Iterator[ListItem]:
    """Yield rows of ``OpennessAnnualReports?branchid=``, shown by ``OpennessAnnualReport?id=``."""
    parts = urlsplit(page.url)
    if not _MOBILE_LIST.search(parts.path):
        return
    for value in json_values(page.text):
        for found in json_objects(value):
            title, own = found.get("title"), found.get("id", found.get("_id"))
            if not isinstance(title, str) or not isinstance(own, str | int):
                continue
            url = join_address(page.url, f"{parts.path[:-1]}?id={own}")
            if url and is_report_title(collapse(title)):
                day, text = object_day(found)
                yield ListItem(url=url, title=collapse(title), day=day, day_text=text)


def annual_reports_beside(url: str) -> str | None:
    """Return where the annual reports of a branch are, from another controller of the same branch.

    ``/opennessGuide/?branch_id=…`` stands beside ``/opennessAnnualReport/?branch_id=…``.
    """
    parts = urlsplit(url)
    controller = _CONTROLLER.match(parts.path)
    branch = parse_qs(parts.query).get("branch_id")
    if controller is None or not branch:
        return None
    address = f"{controller['before']}{controller['kind']}AnnualReport/?branch_id={branch[0]}"
    return join_address(url, address)


OPENNESS = _Openness()
