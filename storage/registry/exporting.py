"""Export of the registry as the CSV files that import reads: same registry, same bytes."""

import csv
import io
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Agency, Portal
from storage.registry.tables import COLUMNS, FileKind


def export_registry(session: Session, kind: FileKind) -> str:
    """Return portals or agencies as CSV text with header, sorted by id, lines ending in LF.

    Cells are data as they are: a name such as ``=cmd`` is neither escaped nor changed, because
    what is exported must import as the same registry.
    """
    rows = _portals(session) if kind is FileKind.PORTALS else _agencies(session)
    required, optional = COLUMNS[kind]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(required + optional)
    writer.writerows(rows)
    return text.getvalue()


def _portals(session: Session) -> list[list[str]]:
    return [
        [
            portal.id,
            portal.name,
            portal.division,
            portal.level.value,
            portal.url,
            "|".join(portal.known_columns),
        ]
        for portal in session.scalars(select(Portal).order_by(Portal.id))
    ]


def _agencies(session: Session) -> list[list[str]]:
    return [
        [
            agency.id,
            agency.name,
            agency.kind.value,
            agency.division,
            agency.portal_id,
            "|".join(agency.aliases),
            _day(agency.valid_from),
            _day(agency.valid_to),
            agency.credit_code or "",
            agency.merged_into or "",
            agency.renamed_from or "",
        ]
        for agency in session.scalars(select(Agency).order_by(Agency.id))
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
