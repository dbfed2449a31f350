"""What a crawl remembers besides the originals: files not to be had, the order of a list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.models import CrawlState, Filing
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
LINK = "./P020240115000000000001.pdf"


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
    yield field
    field.engine.dispose()


def first(field: Field) -> Filing:
    return field.filings("county")[0]


def failures(field: Field) -> list[str]:
    """Return when the one file that is not to be had was asked for in vain."""
    [failed] = first(field).failed_files or []
    return list(failed["at"])


def test_a_file_that_was_had_is_no_failure(field: Field) -> None:
    field.crawl("watch", "county")

    assert first(field).failed_files == []


@pytest.mark.parametrize(
    ("answer", "outcome", "status", "media_type"),
    [
        (Answer(b"<html><body>404</body></html>", status=404), "gone", 404, "text/html"),
        (Answer(b"", content_type="application/pdf"), "broken", 200, "application/x-empty"),
        (
            Answer(b"<html><body><p>" + "请先登录后再下载。".encode() * 20 + b"</p></body></html>"),
            "broken",
            200,
            "text/html",
        ),
    ],
    ids=["404", "empty", "page"],
)
def test_a_linked_file_that_is_not_to_be_had_is_kept_with_what_came_instead(
    field: Field, site: Site, answer: Answer, outcome: str, status: int, media_type: str
) -> None:
    site.routes[FILE] = answer
    field.crawl("watch", "county")
    field.let_a_day_pass()
    field.crawl("watch", "county")

    [failed] = first(field).failed_files or []
    assert failed["url"] == site.url + FILE
    assert failed["name"] == "附件：年度报告.pdf"
    assert (failed["outcome"], failed["status"]) == (outcome, status)
    assert failed["media_type"] == media_type
    assert len(failed["at"]) == 2


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(b"<html>404</html>", status=404), CrawlState.COMPLETE),
        (Answer(b"", content_type="application/pdf"), CrawlState.PARTIAL),
    ],
    ids=["gone", "broken"],
)
def test_a_file_that_is_not_to_be_had_is_asked_for_once_a_day(
    tmp_path: Path, site: Site, answer: Answer, state: CrawlState
) -> None:
    field = make_field(tmp_path, reopen_days=30)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    site.routes[FILE] = answer
    for _ in range(2):
        field.crawl("watch", "county")
        assert field.crawl_of("county").state is state
        assert len(failures(field)) == 1
    field.let_a_day_pass()
    field.crawl("watch", "county")
    assert len(failures(field)) == 2
    field.engine.dispose()


def test_a_file_that_is_there_again_or_linked_no_more_is_forgotten(
    field: Field, site: Site
) -> None:
    site.routes[FILE] = Answer(b"gone", status=404)
    field.crawl("watch", "county")
    assert first(field).failed_files
    site.file(FILE, PDF)
    field.let_a_day_pass()
    field.crawl("watch", "county")
    assert first(field).failed_files == []
    site.routes[FILE] = Answer(b"gone", status=404)
    field.crawl("watch", "county")
    title = title_of(AGENCIES[0], 2023)
    site.page(report_path(0), report_page(title), etag=True)
    field.crawl("watch", "county")
    assert first(field).failed_files == []


def test_the_order_of_a_single_list_is_kept(field: Field, site: Site) -> None:
    rows = [
        row(report_path(number), title_of(AGENCIES[number], 2023), f"2024-01-{20 - number}")
        for number in (1, 0)
    ]
    site.page(COLUMN, list_page(rows, 'createPageHTML(1, 0, "index", "html");'))
    field.crawl("watch", "county")

    [column] = field.columns("county")
    assert column.rows == [
        {
            "url": site.url + report_path(number),
            "title": title_of(AGENCIES[number], 2023),
            "day": f"2024-01-{20 - number}",
        }
        for number in (1, 0)
    ]


def test_the_order_of_a_list_that_was_not_read_to_its_end_is_not_kept(
    field: Field, site: Site
) -> None:
    field.crawl("watch", "county")
    assert field.columns("county")[0].rows is not None
    rows = [row(report_path(0), title_of(AGENCIES[0], 2023))]
    site.page(COLUMN, list_page(rows, 'createPageHTML(3, 0, "index", "html");'))
    field.crawl("watch", "county")

    [column] = field.columns("county")
    assert column.rows is None


def test_the_index_number_of_a_page_is_kept(field: Field, site: Site) -> None:
    title = title_of(AGENCIES[1], 2023)
    page = report_page(title).replace(
        "<h1>", "<div>索引号：11130534000123456X/2024-00012 主题分类：其他</div><h1>"
    )
    site.page(report_path(1), page, etag=True)
    field.crawl("watch", "county")

    numbers = [filing.index_number for filing in field.filings("county")]
    assert numbers == [None, "11130534000123456X/2024-00012", None]
