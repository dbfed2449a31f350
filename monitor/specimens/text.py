"""Writes a specimen as the plain text that converters make of one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from monitor.specimens.html_look import random_shape
from monitor.specimens.layouts import Lines, Shape, contents, header_lines, place, size
from monitor.specimens.model import Heading, Specimen, heading_line

PARTED = ("grid", "cells", "dense", "lines")
"""Kinds of text in which the cells of a table stand apart."""
RUN_TOGETHER = ("digits", "flat")
"""Kinds in which they run together, so that many can be divided in more than one way."""
TABLES = (*PARTED, *RUN_TOGETHER)
_HAN_BY_DIGIT = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLook:
    """What kind of converter made the text."""

    seed: int = 0
    """Decides where page numbers stand."""
    shape: Shape = field(default_factory=Shape)
    tables: str = "grid"
    """``grid``: a tab between all columns, blanks for covered cells; ``cells``: one field for a
    cell however wide, blanks at the end; ``dense``: only the cells that begin in the row;
    ``lines``: one cell a line; ``digits``: a line for each row, its cells run together; ``flat``:
    the whole table, and the whole report, in one line."""
    wrap: int = 0
    """Prose is broken after so many characters; 0 for one line a paragraph."""
    page_numbers: bool = False
    """Lone numbers stand between the lines, in tables too."""
    spaced: bool = False
    """A blank parts digits from Chinese characters."""
    rules: bool = False
    """A line of dashes stands below each table's header."""
    blank_lines: bool = True
    encoding: str = "utf-8"
    newline: str = "\n"


PLAIN = TextLook()


def random_text_look(seed: int, tables: Sequence[str] = PARTED) -> TextLook:
    """Return one of the ways, the same for the same seed; ``tables`` are the kinds to choose."""
    chance = Random(f"text {seed}")  # noqa: S311
    return TextLook(
        seed=seed,
        shape=random_shape(chance),
        tables=chance.choice(tables),
        wrap=chance.choice((0, 0, 38, 45)),
        page_numbers=chance.random() < 0.3,
        spaced=chance.random() < 0.3,
        rules=chance.random() < 0.2,
        blank_lines=chance.random() < 0.7,
        encoding=chance.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16")),
        newline=chance.choice(("\n", "\r\n")),
    )


def text_file(report: Specimen, look: TextLook = PLAIN) -> bytes:
    """Return the report as plain text in the encoding of the look."""
    lines = list(_lines(report, look))
    if look.tables == "flat":
        text = report.title.replace("\n", "") + "\n" + "".join(lines)
    else:
        lines = [*report.title.split("\n"), *lines]
        if look.page_numbers:
            lines = list(_with_page_numbers(lines, look))
        gap = look.newline * (2 if look.blank_lines else 1)
        text = "".join(line + (look.newline if "\t" in line else gap) for line in lines)
    return text.encode(look.encoding)


def _lines(report: Specimen, look: TextLook) -> Iterator[str]:
    for part in contents(report, look.shape):
        if isinstance(part, list):
            yield from _table(part, look)
            continue
        text = heading_line(report, part) if isinstance(part, Heading) else part
        text = _HAN_BY_DIGIT.sub(" ", text) if look.spaced else text
        yield from _wrapped(text, look.wrap)


def _wrapped(text: str, wrap: int) -> Iterator[str]:
    step = wrap or max(1, len(text))
    yield from (text[start : start + step] for start in range(0, len(text), step))


def _table(lines: Lines, look: TextLook) -> Iterator[str]:
    rows = list(_rows(lines, look))
    if look.rules and look.tables in ("grid", "cells", "dense") and header_lines(lines):
        rows.insert(header_lines(lines), "\t".join(["---"] * size(lines)[1]))
    yield from rows


def _rows(lines: Lines, look: TextLook) -> Iterator[str]:
    if look.tables in ("digits", "flat"):
        yield from ("".join(box.text for box in line) for line in lines)
    elif look.tables == "lines":
        for row in _grid(lines):
            yield from (f"\t{text}" for text in row if text is not None)
            yield ""
    elif look.tables == "dense":
        yield from ("\t".join(box.text for box in line) for line in lines)
    else:
        width = size(lines)[1]
        for row in _grid(lines):
            shown = [text or "" for text in row if look.tables == "grid" or text is not None]
            yield "\t".join(shown + [""] * (width - len(shown)))


def _grid(lines: Lines) -> list[list[str | None]]:
    """Return every place of a table: text, blank below a cell, None to the right of its text."""
    rows, columns = size(lines)
    grid: list[list[str | None]] = [[""] * columns for _ in range(rows)]
    for row, column, box in place(lines):
        for down in range(box.rows):
            for right in range(1, box.columns):
                grid[row + down][column + right] = None
        grid[row][column] = box.text
    return grid


def _with_page_numbers(lines: list[str], look: TextLook) -> Iterator[str]:
    chance = Random(f"pages {look.seed}")  # noqa: S311
    page, left = 1, chance.randint(18, 40)
    for line in lines:
        if left == 0:
            yield chance.choice((str(page), f"-{page}-", f"— {page} —"))
            page, left = page + 1, chance.randint(18, 40)
        left -= 1
        yield line
