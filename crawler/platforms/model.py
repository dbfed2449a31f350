"""What adapters are given and what they answer: values only, nothing fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A further page to ask for."""

    url: str
    method: str = "GET"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None
    """The list page it should be, one-based."""
    probe: bool = False
    """True if its address was guessed: accepted only if it brings new items of the column."""
    known: Mapping[str, str] = field(default_factory=dict)
    """What the adapter must know of the column to read the answer and go on from it; not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as fetched: its address after redirects and its decoded text."""

    url: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers, names in lower case."""
    request: PageRequest | None = None
    """The request of ours (one of ``ListPage.next_pages``) that this page answers.

    Answers of list services (XML, JSON, HTML fragments) do not repeat what was asked for; with
    it the adapter can go on from them to the page after.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLink:
    """A link that may lead to an annual-report column or towards it."""

    url: str
    text: str
    score: float
    """0 to 1: how likely it is such a column."""
    step: str
    """``column``, ``platform`` (leads towards it) or ``frame``."""
    why: str
    others: tuple[str, ...] = ()
    """Further addresses that the column may have, to be tried in turn if ``url`` has no list."""
    guessed: bool = False
    """True if no page gave the address: where nothing stands, nothing is amiss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file linked from an article."""

    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """One row of a list."""

    url: str
    title: str
    """The full title if the row has it (attribute ``title``), else its text."""
    day: date | None = None
    day_text: str = ""
    cut: bool = False
    """True if the title was cut short by the page."""
    attachments: tuple[Attachment, ...] = ()
    """The files of the article, where the list itself names them."""
    source_name: str | None = None
    """The publisher, where the list itself names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list page as read. Nothing found is said by ``items`` empty and ``recognised`` False."""

    items: tuple[ListItem, ...]
    recognised: bool
    """True if the page holds a list, even an empty one; False if the layout is not understood."""
    number: int | None = None
    announced_items: int | None = None
    announced_pages: int | None = None
    next_pages: tuple[PageRequest, ...] = ()
    """Candidates for what follows, best first; empty at the end of the list."""
    frames: tuple[str, ...] = ()
    """Same-host frames that may hold the list instead."""
    needs_script: bool = False
    """True if the list seems to be drawn by scripts only."""
    subcolumns: tuple[ColumnLink, ...] = ()
    """Parts of this column on pages of their own: by year or by agency (tabs, menus, options)."""
    unread: tuple[str, ...] = ()
    """Names of parts that the page offers and gives no address of: only its scripts lead there."""
    last: bool | None = None
    """Whether the list ends here: True if the page proves it, False if it announces more.

    None if it does not say; then the end is proved only when every probe of ``next_pages``
    brought nothing new. A list whose last page read says False was not read to its end.
    """
    onward: bool = False
    """True if this is no list but says where it is (a script with the address of a service, a
    tree of columns): taken in without rows for the sake of ``next_pages`` and ``subcolumns``."""
    holders: frozenset[str] = frozenset()
    """What the elements are like that hold the rows."""
    vacant: frozenset[str] = frozenset()
    """Without rows: what the elements are like that could hold some, on a page that no script
    fills. A part of a column is empty if one of them is like what holds the rows of another."""
    obstacle: str = ""
    """What keeps programs from the list, in words (a captcha); then the list stays unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFound:
    """A publication date met on a page: ``meta``, ``page`` or ``url``."""

    source: str
    day: date
    text: str
    kind: str = ""
    """What hides a day of source ``url``: ``name``, ``folder``, ``stamp`` and ``file`` were written
    out by the system when the page or file was made public; ``objectid``, ``milliseconds`` and
    ``snowflake`` are when an id was given, which may be that of a draft. Empty for other sources.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A report page as read."""

    title: str | None
    labels: Mapping[str, str]
    """Page labels (meta names) in lower case with their values."""
    days: tuple[DayFound, ...]
    text: str
    """The text of the body container, blanks collapsed."""
    attachments: tuple[Attachment, ...]
    """The files that it links or embeds, without pictures."""
    source_name: str | None = None
    """The publisher: label ContentSource, else 发布机构/来源 on the page."""
    recognised: bool = True
    """False if no body container was found and ``text`` is that of the whole page."""
    pictures: tuple[Attachment, ...] = ()
    """The pictures in its text that may be a table or a page of the report."""
    index_number: str | None = None
    """Its number in the catalogue of disclosed information (索引号), as the page shows it."""


class Platform(Protocol):
    """An adapter for one family of content management systems."""

    name: str

    def recognises(self, page: Page) -> float:
        """Return from 0 to 1 how surely the page is of this family."""
        ...

    def read_list(self, page: Page) -> ListPage:
        """Read one list page."""
        ...

    def read_article(self, page: Page) -> Article:
        """Read one report page."""
        ...
