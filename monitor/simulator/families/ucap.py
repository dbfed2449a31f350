"""UCAP (开普云): lists in the page or from a service by channel id, 32-digit articles."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import md5
from typing import ClassVar

from monitor.simulator import style as looks
from monitor.simulator.families import screens
from monitor.simulator.families.base import JSON, Family
from monitor.simulator.model import ATTACHED, Item, Kind, Node
from monitor.simulator.server import Answer, Request
from monitor.simulator.style import Link

_TEMPLATES = ("xxgk_list", "common_list", "list", "xlist", "fg", "zfxxgk_gknbz", "xxgk_gknb_list")
_PAGE = re.compile(r"(?P<stem>(?:/.*?)?/c\d+/[a-z]+(?:_[a-z]+)*?)_(?P<number>\d+)\.shtml")


def hexes(*parts: object) -> str:
    """Return 32 hexadecimal digits that stay the same for the same parts."""
    return md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


class Ucap(Family):
    """A portal of UCAP whose lists stand in the page."""

    name = "ucap"
    channel = False
    """Whether the lists come from the service by channel id."""

    def prepare(self) -> None:
        """Draw site, template and the first number of the pager."""
        self.site = self.chance.choice(("", f"/{self.portal.host.split('.')[1][3:]}"))
        self.template = self.chance.choice(_TEMPLATES)
        self.shift = self.chance.choice((0, 0, 0, 1))
        self.stale = self.chance.random() < 0.25
        self.tree = len(self.portal.root.children) > 1 and self.chance.random() < 0.2

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/site/c112125/xxgk_list.shtml``."""
        del total
        name = {Kind.HUB: "nav_list", Kind.NOTE: "zwgk_cont", Kind.TEXT: "zwgk_cont"}.get(
            node.kind, self.template
        )
        if number > 1:
            name += f"_{number - self.shift}"
        return f"{self.site}/c{100_000 + node.number % 100_000 + 7 * self.salt}/{name}.shtml"

    def item_path(self, item: Item) -> str:
        """Return ``/site/c112125/202301/<32 hex>.shtml``."""
        column = self.node_path(self.homes[item.number]).rpartition("/")[0]
        begin = item.spans[0][0] if item.spans else item.shown_on
        return f"{column}/{begin:%Y%m}/{hexes(item.portal, item.number)}.shtml"

    def file_path(self, item: Item, ending: str) -> str:
        """Return ``…/<32 hex>/files/<32 hex>.pdf``."""
        article = self.item_path(item).removesuffix(".shtml")
        return f"{article}/files/{hexes(item.number, ending)}.{ending}"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column of ``xxgk_list_2``."""
        match = _PAGE.fullmatch(request.path)
        node = self._lists.get(f"{match['stem']}.shtml") if match else None
        return (node, int(match["number"]) + self.shift) if match and node else None

    def listing_head(self, node: Node) -> str:
        """Return the labels with the id of the channel."""
        return super().listing_head(node) + looks.meta(channelid=hexes("channel", node.number))

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return rows in the page, or the script that asks for them."""
        if not self.channel:
            return super().listing(node, number, at)
        return (
            '<div class="gknb_list" id="list"></div><div id="page_div"></div><script>\n'
            f"var channelId='{hexes('channel', node.number)}';\n"
            "$.ajax({url:'/common/search/'+channelId,type:'GET',dataType:'json',"
            f"data:{{page:1,_pageSize:{self.size},_isAgg:true,_isJson:true,_template:'index',"
            "_rangeTimeGte:'',_channelName:''},success:function(d){render(d.data.results)}});\n</script>"
        )

    def links(self, items: Iterable[Item], node: Node) -> list[Link]:
        """Return rows, some of them with addresses that leave out the scheme."""
        found = super().links(items, node)
        return [
            Link(
                href=f"//{self.portal.host}{link.href}"
                if number % 4 == 3 and "//" not in link.href
                else link.href,
                text=link.text,
                day=link.day,
            )
            for number, link in enumerate(found)
        ]

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return the call: a quoted id, pages, the current one counted from 1, items."""
        told = max(1, items - 6) if self.stale else items
        name = self.node_path(node).rpartition("/")[2].removesuffix(".shtml")
        return (
            '<div id="page_div"></div><script>'
            f"createPageHTML('page_div',{total}, {number},'{name}','shtml',{told});</script>"
        )

    def service(self, request: Request) -> Answer | None:
        """Answer the channel service and the tree."""
        if request.path.startswith(("/common/search/", "/searchList/")):
            return self._search(request)
        if request.path.startswith("/u/channel/treeNew/"):
            listed = [
                {"name": child.name, "url": self._leaf(child), "level": 2}
                for child in self.portal.root.children
            ]
            text = f"null({json.dumps({'list': listed}, ensure_ascii=False)});"
            return Answer(
                body=text.encode(), headers={"Content-Type": "text/javascript; charset=utf-8"}
            )
        return None

    def _leaf(self, node: Node) -> str:
        path = self.node_path(node)
        no_template = node.kind is Kind.NOTE
        return f"{path.rpartition('/')[0]}/null.shtml" if no_template else path

    def _search(self, request: Request) -> Answer | None:
        wanted = request.path.rpartition("/")[2]
        node = next((n for n in self.nodes() if hexes("channel", n.number) == wanted), None)
        if node is None:
            return None
        number = int(request.query.get("page", "1") or 1)
        size = int(request.query.get("_pageSize", "15") or 15)
        rows = node.rows(request.at)
        found = [self._result(item, node) for item in rows[(number - 1) * size : number * size]]
        data = {
            "total": len(rows), "page": number, "rows": size, "channelId": wanted, "results": found,
        }  # fmt: skip
        body = json.dumps({"data": data}, ensure_ascii=False).encode()
        return Answer(body=body, headers={"Content-Type": JSON})

    def _result(self, item: Item, node: Node) -> dict[str, object]:
        href = self.href(item, node)
        files = [
            {"fileName": f"年报.{ending}", "filePath": self.file_path(item, ending)}
            for ending in ATTACHED.get(item.form, ())
        ]
        return {
            "title": item.title, "subTitle": "", "content": "…", "memo": "",
            "url": href if "//" in href else f"//{self.portal.host}{href}",
            "publishedTimeStr": f"{item.shown_on} 10:25:13", "channelName": node.name,
            "manuscriptId": str(item.number), "resList": files,
            "domainMetaList": [{"resultList": [{"key": "pubdate", "value": str(item.shown_on)}]}],
        }  # fmt: skip

    def list_answer(self, node: Node, number: int, at: datetime) -> Answer:
        """Return a page; on some hosts the platform is an empty tree."""
        if not self.tree or node is not self.portal.root:
            return super().list_answer(node, number, at)
        project = self.site.strip("/") or "portal"
        body = (
            '<ul id="treeDemo" class="ztree"></ul><iframe id="rightFrame" '
            'src="about:blank"></iframe>'
            "<script>$.ajax({type:'get',dataType:'jsonp',"
            f"url:'/u/channel/treeNew/{project}?level=1&pid=&channelId="
            f"{hexes('channel', node.number)}"
            "&catecode=&open=0&target=new&published_file_name=/zwgk&template_name=zwgk_right2,"
            "zwgk_right_gknb1'});</script>"
        )
        text = looks.document(f"{node.name}_{self.portal.name}", body, head=self.listing_head(node))
        return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def article(self, item: Item, at: datetime) -> str:
        """Return the page of a row between the marks of the system."""
        text = super().article(item, at)
        return (
            text.replace("<h1>", "<UCAPTITLE><h1>")
            .replace("</h1>", "</h1></UCAPTITLE>")
            .replace(
                '<div class="footer">',
                f'<PUBLISHTIME>{item.shown_on} 09:12</PUBLISHTIME><div class="footer">',
            )
        )


class UcapChannel(Ucap):
    """A portal of UCAP whose lists come as JSON."""

    name = "ucap-channel"
    channel = True
    layouts = ("own", "mixed", "central")


class UcapNext(Family):
    """The next generation: ``pc/list.html`` and ``POST /queryList``."""

    name = "ucap-pc-list"
    layouts: ClassVar[Sequence[str]] = ("own", "mixed")

    def prepare(self) -> None:
        """Draw the code of the site."""
        self.site = f"{self.portal.host.split('.')[1][3:]}rmzf"

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/site/col14590/pc/list.html``."""
        del number, total
        return f"/{self.site}/{self._code(node)}/pc/list.html"

    def _code(self, node: Node) -> str:
        return f"col{10_000 + node.number % 100_000 + self.salt}"

    def item_path(self, item: Item) -> str:
        """Return ``/site/col14590/202601/<32 hex>.shtml`` as the service gives it."""
        return (
            f"/{self.site}/{self._code(self.homes[item.number])}/pc/content/conte"
            f"nt_{item.number}.html"
        )

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the script that asks for the rows."""
        del number, at
        return (
            '<div class="list" id="list"></div><script>\n'
            f"var webSiteCode='{self.site}',channelCode='{self._code(node)}',pageSiz"
            f"e={self.size};\n"
            "$.post('/queryList',{current:1,perPage:pageSize,pageSize:pageSize,searchstart:1,"
            "showMode:'full',unitid:'','webSiteCode[]':webSiteCode,'channelCode[]':channelCode,"
            "sort:'sortNum',order:'desc'},function(d){fill(d.data.results)});\n</script>"
        )

    def service(self, request: Request) -> Answer | None:
        """Answer ``queryList``."""
        if request.path != "/queryList":
            return None
        wanted = request.form.get("channelCode[]") or request.query.get("channelCode[]")
        node = next((n for n in self.nodes() if self._code(n) == wanted), None)
        rows = node.rows(request.at) if node else []
        number = int(request.form.get("current", "1") or 1)
        size = int(request.form.get("pageSize", str(self.size)) or self.size)
        found = [
            {
                "source": {
                    "title": item.title, "date": f"{item.shown_on} 10:00:00", "content": "",
                    "urls": json.dumps({"common": self.href(item, self.homes[item.number])}),
                    "url": self.href(item, self.homes[item.number]),
                }
            }
            for item in rows[(number - 1) * size : number * size]
        ]  # fmt: skip
        data = {"total": len(rows), "results": found}
        body = json.dumps({"code": 200, "data": data}, ensure_ascii=False).encode()
        return Answer(body=body, headers={"Content-Type": JSON})


class UcapItems(UcapNext):
    """A ``pc/list.html`` whose rows stand in a script of the page."""

    name = "ucap-items"
    layouts = ("own", "mixed", "central", "tabs")

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the rows as an object of the script."""
        del number
        rows = [
            {
                "aT": item.title,
                "aPd": f"{item.shown_on} 17:00",
                "aU": json.dumps({"common": self.href(item, node)}),
            }
            for item in node.rows(at)
        ]
        return (
            '<div id="list"></div><script>var '
            f"itemObj={json.dumps(rows, ensure_ascii=False)};</script>"
        )

    def list_answer(self, node: Node, number: int, at: datetime) -> Answer:
        """Return a page of a column."""
        del number
        text = screens.node_page(self, node, 1, at)
        return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
