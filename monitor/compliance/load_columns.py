"""The columns of portals as crawls read them, and whose they are by their hubs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from monitor.compliance.labels import Label, PartEvidence
from monitor.compliance.model import ColumnEvidence
from monitor.compliance.neighbourhood import Neighbourhood
from storage.columns import DRIFT, SEARCHED_AT, UNSEARCHED, UNSEARCHED_OF
from storage.models import Column, ColumnReading, Crawl, Filing, FilingState, Portal

_ENTRY = "agency"
"""Why a link of a column's way was followed: the entry of an agency in a hub."""
_NAMING = frozenset({"label", "breadcrumb", "heading", "link", "report"})
"""Signs in ``Column.proof`` that are words of the portal's own for what a column is."""
_NOBODY = Neighbourhood()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one portal."""

    found: tuple[ColumnEvidence, ...] = ()
    unsearched: tuple[Label, ...] | None = ()
    """See ``CrawlEvidence``."""


def load_columns(
    session: Session,
    crawls: Mapping[str, Crawl],
    neighbourhoods: Mapping[str, Neighbourhood],
    as_of: datetime,
    portal_id: str | None = None,
) -> dict[str, Columns]:
    """Return by portal its columns as of an instant, as the crawl to believe read them.

    What the last search for columns left is known only if that crawl, or one before, made it.
    """
    readings = _readings(session, crawls.values())
    wanted = true() if portal_id is None else Column.portal_id == portal_id
    in_use = select(Filing.column_id).where(Filing.state != FilingState.REMOVED).distinct()
    used = set(session.scalars(in_use.join(Column, Filing.column_id == Column.id).where(wanted)))
    named = dict(session.execute(select(Portal.id, Portal.known_columns)).all())
    of_portal: dict[str, list[Column]] = defaultdict(list)
    for column in session.scalars(select(Column).where(wanted).order_by(Column.id)):
        if column.found_at <= _horizon(crawls.get(column.portal_id), as_of):
            of_portal[column.portal_id].append(column)
    return {
        portal: _columns(
            columns,
            crawls.get(portal),
            neighbourhoods.get(portal, _NOBODY),
            readings,
            lambda column, names=named[portal]: (  # type: ignore[misc]
                column.id not in used or bool(names and column.url not in names)
            ),
            as_of,
        )
        for portal, columns in of_portal.items()
    }


def _columns(
    columns: Sequence[Column],
    crawl: Crawl | None,
    around: Neighbourhood,
    readings: Mapping[int, ColumnReading],
    is_done: Callable[[Column], bool],
    as_of: datetime,
) -> Columns:
    """Return the columns of one portal; ``is_done`` tells a lost one that nobody looks for."""
    horizon = _horizon(crawl, as_of)
    standing = [each for each in columns if not _is_lost(each, horizon)]
    labels = {each.id: _label(each, around) for each in columns}
    found = tuple(
        _column(
            each,
            readings.get(each.id),
            horizon,
            label=labels[each.id],
            around=around,
            replaced=is_done(each) or _has_heir(each, standing, labels),
        )
        for each in columns
    )
    return Columns(found, _unsearched(standing, crawl, around))


def _has_heir(
    column: Column, standing: Sequence[Column], labels: Mapping[int, Label | None]
) -> bool:
    """Tell whether a column that stands took the place of another.

    It shows the same reports, or the entry of the same agency led to it afterwards.
    """
    label = labels[column.id]
    whose = label.agencies if label is not None and len(label.agencies) == 1 else None
    for other in standing:
        told = labels[other.id]
        is_of_same = told is not None and told.agencies == whose
        if column.moved_to == other.url or (is_of_same and other.found_at > column.found_at):
            return True
    return False


def _readings(session: Session, crawls: Iterable[Crawl]) -> dict[int, ColumnReading]:
    believed = {crawl.id for crawl in crawls}
    query = select(ColumnReading).where(ColumnReading.crawl_id.in_(believed))
    return {reading.column_id: reading for reading in session.scalars(query)}


def _horizon(crawl: Crawl | None, as_of: datetime) -> datetime:
    return as_of if crawl is None else max(as_of, crawl.finished_at or as_of)


def _is_lost(column: Column, horizon: datetime) -> bool:
    return column.lost_at is not None and column.lost_at <= horizon


def _column(
    column: Column,
    reading: ColumnReading | None,
    horizon: datetime,
    *,
    label: Label | None,
    around: Neighbourhood,
    replaced: bool,
) -> ColumnEvidence:
    is_lost = _is_lost(column, horizon)
    control = (reading.control if reading else None) or {}
    return ColumnEvidence(
        id=column.id,
        url=column.url,
        found_at=column.found_at,
        lost_at=column.lost_at if is_lost else None,
        replaced=is_lost and replaced,
        label=label,
        platform=column.platform,
        named=_is_named(column.proof),
        drifted=DRIFT in column.proof,
        read_at=reading.read_at if reading else None,
        read_to_end=reading.read_to_end if reading else False,
        control_passed=reading.control_passed if reading else False,
        reason=reading.reason if reading else None,
        announced=reading.announced if reading else None,
        found=reading.found if reading else 0,
        known_before=reading.known_before if reading else 0,
        holders=frozenset(control.get("holders", ())),
        vacant=frozenset(control.get("vacant", ())),
        parts=tuple(
            PartEvidence(
                label=around.label(part["name"]),
                whole=part["whole"] and not part["missing"],
                reports=part["reports"],
            )
            for part in control.get("parts", ())
        ),
    )


def _label(column: Column, around: Neighbourhood) -> Label | None:
    """Return the last entry of an agency on the way to a column."""
    way: Sequence[Mapping[str, str]] = column.proof.get("way") or ()
    for place in reversed(range(len(way))):
        if way[place].get("why") == _ENTRY:
            hub = way[place - 1]["url"] if place else ""
            label = around.label(way[place]["text"], hub)
            return replace(label, below=_is_below(column.url, way[place]["url"], hub))
    return None


def _is_named(proof: Mapping[str, Any]) -> bool:
    """Tell whether the portal, or the registry, calls a column what it was taken for."""
    met = proof.get("met")
    if met is not None and proof.get("listed"):  # the link that named it was not the portal's own
        met = [sign for sign in met if sign != "link"]
    return met is None or bool(proof.get("registry")) or not _NAMING.isdisjoint(met)


def _is_below(url: str, entry: str, hub: str) -> bool:
    """Tell whether an address lies in the directory of an entry, and its hub does not."""
    directory = entry.rpartition("/")[0] + "/"
    return url.startswith(directory) and not hub.startswith(directory)


def _unsearched(
    standing: Sequence[Column], crawl: Crawl | None, around: Neighbourhood
) -> tuple[Label, ...] | None:
    left: dict[str, None] = {}
    for column in standing:
        if _searched_after(column, crawl):
            return None
        if not column.proof.get(UNSEARCHED):
            continue
        of = column.proof.get(UNSEARCHED_OF)
        if of is None:
            return None
        left |= dict.fromkeys(of)
    return tuple(around.label(name) for name in left)


def _searched_after(column: Column, crawl: Crawl | None) -> bool:
    written = column.proof.get(SEARCHED_AT)
    ended = crawl.finished_at if crawl else None
    return bool(written and ended and datetime.fromisoformat(written) > ended)
