"""Captures with their places in the log."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from storage.evidence.model import LoggedCapture
from storage.models import Capture, ColumnReading, Crawl, LogEntry

OK = 200
NOT_MODIFIED = 304
CHUNK = 500
"""Values in one IN list; databases limit them."""


def logged() -> Select[Capture, int, bytes, str, str]:
    """Return the query for all captures, to be narrowed."""
    return (
        select(Capture, LogEntry.position, LogEntry.leaf_hash, Crawl.run_id, Crawl.portal_id)
        .join(LogEntry, LogEntry.capture_id == Capture.id)
        .outerjoin(Crawl, Crawl.id == Capture.crawl_id)
    )


def read_logged(
    session: Session, query: Select[Capture, int, bytes, str, str]
) -> list[LoggedCapture]:
    """Return what a query for captures gives."""
    return [
        LoggedCapture(
            capture=capture,
            position=position,
            leaf_hash=leaf_hash,
            run_id=run_id,
            portal_id=portal_id,
        )
        for capture, position, leaf_hash, run_id, portal_id in session.execute(query)
    ]


def logged_by_id(session: Session, ids: Collection[int]) -> Iterator[LoggedCapture]:
    """Yield the captures with some ids."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        yield from read_logged(session, logged().where(Capture.id.in_(chunk)))


def logged_lists(session: Session, readings: Iterable[ColumnReading]) -> Iterator[LoggedCapture]:
    """Yield the list pages that the readings stand on.

    A healthy reading names them, those of an earlier time that had not changed among them. Of one
    that failed, or was kept before they were named, it is whatever its crawl asked for as a list.
    """
    all_readings = list(readings)
    named = [reading for reading in all_readings if reading.control_passed and reading.pages]
    ids = {page[key] for each in named for page in each.pages or () for key in ("capture", "body")}
    yield from logged_by_id(session, ids - {None})
    others = [reading for reading in all_readings if reading not in named]
    for crawl_id in sorted({reading.crawl_id for reading in others}):
        columns = {each.column.url for each in others if each.crawl_id == crawl_id}
        query = logged().where(
            Capture.crawl_id == crawl_id,
            or_(Capture.purpose == "list", Capture.url.in_(columns)),
        )
        for page in read_logged(session, query):
            yield page
            if page.capture.status == NOT_MODIFIED:
                yield from before(session, page)


def before(session: Session, page: LoggedCapture) -> list[LoggedCapture]:
    """Return the capture of the document that a server said to be unchanged."""
    query = (
        logged()
        .where(
            Capture.url == page.capture.url,
            Capture.method == page.capture.method,
            Capture.sha256.is_not(None),
            Capture.status == OK,
            Capture.error.is_(None),
            Capture.rendered.is_(False),
            LogEntry.position < page.position,
        )
        .order_by(LogEntry.position.desc())
    )
    return read_logged(session, query.limit(1))
