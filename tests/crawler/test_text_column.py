"""A column whose page is the newest report itself: each year's report is a filing of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.records.addresses import add_address
from crawler.records.turning import turned_page
from storage.clock import utc_now
from storage.database import transaction
from storage.models import AddressKind, CrawlState, Filing, FilingState
from tests.crawler.county import AGENCIES, COLUMN, report_page, title_of
from tests.crawler.portal import Site, serve
from tests.crawler.workspace import Field, make_field


def text_of(year: int) -> str:
    """Return the text of the report on a year."""
    return f"本报告数据统计期限自{year}年1月1日至12月31日。{f'主动公开政府信息{year}条。' * 24}"


def show(site: Site, year: int, rows: str = "", *, label: str = "") -> None:
    """Have the column's page show the report on a year, above the rows of earlier ones.

    ``label`` is what its labels call it instead of the report's title.
    """
    text = text_of(year)
    page = report_page(title_of(AGENCIES[0], year), text=text)
    if label:
        page = page.replace(f'content="{title_of(AGENCIES[0], year)}"', f'content="{label}"')
        page = page.replace("<meta", '<meta name="ColumnType" content="信息公开年报"><meta', 1)
        page = page.replace(f"<h1>{title_of(AGENCIES[0], year)}</h1>", f"<h1>{label}</h1>")
    page = page.replace("</body>", f"{rows}</body>").replace("2024-01-15", f"{year + 1}-01-15")
    site.page(COLUMN, page, etag=True)


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


def test_a_report_that_gets_a_page_of_its_own_when_the_next_one_takes_its_place_is_filed_once(
    field: Field, site: Site
) -> None:
    (before,) = field.filings("county")
    own = f"{COLUMN}t20230115_1.html"
    text = text_of(2022)
    site.page(own, report_page(title_of(AGENCIES[0], 2022), text=text))
    show(site, 2023, rows=f'<ul><li><a href="{own}">{title_of(AGENCIES[0], 2022)}</a></li></ul>')
    field.crawl("watch", "county")

    found = by_year(field)
    assert len(field.filings("county")) == 2
    assert (found[2022].id, found[2022].url) == (before.id, site.url + own)
    assert found[2022].first_seen_at == before.first_seen_at
    assert found[2023].url == site.url + COLUMN


def test_a_page_that_only_its_text_dates_turns_when_its_text_does(
    tmp_path: Path, site: Site
) -> None:
    show(site, 2022, label="政府信息公开年报")
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES[:1])
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    (before,) = field.filings("county")
    assert (before.fiscal_year, before.url) == (2022, site.url + COLUMN)

    for _ in range(2):
        show(site, 2023, label="政府信息公开年报")
        field.crawl("watch", "county")

    found = by_year(field)
    assert len(field.filings("county")) == 2
    assert found[2023].url == site.url + COLUMN
    assert (found[2022].id, found[2022].url) == (before.id, f"{site.url}{COLUMN}#nianbao-2022")
    field.engine.dispose()


def test_what_stood_there_goes_on_at_the_page_of_its_own_that_was_known_already(
    field: Field, site: Site
) -> None:
    own = f"{site.url}{COLUMN}t20230115_1.html"
    (before,) = field.filings("county")
    with transaction(field.engine) as session:
        filing, now = session.get_one(Filing, before.id), utc_now()
        add_address(
            session, filing, url=own, title="2022年报", kind=AddressKind.TWIN, why="text",
            seen_at=now, column_id=filing.column_id,
        )  # fmt: skip
        kept = str(filing.originals[0].text_sha256)
        assert turned_page(session, filing, 2023, kept, now) is filing, "its text is what it was"
        assert turned_page(session, filing, None, "other", now) is filing
        new = turned_page(session, filing, 2023, "other", now)
        assert (new.url, new.fiscal_year, new.first_seen_at) == (site.url + COLUMN, 2023, now)
        assert (filing.url, filing.fiscal_year) == (own, 2022)
        [left] = filing.addresses
        assert (left.url, left.kind) == (f"{site.url}{COLUMN}#nianbao-2022", AddressKind.FORMER)
