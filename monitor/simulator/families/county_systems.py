"""Systems of single provinces: Openness of Anhui, the blocks of Hebei, TrueCMS of Nantong."""

import json
import re
from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5

from monitor.simulator.families.base import Family
from monitor.simulator.families.ucap import hexes
from monitor.simulator.model import ANNUAL, Item, Kind, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request


class Openness(Family):
    """Controllers for each kind of disclosure, one branch an agency."""

    name = "openness"
    layouts = ("own", "own", "mixed", "select")

    def prepare(self) -> None:
        """Draw whether ids are numbers or object ids."""
        self.object_ids = self.chance.random() < 0.5

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the controller of a column."""
        del total
        branch = 1 + node.number % 3000 + self.salt
        if node.label == ANNUAL and self.object_ids:
            page = f"&page={number}" if number > 1 else ""
            return f"/opennessAnnualReport/?branch_id={hexes('branch', branch)[:24]}{page}"
        if node.label == ANNUAL:
            return f"/XxgkAnnualReport/showList/{branch}/page_{number}.html"
        controller = {Kind.HUB: "OpennessBranch/index", Kind.NOTE: "OpennessGuide/show"}.get(
            node.kind
        )
        if controller:
            return f"/{controller}/{branch}.html"
        return f"/OpennessContent/showList/{branch}/106/page_{number}.html"

    def item_path(self, item: Item) -> str:
        """Return the page of a report or of other content."""
        number = item.number + self.salt
        if self.homes[item.number].label != ANNUAL:
            return f"/OpennessContent/show/{number}.html"
        if self.object_ids:
            begin = (
                item.spans[0][0]
                if item.spans
                else datetime.combine(item.shown_on, datetime.min.time())
            )
            identity = f"{int(begin.timestamp()):08x}{hexes(number)[:16]}"
            return f"/xxgkAnnualReport/detail/{identity}.html"
        return f"/XxgkAnnualReport/show/{number}.html"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the page of a list, by ``page_k`` or by ``page=k``."""
        match = re.search(r"page_(\d+)\.html$", request.path)
        number = int(match[1]) if match else int(request.query.get("page") or 1)
        first = re.sub(r"page_\d+\.html$", "page_1.html", request.target)
        node = self._lists.get(re.sub(r"&page=\d+$", "", first))
        return (node, number) if node else None


class Hebei(Family):
    """Columns under UUIDs whose further pages are blocks of a template."""

    name = "hebei"
    layouts = ("own", "mixed", "central", "tabs")

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/columns/<uuid>/index.html``; page k is a block."""
        del total
        column = self._uuid("column", node.number)
        if number == 1:
            return f"/columns/{column}/index.html"
        return f"{self._block(node)}?page={number}&fix=0"

    def _uuid(self, *parts: object) -> str:
        return str(uuid5(NAMESPACE_URL, repr((self.portal.host, self.salt, *parts))))

    def _block(self, node: Node) -> str:
        column = self._uuid("column", node.number)
        return (
            f"/columns/{column}/templates/{self._uuid('template')}/blocks/"
            f"{self._uuid('block', node.number)}"
        )

    def item_path(self, item: Item) -> str:
        """Return ``/columns/<uuid>/202308/21/<uuid>.html``."""
        begin = item.spans[0][0] if item.spans else item.shown_on
        column = self._uuid("column", self.homes[item.number].number)
        return f"/columns/{column}/{begin:%Y%m}/{begin:%d}/{self._uuid('item', item.number)}.html"

    def service(self, request: Request) -> Answer | None:
        """Answer blocks: the rows and the pager without the page around them."""
        if "/blocks/" not in request.path:
            return None
        node = next((n for n in self.nodes() if self._block(n) == request.path), None)
        if node is None:
            return NOT_FOUND
        number = int(request.query.get("page") or 1)
        text = self._rows(node, number, request.at)
        return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the first block in its page."""
        return (
            f'<div class="block" data-src="{self._block(node)}">'
            f"{self._rows(node, number, at)}</div>"
        )

    def _rows(self, node: Node, number: int, at: datetime) -> str:
        rows = "".join(
            f'<li class="xxgk_gfxwjk-list-li"><a href="{self.href(item, node)}" '
            f'title="{escape(item.title)}">'
            f"{escape(item.title)}</a><span>{item.shown_on}</span></li>"
            for item in self.page_rows(node, number, at)
        )
        total = self.pages(node, at)
        links = "".join(
            f'<a href="{self._block(node)}?page={page}&amp;fix=0">{page}</a> '
            for page in range(1, total + 1)
        )
        return f'<ul>{rows}</ul><div class="page">{links if total > 1 else ""}</div>'


