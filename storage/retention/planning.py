"""What may be thinned out, and why everything else is kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, case, func, or_, select, true
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.database import reading
from storage.law import load_law
from storage.models import Capture, Deletion, Original
from storage.recording import log_size
from storage.retention.deciding import Doomed
from storage.retention.facts import read_facts
from storage.retention.keeping import kept_captures
from storage.retention.model import Counted, Keep, Plan, Policy, PortalFacts
from storage.retention.removed import REMOVABLE
from storage.settings import ObligationSettings, RetentionSettings

_CHUNK = 500
_ORDER = {reason: number for number, reason in enumerate(Keep)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of one body."""

    size: int | None
    captures: int
    stays: bool
    """True if it is part of a filing, or was fetched for another reason, or outside a crawl."""


def policy_of(retention: RetentionSettings, obligations: ObligationSettings) -> Policy:
    """Return the policy that the settings say, with the due days of law and of local notices."""
    by_law = {(each["month"], each["day"]) for each in load_law("deadlines")["deadline"]}
    local = {(each.month, each.day) for each in obligations.local_deadlines}
    return Policy(
        keep_months=retention.keep_months,
        days_around_due=retention.days_around_due,
        newest_readings=retention.newest_readings,
        due_days=frozenset(by_law | local),
    )


def plan(engine: Engine, archive: Archive, policy: Policy, now: datetime) -> Plan:
    """Plan what may be removed; nothing is changed.

    A body that stands in the archives of several portals is kept if any of them needs it. What is
    not in the archive is not planned: that it is missing is for verification to say. Neither is
    what was decided already and waits, for the end of an object lock or after a kill.

    Raises:
        ArchiveError: if the archive cannot be listed.
    """
    with reading(engine) as session:
        size = log_size(session)
        reasons = body_reasons(read_facts(session), policy, now)
        known = _known(session, reasons)
        waiting = _decided(session)
    free = {body for body, reason in reasons.items() if reason is None} - waiting
    present = {file.sha256 for file in archive.files() if file.sha256 in free}
    return Plan(
        remove=[
            Doomed(sha256=body, size=known[body].size, captures=known[body].captures)
            for body in sorted(present)
            if not known[body].stays
        ],
        kept=_counted(reasons, known),
        planned_at=size,
    )


def body_reasons(
    portals: Iterable[PortalFacts], policy: Policy, now: datetime
) -> dict[str, Keep | None]:
    """Return every body of list pages with the first reason to keep it, None without one. Pure."""
    found: dict[str, Keep | None] = {}
    for facts in portals:
        kept = kept_captures(facts, policy, now)
        for capture in facts.captures:
            for body in capture.bodies:
                found[body] = _first(found.get(body), kept.get(capture.id))
    return found


def _first(one: Keep | None, other: Keep | None) -> Keep | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=_ORDER.__getitem__)


def _known(session: Session, bodies: Iterable[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for chunk in _chunks(sorted(bodies)):
        filed = set(session.scalars(select(Original.sha256).where(Original.sha256.in_(chunk))))
        other = or_(Capture.purpose.not_in(REMOVABLE), Capture.crawl_id.is_(None))
        for column, size in ((Capture.wire_sha256, None), (Capture.sha256, Capture.size)):
            served = Capture.wire_sha256 != Capture.sha256 if size is None else true()
            query = (
                select(
                    column,
                    func.max(Capture.size),
                    func.count(),
                    func.sum(case((other, 1), else_=0)),
                )
                .where(column.in_(chunk), served)
                .group_by(column)
            )
            for body, bytes_, captures, others in session.execute(query):
                before = found.get(body)
                found[body] = _Known(
                    size=None if size is None else bytes_,
                    captures=captures + (before.captures if before else 0),
                    stays=bool(others) or body in filed or bool(before and before.stays),
                )
    return found


def _decided(session: Session) -> set[str]:
    """Return what decisions name that are not carried out yet."""
    query = select(Deletion.originals).where(Deletion.carried_out_at.is_(None))
    return {str(each["sha256"]) for originals in session.scalars(query) for each in originals}


def _counted(
    reasons: Mapping[str, Keep | None], known: Mapping[str, _Known]
) -> dict[Keep, Counted]:
    found = dict.fromkeys(Keep, Counted())
    for body, reason in reasons.items():
        why = reason or (Keep.FILING if known[body].stays else None)
        if why is not None:
            before = found[why]
            found[why] = Counted(
                bodies=before.bodies + 1, size=before.size + (known[body].size or 0)
            )
    return found


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
