"""Tables that are not printed as the format has them: rows changed round, added, cut short."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.specimens.model import Misprint, Specimen

if TYPE_CHECKING:
    from monitor.specimens.layouts import Box

ACTS = ("swap", "add", "drop", "picture")


def is_pictured(report: Specimen, key: str) -> bool:
    """Return whether a picture stands in the place of a table."""
    return any(item.table == key and item.act == "picture" for item in report.misprints)


def misprinted(
    parts: list[list[list["Box"]]], key: str, misprints: Sequence[Misprint]
) -> list[list[list["Box"]]]:
    """Return a printed table in its parts with what is misprinted in it."""
    for item in misprints:
        assert item.act in ACTS
        if item.table != key:
            continue
        if item.act == "swap":
            parts = _swapped_in(parts, item)
        else:
            parts = [_ACTS[item.act](lines, item) for lines in parts]
    return parts


def _swapped_in(parts: list[list[list["Box"]]], item: Misprint) -> list[list[list["Box"]]]:
    """Return the parts with two rows changed round, which may stand in different ones."""
    lines = iter(_swapped([line for part in parts for line in part], item))
    return [[next(lines) for _ in part] for part in parts]


def _swapped(lines: list[list["Box"]], item: Misprint) -> list[list["Box"]]:
    one, other = _line(lines, item.label), _line(lines, item.text)
    if one is None or other is None:
        return lines
    changed = list(lines)
    changed[one] = _with_row_of(lines[one], lines[other])
    changed[other] = _with_row_of(lines[other], lines[one])
    return changed


def _with_row_of(line: list["Box"], other: list["Box"]) -> list["Box"]:
    """Return a line with label and values of another one; labels of groups stay."""
    own, theirs = _label_at(line), _label_at(other)
    label = replace(line[own], text=other[theirs].text)
    values = [box for box in other if box.value]
    between = [box for box in line[own + 1 :] if not box.value]
    return [*line[:own], label, *between, *values]


def _added(lines: list[list["Box"]], item: Misprint) -> list[list["Box"]]:
    at = _line(lines, item.label)
    if at is None:
        return lines
    label = _label_at(lines[at])
    line = [
        replace(box, text="0") if box.value else replace(box, text="", rows=1) for box in lines[at]
    ]
    line[label] = replace(line[label], text=item.text)
    return [*lines[: at + 1], line, *lines[at + 1 :]]


def _dropped(lines: list[list["Box"]], item: Misprint) -> list[list["Box"]]:
    at = _line(lines, item.label)
    if at is None:
        return lines
    return [*lines[:at], lines[at][:-1], *lines[at + 1 :]]


def _unchanged(lines: list[list["Box"]], _item: Misprint) -> list[list["Box"]]:
    return lines


_ACTS = {"add": _added, "drop": _dropped, "picture": _unchanged}


def _line(lines: list[list["Box"]], label: str) -> int | None:
    for number, line in enumerate(lines):
        if any(box.value for box in line) and any(box.text == label for box in line):
            return number
    return None


def _label_at(line: list["Box"]) -> int:
    """Return the place of a row's own label, the last text before its values."""
    first = next(place for place, box in enumerate(line) if box.value)
    return max((place for place in range(first) if line[place].text), default=0)
