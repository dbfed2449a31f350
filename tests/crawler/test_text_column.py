"""A column whose page is the newest report itself: each year's report is a filing of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.models import CrawlState, Filing, FilingState
from tests.crawler.county import AGENCIES, COLUMN, report_page, title_of
from tests.crawler.portal import Site, serve
from tests.crawler.workspace import Field, make_field


def show(site: Site, year: int) -> None:
    """Have the column's page show the report on a year."""
    text = f"{year}年，本单位主动公开政府信息{year}条。" * 12
    page = report_page(title_of(AGENCIES[0], year), text=text)
    site.page(COLUMN, page.replace("2024-01-15", f"{year + 1}-01-15"), etag=True)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        show(site, 2022)
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES[:1])
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    yield field
    field.engine.dispose()


def by_year(field: Field) -> dict[int | None, Filing]:
    return {filing.fiscal_year: filing for filing in field.filings("county")}


def test_the_next_years_report_is_another_filing_and_the_old_one_stays_as_it_was(
    field: Field, site: Site
) -> None:
    (before,) = field.filings("county")
    show(site, 2023)
    field.crawl("watch", "county")

    found = by_year(field)
    assert set(found) == {2022, 2023}
    old, new = found[2022], found[2023]
    assert (new.url, old.url) == (site.url + COLUMN, f"{site.url}{COLUMN}#nianbao-2022")
    assert (old.first_seen_at, old.state) == (before.first_seen_at, FilingState.CURRENT)
    assert new.first_seen_at > old.first_seen_at
    assert new.last_absent_at is not None
    assert new.last_absent_at < new.first_seen_at
    assert [len(filing.originals) for filing in (old, new)] == [1, 1]
    assert old.originals[0].sha256 != new.originals[0].sha256


def test_the_control_passes_though_the_old_report_is_shown_no_more(
    field: Field, site: Site
) -> None:
    show(site, 2023)
    for _ in range(3):
        field.crawl("watch", "county")

    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed) == (CrawlState.COMPLETE, True)
    assert {filing.state for filing in field.filings("county")} == {FilingState.CURRENT}


def test_a_page_that_turns_back_shows_the_old_filing_again(field: Field, site: Site) -> None:
    show(site, 2023)
    field.crawl("watch", "county")
    show(site, 2022)
    field.crawl("watch", "county")

    found = by_year(field)
    assert len(field.filings("county")) == 2
    assert found[2022].url == site.url + COLUMN
    assert found[2023].url == f"{site.url}{COLUMN}#nianbao-2023"
    assert [len(found[year].originals) for year in (2022, 2023)] == [1, 1]
    assert found[2022].last_seen_at > found[2023].last_seen_at


def test_a_text_altered_within_the_year_stays_the_same_filing(field: Field, site: Site) -> None:
    page = report_page(title_of(AGENCIES[0], 2022), text="更正后的年度报告正文。" * 20)
    site.page(COLUMN, page, etag=True)
    field.crawl("watch", "county")

    (filing,) = field.filings("county")
    assert filing.state is FilingState.CHANGED
    assert filing.url == site.url + COLUMN
