"""TRS WCM (拓尔思): static pages in pinyin directories, the pager a call in many dialects."""

import re
from datetime import datetime
from html import escape

from monitor.simulator import style as looks
from monitor.simulator.families.base import Family
from monitor.simulator.model import ATTACHED, Item, Node
from monitor.simulator.server import NOT_FOUND, Answer, Request, page

_REFRESH = '<html><head><meta http-equiv="refresh" content="0;url=./"></head></html>'
_PAGE = re.compile(r"(?P<directory>.*/)(?:column-)?index[_-](?P<number>\d+)\.\w+")

DIALECTS = (
    "default", "default", "default", "three", "createPage", "Pager", "next", "pagination",
    "column-index", "inverted", "client",
)  # fmt: skip
ROWS = ("plain", "plain", "plain", "onclick", "script")


class Trs(Family):
    """A portal of TRS."""

    name = "trs"
    static = True

    def prepare(self) -> None:
        """Draw a dialect of the pager, a way of writing rows, the ending of files."""
        self.dialect = self.chance.choice(DIALECTS)
        self.rows_by = self.chance.choice(ROWS)
        self.ending = self.chance.choice(("html", "html", "shtml", "htm"))
        self.suffixed = self.chance.random() < 0.4
        self.past_end = self.chance.choice(("404", "refresh", "stub"))
        self.dated = self.chance.random() < 0.9
        if self.dialect == "client":
            self.size = 10_000

    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the directory of a column, or the file of one of its further pages."""
        return f"/{self._path(node)}/{self._file(number, total)}"

    def _path(self, node: Node) -> str:
        """Return the directories of a node; some sites number those whose slug repeats."""
        path = self.directory(node)
        if not self.suffixed or node.key == self.portal.root.key:
            return path
        parent = next((n for n in self.nodes() if node in n.children), None)
        if parent is not None:
            path = f"{self._path(parent)}/{node.key.removeprefix(parent.key).strip('/')}"
        return f"{path}_{5_000_000 + node.number % 100_000}"

    def _file(self, number: int, total: int) -> str:
        if number == 1:
            return ""
        if self.dialect == "column-index":
            return f"column-index-{number}.{self.ending}"
        shown = {"pagination": number, "inverted": total - number}.get(self.dialect, number - 1)
        return f"index_{shown}.{self.ending}"

    def item_path(self, item: Item) -> str:
        """Return the address below the article's column."""
        begin = item.spans[0][0].date() if item.spans else item.shown_on
        name = f"t{begin:%Y%m%d}_{item.number}" if self.dated else f"t{item.number}"
        return f"{self.node_path(self.homes[item.number])}{begin:%Y%m}/{name}.{self.ending}"

    def file_path(self, item: Item, ending: str) -> str:
        """Return a name of 20 digits beside the article."""
        begin = item.spans[0][0].date() if item.spans else item.shown_on
        directory = self.item_path(item).rpartition("/")[0]
        return f"{directory}/P0{begin:%Y%m%d}{item.number:011d}.{ending}"

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column of ``index_k``."""
        match = _PAGE.fullmatch(request.path)
        node = self._lists.get(match["directory"]) if match else None
        if match is None or node is None:
            plain = re.sub(r"index\.s?html?$", "", request.path)
            return (found, 1) if (found := self._lists.get(plain)) else None
        shown, total = int(match["number"]), self.pages(node, request.at)
        if self.dialect == "inverted":
            return node, total - shown
        return node, shown if self.dialect in ("pagination", "column-index") else shown + 1

    def beyond(self, node: Node) -> Answer:
        """Return 404, a page that leads back to the first, or a stub."""
        del node
        if self.past_end == "404":
            return NOT_FOUND
        return page(
            _REFRESH if self.past_end == "refresh" else f"<html><body>{' ' * 300}</body></html>"
        )

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return rows with relative links, some opened by scripts or written by them."""
        items, total = self.page_rows(node, number, at), self.pages(node, at)
        directory = self.node_path(node)
        links = self.links(items, node)
        relative = [_relative(link.href, directory) for link in links]
        if self.rows_by == "script":
            rows = "\n".join(
                f'<script>var url="{href}"; var title="{escape(item.title)}";'
                f"document.writeln('<li><a href=\"'+url+'\">'+title+'</a><span>{item.shown_on}"
                "</span></li>');</script>"
                for href, item in zip(relative, items, strict=True)
            )
            rows = f"<ul>{rows}</ul>"
        else:
            rows = looks.rows(
                self.style,
                [
                    looks.Link(
                        href="javascript:void(0)" if self._by_script(item) else href,
                        text=item.listed or item.title,
                        day=item.shown_on,
                        onclick=f"jumpToDetail('{href}')" if self._by_script(item) else "",
                    )
                    for href, item in zip(relative, items, strict=True)
                ],
            )
        return f"{rows}\n{self.pager(node, number, total, len(node.rows(at)))}"

    def _by_script(self, item: Item) -> bool:
        return self.rows_by == "onclick" and item.number % 3 == 0

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return the call by which the pager is drawn."""
        del node
        now, ending = number - 1, self.ending
        call = {
            "three": f"createPageHTML({items}, {total}, {now}, 'index', '{ending}');",
            "createPage": f'createPage({total}, {now}, "index", "{ending}");',
            "Pager": f"Pager({{size:{total},current:{now},prefix:'index',suffix:'{ending}'}});",
            "pagination": (
                f'$(".pagination").pagination({{totalPage:{total},currentPage:{number}}});'
            ),
        }.get(self.dialect, f'createPageHTML({total}, {now}, "index", "{ending}");')
        if self.dialect == "client":
            return ""
        if self.dialect == "next":
            return (
                f'<div class="page">共{total}页 当前第{number}页 '
                f'<a href="javascript:next({number})">下一页</a></div>'
            )
        if self.dialect in ("column-index", "inverted"):
            return self._links(number, total)
        return f'<div class="pagination page"><script>{call}</script></div>'

    def _links(self, number: int, total: int) -> str:
        def to(text: str, to_number: int) -> str:
            if not 1 <= to_number <= total:
                return text
            return f'<a href="./{self._file(to_number, total)}">{text}</a>'

        return (
            f'<div class="page">{to("上一页", number - 1)} '
            f"{to('下一页', number + 1)} {to('尾页', total)}</div>"
        )

    def attachments(self, item: Item) -> str:
        """Return relative links with the editor's attributes; some written by a script."""
        endings = ATTACHED.get(item.form, ())
        names = [(self.file_path(item, ending).rpartition("/")[2], ending) for ending in endings]
        if item.number % 7 == 0:
            lines = "".join(
                f'document.write(\'<li><a href="./{name}">{escape(item.title)}.'
                f"{ending}</a></li>');"
                for name, ending in names
            )
            return f"<script>{lines}</script>"
        return "".join(
            f'<p>附件：<a href="./{name}" OLDSRC="/protect/P0{item.shown_on:%Y%m}/{name}">'
            f"{escape(item.title)}.{ending}</a></p>"
            for name, ending in names
        )


def _relative(href: str, directory: str) -> str:
    """Return an address as seen from a directory: ``./x`` below it, else ``../``."""
    if href.startswith(directory):
        return f"./{href.removeprefix(directory)}"
    if "://" in href:
        return href
    return "../" * directory.strip("/").count("/") + "../" + href.lstrip("/")
