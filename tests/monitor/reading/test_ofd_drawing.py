"""Pages drawn as pictures: what a person sees where the file says it is."""

from io import BytesIO

import pytest
from PIL import Image as Picture

from monitor.reading import scan
from monitor.reading.model import UnreadableError
from monitor.reading.ofd import lettering, read_ofd
from monitor.reading.ofd.drawing import page_picture
from monitor.specimens.ofd import Facts, ofd_from_pdf
from monitor.specimens.ofd_look import PRODUCERS, OfdLook
from tests.monitor.reading.measuring import score_document
from tests.monitor.reading.ofd_building import filled, ofd, page, path, table, text
from tests.monitor.reading.printing import Look, print_with_reportlab, true_report

DPI = 127
"""Five pixels a millimetre."""
FACTS = Facts(title="题名", author="某局")
needs_font = pytest.mark.skipif(
    lettering.font_file() is None, reason="no Chinese font on this machine"
)


def drawn(*content: str, **more: str) -> Picture.Image:
    return page_picture(ofd(page(*content), **more), 1, DPI)  # type: ignore[arg-type]


def ink(picture: Picture.Image, box: tuple[float, float, float, float]) -> float:
    """The share of dark pixels within a box in millimetres."""
    part = picture.convert("L").crop(tuple(round(5 * side) for side in box))  # type: ignore[arg-type]
    dark = sum(part.histogram()[:128])
    return dark / (part.width * part.height)


def test_a_page_has_the_size_it_states() -> None:
    assert drawn("").size == (1050, 1485)


@needs_font
def test_type_is_drawn_where_it_stands_and_nowhere_else() -> None:
    picture = drawn(text(50, 100, "国国国国", size=6))
    assert ink(picture, (50, 94, 74, 101)) > 0.2
    assert ink(picture, (0, 0, 210, 93)) == ink(picture, (0, 103, 210, 297)) == 0
    assert ink(picture, (76, 90, 210, 110)) == 0


@needs_font
def test_turned_type_is_drawn_turned() -> None:
    picture = drawn(text(50, 100, "国国国", size=6, CTM="0 1 -1 0 0 0"))
    assert ink(picture, (38, 94, 50, 115)) > 0.08
    assert ink(picture, (60, 90, 120, 130)) == 0


def test_lines_and_areas_are_drawn_in_their_order() -> None:
    picture = drawn(
        filled(10, 10, 60, 60, "200 0 0") + filled(20, 20, 50, 50, "0 0 200")
        + path("M 100 30 L 180 30", LineWidth="1")
    )  # fmt: skip
    assert picture.getpixel((60, 60)) == (200, 0, 0)
    assert picture.getpixel((150, 150)) == (0, 0, 200)
    assert picture.getpixel((700, 150)) == (0, 0, 0)
    assert picture.getpixel((700, 170)) == (255, 255, 255)


def test_an_area_inside_another_of_one_path_is_a_hole() -> None:
    ring = "M 10 10 L 60 10 L 60 60 L 10 60 C M 30 30 L 40 30 L 40 40 L 30 40 C"
    picture = drawn(path(ring, Fill="true", Stroke="false", Rule="Even-Odd"))
    assert picture.getpixel((75, 75)) == (0, 0, 0)
    assert picture.getpixel((175, 175)) == (255, 255, 255)


def test_a_half_transparent_area_lets_what_is_below_show() -> None:
    picture = drawn(filled(10, 10, 60, 60, "0 0 0", Alpha="128"))
    value = picture.getpixel((150, 150))
    assert isinstance(value, tuple)
    assert 110 < value[0] < 140


def picture_page(how: str) -> bytes:
    image = Picture.new("RGB", (40, 20), "white")
    image.paste((255, 0, 0), (0, 0, 20, 20))
    out = BytesIO()
    image.save(out, "PNG")
    res = (
        '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias>"
    )
    shown = f'<ofd:ImageObject ResourceID="7" Boundary="50 50 80 80" CTM="{how}"/>'
    return ofd(page(shown), resources=res, members={"Doc_0/Res/a.png": out.getvalue()})


