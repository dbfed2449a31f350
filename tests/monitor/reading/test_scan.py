"""Scans and pictures of reports: what is read, what is left unread, and never anything wrong."""

import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageOps

from monitor.reading.assemble import assemble
from monitor.reading.entry import read_document
from monitor.reading.isolation import Limits, read_original
from monitor.reading.model import Document, Grid, Place, Report, UnreadableError
from monitor.reading.pdf import read_pdf
from monitor.reading.scan import can_recognise, read_blocks, read_picture
from monitor.specimens.clean import Counts, clean_report
from monitor.specimens.model import Cells, Specimen
from monitor.specimens.pdf import pdf_file
from monitor.specimens.scans import Wear, as_jpeg, as_pdf, as_png, as_tiff, scanned_pages

pytestmark = pytest.mark.skipif(
    not can_recognise(), reason="text recognition (the extra ocr) is not installed"
)

WORN = Wear(dpi=200, turn=1.4, blur=2, noise=15, paper=240, shadow=0.3, stamp=True, holes=True)


@cache
def specimen(seed: int) -> Specimen:
    """Return a report with numbers of every length, blanks, dashes and strokes; of little prose."""
    chance = Random(seed)
    clean = clean_report("青河县财政局", 2023, date(2024, 1, 20), Counts())
    signs = ["0"] * 9 + ["", "/", "-", "12.5"]

    def number() -> str:
        if chance.random() < 0.6:
            return chance.choice(signs)
        return str(chance.randrange(10 ** chance.randint(1, 5)))

    tables = {
        key: {row: {column: number() for column in cells} for row, cells in table.items()}
        for key, table in clean.tables.items()
    }
    texts = {key: f"{text.partition('。')[0]}。" for key, text in clean.texts.items()}
    return replace(clean, tables=tables, texts=texts)


def flat(tables: dict[str, Cells]) -> dict[tuple[str, str, str], str]:
    return {
        (table, row, column): text
        for table, rows in tables.items()
        for row, cells in rows.items()
        for column, text in cells.items()
    }


def read_cells(report: Report) -> dict[tuple[str, str, str], str | None]:
    return {
        (key, row, column): value.text
        for key, table in report.tables.items()
        for row, values in table.values.items()
        for column, value in values.items()
    }


@dataclass(frozen=True)
class Scan:
    true: Specimen
    pdf: bytes
    pages: list[Image.Image]
    document: Document
    report: Report


@pytest.fixture(scope="module")
def scan() -> Scan:
    true = specimen(3)
    pdf = pdf_file(true)
    pages = scanned_pages(pdf, WORN, seed=5)
    document = read_picture(as_tiff(pages, WORN.dpi))
    return Scan(true, pdf, pages, document, assemble(document))


def test_no_cell_of_a_worn_scan_is_read_wrong_and_nearly_all_are_read(scan: Scan) -> None:
    true, read = flat(dict(scan.true.tables)), read_cells(scan.report)
    wrong = {key: (true[key], text) for key, text in read.items() if text not in (None, true[key])}
    assert wrong == {}
    assert sum(read.get(key) == text for key, text in true.items()) >= 0.97 * len(true)


def test_title_agency_year_and_headings_come_out(scan: Scan) -> None:
    report = scan.report
    assert (report.title, report.agency, report.fiscal_year) == (
        scan.true.title,
        scan.true.agency,
        scan.true.fiscal_year,
    )
    assert report.method == "scan"
    assert [section.key for section in report.sections] == [
        section.key for section in scan.true.format.sections
    ]


def test_an_unread_cell_says_why(scan: Scan) -> None:
    for table in scan.report.tables.values():
        for values in table.values.values():
            for value in values.values():
                assert (value.text is None) == (value.reason is not None)


def test_places_are_those_of_the_picture_as_it_lies(scan: Scan) -> None:
    printed, seen = (_placed_once(document) for document in (read_pdf(scan.pdf), scan.document))
    compared = 0
    for text in printed.keys() & seen.keys():
        expected = _turned(_middle(printed[text]), scan.pages[0].size)
        assert math.dist(_middle(seen[text]), expected) < 12, text
        compared += 1
    assert compared > 10


def _placed_once(document: Document) -> dict[str, Place]:
    """Return where the cells of the first page stand whose text is there once."""
    cells = [
        cell
        for block in document.blocks
        if isinstance(block, Grid)
        for cell in block.cells
        if cell.place.page == 1
    ]
    counts = Counter(cell.text for cell in cells)
    return {cell.text: cell.place for cell in cells if counts[cell.text] == 1 and cell.text}


def _middle(place: Place) -> tuple[float, float]:
    assert place.bbox is not None
    left, top, right, bottom = place.bbox
    return (left + right) / 2, (top + bottom) / 2


