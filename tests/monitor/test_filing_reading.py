"""A filing is one: its page, the files attached to it, and the pictures in the page."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from monitor import filing_reading
from monitor.checking import check_filings
from monitor.filing_reading import Reader, ReadFiling
from monitor.reading.choosing import ANY, Wanted, is_whole
from monitor.reading.entry import read_report
from monitor.reading.isolation import read_original
from monitor.reading.messages import NO_PICTURES
from monitor.reading.model import Report, UnreadableError
from monitor.reading.pictured import SMALLEST_TABLE
from monitor.reading.scan import can_recognise
from monitor.specimens.bundles import zip_file
from monitor.specimens.pdf import pdf_file
from monitor.specimens.pdf_look import random_pdf_look
from monitor.specimens.scans import Wear, as_png, scanned_pages
from monitor.specimens.word import docx_file
from storage.database import reading, transaction
from storage.models import Filing, Original
from tests.monitor.reading.filing_parts import TABLES, page_without, table_page
from tests.monitor.scene import NOW, Scene, a_report, as_page, make_scene, with_cell

FIN = "清河县财政局"
SPECIMEN = a_report(FIN)
WANTED = Wanted(agencies=(FIN,), fiscal_year=2023)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x07" * SMALLEST_TABLE
PAGE_URL = "http://www.qh.gov.cn/nb/fin-2023.html"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    yield scene
    scene.engine.dispose()


def read(scene: Scene, filing_id: int, wanted: Wanted = WANTED) -> ReadFiling:
    with reading(scene.engine) as session:
        return Reader(scene.archive).filing(session.get_one(Filing, filing_id).originals, wanted)


def picture(scene: Scene, filing_id: int, url: str, body: bytes) -> str:
    """Archive a picture of a page."""
    sha256 = scene.original(filing_id, url, body, name="picture")
    with transaction(scene.engine) as session:
        for original in session.get_one(Filing, filing_id).originals:
            if original.url == url:
                original.media_type = "image/png"
    return sha256


def hashes(scene: Scene, filing_id: int) -> dict[str, str]:
    with reading(scene.engine) as session:
        originals: list[Original] = list(session.get_one(Filing, filing_id).originals)
        return {original.name or "page": original.sha256 for original in originals}


def test_what_stands_wholly_in_the_page_is_read_from_it_and_compared(scene: Scene) -> None:
    changed = with_cell(SPECIMEN, "remedies", "review", "total", "8")
    filing = scene.filing("fin", as_page(SPECIMEN), ("年报.docx", docx_file(changed)))
    found = read(scene, filing)
    assert found.sha256 == hashes(scene, filing)["page"]
    assert found.parts_elsewhere == ()
    (beside,) = found.beside
    assert beside.source.sha256 == hashes(scene, filing)["年报.docx"]
    assert beside.differences is not None
    (cell,) = beside.differences.cells
    assert (cell.table, cell.row, cell.column, cell.other) == ("remedies", "review", "total", "8")


def test_what_stands_wholly_in_an_attachment_is_read_from_it(scene: Scene) -> None:
    shell = "<html><body><p>附件：年报.docx</p></body></html>".encode()
    filing = scene.filing("fin", shell, ("年报.docx", docx_file(SPECIMEN)))
    found = read(scene, filing)
    assert found.sha256 == hashes(scene, filing)["年报.docx"]
    assert found.beside == ()


def test_headings_without_tables_in_the_page_give_way_to_the_attachment(scene: Scene) -> None:
    filing = scene.filing("fin", page_without(SPECIMEN, TABLES), ("年报.docx", docx_file(SPECIMEN)))
    found = read(scene, filing)
    assert found.sha256 == hashes(scene, filing)["年报.docx"]
    assert found.report is not None
    assert is_whole(found.report)


def test_prose_in_the_page_and_tables_in_attachments_are_one_report(scene: Scene) -> None:
    attached = [(f"{key}.html", table_page(SPECIMEN, key)) for key in TABLES]
    filing = scene.filing("fin", page_without(SPECIMEN, TABLES), *attached)
    found = read(scene, filing)
    known = hashes(scene, filing)
    assert found.sha256 == known["page"]
    assert {item.part: item.source.sha256 for item in found.parts_elsewhere} == {
        f"table:{key}": known[f"{key}.html"] for key in TABLES
    }
    assert found.report is not None
    assert found.report.complete
    assert is_whole(found.report)


def test_a_table_in_an_attachment_that_cannot_be_read_is_no_missing_table(scene: Scene) -> None:
    filing = scene.filing(
        "fin", page_without(SPECIMEN, ["requests"]), ("附表.pdf", b"%PDF-1.4 broken")
    )
    check_filings(scene.workspace, scene.engine, NOW)
    (judgement,) = scene.judgements(filing)
    outcomes = {v.rule: v.outcome for v in judgement.verdicts if v.rule == "table-missing"}
    assert outcomes == {"table-missing": "indeterminate"}
    stored = scene.reading_of(filing)
    assert stored is not None
    assert stored["beside"][0]["error"] == "damaged"


def test_without_any_other_file_the_table_is_missing(scene: Scene) -> None:
    filing = scene.filing("fin", page_without(SPECIMEN, ["requests"]))
    check_filings(scene.workspace, scene.engine, NOW)
    (judgement,) = scene.judgements(filing)
    outcomes = {v.rule: v.outcome for v in judgement.verdicts if v.rule == "table-missing"}
    assert outcomes == {"table-missing": "fail"}


def test_of_a_bundle_of_several_agencies_the_filings_own_report_is_judged(scene: Scene) -> None:
    bundle = zip_file(
        [(f"{name}.docx", docx_file(a_report(name))) for name in ("清河县教育局", FIN)]
    )
    filing = scene.filing("fin", None, ("年报.zip", bundle))
    check_filings(scene.workspace, scene.engine, NOW)
    (judgement,) = scene.judgements(filing)
    assert judgement.error is None
    stored = scene.reading_of(filing)
    assert stored is not None
    assert stored["source"]["member"] == f"{FIN}.docx"
    assert stored["method"] == "zip:docx"


def test_a_bundle_of_reports_of_others_is_not_judged(scene: Scene) -> None:
    bundle = zip_file(
        [(f"{name}.docx", docx_file(a_report(name))) for name in ("清河县教育局", "清河县水利局")]
    )
    filing = scene.filing("fin", None, ("年报.zip", bundle))
    found = read(scene, filing)
    assert found.report is None
    assert found.error is not None
    assert found.error.code == "several-reports"


class Recorder:
    """Reads in the child as always, and remembers the pictures that were handed over."""

    def __init__(self) -> None:
        self.handed: list[dict[str, bytes]] = []
        self.bodies: list[bytes] = []

    def __call__(
        self,
        body: bytes,
        *,
        name: str | None = None,
        pictures: Mapping[str, bytes] = NO_PICTURES,
        wanted: Wanted = ANY,
    ) -> Report:
        self.handed.append(dict(pictures))
        self.bodies.append(body)
        if len(pictures) > 1:
            raise UnreadableError("limits-exceeded", "too slow")
        return read_original(body, name=name, wanted=wanted)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(filing_reading, "read_original", recorder)
    return recorder


@pytest.mark.parametrize(
    ("written", "archived"),
    [
        ("./W020240131331234111111.png", "http://www.qh.gov.cn/nb/W020240131331234111111.png"),
        ("/upload/表%201.png", "https://www.qh.gov.cn/upload/表 1.png"),
        ("../x/W020240131331234111111.png", "http://www.qh.gov.cn/W020240131331234111111.png"),
        ("http://img.qh.gov.cn/a.png", "http://img.qh.gov.cn/a.png"),
    ],
)
def test_a_page_that_lacks_a_table_is_read_with_the_pictures_it_shows(
    scene: Scene, recorder: Recorder, written: str, archived: str
) -> None:
    page = page_without(SPECIMEN, ["requests"], f"<p><img src='{written}'></p>")
    filing = scene.filing("fin", page)
    picture(scene, filing, archived, PNG)
    read(scene, filing)
    assert [list(handed.values()) for handed in recorder.handed] == [[], [PNG]]


def test_a_whole_page_is_not_read_again_for_its_pictures(scene: Scene, recorder: Recorder) -> None:
    page = as_page(SPECIMEN).replace(b"</div>", b"<img src='/a/chart2023.png'></div>")
    filing = scene.filing("fin", page)
    picture(scene, filing, "http://www.qh.gov.cn/a/chart2023.png", PNG)
    found = read(scene, filing)
    assert recorder.handed == [{}]
    assert found.beside == ()


def test_small_pictures_and_those_of_other_names_are_not_handed_over(
    scene: Scene, recorder: Recorder
) -> None:
    page = page_without(SPECIMEN, ["requests"], "<p><img src='a.png'><img src='/b/c.png'></p>")
    filing = scene.filing("fin", page)
    picture(scene, filing, "http://www.qh.gov.cn/nb/a.png", b"\x89PNG\r\n\x1a\n tiny")
    picture(scene, filing, "http://www.qh.gov.cn/x/c.png", PNG)
    read(scene, filing)
    assert all(not handed for handed in recorder.handed)


def test_pictures_around_a_page_without_text_are_read_together_as_a_scan(
    scene: Scene, recorder: Recorder
) -> None:
    shell = f"<html><meta charset='utf-8'><body><h1>{SPECIMEN.title}</h1></body></html>"
    filing = scene.filing("fin", shell.encode())
    pages = [PNG + bytes([number]) for number in range(12)]
    for number, page in enumerate(pages):
        picture(scene, filing, f"http://www.qh.gov.cn/nb/p{number}.png", page)
    found = read(scene, filing)
    assert len(recorder.bodies) == 2
    with ZipFile(BytesIO(recorder.bodies[1])) as scan:
        assert [scan.read(name) for name in sorted(scan.namelist())] == pages
    assert found.error is not None
    assert found.error.code in ("damaged", "no-recognition")


def test_pictures_that_are_too_much_leave_the_page_as_it_was_read_without(
    scene: Scene, recorder: Recorder
) -> None:
    page = page_without(SPECIMEN, TABLES, "<p><img src='{key}.png'></p>")
    filing = scene.filing("fin", page)
    for key in TABLES:
        picture(scene, filing, f"http://www.qh.gov.cn/nb/{key}.png", PNG)
    found = read(scene, filing)
    assert sorted(recorder.handed[1]) == sorted(f"{key}.png" for key in TABLES)
    assert found.report is not None
    damage = found.report.doubtful(table="requests")
    assert damage is not None
    assert damage.code == "picture-unread"


WEAR = Wear(dpi=200)
SCANNED = pdf_file(SPECIMEN, replace(random_pdf_look(1), table_font=9, embedded=True))
needs_recognition = pytest.mark.skipif(not can_recognise(), reason="the extra ocr is not installed")


def wrong_and_right(report: Report) -> tuple[list[object], float]:
    """Return the cells that are read as something else, and the share of those read right."""
    cells = [
        (text, report.tables[key].values.get(row, {}).get(column) if key in report.tables else None)
        for key, rows in SPECIMEN.tables.items()
        for row, columns in rows.items()
        for column, text in columns.items()
    ]
    read = [(text, cell.text) for text, cell in cells if cell is not None and cell.text is not None]
    wrong = [pair for pair in read if pair[0] != pair[1]]
    return list(wrong), sum(text == other for text, other in read) / len(cells)


def tables_as_pictures() -> dict[str, bytes]:
    """Return pictures of the tables, cut out of the scanned pages of the report."""
    report = read_report(SCANNED)
    pages = scanned_pages(SCANNED, WEAR)
    pictures = {}
    for key, table in report.tables.items():
        boxes = [
            value.place.bbox
            for row in table.values.values()
            for value in row.values()
            if value.place.bbox and value.place.page == table.place.page
        ]
        page = pages[(table.place.page or 1) - 1]
        top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
        shown = (0, int((top - 110) * 200 / 72), page.width, int((bottom + 8) * 200 / 72))
        pictures[f"picture_of_{key}.png"] = as_png(page.crop(shown))
    return pictures


@pytest.mark.slow
@needs_recognition
def test_a_table_published_as_a_picture_is_read_in_its_place(scene: Scene) -> None:
    page = page_without(SPECIMEN, ["remedies"], "<p><img src='picture_of_{key}.png'></p>")
    filing = scene.filing("fin", page)
    name = "picture_of_remedies.png"
    picture(scene, filing, f"http://www.qh.gov.cn/nb/{name}", tables_as_pictures()[name])
    found = read(scene, filing)
    assert found.report is not None
    assert [(image.source, image.recognised) for image in found.report.images] == [(name, True)]
    wrong, right = wrong_and_right(found.report)
    assert wrong == []
    assert right > 0.92
    cells = found.report.tables["remedies"].values
    assert {row: set(values) for row, values in cells.items()} == {
        row: set(values) for row, values in SPECIMEN.tables["remedies"].items()
    }
    assert found.sha256 == hashes(scene, filing)["page"]
