"""The Scrapy project as people use it by hand: ``scrapy list``, ``scrapy crawl``."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from storage.archive import open_archive
from storage.database import reading
from storage.models import Crawl, CrawlState
from storage.verification import verify
from tests.crawler.county import AGENCIES, COLUMN, fill, report_path
from tests.crawler.portal import Answer, Asked, Site, serve
from tests.crawler.workspace import make_field

PROJECT = Path(__file__).resolve().parents[2]


def test_scrapy_lists_the_spiders_from_the_project_directory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["discovery", "watch"]


def test_a_killed_crawl_leaves_a_sound_database_and_the_next_one_goes_on(tmp_path: Path) -> None:
    field = make_field(tmp_path)
    site = Site()
    fill(site)
    page = site.routes[report_path(2)]

    def slow(_: Asked) -> Answer:
        time.sleep(30 if len(site.paths()) < 10 else 0)
        assert isinstance(page, Answer)
        return page

    with serve(site):
        site.routes[report_path(2)] = slow
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        process = subprocess.Popen(
            field.command("watch", "county"), env=field.surroundings(), cwd=tmp_path
        )
        _wait_until(lambda: report_path(2) in site.paths())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert field.crawl_of("county").state is CrawlState.RUNNING
        assert len(field.filings("county")) == 3

        site.routes[report_path(2)] = page
        field.crawl("watch", "county")

    with reading(field.engine) as session:
        [first, second] = session.scalars(select(Crawl).order_by(Crawl.id)).all()
    assert first.state is CrawlState.PARTIAL
    assert "interrupted" in str(first.reason)
    assert second.state is CrawlState.COMPLETE
    assert all(filing.originals for filing in field.filings("county"))
    assert verify(field.engine, open_archive(field.workspace.archive_url)).sound
    field.engine.dispose()


def test_a_crawl_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    field = make_field(tmp_path, timeout=60.0)
    site = Site()
    fill(site)

    def never(_: Asked) -> Answer:
        time.sleep(60)
        return Answer()

    site.routes[COLUMN] = never
    with serve(site):
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        process = subprocess.Popen(
            field.command("watch", "county"),
            env=field.surroundings() | {"NIANBAO_PARENT_PIPE": "1"},
            cwd=tmp_path,
            stdin=subprocess.PIPE,
        )
        _wait_until(lambda: COLUMN in site.paths())
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)
    field.engine.dispose()


def _wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.05)
    msg = "it did not happen within 30 seconds"
    raise AssertionError(msg)
