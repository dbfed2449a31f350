"""From the blocks of a document to one report."""

import re
from collections.abc import Iterator, Mapping, Sequence

from monitor.formats import load_data, load_format
from monitor.reading.collected import own_report
from monitor.reading.doubts import find_doubts
from monitor.reading.headings import Heading, find_headings, join_broken
from monitor.reading.identity import (
    find_agency,
    find_fiscal_year,
    find_publication,
    find_title,
)
from monitor.reading.lines import Line
from monitor.reading.loose import recover_tables
from monitor.reading.losses import UNCONVERTED, find_losses
from monitor.reading.lost_sections import find_lost_sections
from monitor.reading.model import (
    Damage,
    Document,
    Grid,
    Image,
    Paragraph,
    PrintedLabel,
    ReadTable,
    Report,
)
from monitor.reading.normalise import normalise_label
from monitor.reading.proactive import read_proactive
from monitor.reading.remedies import read_remedies
from monitor.reading.requests import read_requests
from monitor.reading.rows import (
    FLATTENED,
    MERGED,
    NO_CELL,
    SEVERAL_NUMBERS,
    RowRead,
    TableRead,
)
from monitor.reading.sections import (
    front,
    read_preamble,
    read_sections,
    whole_text,
    with_old_topics,
)
from monitor.reading.statistics_table import take_statistics
from monitor.reading.stream import Item, assign_tables, build_stream
from monitor.reading.turning import upright
from storage.titles import parse_title

_OLDEST_NEW_FORMAT = 2019
_ANY_RESIDUE = re.compile(r"\[bookmark:", re.IGNORECASE)
_OF_THE_AGENCY = frozenset({MERGED, NO_CELL, SEVERAL_NUMBERS})
"""Why a cell may have no value although it was read: the agency left it so."""
_READERS = {
    "proactive_disclosure": read_proactive,
    "requests": read_requests,
    "remedies": read_remedies,
}


def assemble(document: Document) -> Report:
    """Return the report that a document is, as far as it can be read. Never raises.

    Headings and tables are known by their texts and order; what the conversion lost is named in
    ``damage`` with the sections, tables and rows it touches.
    """
    converted = document.method not in UNCONVERTED
    own, statistics = take_statistics(document.blocks)
    blocks, made = recover_tables(own)
    blocks = [upright(block) if isinstance(block, Grid) else block for block in blocks]
    items = build_stream(blocks, native=document.method != "text", torn=converted, made=made)
    items, others = own_report(join_broken(items), document.title)
    items, headings = find_headings(items)
    reads = _read_tables(items, headings)
    title_text, title_place, used = find_title(document.title, front(items, headings))
    title = parse_title(title_text) if title_text else None
    preamble = read_preamble(items, headings, skip=used)
    sections = read_sections(items, headings, title)
    text = whole_text(preamble, sections)
    year = find_fiscal_year(title, f"{preamble}\n{text}")
    found = _format_found(reads, headings, year)
    format_id = found if found in ("v2019", "v2021") else _format_due(year)
    tables = {key: _written(read, format_id) for key, read in reads.items()}
    losses = find_losses(reads, headings, format_id) if converted else ()
    if document.method == "text":
        losses = (*losses, *find_lost_sections(headings, reads, losses, document.damage))
    losses = (*losses, *find_doubts(tables, document.method, format_id))
    day, source = find_publication(document.date_candidates)
    return Report(
        media_type=document.media_type,
        method=document.method,
        title=title_text,
        agency=find_agency(title, preamble, document.labels),
        fiscal_year=year,
        published_on=day,
        published_on_source=source,
        format_found=found,
        preamble=preamble,
        sections=with_old_topics(sections) if found == "v2008" else sections,
        tables=tables,
        images=tuple(item for item in items if isinstance(item, Image)),
        damage=(*document.damage, *others, *losses, *_unread_rows(tables, converted=converted)),
        text=text,
        labels=document.labels,
        title_place=title_place,
        date_candidates=document.date_candidates,
        statistics=statistics,
        residue=tuple(_residue(document)),
    )


