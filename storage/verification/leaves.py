"""Leaf hashes computed again from the captures as they are stored, a million in seconds.

The database itself writes the leaves, in the form of ``storage.leaf.leaf_bytes``: its JSON
functions escape texts as RFC 8785 does, and JSON columns are stored as the leaf has them. Only a
leaf that does not have the logged hash is decoded and written again by ``leaf_of``, which decides.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    case,
    cast,
    func,
    null,
    select,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.leaf import (
    INSTANTS,
    LEAF_COLUMNS,
    LEAF_VERSION,
    STRUCTURES,
    deletion_leaf,
    leaf_of,
)
from storage.log import leaf_hash
from storage.models import Capture, Crawl, Deletion, LogEntry

ROWS_AT_ONCE = 5_000
CONSTANTS = {"type": "capture", "v": LEAF_VERSION}
KEYS = sorted([*LEAF_COLUMNS, *CONSTANTS, "run", "portal"])
INSTANT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


_NO_VALUES = (ValueError, TypeError, LookupError, AttributeError)
"""What reading a row raises whose values were changed to such as no program writes."""


class LoggedLeaf(NamedTuple):
    """One entry of the log beside the capture or the deletion that it is of."""

    position: int
    logged: bytes
    """The leaf hash in the log."""
    kind: str
    """``capture`` or ``deletion``."""
    id: int
    """Of the capture or the deletion; 0 if the entry names neither."""
    recomputed: bytes | None
    """The leaf hash of what it is of; None if that is gone or its values are no leaf."""
    present: bool
    """True if what it is of is there."""
    originals: Sequence[str] = ()
    """What a deletion removes."""


def logged_leaves(connection: Connection) -> Iterator[LoggedLeaf]:
    """Yield every entry of the log by position."""
    done = 0
    try:
        for leaf in _leaves(connection, _written_leaf(connection.dialect.name)):
            yield leaf
            done += 1
    except DBAPIError:
        # SQLite stops at a value that no JSON has; reading the rest row by row names it.
        yield from _leaves(connection, type_coerce(null(), Text), done)


def _leaves(
    connection: Connection, written: ColumnElement[str], offset: int = 0
) -> Iterator[LoggedLeaf]:
    query = (
        select(
            LogEntry.position,
            LogEntry.leaf_hash,
            LogEntry.capture_id,
            LogEntry.deletion_id,
            Capture.id,
            written,
        )
        .outerjoin(Capture, Capture.id == LogEntry.capture_id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .order_by(LogEntry.position, LogEntry.capture_id)
        .offset(offset)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    rows: Iterable[Any] = connection.execute(query)
    for position, logged, capture_id, deletion_id, found_id, text in rows:
        if capture_id is None:
            yield _of_deletion(connection, position, logged, deletion_id)
            continue
        recomputed = None if text is None else leaf_hash(text.encode())
        if recomputed != logged:
            recomputed = None if found_id is None else _decoded_hash(connection, capture_id)
        yield LoggedLeaf(position, logged, "capture", capture_id, recomputed, found_id is not None)


def _of_deletion(
    connection: Connection, position: int, logged: bytes, deletion_id: int | None
) -> LoggedLeaf:
    """Return an entry that is of no capture: of a deletion, or of nothing at all."""
    recomputed, originals, present = None, [], False
    with Session(bind=connection) as session:
        try:
            deletion = session.get(Deletion, deletion_id) if deletion_id is not None else None
            if deletion is not None:
                present = True
                recomputed = leaf_hash(deletion_leaf(deletion))
                originals = [str(each["sha256"]) for each in deletion.originals]
        except _NO_VALUES:
            present = True  # its values are those of no deletion
    return LoggedLeaf(
        position, logged, "deletion", deletion_id or 0, recomputed, present, originals
    )


def _decoded_hash(connection: Connection, capture_id: int) -> bytes | None:
    query = (
        select(*(getattr(Capture, key) for key in LEAF_COLUMNS), Crawl.run_id, Crawl.portal_id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
        .where(Capture.id == capture_id)
    )
    try:
        values: dict[str, Any] = dict(connection.execute(query).mappings().one())
        run_id, portal_id = values.pop("run_id"), values.pop("portal_id")
        return leaf_hash(leaf_of(values, run_id, portal_id))
    except _NO_VALUES:
        return None  # a value of a kind that no capture has


def _written_leaf(dialect: str) -> ColumnElement[str]:
    return _in_sqlite() if dialect == "sqlite" else _in_postgresql()


def _column(key: str) -> Any:
    crawl = {"run": Crawl.run_id, "portal": Crawl.portal_id}
    return crawl[key] if key in crawl else getattr(Capture, key)


def _in_sqlite() -> ColumnElement[str]:
    def value(key: str) -> Any:
        if key in CONSTANTS:
            return CONSTANTS[key]
        stored: ColumnElement[Any] = type_coerce(_column(key), Text)
        if key in STRUCTURES:
            return func.json(stored)
        if key in INSTANTS:
            return func.replace(stored, " ", "T").concat("Z")
        if key == "rendered":
            truth = type_coerce(_column(key), Integer)
            return func.json(case({0: "false", 1: "true"}, value=truth))
        return stored

    pairs = ((key, value(key)) for key in KEYS)
    return func.json_object(*chain.from_iterable(pairs), type_=Text)


def _in_postgresql() -> ColumnElement[str]:
    def value(key: str) -> ColumnElement[str]:
        column = _column(key)
        if key in STRUCTURES:
            return func.coalesce(cast(column, Text), "null")
        if key in INSTANTS:
            column = func.to_char(func.timezone("UTC", column), INSTANT_FORMAT)
        return func.coalesce(cast(func.to_json(column), Text), "null")

    constants = {key: json.dumps(each) for key, each in CONSTANTS.items()}
    pairs = (f'"{key}":{constants.get(key, "%s")}' for key in KEYS)
    template = "{" + ",".join(pairs) + "}"
    return func.format(template, *(value(key) for key in KEYS if key not in CONSTANTS), type_=Text)