def _turned(point: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
    """Return where a point of the printed page lies on the picture, in pixels."""
    angle = -math.radians(WORN.turn)
    x, y = (value * WORN.dpi / 72 - side / 2 for value, side in zip(point, size, strict=True))
    return (
        x * math.cos(angle) - y * math.sin(angle) + size[0] / 2,
        x * math.sin(angle) + y * math.cos(angle) + size[1] / 2,
    )


# A table published as a picture ------------------------------------------------------------------


PLAIN = Wear()


@cache
def table_picture(wear: Wear = PLAIN) -> Image.Image:
    """Return the picture of the third table of a clean report alone; not to be drawn on."""
    pdf = pdf_file(specimen(11))
    grid = [block for block in read_pdf(pdf).blocks if isinstance(block, Grid)][-1]
    assert grid.place.bbox is not None
    assert grid.place.page is not None
    page = scanned_pages(pdf, wear)[grid.place.page - 1]
    scale = wear.dpi / 72
    left, top, right, bottom = (value * scale for value in grid.place.bbox)
    return page.crop((int(left) - 20, int(top) - 20, int(right) + 20, int(bottom) + 20))


def review_picture() -> Image.Image:
    """Return the left third of that picture, which is a whole table of five columns."""
    picture = table_picture()
    third = 20 + (picture.width - 40) // 3
    return ImageOps.expand(picture.crop((0, 0, third + 3, picture.height)), (0, 0, 20, 0), "white")


REMEDIES = [
    value for values in specimen(11).tables["remedies"].values() for value in values.values()
]
REVIEW = REMEDIES[:5]


def last_row(grid: Grid) -> list[str | None]:
    return [
        None if cell.doubtful else cell.text for cell in grid.cells if cell.row == grid.rows - 1
    ]


def wrong_in(read: list[str | None], true: list[str]) -> list[tuple[str | None, str]]:
    assert len(read) == len(true)
    return [pair for pair in zip(read, true, strict=True) if pair[0] not in (None, pair[1])]


PLACE = Place(path="/html/body/p[3]/img")


@pytest.fixture(scope="module")
def grid() -> Grid:
    """The table as it is read from its picture at ``PLACE`` in a page."""
    blocks, _ = read_blocks(as_png(table_picture()), PLACE)
    (grid,) = (block for block in blocks if isinstance(block, Grid))
    return grid


def test_a_table_published_as_a_picture_is_placed_in_its_page(grid: Grid) -> None:
    picture = table_picture()
    assert last_row(grid) == REMEDIES
    assert {cell.place.path for cell in grid.cells} == {PLACE.path}
    left, top, right, bottom = grid.place.bbox or (0, 0, 0, 0)
    assert left == pytest.approx(20, abs=4)
    assert right == pytest.approx(picture.width - 20, abs=4)
    assert bottom - top == pytest.approx(picture.height - 40, abs=8)


@pytest.mark.parametrize("turns", [1, 2])
def test_a_picture_that_lies_on_its_side_or_its_head_is_read(turns: int) -> None:
    picture = table_picture().rotate(90 * turns, expand=True)
    blocks, _ = read_blocks(as_png(picture), Place(path="x"))
    (grid,) = (block for block in blocks if isinstance(block, Grid))
    read = last_row(grid)
    assert wrong_in(read, REMEDIES) == []
    assert read.count(None) <= 1


def test_a_digit_that_a_blot_hides_is_not_guessed(grid: Grid) -> None:
    picture = table_picture().copy()
    draw = ImageDraw.Draw(picture)
    for cell in grid.cells:
        if cell.row == grid.rows - 1 and cell.text:
            x, y = _middle(cell.place)
            draw.line((x - 24, y + 2, x + 24, y + 2), fill=(20, 20, 20), width=4)
            draw.line((x - 14, y - 9, x - 2, y + 12), fill=(20, 20, 20), width=3)
    (spoilt,) = (
        block
        for block in read_blocks(as_png(picture), Place(path="x"))[0]
        if isinstance(block, Grid)
    )
    assert wrong_in(last_row(spoilt), REMEDIES) == []


def test_reading_needs_no_network() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*args, **options): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from monitor.reading.scan import read_picture\n"
        "print(len(read_picture(sys.stdin.buffer.read()).blocks))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=as_png(review_picture()),
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) >= 1


def test_the_reading_child_recognises_beyond_its_ordinary_limits() -> None:
    report = read_original(as_png(table_picture()), limits=Limits(memory_bytes=800 * 2**20))
    assert report.tables["remedies"].values["review"]["upheld"].text == REMEDIES[0]


