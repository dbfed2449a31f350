"""Converted plain text: tab-separated rows, one cell a line, or running text.

What converters leave behind (page numbers on lines of their own, markdown rules) is dropped; the
rest stays as it stands. Lines such as ``标题: …`` before the text are labels of the page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.reading.encoding import decode, undecoded
from monitor.reading.labels import caption_block, is_header_label, is_table_label
from monitor.reading.model import (
    Block,
    Damage,
    Document,
    Grid,
    GridCell,
    Paragraph,
    Place,
    UnreadableError,
)
from monitor.reading.wrapped import unwrapped

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
_FEWEST_PAGES = 3
_FEWEST_CELLS = 20
_LONGEST_PAGE_NUMBER = 12
_MOST_BLANK = 4
"""Empty lines between two rows of a table with one cell a line."""


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
    lines, skipped = _without_page_numbers(list(_lines(text)))
    labels, first = _page_labels(lines)
    dates = (("page", labels["pubdate"]),) if labels.get("pubdate") else ()
    return Document(
        media_type="text/plain",
        method="text",
        blocks=tuple(unwrapped(_blocks(lines[first:]))),
        title=labels.get("articletitle") or None,
        labels=labels,
        damage=(*undecoded(text, body), *skipped),
        date_candidates=dates,
    )


def _without_page_numbers(lines: list[_Line]) -> tuple[list[_Line], tuple[Damage, ...]]:
    """Leave out page numbers: those with dashes, and bare ones that count on through the file.

    A bare number may be a value, unless cells are marked by tabs and it has none. The second
    answer says where numbers with dashes skip, which a lost page does.
    """
    found = [i for i, line in enumerate(lines) if _is_page_number(line.text)]
    numbers = [int(re.sub(r"\D", "", lines[i].text)) for i in found]
    follow = all(b == a + 1 for a, b in pairwise(numbers))
    counted = follow and (len(found) >= _FEWEST_PAGES or numbers[:1] == [1])
    tabbed = sum("\t" in line.text for line in lines) >= _FEWEST_CELLS
    dropped = [i for i in found if not lines[i].text.strip().isdigit() or (counted and tabbed)]
    noise = {*dropped, *_blanks_behind(lines, dropped)}
    kept = [line for i, line in enumerate(lines) if i not in noise]
    return kept, tuple(_skipped_pages([lines[i] for i in found]))


def _blanks_behind(lines: Sequence[_Line], numbers: Sequence[int]) -> list[int]:
    """Return the empty lines that come with the page numbers of a file; none if one has none.

    An empty line ends a row of a table, so that none of those may be left out.
    """
    behind = [i + 1 for i in numbers if i + 1 < len(lines)]
    if any(lines[i].text for i in behind):
        return []
    return [i for i in behind if i > 1 and lines[i - 2].text]


def _skipped_pages(lines: Sequence[_Line]) -> Iterator[Damage]:
    """Yield the gaps between page numbers with dashes that no bare number in between fills."""
    before: int | None = None
    bare: set[int] = set()
    for line in lines:
        number = int(re.sub(r"\D", "", line.text))
        if line.text.strip().isdigit():
            bare.add(number)
            continue
        if before is not None and not set(range(before + 1, number)) <= bare:
            detail = f"behind page {before} follows page {number}"
            yield Damage(code="pages-lost", detail=detail, place=Place(offset=line.offset))
        before, bare = number, set()


def _is_page_number(text: str) -> bool:
    if "\t" in text or len(text) > _LONGEST_PAGE_NUMBER or not _PAGE_NUMBER.match(text):
        return False
    return bool(re.search(r"^\D*\d{1,3}\D*$", text))


def blocks_of_text(text: str, *, path: str | None = None) -> Iterator[Block]:
    """Yield the blocks of a text whose lines stand as written; ``path`` is that of its element."""
    for block in _blocks(list(_lines(text.replace("\r\n", "\n").replace("\r", "\n")))):
        yield _placed(block, path)


def _placed(block: Block, path: str | None) -> Block:
    place = replace(block.place, path=path)
    if isinstance(block, Grid):
        cells = tuple(replace(cell, place=replace(cell.place, path=path)) for cell in block.cells)
        return replace(block, cells=cells, place=place)
    return replace(block, place=place)


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
        elif _is_row(line) or _is_label_row(lines, index):
            end = index + 1
            while end < len(lines) and (
                _is_row(lines[end]) or _RULE.match(lines[end].text) or _is_label_row(lines, end)
            ):
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


def _is_label_row(lines: Sequence[_Line], index: int) -> bool:
    """Tell a row whose only text is a label in a further column, over or below other rows."""
    line = lines[index]
    if not _one_cell(line) or not (_is_label(line.text) or is_header_label(line.text)):
        return False
    beside = [*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2]]
    return any(_is_row(other) for other in beside)


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

    Each cell begins with a tab, its further lines without; empty lines end a row, many or text end
    the table.
    """
    if not _one_cell(lines[start]) or lines[start].blank:
        return None
    index, cells, end = start, 0, start
    while index < len(lines):
        line = lines[index]
        if _one_cell(line):
            cells += 1
            end = index + 1
        elif line.text == "" and _cell_behind_gap(lines, index):
            pass
        elif not line.blank and "\t" not in line.text and _continues_cell(lines, index):
            end = index + 1
        else:
            break
        index += 1
    return end if cells >= 4 or (cells > 1 and _is_label(lines[start].text)) else None


def _cell_behind_gap(lines: Sequence[_Line], index: int) -> bool:
    """Return whether empty lines, but not many, part two cells."""
    gap = lines[index + 1 : index + 1 + _MOST_BLANK]
    following = next((line for line in gap if line.text), None)
    return following is not None and _one_cell(following)


def _is_label(text: str) -> bool:
    return is_table_label(text) or caption_block(text) is not None


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
