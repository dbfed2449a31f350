"""Converted plain text: tab-separated rows, one cell a line, or running text.

What converters leave behind (page numbers on lines of their own, markdown rules) is dropped; the
rest stays as it stands. Lines such as ``标题: …`` before the text are labels of the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.reading.encoding import decode, undecoded
from monitor.reading.labels import is_table_label
from monitor.reading.model import Block, Document, Grid, GridCell, Paragraph, Place, UnreadableError

_LONGEST = 5_000_000
_RULE = re.compile(r"^[\s|:+]*(?:[-=_—]{3,}[\s|:+]*)+$")
_PAGE_NUMBER = re.compile(
    r"^\s*[-—–－]?\s*\d{1,3}\s*[-—–－]?\s*$|^\s*第?\s*\d{1,3}\s*页?\s*/?\s*共?\s*\d*\s*页\s*$"
)
_PIPES = re.compile(r"^\s*\|.*\|\s*$")
_META_LINE = re.compile(
    r"^\s*(标题|题名|发布时间|发布日期|发布机构|信息来源|来源|原文链接|链接|网址|栏目|文号|索引号|作者)\s*[:：]\s*(.*)$"
)
_META_KEYS = {
    "标题": "articletitle",
    "题名": "articletitle",
    "发布时间": "pubdate",
    "发布日期": "pubdate",
    "发布机构": "contentsource",
    "信息来源": "contentsource",
    "来源": "contentsource",
    "原文链接": "url",
    "链接": "url",
    "网址": "url",
    "栏目": "columnname",
    "文号": "documentnumber",
    "索引号": "indexnumber",
    "作者": "author",
}
_BODY_MARK = re.compile(r"^[=\-*]{4,}\s*正文\s*[=\-*]{4,}$")
_META_LINES = 20


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    offset: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def read_text(body: bytes, *, charset: str | None = None) -> Document:
    """Read a text file as a document.

    Raises:
        UnreadableError: ``empty``, ``too-large`` or ``undecodable``.
    """
    if len(body) > _LONGEST:
        raise UnreadableError("too-large", f"text of more than {_LONGEST} bytes")
    text = decode(body, charset=charset).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise UnreadableError("empty", "the file holds no text")
    lines = list(_lines(text))
    labels, first = _page_labels(lines)
    dates = (("page", labels["pubdate"]),) if labels.get("pubdate") else ()
    return Document(
        media_type="text/plain",
        method="text",
        blocks=tuple(_blocks(lines[first:])),
        title=labels.get("articletitle") or None,
        labels=labels,
        damage=undecoded(text, body),
        date_candidates=dates,
    )


def _lines(text: str) -> Iterator[_Line]:
    offset = 0
    for line in text.split("\n"):
        yield _Line(line.replace("\f", ""), offset)
        offset += len(line) + 1


def _page_labels(lines: Sequence[_Line]) -> tuple[dict[str, str], int]:
    """Return the labels in front of the text, and the line with which the text begins."""
    mark = next(
        (i for i, line in enumerate(lines[:_META_LINES]) if _BODY_MARK.match(line.text.strip())),
        None,
    )
    labels: dict[str, str] = {}
    last = -1
    for index, line in enumerate(lines[: mark if mark is not None else _META_LINES]):
        match = _META_LINE.match(line.text)
        if match:
            labels.setdefault(_META_KEYS[match[1]], match[2].strip())
            last = index
        elif mark is None and not line.blank:
            break
    return labels, (mark if mark is not None else last) + 1


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    index = 0
    while index < len(lines):
        line = lines[index]
        end = _cell_lines_end(lines, index)
        if end is not None:
            yield _cell_lines_grid(lines[index:end])
        elif _is_row(line):
            end = index + 1
            while end < len(lines) and (_is_row(lines[end]) or _RULE.match(lines[end].text)):
                end += 1
            yield from _row_grid(lines[index:end])
        else:
            end = index + 1
            if not _is_noise(line, lines, index):
                lead = len(line.text) - len(line.text.lstrip())
                place = Place(offset=line.offset + lead)
                yield Paragraph(text=line.text.strip(), place=place)
        index = end


def _is_row(line: _Line) -> bool:
    if line.blank and "\t" not in line.text:
        return False
    return ("\t" in line.text.strip(" ").rstrip("\n") and not _one_cell(line)) or bool(
        _PIPES.match(line.text)
    )


def _one_cell(line: _Line) -> bool:
    return line.text.startswith("\t") and "\t" not in line.text[1:]


def _is_noise(line: _Line, lines: Sequence[_Line], index: int) -> bool:
    if line.blank or _RULE.match(line.text):
        return True
    alone = (index == 0 or lines[index - 1].blank) and (
        index + 1 == len(lines) or lines[index + 1].blank
    )
    if not alone or not _PAGE_NUMBER.match(line.text):
        return False
    before = next((x.text for x in reversed(lines[:index]) if not x.blank), "")
    # One cell a paragraph: a number behind a label or another number is a value.
    in_cells = "\t" not in before and (before.strip().isdigit() or is_table_label(before))
    return not (line.text.strip().isdigit() and in_cells)


def _cell_lines_end(lines: Sequence[_Line], start: int) -> int | None:
    """Return where a table of one cell a line ends, None if none begins here.

    Each cell begins with a tab, its further lines without; an empty line ends a row, two end the
    table.
    """
    if not _one_cell(lines[start]) or lines[start].blank:
        return None
    index, cells, end = start, 0, start
    while index < len(lines):
        line = lines[index]
        if _one_cell(line):
            cells += 1
            end = index + 1
        elif line.text == "" and index + 1 < len(lines) and _one_cell(lines[index + 1]):
            pass
        elif not line.blank and "\t" not in line.text and _continues_cell(lines, index):
            end = index + 1
        else:
            break
        index += 1
    return end if cells >= 4 else None


def _continues_cell(lines: Sequence[_Line], index: int) -> bool:
    """Tell a further line of a cell: right behind a cell, and before another or a row's end."""
    before = lines[index - 1]
    return bool(before.text.strip()) and len(lines[index].text) <= 40


def _cell_lines_grid(lines: Sequence[_Line]) -> Grid:
    rows: list[list[_Line]] = [[]]
    for line in lines:
        if line.text == "":
            rows.append([])
        elif _one_cell(line):
            rows[-1].append(_Line(line.text[1:], line.offset + 1))
        else:
            last = rows[-1].pop()
            rows[-1].append(replace(last, text=f"{last.text}\n{line.text}"))
    return _grid([row for row in rows if row])


def _row_grid(lines: Sequence[_Line]) -> Iterator[Grid]:
    rows = [_cells(line) for line in lines if not _RULE.match(line.text)]
    if rows:
        yield _grid(rows)


def _cells(line: _Line) -> list[_Line]:
    separator = "|" if _PIPES.match(line.text) else "\t"
    text = line.text
    offset = line.offset
    if separator == "|":
        lead = len(text) - len(text.lstrip()) + 1
        text, offset = text.strip()[1:-1], offset + lead
    cells = []
    for part in text.split(separator):
        cells.append(_Line(part, offset))
        offset += len(part) + 1
    return cells


def _grid(rows: Sequence[Sequence[_Line]]) -> Grid:
    cells = tuple(
        GridCell(text=cell.text.strip(), row=row, column=column, place=Place(offset=cell.offset))
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
    )
    return Grid(
        cells=cells,
        rows=len(rows),
        columns=max(len(line) for line in rows),
        place=cells[0].place,
    )
