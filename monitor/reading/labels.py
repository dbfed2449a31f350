"""The labels that a report's tables may show, in all formats, and how a printed one is matched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from monitor.formats import ColumnSpec, RowSpec, load_data, load_format
from monitor.reading.normalise import REMEMBERED, normalise_label, split_ordinal

TABLE_FORMATS = ("v2019", "v2021")
APPLICANTS_HEADERS = frozenset({"申请人情况", "法人或其他组织"})
RESIDUE_LENGTH = 2
ALIKE = 0.6
"""From here on a reworded label is taken for the row or column that its place expects."""
SHORTEST_PART = 3
"""Shorter pieces of a label say nothing: 情况 ends many."""

_UNIT = re.compile(r"\((?:单位:?)?(?:件|条|个|宗|次|项|万元|元)\)$")
_CAPTION = re.compile(r"^第?二十条(?:第?[一1]款)?第?\(?([一二三四五六七八九]|\d)\)?项?")
_CHECK = re.compile("勾稽关系|第一项加第二项")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A row label of a format: its number, its text without the number, its place in the order."""

    key: str
    ordinal: int | None
    core: str
    index: int
    depth: int
    """How many labels lead to it, its own included."""
    aliases: tuple[str, ...] = ()


def similarity(one: str, other: str) -> float:
    """Return how alike two normalised labels are, from 0 to 1."""
    return fuzz.ratio(one, other) / 100


@cache
def request_rows() -> tuple[Expected, ...]:
    """Return the rows of the requests table of both formats in printed order.

    The single row 其他处理 of 2019 stands before the three rows that took its place in 2021.
    """
    specs = list(load_format("v2021").tables["requests"].rows)
    known = {spec.key for spec in specs}
    older = load_format("v2019").tables["requests"].rows
    for position, spec in enumerate(older):
        if spec.key not in known:
            after = older[position - 1].key
            place = next(i for i, row in enumerate(specs) if row.key == after) + 1
            specs.insert(place, spec)
    return _numbered(specs)


@cache
def proactive_rows() -> tuple[Expected, ...]:
    """Return the rows of the first table of both formats; 规范性文件 has two wordings."""
    specs: list[RowSpec] = []
    for older in load_format("v2019").tables["proactive_disclosure"].rows:
        newer = _proactive_spec("v2021", older.key)
        specs.append(older)
        if newer is not None and newer.label != older.label:
            specs.append(newer)
    return _numbered(specs)


@lru_cache(maxsize=REMEMBERED)
def column_label(text: str) -> str:
    """Return a column label in the form in which labels are compared, a unit behind it left out."""
    label = normalise_label(text)
    return label if label in proactive_column_labels() else _UNIT.sub("", label)


@cache
def request_columns() -> dict[str, str]:
    """Return the applicant columns of the requests table: comparable label to key."""
    columns = load_format("v2021").tables["requests"].rows[0].columns
    labels = {normalise_label(column.label): column.key for column in columns}
    return labels | dict.fromkeys(load_data("labels")["aliases"]["total"], "total")


@cache
def remedy_columns() -> dict[str, str]:
    """Return the columns of each group of the remedies table: comparable label to key."""
    columns = load_format("v2021").tables["remedies"].rows[0].columns
    return {normalise_label(column.label): column.key for column in columns}


@cache
def remedy_groups() -> dict[str, tuple[str, ...]]:
    """Return the group labels of the remedies table and the groups each stands over."""
    rows = load_format("v2021").tables["remedies"].rows
    labels = dict.fromkeys(part for row in rows for part in row.path)
    return {
        normalise_label(label): tuple(row.key for row in rows if label in row.path)
        for label in labels
    }


@cache
def proactive_columns(format_id: str, block: str) -> tuple[ColumnSpec, ...]:
    """Return the columns of a block of the first table; empty if the format has no such block."""
    blocks = load_format(format_id).tables["proactive_disclosure"].blocks
    return next((spec.columns for spec in blocks if spec.key == block), ())


@cache
def proactive_column_labels() -> frozenset[str]:
    """Return every column label of the first table, comparable, of both formats."""
    return frozenset(
        normalise_label(column.label)
        for format_id in TABLE_FORMATS
        for block in load_format(format_id).tables["proactive_disclosure"].blocks
        for column in block.columns
    )


