"""Reads a Word document: paragraphs with the numbers Word prints, tables with merged cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.reading.model import Block, Damage, Document, Grid, GridCell, Image, Paragraph, Place
from monitor.reading.word.inline import InlineReader, Printed, alternatives
from monitor.reading.word.names import MC, Element, R, local, number, value, w
from monitor.reading.word.numbering import Numbering, read_numbering
from monitor.reading.word.package import Package, open_package
from monitor.reading.word.styles import Styles, read_styles
from monitor.reading.word.tables import WordCell, table_cells

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SIGN = "a sign of a picture font stands in the cell"
_BOXED = "the text of the cell stands in a text box or a note"


def read_docx(body: bytes) -> Document:
    """Read a DOCX; blocks are placed by the XPath of their element in the main part.

    Tracked changes are read as accepted. Text boxes, pictures and notes follow the paragraph or
    table they hang on.

    Raises:
        UnreadableError: ``damaged``, ``encrypted`` or ``limits-exceeded``.
    """
    package = open_package(body)
    styles = read_styles(package.styles)
    reader = _Reader(
        package=package,
        styles=styles,
        numbering=read_numbering(package.numbering, lambda style: styles.numbering(style)[0]),
        inline=InlineReader(styles, dict(package.relations)),
    )
    main = package.body.find(w("body"))
    blocks = tuple(reader.blocks(main)) if main is not None else ()
    return Document(
        media_type=MEDIA_TYPE,
        method="docx",
        blocks=blocks,
        title=reader.title,
        damage=tuple(reader.damage),
    )


@dataclass(slots=True)
class _Reader:
    """Walks a document in printed order, since numbers and fields depend on what came before."""

    package: Package
    styles: Styles
    numbering: Numbering
    inline: InlineReader
    title: str | None = None
    damage: list[Damage] = field(default_factory=list)
    apart: list[list[Block]] = field(default_factory=list)
    """For each table we are inside of, what hangs on its cells and stands behind it."""
    unknown: int = 0
    """Signs so far that stand for no character."""
    carried: list[str] = field(default_factory=list)
    """Text of paragraphs whose end was deleted, so that it runs on in the next."""

    def blocks(self, container: Element) -> Iterator[Block]:
        for child in container:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "sdt":
                content = child.find(w("sdtContent"))
                if content is not None:
                    yield from self.blocks(content)
            elif name in ("customXml", "ins", "moveTo"):
                yield from self.blocks(child)
            elif child.tag == f"{{{MC}}}AlternateContent":
                for chosen in alternatives(child):
                    yield from self.blocks(chosen)
            elif name == "altChunk":
                self._lose(child)

    def _lose(self, chunk: Element) -> None:
        relation = self.package.relations.get(chunk.get(f"{{{R}}}id", ""))
        detail = f"an embedded document was not read: {relation.target if relation else '?'}"
        self.damage.append(Damage(code="pages-lost", detail=detail, place=_place(chunk)))

    def _paragraph(self, paragraph: Element) -> Iterator[Block]:
        printed = Printed(text=self.carried)
        self.inline.read(paragraph, printed)
        self.carried = []
        if _end_is_deleted(paragraph):
            self.carried = printed.text
        else:
            yield from self._lines(paragraph, printed)
        self.unknown += printed.unknown
        for reference in printed.lost:
            self._lose(reference)
        yield from self._behind(self._hanging(printed))

    def _behind(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """Yield blocks here, or keep them until the table around has ended."""
        if self.apart:
            self.apart[-1] += list(blocks)
        else:
            yield from blocks

    def _lines(self, paragraph: Element, printed: Printed) -> Iterator[Paragraph]:
        style = value(paragraph, "pPr", "pStyle") or self.styles.default_paragraph
        ordinal = self._ordinal(paragraph, style)
        lines = [line.strip() for line in "".join(printed.text).split("\n")]
        lines = [line for line in lines if line]
        if not lines:
            return
        lines[0] = ordinal + lines[0]
        if self.title is None and self.styles.is_title(style):
            self.title = "".join(lines)
        level = self._level(paragraph, style)
        place = _place(paragraph)
        for line in lines:
            yield Paragraph(text=line, place=place, level=level)

    def _level(self, paragraph: Element, style: str | None) -> int | None:
        outline = number(paragraph, "pPr", "outlineLvl")
        if outline is not None:
            return outline + 1 if 0 <= outline < 9 else None
        return self.styles.level(style)

    def _ordinal(self, paragraph: Element, style: str | None) -> str:
        list_id, level = self.styles.numbering(style)
        own = number(paragraph, "pPr", "numPr", "numId")
        own_level = number(paragraph, "pPr", "numPr", "ilvl")
        list_id = own if own is not None else list_id
        level = own_level if own_level is not None else level
        if not list_id:
            return ""
        if list_id not in self.numbering.lists and not any(
            item.code == "numbering-lost" for item in self.damage
        ):
            detail = "the file does not hold the definition of its lists"
            self.damage.append(
                Damage(code="numbering-lost", detail=detail, place=_place(paragraph))
            )
        return self.numbering.next_ordinal(list_id, level or 0)

    def _hanging(self, printed: Printed) -> Iterator[Block]:
        for picture in printed.pictures:
            yield Image(place=_place(picture.element), source=picture.source, alt=picture.alt)
        for box in printed.boxes:
            yield from self.blocks(box)
        for kind, note_id in printed.notes:
            note = self._note(kind, note_id)
            if note is not None:
                yield from self.blocks(note)

    def _note(self, kind: str, note_id: str) -> Element | None:
        root = self.package.footnotes if kind == "footnote" else self.package.endnotes
        if root is None:
            return None
        return next((x for x in root.iterfind(w(kind)) if x.get(w("id")) == note_id), None)

    def _table(self, table: Element) -> Iterator[Block]:
        cells, rows, columns = table_cells(table)
        if columns <= 1:
            # One column is a frame around text, or a heading with a border.
            for cell in cells:
                yield from self.blocks(cell.element)
            return
        read = [self._cell(cell) for cell in cells]
        yield Grid(
            cells=tuple(cell for cell, _ in read), rows=rows, columns=columns, place=_place(table)
        )
        yield from self._behind(block for _, behind in read for block in behind)

    def _cell(self, cell: WordCell) -> tuple[GridCell, list[Block]]:
        """Return a cell, and what stands behind its table: tables, pictures, boxes, notes."""
        unknown = self.unknown
        self.apart.append([])
        content = list(self.blocks(cell.element))
        hanging = self.apart.pop()
        text = "\n".join(x.text for x in content if isinstance(x, Paragraph))
        doubtful = cell.doubtful or (_SIGN if self.unknown > unknown else None)
        if not text and any(isinstance(x, Paragraph) for x in hanging):
            doubtful = doubtful or _BOXED
        read = GridCell(
            text=text,
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            place=_place(cell.element),
            doubtful=doubtful,
        )
        return read, [*(x for x in content if not isinstance(x, Paragraph)), *hanging]


def _end_is_deleted(paragraph: Element) -> bool:
    mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
    return mark is not None and (
        mark.find(w("del")) is not None or mark.find(w("moveFrom")) is not None
    )


def _place(element: Element) -> Place:
    return Place(path=element.getroottree().getpath(element))
