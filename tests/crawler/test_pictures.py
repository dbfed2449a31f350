"""Pictures in a report's text are archived with it, and none that is not there spoils a crawl."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import reports
from storage.models import CrawlState, OriginalRole
from tests.crawler.county import AGENCIES, COLUMN, fill, report_page, report_path, title_of
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 5000 + b"IEND\xaeB`\x82"
TABLE = f"{COLUMN}202401/W020240115000000000001.png"
IMG = "<img src='./W020240115000000000001.png'>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        fill(site)
        site.file(TABLE, PNG, "image/png")
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    yield field
    field.engine.dispose()


def show(site: Site, *images: str) -> None:
    """Put pictures into the text of the second report."""
    text = "本单位主动公开政府信息若干条。" * 12 + "".join(images)
    site.page(report_path(1), report_page(title_of(AGENCIES[1], 2023), text=text), etag=True)


def archived(field: Field) -> list[tuple[str, str, str, bool]]:
    return [
        (
            original.role.value,
            original.media_type,
            original.url.rpartition("/")[2],
            original.superseded_at is None,
        )
        for original in field.filings("county")[1].originals
        if original.role is OriginalRole.ATTACHMENT
    ]


def test_a_picture_in_the_text_is_archived_as_an_attachment(field: Field, site: Site) -> None:
    show(site, IMG, "<img src='/images/logo.png'>", "<img src='data:image/png;base64,AAAA'>")
    field.crawl("watch", "county")
    assert archived(field) == [("attachment", "image/png", "W020240115000000000001.png", True)]
    assert "/images/logo.png" not in site.paths()
    site.asked.clear()
    field.crawl("watch", "county")
    [again] = [asked for asked in site.asked if asked.path == TABLE]
    assert "if-none-match" in again.headers
    assert field.crawl_of("county").originals_new == 0


def test_a_picture_that_is_no_longer_shown_is_superseded(field: Field, site: Site) -> None:
    show(site, IMG)
    field.crawl("watch", "county")
    text = "现在没有图片了，全部以文字公开。" * 12
    site.page(report_path(1), report_page(title_of(AGENCIES[1], 2023), text=text), etag=True)
    field.crawl("watch", "county")
    assert [current for *_, current in archived(field)] == [False]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html><body>404</body></html>", status=404),
        Answer(b"<html><body><p>" + "页面不存在".encode() + b"</p></body></html>"),
        Answer(b"nothing", status=403),
        Answer(PNG[:100], content_type="image/png"),
    ],
    ids=["404", "page", "403", "cut"],
)
def test_a_picture_that_is_not_there_is_not_archived(
    field: Field, site: Site, answer: Answer
) -> None:
    site.routes[TABLE] = answer
    show(site, IMG)
    field.crawl("watch", "county")
    assert archived(field) == []
    if answer.status != 403:
        assert field.crawl_of("county").state is CrawlState.COMPLETE


def test_pictures_are_fetched_up_to_a_number_of_bytes(
    field: Field, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MAX_PICTURE_BYTES", len(PNG) + 1)
    for number in range(4):
        site.file(f"/upload/{number}.png", PNG + bytes([number]), "image/png")
    show(site, *(f"<img src='/upload/{number}.png'>" for number in range(4)))
    field.crawl("watch", "county")
    assert len(archived(field)) == 2
    assert field.crawl_of("county").state is CrawlState.PARTIAL
