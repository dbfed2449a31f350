"""The commands ``nianbao crawl`` and ``nianbao reports``, on real servers with real processes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import create_database_engine, reading
from storage.models import Crawl, CrawlState
from storage.workspace import open_workspace
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path, title_of
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.monitor.cli.program import nianbao

SETTINGS = (
    "\n[crawler]\nallow_private_addresses = true\ndelay = 0.0\ntimeout = 5.0\nrender = 'never'\n"
)
SUMMARY_KEYS = {
    "portal",
    "state",
    "pages",
    "reports_found",
    "originals_new",
    "originals_changed",
    "blocked",
    "errors",
    "control_passed",
    "seconds",
}
REPORT_KEYS = {
    "agency",
    "agency_name",
    "fiscal_year",
    "title",
    "url",
    "column_url",
    "published_on",
    "published_on_source",
    "first_seen_at",
    "last_absent_at",
    "state",
    "originals",
    "earlier_originals",
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("NIANBAO"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    sites = {name: Site() for name in ("denied", "healthy", "walled")}
    for site in sites.values():
        fill(site)
    sites["denied"].routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /\n")
    sites["walled"].routes = {}
    sites["walled"].missing = Answer(b"<script>$_ts=window['$_ts']</script>", status=412)
    with serve(sites["denied"]), serve(sites["healthy"]), serve(sites["walled"]):
        yield sites


def make_workspace(directory: Path, sites: dict[str, Site]) -> Path:
    """Make a workspace whose registry names the portals served."""
    place = directory / "workspace"
    assert nianbao("init", workspace=place).code == 0
    with (place / "nianbao.toml").open("a") as file:
        file.write(SETTINGS)
    portals = directory / "portals.csv"
    portals.write_text(
        "portal,name,division,level,url\n"
        + "".join(f"{name},清河县,130534,county,{site.url}/\n" for name, site in sites.items())
    )
    agencies = directory / "agencies.csv"
    agencies.write_text(
        "agency,name,kind,division,portal\n"
        + "".join(f"a{n},{name},department,130534,healthy\n" for n, name in enumerate(AGENCIES[:2]))
    )
    assert nianbao("registry", "import", portals, agencies, workspace=place).code == 0
    return place


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory, sites: dict[str, Site]
) -> tuple[Path, list[dict[str, Any]], int]:
    place = make_workspace(tmp_path_factory.mktemp("crawled"), sites)
    done = nianbao("crawl", "--format", "jsonl", workspace=place)
    return place, [json.loads(line) for line in done.out.splitlines()], done.code


def test_each_portal_has_its_summary(
    crawled: tuple[Path, list[dict[str, Any]], int],
) -> None:
    _, summaries, code = crawled
    assert code == 3
    assert {each["portal"]: each["state"] for each in summaries} == {
        "denied": "robots_denied",
        "healthy": "complete",
        "walled": "blocked",
    }
    for each in summaries:
        assert set(each) >= SUMMARY_KEYS
    healthy = summaries[1]
    assert (healthy["reports_found"], healthy["originals_new"]) == (3, 4)
    assert healthy["control_passed"] is True
    assert healthy["seconds"] > 0
    assert summaries[2]["blocked"] == 1


def test_a_second_crawl_of_one_portal_finds_nothing_new_and_succeeds(
    crawled: tuple[Path, list[dict[str, Any]], int],
) -> None:
    done = nianbao("crawl", "--portal", "healthy", workspace=crawled[0])
    assert done.code == 0
    assert "healthy" in done.out
    assert "denied" not in done.out


def test_reports_are_listed_with_their_originals(
    crawled: tuple[Path, list[dict[str, Any]], int], sites: dict[str, Site]
) -> None:
    done = nianbao("reports", "--format", "jsonl", workspace=crawled[0])
    reports = {report["agency_name"]: report for report in map(json.loads, done.out.splitlines())}
    assert set(reports) == set(AGENCIES)
    first = reports[AGENCIES[0]]
    assert set(first) >= REPORT_KEYS
    assert first["agency"] == "a0"
    assert reports[AGENCIES[2]]["agency"] is None
    assert first["url"] == sites["healthy"].url + report_path(0)
    assert first["column_url"] == sites["healthy"].url + COLUMN
    assert (first["fiscal_year"], first["state"]) == (2023, "current")
    assert date.fromisoformat(first["published_on"]) == date(2024, 1, 15)
    assert datetime.fromisoformat(first["first_seen_at"]).tzinfo is not None
    assert {original["role"] for original in first["originals"]} == {"page", "attachment"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", each["sha256"]) for each in first["originals"])


def test_reports_can_be_chosen(crawled: tuple[Path, list[dict[str, Any]], int]) -> None:
    def count(*options: str) -> int:
        done = nianbao("reports", "--format", "jsonl", *options, workspace=crawled[0])
        return len(done.out.splitlines())

    assert count("--agency", "a1") == 1
    assert count("--portal", "walled") == 0
    assert count("--fiscal-year", "2023", "--fiscal-year", "2022") == 3
    assert count("--fiscal-year", "2022") == 0


def test_reports_are_shown_as_a_table(crawled: tuple[Path, list[dict[str, Any]], int]) -> None:
    done = nianbao("--lang", "zh", "reports", workspace=crawled[0])
    assert done.code == 0
    assert "2024-01-15" in done.out
    assert title_of(AGENCIES[1], 2023)[:10] in done.out


@pytest.mark.parametrize("command", ["crawl", "reports"])
def test_an_unknown_portal_is_refused(
    crawled: tuple[Path, list[dict[str, Any]], int], command: str
) -> None:
    done = nianbao(command, "--portal", "nowhere", workspace=crawled[0])
    assert done.code == 2
    assert "nowhere" in done.err


def test_a_column_that_moved_is_found_again_in_the_same_run(tmp_path: Path) -> None:
    site = Site()
    fill(site)
    with serve(site):
        place = make_workspace(tmp_path, {"healthy": site})
        assert nianbao("crawl", workspace=place).code == 0
        moved = "/zwgk/gongkai/xxgknb/"
        for path in [path for path in site.routes if path.startswith(COLUMN)]:
            site.routes[path.replace(COLUMN, moved)] = site.routes.pop(path)
        platform = site.routes["/zwgk/"]
        assert isinstance(platform, Answer)
        site.page("/zwgk/", platform.body.decode().replace(COLUMN, moved))

        done = nianbao("crawl", "--format", "jsonl", workspace=place)

    [summary] = map(json.loads, done.out.splitlines())
    assert (summary["state"], summary["control_passed"]) == ("complete", True)


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A crawl of a portal whose platform page never comes, once it is waiting for it."""
    site = Site()
    fill(site)

    def never(_: Asked) -> Answer:
        time.sleep(30)
        return Answer()

    site.routes["/zwgk/"] = never
    with serve(site):
        place = make_workspace(tmp_path, {"healthy": site})
        command = [sys.executable, "-m", "monitor.cli", "--workspace", str(place), "crawl"]
        process = subprocess.Popen(
            [*command, "--format", "jsonl"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(600):
            if "/zwgk/" in site.paths():
                break
            time.sleep(0.05)
        yield place, process
        process.kill()
        process.communicate()


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
    stuck: tuple[Path, subprocess.Popen[str]],
) -> None:
    place, process = stuck
    for child in _crawling(process.pid):
        os.kill(child, signal.SIGKILL)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 3
    [summary] = map(json.loads, out.splitlines())
    assert (summary["portal"], summary["state"]) == ("healthy", "partial")
    assert "-9" in summary["reason"]
    assert "healthy" in err
    assert only_crawl(place).state is CrawlState.PARTIAL


def _crawling(pid: int) -> list[int]:
    """Return the crawl processes below a process, which a thread of it may have started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = {int(child) for task in tasks for child in (task / "children").read_text().split()}
    return [child for child in children if b"scrapy" in Path(f"/proc/{child}/cmdline").read_bytes()]