@pytest.mark.parametrize(
    ("how", "red", "white"),
    [
        ("80 0 0 40 0 0", (60, 70), (120, 70)),
        ("0 80 -40 0 40 0", (70, 60), (70, 120)),
        ("-80 0 0 40 80 0", (120, 70), (60, 70)),
    ],
    ids=["upright", "turned", "mirrored"],
)
def test_a_picture_is_drawn_as_its_matrix_says(
    how: str, red: tuple[int, int], white: tuple[int, int]
) -> None:
    picture = page_picture(picture_page(how), 1, DPI)
    assert picture.getpixel((5 * red[0], 5 * red[1])) == (255, 0, 0)
    assert picture.getpixel((5 * white[0], 5 * white[1])) == (255, 255, 255)


@needs_font
@pytest.mark.parametrize("look", PRODUCERS.values(), ids=PRODUCERS.keys())
def test_what_the_producers_write_looks_alike(look: OfdLook) -> None:
    pdf = print_with_reportlab(true_report(3), Look(push=200))
    first = page_picture(ofd_from_pdf(pdf, FACTS, OfdLook()), 2, 60).convert("L")
    other = page_picture(ofd_from_pdf(pdf, FACTS, look), 2, 60).convert("L")
    dark = [
        {
            (x // 4, y // 4)
            for y in range(page_.height)
            for x in range(page_.width)
            if page_.getpixel((x, y)) < 160  # type: ignore[operator]
        }
        for page_ in (first, other)
    ]
    assert len(dark[0] & dark[1]) > 0.9 * len(dark[0] | dark[1])


def test_a_seal_is_drawn_over_the_page() -> None:
    pdf = print_with_reportlab(true_report(3), Look(push=200))
    body = ofd_from_pdf(pdf, FACTS, OfdLook(sealed=True))
    last = read_ofd(body).pages or 0
    picture = page_picture(body, last, 72)
    red = sum(
        isinstance(value, tuple) and value[0] > 180 and value[1] < 90
        for value in (picture.getpixel((x, y)) for x in range(430, 540) for y in range(640, 760))
    )
    assert red > 500


def test_a_page_that_is_not_there_is_missing() -> None:
    for number in (0, 2, -1):
        with pytest.raises(UnreadableError) as raised:
            page_picture(ofd(page(table())), number, 72)
        assert raised.value.code == "missing"


def test_a_picture_too_large_is_refused() -> None:
    with pytest.raises(UnreadableError) as raised:
        page_picture(ofd(page(table())), 1, 5_000)
    assert raised.value.code == "limits-exceeded"


def test_without_a_chinese_font_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lettering._font.cache_clear()
    monkeypatch.setattr(lettering, "font_file", lambda: None)
    with pytest.raises(UnreadableError) as raised:
        drawn(text(50, 100, "国"))
    assert raised.value.code == "no-font"
    assert "fonts-noto-cjk" in str(raised.value)


@pytest.mark.slow
@needs_font
@pytest.mark.skipif(not scan.can_recognise(), reason="the extra “ocr” is not installed")
def test_a_scan_inside_an_ofd_is_recognised() -> None:
    true = true_report(3)
    pdf = print_with_reportlab(true, Look(push=200, font=12, table_font=9))
    whole = ofd_from_pdf(pdf, FACTS)
    last = read_ofd(whole).pages or 0
    out = BytesIO()
    page_picture(whole, last, 300).convert("L").save(out, "PNG")
    res = (
        '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias>"
    )
    shown = '<ofd:ImageObject ResourceID="7" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>'
    body = ofd(page(shown), resources=res, members={"Doc_0/Res/a.png": out.getvalue()})
    document = read_ofd(body)
    assert document.method == "ofd-scan"
    score = score_document(document, true)
    assert score.wrong == []
    assert score.right > 10
