"""Small dialects: ordinary rows behind addresses and pagers of all shapes."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import ClassVar

from monitor.simulator.families.base import Family
from monitor.simulator.families.screens import plain_pager
from monitor.simulator.families.ucap import hexes
from monitor.simulator.model import Item, Node
from monitor.simulator.server import Request

_EPOCH_MS = 1_288_834_974_657
"""The zero of the ids of 陕西集约化."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Addresses of one system; ``{k}`` the page, ``{down}`` it counted from the end."""

    name: str
    first: str
    following: str
    item: str
    pager: str = "links"
    """``links``, ``numbers``, ``next``, ``gotopage``, ``select``, ``hidden``."""


DIALECTS = tuple(
    Dialect(**row)
    for row in tomllib.loads(
        (resources.files(__package__) / "dialects.toml").read_text(encoding="utf-8")
    )["dialect"]
)


class Small(Family):
    """A portal of one of the small dialects."""

    dialect: ClassVar[Dialect]
    layouts = (
        "own",
        "mixed",
        "mixed",
        "central",
        "names",
        "tabs",
        "panels",
        "select",
        "text",
        "table",
        "query",
        "shell",
    )

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the address of a page of a column."""
        if (
            self.portal.layout == "query"
            and node in self.portal.root.children
            and not node.children
        ):
            return self._tab(node, number)
        shape = self.dialect.first if number == 1 else self.dialect.following
        key = self.directory(node)
        return shape.format(
            key=key, key1=key.replace("/", "-"), n=20_000 + node.number % 100_000 + self.salt,
            s=node.number % 5_000 + 900 * self.salt,
            oid=_object_id(node.number, self.salt), h8=hexes("node", node.number, self.salt)[:8],
            code=_letters(node.number + self.salt), k=number, k0=number - 1,
            down=total - number + 1,
        )  # fmt: skip

    def _tab(self, node: Node, number: int) -> str:
        """Return a tab of the one page that is the platform."""
        position = self.portal.root.children.index(node) + 1
        page = f"&page={number}" if number > 1 else ""
        return f"/{self.directory(self.portal.root)}/index.html?gk={position}{page}"

    def item_path(self, item: Item) -> str:
        """Return the address of an article."""
        home = self.homes[item.number]
        begin = (
            item.spans[0][0] if item.spans else datetime.combine(item.shown_on, datetime.min.time())
        )
        seconds, key = int(begin.timestamp()), self.directory(home)
        return self.dialect.item.format(
            key=key, key1=key.replace("/", "-"), n=20_000 + home.number % 100_000 + self.salt,
            id=item.number,
            hex=hexes(item.portal, item.number), h8=hexes(item.number)[:8], year=begin.year,
            oid=_object_id(home.number, self.salt), ioid=f"{seconds:08x}{hexes(item.number)[:16]}",
            code=_letters(home.number), ymd=f"{begin:%Y%m%d}", ymd_=f"{begin:%Y-%m-%d}",
            md=f"{begin:%m-%d}",
            md4=f"{begin:%m%d}", y_m_d=f"{begin:%Y/%m/%d}", ms=f"{seconds}{item.number % 1000:03d}",
            stamp=f"{begin:%Y%m%d%H%M}{item.number % 10**7:07d}",
            snow=((seconds * 1000 - _EPOCH_MS) << 22) + item.number % (1 << 22),
        )  # fmt: skip

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the page of a list, by trying its shapes."""
        for node in self.nodes():
            for number in range(2, self.pages(node, request.at) + 2):
                total = self.pages(node, request.at)
                if self.node_path(node, number, total) == request.target:
                    return node, number
        return None

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return the pager of the dialect."""
        if total == 1:
            return ""
        writers: dict[str, Callable[[], str]] = {
            "numbers": lambda: self._numbers(node, number, total),
            "next": lambda: self._next(node, number, total),
            "gotopage": lambda: self._script(node, number, total, items),
            "select": lambda: self._select(node, number, total),
            "hidden": lambda: (
                f'<div style="display:none">{self._numbers(node, number, total)}</div>'
            ),
            "tip": lambda: (
                f"{self._next(node, number, total)}<span class='page-tip'>共{total}页</span>"
            ),
        }
        writer = writers.get(self.dialect.pager)
        return writer() if writer else plain_pager(self, node, number, total, items)

    def _numbers(self, node: Node, number: int, total: int) -> str:
        pages = "".join(
            f"<b>{page}</b>"
            if page == number
            else f'<a href="{self.node_path(node, page, total)}">{page}</a>'
            for page in range(1, total + 1)
        )
        return f'<div class="pagelist">{pages}</div>'

    def _next(self, node: Node, number: int, total: int) -> str:
        if number == total:
            return '<div class="pages">下一页</div>'
        return (
            '<div class="pages"><a '
            f'href="{self.node_path(node, number + 1, total)}">下一页</a></div>'
        )

    def _script(self, node: Node, number: int, total: int, items: int) -> str:
        del node
        after = min(total, number + 1)
        return (
            f'<div class="pages">共{items}条记录 {number}/{total}页 '
            f'<a href="javascript:gotopage({after})">下一页</a></div>'
        )

    def _select(self, node: Node, number: int, total: int) -> str:
        options = "".join(
            f'<option value="{self.node_path(node, page, total)}"'
            f"{' selected' if page == number else ''}>第{page}页</option>"
            for page in range(1, total + 1)
        )
        return (
            f'<div class="pages">共{total}页 <select '
            f'onchange="location=this.value">{options}</select></div>'
        )


def small(dialect: Dialect) -> type[Small]:
    """Return the family of a dialect."""
    return type(
        f"Small{dialect.name.title()}", (Small,), {"name": dialect.name, "dialect": dialect}
    )


def _object_id(number: int, salt: int) -> str:
    return f"{1_600_000_000 + number:08x}{hexes('object', number, salt)[:16]}"


def _letters(number: int) -> str:
    return re.sub(r"\d", lambda digit: "ABCDEFGHIJ"[int(digit[0])], f"{number % 10**8:08d}")
