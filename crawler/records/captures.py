"""What earlier captures say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.fetched import Purpose
from storage.clock import utc_now
from storage.models import Capture, Crawl


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCapture:
    """A good capture of an address, and how to ask whether its document is still the same."""

    capture_id: int
    final_url: str
    sha256: str
    media_type: str
    headers: Mapping[str, str]
    """Response headers, names in lower case."""
    asking: Mapping[str, str]
    """The request headers that ask (RFC 9110 13.1.2 and 13.1.3); empty if it gave no validator."""


_VALIDATORS = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))


def last_validators(session: Session, url: str) -> EarlierCapture | None:
    """Return the last good capture of ``url``; None if it gave no validator.

    A capture that was not what was asked for has its reason in ``error`` and is passed over:
    its validator would bring the same wrong body back.
    """
    capture = session.scalars(
        select(Capture)
        .where(
            Capture.url == url,
            Capture.method == "GET",
            Capture.status == 200,
            Capture.sha256.is_not(None),
            Capture.error.is_(None),
            Capture.rendered.is_(False),
        )
        .order_by(Capture.id.desc())
        .limit(1)
    ).first()
    earlier = _earlier(capture) if capture else None
    return earlier if earlier and earlier.asking else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRobots:
    """An answer to robots.txt that was had within a day."""

    status: int
    sha256: str
    run_id: str
    """The run that had it."""


def robots_of_a_day(session: Session, url: str) -> KnownRobots | None:
    """Return what robots.txt answered last, in this run or one before.

    Server errors and answers of more than a day ago are not taken (RFC 9309 2.4).
    """
    row = session.execute(
        select(Capture.status, Capture.sha256, Crawl.run_id)
        .join(Crawl, Capture.crawl_id == Crawl.id)
        .where(
            Capture.url == url,
            Capture.purpose == Purpose.ROBOTS,
            Capture.error.is_(None),
            Capture.status < 500,
            Capture.sha256.is_not(None),
            Capture.fetched_at > utc_now() - timedelta(days=1),
        )
        .order_by(Capture.id.desc())
        .limit(1)
    ).first()
    if row is None or row[0] is None or row[1] is None:
        return None
    return KnownRobots(status=row[0], sha256=row[1], run_id=row[2])


def has_answered(session: Session, url: str) -> bool:
    """Tell whether any exchange with an address ever brought an answer."""
    query = select(Capture.id).where(Capture.url == url, Capture.status.is_not(None)).limit(1)
    return session.scalar(query) is not None


def last_home(session: Session, portal_id: str) -> EarlierCapture | None:
    """Return the last good capture of a portal's front page."""
    capture = session.scalars(
        select(Capture)
        .join(Crawl, Capture.crawl_id == Crawl.id)
        .where(
            Crawl.portal_id == portal_id,
            Capture.purpose == Purpose.HOME,
            Capture.status == 200,
            Capture.sha256.is_not(None),
            Capture.error.is_(None),
        )
        .order_by(Capture.id.desc())
        .limit(1)
    ).first()
    return _earlier(capture) if capture else None


def last_asked(session: Session, urls: Collection[str]) -> dict[str, datetime]:
    """Return when each address was asked for last, whatever came; not those never asked for."""
    query = (
        select(Capture.url, func.max(Capture.fetched_at))
        .where(Capture.url.in_(urls))
        .group_by(Capture.url)
    )
    return dict(session.execute(query).all())


def sha256_of(session: Session, capture_ids: Collection[int]) -> dict[int, str]:
    """Return the hash of the body of each capture that has one."""
    query = select(Capture.id, Capture.sha256).where(Capture.id.in_(capture_ids))
    return {id_: sha256 for id_, sha256 in session.execute(query) if sha256}


def capture_body(session: Session, capture_id: int) -> EarlierCapture | None:
    """Return a capture that holds a body; None if there is none under that id."""
    capture = session.get(Capture, capture_id)
    return _earlier(capture) if capture is not None and capture.sha256 else None


def _earlier(capture: Capture) -> EarlierCapture:
    headers = {name.lower(): value for name, value in capture.headers}
    return EarlierCapture(
        capture_id=capture.id,
        final_url=capture.final_url or capture.url,
        sha256=capture.sha256 or "",
        media_type=capture.media_type or "",
        headers=headers,
        asking={name: headers[source] for name, source in _VALIDATORS if headers.get(source)},
    )
