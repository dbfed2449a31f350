"""How fast pages are fetched, archived and logged, beside a bare Scrapy spider on the same server.

One process of ours and one bare spider ask the same server for the same pages, one request at a
time per host and no delay, in turns. The bare one throws everything away; ours judges each
answer, archives the body with fsync, and commits capture and log entry.

Usage: ``python -m benchmarks.crawl [--hosts 50] [--pages 100] [--rounds 3] [--portals 500]``
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings
from sqlalchemy import func, select

from crawler.fetched import Ask, Purpose
from crawler.fetching import Fetcher
from crawler.portal_spider import PortalSpider
from crawler.settling import Settled
from crawler.visit import Visit
from storage.archive import open_archive
from storage.captures import log_size
from storage.database import create_database_engine, reading, transaction
from storage.models import Capture, CrawlState, Portal, PortalLevel
from storage.schema import upgrade
from storage.workspace import open_workspace

PAGE_BYTES = 25_000
"""About the size of a list page of a portal."""
PORT = 18_099
_ROW = '<li><a href="./t2024{0:04}_{1}.html">清河县某局{1}年政府信息公开工作年度报告</a></li>\n'


def page(host: str, number: int) -> bytes:
    """Return a page that no other address has, as large as a list page."""
    rows = "".join(_ROW.format(number, each) for each in range(PAGE_BYTES // 110))
    html = f"<!DOCTYPE html><html><head><title>{host} {number}</title></head><body><ul>{rows}"
    return (html + "</ul></body></html>").encode()


def addresses(hosts: int, pages: int) -> list[list[str]]:
    """Return the addresses of the pages of each host; every host is an address of loopback."""
    return [
        [f"http://127.0.{1 + host // 200}.{1 + host % 200}:{PORT}/{n}.html" for n in range(pages)]
        for host in range(hosts)
    ]


class _Answering(asyncio.Protocol):
    """Answers as little as HTTP/1.1 allows, on connections that stay open."""

    transport: asyncio.Transport
    made: dict[bytes, bytes] = {}  # noqa: RUF012 - pages are made once for all connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1]
        if path == b"/robots.txt":
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        host = self.transport.get_extra_info("sockname")[0].encode()
        key = host + path
        if key not in self.made:
            number = path.strip(b"/").partition(b".")[0].decode()
            body = page(host.decode(), int(number) if number else 0)
            head = f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            self.made[key] = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body
        self.transport.write(self.made[key])


async def serve() -> None:
    """Serve for ever."""
    server = await asyncio.get_running_loop().create_server(_Answering, "0.0.0.0", PORT)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


class BareSpider(Spider):
    """Fetches everything and keeps nothing."""

    name = "bare"

    def __init__(self, hosts: str, pages: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.wanted = addresses(int(hosts), int(pages))
        self.seen = 0

    async def start(self) -> AsyncIterator[Request]:
        for urls in zip(*self.wanted, strict=True):
            for url in urls:
                yield Request(url, callback=self.take)

    def take(self, _response: Any) -> None:
        self.seen += 1


class KeepingSpider(PortalSpider):
    """Fetches everything for one portal per host, and keeps all of it."""

    name = "keeping"

    async def visit(self, fetcher: Fetcher, visit: Visit) -> Settled:
        number = int(visit.portal.id)
        for url in self.wanted[number]:
            fetched = await fetcher.fetch(Ask(url=url, purpose=Purpose.PAGE))
            assert fetched.ok, fetched.reason
        return Settled(state=CrawlState.COMPLETE)

    wanted: list[list[str]]

    def __init__(self, hosts: str, pages: str, **kwargs: Any) -> None:
        super().__init__(portals=",".join(map(str, range(int(hosts)))), **kwargs)
        self.wanted = addresses(int(hosts), int(pages))


def bare_settings() -> Settings:
    """Return the settings of the baseline: the fastest that plain Scrapy has for this."""
    return Settings(
        {
            "CONCURRENT_ITEMS": 4,
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.DownloaderAwarePriorityQueue",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "STATS_DUMP": False,
            "ROBOTSTXT_OBEY": False,
        }
    )


def run_child(kind: str, hosts: str, pages: str) -> None:
    """Run one spider in this process and print what it cost."""
    settings = bare_settings() if kind == "bare" else get_project_settings()
    settings.set("SPIDER_MODULES", [])
    process = CrawlerProcess(settings)
    spider: type[Spider] = BareSpider if kind == "bare" else KeepingSpider
    began, cpu = time.perf_counter(), time.process_time()
    process.crawl(spider, hosts=hosts, pages=pages)
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "peak_mb": used.ru_maxrss / 1024,
            }
        )
    )


@contextmanager
def served() -> Iterator[None]:
    """Run the server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.crawl", "--child", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield
        finally:
            server.terminate()


