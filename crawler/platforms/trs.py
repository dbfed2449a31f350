"""TRS WCM (拓尔思) and 海云: static pages in pinyin directories, pagers by ``createPageHTML``.

The largest family. Its rows, pagers, files and shells past the end of a list are read by the same
functions as everyone's; what is its own is how it is recognised.
"""

import re

from crawler.platforms import generic
from crawler.platforms.article import read_article
from crawler.platforms.model import Article, ListPage, Page

_ARTICLE = re.compile(r"/t20\d{6}_\d{5,9}\.s?html?|/t\d{5,9}\.s?html?")
_CALL = re.compile(
    r"createPageHTML\s*\(\s*(?![\"'])|createPage\s*\(\s*\d|\bPager\s*\(\s*\{\s*prefix"
)
_EDITOR = re.compile(
    r"TRS_Editor|TRS_UEDITOR|trs_editor_view|trs_paper_default|trs_web", re.IGNORECASE
)
_FILE = re.compile(r"[/\"'][PW]020\d{6}\d{6,}\.\w+")
_LABELS = re.compile(r"name\s*=\s*[\"'](?:publishedtype|catalogs)[\"']", re.IGNORECASE)


class _Trs:
    """Adapter ``trs``."""

    name = "trs"

    def recognises(self, page: Page) -> float:
        """Return how surely the page is of TRS, by its article names, pager, editor and files."""
        signs = ((_ARTICLE, 0.55), (_CALL, 0.5), (_EDITOR, 0.6), (_FILE, 0.4), (_LABELS, 0.3))
        text = f"{page.url}\n{page.text}"
        return min(0.95, sum(weight for sign, weight in signs if sign.search(text)))

    def read_list(self, page: Page) -> ListPage:
        """Read one list page."""
        return generic.read_list(page)

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        return read_article(page)


TRS = _Trs()
