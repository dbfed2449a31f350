"""Guangdong: the disclosure catalogue gkmlpt (a tree and an API) and NFCMS (lists in the page)."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from html import escape

from monitor.simulator import style as looks
from monitor.simulator.families.articles import body_of, source_of
from monitor.simulator.families.base import JSON, Family
from monitor.simulator.model import ANNUAL, ATTACHED, Item, Kind, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request, page
from monitor.simulator.style import Link, Style
from storage.clock import SHANGHAI

_INDEX = re.compile(r"(?P<stem>/.*/)index_(?P<number>\d+)\.html")
_BIG_PAGE = 100


class Nfcms(Family):
    """A portal of NFCMS."""

    name = "nfcms"

    def look(self, style: Style) -> Style:
        """Return the rows of the system."""
        return looks.Style(
            rows="h4", day="[\n {0:%Y-%m-%d} ]", list_class="infoList", info=style.info, body=2
        )

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return a directory; page k is ``index_k.html``."""
        del total
        file = "" if number == 1 else f"index_{number}.html"
        return f"/{self.directory(node)}/{file}"

    def item_path(self, item: Item) -> str:
        """Return ``…/content/post_10385218.html`` below the column."""
        return f"{self.node_path(self.homes[item.number])}content/post_{item.number}.html"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a path made of the parts of the file's number."""
        number = item.number + 2_000_000
        return f"/attachment/{number // 10**6}/{number // 10**3}/{number}/{item.number}.{ending}"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column of ``index_k``."""
        match = _INDEX.fullmatch(request.path)
        node = self._lists.get(match["stem"]) if match else None
        return (node, int(match["number"])) if match and node else None

    def listing_head(self, node: Node) -> str:
        """Return the labels with the numbers of site and column."""
        numbers = (
            f'NFCMS_SITE_ID=200025;window.NFCMS_PUB_TYPE="cat";window.NFCMS_CAT_ID="{node.number}"'
        )
        return f"{super().listing_head(node)}<script>window.{numbers};</script>"

    def links(self, items: Iterable[Item], node: Node) -> list[Link]:
        """Return rows with whole addresses."""
        found = super().links(items, node)
        return [
            Link(
                href=link.href if "//" in link.href else f"http://{self.portal.host}{link.href}",
                text=link.text,
                day=link.day,
            )
            for link in found
        ]

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return links, the last page under ``a.last``."""
        if total == 1:
            return ""
        after = min(total, number + 1)
        return (
            f'<div class="page"><a class="first" href="{self.node_path(node)}">首页</a>'
            f'<a class="next" href="{self.node_path(node, after)}">下一页</a>'
            f'<a class="last" href="{self.node_path(node, total)}">尾页</a> 共{items}条</div>'
        )

    def attachments(self, item: Item) -> str:
        """Return links whose true names stand beside the address."""
        return "".join(
            f'<p><a class="nfw-cms-attachment" attachment-id="{item.number + 2_000_000}" '
            f'download="{escape(item.title)}.{ending}" href="http://{self.portal.host}'
            f'{self.file_path(item, ending)}" alt="{escape(item.title)}.{ending}">点击下载</a></p>'
            for ending in ATTACHED.get(item.form, ())
        )


