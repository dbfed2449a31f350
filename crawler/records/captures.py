"""What earlier captures say."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """A capture that a server may be asked about: is the document still the same?"""

    capture_id: int
    final_url: str
    sha256: str
    media_type: str
    headers: Mapping[str, str]
    """The request headers that ask: RFC 9110 13.1.2 and 13.1.3."""
    headers_then: Mapping[str, str] = field(default_factory=dict)
    """The response headers of that capture, names in lower case."""


def last_validators(session: Session, url: str) -> Validators | None:
    """Return what to ask about ``url``; None if its last good capture gave no validator.

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
    if capture is None or capture.sha256 is None:
        return None
    then = {name.lower(): value for name, value in capture.headers}
    asking = {
        name: then[source]
        for name, source in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        if then.get(source)
    }
    if not asking:
        return None
    return Validators(
        capture_id=capture.id,
        final_url=capture.final_url or url,
        sha256=capture.sha256,
        media_type=capture.media_type or "",
        headers=asking,
        headers_then=then,
    )
