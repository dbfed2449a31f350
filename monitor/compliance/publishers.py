"""Whose reports stand in which column: where an agency is looked for that was never seen."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.compliance.load_filings import Scope, seen_by
from monitor.compliance.model import Publishers
from storage.models import Agency, AgencyKind, Filing

_GROUPS = {
    AgencyKind.GOVERNMENT_OFFICE: AgencyKind.GOVERNMENT,
    AgencyKind.DISPATCHED: AgencyKind.TOWNSHIP,
}
"""Kinds that publish side by side: an office with its government, street offices with towns."""


@dataclass(slots=True)
class _Seen:
    owners: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    reports: int = 0
    nameless: int = 0


def group_of(kind: AgencyKind) -> str:
    """Return what kind of agency it is, for the question who publishes beside whom."""
    return _GROUPS.get(kind, kind).value


def load_publishers(
    session: Session, as_of: datetime, later: Collection[str], scope: Scope | None = None
) -> dict[int, Publishers]:
    """Return by column whose reports, of any year, were seen in it by an instant.

    On the portals ``later`` everything counts that was seen since.
    """
    query = (
        select(Filing.column_id, Filing.agency_id, Filing.agency_name, Agency.kind, func.count())
        .outerjoin(Agency, Filing.agency_id == Agency.id)
        .where(seen_by(as_of, later))
        .group_by(Filing.column_id, Filing.agency_id, Filing.agency_name, Agency.kind)
    )
    query = query if scope is None else query.where(Filing.portal_id == scope.portal_id)
    columns: dict[int, _Seen] = defaultdict(_Seen)
    for column_id, agency_id, name, kind, count in session.execute(query):
        seen, owner = columns[column_id], agency_id or name
        seen.reports += count
        if kind is not None:
            seen.groups.add(group_of(kind))
        if not owner:
            seen.nameless += count
        else:
            is_office = kind is AgencyKind.GOVERNMENT_OFFICE
            (seen.offices if is_office else seen.owners).add(owner)
    return {
        column_id: Publishers(
            owners=frozenset(seen.owners or seen.offices),
            groups=frozenset(seen.groups),
            reports=seen.reports,
            nameless=seen.nameless,
        )
        for column_id, seen in columns.items()
    }
