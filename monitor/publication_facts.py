"""What the database knows about how a filing is published: its files, its column, its years."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.addresses import both_schemes, is_home
from monitor.reading.choosing import holds_report, prose_length
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import (
    Address,
    AgencyFacts,
    ColumnFacts,
    FailedFile,
    ListedRow,
    OriginalFacts,
)
from monitor.surroundings import Surroundings, credit_code
from storage.law import load_law
from storage.models import Capture, Column, Filing, Original

MOST_FAILURES = 10
"""Crawls in a row that could not open a page, beyond which one more tells nothing new."""
_MOST_ABSENCES = 5
_MOST_CAPTURES = 60
_ANSWERED = frozenset({200, 203, 304})
_PAGES = frozenset({"home", "platform", "list", "page"})

ReadAlone = Callable[[str, str | None], Report | UnreadableError]


def column_facts(column: Column) -> ColumnFacts:
    """Return what is known of a column; ``proofs`` None if its page was never looked at."""
    met = column.proof.get("met")
    return ColumnFacts(
        url=column.url,
        name=column.name or "",
        proofs=frozenset(met) if isinstance(met, list) else None,
        rendered=column.rendered,
        rows=tuple(_row(row) for row in column.rows or ()),
    )


def _row(row: dict[str, Any]) -> ListedRow:
    day = row.get("day")
    return ListedRow(
        url=row["url"], title=row["title"], day=date.fromisoformat(day) if day else None
    )


def original_facts(known: Surroundings, originals: Iterable[Original]) -> tuple[OriginalFacts, ...]:
    """Return the files of a filing that stand, the page first, none of them read."""
    current = [item for item in originals if item.superseded_at is None]
    found = [
        OriginalFacts(
            url=item.url,
            role=item.role.value,
            media_type=item.media_type,
            size=item.size,
            name=item.name,
            sha256=item.sha256,
            rendered=item.capture_id in known.rendered,
        )
        for item in current
    ]
    return tuple(sorted(found, key=lambda item: item.role != "page"))


def read_alone(originals: Iterable[OriginalFacts], read: ReadAlone) -> tuple[OriginalFacts, ...]:
    """Return files with what reading each of them by itself gives; pictures are left unread."""
    return tuple(
        item
        if item.sha256 is None or item.media_type.startswith("image/")
        else _with_reading(item, read(item.sha256, item.name))
        for item in originals
    )


def _with_reading(item: OriginalFacts, result: Report | UnreadableError) -> OriginalFacts:
    if isinstance(result, UnreadableError):
        return replace(item, error=result.code, prose=0 if result.code == "empty" else None)
    return replace(
        item,
        method=result.method,
        prose=prose_length(result),
        holds_report=holds_report(result),
    )


def failed_files(filing: Filing) -> tuple[FailedFile, ...]:
    """Return the files that the page links to and that could not be had."""
    return tuple(
        FailedFile(
            url=entry["url"],
            name=entry["name"],
            outcome=entry["outcome"],
            status=entry["status"],
            reason=entry["reason"],
            size=entry["size"],
            media_type=entry["media_type"],
            at=tuple(datetime.fromisoformat(instant) for instant in entry["at"]),
        )
        for entry in filing.failed_files or ()
    )


def failures(known: Surroundings, url: str, home: str) -> tuple[Address, ...]:
    """Return the crawls since the last good one that could not open a page: the first ten.

    Of the attempts of one crawl the last one counts. ``home`` is the portal's front page, to which
    some servers send whoever asks for what is not there.
    """
    addresses = both_schemes(url)
    found = (known.newest[each] for each in addresses if each in known.newest)
    newest = max(found, key=lambda capture: capture.id, default=None)
    if newest is None or _opened(newest, home):
        return ()  # as with nearly every page: the earlier ones need not be looked at
    session = known.session
    captures = (
        select(Capture)
        .where(Capture.url.in_(addresses), Capture.purpose == "page")
        .order_by(Capture.id.desc())
    )
    run: dict[int | None, Capture] = {}
    for capture in session.scalars(captures.limit(_MOST_CAPTURES)):
        if capture.crawl_id in run:
            continue
        if _opened(capture, home):
            break
        run[capture.crawl_id] = capture
    oldest_first = list(reversed(run.values()))[:MOST_FAILURES]
    return tuple(_address(session, capture, home) for capture in oldest_first)


def _opened(capture: Capture, home: str) -> bool:
    answered = capture.status is None or capture.status in _ANSWERED
    return answered and capture.error is None and not is_home(capture, home)


def _address(session: Session, capture: Capture, home: str) -> Address:
    return Address(
        at=capture.fetched_at,
        status=capture.status,
        final_url=capture.final_url,
        to_home=is_home(capture, home),
        error=capture.error,
        host_fine=_host_answers(session, capture),
    )


def _host_answers(session: Session, failed: Capture) -> bool:
    """Tell whether the same crawl got another page of the host."""
    if failed.crawl_id is None:
        return False
    starts = [f"{address}/" for address in both_schemes(_origin(failed.url))]
    query = select(Capture.id).where(
        Capture.crawl_id == failed.crawl_id,
        Capture.status.in_(_ANSWERED),
        Capture.error.is_(None),
        Capture.url != failed.url,
        Capture.purpose.in_(_PAGES),
        or_(*(Capture.url.startswith(start, autoescape=True) for start in starts)),
    )
    return session.scalars(query.limit(1)).first() is not None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def absences(known: Surroundings, filing: Filing) -> tuple[datetime, ...]:
    """Return when its column was read whole before anything of a filing was seen, oldest first.

    A page that was opened before it counted as a report, under any of its addresses, was there
    already.
    """
    if filing.last_absent_at is None:
        return ()
    opened = [known.opened[url] for url in both_schemes(filing.url) if url in known.opened]
    readings = known.readings.get(filing.column_id, ())
    before = bisect_left(readings, min((filing.first_seen_at, *opened)))
    return tuple(readings[max(0, before - _MOST_ABSENCES) : before])


def index_owner(known: Surroundings, index_number: str | None) -> AgencyFacts | None:
    """Return the one registered agency whose credit code an index number begins with."""
    found = known.owners.get(credit_code(index_number) or "", ())
    if len(found) != 1:
        return None
    return AgencyFacts(id=found[0].id, name=found[0].name, kind=found[0].kind.value)


def page_labels(filing: Filing, originals: Iterable[OriginalFacts]) -> dict[str, str] | None:
    """Return the labels of a filing's page that a rule may ask for; None if it has no page.

    The others are left out: systems put tokens of the visit into them.
    """
    if not any(item.role == "page" and item.media_type == "text/html" for item in originals):
        return None
    known = load_law("portals")["page_meta"]
    names = {item["name"].lower() for kind in ("site", "column", "article") for item in known[kind]}
    return {name: str(value) for name, value in filing.labels.items() if name in names}
