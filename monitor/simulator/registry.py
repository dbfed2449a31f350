"""The registry of a world, as files that ``nianbao registry import`` reads."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from monitor.simulator.county import World


def write_registry(world: World, directory: Path) -> list[Path]:
    """Write ``portals.csv`` and ``agencies.csv`` and return their paths."""
    portals = [
        {
            "portal": portal.id,
            "name": portal.name,
            "division": portal.division,
            "level": portal.level,
            "url": portal.url,
        }
        for portal in world.portals
    ]
    agencies = [
        {
            "agency": agency.id or "",
            "name": agency.name,
            "kind": agency.kind,
            "division": portal.division,
            "portal": portal.id,
            "aliases": "|".join(agency.aliases),
        }
        for portal in world.portals
        for agency in portal.agencies
    ]
    return [
        write_table(directory / "portals.csv", portals),
        write_table(directory / "agencies.csv", agencies),
    ]


def write_table(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows with a header; returns the path."""
    listed = list(rows)
    stream = StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path
