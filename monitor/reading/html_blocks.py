"""The blocks of an element in reading order: paragraphs, grids, pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from monitor.reading.html_dom import BLOCKS, Element, children_of, is_skipped, tag_of, visible_text
from monitor.reading.html_grid import read_grid
from monitor.reading.model import NOWHERE, Block, Image, Paragraph, Place

_SPACES = re.compile(r"[ \t\r\n\f\u00a0\u3000\u200b\ufeff]+")
_ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|rar|zip)(?:$|[?#])|downloadattach|wbfileid=|downfile\.jsp"
    r"|downloadztbattach|/attach(?:ment)?/",
    re.IGNORECASE,
)
_ATTACHMENT_WORDS = re.compile(
    r"^(?:(?:相关)?附件|文件下载|下载)?[\d\s:：、.【】\[\]（）()]*(?:已下载)?次?$"
)
_PAGE_TOOLS = re.compile(
    r"^[\[【]?(?:打印本?页?|关闭(?:窗口|本页)?|返回顶部|收藏|分享到?|扫一扫.{0,20}|字体.{0,12})[\]】]?$"
    r"|^[\[【]?(?:发布|发表|更新)(?:时间|日期)\s*[:：].{0,80}$|^(?:信息|文章|稿件)?来源\s*[:：].{0,60}$"
    r"|^(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：].{0,20}$|^(?:上|下)一[篇条]\s*[:：]|^当前位置\s*[:：]"
)
"""What the page says around the report, when a paragraph says nothing else."""


@dataclass(slots=True)
class _Open:
    """The paragraph being collected."""

    parts: list[str] = field(default_factory=list)
    place: Place = NOWHERE
    level: int | None = None
    linked: int = 0
    """Characters that stand in links to attachments."""

    def add(self, text: str | None, at: "_At") -> None:
        """Add a piece of text that stands directly in an element."""
        if not text:
            return
        if self.place is NOWHERE and text.strip():
            self.place = Place(path=at.path)
            self.level = at.level
        self.parts.append(text)
        if at.linked:
            self.linked += len(_SPACES.sub("", text))


@dataclass(frozen=True, slots=True)
class _At:
    """Where the walk is: the element's path, heading level, and whether in an attachment's link."""

    path: str
    level: int | None = None
    linked: bool = False


def blocks_of(element: Element) -> Iterator[Block]:
    """Yield what an element shows, in order; text of links to attachments is left out."""
    paragraph = _Open()
    yield from _walk(element, paragraph, _At(element.getroottree().getpath(element)))
    yield from _close(paragraph)


def _walk(element: Element, paragraph: _Open, at: _At) -> Iterator[Block]:
    if _is_attachment(element):
        at = replace(at, linked=True)
    paragraph.add(element.text, at)
    for child, path in children_of(element, at.path):
        if not is_skipped(child):
            yield from _child(child, paragraph, replace(at, path=path))
        paragraph.add(child.tail, at)


def _child(child: Element, paragraph: _Open, at: _At) -> Iterator[Block]:
    tag = tag_of(child)
    if tag == "br":
        yield from _close(paragraph)
    elif tag == "img":
        yield from _image(child)
    elif tag == "table" and not _is_layout(child):
        yield from _close(paragraph)
        yield from _table(child, at)
    elif tag in BLOCKS:
        yield from _close(paragraph)
        level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else at.level
        yield from _walk(child, paragraph, replace(at, level=level))
        yield from _close(paragraph)
    else:
        yield from _walk(child, paragraph, at)


def _table(table: Element, at: _At) -> Iterator[Block]:
    grid = read_grid(table, at.path)
    if grid is not None:
        yield grid
    for image in table.iter("img"):
        yield from _image(image)


def _close(paragraph: _Open) -> Iterator[Paragraph]:
    text = _SPACES.sub(" ", "".join(paragraph.parts)).strip()
    place, level, linked = paragraph.place, paragraph.level, paragraph.linked
    paragraph.parts, paragraph.place, paragraph.level = [], NOWHERE, None
    paragraph.linked = 0
    if text and not _PAGE_TOOLS.match(text) and not _only_attachments(text, linked):
        yield Paragraph(text=text, place=place, level=level)


def _only_attachments(text: str, linked: int) -> bool:
    """Tell a line of links to attachments; words such as 附件1： may stand before them."""
    flat = _SPACES.sub("", text)
    if not linked:
        return False
    return linked >= len(flat) - 12 and not re.search("[。；]", text)


def _is_attachment(element: Element) -> bool:
    return tag_of(element) == "a" and _ATTACHMENT.search(element.get("href") or "") is not None


def _is_layout(table: Element) -> bool:
    """Tell a table that only places other tables, or the whole text in one cell."""
    inner = [other for other in table.iter("table") if other is not table]
    if any(len(list(other.iter("td", "th"))) > 1 for other in inner):
        return True
    cells = list(table.iter("td", "th"))
    return len(cells) == 1 and len(visible_text(cells[0])) > 60


def _image(element: Element) -> Iterator[Image]:
    source = element.get("src") or element.get("data-src") or element.get("oldsrc")
    if source:
        place = Place(path=element.getroottree().getpath(element))
        yield Image(place=place, source=source, alt=element.get("alt") or None)
