"""The second reading of an ODT: its cells straight from the text part.

Source: OASIS OpenDocument 1.3, part 3 §5 (text), §9 (tables).
"""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO

from lxml import etree

from monitor.reading.model import UnreadableError
from monitor.reading.office.second import SecondReading, TableBuilder
from monitor.reading.word.package import BROKEN_ZIP, MAX_PART, check_archive, parse_xml

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, TEXT, _STYLE = (f"{{{_NAMES}{name}:1.0}}" for name in ("table", "text", "style"))
_OFFICE, _MANIFEST = f"{{{_NAMES}office:1.0}}", f"{{{_NAMES}manifest:1.0}}"
_MOST_REPEATS = 1024

Element = etree._Element

_UNPRINTED = frozenset(
    (
        f"{TEXT}note",
        f"{TEXT}tracked-changes",
        f"{TEXT}ruby-text",
        f"{TEXT}hidden-text",
        f"{_OFFICE}annotation",
        f"{TEXT}sequence-decls",
        f"{TEXT}variable-decls",
        f"{TEXT}user-field-decls",
        f"{_OFFICE}forms",
    )
)
FIELDS = tuple(
    f"{TEXT}{name}"
    for name in (
        "date",
        "time",
        "page-number",
        "page-continuation",
        "page-count",
        "paragraph-count",
        "word-count",
        "character-count",
        "table-count",
        "file-name",
        "template-name",
        "sheet-name",
        "chapter",
        "author-name",
        "author-initials",
        "initial-creator",
        "creator",
        "creation-date",
        "creation-time",
        "modification-date",
        "modification-time",
        "print-date",
        "print-time",
        "printed-by",
        "editing-cycles",
        "editing-duration",
        "title",
        "subject",
        "keywords",
        "description",
        "user-defined",
        "variable-set",
        "variable-get",
        "variable-input",
        "user-field-get",
        "user-field-input",
        "sequence",
        "expression",
        "text-input",
        "conditional-text",
        "reference-ref",
        "bookmark-ref",
        "sequence-ref",
        "note-ref",
        "database-display",
        "dde-connection",
        "meta-field",
    )
)
"""Elements whose text a program may compute anew."""
_DRAWING = f"{{{_NAMES}drawing:1.0}}"
_SIGNS: Mapping[str, Callable[[Element], str]] = {
    f"{TEXT}s": lambda element: " " * min(_count(element, f"{TEXT}c"), _MOST_REPEATS),
    f"{TEXT}tab": lambda _: "\t",
    f"{TEXT}line-break": lambda _: "\n",
}


def read_odt_cells(body: bytes) -> SecondReading:
    """Return the cells and the prose of an ODT.

    Raises:
        UnreadableError: ``damaged``, ``encrypted`` or ``limits-exceeded``.
    """
    content = _content(body)
    text = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if text is None:
        raise UnreadableError("damaged", "the package holds no text document")
    reader = _Reader(_hidden_styles(content))
    reader.blocks(text, 0)
    tables, prose = reader.builder.finish()
    changed = next(content.iter(f"{TEXT}changed-region"), None) is not None
    remarks = ("the file holds tracked changes",) if changed else ()
    return SecondReading(tables=tables, prose=prose, remarks=remarks)


def _content(body: bytes) -> Element:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            check_archive(archive)
            _refuse_password(archive)
            return _part(archive, "content.xml")
    except (*BROKEN_ZIP, KeyError) as error:
        raise UnreadableError("damaged", f"no whole text document: {error}") from error


def _refuse_password(archive: zipfile.ZipFile) -> None:
    if "encrypted-package" in archive.namelist():
        raise UnreadableError("encrypted", "the document asks for a password")
    if "META-INF/manifest.xml" in archive.namelist():
        manifest = _part(archive, "META-INF/manifest.xml")
        if next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None:
            raise UnreadableError("encrypted", "the document asks for a password")


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    if archive.getinfo(name).file_size > MAX_PART:
        raise UnreadableError("limits-exceeded", f"{name} is too large")
    return parse_xml(archive.read(name))


def _hidden_styles(content: Element) -> frozenset[str]:
    return frozenset(
        style.get(f"{_STYLE}name", "")
        for style in content.iter(f"{_STYLE}style")
        if any(
            properties.get(f"{TEXT}display") == "none"
            for properties in style.iterfind(f"{_STYLE}text-properties")
        )
    )


class _Reader:
    """Walks the text part in reading order."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.builder = TableBuilder()
        self._hidden = hidden

    def blocks(self, container: Element, depth: int) -> None:
        for child in container:
            if child.tag in (f"{TEXT}p", f"{TEXT}h"):
                self.builder.text(depth, self._text(child))
                self.builder.paragraph(depth)
            elif child.tag == f"{_TABLE}table":
                self._table(child, depth + 1)
            elif child.tag not in _UNPRINTED and not str(child.tag).startswith(_DRAWING):
                self.blocks(child, depth)

    def _table(self, table: Element, depth: int) -> None:
        # An empty paragraph parts tables that follow each other directly.
        self.builder.paragraph(depth - 1)
        for row in _rows(table):
            for _ in range(min(_count(row, f"{_TABLE}number-rows-repeated"), _MOST_REPEATS)):
                self._row(row, depth)
        self.builder.paragraph(depth - 1)

    def _row(self, row: Element, depth: int) -> None:
        index = 0
        continued: set[int] = set()
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            for _ in range(min(_count(cell, f"{_TABLE}number-columns-repeated"), _MOST_REPEATS)):
                if cell.tag == f"{_TABLE}covered-table-cell":
                    continued.add(index)
                else:
                    self.blocks(cell, depth)
                self.builder.cell(depth)
                index += 1
        self.builder.row(depth, continued)

    def _text(self, element: Element) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, element: Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            tag = str(child.tag)
            if tag in _SIGNS:
                yield _SIGNS[tag](child)
            elif not self._is_unprinted(child, tag):
                yield from self._pieces(child)
            yield child.tail or ""

    def _is_unprinted(self, child: Element, tag: str) -> bool:
        return (
            tag in _UNPRINTED
            or tag.startswith(_DRAWING)
            or child.get(f"{TEXT}style-name") in self._hidden
        )


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (
            f"{_TABLE}table-rows",
            f"{_TABLE}table-header-rows",
            f"{_TABLE}table-row-group",
        ):
            yield from _rows(child)


def _count(element: Element, name: str) -> int:
    stated = element.get(name, "1")
    return int(stated) if stated.isdecimal() else 1
