"""What a portal of the simulator holds: agencies, columns, rows, reports and their histories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

Span = tuple[datetime, datetime | None]
"""From when, until when (None: for good) something stands on a portal."""


REPOST = "repost"
"""``Item.lure`` of the report of another agency that a portal reposts among its news."""


class Form(StrEnum):
    """The form in which a report is published."""

    PAGE = "page"
    PDF_ATTACHED = "pdf-attached"
    DOCX_ATTACHED = "docx-attached"
    DOC_ATTACHED = "doc-attached"
    """A ``.doc`` that is HTML."""
    RTF_ATTACHED = "rtf-attached"
    WPS_ATTACHED = "wps-attached"
    """A ``.wps`` that is an old Word file."""
    OLE_ATTACHED = "ole-attached"
    """A ``.doc`` that is one."""
    OFD_TWIN = "ofd-twin"
    """A PDF and the same as OFD."""
    ZIP_ATTACHED = "zip-attached"
    PDF_ROW = "pdf-row"
    """The list links the file itself."""
    DOCX_ROW = "docx-row"
    VIEWER = "viewer"
    """A page with nothing but a frame that shows a PDF."""
    PICTURES = "pictures"
    """The pages of the report as pictures."""


ATTACHED: dict[Form, tuple[str, ...]] = {
    Form.PDF_ATTACHED: ("pdf",),
    Form.DOCX_ATTACHED: ("docx",),
    Form.DOC_ATTACHED: ("doc",),
    Form.RTF_ATTACHED: ("rtf",),
    Form.WPS_ATTACHED: ("wps",),
    Form.OLE_ATTACHED: ("doc",),
    Form.OFD_TWIN: ("pdf", "ofd"),
    Form.ZIP_ATTACHED: ("zip",),
    Form.PDF_ROW: ("pdf",),
    Form.DOCX_ROW: ("docx",),
    Form.VIEWER: ("pdf",),
    Form.PICTURES: ("png",),
}
"""The endings of the files that belong to a form."""

ROW_FORMS = frozenset({Form.PDF_ROW, Form.DOCX_ROW})


class Kind(StrEnum):
    """What a page of the portal is."""

    HUB = "hub"
    """Links to others."""
    LIST = "list"
    """Rows, over several pages."""
    NOTE = "note"
    """A text that is no report: a guide, a form."""
    TEXT = "text"
    """The newest report itself, with links to the earlier ones."""
    TABS = "tabs"
    """Tabs that link to the lists of years, the newest of them shown."""
    PANELS = "panels"
    """The lists of all years in one page, all but one hidden."""
    SELECT = "select"
    """Options that lead to the lists of agencies."""
    TABLE = "table"
    """A table of units with a link each."""
    SHELL = "shell"
    """A page without rows: its script asks a service of the portal's own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agency:
    """An agency; its id is None if the registry does not know it."""

    id: str | None
    name: str
    kind: str
    slug: str
    short: str
    """How lists and menus of its own place call it."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """A row of a list, and what it leads to."""

    portal: str
    number: int
    title: str
    shown_on: date
    """The day that the portal prints."""
    spans: tuple[Span, ...]
    agency: Agency | None = None
    """Whose report it is; None if it is none."""
    fiscal_year: int | None = None
    form: Form = Form.PAGE
    lure: str | None = None
    """What it is instead of a report: a kind of ``decoys``."""
    changed_at: datetime | None = None
    target: str | None = None
    """The address on another host that the row leads to."""
    pinned: bool = False
    listed: str = ""
    """What lists say instead of the title."""

    @property
    def is_report(self) -> bool:
        """True if an annual report stands there."""
        return self.lure is None

    def stands(self, at: datetime) -> bool:
        """Tell whether it is on the portal."""
        return any(begin <= at and (end is None or at < end) for begin, end in self.spans)

    def changed(self, at: datetime) -> bool:
        """Tell whether its text was altered by then."""
        return self.changed_at is not None and self.changed_at <= at


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A page of the portal that leads on: the platform, a column, a year."""

    key: str
    """Directories in which it would stand, without slashes at the ends."""
    name: str
    kind: Kind
    number: int
    label: str = "其他"
    """Its ColumnType."""
    agency: Agency | None = None
    items: tuple[Item, ...] = ()
    children: tuple["Node", ...] = ()
    drops: tuple[Span, ...] = ()
    """When its list shows nothing, by a fault of the portal."""

    def walk(self) -> Iterator["Node"]:
        """Yield it and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def rows(self, at: datetime) -> list[Item]:
        """Return its rows as listed: pinned ones, then the newest first."""
        if any(begin <= at and (end is None or at < end) for begin, end in self.drops):
            return []
        standing = [item for item in self.items if item.stands(at)]
        order = sorted(standing, key=lambda item: (item.shown_on, item.number), reverse=True)
        return sorted(order, key=lambda item: not item.pinned)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """A change of a portal's addresses: a column that moved, or a whole new system."""

    at: datetime
    family: str
    old: str
    """What stands at the old addresses: ``404``, ``soft`` (a page that says so), ``other``
    (another column)."""
    keeps_articles: bool
    """Whether reports stay readable at their old addresses."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portal:
    """One portal: its looks, its contents over time, its troubles."""

    id: str
    name: str
    host: str
    url: str
    """As the registry has it."""
    division: str
    level: str
    family: str
    layout: str
    seed: str
    root: Node
    """The disclosure platform."""
    news: Node
    agencies: tuple[Agency, ...]
    """Those that the registry has with this portal."""
    troubles: tuple[str, ...] = ()
    move: Move | None = None
    siblings: tuple[tuple[str, str], ...] = field(default=())
    """Names and addresses of other portals of the place."""
    server: str = ""
    """The address of the machine that serves it, perhaps others too; nobody's own."""

    @property
    def mobile_host(self) -> str:
        """The host with the same pages for telephones; empty if there is none."""
        return f"m.{self.host.split('.', 1)[1]}" if "mobile" in self.troubles else ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that the portal answers for."""
        units = (self.host_of(node.agency) for node in self.root.walk() if node.agency)
        return tuple(dict.fromkeys(filter(None, (self.host, self.mobile_host, *units))))

    def host_of(self, agency: Agency | None) -> str:
        """Return the host on which an agency's column stands: the portal's, or one of its own."""
        if agency is None or self.layout != ELSEWHERE:
            return self.host
        return f"{agency.slug}.{self.host.split('.', 1)[1]}"

    @property
    def columns(self) -> list[Node]:
        """Every column of annual reports."""
        return [node for node in self.root.walk() if node.label == ANNUAL]

    @property
    def items(self) -> list[Item]:
        """Every row of every column, once."""
        nodes = [*self.root.walk(), *self.news.walk()]
        return list({item.number: item for node in nodes for item in node.items}.values())

    @property
    def reports(self) -> list[Item]:
        """Rows that are annual reports."""
        return [item for item in self.items if item.is_report]


ELSEWHERE = "elsewhere"
"""The layout in which a list names all agencies, and each row leads to a host of their own."""
ANNUAL = "信息公开年报"
"""The ColumnType of annual reports (国办发〔2017〕47号)."""
