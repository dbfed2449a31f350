"""Runs the real commands on a simulated world, on days of its own."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.simulator.certificate import self_signed
from monitor.simulator.county import World
from monitor.simulator.registry import write_registry
from monitor.simulator.server import Answer, Asked, PortalServer, Request, page
from monitor.simulator.site import PortalSite
from storage.clock import utc_now

ASSIGN_ONLY = "--assign-only"
"""See ``simulated_command``."""
CLOCK = Path(__file__).parent / "simulated_clock"
SETTINGS = """\
language = "en"

[crawler]
contact = "https://nianbao.example/contact"
delay = {delay}
timeout = 10.0
render = "{render}"
allow_private_addresses = {private}
"""


class CommandFailedError(Exception):
    """A command ended otherwise than with an answer; the message holds what it said."""


@dataclass(slots=True, kw_only=True)
class Crawled:
    """One crawl: when, how the portals went, what was asked, what stood in the workspace after."""

    at: datetime
    seconds: float
    portals: dict[str, dict[str, Any]]
    log: list[Asked]
    reports: list[dict[str, Any]]
    status: list[dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Stage:
    """A workspace, and the world it looks at."""

    world: World
    directory: Path
    server: PortalServer
    sites: dict[str, PortalSite]
    renders: bool
    """Whether pages may be drawn by a browser."""
    program: "subprocess.Popen[str]"
    """Runs one command after the other (``simulated_command``)."""
    is_direct: bool = False
    """Whether hosts are asked at addresses of their own, which some share; else by a proxy."""
    shift: float = 0.0
    """Seconds from the real clock to the simulated one."""
    behind: float = 0.0
    """Seconds that the portals' clock is behind that of the program."""

    @property
    def workspace(self) -> Path:
        return self.directory / "workspace"

    def go_to(self, at: datetime) -> None:
        """Set the simulated clock."""
        self.shift = (at - utc_now()).total_seconds()

    def command(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a command at the simulated instant and return the objects it prints."""
        asked = {
            "arguments": ["--workspace", str(self.workspace), *arguments],
            "environment": {
                "NIANBAO_BENCHMARK_SHIFT": str(self.shift),
                "NIANBAO_NOW": (utc_now() + timedelta(seconds=self.shift)).isoformat(),
            },
        }
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        print(json.dumps(asked), file=self.program.stdin, flush=True)
        done = json.loads(self.program.stdout.readline() or '{"code": -1, "errors": "it died"}')
        if done["code"] not in (0, 1, 3) or "Traceback" in done["errors"]:
            raise CommandFailedError(
                f"nianbao {' '.join(arguments)}: exit code {done['code']}\n{done['errors'][-3000:]}"
            )
        lines = done["output"].splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def crawl(self, at: datetime, *, world_at: datetime | None = None) -> Crawled:
        """Crawl at an instant, and look at what came of it.

        ``world_at`` is when time stopped on the portals, if it did: since then nothing is new.
        """
        self.go_to(at)
        self.behind = (at - world_at).total_seconds() if world_at else 0.0
        self.server.log.clear()
        self.server.requests.clear()
        began = time.monotonic()
        rows = self.command("crawl", "--format", "jsonl")
        seconds = time.monotonic() - began
        log = list(self.server.log)
        year = str(self.world.fiscal_year)
        return Crawled(
            at=at,
            seconds=seconds,
            portals={row["portal"]: row for row in rows},
            log=log,
            reports=self.command("reports", "--format", "jsonl"),
            status=self.command("status", "--fiscal-year", year, "--format", "jsonl"),
        )


@contextmanager
def stage(
    world: World,
    directory: Path,
    *,
    delay: float,
    render: str,
    private: bool = False,
    judged: bool = False,
    direct: bool = False,
) -> Iterator[Stage]:
    """Serve a world and make a workspace with its registry.

    ``judged``: all is read and judged. ``direct``: there is no proxy; names have addresses.
    """
    sites = {host: site for site in map(PortalSite, world.portals) for host in site.portal.hosts}
    server = PortalServer({**sites, **_copies(sites)}, tls=self_signed(directory))
    wires = _names(server, sites, directory) if direct else _proxy(server)
    with server, _program(wires, judged=judged) as program:
        made = Stage(
            world=world,
            directory=directory,
            sites=sites,
            renders=render == "auto",
            is_direct=direct,
            server=server,
            program=program,
        )
        server.clock = lambda: utc_now() + timedelta(seconds=made.shift - made.behind)
        made.command("init")
        settings = SETTINGS.format(delay=delay, render=render, private=str(private).lower())
        (made.workspace / "nianbao.toml").write_text(settings, encoding="utf-8")
        made.command("registry", "import", *map(str, write_registry(world, directory)))
        yield made


def _proxy(server: PortalServer) -> dict[str, str]:
    names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
    return dict.fromkeys(names, server.url)


def _names(server: PortalServer, sites: dict[str, PortalSite], directory: Path) -> dict[str, str]:
    """Give every host the address of the machine on which its portal stands (``simulated_clock``).

    There is nobody at port 443: portals that want it are left out of such worlds.
    """
    path = directory / "names.json"
    names = {host: site.portal.server for host, site in sites.items()}
    path.write_text(json.dumps(names), encoding="utf-8")
    port = server.url.rpartition(":")[2]
    return {"NIANBAO_BENCHMARK_NAMES": str(path), "NIANBAO_BENCHMARK_PORT": port}


@contextmanager
def _program(wires: dict[str, str], *, judged: bool) -> Iterator["subprocess.Popen[str]"]:
    """Run the program, its only way out being the simulated portals."""
    dropped = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {
        name: text
        for name, text in os.environ.items()
        if name.lower() not in dropped and not name.startswith("NIANBAO_")
    }
    environment = (
        kept
        | wires
        | {
            "PYTHONPATH": os.pathsep.join([str(CLOCK), str(CLOCK.parents[1])]),
            "NIANBAO_BENCHMARK_SHIFT": "0",
        }
    )
    command = [sys.executable, "-m", "benchmarks.simulated_command"]
    with subprocess.Popen(
        command if judged else [*command, ASSIGN_ONLY],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as program:
        yield program  # leaving closes its input, which ends it


def _copies(sites: dict[str, PortalSite]) -> dict[str, Any]:
    """Return the hosts that only copy portals."""
    found: dict[str, Any] = {}
    for site in sites.values():
        hosts = {item.target.split("/")[2] for item in site.portal.items if item.target is not None}
        found |= dict.fromkeys(hosts, _copy)
    return found


def _copy(request: Request) -> Answer:
    del request
    return page(
        "<html><head><title>政府信息公开工作年度报告</title></head><body><p>转载。</p></body></html>"
    )


def columns_standing(workspace: Path) -> int:
    """Return how many columns the workspace knows and has not lost."""
    with sqlite3.connect(workspace / "nianbao.db") as database:
        [count] = database.execute("select count(*) from columns where lost_at is null").fetchone()
    return int(count)


def host_of(url: str) -> str:
    """Return the host of an address."""
    return url.split("/")[2].partition(":")[0] if "://" in url else ""


def target_of(url: str) -> str:
    """Return path and query of an address."""
    rest = url.split("/", 3)
    return "/" + (rest[3] if len(rest) > 3 else "")


Runs = Sequence[Crawled]