@pytest.mark.parametrize(
    "limits", [Limits(scan_seconds=0), Limits(scan_pages=1), Limits(scan_pixels=10_000)]
)
def test_what_exceeds_the_limits_of_recognition_is_an_error(limits: Limits) -> None:
    picture = table_picture()
    body = as_tiff([picture, picture], 200)
    with pytest.raises(UnreadableError) as caught:
        read_original(body, limits=limits)
    assert caught.value.code == "limits-exceeded"


# What cannot be read -----------------------------------------------------------------------------


def code_of(body: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_document(body)
    return caught.value.code


def test_type_that_is_too_small_is_refused_with_the_remedy() -> None:
    with pytest.raises(UnreadableError, match="dpi") as caught:
        read_picture(as_png(table_picture(Wear(dpi=60))))
    assert caught.value.code == "too-coarse"


def test_a_page_lost_in_grain_is_refused() -> None:
    grain = Image.frombytes("L", (620, 300), Random(1).randbytes(620 * 300))
    assert code_of(as_png(grain)) == "too-coarse"


def test_a_broken_picture_is_damaged() -> None:
    body = as_jpeg(table_picture().convert("RGB"), Wear())
    assert code_of(body[: len(body) // 2]) == "damaged"
    assert code_of(b"\x89PNG\r\n\x1a\n" + b"x" * 64) == "damaged"


def test_a_picture_that_would_unpack_to_gigabytes_is_refused() -> None:
    stream = BytesIO()
    Image.new("1", (12_000, 9_000)).save(stream, "PNG")
    assert len(stream.getvalue()) < 2**20
    assert code_of(stream.getvalue()) == "limits-exceeded"


def test_a_blank_page_says_nothing() -> None:
    assert read_picture(as_png(Image.new("L", (620, 877), 235))).blocks == ()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_a_picture_of_any_mode_is_opened(mode: str) -> None:
    from monitor.reading.scan.pictures import flat as flattened

    picture = Image.new("L", (60, 30), 255)
    picture.paste(0, (10, 10, 20, 20))
    wide = picture.convert("I").point(lambda level: level * 257) if mode == "I;16" else picture
    shown = flattened(wide.convert(mode)).convert("L")
    assert (shown.getpixel((15, 15)), shown.getpixel((40, 15))) == (0, 255)


def test_clear_parts_of_a_picture_are_paper() -> None:
    from monitor.reading.scan.pictures import flat as flattened

    assert flattened(Image.new("RGBA", (4, 4), (0, 0, 0, 0))).getpixel((1, 1)) == (255, 255, 255)


def test_an_infographic_becomes_no_table_of_the_report() -> None:
    picture = Image.new("RGB", (900, 1000), (230, 240, 250))
    draw = ImageDraw.Draw(picture)
    for index, (x, y) in enumerate(((80, 80), (480, 80), (80, 520), (480, 520))):
        draw.rounded_rectangle((x, y, x + 330, y + 330), 40, fill=(40, 110 + 20 * index, 200))
        draw.text((x + 90, y + 110), str(1276 * (index + 1)), fill="white", font_size=70)
    report = assemble(read_picture(as_png(picture)))
    assert report.tables == {}


# Without the model -------------------------------------------------------------------------------


def test_without_the_model_the_error_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.reading.scan._NEEDED", ("no_such_module",))
    with pytest.raises(UnreadableError, match=r"nianbao\[ocr\]") as caught:
        read_picture(as_png(Image.new("L", (9, 9))))
    assert caught.value.code == "no-recognition"


def test_other_readings_load_neither_the_model_nor_its_libraries() -> None:
    code = (
        "import sys\n"
        "from monitor.reading.entry import read_report\n"
        "read_report(b'<html><body><h1>a</h1><p>b</p></body></html>')\n"
        "print({'cv2', 'onnxruntime', 'rapidocr'} & set(sys.modules))\n"
        "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded, kilobytes = done.stdout.splitlines()
    assert loaded == "set()"
    assert int(kilobytes) < 300 * 1024


def pages_of(form: str) -> Iterator[bytes]:
    picture = review_picture()
    if form == "pdf":
        yield as_pdf([picture], Wear())
    else:
        stream = BytesIO()
        picture.save(stream, form)
        yield stream.getvalue()


@pytest.mark.parametrize("form", ["BMP", "GIF", "WEBP"])
def test_other_forms_of_pictures_are_read(form: str) -> None:
    (body,) = pages_of(form)
    (grid,) = (block for block in read_picture(body).blocks if isinstance(block, Grid))
    assert last_row(grid) == REVIEW


def test_a_pdf_of_pictures_alone_is_read() -> None:
    (body,) = pages_of("pdf")
    (grid,) = (block for block in read_document(body).blocks if isinstance(block, Grid))
    assert last_row(grid) == REVIEW
