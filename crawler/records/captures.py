"""What earlier captures say."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Purpose
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
