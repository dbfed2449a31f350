"""The element of a page that holds the report, found by its text and never by style alone."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.reading.html_dom import Element, is_skipped, tag_of

_NUMBER = r"^\s*(?:第?[一二三四五六七八九十]{1,2}(?:部分)?[、．.,，:：\s]|\d{1,2}[、．.\s])\s*"
_HEADINGS = tuple(
    re.compile(f"{_NUMBER}.{{0,12}}(?:{numbered})|^\\s*(?:{bare})\\s*$")
    for numbered, bare in (
        ("总体情况|概述|概况|基本情况", "总体情况"),
        ("主动公开", "主动公开政府信息情况"),
        ("申请", "收到和处理政府信息公开申请情况"),
        ("复议|诉讼", "政府信息公开行政复议、?行政诉讼情况"),
        ("问题|改进", "存在的主要问题及改进情况"),
        ("其[他它]", "其[他它]需要报告的?事项"),
    )
)
_FEWEST_HEADINGS = 3
_LONGEST_HEADING = 60
_INTRODUCTION = re.compile("政府信息公开条例》|统计期限|现将.{0,40}公布|现发布|本报告由|本年度报告")
_PARTS_OF_TABLES = frozenset({"table", "tbody", "thead", "tfoot", "tr"})
_MOST_OF = 0.6
_KEPT = 4000
"""Characters of an element's text that are kept, so that deep pages stay cheap."""


@dataclass(slots=True)
class _Node:
    """An element with what its text shows, its links apart."""

    element: Element
    own: str = ""
    linked: int = 0
    length: int = 0
    headings: set[int] = field(default_factory=set)
    children: list["_Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The element that holds the report, and whether its headings were found in it."""

    element: Element
    sure: bool


def find_body(root: Element) -> Body:
    """Return the smallest element with the report's headings, else with most of the running text.

    It is widened while what is added introduces the report.
    """
    body = root.find("body")
    top = _node(body if body is not None else root, in_link=False)
    wanted = len(top.headings)
    if wanted >= _FEWEST_HEADINGS:
        path = _descend(top, lambda node: len(node.headings) == wanted)
        return Body(element=_widened(path).element, sure=True)
    prose = top.length - top.linked
    path = _descend(top, lambda node: node.length - node.linked >= _MOST_OF * prose)
    return Body(element=path[-1].element, sure=False)


def _descend(top: _Node, holds: Callable[[_Node], bool]) -> list[_Node]:
    path = [top]
    while True:
        inner = next((child for child in path[-1].children if holds(child)), None)
        if inner is None or tag_of(inner.element) in ("p", "span"):
            break
        path.append(inner)
    while tag_of(path[-1].element) in _PARTS_OF_TABLES:
        path.pop()
    return path


def _widened(path: list[_Node]) -> _Node:
    for depth in range(len(path) - 1):
        outer, inner = path[depth], path[depth + 1]
        added = "".join(child.own for child in outer.children if child is not inner)
        if _INTRODUCTION.search(added):
            return outer
    return path[-1]


def _node(element: Element, *, in_link: bool) -> _Node:
    """Return an element's node, those of its visible children in it."""
    in_link = in_link or tag_of(element) == "a"
    node = _Node(element=element)
    pieces = [element.text or ""]
    node.length = len(pieces[0].strip())
    node.linked = node.length if in_link else 0
    for child in element:
        if not is_skipped(child):
            inner = _node(child, in_link=in_link)
            node.children.append(inner)
            node.length += inner.length
            node.linked += inner.linked
            node.headings |= inner.headings
            pieces.append(inner.own)
        tail = (child.tail or "").strip()
        node.length += len(tail)
        node.linked += len(tail) if in_link else 0
        pieces.append(tail)
    node.own = "".join(pieces)[:_KEPT]
    if not in_link and 0 < node.length <= _LONGEST_HEADING:
        node.headings |= {i for i, pattern in enumerate(_HEADINGS) if pattern.search(node.own)}
    return node
