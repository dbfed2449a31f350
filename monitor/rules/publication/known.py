"""What the rules about publication share: files of a filing, page labels, words for columns."""

import re
from collections.abc import Mapping
from functools import cache

from monitor.rules.model import Evidence, Facts, OriginalFacts, PublicationFacts
from monitor.rules.quoting import flatten, quote
from storage.law import load_law

PLATFORM = "国办公开办函〔2019〕61号（规范政府信息公开平台）"
GUIDELINE = "《政府网站发展指引》（国办发〔2017〕47号）"
ARTICLE_24 = "《政府信息公开条例》第二十四条（检索、查阅、下载）"
ORDER_492 = "国务院令第492号第十五条（以便于公众知晓的方式公开）"
CUSTOM_2008 = "编制惯例（2019年以前的年报，公开平台尚无统一要求）"

HTML = frozenset({"text/html", "application/xhtml+xml"})
RECOGNISED = frozenset({"scan", "pdf-scan"})
"""Ways of reading by which the whole text was recognised from pictures."""

_ANNUAL = re.compile(r"年报|年度报告|年度工作报告|年度公开报告")
_UNFILLED = re.compile(r"\$\{|\{\{|\}\}|<%|\{\$|^undefined$|^null$", re.IGNORECASE)


def known_publication(facts: Facts) -> PublicationFacts:
    """Return what is known of the publication, for rules that need it."""
    assert facts.publication is not None
    return facts.publication


def page_of(publication: PublicationFacts) -> OriginalFacts | None:
    """Return the page of a filing, if it is one and not a file that the list links to."""
    pages = (item for item in publication.originals if item.role == "page")
    return next((item for item in pages if item.media_type in HTML), None)


def attachments_of(publication: PublicationFacts) -> tuple[OriginalFacts, ...]:
    """Return the files attached to a filing, the pictures in its text left out."""
    return tuple(
        item
        for item in publication.originals
        if item.role == "attachment" and not item.media_type.startswith("image/")
    )


def original_read(facts: Facts) -> OriginalFacts | None:
    """Return the file that the report was read from, if it is known which."""
    if facts.report is None or facts.publication is None:
        return None
    sha256 = facts.report.source.sha256
    found = (item for item in facts.publication.originals if item.sha256 == sha256)
    return next(found, None) if sha256 is not None else None


def label(labels: Mapping[str, str], name: str) -> str:
    """Return the value of a page label, empty if there is none but a template's."""
    value = labels.get(name.lower(), "").strip()
    return "" if _UNFILLED.search(value) else value


def names_annual_reports(text: str) -> bool:
    """Tell whether a column's name has the words for annual reports."""
    return bool(_ANNUAL.search(flatten(text)))


@cache
def path_hint() -> re.Pattern[str]:
    """Return what addresses of annual-report columns have in their path, from its slash on."""
    hints = "|".join(load_law("portals")["columns_of_platform"]["path_hints"])
    return re.compile(rf"/[a-z]*?(?:{hints})(?=[\d_\-/.?]|$)", re.IGNORECASE)


def url_evidence(url: str, text: str = "") -> Evidence:
    """Quote an address, or a text that stands there."""
    return Evidence(quote=quote(text or url), url=url)
