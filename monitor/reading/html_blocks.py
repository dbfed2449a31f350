"""The blocks of an element in reading order: paragraphs, grids, pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.reading.html_boxes import read_boxes
from monitor.reading.html_dom import Node, shown_text, visible_text
from monitor.reading.html_grid import read_grid
from monitor.reading.labels import is_table_label
from monitor.reading.model import NOWHERE, Block, Image, Paragraph, Place
from monitor.reading.plain import blocks_of_text

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


_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-echo", "oldsrc")
"""Where the address of a picture stands, the usual place first."""
_PLACEHOLDER = re.compile(
    r"^data:image/gif|^data:[^,]{0,100},.{0,200}$|^(?:about:blank|#)?$"
    r"|(?:^|[/_-])(?:blank|loading|lazy(?:load)?|placeholder|spacer|grey|gray|pixel|1x1)[\w.-]{0,12}"
    r"\.(?:gif|png|jpe?g|svg)(?:$|[?#])",
    re.IGNORECASE,
)
"""What stands in the usual place until a picture is loaded; small ones are written in the page."""
_HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}
_FEWEST_LABELS = 4
_LONG_CELL = 60


@dataclass(slots=True)
class _Open:
    """The paragraph being collected."""

    parts: list[str] = field(default_factory=list)
    place: Place = NOWHERE
    level: int | None = None
    linked: int = 0
    """Characters that stand in links to attachments."""

    def add(self, text: str, at: "_At") -> None:
        """Add a piece of text that stands directly in an element."""
        if not text:
            return
        if self.place is NOWHERE and text.strip():
            self.place = Place(path=at.node.path)
            self.level = at.level
        self.parts.append(text)
        if at.linked:
            self.linked += len(_SPACES.sub("", text))


@dataclass(frozen=True, slots=True)
class _At:
    """Where the walk is: the node, its heading level, and whether in an attachment's link."""

    node: Node
    level: int | None = None
    linked: bool = False


def blocks_of(node: Node) -> Iterator[Block]:
    """Yield what a node shows, in order; text of links to attachments is left out."""
    paragraph = _Open()
    yield from _walk(paragraph, _At(node))
    yield from _close(paragraph)


def _walk(paragraph: _Open, at: _At) -> Iterator[Block]:
    if _is_attachment(at.node):
        at = _At(at.node, at.level, linked=True)
    paragraph.add(at.node.text, at)
    for child in at.node.children:
        yield from _child(child, paragraph, at)
        paragraph.add(child.tail, at)


def _child(child: Node, paragraph: _Open, at: _At) -> Iterator[Block]:
    tag = child.tag
    if tag == "br":
        yield from _close(paragraph)
    elif tag == "img":
        yield from _image(child)
    elif tag == "table" and not _is_layout(child):
        yield from _close(paragraph)
        yield from _table(child)
    elif child.is_block:
        yield from _close(paragraph)
        yield from _block(child, paragraph, at)
        yield from _close(paragraph)
    else:
        yield from _walk(paragraph, _At(child, at.level, at.linked))


def _block(child: Node, paragraph: _Open, at: _At) -> Iterator[Block]:
    boxes = read_boxes(child)
    if boxes is not None:
        yield boxes
    elif child.is_preformatted and not any(inner.is_block for inner in child.children):
        yield from blocks_of_text(shown_text(child), path=child.path)
    else:
        level = _HEADING_TAGS.get(child.tag, at.level)
        yield from _walk(paragraph, _At(child, level, at.linked))


def _table(table: Node) -> Iterator[Block]:
    grid = read_grid(table)
    if grid is not None:
        yield grid
    if next(table.element.iter("img"), None) is None:
        return
    for node in table.iter():
        if node.tag == "img":
            yield from _image(node)


def _close(paragraph: _Open) -> Iterator[Paragraph]:
    if not paragraph.parts:
        return
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


def _is_attachment(node: Node) -> bool:
    return node.tag == "a" and _ATTACHMENT.search(node.get("href") or "") is not None


def _is_layout(table: Node) -> bool:
    """Tell a table that only places other tables, or the whole text in one cell."""
    own, inner = _cells_of(table)
    if inner:
        return sum(is_table_label(_own_text(cell)) for cell in own) < _FEWEST_LABELS
    return len(own) == 1 and len(visible_text(own[0])) > _LONG_CELL


def _cells_of(table: Node) -> tuple[list[Node], bool]:
    """Return a table's own cells, and whether another table of several cells stands in one."""
    own: list[Node] = []
    inner = False
    pending = list(reversed(table.children))
    while pending:
        node = pending.pop()
        if node.tag == "table":
            inner = inner or sum(cell.tag in ("td", "th") for cell in node.iter()) > 1
            continue
        if node.tag in ("td", "th"):
            own.append(node)
        pending.extend(reversed(node.children))
    return own, inner


def _own_text(cell: Node) -> str:
    """Return a short cell's text, nothing for one with a table in it."""
    if any(node.tag == "table" for node in cell.iter()):
        return ""
    return visible_text(cell)


def _image(node: Node) -> Iterator[Image]:
    sources = [source for name in _SOURCES if (source := node.get(name))]
    # A page that loads pictures late names the real one beside a placeholder.
    source = next((x for x in sources if not _PLACEHOLDER.search(x)), None)
    source = source or next(iter(sources), None)
    if source:
        yield Image(place=Place(path=node.path), source=source, alt=node.get("alt") or None)
