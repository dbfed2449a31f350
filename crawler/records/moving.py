"""Columns that took the place of lost ones: told by the reports that stand in both."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.records.merging import merge_twin
from crawler.records.readings import last_absence, newest_year_of
from storage.models import AddressKind, Column, ColumnState, Filing, FilingAddress
from storage.registry import normalise_name


def link_lost(session: Session, column: Column, titles: Collection[str]) -> None:
    """Note on lost columns that this one took their place: the same reports stand in it."""
    shown = _names(titles)
    for lost in session.scalars(
        select(Column).where(
            Column.portal_id == column.portal_id,
            Column.state == ColumnState.LOST,
            Column.moved_to.is_(None),
            Column.id != column.id,
        )
    ):
        if _are_there(_names_in(session, lost), shown):
            lost.moved_to = column.url


def settle_losses(session: Session, portal_id: str, now: datetime) -> None:
    """Look again where lost columns went of which it is not known: reports were read since."""
    for lost in session.scalars(
        select(Column).where(
            Column.portal_id == portal_id,
            Column.state == ColumnState.LOST,
            Column.moved_to.is_(None),
        )
    ).all():
        settle_lost(session, lost, now)


def settle_lost(session: Session, lost: Column, now: datetime) -> None:
    """Look where a column went that was just lost: its new place may have been found before.

    Reports that were taken for others there, because their old place still stood, are put
    together with what they were.
    """
    known = _names_in(session, lost)
    standing = session.scalars(
        select(Column)
        .where(Column.portal_id == lost.portal_id, Column.state == ColumnState.ACTIVE)
        .order_by(Column.found_at.desc())
    ).all()
    moved = next((c for c in standing if _are_there(known, _names_in(session, c))), None)
    lost.moved_to = moved.url if moved is not None else _where_most_went(session, lost)
    session.flush()
    for filing in session.scalars(select(Filing).where(Filing.column_id == lost.id)).all():
        merge_twin(session, filing, now, telling=False, whole=True)


def _are_there(known: Collection[str], shown: Collection[str]) -> bool:
    return bool(known) and 2 * len(set(known) & set(shown)) >= len(known)


def _names_in(session: Session, column: Column) -> set[str]:
    """Return the titles of the reports that stand, or stood last, in a column."""
    listed = session.scalars(select(Filing.list_title).where(Filing.column_id == column.id))
    return _names([*listed, *(row["title"] for row in column.rows or ())])


def _names(titles: Iterable[str]) -> set[str]:
    return {normalise_name(title) for title in titles}


def _where_most_went(session: Session, lost: Column) -> str | None:
    """Return the column in which most reports are that are known to have left a lost one."""
    count = func.count()
    query = (
        select(Column.url)
        .join(Filing, Filing.column_id == Column.id)
        .join(FilingAddress, FilingAddress.filing_id == Filing.id)
        .where(
            FilingAddress.column_id == lost.id,
            FilingAddress.kind == AddressKind.FORMER,
            Column.state == ColumnState.ACTIVE,
        )
        .group_by(Column.id)
        .order_by(count.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def absence_before_moving(
    session: Session, column_id: int, crawl_id: int, title: str, fiscal_year: int | None
) -> datetime | None:
    """Return when the column that stood before this one was last proved not to show a report.

    Only of years that had begun to appear in it: what it did not show of years long past may have
    stood elsewhere. And not of a report that it did show.
    """
    column = session.get_one(Column, column_id)
    former = session.scalars(
        select(Column).where(
            Column.portal_id == column.portal_id,
            Column.state == ColumnState.LOST,
            Column.moved_to == column.url,
        )
    ).all()
    if not former or fiscal_year is None:
        return None
    if any(normalise_name(title) in _names_in(session, each) for each in former):
        return None
    proved = []
    for each in former:
        newest = newest_year_of(session, each.id)
        absent_at = last_absence(session, each.id, crawl_id)
        if newest is None or fiscal_year < newest or absent_at is None:
            return None
        proved.append(absent_at)
    return min(proved)
