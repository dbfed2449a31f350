"""What became of reports while portals were watched, and what was seen of it."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from benchmarks.simulated_runs import Crawled, Stage, target_of
from monitor.simulator.model import Item, Portal
from monitor.simulator.site import PortalSite
from monitor.simulator.truth import is_closed, is_emptied, truth

_GONE_AFTER = 3
"""Crawls in a row that must miss a report before it is said to have been taken away."""
Fault = tuple[str, Portal, str, str]
"""What went wrong, where, what was expected, what happened."""


@dataclass(slots=True)
class Watched:
    """Figures of one season, and its faults."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def watched(stage: Stage, runs: Sequence[Crawled]) -> Watched:
    """Hold what crawls noticed against what happened between them."""
    found = Watched()
    _altered(stage, runs, found)
    _withdrawn(stage, runs, found)
    _back_dated(stage, runs, found)
    _moved(stage, runs, found)
    _timely(stage, runs, found)
    return found


def could_see(portal: Portal, item: Item, at: datetime) -> bool:
    """Tell whether a crawl at an instant could see a report in its list."""
    return item.stands(at) and not is_closed(portal, at) and not is_emptied(portal, at)


def _seasonal(stage: Stage) -> Iterator[tuple[Portal, Item]]:
    for portal in stage.world.portals:
        if is_closed(portal):
            continue
        for item in portal.reports:
            if item.agency and item.agency.id and item.target is None:
                yield portal, item


def _reported(run: Crawled, item: Item) -> dict[str, Any] | None:
    """Return what a run said of the report of a row's agency and year."""
    assert item.agency is not None
    key = (item.agency.id, item.fiscal_year)
    return next((r for r in run.reports if (r["agency"], r["fiscal_year"]) == key), None)


def _altered(stage: Stage, runs: Sequence[Crawled], found: Watched) -> None:
    """Count reports that were filed, then altered, and later seen altered."""
    due, seen, days = 0, 0, []
    for portal, item in _seasonal(stage):
        changed = item.changed_at
        if changed is None:
            continue
        before = [run for run in runs if run.at < changed and _reported(run, item)]
        after = [run for run in runs if run.at >= changed and could_see(portal, item, run.at)]
        if not before or not after:
            continue
        due += 1
        first = next((run for run in after if _says_changed(run, item)), None)
        if first is None:
            found.faults.append(("change not seen", portal, f"{item.title} {changed:%m-%d}", "-"))
            continue
        seen += 1
        days.append((first.at - changed).days)
    found.figures |= {
        "changed, seen": f"{seen} of {due}",
        "days to a change, median": median(days) if days else None,
    }


def _says_changed(run: Crawled, item: Item) -> bool:
    report = _reported(run, item)
    return bool(report and (report["state"] == "changed" or report["earlier_originals"]))


def _withdrawn(stage: Stage, runs: Sequence[Crawled], found: Watched) -> None:
    """Count reports that were filed, then taken away; and of those, which came back.

    That a report was taken away is said only after so many crawls that did not find it.
    """
    counts = {"gone": 0, "gone seen": 0, "back": 0, "back seen": 0}
    for portal, item in _seasonal(stage):
        end = item.spans[0][1] if item.spans else None
        if end is None:
            continue
        back = item.spans[1][0] if len(item.spans) > 1 else None
        filed = any(run.at < end and _reported(run, item) for run in runs)
        away = [
            run for run in runs
            if run.at >= end and not item.stands(run.at)
            and not is_closed(portal, run.at) and not is_emptied(portal, run.at)
        ]  # fmt: skip
        if filed and len(away) >= _GONE_AFTER:
            _count(counts, "gone", _state(away[-1], item) == "removed", found, portal, item)
        returned = [run for run in runs if back and run.at >= back]
        if filed and away and returned and could_see(portal, item, returned[-1].at):
            _count(counts, "back", _state(returned[-1], item) != "removed", found, portal, item)
    found.figures |= {
        "removed, seen": f"{counts['gone seen']} of {counts['gone']}",
        "returned, seen": f"{counts['back seen']} of {counts['back']}",
    }


def _count(
    counts: dict[str, int], what: str, seen: bool, found: Watched, portal: Portal, item: Item
) -> None:
    counts[what] += 1
    counts[f"{what} seen"] += seen
    if not seen:
        found.faults.append((f"{what} not seen", portal, f"{item.title} {item.spans[0][1]}", "-"))


