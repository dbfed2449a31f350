"""Rules about the files attached to a report: that they open, and what stands in them alone."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, NEW, rule
from monitor.rules.model import Facts, FailedFile, Finding, OriginalFacts, Severity
from monitor.rules.publication.known import (
    ARTICLE_24,
    ORDER_492,
    attachments_of,
    known_publication,
    original_read,
    page_of,
    url_evidence,
)
from monitor.rules.quoting import quote
from storage.clock import local_date

_PUBLICATION = frozenset({"publication"})
_GONE = frozenset({404, 410})
_FAILING = frozenset({500, 501, 502, 504, 505})
"""Errors of the server; 503 and the others are as often what a firewall answers."""
_EMPTY = "application/x-empty"
_PAGES = frozenset({"text/html", "text/plain", "application/json"})
_ENDING = re.compile(r"\.(\w{2,5})$")
_OFFICE = frozenset(
    {
        "application/msword", "application/x-ole-storage", "application/rtf", "text/rtf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text", "application/vnd.ms-works",
        "application/zip", "application/xml", "multipart/related", "text/html",
    }
)  # fmt: skip
_BUNDLES = frozenset({"application/zip", "application/vnd.rar", "application/x-7z-compressed"})
_OPENS: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "ofd": frozenset({"application/ofd", "application/zip"}),
    **dict.fromkeys(("doc", "docx", "wps", "rtf"), _OFFICE),
    **dict.fromkeys(("zip", "rar", "7z"), _BUNDLES | {"application/x-rar-compressed"}),
}
"""By the ending of a name, the kinds of bytes that its programs open; other endings go unjudged."""
_FEWEST_CRAWLS = 2


@rule(
    "attachment-broken",
    zh="附件打不开",
    en="attachment does not open",
    severity=Severity.ERROR,
    formats=ALL,
    basis=ARTICLE_24,
    basis_2008=ORDER_492,
    needs=_PUBLICATION,
    unread=True,
)
def attachment_broken(facts: Facts) -> Iterator[Finding]:
    """A file that the page links to is not there, is empty, or is not what its name says.

    What it does: Names each file that answered 404, 410, a server's error, nothing, or a page in
        its place, in crawls of two days at least; and each whose bytes are not of the kind its
        ending says. Refusals, firewalls and slow answers are no proof: it cannot tell.
    Why it matters: What cannot be opened has not been published.
    Legal basis: 《政府信息公开条例》第二十四条: information can be searched, read and downloaded.
    Example that fails: 附件：年度报告.pdf answers 404 on 2 and on 3 February.
    Example that passes: The file opens; or 年度报告.doc holds what Word opens all the same.
    How to put it right: Upload the file again and correct the link.
    """
    publication = known_publication(facts)
    files = attachments_of(publication)
    if publication.removed_crawls or not (files or publication.failed_files):
        yield not_applicable("没有附件，或者页面已无法打开。", "No file is attached.")
        return
    for failed in publication.failed_files:
        yield _of_failed(failed)
    for file in files:
        if _is_misnamed(file):
            name = quote(file.name or file.url)
            yield fail(
                f"附件“{name}”的内容与扩展名不符，无法正常打开。",
                f"The file {name} is not of the kind that its ending says ({file.media_type}).",
                url_evidence(file.url, file.name or ""),
            )


def _of_failed(file: FailedFile) -> Finding:
    name, why = quote(file.name or file.url), _certain_fault(file)
    evidence = url_evidence(file.url, f"{file.name} HTTP {file.status or '-'}".strip())
    days = sorted({local_date(instant) for instant in file.at})
    if why is None or len(days) < _FEWEST_CRAWLS:
        return indeterminate(
            f"附件“{name}”未能取得，尚不能认定打不开。",
            f"The file {name} could not be had; that does not yet prove that it does not open.",
            evidence,
        )
    return fail(
        f"附件“{name}”打不开（{days[0]}至{days[-1]} 历次采集均为{why[0]}）。",
        f"The file {name} does not open: {why[1]} in every crawl from {days[0]} to {days[-1]}.",
        evidence,
    )


def _certain_fault(file: FailedFile) -> tuple[str, str] | None:
    """Return what is wrong with a file in both languages, if the fault is surely the server's."""
    if file.outcome in ("blocked", "soft_gone", "too_many_redirects"):
        return None
    if file.status in _GONE or file.status in _FAILING:
        return f" HTTP {file.status}", f"status {file.status}"
    if file.outcome == "gone":
        return "跳转到首页", "it leads to the front page"
    if file.status != 200:
        return None
    if file.size == 0 or file.media_type == _EMPTY:
        return "空文件", "an empty file"
    if file.media_type in _PAGES:
        return "网页而不是文件", "a page instead of the file"
    return None


