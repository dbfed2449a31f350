"""``nianbao crawl``, and what is told of it afterwards, on real servers with real processes.

One crawl is shared; what crawls again does so in a copy of its workspace.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from monitor.crawl_reports.writing import DIRECTORY, LINES, PAGE
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path, title_of
from tests.crawler.portal import Answer, Site, serve
from tests.monitor.cli.program import Done, nianbao

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A workspace after its first crawl, which nobody changes, and what the crawl said."""

    place: Path
    done: Done


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, sites: dict[str, Site]) -> Crawled:
    place = make_workspace(tmp_path_factory.mktemp("crawled"), sites)
    done = nianbao("--lang", "en", "crawl", "--format", "jsonl", workspace=place)
    return Crawled(place=place, done=done)


@pytest.fixture
def place(crawled: Crawled, tmp_path: Path) -> Path:
    """A copy of that workspace, to be crawled again."""
    return shutil.copytree(crawled.place, tmp_path / "workspace")


def test_each_portal_has_its_summary(
    crawled: Crawled,
) -> None:
    summaries = crawled.done.objects()
    assert crawled.done.code == 3
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


def test_a_second_crawl_of_one_portal_finds_nothing_new_and_succeeds(place: Path) -> None:
    done = nianbao("crawl", "--portal", "healthy", workspace=place)
    assert done.code == 0
    assert "healthy" in done.out
    assert "denied" not in done.out


def test_reports_are_listed_with_their_originals(crawled: Crawled, sites: dict[str, Site]) -> None:
    done = nianbao("reports", "--format", "jsonl", workspace=crawled.place)
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


def test_reports_can_be_chosen(crawled: Crawled) -> None:
    def count(*options: str) -> int:
        done = nianbao("reports", "--format", "jsonl", *options, workspace=crawled.place)
        return len(done.out.splitlines())

    assert count("--agency", "a1") == 1
    assert count("--portal", "walled") == 0
    assert count("--fiscal-year", "2023", "--fiscal-year", "2022") == 3
    assert count("--fiscal-year", "2022") == 0


def test_reports_are_shown_as_a_table(crawled: Crawled) -> None:
    done = nianbao("--lang", "zh", "reports", workspace=crawled.place)
    assert done.code == 0
    assert "2024-01-15" in done.out
    assert title_of(AGENCIES[1], 2023)[:10] in done.out


@pytest.mark.parametrize("command", ["crawl", "reports"])
def test_an_unknown_portal_is_refused(crawled: Crawled, command: str) -> None:
    done = nianbao(command, "--portal", "nowhere", workspace=crawled.place)
    assert done.code == 2
    assert "nowhere" in done.err


@pytest.fixture
def moved(sites: dict[str, Site]) -> Iterator[None]:
    """The column of the healthy portal has another address meanwhile."""
    site, there = sites["healthy"], "/zwgk/gongkai/xxgknb/"
    before = dict(site.routes)
    for path in [path for path in site.routes if path.startswith(COLUMN)]:
        site.routes[path.replace(COLUMN, there)] = site.routes.pop(path)
    platform = site.routes["/zwgk/"]
    assert isinstance(platform, Answer)
    site.page("/zwgk/", platform.body.decode().replace(COLUMN, there))
    yield
    site.routes = before


@pytest.mark.usefixtures("moved")
def test_a_column_that_moved_is_found_again_in_the_same_run(place: Path) -> None:
    done = nianbao("crawl", "--format", "jsonl", workspace=place)

    [summary] = [each for each in done.objects() if each["portal"] == "healthy"]
    assert (summary["state"], summary["control_passed"]) == ("complete", True)


# The record of a run, and what is told of a portal by it


def test_a_run_leaves_its_record_in_the_workspace(crawled: Crawled) -> None:
    (record,) = (crawled.place / DIRECTORY).iterdir()
    assert str(record / PAGE) in crawled.done.err.replace("\n", "")
    objects = [json.loads(line) for line in (record / LINES).read_text().splitlines()]
    _, healthy, walled = objects
    assert (healthy["portal"], healthy["state"]) == ("healthy", "complete")
    assert (healthy["reports_found"], len(healthy["originals"])) == (3, 4)
    (column,) = healthy["columns"]
    assert (column["read_to_end"], column["control_passed"]) == (True, True)
    assert column["url"].endswith(COLUMN)
    assert (walled["state"], walled["evidence"]["status"]) == ("blocked", 412)
    assert "never solved" in walled["advice_en"]


def test_the_page_of_a_run_tells_what_is_wrong_first_and_loads_nothing(
    crawled: Crawled,
) -> None:
    (record,) = (crawled.place / DIRECTORY).iterdir()
    page = (record / PAGE).read_text()
    assert page.index('id="walled"') < page.index('id="healthy"')
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "$_ts=window" in page  # what stood in the way, as text


def test_a_portal_is_explained_with_proofs_crawls_and_advice(
    crawled: Crawled,
) -> None:
    done = nianbao("--lang", "en", "portal", "explain", "healthy", workspace=crawled.place)
    assert done.code == 0
    assert COLUMN in done.out
    assert "its labels say that it is such a column" in done.out
    assert "4 rows on its first page, 3 of them reports, 1 that only look so" in done.out
    assert "nothing to do" in done.out
    (told,) = nianbao(
        "portal", "explain", "walled", "--format", "jsonl", workspace=crawled.place
    ).objects()
    assert told["columns"] == []
    assert told["search_next"] is True
    assert told["crawls"][0]["state"] == "blocked"


def test_the_page_that_proves_a_column_is_in_the_archive(crawled: Crawled) -> None:
    (told,) = nianbao(
        "portal", "explain", "healthy", "--format", "jsonl", workspace=crawled.place
    ).objects()
    (column,) = told["columns"]
    shown = nianbao("audit", "original", column["evidence_sha256"], workspace=crawled.place)
    assert shown.code == 0
    assert "政府信息公开年报" in shown.out


def test_all_portals_are_listed_with_their_last_crawl(crawled: Crawled) -> None:
    listed = nianbao("portal", "list", "--format", "jsonl", workspace=crawled.place).objects()
    assert [(each["portal"], each["columns"], each["state"]) for each in listed] == [
        ("denied", 0, "robots_denied"),
        ("healthy", 1, "complete"),
        ("walled", 0, "blocked"),
    ]
    assert "blocked" in nianbao("--lang", "en", "portal", "list", workspace=crawled.place).out
