"""The title of a row: the attribute, the words of the link, or those of the row."""

import re

from lxml.html import HtmlElement

from crawler.platforms import wording
from crawler.platforms.days import fold
from crawler.platforms.markup import block_text_of, collapse, text_of
from crawler.platforms.row_days import RowDay, says_only_a_day
from crawler.platforms.row_links import RowLink

_BULLET = re.compile(r"^[\s·•・‧●○◆◇■□▪▶►»›]+(?=\S)")
"""What lists draw before each row."""
_LABELLED_TITLE = re.compile(
    r"^(?:文章|信息)?(?:标题|名称)\s*[:：]\s*(.+?)(?:\s+(?:发布|添加|更新)?(?:日期|时间).*)?$"
)


def read_row_title(link: RowLink, element: HtmlElement, found: RowDay) -> str:
    """Return the fullest title the row has, as printed."""
    attribute = _attribute_title(link.element)
    own = _own_title(link, found)
    if link.action and not (attribute and wording.compact(attribute) not in wording.ACTIONS):
        own, attribute = _title_of_row(link, element, found), ""
    title = _fuller(own, attribute)
    return _BULLET.sub("", title) or title


def _attribute_title(link: HtmlElement) -> str:
    value = collapse(link.get("title") or "")
    if not value:
        inner = next((node for node in link.iter() if node is not link and node.get("title")), None)
        value = collapse(inner.get("title") or "") if inner is not None else ""
    labelled = _LABELLED_TITLE.match(value)
    return labelled.group(1) if labelled else value


def _own_title(link: RowLink, found: RowDay) -> str:
    heading = next(link.element.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
    if heading is not None and text_of(heading):
        return text_of(heading)
    if not found.inside_link:
        return link.text
    parts = [collapse(part) for part in link.element.itertext()]
    named = [part for part in parts if part and not says_only_a_day(part)]
    if named and len(parts) > 1:
        return max(named, key=len)
    return collapse(fold(link.text).replace(found.text, " ", 1)).strip("[]()（）【】 ")


def _title_of_row(link: RowLink, element: HtmlElement, found: RowDay) -> str:
    """Return the words of a row whose link is only a button."""
    words = block_text_of(element).replace(link.text, " ", 1)
    words = fold(words).replace(found.text, " ", 1) if found.text else words
    return collapse(re.sub(r"^\s*\d{1,3}\s+(?=\D)", "", words)).strip("[]【】|·•- ")


def _fuller(own: str, attribute: str) -> str:
    """Return the attribute ``title``, but the words of the link where those say more."""
    if not attribute or wording.compact(attribute) in wording.ACTIONS:
        return own
    stem = wording.compact(wording.without_ellipsis(attribute))
    if len(wording.compact(own)) > len(stem) and (
        stem in wording.compact(own)
        or wording.is_report_title(own) > wording.is_report_title(attribute)
    ):
        return own
    return attribute
