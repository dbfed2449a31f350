"""Invented portals in the manner of three publishing systems, and two that cannot be read."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from monitor.demo.county import Decoy, Form, Publication
from monitor.demo.portal import DROPPED, NOT_FOUND, Answer, Request, page
from monitor.specimens.html import html_body
from monitor.specimens.html_look import HtmlLook
from monitor.specimens.pdf import pdf_file
from monitor.specimens.word import docx_file

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a list and what its link leads to."""

    number: int
    title: str
    day: date
    publication: Publication | None = None


def entries(publications: Sequence[Publication], decoys: Sequence[Decoy]) -> list[Entry]:
    """Return the rows of one portal's list, newest first."""
    rows = [
        Entry(number=p.number, title=p.report.title, day=p.report.published_on, publication=p)
        for p in publications
    ]
    rows += [Entry(number=d.number, title=d.title, day=d.published_on) for d in decoys]
    return sorted(rows, key=lambda row: (row.day, row.number), reverse=True)


def with_validators(answer: Answer, request: Request) -> Answer:
    """Add an ETag, and answer 304 if the asker already has this body."""
    etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(status=304, headers={"ETag": etag})
    return Answer(status=answer.status, body=answer.body, headers={**answer.headers, "ETag": etag})


def _meta(**labels: str) -> str:
    return "".join(
        f'<meta name="{name}" content="{escape(value)}">\n' for name, value in labels.items()
    )


def _article(site_name: str, domain: str, entry: Entry, body: str, attachments: str) -> str:
    labels = _meta(
        SiteName=site_name,
        SiteDomain=domain,
        SiteIDCode="9901010001",
        ColumnName="政府信息公开年报",
        ColumnType="信息公开年报",
        ArticleTitle=entry.title,
        PubDate=f"{entry.day.isoformat()} 09:12:00",
        ContentSource=_source(entry, site_name),
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">\n'
        f"<title>{escape(entry.title)}_{escape(site_name)}</title>\n{labels}</head><body>\n"
        f'<div class="nav"><a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; '
        f"政府信息公开年报</div>\n<h1>{escape(entry.title)}</h1>\n"
        f'<div class="info">发布时间：{entry.day.isoformat()} 09:12 '
        f"来源：{escape(_source(entry, site_name))} 字体：大 中 小</div>\n"
        f'<div class="view TRS_UEDITOR" id="zoom">{body}\n{attachments}</div>\n'
        '<div class="footer">主办单位</div></body></html>'
    )


def _source(entry: Entry, site_name: str) -> str:
    return entry.publication.report.agency if entry.publication else site_name