@cache
def block_of_row(key: str) -> str:
    """Return the block of the first table in which a row stands."""
    spec = _proactive_spec("v2019", key) or _proactive_spec("v2021", key)
    assert spec is not None
    assert spec.block is not None
    return spec.block


@cache
def request_groups() -> frozenset[str]:
    """Return the comparable labels above the row labels of the requests table: 不予公开 …"""
    return frozenset(
        split_ordinal(label)[1]
        for row in load_format("v2021").tables["requests"].rows
        for label in row.path[:-1]
    )


def caption_block(text: str) -> str | None:
    """Return the block that a caption such as 第二十条第（五）项 opens, None for other text."""
    match = _CAPTION.match(normalise_label(text))
    if match is None:
        return None
    number = "一二三四五六七八九".find(match[1]) + 1 or int(match[1])
    return f"art20_{number}"


def is_check_note(text: str) -> bool:
    """Tell the corner cell of the requests table, which states its cross-check."""
    return _CHECK.search(normalise_label(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def exact_request_row(text: str) -> Expected | None:
    """Return the row of the requests table whose label this is (``_exact``)."""
    return _exact(text, request_rows())


@lru_cache(maxsize=REMEMBERED)
def exact_proactive_row(text: str) -> Expected | None:
    """Return the row of the first table whose label this is (``_exact``)."""
    return _exact(text, proactive_rows())


def _exact(text: str, rows: Iterable[Expected]) -> Expected | None:
    """Return the row whose label this is, number aside; also behind a group label in one cell."""
    ordinal, core = split_ordinal(text)
    if not core:
        return None
    hits = [row for row in rows if core == row.core or core in row.aliases]
    if not hits:
        hits = [row for row in rows if row.ordinal is not None and _ends_with(core, row)]
    return next((row for row in hits if row.ordinal == ordinal), hits[0] if hits else None)


def is_header_label(text: str) -> bool:
    """Tell a label that stands over others at the head of the requests table."""
    return normalise_label(text) in APPLICANTS_HEADERS


def is_table_label(text: str) -> bool:
    """Tell a text that is a row or column label of one of the tables, and nothing else."""
    label = normalise_label(text)
    if label in request_columns() or label in remedy_columns() or label in remedy_groups():
        return True
    return (exact_request_row(text) or exact_proactive_row(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def begins_request_row(text: str) -> bool:
    """Tell the cut beginning of a row label of the requests table."""
    return any(is_part_of(text, row, start=True) for row in request_rows())


@lru_cache(maxsize=REMEMBERED)
def ends_request_row(text: str) -> bool:
    """Tell the cut end of a row label of the requests table."""
    return any(is_part_of(text, row, start=False) for row in request_rows())


def is_part_of(text: str, row: Expected, *, start: bool) -> bool:
    """Tell whether ``text`` is the cut beginning (or the cut end) of a row's label."""
    core = split_ordinal(text)[1]
    if not SHORTEST_PART <= len(core) < len(row.core):
        return False
    return row.core.startswith(core) if start else row.core.endswith(core)


def residue_of_labels(text: str) -> bool:
    """Tell a scrap of one or two characters that a broken header leaves, such as 持 or 审结."""
    scrap = normalise_label(text)
    if not scrap or len(scrap) > RESIDUE_LENGTH or not re.fullmatch("[\u4e00-\u9fff]+", scrap):
        return False
    known = (*remedy_columns(), *remedy_groups(), *request_columns(), *APPLICANTS_HEADERS)
    return scrap != "无" and any(scrap in label for label in known)


def _ends_with(core: str, row: Expected) -> bool:
    return len(row.core) >= SHORTEST_PART and core.endswith((f"{row.ordinal}.{row.core}",))


def _numbered(specs: Iterable[RowSpec]) -> tuple[Expected, ...]:
    aliases = load_data("labels")["aliases"]
    expected = []
    for index, spec in enumerate(specs):
        ordinal, core = split_ordinal(spec.label)
        expected.append(
            Expected(
                key=spec.key,
                ordinal=ordinal,
                core=core,
                index=index,
                depth=len(spec.path),
                aliases=tuple(aliases.get(spec.key, ())),
            )
        )
    return tuple(expected)


def _proactive_spec(format_id: str, key: str) -> RowSpec | None:
    rows = load_format(format_id).tables["proactive_disclosure"].rows
    return next((row for row in rows if row.key == key), None)
