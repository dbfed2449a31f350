"""A crawl that is interrupted, or whose process dies, on a real server with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import create_database_engine, reading
from storage.models import Crawl, CrawlState
from storage.workspace import open_workspace
from tests.crawler.county import fill
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.monitor.cli.program import nianbao
from tests.monitor.cli.test_crawl import make_workspace


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("NIANBAO"):
            monkeypatch.delenv(name)


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[tuple[Path, Site]]:
    """A workspace with a portal whose platform page never comes."""
    site = Site()
    fill(site)

    def never(_: Asked) -> Answer:
        time.sleep(30)
        return Answer()

    site.routes["/zwgk/"] = never
    with serve(site):
        yield make_workspace(tmp_path, {"healthy": site}), site


@pytest.fixture
def stuck(endless: tuple[Path, Site]) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A crawl of it, once it is waiting for the page."""
    place, site = endless
    command = [sys.executable, "-m", "monitor.cli", "--workspace", str(place), "crawl"]
    process = subprocess.Popen(
        [*command, "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_question(site)
    yield place, process
    process.kill()
    process.communicate()


def wait_for_question(site: Site) -> None:
    for _ in range(600):
        if "/zwgk/" in site.paths():
            break
        time.sleep(0.05)


def only_crawl(place: Path) -> Crawl:
    engine = create_database_engine(open_workspace(place).database_url)
    with reading(engine) as session:
        crawl = session.scalars(select(Crawl)).one()
    engine.dispose()
    return crawl


def test_an_interrupted_crawl_ends_its_processes_and_marks_the_portal(
    stuck: tuple[Path, subprocess.Popen[str]],
) -> None:
    place, process = stuck
    children = _crawling(process.pid)
    assert children
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert process.returncode not in (0, 3)
    crawl = only_crawl(place)
    assert (crawl.state, crawl.reason) == (CrawlState.PARTIAL, "interrupted")
    assert crawl.finished_at is not None
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_crawl_process_that_dies_leaves_its_portal_partial_and_named(
    endless: tuple[Path, Site],
) -> None:
    place, site = endless
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(_kill_once_it_waits, site)
        done = nianbao("crawl", "--format", "jsonl", workspace=place)

    assert killed.result() == 1
    assert done.code == 3
    [summary] = done.objects()
    assert (summary["portal"], summary["state"]) == ("healthy", "partial")
    assert "-9" in summary["reason"]
    assert "healthy" in done.err
    assert only_crawl(place).state is CrawlState.PARTIAL


def _kill_once_it_waits(site: Site) -> int:
    """Kill the crawl processes of this process; return how many there were."""
    wait_for_question(site)
    children = _crawling(os.getpid())
    for child in children:
        os.kill(child, signal.SIGKILL)
    return len(children)


def _crawling(pid: int) -> list[int]:
    """Return the crawl processes below a process, which a thread of it may have started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = {int(child) for task in tasks for child in (task / "children").read_text().split()}
    return [child for child in children if b"scrapy" in Path(f"/proc/{child}/cmdline").read_bytes()]
