"""One report at several addresses is one filing; what differs, or is somebody else's, is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage.database import reading, transaction
from storage.models import AddressKind, Filing, FilingAddress, Portal
from tests.crawler.county import AGENCIES, COLUMN, PDF, list_page, report_page, row, title_of
from tests.crawler.portal import Site, serve
from tests.crawler.workspace import Field, make_field

TITLE = title_of(AGENCIES[0], 2023)
TEXT = "全县财政系统主动公开政府信息一千二百条，受理申请三件，均已办结。" * 12


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    yield field
    field.engine.dispose()


def put(site: Site, *rows: tuple[str, str], column: str = COLUMN) -> None:
    """Serve a column with these rows."""
    site.page(column, list_page([row(path, title) for path, title in rows]), etag=True)


def addresses(field: Field) -> list[FilingAddress]:
    with reading(field.engine) as session:
        query = select(FilingAddress).options(selectinload(FilingAddress.filing))
        return list(session.scalars(query.order_by(FilingAddress.id)))


def current(filing: Filing) -> list[str]:
    """Return the paths of the originals that stand."""
    return ["/" + o.url.split("/", 3)[3] for o in filing.originals if o.superseded_at is None]


def test_a_mobile_page_of_the_same_text_is_a_further_address(field: Field, site: Site) -> None:
    pc, mobile = f"{COLUMN}post_1.html", f"{COLUMN}mpost_1.html"
    site.page(pc, report_page(TITLE, text=TEXT), etag=True)
    site.page(mobile, report_page(TITLE, text=TEXT).replace("<h1>", "<h1 class='m'>"), etag=True)
    put(site, (pc, TITLE), (mobile, TITLE))

    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert current(filing) == [pc]
    [twin] = addresses(field)
    assert (twin.url, twin.kind, twin.why) == (site.url + mobile, AddressKind.TWIN, "text")
    assert field.crawl_of("county").control_passed
    field.crawl("watch", "county")
    assert len(field.filings("county")) == 1
    assert field.readings("county")[-1].known_before == 1
    assert len(field.filings("county")[0].originals) == 1


def test_the_report_stays_known_when_only_its_further_address_is_listed(
    field: Field, site: Site
) -> None:
    for path in (f"{COLUMN}1.html", f"{COLUMN}2.html"):
        site.page(path, report_page(TITLE, text=TEXT), etag=True)
    put(site, (f"{COLUMN}1.html", TITLE), (f"{COLUMN}2.html", TITLE))
    field.crawl("watch", "county")
    put(site, (f"{COLUMN}2.html", TITLE))

    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert filing.absent_crawls == 0
    assert field.readings("county")[-1].found_again == 1


def test_a_row_of_the_file_that_another_row_attaches_is_the_same_report(
    field: Field, site: Site
) -> None:
    page, file, copy = f"{COLUMN}1.html", f"{COLUMN}P1.pdf", f"{COLUMN}copy/P1.pdf"
    site.page(page, report_page(TITLE, text=TEXT, attachments=[file]), etag=True)
    site.file(file, PDF)
    site.file(copy, PDF)
    put(site, (copy, TITLE), (page, TITLE))

    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert filing.url == site.url + page
    assert current(filing) == [page, file]
    assert [(a.url, a.why) for a in addresses(field)] == [(site.url + copy, "file")]


def test_a_picture_form_and_a_linked_form_are_one_report_with_both_files(
    field: Field, site: Site
) -> None:
    one, other = f"{COLUMN}1.html", f"{COLUMN}2.html"
    site.page(one, report_page(f"{TITLE}（图片版）", text="请看图片。" * 50), etag=True)
    site.page(other, report_page(f"{TITLE}（超链版）", text=TEXT), etag=True)
    put(site, (one, f"{TITLE}（图片版）"), (other, f"{TITLE}（超链版）"))

    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert sorted(current(filing)) == [one, other]
    assert [a.why for a in addresses(field)] == ["mark"]


@pytest.mark.parametrize("mark", ["", "（修订版）"])
def test_reports_of_different_text_stay_two(field: Field, site: Site, mark: str) -> None:
    one, other = f"{COLUMN}1.html", f"{COLUMN}2.html"
    site.page(one, report_page(TITLE, text=TEXT), etag=True)
    site.page(other, report_page(TITLE + mark, text=TEXT.replace("三件", "四件")), etag=True)
    put(site, (one, TITLE), (other, TITLE + mark))

    field.crawl("watch", "county")

    assert [filing.agency_id for filing in field.filings("county")] == ["county-0"] * 2
    assert addresses(field) == []


def test_the_same_few_words_on_two_pages_prove_nothing(field: Field, site: Site) -> None:
    for path in (f"{COLUMN}1.html", f"{COLUMN}2.html"):
        site.page(path, report_page(TITLE, text="详见附件。"), etag=True)
    put(site, (f"{COLUMN}1.html", TITLE), (f"{COLUMN}2.html", TITLE))

    field.crawl("watch", "county")

    assert len(field.filings("county")) == 2


def test_the_same_text_under_two_agencies_stays_two(field: Field, site: Site) -> None:
    rows = []
    for number, agency in enumerate(AGENCIES[:2]):
        path = f"{COLUMN}{number}.html"
        site.page(path, report_page(title_of(agency, 2023), text=TEXT), etag=True)
        rows.append((path, title_of(agency, 2023)))
    put(site, *rows)

    field.crawl("watch", "county")

    assert len(field.filings("county")) == 2


def test_a_report_goes_on_at_the_new_place_of_its_column(field: Field, site: Site) -> None:
    old, new = f"{COLUMN}1.html", "/zwgk/new/xxgknb/1.html"
    site.page(old, report_page(TITLE, text=TEXT), etag=True)
    put(site, (old, TITLE))
    field.crawl("watch", "county")
    first = field.filings("county")[0]
    del site.routes[old], site.routes[COLUMN]
    field.crawl("watch", "county")
    site.page(new, report_page(TITLE, text=TEXT), etag=True)
    put(site, (new, TITLE), column="/zwgk/new/xxgknb/")
    field.add_column("county", f"{site.url}/zwgk/new/xxgknb/")

    field.crawl("watch", "county")

    [filing] = field.filings("county")
    assert (filing.id, filing.url) == (first.id, site.url + new)
    assert filing.first_seen_at == first.first_seen_at
    assert (len(filing.originals), current(filing)) == (2, [new])
    assert [(a.url, a.kind) for a in addresses(field)] == [(site.url + old, AddressKind.FORMER)]


def own_portal(field: Field, agency: int, url: str) -> None:
    """Give an agency of the county a portal of its own."""
    field.register("bureau", url)
    field.add_column("bureau", url + COLUMN.lstrip("/"))
    with transaction(field.engine) as session:
        portal = session.get_one(Portal, "county")
        next(a for a in portal.agencies if a.id == f"county-{agency}").portal_id = "bureau"


def test_a_repost_by_the_county_is_no_second_report_of_a_bureau(field: Field, site: Site) -> None:
    path = f"{COLUMN}1.html"
    with serve(Site()) as bureau:
        own_portal(field, 0, f"{bureau.url}/")
        bureau.page(path, report_page(TITLE, text=TEXT), etag=True)
        put(bureau, (path, TITLE))
        field.crawl("watch", "bureau")
        site.page(path, report_page(TITLE, text=TEXT + "转载"), etag=True)
        put(site, (path, TITLE))
        field.crawl("watch", "county")

        assert field.filings("county") == []
        assert path not in site.paths()
        [mirror] = addresses(field)
        assert (mirror.kind, mirror.portal_id, mirror.url) == (
            AddressKind.MIRROR,
            "county",
            site.url + path,
        )
        field.crawl("watch", "county")
        assert len(addresses(field)) == 1


def test_a_bureaus_own_page_takes_the_place_of_the_repost_seen_before(
    field: Field, site: Site
) -> None:
    path = f"{COLUMN}1.html"
    with serve(Site()) as bureau:
        own_portal(field, 0, f"{bureau.url}/")
        site.page(path, report_page(TITLE, text=TEXT), etag=True)
        put(site, (path, TITLE))
        field.crawl("watch", "county")
        seen = field.filings("county")[0]
        bureau.page(path, report_page(TITLE, text=TEXT), etag=True)
        put(bureau, (path, TITLE))
        field.crawl("watch", "bureau")

        assert field.filings("county") == []
        [filing] = field.filings("bureau")
        assert (filing.id, filing.url) == (seen.id, bureau.url + path)
        assert filing.first_seen_at == seen.first_seen_at
        assert len(current(filing)) == 1
        assert [a.kind for a in addresses(field)] == [AddressKind.MIRROR]


def test_a_row_that_leads_to_no_official_host_is_kept_and_not_opened(
    field: Field, site: Site
) -> None:
    put(
        site,
        ("http://mp.example.com/report.html", TITLE),
        (f"{COLUMN}2.html", title_of(AGENCIES[1], 2023)),
    )
    site.page(f"{COLUMN}2.html", report_page(title_of(AGENCIES[1], 2023)), etag=True)

    field.crawl("watch", "county")

    assert field.captures("mp.example.com") == []
    first, _ = field.filings("county")
    assert (first.url, first.originals) == ("http://mp.example.com/report.html", [])
    assert field.crawl_of("county").control_passed


def test_a_row_of_the_county_that_leads_to_the_bureaus_own_page_is_that_report(
    field: Field, site: Site
) -> None:
    path = f"{COLUMN}1.html"
    with serve(Site()) as bureau:
        own_portal(field, 0, f"{bureau.url}/")
        bureau.page(path, report_page(TITLE, text=TEXT), etag=True)
        put(bureau, (path, TITLE))
        put(site, (bureau.url + path, TITLE))
        field.crawl("watch", "county")
        assert [filing.url for filing in field.filings("county")] == [bureau.url + path]
        field.crawl("watch", "bureau")

        assert field.filings("county") == []
        [filing] = field.filings("bureau")
        assert (filing.agency_id, len(current(filing))) == ("county-0", 1)
        field.crawl("watch", "county")
        assert len(field.filings("bureau")) == 1
        assert field.filings("county") == []
