"""What is true of a world at an instant, and what may be said of it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.simulator.county import World
from monitor.simulator.model import Agency, Item, Portal
from monitor.simulator.outages import down_at
from monitor.simulator.troubles import HARD
from storage.clock import end_of_day
from storage.models import AgencyKind
from storage.obligations import due_day

NOT_ABSENT = frozenset({"not_due", "due_soon", "on_time", "late", "not_checked"})
DOUBTS = frozenset({"blocked", "unreachable", "crawler_suspect", "not_checked", "moved"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """How one agency truly stands for one fiscal year at an instant."""

    agency: Agency
    portal: Portal
    fiscal_year: int
    since: datetime | None
    """When its report first appeared; None if it had not by then."""
    stands: bool
    """Whether it can be seen at the instant."""
    due_at: datetime
    may: frozenset[str]
    """States that ``nianbao status`` may name."""

    @property
    def must_be_missing(self) -> bool:
        """True if the only right state is ``missing``, given a crawl that read everything."""
        return self.may == frozenset({"missing"})


def truth(world: World, at: datetime) -> list[Truth]:
    """Return how every registered agency stands for each fiscal year that portals show."""
    return [
        _of(portal, agency, year, at)
        for portal in world.portals
        for agency in portal.agencies
        for year in sorted({item.fiscal_year for item in portal.reports if item.fiscal_year})
    ]


def items_of(portal: Portal, agency: Agency, fiscal_year: int) -> list[Item]:
    """Return the rows that are the report of an agency and fiscal year."""
    return [
        item
        for item in portal.reports
        if item.agency is agency and item.fiscal_year == fiscal_year and item.target is None
    ]


def _of(portal: Portal, agency: Agency, year: int, at: datetime) -> Truth:
    items = items_of(portal, agency, year)
    begins = [begin for item in items for begin, _ in item.spans if begin <= at]
    day = due_day(AgencyKind(agency.kind), year, name=agency.name)
    assert day is not None
    due_at = end_of_day(day)
    since = min(begins, default=None)
    return Truth(
        agency=agency,
        portal=portal,
        fiscal_year=year,
        since=since,
        stands=any(item.stands(at) for item in items),
        due_at=due_at,
        may=_may(portal, items, since, due_at, at),
    )


def is_closed(portal: Portal, at: datetime | None = None) -> bool:
    """Tell whether nothing on a portal may be read: ever, or at an instant."""
    if any(trouble in HARD for trouble in portal.troubles):
        return True
    return at is not None and down_at(portal.troubles, at)


def is_emptied(portal: Portal, at: datetime) -> bool:
    """Tell whether its lists show nothing, by a fault of the portal."""
    return any(
        begin <= at and (end is None or at < end)
        for node in portal.columns
        for begin, end in node.drops
    )


def _may(
    portal: Portal, items: list[Item], since: datetime | None, due_at: datetime, at: datetime
) -> frozenset[str]:
    before_due = frozenset({"not_due", "due_soon"})
    if is_closed(portal):
        return before_due if at <= due_at else DOUBTS - {"moved"}
    if is_closed(portal, at):
        known = _open(items, since, due_at, at) - {"missing"}
        return known | (before_due if at <= due_at else DOUBTS)
    if is_emptied(portal, at) and at > due_at:
        return _open(items, since, due_at, at) | DOUBTS
    return _open(items, since, due_at, at)


def _open(
    items: list[Item], since: datetime | None, due_at: datetime, at: datetime
) -> frozenset[str]:
    """Return what may be said where the portal can be read."""
    before_due = frozenset({"not_due", "due_soon"})
    if since is None:
        return before_due if at <= due_at else frozenset({"missing"})
    if at <= due_at:
        return before_due | {"on_time"}
    back_dated = any(item.spans and item.shown_on < item.spans[0][0].date() for item in items)
    if since <= due_at:
        return frozenset({"on_time"})
    return frozenset({"late", "on_time"}) if back_dated else frozenset({"late"})
