"""What invented portals share, and two that cannot be read."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from monitor.demo.county import Decoy, Form, Publication
from monitor.simulator.server import DROPPED, NOT_FOUND, Answer, Request, page
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


def meta(**labels: str) -> str:
    """Return labels of the head of a page."""
    return "".join(
        f'<meta name="{name}" content="{escape(value)}">\n' for name, value in labels.items()
    )


def _article(site_name: str, domain: str, entry: Entry, body: str, attachments: str) -> str:
    labels = meta(
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


class InventedPortal(ABC):
    """What the kinds of portal share: robots, home page, articles, files."""

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
            f"{meta(SiteName=self.name, SiteDomain=self.host, SiteIDCode='9901010001')}</head>"
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
