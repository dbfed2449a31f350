"""One portal over several crawls: nothing new, something changed, added, removed, moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.models import ColumnState, CrawlState, FilingState, OriginalRole
from tests.crawler.county import (
    AGENCIES,
    COLUMN,
    PDF,
    fill,
    list_page,
    report_page,
    report_path,
    row,
    title_of,
)
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

FILE = f"{COLUMN}202401/P020240115000000000001.pdf"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        fill(site)
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    site.asked.clear()
    yield field
    field.engine.dispose()


def test_opening_every_report_again_costs_small_requests(field: Field, site: Site) -> None:
    field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed) == (CrawlState.COMPLETE, True)
    assert (crawl.originals_new, crawl.originals_changed) == (0, 0)
    assert len(site.paths()) == 5
    assert all("if-none-match" in asked.headers for asked in site.asked if "t2024" in asked.path)
    answers = field.captures(report_path(0))
    assert [capture.status for capture in answers] == [200, 304]
    [first, second] = field.readings("county")
    assert (second.known_before, second.found_again) == (3, 3)
    assert {filing.state for filing in field.filings("county")} == {FilingState.CURRENT}
    assert first.control_passed
    assert second.control_passed


def test_a_moved_view_counter_is_no_change(field: Field, site: Site) -> None:
    title = title_of(AGENCIES[1], 2023)
    site.page(report_path(1), report_page(title, views=99), etag=True)

    field.crawl("watch", "county")

    assert field.crawl_of("county").originals_changed == 0
    assert len(field.filings("county")[1].originals) == 1


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(field: Field, site: Site) -> None:
    title = title_of(AGENCIES[1], 2023)
    site.page(report_path(1), report_page(title, text="主动公开政府信息二百条。" * 9), etag=True)

    field.crawl("watch", "county")

    filing = field.filings("county")[1]
    old, new = filing.originals
    assert filing.state is FilingState.CHANGED
    assert old.superseded_at == new.fetched_at
    assert new.superseded_at is None
    crawl = field.crawl_of("county")
    assert (crawl.originals_new, crawl.originals_changed) == (0, 1)


def test_a_text_that_is_changed_back_takes_up_its_first_version_again(
    field: Field, site: Site
) -> None:
    title = title_of(AGENCIES[1], 2023)
    before = site.routes[report_path(1)]
    site.page(report_path(1), report_page(title, text="主动公开政府信息二百条。" * 9), etag=True)
    field.crawl("watch", "county")
    site.routes[report_path(1)] = before
    field.crawl("watch", "county")

    current = [each for each in field.filings("county")[1].originals if not each.superseded_at]
    assert len(current) == 1
    assert current[0].sha256 == field.captures(report_path(1))[0].sha256
    assert len(field.filings("county")[1].originals) == 2


def test_changed_bytes_of_a_file_are_a_change(field: Field, site: Site) -> None:
    site.file(FILE, PDF.replace(b"obj<<>>", b"obj<< >>"))

    field.crawl("watch", "county")

    filing = field.filings("county")[0]
    files = [each for each in filing.originals if each.role is OriginalRole.ATTACHMENT]
    assert [each.superseded_at is None for each in files] == [False, True]
    assert filing.state is FilingState.CHANGED
    assert field.crawl_of("county").originals_changed == 1


def test_a_file_that_failed_at_first_is_fetched_though_its_page_is_unchanged(
    tmp_path: Path, site: Site
) -> None:
    good = site.routes[FILE]
    site.routes[FILE] = Answer(b"", status=500)
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    assert field.crawl_of("county").state is CrawlState.PARTIAL
    site.routes[FILE] = good

    field.crawl("watch", "county")

    assert field.crawl_of("county").state is CrawlState.COMPLETE
    assert len(field.filings("county")[0].originals) == 2
    field.engine.dispose()


def test_a_report_added_later_knows_when_it_was_last_absent(field: Field, site: Site) -> None:
    path = f"{COLUMN}202402/t20240220_2000.html"
    title = title_of("清河县民政局", 2023)
    site.page(path, report_page(title))
    page = site.routes[COLUMN]
    assert isinstance(page, Answer)
    html = page.body.decode().replace("</ul>", row(path, title, "2024-02-20") + "</ul>")
    site.page(COLUMN, html)

    field.crawl("watch", "county")

    added = field.filings("county")[-1]
    [before, _now] = field.readings("county")
    assert added.last_absent_at == before.read_at
    assert added.first_seen_at > before.read_at
    assert added.agency_id is None
    assert added.agency_name == "清河县民政局"
    assert field.filings("county")[0].last_absent_at is None


def _take_from_list(site: Site, number: int) -> None:
    rows = [
        row(report_path(other), title_of(agency, 2023))
        for other, agency in enumerate(AGENCIES)
        if other != number
    ]
    site.page(COLUMN, list_page(rows))


def test_a_report_that_is_gone_three_times_is_removed_and_comes_back(
    field: Field, site: Site
) -> None:
    listed, page = site.routes[COLUMN], site.routes[report_path(2)]
    _take_from_list(site, 2)
    site.routes[report_path(2)] = Answer(b"gone", status=404)
    for expected in (FilingState.CURRENT, FilingState.CURRENT, FilingState.REMOVED):
        field.crawl("watch", "county")
        assert field.filings("county")[2].state is expected
    assert field.filings("county")[2].gone_crawls == 3
    assert field.crawl_of("county").control_passed
    site.routes[COLUMN], site.routes[report_path(2)] = listed, page

    field.crawl("watch", "county")

    back = field.filings("county")[2]
    assert (back.state, back.gone_crawls, back.absent_crawls) == (FilingState.CURRENT, 0, 0)


def test_a_report_that_is_unlisted_but_still_there_is_not_removed(field: Field, site: Site) -> None:
    _take_from_list(site, 2)
    for _ in range(3):
        field.crawl("watch", "county")

    filing = field.filings("county")[2]
    assert (filing.state, filing.gone_crawls) == (FilingState.CURRENT, 0)
    assert filing.absent_crawls == 3


def test_a_list_that_lost_most_of_its_reports_passes_no_control_and_removes_nothing(
    field: Field, site: Site
) -> None:
    site.page(COLUMN, list_page([row(report_path(0), title_of(AGENCIES[0], 2023))]))
    site.routes[report_path(1)] = site.routes[report_path(2)] = Answer(b"gone", status=404)

    field.crawl("watch", "county")

    [_, reading] = field.readings("county")
    assert not reading.control_passed
    assert (reading.known_before, reading.found_again) == (3, 1)
    assert [filing.gone_crawls for filing in field.filings("county")] == [0, 0, 0]


def test_a_column_that_moved_is_lost_and_found_again(field: Field, site: Site) -> None:
    moved = "/zwgk/gongkai/xxgknb/"
    site.routes[moved] = site.routes.pop(COLUMN)
    for path in [path for path in site.routes if path.startswith(COLUMN)]:
        site.routes[path.replace(COLUMN, moved)] = site.routes.pop(path)
    platform = site.routes["/zwgk/"]
    assert isinstance(platform, Answer)
    site.page("/zwgk/", platform.body.decode().replace(COLUMN, moved))

    field.crawl("watch", "county")
    assert field.crawl_of("county").state is CrawlState.PARTIAL
    assert not field.crawl_of("county").control_passed
    field.crawl("discovery", "county")
    field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed) == (CrawlState.COMPLETE, True)
    states = {column.url: column.state for column in field.columns("county")}
    assert states == {
        site.url + COLUMN: ColumnState.LOST,
        site.url + moved: ColumnState.ACTIVE,
    }


def test_only_reports_of_the_wanted_years_are_fetched_but_the_list_is_read_whole(
    tmp_path: Path, site: Site
) -> None:
    site.page(
        COLUMN,
        list_page(
            [
                row(report_path(0), title_of(AGENCIES[0], 2023)),
                row(report_path(1), title_of(AGENCIES[1], 2022)),
            ]
        ),
    )
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)

    field.crawl("watch", "county", fiscal_years="2022")

    assert report_path(0) not in site.paths()
    assert report_path(1) in site.paths()
    [reading] = field.readings("county")
    assert (reading.found, reading.reports) == (2, 2)
    field.engine.dispose()