def _state(run: Crawled, item: Item) -> str | None:
    report = _reported(run, item)
    return report["state"] if report else None


def _back_dated(stage: Stage, runs: Sequence[Crawled], found: Watched) -> None:
    """Count reports that bear a day in time, but were not there when it was looked after it."""
    due = seen = 0
    year = stage.world.fiscal_year
    for one in truth(stage.world, runs[-1].at):
        if one.fiscal_year != year or one.since is None or is_closed(one.portal):
            continue
        items = [i for i in one.portal.reports if i.agency is one.agency and i.fiscal_year == year]
        if one.since <= one.due_at or not all(i.shown_on <= one.due_at.date() for i in items):
            continue
        looked = [
            run for run in runs
            if one.due_at < run.at < one.since and not is_closed(one.portal, run.at)
            and not is_emptied(one.portal, run.at)
        ]  # fmt: skip
        told = next((row for row in runs[-1].status if row["agency"] == one.agency.id), None)
        if not looked or told is None or told["report_url"] is None:
            continue
        due += 1
        is_seen = told["state"] == "late" or (told["state"] == "on_time" and bool(told["reason"]))
        seen += is_seen
        if not is_seen:
            line = f"{one.agency.name} shown {items[0].shown_on}, since {one.since:%m-%d}"
            found.faults.append(("back-dating not seen", one.portal, line, str(told["state"])))
    found.figures["back-dated, seen"] = f"{seen} of {due}"


def _moved(stage: Stage, runs: Sequence[Crawled], found: Watched) -> None:
    """Count portals whose columns moved after they were known, and were found again."""
    due, again, crawls = 0, 0, []
    standing, known = _addresses(stage)
    for site in {id(site): site for site in stage.sites.values()}.values():
        move = site.portal.move
        if move is None or is_closed(site.portal) or not runs[0].at < move.at < runs[-1].at:
            continue
        old, new = _paths(site)
        if not old & known.get(site.portal.id, {}).keys():
            continue
        due += 1
        places = standing.get(site.portal.id, {})
        if not new & places.keys():
            line = f"{move.family} {move.old} {move.at:%m-%d}"
            found.faults.append(("move not followed", site.portal, line, ", ".join(places) or "-"))
            continue
        again += 1
        first = min(at for path, at in places.items() if path in new)
        crawls.append(sum(move.at <= run.at < first for run in runs))
    found.figures |= {
        "moved columns, found again": f"{again} of {due}",
        "crawls until found again, most": max(crawls, default=None),
    }


def _paths(site: PortalSite) -> tuple[set[str], set[str]]:
    assert site.after is not None
    old, new = (
        {path for node in site.portal.columns for path in family.column_paths(node)}
        for family in (site.before, site.after)
    )
    return old - new, new - old


Places = dict[str, dict[str, datetime]]
"""By portal the columns: path on their host, and when they were found."""


def _addresses(stage: Stage) -> tuple[Places, Places]:
    standing: Places = {}
    known: Places = {}
    with sqlite3.connect(stage.workspace / "nianbao.db") as database:
        rows = database.execute("select portal_id, url, found_at, lost_at from columns").fetchall()
    for portal, url, found_at, lost_at in rows:
        at = datetime.fromisoformat(f"{found_at}+00:00")
        path = target_of(url).partition("#")[0]
        known.setdefault(portal, {})[path] = at
        if lost_at is None:
            standing.setdefault(portal, {})[path] = at
    return standing, known


def _timely(stage: Stage, runs: Sequence[Crawled], found: Watched) -> None:
    """Count, at the last crawl, who is rightly called on time, late or missing."""
    year, last = stage.world.fiscal_year, runs[-1]
    told = {row["agency"]: row for row in last.status}
    due = {"on_time": 0, "late": 0, "missing": 0}
    right = dict(due)
    for one in truth(stage.world, last.at):
        only = next(iter(one.may)) if len(one.may) == 1 else ""
        if one.fiscal_year != year or only not in due or is_closed(one.portal):
            continue
        if only != "missing" and not any(
            could_see(one.portal, item, run.at)
            for run in runs
            for item in one.portal.reports
            if item.agency is one.agency and item.fiscal_year == year
        ):
            continue
        due[only] += 1
        row = told.get(one.agency.id or "", {})
        right[only] += row.get("state") == only and (only != "missing" or row["control_passed"])
    found.figures |= {f"{name}, right": f"{right[name]} of {count}" for name, count in due.items()}
