"""Small pages for tests, written around the part that a test is about."""

from crawler.platforms.model import Page, PageRequest

COLUMN = "https://www.yunxi.example.gov.cn/zwgk/zfxxgk/zfxxgknb/"


def rows(
    count: int = 12, *, start: int = 0, suffix: str = "html", folder: str = "./202401/"
) -> str:
    """Return ``count`` rows of a list with titles, addresses and days."""
    return "".join(
        f'<li><a href="{folder}t202401{number % 28 + 1:02d}_{9100000 + number}.{suffix}">'
        f"云溪县第{number}局2023年政府信息公开工作年度报告</a>"
        f"<span>2024-01-{number % 28 + 1:02d}</span></li>"
        for number in range(start, start + count)
    )


def list_page(
    pager: str = "",
    *,
    url: str = COLUMN,
    body: str | None = None,
    request: PageRequest | None = None,
    head: str = "",
) -> Page:
    """Return a list page with navigation, rows and ``pager``."""
    content = f'<ul class="list">{rows()}</ul>' if body is None else body
    return Page(
        url=url,
        request=request,
        text=f"""<!DOCTYPE html><html><head><title>年报_云溪县人民政府</title>{head}</head><body>
        <div class="header"><ul class="nav"><li><a href="/">首页</a></li>
        <li><a href="/zwgk/">政务公开</a></li><li><a href="/zwfw/">政务服务</a></li>
        <li><a href="/hdjl/">互动交流</a></li></ul></div>
        <div class="main">{content}{pager}</div>
        <div class="footer"><a href="/gywm/">关于我们</a> <a href="/wzdt/">网站地图</a>
        <a href="https://beian.example.cn/">某ICP备00000000号</a></div></body></html>""",
    )


def article_page(
    content: str, *, url: str = f"{COLUMN}202401/t20240131_9100001.html", head: str = ""
) -> Page:
    """Return a report page with ``content`` between its header and footer."""
    return Page(
        url=url,
        text=f"""<!DOCTYPE html><html><head>{head}</head><body>
        <div class="header"><a href="/">首页</a></div>{content}
        <div class="footer"><a href="/files/help.pdf">使用帮助.pdf</a>
        <a href="/app/download.html">客户端下载</a> 网站标识码：0000000000</div></body></html>""",
    )
