"""What proves that a report was not there: the attempts to open it, and the readings before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.addresses import both_schemes, is_home
from monitor.history.absences import absent_readings
from monitor.history.baseline import capture_facts
from monitor.history.loading import load_proofs
from monitor.publication_facts import absences
from monitor.rules.model import Address, CaptureFacts
from monitor.surroundings import Surroundings
from storage.clock import local_date
from storage.models import Capture, DateSource, Filing

MOST_GONE = 3
"""Of the crawls in a row that found a page gone, the first ones prove it."""
_MOST_CAPTURES = 60
_GONE = frozenset({404, 410})
_SHOWN = frozenset({200, 203, 304})
_STATED = frozenset({DateSource.META.value, DateSource.PAGE.value, DateSource.LIST.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """When a column did not show a report before it was first seen, oldest first."""

    at: tuple[datetime, ...]
    captures: tuple[tuple[CaptureFacts, ...], ...] = ()
    """The list pages of each reading; empty where no day stated comes before one."""
    seen: CaptureFacts | None = None


def proved_absences(around: Surroundings, filing: Filing) -> Absences:
    """Return when its column was read whole without a filing, and, where it matters, the proof.

    It matters where a day stated comes before such a reading; then only those count that asked
    for every page.
    """
    found = absences(around, filing)
    day = _day_stated(filing)
    if not found or day is None or local_date(found[-1]) <= day:
        return Absences(at=found)
    session = around.session
    readings = absent_readings(session, filing, found[-1] + timedelta(microseconds=1))
    first = _first_shown(session, filing)
    ids = chain((first,) if first else (), *(each.captures for each in readings))
    proofs = load_proofs(session, ids)
    return Absences(
        at=tuple(each.at for each in readings),
        captures=tuple(
            capture_facts(proofs[capture] for capture in each.captures if capture in proofs)
            for each in readings
        ),
        seen=next(iter(capture_facts([proofs[first]])), None) if first in proofs else None,
    )


def _day_stated(filing: Filing) -> date | None:
    stated = (each for each in filing.date_candidates if each["source"] in _STATED)
    return max((date.fromisoformat(each["value"]) for each in stated), default=None)


def _first_shown(session: Session, filing: Filing) -> int | None:
    query = select(Capture.id).where(
        Capture.url.in_(both_schemes(filing.url)),
        Capture.status.in_(_SHOWN),
        Capture.error.is_(None),
    )
    return session.scalars(query.order_by(Capture.id).limit(1)).first()


def attempts(session: Session, url: str, home: str) -> tuple[Address, ...]:
    """Return the last exchange that showed a page, and the first of those since that did not.

    Of the attempts of one crawl the last one counts; what tells nothing (no answer, a refusal) is
    left out.
    """
    query = select(Capture).where(Capture.url.in_(both_schemes(url)), Capture.error.is_(None))
    told: dict[object, Capture] = {}
    shown: Capture | None = None
    for capture in session.scalars(query.order_by(Capture.id.desc()).limit(_MOST_CAPTURES)):
        gone = capture.status in _GONE or is_home(capture, home)
        if not gone and capture.status in _SHOWN:
            shown = capture
            break
        if gone:
            told.setdefault(capture.crawl_id or ("alone", capture.id), capture)
    run = list(reversed(told.values()))[:MOST_GONE]
    found = [shown, *run] if shown is not None else run
    proofs = load_proofs(session, (each.id for each in found))
    return tuple(
        Address(
            at=each.fetched_at,
            status=each.status,
            final_url=each.final_url,
            to_home=is_home(each, home),
            capture=each.id,
            position=proofs[each.id].position,
            sha256=each.sha256,
        )
        for each in found
    )
