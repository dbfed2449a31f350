"""How well reports are found, on invented portals whose truth is known.

Run from the project's root: ``python -m benchmarks.discovery --portals 14 --season year --seed 1``.
Real crawls by the real commands, on days of a simulated season: ``january`` is what is usual,
``year`` lasts from December to August and is full of troubles around the due days.
What is filed and said of everybody is held against the truth of ``monitor/simulator``; faults
are listed with family, layout and trouble, the most frequent first.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from benchmarks.simulated_faults import Fault, Scores
from benchmarks.simulated_runs import columns_standing, stage
from benchmarks.simulated_scores import score
from monitor.simulator.calendar import SEASONS, season_days
from monitor.simulator.county import build_world
from monitor.simulator.model import Portal

DELAY = 0.05
"""Seconds between two requests to a host: all that politeness is measured by is relative."""


def main() -> int:
    options = _options()
    season = SEASONS[options.season]
    world = build_world(
        options.seed,
        options.portals,
        fiscal_year=options.fiscal_year,
        families=options.family or (),
        layouts=options.layout or (),
        troubled=options.troubled,
        season=season,
        sharing=options.sharing,
    )
    if options.sharing:  # on shared servers nobody speaks TLS
        world = replace(world, portals=tuple(p for p in world.portals if _speaks_http(p)))
    days = season_days(season, options.fiscal_year, options.days)[: options.crawls]
    with tempfile.TemporaryDirectory(prefix="nianbao-discovery-") as made:
        directory = options.keep or Path(made)
        directory.mkdir(parents=True, exist_ok=True)
        with stage(
            world,
            directory,
            delay=DELAY,
            render=options.render,
            judged=options.judged,
            direct=bool(options.sharing),
        ) as play:
            runs = [play.crawl(days[0])]
            again = play.crawl(days[0] + timedelta(hours=1))
            columns = columns_standing(play.workspace)
            for day in days[1:]:
                runs.append(play.crawl(day))
                print(f"{day:%m-%d}: {runs[-1].seconds:.0f} s", file=sys.stderr)
            later = days[len(runs) - 1] + timedelta(days=1)
            next_day = play.crawl(later, world_at=days[len(runs) - 1])
            costs = [(again, columns), (next_day, columns_standing(play.workspace))]
            scores = score(play, runs, costs, DELAY)
    _print(scores, as_json=options.json, most=options.faults)
    return 1 if scores.figures["false missing"] or scores.figures["false late"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--season", choices=tuple(SEASONS), default="january")
    parser.add_argument("--portals", type=int, default=14)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--days", type=int, default=85, help="of january, from the 10th")
    parser.add_argument("--crawls", type=int, default=8, help="at most so many days are crawled")
    parser.add_argument("--fiscal-year", type=int, default=2025)
    parser.add_argument("--family", action="append", help="only these families, in turn")
    parser.add_argument("--layout", action="append", help="only these layouts, in turn")
    parser.add_argument(
        "--sharing",
        type=float,
        default=0.0,
        help="share of portals on the server of another; then without a proxy",
    )
    parser.add_argument("--troubled", type=float, default=0.5, help="share of portals with trouble")
    parser.add_argument("--render", choices=("auto", "never"), default="auto")
    parser.add_argument("--judged", action="store_true", help="read and judge every report too")
    parser.add_argument("--faults", type=int, default=60, help="lines of faults to print")
    parser.add_argument("--keep", type=Path, help="leave the workspace in this directory")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _speaks_http(portal: Portal) -> bool:
    return portal.url.startswith("http:") and "https-only" not in portal.troubles


def _print(scores: Scores, *, as_json: bool, most: int) -> None:
    if as_json:
        faults = [asdict(fault) for fault in scores.faults]
        print(json.dumps({"figures": scores.figures, "faults": faults}, ensure_ascii=False))
        return
    for name, value in scores.figures.items():
        print(f"{name:40} {value}")
    kinds = Counter((f.what, f.family, f.layout, f.troubles) for f in scores.faults)
    print(f"\n{'faults':>6}  what, family, layout, troubles")
    for (what, family, layout, troubles), count in kinds.most_common(most):
        example = next(f for f in scores.faults if _kind(f) == (what, family, layout, troubles))
        print(f"{count:6}  {what} | {family} | {layout} | {troubles}")
        print(f"        {example.portal}: {example.expected} -> {example.happened}"[:400])


def _kind(fault: Fault) -> tuple[str, str, str, str]:
    return fault.what, fault.family, fault.layout, fault.troubles


if __name__ == "__main__":
    sys.exit(main())
