"""Filings from the database, as far as compliance depends on them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from monitor.compliance.filing_evidence import DatedBy, FilingEvidence
from storage.clock import local_date
from storage.models import Column, DateSource, Filing, FilingState, Original, StoredReading
from storage.titles import is_reissue
from storage.told_days import first_told

_BY_DAY = "published"
"""How a filing came by its year (``Filing.assigned_by``) where nothing names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked about: one portal, and the reports of its agencies wherever they stand."""

    portal_id: str
    agencies: frozenset[str]
    """Its agencies, and those whose report may count for them."""

    def filings(self) -> ColumnElement[bool]:
        """Return the condition that a filing concerns it."""
        return or_(Filing.portal_id == self.portal_id, Filing.agency_id.in_(self.agencies))


def load_filings(
    session: Session,
    fiscal_years: Sequence[int],
    scope: Scope | None = None,
    also: Collection[int] = (),
) -> list[FilingEvidence]:
    """Return the filings of some fiscal years and those beside them, and those without a year.

    Those of the years beside may bear the wrong one; so may those whose document names one of
    ``fiscal_years``. Of any year are those whose page is the column itself, and the filings
    ``also``, whatever the scope.
    """
    is_column = Filing.url == Column.url
    altered = select(func.max(Original.superseded_at)).where(Original.filing_id == Filing.id)
    near = {year + shift for year in fiscal_years for shift in (-1, 0, 1)}
    query = (
        select(
            Filing.id,
            Filing.url,
            Filing.portal_id,
            Filing.column_id,
            Filing.agency_id,
            Filing.agency_name,
            Filing.fiscal_year,
            Filing.date_candidates,
            Filing.published_on,
            Filing.published_on_source,
            Filing.first_seen_at,
            Filing.last_absent_at,
            Filing.state,
            Filing.title,
            Filing.list_title,
            Filing.assigned_by,
            StoredReading.agency_name.label("read_name"),
            StoredReading.fiscal_year.label("read_year"),
            is_column.label("is_column"),
            case((is_column, altered.correlate(Filing).scalar_subquery())).label("altered_at"),
        )
        .join(Column, Filing.column_id == Column.id)
        .outerjoin(StoredReading, StoredReading.filing_id == Filing.id)
        .where(
            or_(
                Filing.fiscal_year.in_(near),
                Filing.fiscal_year.is_(None),
                StoredReading.fiscal_year.in_(fiscal_years),
                is_column,
                Filing.id.in_(also),
            )
        )
    )
    if scope is not None:
        query = query.where(or_(scope.filings(), Filing.id.in_(also)))
    return [_evidence(row) for row in session.execute(query.order_by(Filing.id))]


def _evidence(row: Any) -> FilingEvidence:
    return FilingEvidence(
        id=row.id,
        url=row.url,
        portal_id=row.portal_id,
        column_id=row.column_id,
        agency_id=row.agency_id,
        agency_name=row.agency_name,
        fiscal_year=row.fiscal_year,
        dates=_dates(row),
        first_seen_at=row.first_seen_at,
        last_absent_at=row.last_absent_at,
        removed=row.state is FilingState.REMOVED,
        is_column=row.is_column,
        altered_at=row.altered_at,
        year_by_day=row.assigned_by == _BY_DAY,
        reissued=is_reissue(row.title) or is_reissue(row.list_title),
        read_name=row.read_name,
        read_year=row.read_year,
    )


def _dates(row: Any) -> tuple[DatedBy, ...]:
    """Return what each source told first: pages that are saved again tell another day."""
    first_seen = local_date(row.first_seen_at)
    told = first_told(row.date_candidates, fiscal_year=row.fiscal_year, first_seen=first_seen)
    found = [
        DatedBy(source=DateSource(item["source"]), day=date.fromisoformat(item["value"]))
        for item in told
    ]
    if row.published_on is not None and row.published_on_source is not None:
        found.append(DatedBy(source=row.published_on_source, day=row.published_on))
    return tuple(dict.fromkeys(found))


def load_known_columns(
    session: Session, as_of: datetime, later: Collection[str], scope: Scope | None = None
) -> dict[str, frozenset[int]]:
    """Return by agency the columns in which its reports, of any year, were seen by an instant.

    On the portals ``later`` everything counts that was seen since.
    """
    query = select(Filing.agency_id, Filing.column_id).where(
        Filing.agency_id.is_not(None), seen_by(as_of, later)
    )
    query = query if scope is None else query.where(scope.filings())
    columns: dict[str, set[int]] = defaultdict(set)
    for agency_id, column_id in session.execute(query.distinct()):
        columns[str(agency_id)].add(column_id)
    return {agency_id: frozenset(ids) for agency_id, ids in columns.items()}


def seen_by(as_of: datetime, later: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a filing was known at an instant, or stands on such a portal."""
    return or_(Filing.first_seen_at <= as_of, Filing.portal_id.in_(later))


def known_by(
    filings: Iterable[FilingEvidence], as_of: datetime, later: Collection[str]
) -> list[FilingEvidence]:
    """Return the filings that were known at an instant, as ``seen_by`` does."""
    return [one for one in filings if one.first_seen_at <= as_of or one.portal_id in later]


def by_portal(filings: Iterable[FilingEvidence]) -> Mapping[str, list[FilingEvidence]]:
    """Return filings by the portal that they stand on."""
    found: dict[str, list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        found[filing.portal_id].append(filing)
    return found
