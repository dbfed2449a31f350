"""Reports that no list shows any more are asked after in turn, and known as gone or there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.left_behind import MOST_ASKED, whom_to_ask
from crawler.records.absences import Absent
from crawler.records.columns import lose_column
from storage.clock import utc_now
from storage.database import transaction
from storage.models import Capture, FilingState
from tests.crawler.county import AGENCIES, COLUMN, list_page, report_page, row, title_of
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

NOW = datetime(2024, 6, 1, tzinfo=UTC)
OTHER = "/gk/nb/"
GONE = Answer(b"gone", status=404)


def absent(number: int, away: int = 5, gone: int = 0, *, removed: bool = False) -> Absent:
    return Absent(
        filing_id=number, url=f"u{number}", absent_crawls=away, gone_crawls=gone, removed=removed
    )


def test_reports_that_left_lately_and_suspected_ones_are_asked_for_in_each_crawl() -> None:
    known = [absent(1), absent(2, away=1), absent(3, gone=1), absent(4, gone=4, removed=True)]
    lately = {each.url: NOW - timedelta(days=1) for each in known}
    assert [each.filing_id for each in whom_to_ask(known, lately, NOW, days=7)] == [3, 2]
    long_ago = {url: NOW - timedelta(days=7) for url in lately}
    assert len(whom_to_ask(known, long_ago, NOW, days=7)) == 4


def test_of_many_those_are_asked_for_that_were_not_for_longest() -> None:
    known = [absent(number) for number in range(20)]
    asked = {each.url: NOW - timedelta(days=30 + each.filing_id) for each in known}
    chosen = whom_to_ask(known, asked, NOW, days=7)
    assert [each.filing_id for each in chosen] == list(range(19, 19 - MOST_ASKED, -1))


def put(site: Site, column: str, *years: int) -> None:
    rows = []
    for year in years:
        path = f"{column}t{year}.html"
        rows.append(row(path, title_of(AGENCIES[0], year)))
        site.page(path, report_page(title_of(AGENCIES[0], year), text=f"{year}年全文。" * 60))
    site.page(column, list_page(rows))


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        put(site, COLUMN, 2023, 2022, 2021, 2020)
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path, reopen_days=30)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    yield field
    field.engine.dispose()


def test_the_newest_report_that_is_withdrawn_is_believed_gone_if_its_page_is_too(
    field: Field, site: Site
) -> None:
    page = site.routes[f"{COLUMN}t2023.html"]
    put(site, COLUMN, 2022, 2021, 2020)
    for expected in (FilingState.CURRENT, FilingState.CURRENT, FilingState.REMOVED):
        site.routes[f"{COLUMN}t2023.html"] = GONE
        field.crawl("watch", "county")
        assert field.crawl_of("county").control_passed
        assert field.filings("county")[0].state is expected

    site.routes[f"{COLUMN}t2023.html"] = page  # back, though no list shows it
    with transaction(field.engine) as session:
        for capture in session.scalars(select(Capture)):
            capture.fetched_at -= timedelta(days=8)
    field.crawl("watch", "county")
    back = field.filings("county")[0]
    assert (back.state, back.gone_crawls) == (FilingState.CURRENT, 0)


def test_the_newest_report_that_is_only_missing_in_the_list_is_a_doubt(
    field: Field, site: Site
) -> None:
    page = site.routes[f"{COLUMN}t2023.html"]
    put(site, COLUMN, 2022, 2021, 2020)
    site.routes[f"{COLUMN}t2023.html"] = page
    field.crawl("watch", "county")
    assert not field.crawl_of("county").control_passed
    assert "all its rows are old" in (field.readings("county")[-1].reason or "")


def test_a_report_of_a_lost_column_is_asked_for_by_its_own_address(
    field: Field, site: Site
) -> None:
    field.add_column("county", site.url + OTHER)
    put(site, OTHER, 2023, 2022)
    with transaction(field.engine) as session:
        lose_column(session, "county", site.url + COLUMN, utc_now())
    site.routes[COLUMN] = site.routes[f"{COLUMN}t2020.html"] = GONE
    for _ in range(3):
        field.crawl("watch", "county")

    left = {filing.url.removeprefix(site.url): filing for filing in field.filings("county")}
    assert set(left) == {f"{OTHER}t{year}.html" for year in (2023, 2022)} | {
        f"{COLUMN}t{year}.html" for year in (2021, 2020)
    }
    assert left[f"{COLUMN}t2020.html"].state is FilingState.REMOVED
    there = left[f"{COLUMN}t2021.html"]
    assert (there.state, there.gone_crawls) == (FilingState.CURRENT, 0)
    assert there.absent_crawls == 3
