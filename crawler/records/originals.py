"""Originals of filings: kept by version, never altered."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Fetched
from crawler.pages.urls import other_scheme
from storage.models import Filing, FilingState, Original, OriginalRole

_COUNTERS = re.compile(
    r"(?:浏览|阅读|点击|访问)(?:次数|人次|数|量)?[:：]?\d*次?|打印日期[:：]?[\d-]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping a file did."""

    new: int = 0
    changed: int = 0
    filing_id: int | None = None
    """The filing that it is of in the end."""


def text_fingerprint(text: str) -> str:
    """Return the hash of an article's text without blanks and counters of its readers."""
    bare = _COUNTERS.sub("", "".join(text.split()))
    return hashlib.sha256(bare.encode()).hexdigest()


def keep_page(session: Session, filing: Filing, fetched: Fetched, text: str | None) -> Kept:
    """Keep the page of a filing; ``text`` is the article's, None if the page is a file itself.

    A page whose article text is what it was is no new version, whatever else on it moved.
    """
    fingerprint = text_fingerprint(text) if text is not None else None
    return _keep(session, filing, _original(filing, fetched, OriginalRole.PAGE, None, fingerprint))


def keep_attachment(session: Session, filing: Filing, fetched: Fetched, name: str | None) -> Kept:
    """Keep a file attached to a filing, under the name its link or its server gave it."""
    return _keep(session, filing, _original(filing, fetched, OriginalRole.ATTACHMENT, name, None))


def attached_urls(session: Session, filing_id: int) -> set[str]:
    """Return the addresses of the files that are attached to a filing now, as far as they are had.

    Under both schemes: a link may name either.
    """
    filing = session.get_one(Filing, filing_id)
    urls = {original.url for original in _current(session, filing, OriginalRole.ATTACHMENT)}
    return urls | {other_scheme(url) for url in urls}


def drop_unlinked(session: Session, filing: Filing, linked: Collection[str], now: datetime) -> None:
    """Note that files are no longer attached, after the page that linked them has changed."""
    for original in _current(session, filing, OriginalRole.ATTACHMENT):
        if not {original.url, other_scheme(original.url)} & set(linked):
            original.superseded_at = now
            filing.state = FilingState.CHANGED


def _original(
    filing: Filing,
    fetched: Fetched,
    role: OriginalRole,
    name: str | None,
    text_sha256: str | None,
) -> Original:
    return Original(
        filing_id=filing.id,
        capture_id=fetched.capture_id,
        url=fetched.ask.url,
        role=role,
        name=name,
        sha256=fetched.sha256,
        text_sha256=text_sha256,
        media_type=fetched.media_type,
        size=len(fetched.body),
        fetched_at=fetched.fetched_at,
    )


def _keep(session: Session, filing: Filing, fresh: Original) -> Kept:
    addresses = {fresh.url, other_scheme(fresh.url)}
    current = next(
        (each for each in _current(session, filing, fresh.role) if each.url in addresses), None
    )
    if current is None:
        if filing.addresses and _is_had(session, filing, fresh):
            return Kept()  # a twin's page, or its file, that is what we have
        return Kept(new=_revive_or_add(session, fresh))
    same_text = fresh.text_sha256 is not None and fresh.text_sha256 == current.text_sha256
    if current.sha256 == fresh.sha256 or same_text:
        return Kept()
    current.superseded_at = fresh.fetched_at
    filing.state = FilingState.CHANGED
    _revive_or_add(session, fresh)
    return Kept(changed=1)


def _is_had(session: Session, filing: Filing, fresh: Original) -> bool:
    return any(
        each.sha256 == fresh.sha256
        or (fresh.text_sha256 is not None and each.text_sha256 == fresh.text_sha256)
        for role in OriginalRole
        for each in _current(session, filing, role)
    )


def _revive_or_add(session: Session, fresh: Original) -> int:
    """Add an original, or take up again the same bytes of an earlier time; tell whether new."""
    earlier = session.scalars(
        select(Original).where(
            Original.filing_id == fresh.filing_id,
            Original.url == fresh.url,
            Original.sha256 == fresh.sha256,
        )
    ).first()
    if earlier is not None:
        earlier.superseded_at = None
        return 0
    session.add(fresh)
    session.flush()
    return 1


def _current(session: Session, filing: Filing, role: OriginalRole) -> list[Original]:
    query = select(Original).where(
        Original.filing_id == filing.id,
        Original.role == role,
        Original.superseded_at.is_(None),
    )
    return list(session.scalars(query))
