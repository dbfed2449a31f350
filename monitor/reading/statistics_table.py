"""The annex of 国办发〔2014〕32号 (fiscal years 2014 to 2018): 政府信息公开情况统计表.

A list of indicators with a unit and a number each; it is none of the three tables of the formats
since 2019, whose labels some of its rows share.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from monitor.formats import load_data
from monitor.reading.labels import similarity
from monitor.reading.model import Block, Grid, GridCell, StatisticsRow, Value
from monitor.reading.normalise import REMEMBERED, normalise_label, split_ordinal
from monitor.reading.rows import looks_like_label

_FEWEST_ROWS = 4
_ALIKE = 0.85
_UNITS = frozenset({"条", "件", "次", "个", "人", "篇", "元", "万元", "期", "份"})
_HEADER = frozenset({"统计指标", "单位", "统计数", "数量", "指标"})


def take_statistics(
    blocks: Sequence[Block],
) -> tuple[list[Block], tuple[StatisticsRow, ...]]:
    """Return the blocks without the annex, and its rows in printed order."""
    kept: list[Block] = []
    rows: list[StatisticsRow] = []
    for block in blocks:
        if isinstance(block, Grid) and _is_statistics(block):
            rows += _rows(block)
        else:
            kept.append(block)
    return kept, tuple(rows)


def _is_statistics(grid: Grid) -> bool:
    texts = [cell.text for cell in grid.cells if cell.column <= 1 and cell.text]
    header = any(normalise_label(cell.text) == "统计指标" for cell in grid.cells[:6])
    known = sum(_is_known(text) for text in texts)
    return known >= (1 if header else _FEWEST_ROWS)


@lru_cache(maxsize=REMEMBERED)
def _is_known(text: str) -> bool:
    core = split_ordinal(text)[1]
    if core in _known_labels():
        return True
    return len(core) > 6 and any(similarity(core, known) >= _ALIKE for known in _known_labels())


@cache
def _known_labels() -> frozenset[str]:
    """Return the indicators that no table of another format has."""
    rows = load_data("v2008")["statistics_table"]["rows"]
    return frozenset(split_ordinal(row)[1] for row in rows)


def _rows(grid: Grid) -> list[StatisticsRow]:
    lines: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        lines.setdefault(cell.row, []).append(cell)
    found = (_row(line) for _, line in sorted(lines.items()))
    return [row for row in found if row is not None]


def _row(cells: Sequence[GridCell]) -> StatisticsRow | None:
    shown = [cell for cell in cells if cell.text]
    if not shown or normalise_label(shown[0].text) in _HEADER:
        return None
    label = next((cell for cell in shown if looks_like_label(cell.text)), None)
    if label is None:
        return None
    behind = [cell for cell in cells if cell.column > label.column]
    unit = next((cell.text for cell in behind if normalise_label(cell.text) in _UNITS), None)
    values = [cell for cell in behind if normalise_label(cell.text) not in _UNITS]
    last = values[-1] if values else None
    return StatisticsRow(
        label=label.text,
        unit=unit,
        value=_value(last),
        place=label.place,
    )


def _value(cell: GridCell | None) -> Value | None:
    if cell is None:
        return None
    if cell.doubtful is not None:
        return Value(text=None, place=cell.place, reason=cell.doubtful)
    return Value(text=cell.text, place=cell.place)