class TrueCms(Family):
    """Rows in a hidden element, the rest by JSONP in windows that servers limit."""

    name = "truecms"
    layouts = ("own", "mixed")
    per_page = (5, 8, 10)

    def prepare(self) -> None:
        """Draw the limit of windows, the spelling of the service, whether it wants a Referer."""
        self.most = self.chance.choice((50, 10))
        self.spelling = self.chance.choice(("truecms", "TrueCMS"))
        self.needs_referer = self.chance.random() < 0.5

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/sgaj/zcfg/zcfg.html``: the file repeats the directory."""
        del number, total
        path = self.directory(node)
        return f"/{path}/{path.rpartition('/')[2]}.html"

    def item_path(self, item: Item) -> str:
        """Return ``…/content/<uuid>.html``."""
        column = self.node_path(self.homes[item.number]).rpartition("/")[0]
        return f"{column}/content/{uuid5(NAMESPACE_URL, f'{item.portal} {item.number}')}.html"

    def _column(self, node: Node) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.portal.host} {node.key}"))

    @property
    def _service(self) -> str:
        return f"/{self.spelling}/messageController/getMessage.do"

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the first group, and the call for the rest."""
        del number
        rows, inline = node.rows(at), self.size * 3
        first = "".join(self._row(item, node) for item in rows[:inline])
        return (
            f'<div id="initData" style="display:none"><ul class="xxgk-list-con">{first}</ul></div>'
            "<div id=\"content\"></div><script>$('#content').jpage({dataStore:dataStore,"
            f'totalRecord:{len(rows)},dataBefore:\'<ul id="content" '
            "class=\"content\">',dataAfter:'</ul>',"
            f"proxyUrl:'http://{self.portal.host}{self._service}',perPage:{self.size},groupSize:3,"
            f"barPosition:'bottom',ajaxParam:{{columnId:'{self._column(node)}'}}}});</script>"
        )

    def _row(self, item: Item, node: Node) -> str:
        return (
            f'<li><a href="{self.href(item, node)}" target="_blank" title="{escape(item.title)}">'
            f"{escape(item.title)}</a><span>{item.shown_on}</span></li>"
        )

    def service(self, request: Request) -> Answer | None:
        """Answer ``getMessage.do``."""
        if request.path != self._service:
            return None
        asked = {**request.query, **request.form}
        first, last = int(asked.get("startrecord") or 1), int(asked.get("endrecord") or self.size)
        no_referer = self.needs_referer and "referer" not in request.headers
        node = next((n for n in self.nodes() if self._column(n) == asked.get("columnId")), None)
        if node is None or no_referer or last - first + 1 > self.most:
            return NOT_FOUND
        rows = node.rows(request.at)
        records = "".join(
            f"<record><![CDATA[{self._row(item, node)}]]></record>"
            for item in rows[first - 1 : last]
        )
        store = (
            f"<datastore><totalrecord>{len(rows)}</totalrecord>"
            f"<recordset>{records}</recordset></datastore>"
        )
        text = f"{asked.get('callback', 'cb')}({json.dumps({'result': store})});"
        return Answer(
            body=text.encode(), headers={"Content-Type": "text/javascript; charset=utf-8"}
        )
