"""What all families share: from a request to a page; what differs is addresses and markup."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from random import Random
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from monitor.simulator import style as looks
from monitor.simulator.documents import MEDIA_TYPES, editor_of, file_of
from monitor.simulator.families import articles, screens
from monitor.simulator.model import ANNUAL, ATTACHED, ROW_FORMS, Item, Kind, Node, Portal
from monitor.simulator.server import NOT_FOUND, Answer, Request, page
from monitor.simulator.style import Link, Style, random_style

JSON = "application/json; charset=utf-8"
HOMES = frozenset({"/", "/index.html", "/index.htm", "/index.shtml", "/index.jsp"})


class Family(ABC):
    """A portal served by one publishing system."""

    name: ClassVar[str]
    layouts: ClassVar[Sequence[str]] = (
        "own", "own", "mixed", "mixed", "central", "names", "tabs", "panels", "select", "text",
        "table", "elsewhere",
    )  # fmt: skip
    """The layouts it is met in, the usual ones more often."""
    static: ClassVar[bool] = True
    """Whether pages carry ETags, as files of a web server do."""
    per_page: ClassVar[Sequence[int]] = (6, 8, 10, 15)

    def __init__(self, portal: Portal, *, salt: int = 0) -> None:
        self.portal = portal
        self.salt = salt
        self.chance = Random(f"{self.name} {portal.seed} {salt}")  # noqa: S311
        self.style = self.look(random_style(self.chance))
        self.editor = editor_of(portal.seed)
        self.size = self.chance.choice(self.per_page)
        self.prepare()
        self.homes: dict[int, Node] = {}
        for node in self.nodes():
            for item in node.items:
                self.homes.setdefault(item.number, node)
        self._lists = {self.node_path(node): node for node in self.nodes()}
        self._items = {self.item_path(item): item for item in portal.items if item.target is None}
        self._files = {
            self.file_path(item, ending): (item, ending)
            for item in portal.items
            if item.is_report
            for ending in ATTACHED.get(item.form, ())
        }

    # What a family says of itself

    def look(self, style: Style) -> Style:
        """Return how its pages are written; by default any way."""
        return style

    def prepare(self) -> None:  # noqa: B027 - few draw nothing, none must
        """Draw what is needed for addresses."""

    @abstractmethod
    def node_path(self, node: Node, number: int = 1, total: int = 1) -> str:
        """Return the address of a page of a column on its host; ``total`` is of pages."""

    def column_paths(self, node: Node) -> set[str]:
        """Return the addresses under which a column may be known: that of its page."""
        return {self.node_path(node).partition("#")[0]}

    @abstractmethod
    def item_path(self, item: Item) -> str:
        """Return the address of an article on its host."""

    def file_path(self, item: Item, ending: str) -> str:
        """Return the address of a file of an article."""
        return urljoin(self.item_path(item), f"P0{item.shown_on:%Y%m%d}{item.number}.{ending}")

    def list_at(self, request: Request) -> tuple[Node, int] | None:
        """Return the column and the page of it that a request asks for."""
        del request
        return None

    def service(self, request: Request) -> Answer | None:
        """Answer requests of the family's own scripts."""
        del request
        return None

    # From a request to an answer

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        found = self.respond(request)
        return with_validators(found, request) if self.static and found.status == 200 else found

    def respond(self, request: Request) -> Answer:
        """Answer anything but robots.txt."""
        if request.path in HOMES and not request.query:
            return page(screens.home(self))
        served = self._rows_service(request) or self.service(request)
        if served is not None:
            return served
        where = self._where(request)
        if where is not None:
            return self.list_answer(*where, request.at)
        return self._content(request)

    def _rows_service(self, request: Request) -> Answer | None:
        """Answer the script of a page without rows (``screens``)."""
        if request.path != "/api/front/rows":
            return None
        wanted = request.query.get("channel")
        node = next((node for node in self.nodes() if str(node.number) == wanted), None)
        if node is None:
            return NOT_FOUND
        rows = [
            {"u": self.href(item, node), "t": item.title, "d": item.shown_on.isoformat()}
            for item in node.rows(request.at)
        ]
        return Answer(body=json.dumps(rows).encode(), headers={"Content-Type": JSON})

    def _where(self, request: Request) -> tuple[Node, int] | None:
        key = request.target
        node = self._lists.get(key) or self._lists.get(key.removesuffix("index.html"))
        return (node, 1) if node else self.list_at(request)

    def _content(self, request: Request) -> Answer:
        key = request.target if request.target in self._items else request.path
        item = self._items.get(key)
        if item is not None and item.stands(request.at):
            return page(self.article(item, request.at))
        file = self._files.get(request.target) or self._files.get(request.path)
        if file is None or not file[0].stands(request.at):
            return NOT_FOUND
        return self.file_answer(*file, request.at)

    def file_answer(self, item: Item, ending: str, at: datetime) -> Answer:
        """Return the report of a row as a file."""
        body = file_of(item, ending, changed=item.changed(at))
        return Answer(body=body, headers={"Content-Type": MEDIA_TYPES[ending]})

    def item_at(self, target: str, fiscal_year: int | None = None) -> Item | None:
        """Return the row that an address of its host leads to, at whatever time.

        Where the column is the text itself that depends on the day: then it is the report of
        ``fiscal_year``, else the newest.
        """
        path = urlsplit(target).path
        item = self._items.get(target) or self._items.get(path)
        if item is not None:
            return item
        file = self._files.get(target) or self._files.get(path)
        return file[0] if file else self._text_at(target, fiscal_year)

    def _text_at(self, target: str, fiscal_year: int | None) -> Item | None:
        node = self._lists.get(target)
        if node is None or node.kind is not Kind.TEXT:
            return None
        reports = [item for item in node.items if item.is_report and item.spans]
        wanted = [item for item in reports if item.fiscal_year == fiscal_year]
        return max(wanted or reports, key=lambda item: item.shown_on, default=None)

    # Pages

    def list_answer(self, node: Node, number: int, at: datetime) -> Answer:
        """Return a page of a column."""
        if node.kind is Kind.LIST and number > 1 and number > self.pages(node, at):
            return self.beyond(node)
        return page(screens.node_page(self, node, number, at))

    def beyond(self, node: Node) -> Answer:
        """Return what stands past the end of a list."""
        del node
        return NOT_FOUND

    def pages(self, node: Node, at: datetime) -> int:
        """Return how many pages a list has."""
        return max(1, -(-len(node.rows(at)) // self.size))

    def page_rows(self, node: Node, number: int, at: datetime) -> list[Item]:
        """Return the rows of one page of a list."""
        return node.rows(at)[(number - 1) * self.size : number * self.size]

    def listing(self, node: Node, number: int, at: datetime) -> str:
        """Return rows and pager of a page of a list."""
        rows = looks.rows(self.style, self.links(self.page_rows(node, number, at), node))
        total = self.pages(node, at)
        return f"{rows}\n{self.pager(node, number, total, len(node.rows(at)))}"

    def links(self, items: Iterable[Item], node: Node) -> list[Link]:
        """Return rows as links."""
        return [
            Link(href=self.href(item, node), text=item.listed or item.title, day=item.shown_on)
            for item in items
        ]

    def href(self, item: Item, node: Node) -> str:
        """Return the link of a row: to its page, its file, or another host."""
        del node
        if item.target is not None:
            return item.target
        if item.is_report and item.form in ROW_FORMS:
            return self.file_path(item, ATTACHED[item.form][0])
        return self.item_path(item)

    def pager(self, node: Node, number: int, total: int, items: int) -> str:
        """Return the pager of a list: by default links that say what they are."""
        return screens.plain_pager(self, node, number, total, items)

    def column_labels(self, node: Node) -> Mapping[str, str]:
        """Return the labels of a column's pages."""
        return {**self.site_labels(node), "ColumnName": node.name, "ColumnType": node.label}

    def site_labels(self, node: Node | None = None) -> Mapping[str, str]:
        """Return the labels of the site; sub-sites bear the name of their agency."""
        agency = node.agency if node else None
        return {
            "SiteName": agency.name if agency else self.portal.name,
            "SiteDomain": self.portal.host,
            "SiteIDCode": f"{self.portal.division}0001",
        }

    def listing_head(self, node: Node) -> str:
        """Return what stands in the head of a column's pages."""
        return looks.meta(**self.column_labels(node)) if self.style.labels else ""

    def article(self, item: Item, at: datetime) -> str:
        """Return the page of a row."""
        return articles.article(self, item, at)

    def attachments(self, item: Item) -> str:
        """Return the links of the files that belong to an article."""
        return "".join(
            f'<p>附件：<a href="{self.file_path(item, ending)}">{escape(item.title)}'
            f".{ending}</a></p>"
            for ending in ATTACHED.get(item.form, ())
        )

    def platform_links(self, node: Node) -> list[Link]:
        """Return the entries of a page that leads on."""
        return [
            Link(href=self.node_url(self._behind(child, node)), text=child.name)
            for child in node.children
        ]

    def _behind(self, entry: Node, node: Node) -> Node:
        """Return what an entry leads to: of a list of columns the column, past its platform."""
        is_list_of_columns = node.label == ANNUAL and entry.kind is Kind.HUB
        columns = (child for child in entry.children if child.label == ANNUAL)
        return next(columns, entry) if is_list_of_columns else entry

    def node_url(self, node: Node) -> str:
        """Return the link to a column: with its host, if that is another than the portal's."""
        host, path = self.portal.host_of(node.agency), self.node_path(node)
        return path if host == self.portal.host else f"http://{host}{path}"

    # Where things are

    def nodes(self) -> list[Node]:
        """Return every page that leads on."""
        return [*self.portal.root.walk(), *self.portal.news.walk()]

    def directory(self, node: Node) -> str:
        """Return the directories of a node's address; other ones after a move."""
        if not self.salt:
            return node.key
        first, _, rest = node.key.partition("/")
        return f"{first}_{2026 + self.salt}/{rest}" if rest else f"{first}_{2026 + self.salt}"


def with_validators(answer: Answer, request: Request) -> Answer:
    """Add an ETag, and answer 304 if the asker already has this body."""
    etag = f'"{sha256(answer.body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(status=304, headers={"ETag": etag})
    return Answer(status=answer.status, body=answer.body, headers={**answer.headers, "ETag": etag})
