"""Exchanges become captures: originals first, rows and log entries after, in one transaction."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Engine, Table, func, insert, or_, select, text
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.clock import utc_now
from storage.database import transaction
from storage.exchange import Exchange, Kept
from storage.leaf import cleaned, leaf_of
from storage.log import leaf_hash
from storage.models import Capture, Certificate, Crawl, Deletion, LogEntry

_CAPTURES = cast("Table", Capture.__table__)
_CRAWLS = cast("Table", Crawl.__table__)
_DELETIONS = cast("Table", Deletion.__table__)
_ENTRIES = cast("Table", LogEntry.__table__)
LOG_LOCK = 0x6E69616E62616F01
"""The PostgreSQL advisory lock that appending to the log holds (``nianbao``, 1)."""
_CLEANED = (
    "url",
    "final_url",
    "method",
    "purpose",
    "redirects",
    "request_headers",
    "request_body",
    "headers",
    "media_type",
    "address",
    "tls",
    "error",
)
"""What servers and pages have a say in."""
COMPRESSED = frozenset({"robots", "home", "platform", "list"})
"""What a document was fetched for that may lie compressed in the archive.

Reports never do, and neither does a body as it was served.
"""
_CLOCKS_DIFFER = timedelta(hours=1)
"""Of machines that write to one database, at most."""


def archive_exchange(engine: Engine, archive: Archive, exchanges: Iterable[Exchange]) -> list[int]:
    """Do what ``keep_exchanges`` does, and return the captures' ids alone.

    Raises:
        ArchiveError: if a body cannot be kept; then nothing is recorded.
    """
    return [kept.capture_id for kept in keep_exchanges(engine, archive, exchanges)]


def keep_exchanges(engine: Engine, archive: Archive, exchanges: Iterable[Exchange]) -> list[Kept]:
    """Archive bodies, then commit captures with their log entries; return what each became.

    The whole of it is durable when this returns. Killed before the commit, it leaves originals
    that are marked as pending; nothing else.

    Raises:
        ArchiveError: if a body cannot be kept; then nothing is recorded.
    """
    batch = list(exchanges)
    _require_zones(batch)
    began = utc_now()
    bodies = [body for each in batch for body in _bodies(each)]
    compress = [may for each in batch for may in _compressible(each)]
    digests = archive.put_many(bodies, compress)
    hashes = iter(digests)
    rows = [_row(each, [next(hashes) for _ in _bodies(each)]) for each in batch]
    with transaction(engine) as session:
        ids = _record_rows(session, rows)
        _keep_certificates(session, reversed(batch))
        if _removing_since(session, began):
            # What was there already may have been removed before the rows that now name it.
            archive.put_many(bodies, compress)
    archive.settle(digests)
    return [Kept(id_, row["sha256"]) for id_, row in zip(ids, rows, strict=True)]


def _bodies(exchange: Exchange) -> Iterator[bytes]:
    """Yield what of an exchange is archived: the document; as it was served, if that differs."""
    if exchange.body is not None:
        yield exchange.body
        if exchange.wire_body is not None and exchange.wire_body != exchange.body:
            yield exchange.wire_body


def _compressible(exchange: Exchange) -> Iterator[bool]:
    """Tell of each of ``_bodies`` whether it may lie compressed."""
    for number, _ in enumerate(_bodies(exchange)):
        yield number == 0 and exchange.purpose in COMPRESSED


def _record_rows(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Append captures, by their values, and their log entries; return the captures' ids.

    Positions are consecutive whatever other processes do: SQLite's write transactions exclude
    each other, and on PostgreSQL a lock is held until the end of the transaction. Capture ids
    ascend with positions, which verification relies on.
    """
    if not rows:
        return []
    lock_log(session)
    # Of tables, not of classes: that takes a third of the time.
    new = insert(_CAPTURES).returning(_CAPTURES.c.id, sort_by_parameter_order=True)
    ids = list(session.scalars(new, rows))
    crawls = crawls_of(session, {row["crawl_id"] for row in rows if row["crawl_id"] is not None})
    first = log_size(session)
    entries = []
    for position, (capture_id, row) in enumerate(sorted(zip(ids, rows, strict=True), key=_id_of)):
        digest = leaf_hash(leaf_of(row, *crawls.get(row["crawl_id"], (None, None))))
        entries.append(
            {"position": first + position, "capture_id": capture_id, "leaf_hash": digest}
        )
    session.execute(insert(_ENTRIES), entries)
    return ids


def _id_of(pair: tuple[int, dict[str, Any]]) -> int:
    return pair[0]


def _keep_certificates(session: Session, exchanges: Iterable[Exchange]) -> None:
    """Keep those certificates that are not kept yet, the latest exchange coming first.

    The lock of the log is held, so that nobody else adds one meanwhile.
    """
    shown = {
        hashlib.sha256(der).hexdigest(): (der, each.fetched_at)
        for each in exchanges
        for der in each.certificates
    }
    if not shown:
        return
    known = set(session.scalars(select(Certificate.sha256).where(Certificate.sha256.in_(shown))))
    new = [
        {"sha256": digest, "der": der, "first_seen_at": at}
        for digest, (der, at) in shown.items()
        if digest not in known
    ]
    if new:
        session.execute(insert(Certificate), new)


def _removing_since(session: Session, began: datetime) -> bool:
    """Tell whether originals are being removed, or were since ``began``; asked under the lock."""
    done = _DELETIONS.c.carried_out_at
    query = select(_DELETIONS.c.id).where(or_(done.is_(None), done > began - _CLOCKS_DIFFER))
    return session.scalar(query.limit(1)) is not None


def lock_log(session: Session) -> None:
    """Keep other processes from appending until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOG_LOCK})


def log_size(session: Session) -> int:
    """Return the number of log entries, which is the next position."""
    last = session.scalar(select(func.max(_ENTRIES.c.position)))
    return 0 if last is None else last + 1


def _require_zones(exchanges: Iterable[Exchange]) -> None:
    for each in exchanges:
        if each.requested_at.tzinfo is None or each.fetched_at.tzinfo is None:
            msg = f"naive datetime in the exchange with {each.url!r}"
            raise ValueError(msg)


def _row(exchange: Exchange, archived: list[str]) -> dict[str, Any]:
    """Return the values of a capture whose bodies have been archived under these hashes."""
    sha256 = archived[0] if archived else None
    wire_sha256 = exchange.wire_sha256
    if exchange.wire_body is not None:
        wire_sha256 = archived[-1] if archived else hashlib.sha256(exchange.wire_body).hexdigest()
    elif wire_sha256 is None and not exchange.rendered:
        wire_sha256 = sha256
    return {
        "crawl_id": exchange.crawl_id,
        "requested_at": exchange.requested_at,
        "fetched_at": exchange.fetched_at,
        "status": exchange.status,
        "sha256": sha256,
        "size": None if exchange.body is None else len(exchange.body),
        "wire_sha256": wire_sha256,
        "rendered": exchange.rendered,
        **{name: cleaned(getattr(exchange, name)) for name in _CLEANED},
    }


def crawls_of(session: Session, ids: Collection[int]) -> dict[int | None, tuple[str, str]]:
    """Return run and portal of crawls, by their ids."""
    crawls = _CRAWLS.c
    query = select(crawls.id, crawls.run_id, crawls.portal_id).where(crawls.id.in_(ids))
    return {id_: (run_id, portal_id) for id_, run_id, portal_id in session.execute(query)}
