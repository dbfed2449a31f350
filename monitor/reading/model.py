"""What reading gives: first a document of blocks and grids, then one report.

A value that could not be read is ``None`` with a reason; a value that was read and is empty is
``""``. Nothing is ever filled in from elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

READING_VERSION = "2"
"""Raised whenever the same bytes may give another report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the original; what does not apply is None."""

    page: int | None = None
    """One-based page number."""
    bbox: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom in points from the page's top left corner; of a picture file, and
    within a picture at ``path``, in pixels."""
    path: str | None = None
    """Element path (XPath) in HTML or Word."""
    offset: int | None = None
    """Offset in characters in plain text."""


NOWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A run of text; ``level`` is a heading level if the original marks it as one."""

    text: str
    place: Place = NOWHERE
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A cell of a grid as printed, with the rows and columns it spans."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    place: Place = NOWHERE
    doubtful: str | None = None
    """Why ``text`` may not be what is printed; None if it is certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of the original. Cells are in reading order and do not overlap."""

    cells: tuple[GridCell, ...]
    rows: int
    columns: int
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: what it shows was not read, or stands among the blocks behind it."""

    place: Place = NOWHERE
    source: str | None = None
    """Its address as the document writes it; of a picture written into the page only its kind."""
    alt: str | None = None
    recognised: bool = False
    """Whether what it shows was recognised; that is placed where the picture is."""


