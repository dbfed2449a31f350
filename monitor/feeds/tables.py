"""Rows as CSV and JSON Lines. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.plain import plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would compute (OWASP: CSV injection)."""


def as_json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return one JSON object per line, UTF-8."""
    return b"".join(
        json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n" for row in rows
    )


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8 with BOM, so that spreadsheets know it).

    Lists and objects in a cell are JSON; a text that a spreadsheet would compute gets an
    apostrophe before it.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    text = plain(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
