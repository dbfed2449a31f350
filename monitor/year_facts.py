"""What the database knows about an agency's other years."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.surroundings import Surroundings
from storage.models import Column, ColumnReading, ColumnState, Filing, FilingState
from storage.registry.names import AgencyName, near_names


def years_published(known: Surroundings, agency_id: str | None) -> tuple[int, ...]:
    """Return the fiscal years of the reports known of an agency and of those it came from."""
    if agency_id is None:
        return ()
    bodies = {agency_id, *known.kin.get(agency_id, ())}
    return tuple(sorted(year for body in bodies for year in known.years.get(body, ())))


def years_certain(known: Surroundings, filing: Filing) -> bool:
    """Tell whether a year without a report is certain for the agency of a filing.

    Every standing column of its portal must last have been read whole with its control passed, and
    no report on the portal may be of an owner or year that nobody knows, unless it surely is of
    another.
    """
    portal = filing.portal_id
    if portal not in known.certain:
        known.certain[portal] = _were_read_whole(known.session, portal)
    return known.certain[portal] and not _has_stray(known.session, filing, known.names[portal])


def _were_read_whole(session: Session, portal_id: str) -> bool:
    columns = session.scalars(
        select(Column.id).where(Column.portal_id == portal_id, Column.state == ColumnState.ACTIVE)
    ).all()
    return bool(columns) and all(_was_read_whole(session, column) for column in columns)


def _was_read_whole(session: Session, column_id: int) -> bool:
    last = session.scalars(
        select(ColumnReading.control_passed)
        .where(ColumnReading.column_id == column_id)
        .order_by(ColumnReading.read_at.desc())
        .limit(1)
    ).first()
    return bool(last)


def _has_stray(session: Session, filing: Filing, names: Sequence[AgencyName]) -> bool:
    own = [name for name in names if name.id == filing.agency_id]
    strays = session.scalars(
        select(Filing).where(
            Filing.portal_id == filing.portal_id,
            Filing.state != FilingState.REMOVED,
            or_(Filing.agency_id.is_(None), Filing.fiscal_year.is_(None)),
        )
    )
    return any(_may_be_of(stray, filing, own) for stray in strays)


def _may_be_of(stray: Filing, filing: Filing, own: Sequence[AgencyName]) -> bool:
    year = filing.fiscal_year
    if stray.fiscal_year is not None and year is not None and stray.fiscal_year != year - 1:
        return False
    if stray.agency_id is not None:
        return stray.agency_id == filing.agency_id
    return stray.agency_name is None or bool(near_names(stray.agency_name, own))
