"""Boda VSB (博达): ``slug.htm``, the pager counts down, files without endings."""

import re
from html import escape

from monitor.simulator import style as looks
from monitor.simulator.families.base import Family
from monitor.simulator.model import ATTACHED, Item, Node
from monitor.simulator.server import Answer, Request

_PAGE = re.compile(r"(?P<stem>/.*)/(?P<shown>\d+)\.htm")


class Boda(Family):
    """A portal of Visual SiteBuilder."""

    name = "boda"

    def prepare(self) -> None:
        """Draw the owner's number and the kind of file address."""
        self.owner = self.chance.randrange(10**9, 2 * 10**9)
        self.local_files = self.chance.random() < 0.4

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return ``/zfxxgk/xxgknb.htm``; page k is ``xxgknb/{total-k+1}.htm``."""
        path = f"/{self.directory(node)}"
        return f"{path}.htm" if number == 1 else f"{path}/{total - number + 1}.htm"

    def item_path(self, item: Item) -> str:
        """Return ``/info/2061/33061.htm``."""
        return f"/info/{1000 + self.homes[item.number].number % 9000 + self.salt}/{item.number}.htm"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a download without a file name in its path, or a file under its hash."""
        number = item.number * 10 + len(ending)
        if self.local_files:
            digits = f"{number:032X}"
            return (
                f"/__local/{digits[-1]}/{digits[-3:-1]}/{digits[-5:-3]}/{digits}_"
                f"1A2B_5E6F7.{ending}"
            )
        return (
            "/system/_content/download.jsp?urltype=news.DownloadAttachUrl"
            f"&owner={self.owner}&wbfileid={number}"
        )

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column of ``slug/9.htm``."""
        match = _PAGE.fullmatch(request.path)
        node = self._lists.get(f"{match['stem']}.htm") if match else None
        if match is None or node is None:
            return None
        return node, max(2, self.pages(node, request.at) - int(match["shown"]) + 1)

    def service(self, request: Request) -> Answer | None:
        """Answer HEAD of a download with the page that a click would show."""
        if request.method == "HEAD" and "download.jsp" in request.path:
            text = "<html><body>正在下载</body></html>"
            return Answer(body=text.encode(), headers={"Content-Type": "text/html"})
        return None

    def listing_head(self, node: Node) -> str:
        """Return labels with capitals, and the marks of the system."""
        text = super().listing_head(node).replace("name=", "Name=").replace("content=", "Content=")
        return (
            f"{text}<!--Announced by Visual SiteBuilder 9-->\n"
            '<script language="javascript" src="/_sitegray/_sitegray.js"></script>\n'
            "<!-- CustomerNO:77656262657232307003475455525640035748 -->\n"
            f"<script>_jsq_(1021,'/list.jsp',-1,{self.owner})</script>"
        )

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return the pager of the system."""

        def to(label: str, kind: str, page: int) -> str:
            if not 1 <= page <= total or page == number:
                return f'<span class="p_{kind}_d p_fun_d">{label}</span>'
            href = self.node_path(node, page, total)
            return f'<span class="p_{kind} p_fun"><a href="{href}">{label}</a></span>'

        return (
            '<div class="pb_sys_common pb_sys_normal pb_sys_style1">'
            f'<span class="p_t">共{items}条</span> <span class="p_pages">{to("首页", "first", 1)}'
            f"{to('上页', 'prev', number - 1)}{to('下页', 'next', number + 1)}"
            f'{to("尾页", "last", total)}</span> <span class="p_t">{number}/{total}</span></div>'
        )

    def attachments(self, item: Item) -> str:
        """Return the list of files that stands outside the text."""
        return "".join(
            '<ul style="list-style-type:none;"><li>附件【<a '
            f'href="{escape(self.file_path(item, ending))}" '
            f'target="_blank">{escape(item.title)}.{ending}</a>】已下载<span></span>次</li></ul>'
            for ending in ATTACHED.get(item.form, ())
        )

    def look(self, style: looks.Style) -> looks.Style:
        """Return the usual rows of the system."""
        return looks.Style(
            rows=self.chance.choice(("li-first", "li", "table")), day=" {0:%Y-%m-%d}",
            cut=style.cut, labels=style.labels, info=style.info, body=style.body,
            crumbs=style.crumbs,
        )  # fmt: skip
