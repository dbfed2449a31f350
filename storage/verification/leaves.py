"""Leaf hashes computed again from the captures as they are stored, a million in seconds.

The same bytes as ``storage.leaf.leaf_bytes``, put together from the raw values of the database,
because decoding every value first would take three times as long.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from storage.leaf import INSTANTS, LEAF_COLUMNS, LEAF_VERSION, STRUCTURES, canonical_json
from storage.log import leaf_hash
from storage.models import Capture, Crawl, LogEntry

ROWS_AT_ONCE = 5_000


class LoggedLeaf(NamedTuple):
    """One entry of the log beside its capture."""

    position: int
    logged: bytes
    """The leaf hash in the log."""
    capture_id: int
    recomputed: bytes | None
    """The leaf hash of the capture; None if there is no capture or its values are no leaf."""
    present: bool
    """True if the capture is there."""
    url: str | None
    sha256: str | None


def logged_leaves(connection: Connection) -> Iterator[LoggedLeaf]:
    """Yield every entry of the log by position."""
    query = (
        select(
            LogEntry.position,
            LogEntry.leaf_hash,
            LogEntry.capture_id,
            Capture.id,
            *(_raw(key, connection.dialect.name) for key in KEYS),
        )
        .outerjoin(Capture, Capture.id == LogEntry.capture_id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .order_by(LogEntry.position)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for position, logged, capture_id, found_id, *values in connection.execute(query):
        recomputed = None if found_id is None else _recompute(values, logged)
        yield LoggedLeaf(
            position, logged, capture_id, recomputed, found_id is not None, values[URL], values[SHA]
        )


def _recompute(values: Sequence[Any], logged: bytes) -> bytes | None:
    """Hash the leaf as it is stored; decode it only if that is not what was logged."""
    for writers in (AS_STORED, DECODED):
        try:
            texts = [
                "null" if value is None else write(value)
                for write, value in zip(writers, values, strict=True)
            ]
        except (ValueError, TypeError, KeyError):
            return None  # a value of a kind that no capture has
        digest = leaf_hash((TEMPLATE % tuple(texts)).encode())
        if digest == logged:
            break
    return digest


def _raw(key: str, dialect: str) -> ColumnElement[Any] | InstrumentedAttribute[Any]:
    """Select a value of the leaf as the database has it, instants as the leaf writes them."""
    if key == "run":
        return Crawl.run_id
    if key == "portal":
        return Crawl.portal_id
    column = getattr(Capture, key)
    if key in STRUCTURES:
        return type_coerce(column, Text) if dialect == "sqlite" else cast(column, Text)
    if key not in INSTANTS:
        return type_coerce(column, Text) if key == "rendered" and dialect == "sqlite" else column
    if dialect == "sqlite":
        return func.replace(type_coerce(column, Text), " ", "T").concat("Z")
    return func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


def _writers(structure: Callable[[str], str]) -> list[Callable[[Any], str]]:
    special: dict[str, Callable[[Any], str]] = {
        "rendered": {False: "false", True: "true"}.__getitem__,
        "status": int.__repr__,
        "size": int.__repr__,
        **dict.fromkeys(STRUCTURES, structure),
    }
    return [special.get(key, encode_basestring) for key in KEYS]


def _decoded(stored: str) -> str:
    return canonical_json(json.loads(stored))


CONSTANTS = {"type": '"capture"', "v": str(LEAF_VERSION)}
KEYS = sorted([*LEAF_COLUMNS, "run", "portal"])
_PAIRS = (f'"{key}":{CONSTANTS.get(key, "%s")}' for key in sorted([*KEYS, *CONSTANTS]))
TEMPLATE = "{" + ",".join(_PAIRS) + "}"
AS_STORED = _writers(str)
DECODED = _writers(_decoded)
URL, SHA = KEYS.index("url"), KEYS.index("sha256")
