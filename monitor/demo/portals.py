"""Invented portals in the manner of three publishing systems."""

from html import escape

from monitor.demo.county import Form
from monitor.demo.sites import Entry, InventedPortal, meta
from monitor.simulator.server import NOT_FOUND, Answer, Request, page
from monitor.specimens.html_look import HtmlLook


class TrsPortal(InventedPortal):
    """Static pages in pinyin directories; the pager is a script call, page 2 is ``index_1``."""

    look = HtmlLook(editor="ueditor", grouping="tbody", cell="<p><span>{}</span></p>", indent="css")

    COLUMN = "/zwgk/zfxxgk/zfxxgknb/"
    PER_PAGE = 15

    def respond(self, request: Request) -> Answer:
        """Answer by path."""
        path = request.path
        if path in ("/", "/index.html"):
            return self.home("/zwgk/")
        if path == "/zwgk/":
            return self.platform(self.COLUMN)
        if path.startswith(self.COLUMN):
            return self._column(path.removeprefix(self.COLUMN))
        return NOT_FOUND

    def _column(self, rest: str) -> Answer:
        if rest in ("", "index.html"):
            return self._list(0)
        if rest.startswith("index_") and rest.endswith(".html"):
            return self._list(int(rest[6:-5]))
        name = rest.rsplit("/", 1)[-1]
        entry = self.numbered(name.split("_")[-1].split(".")[0])
        if entry is None:
            return NOT_FOUND
        if name.startswith("P0"):
            return self.file(entry, name.rsplit(".", 1)[-1])
        return self.article(entry, lambda ending: f"./P0{entry.day:%Y%m%d}_{entry.number}.{ending}")

    def _list(self, index: int) -> Answer:
        total = -(-len(self.rows) // self.PER_PAGE)
        if index >= total:
            return page('<html><head><meta http-equiv="refresh" content="0;url=./"></head></html>')
        rows = "\n".join(
            self._row(entry)
            for entry in self.rows[index * self.PER_PAGE : (index + 1) * self.PER_PAGE]
        )
        column = meta(SiteName=self.name, ColumnName="政府信息公开年报", ColumnType="信息公开年报")
        return page(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报_{self.name}'
            f'</title>{column}</head><body><div class="nav"><a href="/">首页</a> &gt; '
            '<a href="/zwgk/">政务公开</a> &gt; 政府信息公开年报</div>'
            f'<div class="list"><ul>\n{rows}\n</ul></div><div class="page"><script>'
            f'createPageHTML({total}, {index}, "index", "html");</script></div></body></html>'
        )

    def _row(self, entry: Entry) -> str:
        folder = f"./{entry.day:%Y%m}"
        form = entry.publication.form if entry.publication else Form.PAGE
        link = f"{folder}/t{entry.day:%Y%m%d}_{entry.number}.html"
        shown = entry.title if len(entry.title) < 24 else entry.title[:23] + "…"
        if form is Form.PDF_ROW:
            link = f"{folder}/P0{entry.day:%Y%m%d}_{entry.number}.pdf"
        anchor = (
            f'<a href="{link}" title="{escape(entry.title)}" target="_blank">{escape(shown)}</a>'
        )
        if form is Form.ONCLICK:
            anchor = (
                f'<a href="javascript:void(0)" onclick="jumpToDetail(\'{link}\')">'
                f"{escape(entry.title)}</a>"
            )
        return f"<li>{anchor}<b>{entry.day.isoformat()}</b></li>"


class HanwebPortal(InventedPortal):
    """Lists as XML inside a script, further groups by POST to a proxy page."""

    look = HtmlLook(editor="word", cell="<p>{}</p>", blank="<p>&nbsp;</p>", heading="split")

    COLUMN_ID = "1229001"
    UNIT = "550011"
    PER_PAGE = 4
    GROUP = 3

    def respond(self, request: Request) -> Answer:
        """Answer by path."""
        path = request.path
        if path in ("/", "/index.html"):
            return self.home("/col/col1229000/index.html")
        if path == "/col/col1229000/index.html":
            return self.platform(f"/col/col{self.COLUMN_ID}/index.html")
        if path == f"/col/col{self.COLUMN_ID}/index.html":
            return self._list()
        if path == "/module/web/jpage/dataproxy.jsp":
            return self._proxy(request)
        name = path.rsplit("/", 1)[-1]
        entry = self.numbered(name.removesuffix(".html").split("_")[-1].split(".")[0])
        if entry is None:
            return NOT_FOUND
        if path.startswith("/attach/0/"):
            return self.file(entry, name.rsplit(".", 1)[-1])
        return self.article(entry, lambda ending: f"/attach/0/{entry.number}.{ending}")

    def _record(self, entry: Entry) -> str:
        day = entry.day
        link = f"/art/{day.year}/{day.month}/{day.day}/art_{self.COLUMN_ID}_{entry.number}.html"
        return (
            f"<record><![CDATA[<li><a href='{link}' title='{escape(entry.title)}' "
            f'target="_blank">{escape(entry.title[:20])}…</a><span>{day.isoformat()}</span></li>]]>'
            "</record>"
        )

    def _store(self, first: int, last: int) -> str:
        records = "\n".join(self._record(entry) for entry in self.rows[first - 1 : last])
        pages = -(-len(self.rows) // self.PER_PAGE)
        return (
            f"<datastore><totalrecord>{len(self.rows)}</totalrecord><totalpage>{pages}</totalpage>"
            f'<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1'
            f'&path=/&columnid={self.COLUMN_ID}&unitid={self.UNIT}&webname=&permissiontype=0"></a>]]>'
            f"</nextgroup>\n<recordset>\n{records}\n</recordset></datastore>"
        )

    def _list(self) -> Answer:
        store = self._store(1, self.PER_PAGE * self.GROUP)
        parameters = (
            f"col:1,appid:1,webid:1,path:'/',columnid:{self.COLUMN_ID},sourceContentType:1,"
            f"unitid:'{self.UNIT}',webname:'{self.name}',permissiontype:0"
        )
        return page(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报</title>'
            f"{meta(ColumnName='政府信息公开年报', ColumnType='信息公开年报')}</head><body>"
            f'<div class="bt">当前位置：<a href="/">首页</a> &gt; 政府信息公开年报</div>'
            f'<div id="{self.UNIT}"><script type="text/xml">{store}</script></div>\n'
            f"<script>$(function(){{$('#{self.UNIT}').jpage({{themeName:'default',"
            f"totalRecord:{len(self.rows)},openCookies:false,perPage:{self.PER_PAGE},"
            f"groupSize:{self.GROUP},barPosition:'bottom',ajaxParam:{{{parameters}}},"
            "proxyUrl:'/module/web/jpage/dataproxy.jsp'});});</script></body></html>"
        )

    def _proxy(self, request: Request) -> Answer:
        first = int(request.query.get("startrecord", "1"))
        last = int(request.query.get("endrecord", str(first + self.PER_PAGE * self.GROUP - 1)))
        text = f"<?xml version='1.0' encoding='UTF-8' ?>\n{self._store(first, last)}"
        return Answer(body=text.encode(), headers={"Content-Type": "text/xml; charset=utf-8"})


class PlainPortal(InventedPortal):
    """An ordinary list in a table, paged by ``?page=``."""

    PER_PAGE = 8

    def respond(self, request: Request) -> Answer:
        """Answer by path."""
        path = request.path
        if path in ("/", "/index.html"):
            return self.home("/gk/")
        if path == "/gk/":
            return self.platform("/gk/xxgknb/")
        if path == "/gk/xxgknb/":
            return self._list(int(request.query.get("page", "1")))
        entry = self.numbered(path.rsplit("/", 1)[-1].removesuffix(".html"))
        return NOT_FOUND if entry is None else self.article(entry, lambda ending: ending)

    def _list(self, number: int) -> Answer:
        total = -(-len(self.rows) // self.PER_PAGE)
        first = (number - 1) * self.PER_PAGE
        rows = "\n".join(
            f'<tr><td><a href="/gk/xxgknb/content/{entry.number}.html">'
            f"{escape(entry.title)}</a></td><td>[{entry.day:%Y/%m/%d}]</td></tr>"
            for entry in self.rows[first : first + self.PER_PAGE]
        )
        following = (
            f'<a href="/gk/xxgknb/?page={number + 1}">下一页</a>' if number < total else "下一页"
        )
        return page(
            '<!DOCTYPE html><html><head><meta charset="utf-8"><title>信息公开年报</title></head>'
            '<body><div>您的位置：<a href="/">首页</a> &gt; <a href="/gk/">政府信息公开</a> &gt; '
            f"信息公开年报</div><table>\n{rows}\n</table><div>共{len(self.rows)}条 "
            f"第{number}/{total}页 {following}</div></body></html>"
        )
