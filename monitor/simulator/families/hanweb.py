"""Hanweb JCMS (大汉), first generation: XML in the page, three pages at once, the rest by POST."""

import re
from datetime import datetime
from html import escape

from monitor.simulator.families.base import Family
from monitor.simulator.families.ucap import hexes
from monitor.simulator.model import ATTACHED, Item, Node
from monitor.simulator.server import Answer, Request

MOODS = ("window", "window", "page", "empty")
"""What the proxy honours: startrecord and endrecord, only ``page``, nothing (an empty body)."""
GROUP = 3
XML = "text/xml; charset=utf-8"


class HanwebBase(Family):
    """Addresses that the generations of the system share."""

    def column(self, node: Node) -> int:
        """Return the number of a column."""
        return 10_000 + node.number % 100_000 + 50_000 * self.salt

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/col/col84242/index.html``."""
        del number, total
        return f"/col/col{self.column(node)}/index.html"

    def item_path(self, item: Item) -> str:
        """Return ``/art/2024/1/30/art_1229114055_89890.html``."""
        begin = item.spans[0][0].date() if item.spans else item.shown_on
        column = self.column(self.homes[item.number])
        return f"/art/{begin.year}/{begin.month}/{begin.day}/art_{column}_{item.number}.html"

    def file_path(self, item: Item, ending: str) -> str:
        """Return the address behind the redirect of the download service."""
        return f"/attach/0/{hexes(item.number, ending)}.{ending}"

    def attachments(self, item: Item) -> str:
        """Return links to the download service, which redirects to the files."""
        links = ""
        for ending in ATTACHED.get(item.form, ()):
            name = self.file_path(item, ending).rpartition("/")[2]
            href = f"/module/download/downfile.jsp?classid=0&amp;filename={name}"
            links += f'<p><a href="{href}">{escape(item.title)}.{ending}</a></p>'
        return links

    def download(self, request: Request) -> Answer | None:
        """Answer the download service."""
        if request.path != "/module/download/downfile.jsp":
            return None
        return Answer(
            status=302, headers={"Location": f"/attach/0/{request.query.get('filename', '')}"}
        )


class Hanweb(HanwebBase):
    """A portal of jpage units."""

    name = "hanweb"
    per_page = (5, 7, 10)

    def prepare(self) -> None:
        """Draw the mood of the proxy, its address, and whether another unit stands in the page."""
        self.mood = self.chance.choice(MOODS)
        self.two_units = self.chance.random() < 0.4
        self.proxy = self.chance.choice(
            ("/module/web/jpage/dataproxy.jsp", "/module/jpage/dataproxy.jsp")
        )
        self.web = self.chance.randint(1, 4000)

    def unit(self, node: Node) -> str:
        """Return the id of the unit that holds the rows of a column."""
        return str(200_000 + node.number % 100_000)

    def service(self, request: Request) -> Answer | None:
        """Answer the proxy and the download service."""
        if not request.path.endswith("dataproxy.jsp"):
            return self.download(request)
        asked = {**request.query, **request.form}
        wanted = asked.get("columnid")
        node = next((n for n in self.nodes() if str(self.column(n)) == wanted), None)
        if node is None or self.mood == "empty":
            return Answer(
                body=b"<datastore><recordset></recordset></datastore>",
                headers={"Content-Type": XML},
            )
        first, last = self._window(asked)
        text = (
            f"<?xml version='1.0' encoding='UTF-8' ?>\n{self._store(node, first, last, request.at)}"
        )
        return Answer(body=text.encode(), headers={"Content-Type": XML})

    def _window(self, asked: dict[str, str]) -> tuple[int, int]:
        size = int(asked.get("perpage") or self.size)
        if "startrecord" in asked and self.mood == "window":
            first = int(asked["startrecord"])
            return first, int(asked.get("endrecord") or first + size * GROUP - 1)
        number = int(asked.get("page") or 1)
        return (number - 1) * size + 1, number * size

    def _store(self, node: Node, first: int, last: int, at: datetime) -> str:
        rows = node.rows(at)
        records = "\n".join(self._record(item, node) for item in rows[first - 1 : last])
        call = (
            f"{self.proxy}?page=1&appid=1&webid={self.web}&path=/&columnid={self.column(node)}"
            f"&unitid={self.unit(node)}&webname=&permissiontype=0"
        )
        return (
            f"<datastore><totalrecord>{len(rows)}</totalrecord>"
            f"<totalpage>{-(-len(rows) // self.size)}</totalpage>"
            f'<nextgroup><![CDATA[<a href="{call}"></a>]]></nextgroup>\n'
            f"<recordset>\n{records}\n</recordset></datastore>"
        )

    def _record(self, item: Item, node: Node) -> str:
        href, day = self.href(item, node), item.shown_on.isoformat()
        title = escape(item.title)
        match item.number % 4:
            case 0:  # dirt as it is served
                row = (
                    f'<li style=<br/><a title=\'{title}\' href="{href}" target="_blank">{title}'
                    f"</a><span>{day[:5]}\n{day[5:]}</span></li>"
                )
            case 1:
                row = f"<li><span>{day}</span><a href='{href}' target=_blank>{title}</a></li>"
            case _:
                row = (
                    f"<li><a href='{href}' title='{title}' target=\"_blank\">{title[:20]}…</a>"
                    f"<span>{day}</span></li>"
                )
        return f"<record><![CDATA[{row}]]></record>"

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the unit of the column, now and then beside that of the news."""
        del number
        # Where the proxy gives nothing, all records stand in the page.
        inline = 10**6 if self.mood == "empty" else self.size * GROUP
        units = [self._unit(node, inline, at)]
        if self.two_units and node is not self.portal.news:
            units.insert(0, self._unit(self.portal.news, self.size, at))
        return "\n".join(units)

    def _unit(self, node: Node, inline: int, at: datetime) -> str:
        unit = self.unit(node)
        parameters = (
            f"col:1,appid:1,webid:{self.web},path:'/',columnid:{self.column(node)},"
            f"sourceContentType:1,unitid:'{unit}',webname:'{self.portal.name}',permissiontype:0"
        )
        return (
            f'<div id="{unit}"><script type="text/xml">{self._store(node, 1, inline, at)}</script>'
            f"</div>\n<script type=\"text/javascript\">$(function(){{$('#{unit}').jpage({{"
            f"themeName:'default',dataStore:dataStore_{unit},totalRecord:{len(node.rows(at))},"
            f"openCookies:false,perPage:{self.size},groupSize:{GROUP},barPosition:'bottom',"
            f"ajaxParam:{{{parameters}}},proxyUrl:'{self.proxy}'}});}});</script>"
        )


