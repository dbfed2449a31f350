"""A small county portal of the TRS kind, as builders that tests vary."""

from collections.abc import Iterable

from tests.crawler.portal import Site

COLUMN = "/zwgk/zfxxgk/zfxxgknb/"
AGENCIES = ("清河县财政局", "清河县教育局", "清河县科技和工业信息化局")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def report_path(number: int) -> str:
    """Return the path of a report's page."""
    return f"{COLUMN}202401/t20240115_{1000 + number}.html"


def title_of(agency: str, year: int) -> str:
    """Return the usual title of a report."""
    return f"{agency}{year}年政府信息公开工作年度报告"


def row(path: str, title: str, day: str = "2024-01-15") -> str:
    """Return one row of a list."""
    return f'<li><a href="{path}" title="{title}">{title[:12]}…</a><span>{day}</span></li>'


def list_page(rows: Iterable[str], pager: str = "") -> str:
    """Return a list page of a TRS column."""
    return f"""<!DOCTYPE html><html><head><title>政府信息公开年报</title>
<meta name="SiteName" content="清河县人民政府"><meta name="ColumnName" content="政府信息公开年报">
<meta name="ColumnType" content="信息公开年报"></head><body>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政府信息公开</a>
 &gt; 政府信息公开年报</div>
<ul class="list">{"".join(rows)}</ul><script>{pager}</script></body></html>"""


def report_page(title: str, text: str = "", attachments: Iterable[str] = (), views: int = 1) -> str:
    """Return the page of a report."""
    text = text or "2023年，本单位主动公开政府信息若干条。" * 12
    links = "".join(f'<p><a href="{path}">附件：年度报告.pdf</a></p>' for path in attachments)
    return f"""<!DOCTYPE html><html><head><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2024-01-15 09:12:00">
<meta name="ContentSource" content="清河县人民政府办公室"></head><body>
<h1>{title}</h1><div class="info">发布日期：2024-01-15 浏览次数：{views}</div>
<div class="TRS_Editor"><p>一、总体情况</p><p>{text}</p>{links}</div>
</body></html>"""


def home_page() -> str:
    """Return a front page that leads to the column in two steps."""
    filler = "".join(f'<li><a href="/xw/{n}.html">新闻 {n}</a></li>' for n in range(12))
    return f"""<!DOCTYPE html><html><head><title>清河县人民政府</title></head><body>
<ul>{filler}</ul><a href="/zwgk/">政府信息公开</a></body></html>"""


def platform_page() -> str:
    """Return the disclosure platform with its usual entries."""
    return f"""<!DOCTYPE html><html><head><title>政府信息公开</title></head><body><ul>
<li><a href="/zwgk/zfxxgkzn/">政府信息公开指南</a></li>
<li><a href="/zwgk/zfxxgkzd/">政府信息公开制度</a></li>
<li><a href="/zwgk/fdzdgknr/">法定主动公开内容</a></li>
<li><a href="{COLUMN}">政府信息公开年报</a></li>
<li><a href="/zwgk/wznb/">政府网站工作年度报表</a></li></ul></body></html>"""


def fill(site: Site, *, agencies: Iterable[str] = AGENCIES, year: int = 2023) -> None:
    """Give a portal a front page, a platform and one page of reports, one with a file."""
    site.page("/", home_page())
    site.page("/zwgk/", platform_page())
    rows = [row("./wz.html", "清河县人民政府2023年政府网站工作年度报表")]
    for number, agency in enumerate(agencies):
        rows.append(row(f"./202401/t20240115_{1000 + number}.html", title_of(agency, year)))
        attachments = ["./P020240115000000000001.pdf"] if number == 0 else []
        site.page(
            report_path(number),
            report_page(title_of(agency, year), attachments=attachments),
            etag=True,
        )
    site.file(f"{COLUMN}202401/P020240115000000000001.pdf", PDF)
    site.page(COLUMN, list_page(rows, 'createPageHTML(1, 0, "index", "html");'), etag=True)
