"""The WordprocessingML (ECMA-376) of paragraphs and tables."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from random import Random

from monitor.specimens.layouts import Box, Lines, header_lines, place, size
from monitor.specimens.word_look import WordLook

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
NUMBERING_ID = 77
_TRACK = 'w:author="a" w:date="2024-01-05T09:00:00Z"'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def paragraph(
    text: str,
    look: WordLook,
    *,
    style: str = "",
    size: float = 0,
    bold: bool = False,
    level: int | None = None,
    centred: bool = False,
) -> str:
    """Return a paragraph; ``level`` counts it in Word's own numbering."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        properties += (
            f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{NUMBERING_ID}"/></w:numPr>'
        )
    properties += '<w:jc w:val="center"/>' if centred else ""
    font = "<w:b/>" if bold else ""
    font += f'<w:sz w:val="{round(2 * size)}"/>' if size else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{_runs(text, look, font)}</w:p>"


def boxed(content: str) -> str:
    """Return a paragraph that holds a text box (VML) with this content."""
    shape = (
        '<v:shape type="#_x0000_t202" style="width:420pt;height:60pt" stroked="f"><v:textbox>'
        f"<w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape>"
    )
    return f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"


def space(points: float) -> str:
    """Return a blank paragraph of some height."""
    return f'<w:p><w:pPr><w:spacing w:before="{round(20 * points)}"/></w:pPr></w:p>'


def table(lines: Lines, look: WordLook, *, width: float) -> str:
    """Return a table of some width in points with merged cells."""
    columns = size(lines)[1]
    edges = [round(20 * width * n / columns) for n in range(columns + 1)]
    grid = "".join(f'<w:gridCol w:w="{b - a}"/>' for a, b in pairwise(edges))
    head = header_lines(lines) if look.repeat_head else 0
    rows = "".join(
        f"<w:tr>{_row_properties(look, head=number < head)}{''.join(cells)}</w:tr>"
        for number, cells in enumerate(_cells(lines, edges, look))
    )
    made = _table(rows, grid)
    if not look.nested:
        return made
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{edges[-1]}" w:type="dxa"/></w:tcPr>{made}<w:p/></w:tc>'
    return _table(f"<w:tr>{cell}</w:tr>", f'<w:gridCol w:w="{edges[-1]}"/>')


def _table(rows: str, grid: str) -> str:
    properties = f'<w:tblW w:w="0" w:type="auto"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _row_properties(look: WordLook, *, head: bool) -> str:
    flags = ("" if look.split_rows else "<w:cantSplit/>") + ("<w:tblHeader/>" if head else "")
    return f"<w:trPr>{flags}</w:trPr>" if flags else ""


def _cells(lines: Lines, edges: list[int], look: WordLook) -> Iterator[list[str]]:
    """Yield the cells of each row; a cell over several rows is begun, then continued."""
    rows: list[dict[int, str]] = [{} for _ in lines]
    for row, column, box in place(lines):
        for number in range(row, row + box.rows):
            merge = "" if box.rows == 1 else ("restart" if number == row else "continue")
            text = box.text if number == row else ""
            rows[number][column] = _cell(
                Box(text, columns=box.columns),
                edges[column + box.columns] - edges[column],
                merge,
                look,
            )
    for cells in rows:
        yield [cells[column] for column in sorted(cells)]


def _cell(box: Box, width: int, merge: str, look: WordLook) -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{box.columns}"/>' if box.columns > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    text = paragraph(box.text, look, size=look.table_font, centred=True)
    content = f"<w:p/>{text}<w:p/>" if look.padded_cells and box.text else text
    return f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def _runs(text: str, look: WordLook, font: str) -> str:
    chance = Random(f"{look.seed} {text}")  # noqa: S311
    if look.tracked and text and chance.random() < 0.2:
        old = f"<w:r><w:delText>{chance.randint(1, 99)}</w:delText></w:r>"
        old = f'<w:del w:id="1" {_TRACK}>{old}</w:del>'
        return f'{old}<w:ins w:id="2" {_TRACK}>{_run(text, font)}</w:ins>'
    if not look.shattered:
        return _run(text, font) if text else ""
    return "".join(_run(piece, font) for piece in _pieces(text, chance))


def _pieces(text: str, chance: Random) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = start + chance.randint(1, 9)
        yield text[start:end]
        start = end


def _run(text: str, font: str) -> str:
    properties = f"<w:rPr>{font}</w:rPr>" if font else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'
