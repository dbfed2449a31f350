"""Rows of the database as a pack writes them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.clock import iso_utc
from storage.models import Base

ROW_NUMBERS = {"id", "filing_id", "capture_id", "judgement_id", "column_id", "crawl_id"}


def plain_row(stored: Base) -> dict[str, Any]:
    """Return the columns of a row but the numbers that only tie rows of one database."""
    return {
        column.key: getattr(stored, column.key)
        for column in stored.__mapper__.column_attrs
        if column.key not in ROW_NUMBERS
    }


def json_text(value: object) -> str:
    """Return a value as a JSON file."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def lines_text(lines: Sequence[str]) -> str:
    """Return lines as a file."""
    return "".join(line + "\n" for line in lines)


def _plain(value: object) -> str:
    return iso_utc(value) if isinstance(value, datetime) else str(value)