def measure(kind: str, hosts: int, pages: int, environment: dict[str, str]) -> dict[str, float]:
    """Run a spider in a process of its own and return what it cost."""
    command = [sys.executable, "-m", "benchmarks.crawl", "--child", kind]
    command += ["--hosts", str(hosts), "--pages", str(pages)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return result


def fill_workspace(directory: Path, hosts: int) -> dict[str, str]:
    """Make a workspace that knows the hosts as portals; return the environment for it."""
    settings = (
        "[crawler]\ndelay = 0.0\nallow_private_addresses = true\nmax_requests_per_portal = 9999\n"
    )
    (directory / "nianbao.toml").write_text(settings, encoding="utf-8")
    engine = create_database_engine(open_workspace(directory).database_url)
    upgrade(engine)
    with transaction(engine) as session:
        session.add_all(
            Portal(
                id=str(number),
                name=f"示范{number}",
                division="000000",
                level=PortalLevel.COUNTY,
                url=urls[0],
                known_columns=[],
            )
            for number, urls in enumerate(addresses(hosts, 1))
        )
    engine.dispose()
    return {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "NIANBAO_WORKSPACE": str(directory)}


def check_kept(directory: Path, captures: int) -> None:
    """Check that everything is archived and logged, or stop."""
    workspace = open_workspace(directory)
    engine = create_database_engine(workspace.database_url)
    with reading(engine) as session:
        assert session.scalar(select(func.count(Capture.id))) == captures
        assert log_size(session) == captures
        digests = set(session.scalars(select(Capture.sha256)))
    archive = open_archive(workspace.archive_url)
    assert digests == {file.sha256 for file in archive.files()}
    assert not archive.pending()
    engine.dispose()


Cost = dict[str, float]
"""``seconds`` of the clock, ``cpu`` seconds, ``peak_mb`` of resident memory."""


def one_round(hosts: int, pages: int, *, bare_first: bool) -> tuple[Cost, Cost]:
    """Run both spiders once, and check what ours kept."""
    with tempfile.TemporaryDirectory(prefix="nianbao-bench-") as name:
        own = {**os.environ, **fill_workspace(Path(name), hosts)}
        if bare_first:
            bare = measure("bare", hosts, pages, dict(os.environ))
            ours = measure("ours", hosts, pages, own)
        else:
            ours = measure("ours", hosts, pages, own)
            bare = measure("bare", hosts, pages, dict(os.environ))
        check_kept(Path(name), hosts * (pages + 1))
    return bare, ours


def main() -> None:
    """Measure, and print figures and ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=100, help="of each host")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--portals", type=int, default=500, help="for the memory; 0: not measured")
    parser.add_argument("--child", choices=("serve", "bare", "ours"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child == "serve":
        asyncio.run(serve())
    elif options.child:
        run_child(options.child, str(options.hosts), str(options.pages))
    else:
        with served():
            report(options)


def report(options: argparse.Namespace) -> None:
    """Run the rounds and print what came of them."""
    ratios, cpu_ratios = [], []
    fetched = options.hosts * options.pages
    for number in range(options.rounds):
        bare, ours = one_round(options.hosts, options.pages, bare_first=number % 2 == 0)
        ratios.append(bare["seconds"] / ours["seconds"])
        cpu_ratios.append(bare["cpu"] / ours["cpu"])
        for name, run in (("bare", bare), ("ours", ours)):
            print(
                f"{name}  {fetched / run['seconds']:7.0f} pages/s  {run['seconds']:6.2f} s  "
                f"{1000 * run['cpu'] / fetched:5.2f} CPU ms/page  {run['peak_mb']:4.0f} MB",
                flush=True,
            )
    print(f"ratio  {statistics.median(ratios):.2f} of the bare spider by the clock (median)")
    print(f"       {statistics.median(cpu_ratios):.2f} by processor time")
    if options.portals:
        _, many = one_round(options.portals, 8, bare_first=True)
        print(f"memory with {options.portals} portals in one process: {many['peak_mb']:.0f} MB")


if __name__ == "__main__":
    main()
