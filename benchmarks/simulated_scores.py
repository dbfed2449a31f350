"""Holds what crawls left in a workspace against the truth of the world they looked at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import mean, median
from typing import Any

from benchmarks.simulated_costs import Unchanged, add_costs, add_manners, readable
from benchmarks.simulated_events import could_see, watched
from benchmarks.simulated_faults import Scores
from benchmarks.simulated_runs import Crawled, Stage, host_of, target_of
from monitor.simulator.model import REPOST, Item, Portal
from monitor.simulator.truth import Truth, is_closed, items_of, truth

ABSENT = frozenset({"missing", "moved", "blocked", "unreachable", "crawler_suspect"})


def score(
    stage: Stage, runs: Sequence[Crawled], unchanged: Sequence[Unchanged], delay: float
) -> Scores:
    """Return figures and faults of a series of crawls.

    ``unchanged``: an hour after the first of them, and a day after the last.
    """
    scores = Scores()
    right = _precision(stage, runs[-1], scores)
    _recall(stage, runs, right, scores)
    _states(stage, runs, scores)
    events = watched(stage, runs)
    scores.figures |= events.figures
    for what, portal, expected, happened in events.faults:
        scores.fault(what, portal, expected, happened)
    add_costs(stage, runs, unchanged, scores)
    add_manners(stage, [*runs, *(crawl for crawl, _ in unchanged)], delay, scores)
    return scores


# Reports


def _precision(stage: Stage, last: Crawled, scores: Scores) -> dict[tuple[str, int], list[str]]:
    """Judge each filing; return the addresses of right ones by agency and year."""
    right: dict[tuple[str, int], list[str]] = {}
    counts: Counter[str] = Counter()
    for report in last.reports:
        what, item, portal = _judge(stage, report)
        counts[what] += 1
        if what == "right" and item and item.agency and item.agency.id and item.fiscal_year:
            right.setdefault((item.agency.id, item.fiscal_year), []).append(report["url"])
        elif what != "right" and portal:
            expected = (
                f"{item.agency.id if item and item.agency else None} "
                f"{item.fiscal_year if item else ''}"
            )
            happened = (
                f"{report['agency']} {report['fiscal_year']} {report['title']} {report['url']}"
            )
            scores.fault(what, portal, expected, happened)
    wrong = sum(n for what, n in counts.items() if what not in ("right", "unassigned"))
    filed = sum(counts.values())
    scores.figures |= {
        "reports filed": filed,
        "precision": round(1 - wrong / filed, 4) if filed else None,
        "decoys taken": counts["decoy taken"],
        "mirrors taken": counts["mirror taken"],
        "reposts filed": counts["repost filed"],
        "wrong agency": counts["wrong agency"],
        "wrong year": counts["wrong year"],
        "unassigned": counts["unassigned"],
        "unknown address": counts["unknown address"],
        "filed twice": sum(len(urls) - 1 for urls in right.values()),
    }
    return right


def _judge(stage: Stage, report: dict[str, Any]) -> tuple[str, Item | None, Portal | None]:
    host = host_of(report["url"])
    site = stage.sites.get(host)
    if site is None:
        near = next(
            (s for s in stage.sites.values() if host.endswith(_domain(s.portal.host))), None
        )
        return (
            "mirror taken",
            None,
            near.portal if near else next(iter(stage.sites.values())).portal,
        )
    target = target_of(report["url"]).partition("#")[
        0
    ]  # each year's report of one page has its own
    item = site.item_at(target, report["fiscal_year"])
    if item is None:
        return "unknown address", None, site.portal
    if item.lure == REPOST:
        own = {agency.id for agency in site.portal.agencies} - {item.agency and item.agency.id}
        return ("repost filed" if report["agency"] in own else "right"), item, site.portal
    if not item.is_report or item.agency is None:
        return "decoy taken", item, site.portal
    if report["agency"] != item.agency.id:
        what = "unassigned" if report["agency"] is None else "wrong agency"
        return what, item, site.portal
    if report["fiscal_year"] != item.fiscal_year:
        what = "unassigned" if report["fiscal_year"] is None else "wrong year"
        return what, item, site.portal
    return "right", item, site.portal


def _domain(host: str) -> str:
    return host.split(".", 1)[1]


def _recall(
    stage: Stage,
    runs: Sequence[Crawled],
    right: dict[tuple[str, int], list[str]],
    scores: Scores,
) -> None:
    """Count what stood at a crawl, on portals that may be read, and was filed."""
    due = found = 0
    delays, missed = [], 0
    seen = {
        (report["agency"], report["fiscal_year"]): datetime.fromisoformat(report["first_seen_at"])
        for report in reversed(runs[-1].reports)
    }
    for one in truth(stage.world, runs[-1].at):
        if not readable(stage, one.portal) or one.since is None or not _stood(one, runs):
            continue
        due += 1
        key = (one.agency.id or "", one.fiscal_year)
        if key in right:
            found += 1
            if one.since > runs[0].at:
                delays.append((seen[key] - one.since).total_seconds() / 86_400)
            continue
        missed += 1
        items = items_of(one.portal, one.agency, one.fiscal_year)
        how = "; ".join(f"{item.form} {item.title}" for item in items)
        last = runs[-1].portals.get(one.portal.id, {})
        scores.fault(
            "missed",
            one.portal,
            f"{key[0]} {key[1]} ({how})",
            f"{last.get('state')}: {last.get('reason')}",
        )
    scores.figures |= {
        "recall": round(found / due, 4) if due else None,
        "reports that stood": due,
        "missed": missed,
        "days to detection, median": round(median(delays), 2) if delays else None,
        "days to detection, mean": round(mean(delays), 2) if delays else None,
        "days to detection, most": round(max(delays), 2) if delays else None,
    }


def _stood(one: Truth, runs: Sequence[Crawled]) -> bool:
    items = items_of(one.portal, one.agency, one.fiscal_year)
    return any(could_see(one.portal, item, run.at) for item in items for run in runs)


# States


def _states(stage: Stage, runs: Sequence[Crawled], scores: Scores) -> None:
    """Hold every state of every day against what may be said."""
    counts: Counter[str] = Counter()
    year = stage.world.fiscal_year
    for index, run in enumerate(runs):
        known = {(one.agency.id, one.fiscal_year): one for one in truth(stage.world, run.at)}
        for row in run.status:
            one = known.get((row["agency"], year))
            if one is None:
                continue
            counts["states"] += 1
            counts["no control"] += row["state"] == "missing" and not row["control_passed"]
            for what in _wrong_states(row["state"], one, runs[: index + 1]):
                counts[what] += 1
                scores.fault(
                    what, one.portal, f"{row['agency']} {run.at:%m-%d} {'/'.join(sorted(one.may))}",
                    f"{row['state']}: {(row.get('reason') or {}).get('en')}",
                )  # fmt: skip
    scores.figures |= {
        "states judged": counts["states"],
        "false missing": counts["false missing"],
        "false late": counts["false late"],
        "false on time": counts["false on time"],
        "false absence": counts["false absence"],
        "missing without control": counts["no control"],
        "missed missing": counts["missed missing"],
        "claims of closed portals": counts["claim of a closed portal"],
    }


def _wrong_states(state: str, one: Truth, runs: Sequence[Crawled]) -> Iterator[str]:
    now = runs[-1].at
    closed = is_closed(one.portal, now)
    seen = one.since is not None and _stood(one, runs)
    if state == "missing" and (closed or seen or now <= one.due_at):
        yield "false missing"
    elif closed and state not in one.may:
        yield "claim of a closed portal"
    elif not closed and now > one.due_at and seen and state in ABSENT and state not in one.may:
        yield "false absence"
    if state == "late" and "late" not in one.may:
        yield "false late"
    if state == "on_time" and "on_time" not in one.may:
        yield "false on time"
    if one.must_be_missing and state != "missing":
        yield "missed missing"