class HanwebXxgk(HanwebBase):
    """The disclosure module: a tree of areas, rows from ``search.jsp``, a page of the year."""

    name = "hanweb-xxgk"
    layouts = ("own", "mixed")
    static = False

    def prepare(self) -> None:
        """Draw whether the service minds the column, and the shape of its rows."""
        self.minds_column = self.chance.random() < 0.6
        self.tables = self.chance.random() < 0.5

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/col/col1229191870/index.html?number=D001`` for lists."""
        path = super().node_path(node, number, total)
        return f"{path}?number={self._code(node)}" if node.items and self.minds_column else path

    def _code(self, node: Node) -> str:
        return f"D{node.number % 1000:03d}"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column of an address whatever its query."""
        match = re.fullmatch(r"/col/col(\d+)/(?:index\.html)?", request.path)
        node = match and next((n for n in self.nodes() if self.column(n) == int(match[1])), None)
        return (node, 1) if node else None

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return the shell of a column; its rows are asked for."""
        del number, at
        code = self._code(node) if self.minds_column else ""
        div = f"div{node.number}"
        return (
            '<div id="tree"><iframe src="/module/xxgk/tree.jsp?area='
            f'{self._area(node)}"></iframe></div>'
            f'<div id="{div}"></div><form id="searchform" action="/module/xxgk/search.jsp">'
            f'<input type="hidden" name="infotypeId" value="{code}">'
            '<input type="hidden" name="jdid" value="1"><input type="hidden" '
            f'name="divid" value="{div}">'
            f'<input type="hidden" name="area" value="{self._area(node)}"></form>'
            f"<script>ajaxSearch('/module/xxgk/search.jsp?divid={div}&infotypeId={code}&jdid=1"
            f"&area={self._area(node)}&sortfield=compaltedate:0');</script>"
        )

    def _area(self, node: Node) -> str:
        return f"0010080030{sum(node.key.encode()) % 10**5:05d}"

    def service(self, request: Request) -> Answer | None:
        """Answer the search, the tree and downloads."""
        if request.path == "/module/xxgk/tree.jsp":
            return Answer(
                body=b"<html><body><div class='ztree'></div></body></html>",
                headers={"Content-Type": "text/html; charset=utf-8"},
            )
        if request.path != "/module/xxgk/search.jsp":
            return self.download(request)
        asked = {**request.query, **request.form}
        if not asked.get("divid"):
            return Answer(body=b"", headers={"Content-Type": "text/html; charset=utf-8"})
        text = self._fragment(asked, request.at)
        return Answer(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    def _fragment(self, asked: dict[str, str], at: datetime) -> str:
        number = int(asked.get("currpage") or 1)
        node = next((n for n in self.nodes() if f"div{n.number}" == asked["divid"]), None)
        if node is None:
            return ""
        pairs = [(item, node) for item in node.rows(at)]
        if not self.minds_column:  # all columns together
            lists = [n for n in self.portal.root.walk() if n.items]
            pairs = [(item, n) for n in lists for item in n.rows(at)]
            pairs.sort(key=lambda pair: pair[0].shown_on, reverse=True)
        total = max(1, -(-len(pairs) // self.size))
        rows = "".join(
            self._row(index, item, home)
            for index, (item, home) in enumerate(
                pairs[(number - 1) * self.size : number * self.size]
            )
        )
        around = f"<table>{rows}</table>" if self.tables else f"<ul>{rows}</ul>"
        return f'{around}<div class="pages">共{len(pairs)}条 第{number}页 共{total}页</div>'

    def _row(self, index: int, item: Item, node: Node) -> str:
        href, title, day = self.href(item, node), escape(item.title), item.shown_on.isoformat()
        if not self.tables:
            return f'<li><a href="{href}" title="{title}">{title}</a><b>{day}</b></li>'
        parity = "odd" if index % 2 else "even"
        return (
            f'<tr class="tr_main_value_{parity}"><td>{index + 1}</td><td><a href="{href}" '
            f'title="{title}" target="_blank">{title}</a></td><td>{day}</td></tr>'
        )
