"""What the stored columns say about whether a portal must be searched."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Column, ColumnState, Filing, FilingState, Portal

SEARCHED_AT = "searched_at"
"""The key in ``Column.proof`` of when the portal was last searched for columns, ISO 8601."""
REGISTRY = "registry"
"""``Column.found_by`` of a column that the registry names."""


def search_needed(session: Session, portal: Portal, now: datetime, every: timedelta) -> bool:
    """Tell whether a portal's columns must be looked for (again).

    They must if none stands, if one was lost and nothing took its place, if the registry names
    other columns than before, or if the last look is longer ago than ``every``.
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    active = [column for column in columns if column.state is ColumnState.ACTIVE]
    if not active or unresolved_losses(session, portal):
        return True
    if _registry_changed(portal, {column.url for column in columns}, active):
        return True
    return max(_searched_at(column) for column in active) < now - every


def unresolved_losses(session: Session, portal: Portal) -> list[str]:
    """Return the addresses of lost columns whose reports may now stand where nobody looked.

    A loss is resolved by a column found after it, or when all its reports have been seen in
    another column. Where the registry names the columns, only those it still names count.
    """
    columns = session.scalars(select(Column).where(Column.portal_id == portal.id)).all()
    found = max((c.found_at for c in columns if c.state is ColumnState.ACTIVE), default=None)
    return [
        column.url
        for column in columns
        if column.state is ColumnState.LOST
        and (not portal.known_columns or column.url in portal.known_columns)
        and (found is None or (column.lost_at is not None and found < column.lost_at))
        and (found is None or not _has_been_emptied(session, column))
    ]


def _registry_changed(portal: Portal, stored: set[str], active: list[Column]) -> bool:
    if not set(portal.known_columns) <= stored:
        return True
    named = {column.url for column in active if column.found_by == REGISTRY}
    return bool(portal.known_columns) and not named <= set(portal.known_columns)


def _searched_at(column: Column) -> datetime:
    written = column.proof.get(SEARCHED_AT)
    return datetime.fromisoformat(written) if isinstance(written, str) else column.found_at


def _has_been_emptied(session: Session, column: Column) -> bool:
    """Tell whether every report once listed there is listed elsewhere now."""
    remaining = select(Filing.id).where(
        Filing.column_id == column.id, Filing.state != FilingState.REMOVED
    )
    return session.scalars(remaining.limit(1)).first() is None
