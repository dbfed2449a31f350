"""What crawls of a simulated world cost its portals, and whether they were polite."""

from collections import Counter
from collections.abc import Sequence

from benchmarks.simulated_faults import Scores
from benchmarks.simulated_runs import Crawled, Stage
from monitor.simulator.model import Portal
from monitor.simulator.politeness import Manners, examine
from monitor.simulator.troubles import DENYING
from monitor.simulator.truth import is_closed

Unchanged = tuple[Crawled, int]
"""A crawl of portals on which nothing was new, and how many columns stood then."""


def readable(stage: Stage, portal: Portal) -> bool:
    """Tell whether reports can be had: some portals are closed, some need a browser."""
    return not is_closed(portal) and (stage.renders or portal.layout != "shell")


def add_costs(
    stage: Stage, runs: Sequence[Crawled], unchanged: Sequence[Unchanged], scores: Scores
) -> None:
    """Add what the crawls cost: the first, and those on which nothing was new."""
    first = runs[0]
    scores.figures |= {
        "portals": len(stage.world.portals),
        "crawls": len(runs) + len(unchanged),
        "portal states": dict(Counter(row["state"] for row in runs[-1].portals.values())),
        "requests, first crawl": len(first.log),
        "requests per report, first crawl": round(len(first.log) / max(1, len(first.reports)), 2),
        "seconds, first crawl": round(first.seconds, 1),
    }
    for when, (crawl, columns) in zip(("an hour", "a day"), unchanged, strict=True):
        unread, others = _requests(stage, crawl)
        scores.figures |= {
            f"columns, nothing new for {when}": columns,
            f"requests per column, nothing new for {when}": round(others / max(1, columns), 2),
            f"requests of unreadable portals, {when} later": unread,
        }


def _requests(stage: Stage, crawl: Crawled) -> tuple[int, int]:
    """Return how often a crawl asked portals that cannot be read, and the others; rules apart."""
    shut = {
        host
        for portal in stage.world.portals
        if not readable(stage, portal) or is_closed(portal, crawl.at)
        for host in portal.hosts
    }
    asked = [one.host for one in crawl.log if not one.target.endswith("/robots.txt")]
    return sum(host in shut for host in asked), sum(host not in shut for host in asked)


def add_manners(stage: Stage, runs: Sequence[Crawled], delay: float, scores: Scores) -> None:
    """Add in what the crawls were impolite."""
    portals = stage.world.portals
    denied = frozenset(h for p in portals if DENYING & set(p.troubles) for h in p.hosts)
    slower = frozenset(h for p in portals if "crawl-delay" in p.troubles for h in p.hosts)
    servers = {h: p.server for p in portals for h in p.hosts} if stage.is_direct else {}
    found: list[Manners] = [
        examine(run.log, delay=delay, denied_hosts=denied, slower_hosts=slower, servers=servers)
        for run in runs
    ]
    for name in ("at_once", "too_soon", "robots", "private"):
        for manners in found:
            for line in getattr(manners, name):
                portal = next((p for p in portals if line.startswith(p.hosts)), portals[0])
                scores.fault(f"manners: {name}", portal, "", line)
    scores.figures |= {
        "two at once": sum(len(one.at_once) for one in found),
        "too soon": sum(len(one.too_soon) for one in found),
        "robots violations": sum(len(one.robots) for one in found),
        "private addresses asked": sum(len(one.private) for one in found),
        "requests without a name": sum(one.unnamed for one in found),
    }
