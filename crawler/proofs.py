"""What proves a column: signs that are independent of each other, in a form to show people. Pure.

Stored in ``Column.proof``: ``met`` (names of the signs), ``signs`` (the same in words, ``zh`` and
``en``), ``rows``, ``reports``, ``decoys``, ``examples`` (titles of ``reports`` and ``others``),
``way`` (the links from the front page: ``text``, ``url``, ``why``), ``capture`` and ``sha256`` of
the page.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from crawler.lists import ReadList
from crawler.platforms.addresses import canonical_url
from crawler.platforms.column_rows import leads_to_column
from crawler.platforms.model import ColumnLink
from crawler.platforms.signs import Proof, signs_of_column
from crawler.selection import Relevance, relevance_of, says_report

_EXAMPLES = 5
_KINDS = {
    "label": "name",
    "breadcrumb": "trail",
    "heading": "name",
    "titles": "rows",
    "no_decoys": "rows",
    "report": "rows",
    "years": "rows",
    "path": "path",
    "link": "link",
}
"""What each sign goes by: two of one kind are one sign, for one mistake makes both."""
_WORDS = {
    "label": ("页面标签写明是年报栏目", "the page label names the column"),
    "breadcrumb": ("当前位置以年报栏目结尾", "the trail on the page ends in the column"),
    "heading": ("页面标题是年报栏目的名称", "the page is headed as the column"),
    "titles": ("至少两条标题是年度报告", "at least two titles are of annual reports"),
    "no_decoys": ("多数标题是年度报告", "most titles are of annual reports"),
    "report": ("页面本身就是一份年度报告", "the page itself is an annual report"),
    "years": ("页面按年份或机关分列", "the page leads to a list for each year or agency"),
    "path": ("网址含有年报栏目的字样", "the address has the word of the column"),
    "link": ("指向它的链接以年报栏目命名", "the link that leads to it names the column"),
}
_ANOTHER = "its page is another one now: other reports, or another column's name"
FRONT_PAGE = "front page"
"""``ColumnLink.why`` of the portal's own address, to which no link led."""
_NAMES_IT = 0.75
"""Score from which a link is taken to name the column, not to lead towards it."""


def prove(read: ReadList, link: ColumnLink | None, way: Sequence[ColumnLink]) -> dict[str, Any]:
    """Return the proof that a page is an annual-report column; empty if it does not suffice.

    Two independent signs must hold: the name the page gives itself, the trail that leads to it,
    its rows, its address, the link that led to it.
    """
    signs = signs_of_column(read.page, read.list_page)
    if signs is None:
        return _of_a_report(read, way)
    met = list(signs.met)
    if signs.reports and link is not None and names_column(link):
        met.append("link")
    if len({_KINDS[sign] for sign in met}) < 2 or _is_of_anything(met):
        return _of_a_report(read, way)
    return _proof(read, met, way, signs)


def _is_of_anything(met: Collection[str]) -> bool:
    """Tell a list that nothing names the column and that holds more of other things.

    Some systems serve all their lists under one template's name, and news repost reports.
    """
    return not {"label", "breadcrumb", "heading", "link", "no_decoys", "years"}.intersection(met)


def names_column(link: ColumnLink) -> bool:
    """Tell whether a link names the column, and does not only lead towards it."""
    if leads_to_column(link):
        return True
    return link.step == "column" and link.score >= _NAMES_IT and link.why != FRONT_PAGE


def _of_a_report(read: ReadList, way: Sequence[ColumnLink]) -> dict[str, Any]:
    """Return the proof for a column that is the text of its newest report."""
    return _proof(read, ["report", "link"], way, None) if _is_report(read) else {}


def _is_report(read: ReadList) -> bool:
    here = canonical_url(read.page.url)
    own = [item for item in read.list_page.items if canonical_url(item.url) == here]
    return any(says_report(item) for item in own)


def _proof(
    read: ReadList, met: Sequence[str], way: Iterable[ColumnLink], signs: Proof | None
) -> dict[str, Any]:
    items = read.list_page.items
    reports = [item.title for item in items if says_report(item)]
    others = [item.title for item in items if relevance_of(item) is Relevance.OTHER]
    return {
        "met": list(met),
        "signs": in_words(met),
        "rows": signs.rows if signs else 1,
        "reports": signs.reports if signs else 1,
        "decoys": signs.decoys if signs else 0,
        "examples": {"reports": reports[:_EXAMPLES], "others": others[:_EXAMPLES]},
        "way": [{"text": step.text, "url": step.url, "why": step.why} for step in way],
        "capture": read.fetched.capture_id,
        "sha256": read.fetched.sha256,
    }


def in_words(met: Iterable[str]) -> list[dict[str, str]]:
    """Return signs as people read them."""
    return [{"sign": sign, "zh": _WORDS[sign][0], "en": _WORDS[sign][1]} for sign in met]


def drift_of(read: ReadList, met: Collection[str]) -> str | None:
    """Return why a page is not the column any more that ``met`` once proved; None if it still is.

    A column that only the registry vouches for has no proof to lose: it drifts when it shows
    something else and no report.
    """
    if _is_report(read):
        return None
    signs = signs_of_column(read.page, read.list_page)
    if signs is None:
        shown = any(says_report(item) for item in read.list_page.items)
        return None if shown and not met else _ANOTHER
    named = {"label", "breadcrumb", "heading"}
    if named & set(met) and not named & set(signs.met) and not signs.reports:
        return "its page no longer bears the name of the column, and shows no report"
    return None
