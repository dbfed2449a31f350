"""The element of a page that holds the report, found by its text and never by style alone."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from monitor.reading.html_dom import Node

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
_ANY = re.compile("总体情况|概述|概况|基本情况|公开|申请|复议|诉讼|问题|改进|其[他它]")
_FEWEST_HEADINGS = 3
_LONGEST_HEADING = 60
_INTRODUCTION = re.compile("政府信息公开条例》|统计期限|现将.{0,40}公布|现发布|本报告由|本年度报告")
_PARTS_OF_TABLES = frozenset({"table", "tbody", "thead", "tfoot", "tr"})
_PARTS_OF_TEXT = frozenset({"p", "span", "pre"})
_MOST_OF = 0.6
_NONE: frozenset[int] = frozenset()
_HARDLY_ANY = 400
"""A page with fewer characters of text outside links may show its report as pictures."""
_PICTURE = 200
"""As how many characters a picture counts there."""
_KEPT = 4000
"""Characters of an element's text that are kept, so that deep pages stay cheap."""


class _Measure(NamedTuple):
    """What the text of a node shows, its links apart."""

    own: str
    linked: int
    length: int
    headings: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The node that holds the report, and whether its headings were found in it."""

    node: Node
    sure: bool


def find_body(root: Node) -> Body:
    """Return the smallest node with the report's headings, else with most of the running text.

    It is widened while what is added introduces the report.
    """
    top = next((node for node in root.iter() if node.tag == "body"), root)
    measures: dict[Node, _Measure] = {}
    whole = measures[top] = _measured(top, measures, in_link=False)
    wanted = len(whole.headings)
    if wanted >= _FEWEST_HEADINGS:
        path = _descend(top, measures, lambda inner: len(measures[inner].headings) == wanted)
        return Body(node=_widened(path, measures), sure=True)
    prose = whole.length - whole.linked
    pictures = _pictures_in(top) if prose < _HARDLY_ANY else Counter[Node]()

    def weight(node: Node) -> int:
        return measures[node].length - measures[node].linked + _PICTURE * pictures[node]

    least = _MOST_OF * weight(top)
    return Body(node=_descend(top, measures, lambda inner: weight(inner) >= least)[-1], sure=False)


def _pictures_in(top: Node) -> Counter[Node]:
    """Return how many pictures stand in each node.

    Where there is hardly any text the report may be a picture, which text alone would leave out.
    """
    found: Counter[Node] = Counter()
    for node in top.iter():
        outer: Node | None = node if node.tag == "img" else None
        while outer is not None:
            found[outer] += 1
            outer = outer.parent
    return found


def _descend(
    top: Node, measures: Mapping[Node, _Measure], holds: Callable[[Node], bool]
) -> list[Node]:
    path = [top]
    while True:
        known = (child for child in path[-1].children if child in measures)
        inner = next((child for child in known if holds(child)), None)
        if inner is None or inner.tag in _PARTS_OF_TEXT:
            break
        path.append(inner)
    while path[-1].tag in _PARTS_OF_TABLES and len(path) > 1:
        path.pop()
    return path


def _widened(path: Sequence[Node], measures: Mapping[Node, _Measure]) -> Node:
    for outer, inner in pairwise(path):
        others = (child for child in outer.children if child is not inner)
        added = "".join(
            measures[child].own if child in measures else child.text for child in others
        )
        if _INTRODUCTION.search(added):
            return outer
    return path[-1]


def _measured(node: Node, measures: dict[Node, _Measure], *, in_link: bool) -> _Measure:
    """Return what a node shows; that of its children that have children of their own is noted."""
    in_link = in_link or node.tag == "a"
    pieces = [node.text]
    bare = len(node.text.strip())
    length = linked = 0
    headings = _NONE
    for child in node.children:
        if child.children:
            inner = measures[child] = _measured(child, measures, in_link=in_link)
            length += inner.length
            linked += inner.linked
            headings |= inner.headings
            pieces.append(inner.own)
        elif child.text:
            pieces.append(child.text)
            shown = len(child.text.strip())
            length += shown
            if in_link or child.tag == "a":
                linked += shown
            elif 0 < shown <= _LONGEST_HEADING:
                headings |= _headings_in(child.text)
        if child.tail:
            tail = child.tail.strip()
            bare += len(tail)
            pieces.append(tail)
    length += bare
    linked += bare if in_link else 0
    own = "".join(pieces)[:_KEPT]
    if not in_link and 0 < length <= _LONGEST_HEADING:
        headings |= _headings_in(own)
    return _Measure(own, linked, length, headings)


@lru_cache(maxsize=4096)
def _headings_in(text: str) -> frozenset[int]:
    """Return which of the six headings a short text is."""
    if not _ANY.search(text):
        return frozenset()
    return frozenset(i for i, pattern in enumerate(_HEADINGS) if pattern.search(text))
