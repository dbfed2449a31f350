"""The steps of reading a scan, each by itself and on pixels made for it."""

import math
from itertools import pairwise

import pytest

from monitor.reading.scan import can_recognise

if not can_recognise():
    pytest.skip("text recognition (the extra ocr) is not installed", allow_module_level=True)

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from monitor.reading.model import Damage, Paragraph, Place
from monitor.reading.scan.ink import Ink, InkLine
from monitor.reading.scan.models import Reading, Sign
from monitor.reading.scan.numbers import may_be_number, read_numbers
from monitor.reading.scan.pixels import grey, on_white
from monitor.reading.scan.prose import _agreed
from monitor.reading.scan.ruling import ruling_strokes, without_strokes
from monitor.reading.scan.shapes import Shapes, Verdict, glyph, is_dash, is_slash, segments
from monitor.reading.scan.signs import _line_chars
from monitor.reading.scan.straight import straightening
from monitor.reading.scan.texts import Text
from monitor.reading.scan.tiles import Tile, points_per_pixel, tiles
from monitor.reading.scan.whole import PictureMarks, as_shown, canvas_scale

Page = NDArray[np.uint8]


def paper(width: int = 1200, height: int = 900) -> Page:
    return np.full((height, width), 255, np.uint8)


def ruled(level: int = 0, thickness: int = 2, gap: int = 0) -> Page:
    """Return a page with a table of four rows and columns, its lines broken by ``gap`` pixels."""
    page = paper()
    for step in range(5):
        x, y = 100 + 250 * step, 100 + 160 * step
        cv2.line(page, (100, y), (1100, y), level, thickness)
        cv2.line(page, (x, 100), (x, 740), level, thickness)
        if gap:
            page[y - 9 : y + 10, 330 : 330 + gap] = 255
    return page


# Straightening -----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(turn=st.floats(-5, 5))
def test_a_table_laid_askew_is_straightened(turn: float) -> None:
    matrix = cv2.getRotationMatrix2D((600, 450), turn, 1)
    askew = cv2.warpAffine(ruled(), matrix, (1200, 900), borderValue=255)
    way = straightening(np.asarray(askew, np.uint8))
    found = math.degrees(math.atan2(way[0, 1], way[0, 0]))
    assert found == pytest.approx(-turn, abs=0.1)


def test_a_photographed_table_gets_its_right_angles_back() -> None:
    corners = np.array([(0, 0), (1200, 0), (1200, 900), (0, 900)], np.float32)
    seen = np.array([(60, 20), (1150, 0), (1200, 900), (0, 880)], np.float32)
    there = cv2.getPerspectiveTransform(corners, seen)
    photo = cv2.warpPerspective(ruled(), there, (1200, 900), borderValue=255)
    both = straightening(np.asarray(photo, np.uint8)) @ there
    table = np.array([[(100, 100), (1100, 100), (1100, 740), (100, 740)]], np.float32)
    (straight,) = cv2.perspectiveTransform(table, both)
    left_top, right_top, right_bottom, left_bottom = straight
    assert abs(left_top[1] - right_top[1]) < 3
    assert abs(left_bottom[1] - right_bottom[1]) < 3
    assert abs(left_top[0] - left_bottom[0]) < 3
    assert abs(right_top[0] - right_bottom[0]) < 3


def test_a_page_without_lines_is_straightened_by_its_text() -> None:
    page = paper()
    for row in range(60, 860, 40):
        for x in range(80, 1120, 26):
            cv2.rectangle(page, (x, row), (x + 16, row + 16), 0, 3)
    matrix = cv2.getRotationMatrix2D((600, 450), 2.0, 1)
    askew = cv2.warpAffine(page, matrix, (1200, 900), borderValue=255)
    way = straightening(np.asarray(askew, np.uint8))
    assert math.degrees(math.atan2(way[0, 1], way[0, 0])) == pytest.approx(-2.0, abs=0.2)


# Ruling lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "thickness", "gap"), [(0, 2, 0), (0, 6, 0), (200, 2, 0), (0, 2, 8), (120, 1, 4)]
)
def test_faint_thick_and_broken_lines_are_found(level: int, thickness: int, gap: int) -> None:
    across, down = ruling_strokes(ruled(level, thickness, gap))
    assert (len(across), len(down)) == (5, 5)
    assert sorted(round(line.at, -1) for line in across) == [100, 260, 420, 580, 740]


def test_strokes_of_characters_are_no_lines() -> None:
    page = paper()
    for x in range(100, 1000, 90):
        cv2.rectangle(page, (x, 300), (x + 70, 370), 0, 5)
        cv2.line(page, (x, 335), (x + 70, 335), 0, 4)
    assert ruling_strokes(page) == ([], [])


