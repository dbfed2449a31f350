"""The days that the sources of a filing's date told, and when they were told. Pure.

Each is kept (``Filing.date_candidates``). What counts as a day of publication is what a source told
first: a page that is saved again, or forged, tells another one later.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from storage.clock import iso_utc, local_date, parse_instant

_A_DAY = timedelta(days=1)
_RETOLD = frozenset({"meta", "page"})
"""Sources that stand in the page itself. Lists of two columns may differ about the same page."""
_STATED = frozenset({"meta", "page", "list"})

Told = Mapping[str, Any]
"""One candidate: ``source``, ``value`` (ISO day), ``text``, ``on`` (the address of the page, if it
is a twin of the filing's own), ``seen_at`` (when it was told first, ISO 8601; none in rows of
before it was kept), ``replaced_at`` (since when its source tells another) and ``reader`` (what read
it out of the page last: another reader may read another day out of the same page)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """A page that states another day than it did when it was first seen."""

    source: str
    was: date
    was_text: str
    now: date
    text: str
    seen_at: datetime
    """When the other day was first seen."""
    of_the_visit: bool
    """True if the first day may be that of the visit, which some templates print."""


def retold(
    known: Iterable[Told], told: Sequence[Told], now: datetime, on: str = "", reader: str = ""
) -> list[dict[str, Any]]:
    """Return candidates with what sources tell now; what they told before is marked as replaced.

    Args:
        known: the candidates so far.
        told: ``source``, ``value`` and ``text`` of each day that is told now.
        now: when.
        on: the address of the page that tells them, if it is a twin of the filing's own.
        reader: the version of what read them.
    """
    by = {"reader": reader} if reader else {}
    sources = {each["source"] for each in told}
    values = {(each["source"], each["value"]) for each in told}
    found: list[dict[str, Any]] = []
    for each in known:
        entry = dict(each)
        if entry["source"] in sources and entry.get("on", "") == on:
            if (entry["source"], entry["value"]) in values:
                entry.pop("replaced_at", None)
                entry |= by
            else:
                entry.setdefault("replaced_at", iso_utc(now))
        found.append(entry)
    there = {_key(each) for each in found}
    for each in told:
        entry = {**each, **({"on": on} if on else {}), "seen_at": iso_utc(now), **by}
        if _key(entry) not in there:
            there.add(_key(entry))
            found.append(entry)
    return [each for each in found if not _is_of_a_later_visit(each, found)]


def first_told(
    candidates: Iterable[Told], *, fiscal_year: int | None, first_seen: date
) -> list[Told]:
    """Return of each source the days that it told first and that can be right, in their order.

    Where none can be, what it told first. A day cannot be right before the fiscal year, or after
    the report was first seen. One that was that of the visit, and no other source's, gives way to
    an earlier one, for some templates print it; so does one that another reader read, for it may
    have been misread.
    """
    everything = list(candidates)
    kept = []
    for batches in _possible_batches(everything, fiscal_year, first_seen):
        first = batches[0]
        earlier = [b for b in batches[1:] if min(map(_day, b)) < min(map(_day, first))]
        if earlier and all(_may_be_of_the_visit(each, everything) for each in first):
            first = earlier[0]
        elif reread := [batch for batch in earlier if _reader(batch[0]) != _reader(first[0])]:
            first = reread[0]
        kept += first
    return [each for each in everything if any(each is one for one in kept)]


def redatings(
    candidates: Iterable[Told], *, fiscal_year: int | None, first_seen: date
) -> Iterator[Redating]:
    """Yield how the filing's own page states another day by now than it did first.

    Only of days that the same reader read: the page was the same to another one, maybe.
    """
    everything = list(candidates)
    for batches in _possible_batches(everything, fiscal_year, first_seen):
        was, told = batches[0][0], [each for batch in batches[1:] for each in batch]
        now = next((each for each in told if "replaced_at" not in each), None)
        if was["source"] not in _RETOLD or was.get("on") or "replaced_at" not in was or not now:
            continue
        if _reader(was) != _reader(now):
            continue  # the page need not have changed
        yield Redating(
            source=was["source"],
            was=_day(was),
            was_text=was.get("text", ""),
            now=_day(now),
            text=now.get("text", ""),
            seen_at=parse_instant(now["seen_at"]),
            of_the_visit=_may_be_of_the_visit(was, everything),
        )


def day_stated(
    candidates: Iterable[Told], *, fiscal_year: int | None, first_seen: date
) -> date | None:
    """Return the latest day that label, page and list told first; None if they tell none."""
    first = first_told(candidates, fiscal_year=fiscal_year, first_seen=first_seen)
    return max((_day(each) for each in first if each["source"] in _STATED), default=None)


def placed(candidates: Iterable[Told], on: str) -> list[dict[str, Any]]:
    """Return candidates of a filing's own page as those of a further address of it."""
    return [{**each, "on": each.get("on") or on} for each in candidates]


def told_at_both(one: Iterable[Told], other: Iterable[Told]) -> list[dict[str, Any]]:
    """Return the candidates of two filings that turned out to be one, each once."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in (*one, *other):
        found.setdefault(_key(each), dict(each))
    return list(found.values())


def _key(each: Told) -> tuple[str, str, str]:
    return each["source"], each.get("on", ""), each["value"]


def _reader(each: Told) -> str:
    return str(each.get("reader", ""))


def _day(each: Told) -> date:
    return date.fromisoformat(each["value"])


def _batches(candidates: Iterable[Told]) -> Iterator[list[list[Told]]]:
    """Yield, for each source, what it told at each time, the first time first."""

    def whose(each: Told) -> tuple[str, str]:
        return each["source"], each.get("on", "")

    def when(each: Told) -> str:
        return str(each.get("seen_at", ""))

    for _, told in groupby(sorted(candidates, key=whose), key=whose):
        yield [list(batch) for _, batch in groupby(sorted(told, key=when), key=when)]


def _possible_batches(
    candidates: Iterable[Told], fiscal_year: int | None, first_seen: date
) -> Iterator[list[list[Told]]]:
    """Yield, for each source, what it told from the first time on that it told what can be."""
    latest = first_seen + _A_DAY
    if fiscal_year is not None and first_seen < date(fiscal_year, 12, 1):
        latest = date.max  # what was seen there was the report of another year
    oldest = date(fiscal_year, 1, 1) if fiscal_year is not None else date.min
    for batches in _batches(candidates):
        possible = (
            number
            for number, batch in enumerate(batches)
            if any(oldest <= _day(each) <= latest for each in batch)
        )
        yield batches[next(possible, 0) :]


def is_of_its_visit(each: Told) -> bool:
    """Tell whether a day is that on which it was seen."""
    seen = each.get("seen_at")
    return seen is not None and _day(each) >= local_date(parse_instant(seen))


def _may_be_of_the_visit(each: Told, everything: Iterable[Told]) -> bool:
    """Tell whether only that it was seen on that day speaks for a day."""
    others = (one for one in everything if one["source"] != each["source"])
    return is_of_its_visit(each) and all(one["value"] != each["value"] for one in others)


def _is_of_a_later_visit(each: Told, everything: Iterable[Told]) -> bool:
    """Tell what a template printed between the first visit and this one: it need not be kept."""
    if "replaced_at" not in each or not is_of_its_visit(each):
        return False
    return any(
        is_of_its_visit(one) and one["seen_at"] < each["seen_at"]
        for one in everything
        if (one["source"], one.get("on")) == (each["source"], each.get("on"))
    )