Block = Paragraph | Grid | Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Something lost or doubtful, and what it touches.

    ``code`` is one of: ``pages-lost``, ``rows-lost``, ``heading-lost``, ``label-cut``,
    ``cells-flattened``, ``cells-doubtful``, ``text-undecodable``, ``numbering-lost``,
    ``readers-disagree``, ``no-text-layer``, ``picture-unread`` (a picture that may hold it was not
    read), ``part-unread`` (another file that may hold it was not), ``other-reports`` (the page
    shows more reports, which were left out), ``sums-disagree`` (in what was recognised, so that
    either the agency or the reading erred). ``sections`` and ``tables`` name the keys about which
    nothing may be said for certain; ``rows`` those of ``tables`` (empty: all).
    """

    code: str
    detail: str
    sections: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An original as blocks in reading order, not yet understood as a report."""

    media_type: str
    method: str
    """How it was read: ``html``, ``pdf-text``, ``docx``, ``text``, ``scan``."""
    blocks: tuple[Block, ...]
    title: str | None = None
    """The title the file itself states (HTML h1 or page label, Word or PDF title style)."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Page labels: meta names in lower case with their values."""
    pages: int | None = None
    damage: tuple[Damage, ...] = ()
    date_candidates: tuple[tuple[str, str], ...] = ()
    """Every publication date the file shows, best first: ``meta`` or ``page``, and the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value cell: ``text`` as printed, ``""`` if blank, None if it could not be read."""

    text: str | None
    place: Place = NOWHERE
    reason: str | None = None
    """Why ``text`` is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLabel:
    """A label as the document prints it, beside the key it was taken for."""

    key: str
    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """One of the three tables, cells by row key and column key of its format.

    In ``remedies`` the rows are the groups ``review``, ``suit_direct``, ``suit_after``. A row
    that the document does not have is absent from ``values``; a row that is known to have stood
    there but was lost in conversion is present with unread values, or named by a ``Damage``.
    """

    key: str
    format: str
    """``v2019`` or ``v2021``, by its own labels; for tables equal in both, that of the report."""
    values: Mapping[str, Mapping[str, Value]]
    row_labels: tuple[PrintedLabel, ...] = ()
    """In printed order; labels of which a conversion lost a part are left out."""
    column_labels: tuple[PrintedLabel, ...] = ()
    unknown_rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Rows with values whose label is none of the format's: label and values."""
    value_counts: Mapping[str, int] = field(default_factory=dict)
    """How many value cells each row has in the original, where it can be counted."""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsRow:
    """A row of the annex 政府信息公开情况统计表; ``value`` None where it has no cell for one."""

    label: str
    unit: str | None
    value: Value | None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A top-level section with its text, tables left out; ``key`` None if it is none of the six.

    In reports of the years before 2019 the keys are those of ``v2008.contents`` (``c1_proactive``
    …) and ``overview``.
    """

    key: str | None
    heading: str
    """As printed, ordinal included."""
    ordinal: int | None
    """The number printed before it; None if there is none or it was lost."""
    text: str
    paragraphs: tuple[Paragraph, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDifference:
    """A cell that two readings of one report both have, with another value in each."""

    table: str
    row: str
    column: str
    text: str
    other: str
    place: Place = NOWHERE
    other_place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDifference:
    """A section whose text is not the same in two readings, from where they part."""

    section: str
    text: str
    """At most 80 characters, blanks removed."""
    other: str
    alike: float
    """Likeness of the whole texts, 0 to 1."""
    place: Place = NOWHERE
    other_place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """In what two readings of one report differ, as far as both are certain."""

    cells: tuple[CellDifference, ...] = ()
    """The first hundred at most."""
    cells_in_all: int = 0
    texts: tuple[TextDifference, ...] = ()
    compared: int = 0
    """How many cells and sections were held against each other."""
    only_here: tuple[str, ...] = ()
    """Keys of the tables and sections that the other does not have: ``table:requests`` …"""
    only_there: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which file something was read from: an original, a member of a bundle, or both."""

    sha256: str | None = None
    """Of the original; None if it is the one in hand."""
    member: str | None = None
    """The file's path in a ZIP or RAR; None if the original is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSource:
    """A table or section of a report that stands in another file than the rest."""

    part: str
    """``table:requests``, ``section:problems`` …"""
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Another file of the same filing or bundle, and what came of reading it."""

    source: Source
    title: str | None = None
    agency: str | None = None
    fiscal_year: int | None = None
    error: str | None = None
    """The code of the error if it could not be read."""
    differences: Differences | None = None
    """In what it differs; None if it is no other reading of the same report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An annual report as read."""

    media_type: str
    method: str
    title: str | None
    agency: str | None
    """The agency the title (else the preamble, else the page labels) names."""
    fiscal_year: int | None
    published_on: date | None
    published_on_source: str | None
    """``meta`` or ``page``; the day the page says it was published."""
    format_found: str | None
    """``v2008``, ``v2019``, ``v2021``, ``hybrid`` or None."""
    preamble: str
    """The text between title and first section."""
    sections: tuple[Section, ...]
    """In printed order, headings that are none of the six included with key None."""
    tables: Mapping[str, ReadTable]
    images: tuple[Image, ...] = ()
    damage: tuple[Damage, ...] = ()
    text: str = ""
    """All prose in reading order, a line a paragraph, tables left out."""
    labels: Mapping[str, str] = field(default_factory=dict)
    title_place: Place = NOWHERE
    date_candidates: tuple[tuple[str, str], ...] = ()
    """Every publication date the document shows: source and text as printed."""
    statistics: tuple[StatisticsRow, ...] = ()
    """The rows of the annex 政府信息公开情况统计表 (fiscal years 2014 to 2018), if there is one."""
    residue: tuple[Paragraph, ...] = ()
    """Table cells in which a converter left its marks (``[bookmark: …]``), as they stand there."""
    bundle: str | None = None
    """The kind of bundle it was read from: ``zip``, ``rar``, ``7z``."""
    source: Source = Source()
    """The file it was read from, where there are several."""
    parts_elsewhere: tuple[PartSource, ...] = ()
    """The tables and sections that were taken from other files of the filing or bundle."""
    beside: tuple[Beside, ...] = ()
    """The other files: further readings of this report, other reports, what was not read."""

    @property
    def complete(self) -> bool:
        """Whether nothing was lost or doubtful."""
        return not self.damage

    def section(self, key: str) -> Section | None:
        """Return the first section with this key."""
        return next((section for section in self.sections if section.key == key), None)

    def doubtful(
        self, *, section: str | None = None, table: str | None = None, row: str | None = None
    ) -> Damage | None:
        """Return the damage that forbids a certain statement about a section, table or row."""
        for damage in self.damage:
            if section is not None and section in damage.sections:
                return damage
            rows_hit = row is None or not damage.rows or row in damage.rows
            if table is not None and table in damage.tables and rows_hit:
                return damage
        return None


class UnreadableError(Exception):
    """A file could not be read as a document; ``code`` says why.

    Codes: ``empty``, ``too-large``, ``unknown-type``, ``encrypted``, ``damaged``,
    ``no-text-layer``, ``undecodable``, ``not-a-report``, ``limits-exceeded``, ``missing``,
    ``unsupported-type`` (recognised and kept in the archive, but there is no reader for it),
    ``crashed`` (the reading process died of the file), ``no-converter`` and ``no-recognition``
    (a part of this program that it takes is not installed), ``no-font`` (drawing only),
    ``several-reports`` (a bundle or filing holds reports of several agencies or years, none of them
    the one wanted), ``too-coarse`` (a picture's type is too small, dark or grainy to be read).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