def test_lines_are_painted_over_and_nothing_else() -> None:
    page = ruled()
    page[150:180, 200:220] = 0
    clean = without_strokes(page, *ruling_strokes(page))
    assert (clean == 0).sum() == 600


# Ink in cells ------------------------------------------------------------------------------------


CELL = (100, 100, 300, 180)


def ink_of(*boxes: tuple[int, int, int, int]) -> Ink:
    page = paper(400, 300)
    for left, top, right, bottom in boxes:
        page[top:bottom, left:right] = 0
    return Ink(page, 150)


def test_a_cell_with_dust_only_is_blank() -> None:
    found = ink_of((150, 140, 152, 142), (250, 120, 252, 122)).of_cell(CELL, 28.0)
    assert (found.lines, found.doubt) == ((), None)


def test_a_shade_that_may_be_a_faded_dash_is_a_doubt() -> None:
    page = paper(400, 300)
    page[139:142, 150:160] = 190
    found = Ink(page, 150).of_cell(CELL, 28.0)
    assert found.lines == ()
    assert found.doubt is not None


def test_a_stroke_through_a_cell_is_a_doubt() -> None:
    assert ink_of((140, 110, 160, 138), (200, 104, 206, 176)).of_cell(CELL, 28.0).doubt is not None


def test_a_mark_between_dust_and_a_sign_is_a_doubt() -> None:
    found = ink_of((150, 140, 158, 149)).of_cell(CELL, 28.0)
    assert found.lines == ()
    assert found.doubt is not None


def test_ink_outside_the_cell_is_none_of_it() -> None:
    assert ink_of((20, 20, 40, 48), (320, 120, 340, 148)).of_cell(CELL, 28.0).lines == ()


def test_two_lines_of_text_are_told_apart() -> None:
    lines = ink_of((150, 105, 170, 130), (150, 145, 170, 170)).of_cell(CELL, 28.0).lines
    assert [line.box[1] for line in lines] == pytest.approx([105, 145], abs=1)


def test_text_that_touches_a_line_is_a_doubt() -> None:
    assert ink_of((101, 120, 121, 148)).of_cell(CELL, 28.0).doubt is not None


# Numbers -----------------------------------------------------------------------------------------


def line_of(page: Page) -> tuple[Ink, InkLine]:
    ink = Ink(page, 150)
    found = ink.of_cell((2, 2, page.shape[1] - 2, page.shape[0] - 2), 30.0)
    return ink, found.lines[0]


def printed(text: str, size: int = 42) -> Page:
    picture = Image.new("L", (40 + 30 * len(text), 80), 255)
    ImageDraw.Draw(picture).text((20, 18), text, fill=0, font_size=size)
    return np.asarray(picture, np.uint8)


def reading(text: str, sure: float = 0.99) -> Reading:
    return Reading(
        tuple(Sign(char, sure, (index + 0.5) / len(text)) for index, char in enumerate(text))
    )


@pytest.mark.parametrize("text", ["0", "7", "12", "1208", "45.6", "/"])
def test_a_number_that_both_ways_read_is_certain(text: str) -> None:
    ink, line = line_of(printed(text))
    (read,) = read_numbers(ink, [line], [reading(text)], [30.0])
    assert (read.text, read.doubt) == (text, None)


@pytest.mark.parametrize(
    ("shown", "said"), [("12", "72"), ("8", "3"), ("115", "15"), ("66", "666"), ("/", "1")]
)
def test_a_first_reading_that_is_not_what_stands_there_is_never_believed(
    shown: str, said: str
) -> None:
    ink, line = line_of(printed(shown))
    (read,) = read_numbers(ink, [line], [reading(said)], [30.0])
    assert read.doubt is not None or read.text == shown


@pytest.mark.parametrize("said", ["l5", "第1", "口B", "0x"])
def test_letters_in_the_cell_of_a_number_are_a_doubt(said: str) -> None:
    ink, line = line_of(printed("15"))
    (read,) = read_numbers(ink, [line], [reading(said)], [30.0])
    assert read.doubt is not None or read.text == "15"


def test_words_are_no_numbers() -> None:
    _, line = line_of(printed("12345"))
    assert not may_be_number(reading("其他处理"), line, 10.0)
    assert may_be_number(reading("1,234.5"), line, 10.0)


def test_shapes_contradict_a_misread_digit() -> None:
    samples = []
    for digit in "3838383888333":
        ink, line = line_of(printed(digit))
        samples.append((digit, glyph(ink.page, segments(line)[0])))
    shapes = Shapes(samples)
    ink, line = line_of(printed("8"))
    eight = [glyph(ink.page, segments(line)[0])]
    assert shapes.verdict("8", eight, sampled=False) is Verdict.CONFIRMS
    assert shapes.verdict("3", eight, sampled=False) is Verdict.CONTRADICTS


