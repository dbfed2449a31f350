"""Tables published as pictures: read in their place, never missing while one is unread."""

import base64
from collections.abc import Mapping

import pytest

from monitor.reading.choosing import is_whole
from monitor.reading.html import read_html
from monitor.reading.limits import DEFAULT_LIMITS, Limits
from monitor.reading.model import Block, Report, UnreadableError
from monitor.reading.pictured import SMALLEST_TABLE, Recogniser, is_icon, read_pictured
from monitor.specimens.model import Specimen
from tests.monitor.reading.filing_parts import TABLES, page_without, recogniser, table_blocks
from tests.monitor.scene import a_report

SPECIMEN = a_report("清河县财政局")
PICTURES = {f"{key}.png": key.encode() * SMALLEST_TABLE for key in TABLES}
SHOWN: dict[bytes, tuple[Block, ...]] = {
    PICTURES[f"{key}.png"]: table_blocks(SPECIMEN, key) for key in TABLES
}
RECOGNISE = recogniser(SHOWN)
IMG = "<p><img src='{key}.png'></p>"


def read(
    page: bytes,
    pictures: Mapping[str, bytes] = PICTURES,
    recognise: Recogniser | None = RECOGNISE,
    limits: Limits = DEFAULT_LIMITS,
) -> Report:
    return read_pictured(read_html(page), pictures.get, recognise, limits)


def texts(report: Report, specimen: Specimen) -> dict[str, dict[str, dict[str, str | None]]]:
    return {
        key: {
            row: {column: report.tables[key].values[row][column].text for column in cells}
            for row, cells in rows.items()
        }
        for key, rows in specimen.tables.items()
    }


def test_tables_in_pictures_are_read_in_their_place() -> None:
    report = read(page_without(SPECIMEN, TABLES, IMG))
    assert texts(report, SPECIMEN) == SPECIMEN.tables
    assert is_whole(report)
    assert report.complete
    assert report.method == "html+ocr"
    assert [(image.source, image.recognised) for image in report.images] == [
        (f"{key}.png", True) for key in TABLES
    ]


def test_a_picture_written_into_the_page_needs_nothing_else() -> None:
    coded = base64.b64encode(PICTURES["requests.png"]).decode()
    page = page_without(SPECIMEN, ["requests"], f"<p><img src='data:image/png;base64,{coded}'></p>")
    report = read(page, {})
    assert texts(report, SPECIMEN) == SPECIMEN.tables
    assert [image.source for image in report.images] == ["data:image/png"]


def test_nothing_is_recognised_where_nothing_is_lacking() -> None:
    def fail(*_: object) -> tuple[tuple[Block, ...], tuple[()]]:
        raise AssertionError

    img = b"<p><img src='requests.png'></p></div></body>"
    page = page_without(SPECIMEN, []).replace(b"</div></body>", img)
    report = read(page, recognise=fail)
    assert (report.method, report.complete) == ("html", True)
    assert [image.recognised for image in report.images] == [False]


@pytest.mark.parametrize(
    ("pictures", "recognise", "why"),
    [
        ({}, recogniser(SHOWN), "not at hand"),
        (PICTURES, None, "not installed"),
    ],
)
def test_a_picture_not_read_leaves_the_table_of_its_section_doubtful(
    pictures: Mapping[str, bytes], recognise: Recogniser | None, why: str
) -> None:
    report = read(page_without(SPECIMEN, ["requests"], IMG), pictures, recognise)
    damage = report.doubtful(table="requests")
    assert damage is not None
    assert damage.code == "picture-unread"
    assert why in damage.detail
    assert damage.place == report.images[0].place
    assert not report.images[0].recognised
    assert report.doubtful(section="overview") is None


def test_a_picture_in_another_section_does_not_stand_for_a_table_that_is_not_there() -> None:
    page = page_without(SPECIMEN, ["requests"]).decode()
    at = page.index("五、")
    start = page.index("<p>", at)
    page = page[:start] + "<p><img src='chart.png'></p>" + page[start:]
    report = read(page.encode(), {})
    assert report.doubtful(table="requests") is None


def test_a_picture_that_breaks_the_recogniser_is_left_unread_and_the_others_read() -> None:
    def recognise(body: bytes, place: object, limits: Limits) -> object:
        if body == PICTURES["requests.png"]:
            raise UnreadableError("damaged", "no whole picture")
        return SHOWN[body], ()

    report = read(page_without(SPECIMEN, TABLES, IMG), recognise=recognise)  # type: ignore[arg-type]
    assert set(report.tables) == {"proactive_disclosure", "remedies"}
    assert report.doubtful(table="requests") is not None
    assert [image.recognised for image in report.images] == [True, False, True]


def test_pictures_beyond_the_limits_are_left_unread() -> None:
    report = read(page_without(SPECIMEN, TABLES, IMG), limits=Limits(body_bytes=70_000))
    assert 0 < len(report.tables) < 3
    assert any("too many" in damage.detail for damage in report.damage)


def test_little_pictures_cast_no_doubt() -> None:
    page = page_without(SPECIMEN, ["requests"], "<p><img src='a/icon_pdf.gif'></p>")
    assert read(page, {}).damage == ()
    small = page_without(SPECIMEN, ["requests"], IMG)
    assert read(small, {"requests.png": b"tiny"}).damage == ()


@pytest.mark.parametrize(
    ("source", "icon"),
    [
        ("/ueditor/dialogs/attachment/fileTypeImages/icon_pdf.gif", True),
        ("/images/icons/arrow.png", True),
        ("./W020240131331234111111.png", False),
        ("image001.gif", False),
    ],
)
def test_icons_of_editors_are_known_by_their_address(source: str, icon: bool) -> None:
    assert is_icon(source) is icon


@pytest.mark.parametrize(
    "source", ["data:,", "data:image/png;base64,%%%", "data:image/png;base64,QQ"]
)
def test_a_broken_picture_in_the_page_breaks_nothing(source: str) -> None:
    report = read(page_without(SPECIMEN, ["requests"], f"<p><img src='{source}'></p>"), {})
    assert set(report.tables) == {"proactive_disclosure", "remedies"}
