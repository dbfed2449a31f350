"""Rules about the labels of a page."""

import re
from collections.abc import Iterator
from functools import cache

from monitor.rules.answers import fail, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Facts, Finding, Severity
from monitor.rules.publication.known import (
    CUSTOM_2008,
    GUIDELINE,
    known_publication,
    label,
    url_evidence,
)
from monitor.rules.quoting import flatten
from storage.law import load_law

_PUBLICATION = frozenset({"publication"})
_WANTED = ("ArticleTitle", "PubDate", "ContentSource")


@rule(
    "meta-missing",
    zh="页面标签缺失",
    en="page labels missing",
    severity=Severity.INFO,
    formats=ALL,
    basis=f"{GUIDELINE}页面标签要求",
    basis_2008=CUSTOM_2008,
    needs=_PUBLICATION,
)
def meta_missing(facts: Facts) -> Iterator[Finding]:
    """The page lacks labels that pages of government sites carry.

    What it does: Looks for ArticleTitle, PubDate and ContentSource among the meta elements,
        whatever their case; a label that only a template would fill is none. Asked of pages only.
    Why it matters: Search of government sites and evaluations go by these labels.
    Legal basis: 《政府网站发展指引》（国办发〔2017〕47号）, annex on page labels.
    Example that fails: A page whose head has nothing but its title.
    Example that passes: <meta name="ContentSource" content="示例县财政局"> and the other two.
    How to put it right: Have the publishing system fill the labels.
    """
    publication = known_publication(facts)
    if publication.labels is None:
        yield not_applicable("没有网页可供核对标签。", "There is no page to look at.")
        return
    missing = [name for name in _WANTED if not label(publication.labels, name)]
    if missing:
        names = "、".join(missing)
        yield fail(
            f"页面缺少标签 {names}。",
            f"The page lacks the labels {', '.join(missing)}.",
            url_evidence(publication.url or ""),
        )


@rule(
    "site-id-invalid",
    zh="网站标识码异常",
    en="site id invalid",
    severity=Severity.INFO,
    formats=ALL,
    basis=f"{GUIDELINE}网站标识码",
    basis_2008=CUSTOM_2008,
    needs=_PUBLICATION,
)
def site_id_invalid(facts: Facts) -> Iterator[Finding]:
    """The label SiteIDCode is no identification code of a government site.

    What it does: Looks whether it has ten digits, or bm and eight digits as bodies of the State
        Council have. A page without the label is not judged.
    Why it matters: By this code the site is known in the national census.
    Legal basis: 《政府网站发展指引》（国办发〔2017〕47号）: each site has an identification code.
    Example that fails: SiteIDCode 110102000212, twelve digits.
    Example that passes: SiteIDCode 1101020002, or bm12000001.
    How to put it right: Put the code of the site into the label.
    """
    publication = known_publication(facts)
    code = flatten(label(publication.labels or {}, "siteidcode"))
    if not code:
        yield not_applicable("页面没有网站标识码标签。", "The page has no label SiteIDCode.")
        return
    if not _site_id().fullmatch(code.lower()):
        yield fail(
            f"网站标识码“{code[:40]}”不是 10 位数字，也不是 bm 加 8 位数字。",
            f"The site id {code[:40]} is neither ten digits nor bm and eight digits.",
            url_evidence(publication.url or "", code),
        )


@cache
def _site_id() -> re.Pattern[str]:
    return re.compile(load_law("portals")["page_meta"]["site_id_code"])
