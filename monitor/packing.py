"""What the program knows of the matter of an evidence pack, beyond what the archive says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, standings
from monitor.history.contract import timeline_object
from monitor.history.model import Timeline
from monitor.history.timeline import filings_about, find_filings, timelines_of
from monitor.history.wording import cell_name
from monitor.rules.masking import mask
from monitor.rules.settings import rulings_of
from storage.clock import end_of_day
from storage.evidence import EvidenceError, Ground, Told, Wanted
from storage.models import Agency
from storage.workspace import Workspace

_SHOWN = 10
"""Numbers of reports named in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a pack is to be about, and what is known of it."""

    wanted: Wanted
    told: Told


def the_filing(session: Session, what: str) -> int:
    """Return the one filing that a number, an address of it, or a hash of its files means.

    Raises:
        EvidenceError: if there is none, or several have it.
    """
    found = find_filings(session, what)
    if len(found) != 1:
        numbers = ", ".join(str(each) for each in found[:_SHOWN]) or "-"
        raise EvidenceError(
            f"“{what}”对应 {len(found)} 份年报（编号 {numbers}），应当是一份。",
            f"{what!r} means {len(found)} reports (numbers {numbers}); one is needed.",
        )
    return found[0]


def matter_of_filing(session: Session, what: str) -> Matter:
    """Return the matter of one filing, named as ``the_filing`` takes it.

    Raises:
        EvidenceError: if there is none, or several have it.
    """
    filing = the_filing(session, what)
    return Matter(wanted=Wanted(filing_id=filing), told=_told(session, [filing], None))


def matter_of_agency(
    session: Session,
    workspace: Workspace,
    agency: str,
    fiscal_year: int,
    now: datetime,
    *,
    absence: bool = False,
    as_observed: bool = False,
) -> Matter:
    """Return the matter of an agency's year: of its reports, or of their absence.

    It is that of an absence if that is asked for, or if the agency's report is missing.

    Raises:
        SettingsError: if an overlay of the workspace is missing or wrong.
    """
    agency_id = _agency_id(session, agency)
    filings = filings_about(session, agency_id, fiscal_year) if agency_id else []
    standing = _standing(session, workspace, agency_id, fiscal_year, now) if agency_id else None
    grace = timedelta(days=workspace.settings.obligations.grace_days)
    ground = _ground(standing, grace, now) if standing else None
    is_missing = standing is not None and standing.state is ComplianceState.MISSING
    return Matter(
        wanted=Wanted(
            agency=agency,
            fiscal_year=fiscal_year,
            absence=absence or as_observed or (is_missing and not filings),
            # Asked for by nobody, the pack says itself what is not proved.
            as_observed=as_observed or not absence,
        ),
        told=_told(session, filings, ground),
    )


def _agency_id(session: Session, name: str) -> str | None:
    query = select(Agency.id).where(or_(Agency.id == name, Agency.name == name))
    found = session.scalars(query).all()
    return name if name in found else next(iter(found), None)


def _standing(
    session: Session, workspace: Workspace, agency_id: str, fiscal_year: int, now: datetime
) -> Standing | None:
    rows = standings(session, workspace.settings, [fiscal_year], now, rulings_of(workspace))
    return next((row for row in rows if row.agency_id == agency_id), None)


def _ground(standing: Standing, grace: timedelta, now: datetime) -> Ground:
    reason = standing.reason
    return Ground(
        state=standing.state.value,
        reason_zh=reason.zh if reason else None,
        reason_en=reason.en if reason else None,
        due_on=standing.due_on,
        due_at=end_of_day(standing.due_on + grace),
        basis_zh=standing.basis.zh,
        basis_en=standing.basis.en,
        judged_at=now,
        columns=frozenset(standing.columns),
    )


def _told(session: Session, filings: Collection[int], ground: Ground | None) -> Told:
    timelines = timelines_of(session, filings)
    happenings = [each for timeline in timelines for each in timeline.happenings]
    return Told(
        ground=ground,
        timelines=tuple(_named(timeline) for timeline in timelines),
        capture_ids=frozenset(proof.capture_id for each in happenings for proof in each.proofs),
        mask=mask,
    )


def _named(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as an object whose changed cells are called what the format calls them."""
    told = timeline_object(timeline)
    for happening, said in zip(timeline.happenings, told["happenings"], strict=True):
        cells = happening.change.cells if happening.change else ()
        for number, cell in enumerate(cells):
            name = cell_name(cell)
            said["change"]["cells"][number] |= {"name_zh": name.zh, "name_en": name.en}
    return told