def _read_tables(items: list[Item], headings: Sequence[Heading]) -> dict[str, TableRead]:
    in_line = {h.item for h in headings if isinstance(items[h.item], Line)}
    assigned = assign_tables(items, {h.item: h.key for h in headings})
    reads: dict[str, TableRead] = {}
    for key, reader in _READERS.items():
        lines = [
            (position, item)
            for position, item in enumerate(items)
            if isinstance(item, Line) and assigned.get(position) == key and position not in in_line
        ]
        read = reader(lines) if lines else None
        if read is not None:
            reads[key] = read
    return reads


def _written(read: TableRead, format_id: str) -> ReadTable:
    known = [row for row in read.rows if row.key]
    return ReadTable(
        key=read.key,
        format=read.format or format_id,
        values={
            row.key or "": dict(zip(row.columns, row.values, strict=True))
            for row in known
            if not row.unread
        },
        row_labels=tuple(
            PrintedLabel(key=row.key or "", text=row.label, place=row.place)
            for row in known
            if row.cut is None
        ),
        column_labels=read.column_labels,
        unknown_rows=tuple(_unknown(row) for row in read.rows if row.key is None),
        value_counts={row.key or "": row.count for row in known if not row.unread},
        place=read.place,
    )


def _unknown(row: RowRead) -> tuple[str, tuple[str, ...]]:
    return row.label, tuple(value.text or "" for value in row.values)


def _unread_rows(tables: Mapping[str, ReadTable], *, converted: bool) -> Iterator[Damage]:
    """Yield the rows with values that were not read for certain.

    What an agency itself did to the cells of an original is no damage: their number tells.
    """
    for table in tables.values():
        reasons: dict[str, set[str]] = {}
        for row, cells in table.values.items():
            for value in cells.values():
                if value.text is None:
                    reasons.setdefault(value.reason or "", set()).add(row)
        for reason, rows in reasons.items():
            if converted or reason not in _OF_THE_AGENCY:
                yield Damage(
                    code="cells-flattened" if reason == FLATTENED else "cells-doubtful",
                    detail=reason,
                    tables=frozenset({table.key}),
                    rows=frozenset(rows),
                )


def _format_due(year: int | None) -> str:
    return "v2019" if year in (2019, 2020) else "v2021"


def _format_found(
    reads: Mapping[str, TableRead], headings: Sequence[Heading], year: int | None
) -> str | None:
    """Return the format by the tables' distinctive labels; without tables, by the outline."""
    first = reads.get("proactive_disclosure")
    if first is not None:
        shown = {label.key for label in first.column_labels}
        labels = {normalise_label(label.text) for label in first.column_labels}
        labels |= {normalise_label(row.label) for row in first.rows if row.key}
        own = {x: labels & _distinctive(x) for x in ("v2019", "v2021")}
        if own["v2019"] and own["v2021"]:
            return "hybrid"
        if shown or labels:
            decided = next((x for x, found in own.items() if found), first.format)
            if decided:
                return decided
    requests = reads.get("requests")
    if requests is not None and requests.format:
        return requests.format
    if reads or not headings:
        return None
    return "v2008" if year is not None and year < _OLDEST_NEW_FORMAT else _old_outline(headings)


def _old_outline(headings: Sequence[Heading]) -> str | None:
    pattern = load_data("v2008")["outline"]
    old = any(re.search(pattern, heading.text) for heading in headings)
    return "v2008" if old else None


def _distinctive(format_id: str) -> frozenset[str]:
    return frozenset(normalise_label(label) for label in load_format(format_id).distinctive)


def _residue(document: Document) -> Iterator[Paragraph]:
    for block in document.blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                if _ANY_RESIDUE.search(cell.text):
                    yield Paragraph(text=cell.text, place=cell.place)
