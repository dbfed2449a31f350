"""What the database knows about an agency's other years, and the day a local notice sets."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.rules.model import LocalDue
from storage.models import Agency, Column, ColumnReading, ColumnState, Filing, FilingState
from storage.registry.names import AgencyName, near_names
from storage.settings import LocalDeadline, ObligationSettings


def local_due(
    settings: ObligationSettings, agency: Agency | None, fiscal_year: int | None
) -> LocalDue | None:
    """Return the due day of the local notice for an agency: the one for the smallest place."""
    if agency is None or fiscal_year is None:
        return None
    fitting = [item for item in settings.local_deadlines if _is_for(item, agency, fiscal_year)]
    if not fitting:
        return None
    chosen = max(fitting, key=lambda item: (len(item.division), bool(item.kinds)))
    return LocalDue(day=_day_of(chosen, fiscal_year + 1), notice=chosen.notice)


def _is_for(deadline: LocalDeadline, agency: Agency, fiscal_year: int) -> bool:
    in_time = deadline.first_fiscal_year <= fiscal_year <= deadline.last_fiscal_year
    of_kind = not deadline.kinds or agency.kind.value in deadline.kinds
    return in_time and of_kind and agency.division.startswith(deadline.division)


def _day_of(deadline: LocalDeadline, year: int) -> date:
    """Return the day in a year; in a month that is shorter, its last one."""
    for day in range(deadline.day, 27, -1):
        try:
            return date(year, deadline.month, day)
        except ValueError:
            continue
    return date(year, deadline.month, deadline.day)


def years_published(session: Session, agency: Agency | None) -> tuple[int, ...]:
    """Return the fiscal years of the reports known of an agency and of those it came from."""
    if agency is None:
        return ()
    names = {agency.id, *_lineage(session, agency)}
    query = select(Filing.fiscal_year).where(
        Filing.agency_id.in_(names), Filing.fiscal_year.is_not(None)
    )
    return tuple(sorted(year for year in session.scalars(query) if year is not None))


def _lineage(session: Session, agency: Agency) -> list[str]:
    query = select(Agency.id).where(
        or_(
            Agency.merged_into == agency.id,
            Agency.renamed_from == agency.id,
            Agency.id == agency.renamed_from,
            Agency.id == agency.merged_into,
        )
    )
    return list(session.scalars(query))


def years_certain(session: Session, filing: Filing, names: Sequence[AgencyName]) -> bool:
    """Tell whether a year without a report is certain for the agency of a filing.

    Every standing column of its portal must last have been read whole with its control passed, and
    no report on the portal may be of an owner or year that nobody knows, unless it surely is of
    another.
    """
    columns = session.scalars(
        select(Column.id).where(
            Column.portal_id == filing.portal_id, Column.state == ColumnState.ACTIVE
        )
    ).all()
    return (
        bool(columns)
        and all(_was_read_whole(session, column) for column in columns)
        and not _has_stray(session, filing, names)
    )


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
