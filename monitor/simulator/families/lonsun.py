"""LonSun (龙讯): a shell, its rows a fragment of a service; ``type=3`` are annual reports."""

from datetime import datetime
from html import escape
from urllib.parse import quote, urlencode

from monitor.simulator.families.base import Family
from monitor.simulator.model import ANNUAL, ATTACHED, Item, Kind, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request

_TYPES = {"指南": "2", "制度": "1", "目录": "4", "内容": "4", "申请": "5"}


class Lonsun(Family):
    """A portal of LonSun."""

    name = "lonsun"
    layouts = ("own", "own", "mixed")
    static = False

    def prepare(self) -> None:
        """Draw prefix, site id and how the shell says what to ask."""
        self.prefix = self.chance.choice(
            ("", "/zwgk", f"/{self.portal.host.split('.')[1][3:]}zwgk/zwgk")
        )
        self.site_id = self.chance.randint(6_000_000, 6_999_999)
        self.by_object = self.chance.random() < 0.5
        self.short = self.chance.random() < 0.5

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/public/column/{organ}?type=3&action=list``; plain columns have another form."""
        del total
        if node is self.portal.root or node is self.portal.news or self._is_directory(node):
            query = f"?pageIndex={number}" if number > 1 else ""
            return f"{self.prefix}/content/column/{node.number}{query}"
        organ, kind = self._organ(node), self._type(node)
        if node.kind is Kind.HUB:
            return f"{self.prefix}/public/column/{organ}?type=4&action=list"
        return f"{self.prefix}/public/column/{organ}?type={kind}&action=list&nav={kind}"

    def _is_directory(self, node: Node) -> bool:
        return any(child.kind is Kind.HUB for child in node.children)

    def _organ(self, node: Node) -> int:
        parent = next((n for n in self.nodes() if node in n.children and n.kind is Kind.HUB), node)
        own = node if node.kind is Kind.HUB else parent
        return 10_000 + own.number % 100_000 + self.salt

    def _type(self, node: Node) -> str:
        if node.label == ANNUAL:
            return "3"
        return next((kind for word, kind in _TYPES.items() if word in node.name), "6")

    def item_path(self, item: Item) -> str:
        """Return ``/public/{organ}/{content}.html`` or ``/public/content/{content}``."""
        home = self.homes[item.number]
        if self.short or home is self.portal.news:
            return f"{self.prefix}/public/content/{item.number + self.salt}"
        return f"{self.prefix}/public/{self._organ(home)}/{item.number}.html"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a path of the file store."""
        return f"/group4/M00/0{item.number % 10}/A{item.number % 7}/wKg{item.number}.{ending}"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the plain column of ``?pageIndex=k``, or an organ's column by its type."""
        node = self._lists.get(request.path)
        if node:
            return node, int(request.query.get("pageIndex") or 1)
        wanted = (request.path.rpartition("/public/column/")[2], request.query.get("type"))
        hub_asked = wanted[1] in (None, "4") and "nav" not in request.query
        for node in self.portal.root.walk():
            is_hub = node.kind is Kind.HUB and not self._is_directory(node)
            told = (str(self._organ(node)), wanted[1] if is_hub else self._type(node))
            if told == wanted and is_hub == hub_asked:
                return node, 1
        return None

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the shell; news stand in the page."""
        if node is self.portal.news:
            return super().listing(node, number, at)
        settings = self._settings(node)
        if self.by_object:
            told = ",".join(f"{key}:'{value}'" for key, value in settings.items())
            call = f"Ls.ajax({{url:'{self.prefix}/site/label/8888',data:{{{told}}}}});"
        else:
            call = f"$('#list').load('{self.prefix}/site/label/8888?{urlencode(settings)}');"
        return (
            '<div id="ls_navjz"><ul></ul></div><div class="xxgk_nav_con" id="list"></div>'
            f"<script>Ls.setting={{lang:'Ls-Language'}};{call}</script>"
        )

    def _settings(self, node: Node) -> dict[str, str]:
        return {
            "IsAjax": "1", "dataType": "html", "labelName": "publicInfoList",
            "siteId": str(self.site_id), "pageSize": str(self.size), "pageIndex": "1",
            "action": "list", "isDate": "true", "dateFormat": "yyyy-MM-dd", "length": "50",
            "organId": str(self._organ(node)), "type": self._type(node), "catId": "", "cId": "",
            "result": "暂无相关信息", "file": "/c2/xxgk/publicInfoList_newest_hs",
        }  # fmt: skip

    def service(self, request: Request) -> Answer | None:
        """Answer the label service."""
        if request.path != f"{self.prefix}/site/label/8888":
            return None
        asked = {**request.query, **request.form}
        if asked.get("siteId") != str(self.site_id) or asked.get("labelName") != "publicInfoList":
            return NOT_FOUND
        node = next(
            (
                n
                for n in self.portal.root.walk()
                if n.kind is not Kind.HUB
                and str(self._organ(n)) == asked.get("organId")
                and self._type(n) == asked.get("type")
            ),
            None,
        )
        text = self._fragment(node, asked, request.at) if node else "<div>暂无相关信息</div>"
        return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def _fragment(self, node: Node, asked: dict[str, str], at: datetime) -> str:
        number, size = int(asked.get("pageIndex") or 1), int(asked.get("pageSize") or self.size)
        rows = node.rows(at)
        lines = "".join(
            f'<ul class="clearfix"><li class="mc"><a href="http://{self.portal.host}'
            f'{self.href(item, node)}" '
            f'target="_blank" title="{escape(item.title)}">{escape(item.title)}</a></li>'
            f'<li class="rq">{item.shown_on}</li></ul>'
            if item.target is None
            else '<ul class="clearfix"><li class="mc"><a '
            f'href="{item.target}">{escape(item.title)}</a></li></ul>'
            for item in rows[(number - 1) * size : number * size]
        )
        pages = max(1, -(-len(rows) // size))
        return (
            f'{lines}<div id="page_public_info" class="page pagination"></div><script>'
            'Ls.pagination("#page_public_info", function(page, pageSize){}, '
            f"{{currPage:{number},pageCount:{pages},pageSize:{size},total:{len(rows)}}});</script>"
        )

    def attachments(self, item: Item) -> str:
        """Return links of the file store."""
        return "".join(
            f'<p><a href="{quote(self.file_path(item, ending))}" '
            f'class="j-file">{escape(item.title)}.{ending}</a></p>'
            for ending in ATTACHED.get(item.form, ())
        )