def test_a_stroke_is_told_from_a_one_and_a_dash_from_a_digit() -> None:
    for text, slash, dash in (("/", True, False), ("1", False, False), ("-", False, True)):
        ink, line = line_of(printed(text))
        assert is_slash(glyph(ink.page, segments(line)[0])) is slash, text
        assert is_dash(ink.dark, line, 30.0) is dash, text


def test_digits_of_prose_that_come_out_in_two_ways_are_unknown() -> None:
    both = _agreed(reading("收到申请33件"), reading("收到申请38件"))
    assert both.text == "收到申请3\ufffd件"
    assert _agreed(reading("办结12件"), reading("办结12件")).text == "办结12件"


def test_a_line_without_signs_has_no_characters() -> None:
    assert list(_line_chars(Text(InkLine((0, 0, 9, 9), ()), Reading(())), 9.0, 0)) == []


# Pixels, tiles, places ---------------------------------------------------------------------------


def test_shadow_and_tint_are_taken_away_and_light_type_on_dark_ground_is_turned() -> None:
    page = np.tile(np.linspace(90, 250, 800).astype(np.uint8), (400, 1))
    page[200:210, 100:700] = (page[200:210, 100:700] * 0.3).astype(np.uint8)
    shown = on_white(page)
    assert shown[100, 50:750].min() > 235
    assert shown[204, 150:650].max() < 110
    band = np.full((400, 800), 40, np.uint8)
    band[200:206, 100:140] = 250
    assert on_white(band)[100, 100] > 235
    assert on_white(band)[203, 120] < 40


def test_a_seal_is_taken_away_and_red_type_is_not() -> None:
    picture = Image.new("RGB", (1200, 1700), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((700, 900, 1000, 1200), outline=(210, 40, 40), width=9)
    draw.rectangle((200, 100, 900, 130), fill=(200, 30, 30))
    draw.rectangle((820, 950, 830, 990), fill="black")
    plain, seal = grey(picture)
    assert seal is not None
    assert plain[1050, 704] > 200
    assert plain[115, 500] < 120
    assert plain[970, 825] < 40


def test_a_tall_picture_is_cut_in_white_or_at_a_ruling_line() -> None:
    page = paper(400, 3000)
    for row in range(20, 2980, 40):
        page[row : row + 24, 40:360] = 60
    parts = tiles(page)
    assert len(parts) > 3
    assert parts[0].top == 0
    assert parts[-1].bottom == 3000
    for first, second in pairwise(parts):
        assert first.bottom == second.top
        assert page[first.bottom].min() == 255


def test_a_table_is_cut_at_a_ruling_line_that_both_parts_keep() -> None:
    page = paper(400, 1500)
    page[:, 48:52] = page[:, 348:352] = 0
    for row in range(20, 1480, 60):
        page[row : row + 3, 48:352] = 0
        page[row + 20 : row + 44, 60:340:7] = 60
    parts = tiles(page)
    assert len(parts) > 1
    for first, second in pairwise(parts):
        shared = page[second.top : first.bottom, 100]
        assert 3 <= (shared == 0).sum() < len(shared)


def test_a_page_is_one_part() -> None:
    assert tiles(paper(827, 1169)) == [Tile(0, 1169)]


def test_the_size_of_a_page_comes_from_its_resolution_or_form() -> None:
    assert points_per_pixel(paper(1654, 2339), 200) == pytest.approx(0.36)
    assert points_per_pixel(paper(1654, 2339), None) == pytest.approx(0.36, abs=0.002)
    # A page that some programs make as large in points as its picture is in pixels.
    assert canvas_scale((2339, 1654), (1654.0, 2339.0)) == pytest.approx(1.5, abs=0.01)


def test_places_are_taken_back_and_those_of_other_pages_left() -> None:
    marks = PictureMarks(
        number=2,
        width=100,
        height=100,
        chars=(),
        across=(),
        down=(),
        pictures=(),
        paths=0,
        shown=(2.0, 0.0, 5.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0),
    )
    box = (1.0, 1.0, 2.0, 3.0)
    blocks = [Paragraph(text="a", place=Place(page=page, bbox=box)) for page in (1, 2)]
    damage = [Damage(code="rows-lost", detail="", place=Place(page=2, bbox=box))]
    (first, second), (lost,) = as_shown(blocks, damage, [None, marks])
    assert first.place.bbox == box
    assert second.place.bbox == lost.place.bbox == (7.0, 2.0, 9.0, 6.0)
