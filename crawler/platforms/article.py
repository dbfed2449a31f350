"""A report page: its title, labels, days of publication, text, files, pictures, publisher."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.article_days import read_days
from crawler.platforms.attachments import read_attachments
from crawler.platforms.bodies import find_body
from crawler.platforms.labels import read_labels
from crawler.platforms.markup import (
    Markup,
    block_text_of,
    marks_of,
    parse_markup,
    text_of,
    words_of,
)
from crawler.platforms.model import Article, Page
from crawler.platforms.pictures import read_pictures

_SOURCE = re.compile(
    r"(?:(?P<label>来\s*源|供稿单位)\s*[:：]|(?P<cell>发布机构|发布单位|公开机构|发文机关)\s*(?:[:：]|(?=\s)))"
    r"\s*[\[【（(]?\s*(?P<name>[^\s:：|【】\[\]]{2,60})"
)
_SOURCE_ORDER = ("发布机构", "发布单位", "公开机构", "来源", "发文机关", "供稿单位")
_NAMELESS = frozenset(
    {"本网", "本站", "本网站", "本站原创", "原创", "网络", "互联网", "转载", "未知", "无"}
)
_NEXT_LABEL = re.compile(
    r"(?:(?:发布|成文|公开|更新)(?:时间|日期|机构)|字体|字号|浏览|阅读|点击|作者|责任编辑|编辑|时间|日期|打印|分享|索引号|文号|主题|分类|标题|名称).*$"
)
_SEPARATOR = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]+\s+|(?<=[\u4e00-\u9fff）)])[-–—]+(?=[\u4e00-\u9fff])|\s*>>?\s*|\s*»\s*"
)
_TITLE_MARKS = re.compile(
    r"(?:^|[\s_-])(?:title|bt|biaoti|arttitle|articletitle|newstitle|conttitle|article-title)(?:$|[\s_-])"
)

_INDEX_NUMBER = re.compile(
    r"索\s*引\s*号\s*[:：]?\s*[\[【]?\s*(?P<number>[0-9A-Za-z][0-9A-Za-z/_.()\-]{7,59})"
)


def read_article(page: Page) -> Article:
    """Read one report page of any system; what is not on it stays empty."""
    markup = parse_markup(page)
    return article_of(markup, page)


def article_of(markup: Markup, page: Page) -> Article:
    """Read one parsed report page."""
    labels = read_labels(markup)
    body = find_body(markup.root)
    whole = words_of(markup.root)
    text = block_text_of(body if body is not None else markup.root)
    return Article(
        title=_title(markup, labels),
        labels=labels,
        days=tuple(read_days(markup, labels, body, page.url)),
        text=text,
        attachments=read_attachments(markup, body, page.url),
        pictures=read_pictures(markup, body),
        source_name=_source_name(labels, whole),
        recognised=body is not None,
        index_number=_index_number(whole),
    )


def _title(markup: Markup, labels: dict[str, str]) -> str | None:
    headings = tuple(_headings(markup.root))
    labelled = labels.get("articletitle")
    if labelled and wording.is_cut(labelled):
        stem = wording.without_ellipsis(labelled)
        return next((heading for heading in headings if heading.startswith(stem)), labelled)
    return labelled or _told_title(headings) or _page_title(markup, labels, headings)


def _headings(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("ucaptitle", "h1", "h2", "h3"):
        text = text_of(element)
        if 4 <= len(text) <= 200:
            yield text
    for element in root.iter("div", "p", "td", "span"):
        if _TITLE_MARKS.search(marks_of(element)):
            text = text_of(element)
            if 4 <= len(text) <= 120:
                yield text


def _told_title(headings: tuple[str, ...]) -> str | None:
    """Return the heading that is an annual report's title, for other headings may be the site's."""
    return next((heading for heading in headings if wording.is_report_title(heading)), None)


def _page_title(markup: Markup, labels: dict[str, str], headings: tuple[str, ...]) -> str | None:
    """Return the page's ``title`` without the site's name behind it, else its first heading."""
    element = next(markup.root.iter("title"), None)
    whole = text_of(element) if element is not None else ""
    site = labels.get("sitename", "")
    parts = [part for part in _SEPARATOR.split(whole) if part and part != site]
    shown = next((part for part in parts if part in headings), None)
    report = next((part for part in parts if wording.is_report_title(part)), None)
    heading = headings[0] if headings else None
    return report or shown or (parts[0] if parts else None) or heading


def _source_name(labels: dict[str, str], whole: str) -> str | None:
    """Return the publisher; 本网 names nobody and gives way to what the page says elsewhere."""
    labelled = labels.get("contentsource")
    if labelled and labelled not in _NAMELESS:
        return labelled
    found = {
        (match["label"] or match["cell"]).replace(" ", ""): match["name"]
        for match in _SOURCE.finditer(whole)
    }
    for label in _SOURCE_ORDER:
        name = _NEXT_LABEL.sub("", found.get(label, "")).strip("，,。;；")
        if len(name) > 1 and name not in _NAMELESS:
            return name
    return labelled


def _index_number(whole: str) -> str | None:
    found = _INDEX_NUMBER.search(whole)
    return found["number"] if found else None
