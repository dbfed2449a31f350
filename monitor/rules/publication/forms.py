"""Rules about forms in which a report cannot be read by everybody: scans, and scripts."""

from collections.abc import Iterator

from monitor.reading.model import Report
from monitor.rules.answers import fail, indeterminate, not_applicable
from monitor.rules.engine import ALL, rule
from monitor.rules.model import Evidence, Facts, Finding, OriginalFacts, Severity
from monitor.rules.publication.known import (
    ARTICLE_24,
    ORDER_492,
    RECOGNISED,
    known_publication,
    page_of,
    url_evidence,
)

_FROM_PICTURES = "+ocr"


@rule(
    "scan-only",
    zh="年报为扫描件或图片",
    en="a scan or pictures",
    severity=Severity.ERROR,
    formats=ALL,
    basis=f"{ARTICLE_24}；第三方评估要求年报以文本形式公开",
    basis_2008=ORDER_492,
    thresholds={"page_characters": 100},
)
def scan_only(facts: Facts) -> Iterator[Finding]:
    """The report is published as a scan or as pictures only, without any text.

    What it does: Looks how the report was read: as a scanned PDF, a picture file, or pictures in a
        page without text. A text version beside it is enough. Of a file on its own, and where
        another file could not be read, it says that it cannot tell.
    Why it matters: Pictures cannot be searched, copied or read aloud to the blind.
    Legal basis: 《政府信息公开条例》第二十四条: information can be searched, read and downloaded.
    Example that fails: A page with nothing but 年度报告.pdf, six pages of pictures.
    Example that passes: The signed scan beside the text on the page.
    How to put it right: Publish the text itself on the page, or as PDF made from the document.
    """
    report = facts.report
    assert report is not None
    originals = facts.publication.originals if facts.publication else ()
    page = page_of(facts.publication) if facts.publication else None
    if not _is_all_pictures(report, page, facts.thresholds["page_characters"]):
        return
    if any(_is_text(item) for item in originals):
        return
    unread = [item for item in originals if _may_be_text(item)]
    if not originals or unread:
        yield indeterminate(
            "读到的是扫描件或图片，是否另有文字版本不明。",
            "What was read is a scan or pictures; whether there is a text version is not known.",
            *(url_evidence(item.url, item.name or "") for item in unread[:1]),
        )
        return
    yield fail(
        "年报以扫描件或者图片形式发布，没有文字版本。",
        "The report is published as a scan or as pictures, without a text version.",
        *_evidence(facts, report),
    )


def _is_all_pictures(report: Report, page: OriginalFacts | None, fewest: float) -> bool:
    if report.method in RECOGNISED:
        return True
    if not report.method.endswith(_FROM_PICTURES):
        return False
    return page is not None and page.prose is not None and page.prose < fewest


def _is_text(item: OriginalFacts) -> bool:
    if item.method is None or item.method in RECOGNISED:
        return False
    return item.holds_report and not item.method.endswith(_FROM_PICTURES)


def _may_be_text(item: OriginalFacts) -> bool:
    """Tell a file that was not read; pictures are none, and neither is one without any text."""
    is_picture = item.media_type.startswith("image/")
    return item.error not in (None, "empty", "no-text-layer", "not-a-report") and not is_picture


def _evidence(facts: Facts, report: Report) -> Iterator[Evidence]:
    pictures = [image for image in report.images if image.recognised]
    url = facts.publication.url if facts.publication else None
    if not pictures:
        yield Evidence(quote=report.media_type, url=url, sha256=report.source.sha256)
    for image in pictures[:3]:
        yield Evidence(quote=(image.source or "")[:80], place=image.place, url=url)


@rule(
    "render-required",
    zh="仅脚本可见",
    en="visible by script only",
    severity=Severity.INFO,
    formats=ALL,
    basis=ARTICLE_24,
    basis_2008=ORDER_492,
    needs=frozenset({"publication"}),
)
def render_required(facts: Facts) -> Iterator[Finding]:
    """The page, or the list that leads to it, shows nothing before its scripts have run.

    What it does: Looks whether the crawler had to have a browser draw the page or its list.
    Why it matters: Search engines and reading aids that run no scripts find nothing there.
    Legal basis: 《政府信息公开条例》第二十四条: information can be searched, read and downloaded.
    Example that fails: A list that is empty until a script has asked a service for its rows.
    Example that passes: A list whose rows stand in the page as it is sent.
    How to put it right: Send titles and text in the page itself.
    """
    publication = known_publication(facts)
    column = publication.column
    if column is None and not publication.originals:
        yield not_applicable("没有采集记录。", "It has not been crawled.")
        return
    page = next((item for item in publication.originals if item.rendered), None)
    if page is not None:
        yield fail(
            "年报页面的内容须运行脚本后才能看到。",
            "The page shows its text only after scripts have run.",
            url_evidence(page.url),
        )
    elif column is not None and column.rendered:
        yield fail(
            "年报所在栏目的列表须运行脚本后才能看到。",
            "The list that the report stands in is visible only after scripts have run.",
            url_evidence(column.url),
        )