class Gkmlpt(Family):
    """A portal whose disclosure stands in the catalogue of the province."""

    name = "gkmlpt"
    layouts = ("own", "mixed")
    static = False

    def prepare(self) -> None:
        """Draw the moods of the API."""
        self.one_page = self.chance.random() < 0.25
        self.lags = self.chance.random() < 0.3
        directories = [node for node in self.nodes() if self._is_directory(node)]
        beside = [child for node in directories for child in node.children if not child.children]
        self._plain = {self.portal.news, *directories, *beside}

    def _base(self, node: Node) -> str:
        """Return the sub-site of a node: that of its agency, else of the portal."""
        several = len(self.portal.agencies) > 1
        return f"/gz{node.agency.slug}" if node.agency and several else ""

    def _sid(self, base: str) -> str:
        return str(200_000 + sum(base.encode()) % 1000)

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the catalogue and its node, or an ordinary page where agencies are listed."""
        del number, total
        if node in self._plain:
            return f"/{self.directory(node)}/"
        base = self._base(node)
        is_root = node.kind is Kind.HUB and node.label != ANNUAL
        return f"{base}/gkmlpt/index" if is_root else f"{base}/gkmlpt/index#{self._id(node)}"

    def column_paths(self, node: Node) -> set[str]:
        """Return page and list of a column: all columns of a catalogue have one page."""
        base = self._base(node)
        api = f"{base}/gkmlpt/api/all/{self._id(node)}?page=1&sid={self._sid(base)}"
        return super().column_paths(node) | (set() if node in self._plain else {api})

    def _is_directory(self, node: Node) -> bool:
        """Tell whether a page only leads to the sub-sites of agencies."""
        return any(child.kind is Kind.HUB and child.label != ANNUAL for child in node.children)

    def _id(self, node: Node) -> int:
        return node.number % 100_000 + self.salt

    def item_path(self, item: Item) -> str:
        """Return ``/gkmlpt/content/9/9914/post_9914521.html``."""
        base = self._base(self.homes[item.number])
        number = item.number + self.salt
        if self.homes[item.number] in self._plain:
            return f"/content/post_{number}.html"
        return f"{base}/gkmlpt/content/{number // 10**6}/{number // 10**3}/post_{number}.html"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a path made of the parts of the file's number."""
        number = item.number + 2_000_000
        return f"/attachment/{number // 10**6}/{number // 10**3}/{number}/{item.number}.{ending}"

    def service(self, request: Request) -> Answer | None:
        """Answer the catalogue's page and its API."""
        base, mark, rest = request.path.partition("/gkmlpt/")
        if not mark:
            return None
        if rest in ("index", "index/"):
            root = next((n for n in self.nodes() if self.node_path(n) == request.path), None)
            return page(self._index(root, base)) if root else NOT_FOUND
        if rest.startswith("api/all/"):
            return self._api(base, rest.removeprefix("api/all/"), request)
        return None

    def _config(self, base: str, action: str, more: str) -> str:
        return (
            f"<script>\n    window._CONFIG = {{\n        isMobile: false,\n        "
            f"ACTION: '{action}',\n"
            f"        APP_URL: 'http://{self.portal.host}{base}',\n        SID: "
            f"'{self._sid(base)}',\n"
            f"        ENV: 'production',\n        {more}\n    }}\n</script>"
        )

    def _index(self, root: Node, base: str) -> str:
        tree = [self._branch(child) for child in root.children]
        tree.append(
            {
                "id": 566,
                "name": "政府网站工作年度报表",
                "parent": 0,
                "jump_url": None,
                "children": [],
            }
        )
        config = self._config(base, "index", f"TREE: {json.dumps(tree)}")
        head = looks.meta(
            **{
                **self.site_labels(root),
                "ColumnName": "政府信息公开平台",
                "ColumnType": "政府信息公开",
            }
        )
        body = (
            '<script src="/gkmlpt/gkml/public/jquery.min.js"></script><div id="app"></div>'
            '<script src="/gkmlpt/pc/js/app.js"></script>'
        )
        return looks.document("政府信息公开平台", body, head=head + config)

    def _branch(self, node: Node) -> dict[str, object]:
        is_page = node in self._plain
        return {
            "id": self._id(node), "name": node.name, "parent": 0,
            "jump_url": f"http://{self.portal.host}{self.node_path(node)}" if is_page else None,
            "children": [] if is_page else [self._branch(child) for child in node.children],
        }  # fmt: skip

    def _api(self, base: str, wanted: str, request: Request) -> Answer:
        nodes = [n for n in self.nodes() if str(self._id(n)) == wanted and self._base(n) == base]
        number = int(request.query.get("page") or 1)
        if (
            request.query.get("sid") != self._sid(base)
            or not nodes
            or (self.one_page and number > 1)
        ):
            return NOT_FOUND
        node = nodes[0]
        rows = node.rows(request.at)
        total = len(self._counted(rows, request.at))
        begin = (max(1, number) - 1) * _BIG_PAGE
        body = {
            "classify": {
                "id": self._id(node),
                "name": node.name,
                "post_count": total,
                "jump_url": None,
            },
            "articles": [self._row(item, node) for item in rows[begin : begin + _BIG_PAGE]],
            "total": total,
        }
        return Answer(body=json.dumps(body).encode(), headers={"Content-Type": JSON})

    def _counted(self, rows: Sequence[Item], at: datetime) -> list[Item]:
        """Return the rows that the announced total counts: some count new ones days later."""
        if not self.lags:
            return list(rows)
        return [item for item in rows if item.spans[0][0] < at - timedelta(days=4)]

    def _row(self, item: Item, node: Node) -> dict[str, object]:
        href = self.href(item, node)
        written = datetime.combine(item.shown_on, time(0), SHANGHAI)
        files = [
            {"id": item.number, "name": f"年报.{ending}", "type": ending,
             "url": f"http://{self.portal.host}{self.file_path(item, ending)}"}
            for ending in ATTACHED.get(item.form, ())
        ]  # fmt: skip
        return {
            "id": item.number, "title": item.title, "document_number": "", "identifier": "",
            "publisher": source_of(self, item), "date": int(written.timestamp()) - 3 * 86_400,
            "created_at": f"{item.shown_on} 16:25:04", "display_publish_time": 0,
            "classify_main_name": node.name, "attachment": files, "is_expired": 0,
            "url": href if "//" in href else f"http://{self.portal.host}{href}", "post_url": "",
        }  # fmt: skip

    def article(self, item: Item, at: datetime) -> str:
        """Return the page of a row: text, index table, and the same once more as data."""
        node, source, day = self.homes[item.number], source_of(self, item), item.shown_on
        detail = json.dumps({"id": item.number, "title": item.title, "date": f"{day} 10:44:00"})
        head = looks.meta(
            ColumnName="政府信息公开平台", ColumnType="政府信息公开", ArticleTitle=item.title,
            ContentSource=source, **self.site_labels(node),
        )  # fmt: skip
        head += f'<meta name="PubDate"\n          content="{day} 10:44">\n'
        table = (
            f"<table class='classify'><tr><td>索引号</td><td>00{item.number}</td>"
            f"<td>分类</td><td>{node.name}"
            f"</td></tr><tr><td>发布机构</td><td>{source}</td><td>成文日期</td><td>{day}</td></tr>"
            f"<tr><td>名称</td><td>{escape(item.title)}</td><td>发布日期</td><td>{day}</td></tr></table>"
        )
        body = (
            f'{table}<h1 class="title">{escape(item.title)}</h1><div '
            f'class="date-row">发布日期：{day}</div>'
            f'<div class="article-content">{body_of(self, item, at)}</div>'
        )
        config = self._config(self._base(node), "content", f"DETAIL: {detail}")
        return looks.document(item.title, body, head=head + config)