def _is_misnamed(file: OriginalFacts) -> bool:
    """Tell a file that neither of its names' programs opens: that in the link, that in the URL."""
    endings = [_ending(text) for text in (file.name or "", _path(file.url))]
    known = [_OPENS[ending] for ending in endings if ending in _OPENS]
    if len(known) < len([ending for ending in endings if ending]):
        return False
    return bool(known) and not any(file.media_type in kinds for kinds in known)


def _ending(name: str) -> str:
    found = _ENDING.search(name.strip().lower())
    return found[1] if found else ""


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""


@rule(
    "attachment-only",
    zh="仅有附件无正文",
    en="attachment only",
    severity=Severity.WARNING,
    formats=ALL,
    basis="页面应直接展示年报正文的通行要求（第三方评估、政务公开考核）",
    needs=frozenset({"report", "publication"}),
    thresholds={"page_characters": 100},
)
def attachment_only(facts: Facts) -> Iterator[Finding]:
    """The page has no text of its own; the report stands in a file attached to it.

    What it does: Counts the characters of the page's own text, names of its files left out; fewer
        than a hundred are none. Pictures in the page may show the report: then it cannot tell.
    Why it matters: The report cannot be read, searched or listened to without a program for it.
    Legal basis: The usual demand of evaluations; no law asks for it.
    Example that fails: A page with nothing but 附件：年度报告.docx.
    Example that passes: The text on the page, and the same as a file to download.
    How to put it right: Put the text of the report on the page, and leave the file beside it.
    """
    publication = known_publication(facts)
    page, original = page_of(publication), original_read(facts)
    if page is None or original is None or page.prose is None:
        yield not_applicable(
            "发布页面不是网页，或者未能读取。", "Its page is a file, or could not be read."
        )
        return
    files = attachments_of(publication)
    names = sum(len("".join((file.name or "").split())) for file in files)
    if original is page or page.prose - names >= facts.thresholds["page_characters"]:
        return
    pictures = [item for item in publication.originals if item.media_type.startswith("image/")]
    if pictures or original not in files:
        yield indeterminate(
            "页面正文中有图片，可能展示了年报。", "The page has pictures that may show the report."
        )
        return
    name = quote(original.name or original.url)
    yield fail(
        f"页面没有年报正文，年报只在附件“{name}”中。",
        f"The page has no text of the report, which stands in the file {name} alone.",
        url_evidence(publication.url or page.url),
        url_evidence(original.url, original.name or ""),
    )


@rule(
    "no-download",
    zh="无下载件",
    en="nothing to download",
    severity=Severity.INFO,
    formats=NEW,
    basis=ARTICLE_24,
    needs=frozenset({"report", "publication"}),
)
def no_download(facts: Facts) -> Iterator[Finding]:
    """The report is a page only; there is no file of it to download.

    What it does: Looks whether anything is attached to the page, whether it could be had or not. A
        list that links straight to a file offers a download.
    Why it matters: A file can be kept, printed and cited as it is.
    Legal basis: 《政府信息公开条例》第二十四条 asks for platforms that offer downloading.
    Example that fails: A page with text and tables, and no file.
    Example that passes: The same page with 附件：年度报告.pdf.
    How to put it right: Attach the report as PDF, OFD or Word.
    """
    publication = known_publication(facts)
    page = page_of(publication)
    if not publication.originals:
        yield not_applicable("没有采集记录。", "It has not been crawled.")
        return
    if page is None or attachments_of(publication) or publication.failed_files:
        return
    yield fail(
        "年报只有网页，没有可供下载的文件。",
        "The report is a page only; there is no file to download.",
        url_evidence(publication.url or page.url),
    )
