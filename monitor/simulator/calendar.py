"""When reports are published, altered and taken away, drawn as it is on real portals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from monitor.simulator.model import Span
from storage.clock import SHANGHAI
from storage.models import AgencyKind
from storage.obligations import due_day

NEVER = datetime(2099, 1, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """The history of one report on its portal."""

    shown_on: date
    spans: tuple[Span, ...]
    """Empty if it never appears."""
    changed_at: datetime | None = None
    how: str = "on-time"
    """``on-time``, ``late``, ``never``, ``back-dated``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What happens while somebody watches, and how often."""

    published: tuple[int, int, int, int] = (72, 13, 9, 6)
    """Weights of on time, late, never and back-dated."""
    altered: float = 0.08
    """Share of the reports that are altered after publication."""
    withdrawn: float = 0.03
    returned: float = 0.03
    """Share of those that are taken away and come back."""
    stays: tuple[int, int] = (3, 30)
    """Days from publication to what becomes of a report, least and most."""
    away: tuple[int, int] = (2, 20)
    """Days until it comes back."""
    down: float = 0.0
    """Share of the portals that cannot be read around the due days."""
    moves: tuple[int, int] = (11, 30)
    """Days after 1 January on which columns move."""
    moving: float = 0.0
    """Share of the portals that move besides those that do so by chance."""
    days: tuple[tuple[int, int], ...] = ()
    """Months and days on which it is looked; December is that of the fiscal year."""


_PAST = Season(published=(72, 13, 3, 6), altered=0, withdrawn=0, returned=0)
SEASONS: Mapping[str, Season] = {
    "january": Season(),
    "year": Season(
        published=(48, 20, 16, 16),
        altered=0.15,
        withdrawn=0.08,
        returned=0.08,
        stays=(10, 70),
        away=(20, 70),
        down=0.2,
        moves=(11, 130),
        moving=0.15,
        days=((12, 1), (1, 20), (2, 1), (2, 20), (3, 25), (4, 1), (5, 20), (8, 15)),
    ),
}
"""``january``: what is usual, looked at densely; ``year``: a year of troubles, looked at seldom."""


def draw_fate(
    chance: Random, kind: str, name: str, fiscal_year: int, season: Season | None
) -> Fate:
    """Return what becomes of the report of one agency and fiscal year.

    Without a ``season`` nobody watches: it is of the past.
    """
    season = season or _PAST
    due = due_day(AgencyKind(kind), fiscal_year, name=name)
    assert due is not None
    how = chance.choices(("on-time", "late", "never", "back-dated"), season.published, k=1)[0]
    if how == "never":
        return Fate(shown_on=due, spans=(), how=how)
    published = _instant(chance, _day(chance, how, due))
    shown = published.date()
    if how == "back-dated":
        shown = due - timedelta(days=chance.randint(0, 8))
    return _later(chance, Fate(shown_on=shown, spans=((published, None),), how=how), season)


def _day(chance: Random, how: str, due: date) -> date:
    """Return the day it truly appears: most in the last fortnight before the due day."""
    if how == "on-time":
        back = chance.randint(0, 14) if chance.random() < 0.7 else chance.randint(10, 26)
        return due - timedelta(days=back)
    if how == "back-dated":
        return due + timedelta(days=chance.randint(2, 25))
    soon = chance.random() < 0.6
    return due + timedelta(days=chance.randint(1, 20) if soon else chance.randint(20, 150))


def _later(chance: Random, fate: Fate, season: Season) -> Fate:
    """Let it be altered, taken away, or taken away and brought back."""
    if season is _PAST:
        return fate
    (begin, _), draw = fate.spans[0], chance.random()
    gone = begin + timedelta(days=chance.randint(*season.stays))
    if draw < season.altered:
        return Fate(shown_on=fate.shown_on, spans=fate.spans, changed_at=gone, how=fate.how)
    draw -= season.altered
    if draw < season.withdrawn:
        return Fate(shown_on=fate.shown_on, spans=((begin, gone),), how=fate.how)
    if draw < season.withdrawn + season.returned:
        back = gone + timedelta(days=chance.randint(*season.away))
        return Fate(shown_on=fate.shown_on, spans=((begin, gone), (back, None)), how=fate.how)
    return fate


def _instant(chance: Random, day: date) -> datetime:
    return datetime.combine(day, time(chance.randint(9, 17), chance.randint(0, 59)), SHANGHAI)


def season_days(season: Season, fiscal_year: int, days: int) -> list[datetime]:
    """Return when to crawl in a season; ``days`` counts where it names none of its own."""
    if not season.days:
        return crawl_days(fiscal_year, days)
    return [
        datetime(fiscal_year + (month < 12), month, day, 20, tzinfo=SHANGHAI)
        for month, day in season.days
    ]


def crawl_days(fiscal_year: int, days: int) -> list[datetime]:
    """Return when to crawl in the ``days`` from 10 January: denser around the due days."""
    begin = date(fiscal_year + 1, 1, 10)
    dues = (date(fiscal_year + 1, 1, 31), date(fiscal_year + 1, 3, 31))
    found, last = [], None
    for offset in range(days):
        day = begin + timedelta(days=offset)
        near = any(-1 <= (day - due).days <= 2 for due in dues)
        apart = 2 if near else 12
        if last is None or (day - last).days >= apart or any((day - due).days == 1 for due in dues):
            found.append(datetime.combine(day, time(20), SHANGHAI))
            last = day
    return found