class _Portal(ABC):
    """What the three kinds of portal share: robots, home page, articles, files."""

    look = HtmlLook()
    """How the portal's editor writes a report."""

    def __init__(self, *, name: str, host: str, rows: list[Entry]) -> None:
        self.name = name
        self.host = host
        self.rows = rows
        self._files: dict[tuple[int, str], tuple[Publication, bytes]] = {}

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.path == "/robots.txt":
            return Answer(
                body=b"User-agent: *\nDisallow: /admin/\n", headers={"Content-Type": "text/plain"}
            )
        found = self.respond(request)
        return found if found.status != 200 else with_validators(found, request)

    @abstractmethod
    def respond(self, request: Request) -> Answer:
        """Answer anything but robots.txt."""

    def home(self, platform: str) -> Answer:
        """Return a home page with a menu."""
        return page(
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.name}</title>'
            f"{_meta(SiteName=self.name, SiteDomain=self.host, SiteIDCode='9901010001')}</head>"
            f'<body><ul class="menu"><li><a href="/">首页</a></li><li><a href="/xwzx/">新闻中心</a>'
            f'</li><li><a href="{platform}">政府信息公开</a></li><li><a href="/hdjl/">互动交流</a>'
            f"</li></ul><p>欢迎访问{self.name}。</p></body></html>"
        )

    def platform(self, column: str) -> Answer:
        """Return a disclosure platform with its four entries."""
        return page(
            '<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开</title></head>'
            '<body><ul class="xxgk"><li><a href="/zwgk/zn/">政府信息公开指南</a></li>'
            '<li><a href="/zwgk/zd/">政府信息公开制度</a></li>'
            '<li><a href="/zwgk/fdzdgknr/">法定主动公开内容</a></li>'
            f'<li><a href="{column}">政府信息公开年报</a></li></ul></body></html>'
        )

    def article(self, entry: Entry, file_url: Callable[[str], str]) -> Answer:
        """Return the page of a list row; ``file_url`` gives the link of an attached file."""
        publication = entry.publication
        if publication is None:
            body = "<p>本页为网站公告内容，不含政府信息公开工作年度报告正文。</p>"
            return page(_article(self.name, self.host, entry, body, ""))
        attached = {Form.PDF_ATTACHED: "pdf", Form.DOCX_ATTACHED: "docx"}.get(publication.form)
        if attached is None:
            text = html_body(publication.report, self.look)
            return page(_article(self.name, self.host, entry, text, ""))
        link = f'<p>附件：<a href="{file_url(attached)}">{escape(entry.title)}.{attached}</a></p>'
        return page(_article(self.name, self.host, entry, "<p>详见附件。</p>", link))

    def file(self, entry: Entry, ending: str) -> Answer:
        """Return the report of a list row as a file."""
        publication = entry.publication
        if publication is None:
            return NOT_FOUND
        made = self._files.get((entry.number, ending))
        if made is None or made[0] != publication:  # the same report is the same bytes
            write = docx_file if ending == "docx" else pdf_file
            made = (publication, write(publication.report))
            self._files[entry.number, ending] = made
        return Answer(body=made[1], headers={"Content-Type": _DOCX if ending == "docx" else _PDF})

    def numbered(self, number: str) -> Entry | None:
        """Return the row with this number."""
        return next((row for row in self.rows if str(row.number) == number), None)


class TrsPortal(_Portal):
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
        column = _meta(SiteName=self.name, ColumnName="政府信息公开年报", ColumnType="信息公开年报")
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


class HanwebPortal(_Portal):
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
            f"{_meta(ColumnName='政府信息公开年报', ColumnType='信息公开年报')}</head><body>"
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


class PlainPortal(_Portal):
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


class ScriptPortal(PlainPortal):
    """A list that exists only after its script asked for it."""

    def _list(self, number: int) -> Answer:
        del number
        return page(
            '<!DOCTYPE html><html><head><meta charset="utf-8"><title>信息公开年报</title></head>'
            '<body><div>您的位置：<a href="/">首页</a> &gt; 信息公开年报</div><div id="app"></div>'
            "<script>fetch('/gk/list.json').then(a=>a.json()).then(function(rows){"
            "var list=document.createElement('ul');rows.forEach(function(row){"
            "var item=document.createElement('li'),link=document.createElement('a');"
            "link.href='/gk/xxgknb/content/'+row.id+'.html';link.textContent=row.t;"
            "item.appendChild(link);var day=document.createElement('span');day.textContent=row.d;"
            "item.appendChild(day);list.appendChild(item);});"
            "document.getElementById('app').appendChild(list);});</script></body></html>"
        )

    def respond(self, request: Request) -> Answer:
        """Answer by path, the script's request included."""
        if request.path != "/gk/list.json":
            return super().respond(request)
        rows = [{"id": row.number, "t": row.title, "d": row.day.isoformat()} for row in self.rows]
        return Answer(
            body=json.dumps(rows, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )


def blocking_site(request: Request) -> Answer:
    """Answer every page with a script challenge, as some protection services do."""
    if request.path == "/robots.txt":
        return NOT_FOUND
    return Answer(
        status=412,
        body=(
            b'<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9Dhefwq" content="{}" '
            b"r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=53478;</script>"
            b"</head><body></body></html>"
        ),
        headers={"Content-Type": "text/html", "Set-Cookie": "FSSBBIl1UgzbN7N80S=x; Path=/"},
    )


def dead_site(request: Request) -> Answer:
    """Close every connection without an answer."""
    del request
    return DROPPED
