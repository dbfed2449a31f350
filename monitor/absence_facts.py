"""What proves that a report was not there: the attempts to open it, and the readings before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.addresses import both_schemes, is_home
from monitor.history.absences import absent_readings
from monitor.history.baseline import capture_facts
from monitor.history.loading import load_proofs
from monitor.publication_facts import absences
from monitor.rules.model import Address, CaptureFacts
from monitor.surroundings import Surroundings
from storage.clock import local_date
from storage.models import Capture, Filing, FilingState
from storage.registry import agency_name, near_names
from storage.told_days import day_stated

MOST_GONE = 3
"""Of the crawls in a row that found a page gone, the first ones and the last prove it."""
_ONE_CRAWL = timedelta(days=1)
"""What the first crawl of a portal sees later than a report did not come after it."""
_MOST_CAPTURES = 60
_GONE = frozenset({404, 410})
_SHOWN = frozenset({200, 203, 304})


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
    return day_stated(
        filing.date_candidates,
        fiscal_year=filing.fiscal_year,
        first_seen=local_date(filing.first_seen_at),
    )


def _first_shown(session: Session, filing: Filing) -> int | None:
    query = select(Capture.id).where(
        Capture.url.in_(both_schemes(filing.url)),
        Capture.status.in_(_SHOWN),
        Capture.error.is_(None),
    )
    return session.scalars(query.order_by(Capture.id).limit(1)).first()


def attempts(session: Session, url: str, home: str) -> tuple[Address, ...]:
    """Return the last exchange that showed a page, and of those since the first and the last.

    Of the attempts of one crawl the last one counts; what tells nothing (no answer, a refusal) is
    left out.
    """
    query = select(Capture).where(Capture.url.in_(both_schemes(url)), Capture.error.is_(None))
    told: dict[object, Capture] = {}
    shown: Capture | None = None
    for capture in session.scalars(query.order_by(Capture.id.desc()).limit(_MOST_CAPTURES)):
        is_gone = capture.status in _GONE or is_home(capture, home)
        if not is_gone and capture.status in _SHOWN:
            shown = capture
            break
        if is_gone:
            told.setdefault(capture.crawl_id or ("alone", capture.id), capture)
    gone = list(reversed(told.values()))
    run = [*gone[: MOST_GONE - 1], *gone[MOST_GONE - 1 :][-1:]]
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


def may_stand_at(around: Surroundings, filing: Filing) -> str | None:
    """Return where a report that is gone may stand now, of all that came after it on its portal.

    It may be one of unknown agency or year, or one of the agency that its own was renamed to or
    merged into: who takes a column over may sign what stands in it. None if there is none, or
    people have ruled it out.
    """
    owed = (filing.agency_id or "", filing.fiscal_year or 0)
    query = select(Filing).where(
        Filing.portal_id == filing.portal_id,
        Filing.id != filing.id,
        Filing.id.not_in(around.past.settled.ruled_out.get(owed, frozenset())),
        Filing.first_seen_at > filing.first_seen_at + _ONE_CRAWL,
        Filing.state != FilingState.REMOVED,
        Filing.gone_crawls == 0,
        or_(Filing.fiscal_year.is_(None), Filing.fiscal_year == filing.fiscal_year),
    )
    found = around.session.scalars(query.order_by(Filing.id))
    return next((other.url for other in found if _may_be_it(around, filing, other)), None)


def _may_be_it(around: Surroundings, filing: Filing, other: Filing) -> bool:
    if other.agency_id is not None:
        kin = around.kin.get(filing.agency_id or "", frozenset())
        return other.agency_id == filing.agency_id or other.agency_id in kin
    if other.agency_name is None or filing.agency is None:
        return True
    return bool(near_names(other.agency_name, [agency_name(filing.agency)]))
