"""OFD pages written in every way the standard allows, and in some it does not."""

import struct
from collections.abc import Mapping
from io import BytesIO

import pytest
from PIL import Image as Picture

from monitor.reading import scan
from monitor.reading.entry import read_document
from monitor.reading.limits import Limits
from monitor.reading.model import Document, Image, UnreadableError
from monitor.reading.ofd import read_ofd
from monitor.reading.ofd.fonts import characters_by_glyph
from monitor.specimens.ofd import packed
from tests.monitor.reading.measuring import grids, rows_of, texts
from tests.monitor.reading.ofd_building import (
    ROWS,
    box,
    filled,
    ofd,
    ofd_members,
    page,
    path,
    table,
    table_lines,
    table_texts,
    text,
    text_code,
)

WIDTHS = (50.0, 25.0, 25.0, 25.0)
LINES = table_lines(3, 25, 60, WIDTHS, 8)
TEXTS = table_texts(ROWS, 25, 60, WIDTHS, 8)
PROSE = "本机关认真贯彻落实政府信息公开条例，坚持以公开为常态、不公开为例外，主动公开信息。"


def codes(document: Document) -> list[str]:
    return [damage.code for damage in document.damage]


def only_rows(document: Document) -> list[list[str]]:
    (grid,) = grids(document)
    return rows_of(grid)


def png(mode: str = "RGB", size: tuple[int, int] = (60, 85)) -> bytes:
    out = BytesIO()
    Picture.new(mode, size, 200).save(out, "PNG")
    return out.getvalue()


PICTURE_RES = (
    '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
    "</ofd:MultiMedia></ofd:MultiMedias>"
)


def picture(place: str = "0 0 210 297", **attributes: str) -> str:
    width, height = place.split()[2:]
    more = "".join(f' {k}="{v}"' for k, v in attributes.items())
    return (
        f'<ofd:ImageObject ResourceID="7" Boundary="{place}" CTM="{width} 0 0 {height} 0 0"{more}/>'
    )


def with_picture(*pages: str, data: bytes | None = None) -> bytes:
    return ofd(*pages, resources=PICTURE_RES, members={"Doc_0/Res/a.png": data or png()})


# Where things stand


def test_a_cell_is_placed_in_points_from_the_top_left() -> None:
    document = read_ofd(ofd(page(table())))
    (grid,) = grids(document)
    assert grid.place.page == 1
    point = 72 / 25.4
    assert grid.cells[0].place.bbox == pytest.approx(
        (25 * point, 60 * point, 75 * point, 68 * point), abs=0.1
    )


def test_the_kind_is_known_by_the_bytes_and_the_file_says_its_title() -> None:
    document = read_document(ofd(page(table())))
    assert (document.media_type, document.method, document.pages) == ("application/ofd", "ofd", 1)
    assert document.title == "题名"
    assert document.labels["ofd:title"] == "题名"


def test_custom_data_is_kept_as_labels_and_the_day_of_making_is_not() -> None:
    members = ofd_members(page(table()))
    members["OFD.xml"] = members["OFD.xml"].replace(
        b"</ofd:Title>",
        "</ofd:Title><ofd:Author>某局</ofd:Author><ofd:CreationDate>2024-01-02</ofd:CreationDate>"
        '<ofd:CustomDatas><ofd:CustomData Name="发布机构">某局</ofd:CustomData>'
        "</ofd:CustomDatas>".encode(),
    )
    document = read_ofd(packed(members))
    assert document.labels == {"ofd:title": "题名", "ofd:author": "某局", "ofd:发布机构": "某局"}
    assert document.date_candidates == ()


def test_a_page_with_a_box_of_its_own_that_does_not_begin_at_zero_is_read() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>10 20 190 270</ofd:PhysicalBox></ofd:Area>"
    document = read_ofd(ofd(page(table(), area=area)))
    assert only_rows(document) == ROWS
    bbox = grids(document)[0].place.bbox
    assert bbox is not None
    assert bbox[:2] == pytest.approx((15 * 72 / 25.4, 40 * 72 / 25.4), abs=0.1)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_table_drawn_sideways_is_read(quarters: int) -> None:
    turns = {1: "0 1 -1 0 210 0", 2: "-1 0 0 -1 210 297", 3: "0 -1 1 0 0 297"}
    unit = (
        '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="5"><ofd:Content>'
        f"{table()}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    )
    shown = f'<ofd:CompositeObject ResourceID="5" Boundary="0 0 210 297" CTM="{turns[quarters]}"/>'
    assert only_rows(read_ofd(ofd(page(shown), resources=unit))) == ROWS


def test_a_table_in_nested_page_blocks_and_layers_is_read() -> None:
    blocks = f"<ofd:PageBlock><ofd:PageBlock>{TEXTS}</ofd:PageBlock>{LINES}</ofd:PageBlock>"
    assert only_rows(read_ofd(ofd(page(blocks)))) == ROWS
    layers = (f'<ofd:Layer Type="Foreground">{TEXTS}</ofd:Layer>', LINES)
    assert only_rows(read_ofd(ofd(page(*layers)))) == ROWS


@pytest.mark.parametrize("order", ["Background", "Foreground", None])
def test_lines_in_a_template_page_are_lines_of_the_page(order: str | None) -> None:
    common = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/1.xml"/>'
    written = f' ZOrder="{order}"' if order else ""
    used = f'<ofd:Template TemplateID="9"{written}/>'
    body = ofd(page(TEXTS, extra=used), common=common, members={"Doc_0/Tpls/1.xml": page(LINES)})
    assert only_rows(read_ofd(body)) == ROWS


def test_a_missing_template_is_a_damage_and_not_a_blank() -> None:
    document = read_ofd(ofd(page(table(), extra='<ofd:Template TemplateID="9"/>')))
    assert only_rows(document) == ROWS
    assert codes(document) == ["rows-lost"]


@pytest.mark.parametrize(
    "lines",
    [
        "".join(path(box(25, 60 + 8 * i, 75, 68 + 8 * i)) for i in range(3))
        + "".join(
            path(box(75 + 25 * j, 60 + 8 * i, 100 + 25 * j, 68 + 8 * i))
            for i in range(3)
            for j in range(3)
        ),
        "".join(filled(25, 60 + 8 * i, 150, 60.2 + 8 * i, "0 0 0") for i in range(4))
        + "".join(filled(x, 60, x + 0.2, 84, "0 0 0") for x in (25, 75, 100, 125, 149.8)),
        path(
            " ".join(f"M 0 {8 * i} L 125 {8 * i}" for i in range(4))
            + " ".join(f" M {x} 0 L {x} 24" for x in (0, 50, 75, 100, 125)),
            boundary="25 60 125 24",
        ),
        path(
            "".join(f"M0,{8 * i}L125,{8 * i}" for i in range(4))
            + "".join(f"M{x} 0L{x} 24" for x in (0, 50, 75, 100, 125)),
            boundary="0 0 210 297",
            CTM="1 0 0 1 25 60",
            LineWidth="0",
        ),
    ],
    ids=["rectangles", "filled", "one path", "glued, by matrix"],
)
def test_lines_are_found_however_they_are_drawn(lines: str) -> None:
    assert only_rows(read_ofd(ofd(page(lines + TEXTS)))) == ROWS


def test_curves_and_arcs_are_no_ruling_lines() -> None:
    curves = path("M 10 10 B 10 40 60 40 60 10 Q 80 0 90 10 A 20 10 0 0 1 120 30 C")
    document = read_ofd(ofd(page(curves + table())))
    assert only_rows(document) == ROWS
    assert document.damage == ()


# What the text is


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ('DeltaX="g 4 2"', "12345"),
        ('DeltaX="g 2 2 2 2"', "12345"),
        ('DeltaX="2 g 3 2"', "12345"),
        ('DeltaX="2 2"', "12345"),
        ('DeltaX="2 2 2 2 2 2 2"', "12345"),
        ('DeltaX="g 1000000000 2"', "12345"),
        ('DeltaX="g 99999999999999999999999999999999999999999999 2"', "12345"),
        ("", "12345"),
        ('DeltaX="G 4 2.0"', "12345"),
    ],
)
def test_steps_are_read_however_they_are_written(delta: str, expected: str) -> None:
    code = f'<ofd:TextCode X="0" Y="3.6" {delta}>12345</ofd:TextCode>'
    rows = [["行政许可", ""]]
    shown = text(77, 65.5, "12345", code=code)
    body = ofd(page(table(rows, widths=(50, 25)) + shown))
    assert only_rows(read_ofd(body)) == [["行政许可", expected]]


@pytest.mark.parametrize(
    "delta", ["g", "g 4", "g x 2", "2 y", "NaN 2 2 2", "inf", "g -1 2", "1e99"]
)
def test_behind_a_step_that_cannot_be_read_nothing_is_certain(delta: str) -> None:
    code = f'<ofd:TextCode X="0" Y="3.6" DeltaX="{delta}">12345</ofd:TextCode>'
    shown = text(77, 65.5, "12345", code=code) + text(25, 40, PROSE[:30])
    document = read_ofd(ofd(page(table([["行政许可", ""]], widths=(50, 25)) + shown)))
    assert only_rows(document)[0][1] == "?"


def test_several_text_codes_of_one_object_go_on_where_they_say() -> None:
    code = (
        '<ofd:TextCode X="0" Y="3.6">1</ofd:TextCode><ofd:TextCode X="25">2</ofd:TextCode>'
        '<ofd:TextCode X="50">3</ofd:TextCode>'
    )
    row = text(77, 65.5, "123", code=code, Boundary="77 60 80 8")
    body = ofd(page(table([["行政许可", "", "", ""]]) + row))
    assert only_rows(read_ofd(body)) == [["行政许可", "1", "2", "3"]]


def test_a_file_laid_out_for_people_has_no_more_text_than_one_that_is_not() -> None:
    code = '<ofd:TextCode X="0" Y="3.6" DeltaX="2 2">\n      123\n    </ofd:TextCode>'
    body = ofd(page(table([["行政许可", ""]], widths=(50, 25)) + text(77, 65.5, "123", code=code)))
    assert only_rows(read_ofd(body)) == [["行政许可", "123"]]


def test_text_that_runs_down_is_read_down() -> None:
    code = '<ofd:TextCode X="0" Y="3.6" DeltaY="g 3 4">行政许可</ofd:TextCode>'
    label = text(30, 65.5, "行政许可", code=code, Boundary="30 60 6 30", ReadDirection="90")
    rows = [["", "12"]]
    lines = table_lines(1, 25, 60, (20, 25), 24)
    body = ofd(page(lines + label + text(47, 72, "12")))
    assert only_rows(read_ofd(body)) == [["行政许可", *rows[0][1:]]]


def test_the_scale_of_an_object_s_matrix_is_that_of_its_type() -> None:
    code = '<ofd:TextCode X="0" Y="9" DeltaX="5 5">123</ofd:TextCode>'
    shown = text(77, 65.5, "123", code=code, CTM="0.4 0 0 0.4 0 0", Size="10")
    body = ofd(page(table([["行政许可", ""]], widths=(50, 25)) + shown))
    assert only_rows(read_ofd(body)) == [["行政许可", "123"]]


def test_a_number_one_object_writes_over_two_columns_is_doubtful() -> None:
    body = ofd(page(table([["行政许可", "", ""]], widths=(50, 25, 25)) + text(97, 65.5, "123456")))
    document = read_ofd(body)
    assert only_rows(document) == [["行政许可", "?", "?"]]


def test_a_number_set_higher_than_its_row_is_certain_only_with_all_lines_around_it() -> None:
    rows = [["行政许可", "1", "2", ""], ["行政处罚", "4", "5", "6"]]
    closed = table(rows, height=16) + text(127, 62.5 + 2, "3")
    assert only_rows(read_ofd(ofd(page(closed))))[0][3] == "3"
    lower = path("M 25 76 L 125 76") + path("M 25 60 L 150 60") + path("M 25 92 L 150 92")
    sides = "".join(path(f"M {x} 60 L {x} 92") for x in (25, 75, 100, 125, 150))
    texts_only = table_texts(rows, 25, 60, WIDTHS, 16) + text(127, 64.5, "3")
    assert only_rows(read_ofd(ofd(page(lower + sides + texts_only))))[0][-1] == "?"


# What is not seen is not printed


@pytest.mark.parametrize(
    "changes",
    [
        {"Size": "0"},
        {"Boundary": "300 60 20 8"},
        {"Boundary": "77 400 20 8"},
        {"CTM": "0 0 0 0 0 0"},
    ],
    ids=["no size", "right of the page", "below the page", "no extent"],
)
def test_text_that_leaves_nothing_on_the_page_is_not_printed(changes: dict[str, str]) -> None:
    body = ofd(page(table([["行政许可", ""]], widths=(50, 25)) + text(77, 65.5, "9", changes)))
    document = read_ofd(body)
    assert only_rows(document) == [["行政许可", ""]]
    assert document.damage == ()


HIDDEN = {
    "not visible": text(77, 65.5, "9", Visible="false"),
    "layer not visible": f'<ofd:PageBlock Visible="false">{text(77, 65.5, "9")}</ofd:PageBlock>',
    "transparent": text(77, 65.5, "9", Alpha="0"),
    "transparent colour": text(77, 65.5, "9", inner='<ofd:FillColor Value="0 0 0" Alpha="0"/>'),
    "no ink": text(77, 65.5, "9", Fill="false"),
    "white": text(77, 65.5, "9", inner='<ofd:FillColor Value="255 255 255"/>'),
    "covered": text(77, 65.5, "9") + filled(76, 61, 90, 67),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
def test_text_that_is_not_seen_is_never_a_value(hidden: str) -> None:
    body = ofd(page(table([["行政许可", ""]], widths=(50, 25)) + hidden))
    assert only_rows(read_ofd(body))[0][1] in ("", "?")


def test_hidden_prose_is_not_printed() -> None:
    shown = text(25, 40, PROSE[:30])
    for hidden in HIDDEN.values():
        assert texts(read_ofd(ofd(page(shown + hidden)))) == [PROSE[:30]]


def test_white_text_on_a_dark_ground_is_printed() -> None:
    ground = filled(75, 60, 100, 68, "0 0 120")
    white = text(77, 65.5, "9", inner='<ofd:FillColor Value="255 255 255"/>')
    body = ofd(page(ground + table([["行政许可", ""]], widths=(50, 25)) + white))
    assert only_rows(read_ofd(body)) == [["行政许可", "9"]]


def test_text_over_a_filled_area_is_printed() -> None:
    ground = filled(25, 60, 150, 84, "230 230 230")
    assert only_rows(read_ofd(ofd(page(ground + table())))) == ROWS


def test_a_cell_over_which_a_filled_area_hangs_is_not_certain() -> None:
    over = filled(78, 61, 90, 67)
    body = ofd(page(table([["行政许可", "123"]], widths=(50, 25)) + over))
    assert only_rows(read_ofd(body))[0][1] == "?"


def test_text_outside_its_clip_or_far_outside_its_boundary_is_no_certain_value() -> None:
    clip = (
        '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 210 297"><ofd:AbbreviatedData>'
        f"{box(20, 20, 21, 21)}</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    )
    rows = table([["行政许可", ""]], widths=(50, 25))
    clipped = read_ofd(ofd(page(rows + text(77, 65.5, "9", inner=clip))))
    assert only_rows(clipped)[0][1] == ""
    code = '<ofd:TextCode X="50" Y="30">9</ofd:TextCode>'
    outside = read_ofd(ofd(page(rows + text(27, 35.5, "9", code=code, Boundary="27 32 9 9"))))
    assert only_rows(outside)[0][1] == "?"


def test_a_watermark_across_the_page_does_not_disturb_the_table() -> None:
    mark = text(20, 200, "内部资料请勿外传", size=20, CTM="0.7 -0.7 0.7 0.7 0 0", Alpha="60")
    assert only_rows(read_ofd(ofd(page(table() + mark)))) == ROWS


def test_an_annotation_is_read_and_a_watermark_among_them_is_not() -> None:
    place = "<ofd:Annotations>Annots/all.xml</ofd:Annotations>"
    members: Mapping[str, str] = {
        "Doc_0/Annots/all.xml": (
            '<Annotations><Page PageID="1"><FileLoc>1.xml</FileLoc></Page></Annotations>'
        ),
        "Doc_0/Annots/1.xml": (
            '<ofd:PageAnnot xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Annot Type="Path">'
            f'<ofd:Appearance Boundary="0 0 210 297">{text(77, 65.5, "8")}</ofd:Appearance>'
            '</ofd:Annot><ofd:Annot Type="Watermark"><ofd:Appearance Boundary="0 0 210 297">'
            f"{text(78, 65.5, '水印')}</ofd:Appearance></ofd:Annot>"
            '<ofd:Annot Type="Path" Visible="false"><ofd:Appearance Boundary="0 0 210 297">'
            f"{text(84, 65.5, '7')}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
        ),
    }
    body = ofd(page(table([["行政许可", ""]], widths=(50, 25))), document=place, members=members)
    assert only_rows(read_ofd(body)) == [["行政许可", "8"]]


# Glyphs


def font_of(glyphs: Mapping[str, int], form: int = 12) -> bytes:
    """A font file with nothing in it but a ``cmap``."""
    pairs = sorted((ord(char), glyph) for char, glyph in glyphs.items())
    if form == 12:
        groups = b"".join(struct.pack(">III", code, code, glyph) for code, glyph in pairs)
        sub = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(pairs)) + groups
    else:
        ends = [code for code, _ in pairs] + [0xFFFF]
        steps = [(glyph - code) & 0xFFFF for code, glyph in pairs] + [1]
        count = len(ends)
        table_ = struct.pack(f">{count}H", *ends) + b"\0\0" + struct.pack(f">{count}H", *ends)
        table_ += struct.pack(f">{count}H", *steps) + struct.pack(f">{count}H", *[0] * count)
        sub = struct.pack(">HHHHHHH", 4, 14 + len(table_), 0, 2 * count, 0, 0, 0) + table_
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10 if form == 12 else 1, 12) + sub
    return (
        b"\0\1\0\0"
        + struct.pack(">HHHH", 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
        + cmap
    )


@pytest.mark.parametrize("form", [4, 12])
def test_a_font_says_which_characters_its_glyphs_are(form: int) -> None:
    known = characters_by_glyph(font_of({"1": 5, "年": 9, "２": 5}, form))
    assert known == {5: ("1", "２"), 9: ("年",)}


@pytest.mark.parametrize(
    "broken", [b"", b"OTTO", font_of({"1": 2})[:40], b"\0\1\0\0" + b"\xff" * 60]
)
def test_a_broken_font_says_nothing(broken: bytes) -> None:
    assert characters_by_glyph(broken) == {}


def glyph_page(code: str, glyphs: str, count: int) -> str:
    inner = (
        f'<ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="{count}">'
        f"<ofd:Glyphs>{glyphs}</ofd:Glyphs></ofd:CGTransform>"
    )
    shown = text(77, 65.5, "12", code=code, inner=inner, Font="3") + text(25, 40, PROSE[:30])
    return page(table([["行政许可", ""]], widths=(50, 25)) + shown)


def with_font(content: str, font: bytes) -> bytes:
    fonts = '<ofd:Fonts><ofd:Font ID="3"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>'
    return ofd(content, resources=fonts, members={"Doc_0/Res/f.ttf": font})


FONT = font_of({"1": 5, "2": 6, "3": 7})


def test_codes_that_agree_with_their_glyphs_are_read() -> None:
    body = with_font(glyph_page(text_code("12"), "5 6", 2), FONT)
    assert only_rows(read_ofd(body)) == [["行政许可", "12"]]


def test_codes_that_the_font_contradicts_are_not_certain() -> None:
    body = with_font(glyph_page(text_code("12"), "5 7", 2), FONT)
    assert only_rows(read_ofd(body)) == [["行政许可", "?"]]


def test_missing_codes_are_told_from_the_font_and_else_unknown() -> None:
    missing = '<ofd:TextCode X="0" Y="3.6" DeltaX="2">\ue001\ue002</ofd:TextCode>'
    told = with_font(glyph_page(missing, "5 6", 2), FONT)
    assert only_rows(read_ofd(told)) == [["行政许可", "12"]]
    unknown = with_font(glyph_page(missing, "50 60", 2), FONT)
    assert only_rows(read_ofd(unknown)) == [["行政许可", "?"]]
    empty = '<ofd:TextCode X="0" Y="3.6" DeltaX="2"></ofd:TextCode>'
    assert only_rows(read_ofd(with_font(glyph_page(empty, "5 6", 2), FONT)))[0][1] == "12"


def test_a_page_of_unknown_characters_is_undecodable() -> None:
    code = f'<ofd:TextCode X="0" Y="3.6" DeltaX="g 39 4">{chr(0xE001) * 40}</ofd:TextCode>'
    with pytest.raises(UnreadableError) as raised:
        read_ofd(ofd(page(text(25, 40, PROSE, code=code))))
    assert raised.value.code == "undecodable"


# The package


@pytest.mark.parametrize("namespace", ["http://www.ofdspec.org", "urn:other", ""])
def test_the_namespace_does_not_matter(namespace: str) -> None:
    members = ofd_members(page(table()))
    changed = {
        name: part.replace(b"http://www.ofdspec.org/2016", namespace.encode())
        for name, part in members.items()
    }
    assert only_rows(read_ofd(packed(changed))) == ROWS


def test_undeclared_and_missing_prefixes_are_read() -> None:
    members = ofd_members(page(table()))
    declared = b' xmlns:ofd="http://www.ofdspec.org/2016"'
    undeclared = {name: part.replace(declared, b"") for name, part in members.items()}
    assert only_rows(read_ofd(packed(undeclared))) == ROWS
    bare = {
        name: part.replace(declared, b"").replace(b"ofd:", b"") for name, part in members.items()
    }
    assert only_rows(read_ofd(packed(bare))) == ROWS


def test_attributes_in_another_case_are_read() -> None:
    content = page(table()).replace("Boundary=", "boundary=").replace("DeltaX=", "ofd:deltaX=")
    assert only_rows(read_ofd(ofd(content))) == ROWS


@pytest.mark.parametrize("charset", ["gb18030", "utf-16", "utf-8-sig"])
def test_other_charsets_are_read(charset: str) -> None:
    declared = {"gb18030": "GB2312", "utf-16": "UTF-16", "utf-8-sig": "UTF-8"}[charset]
    rows = page(table([["镕镕", "1"]], widths=(50, 25)))
    content = f'<?xml version="1.0" encoding="{declared}"?>{rows}'
    body = ofd(page(""), members={"Doc_0/Pages/1.xml": content.encode(charset)})
    assert only_rows(read_ofd(body)) == [["镕镕", "1"]]


@pytest.mark.parametrize(
    "location",
    ["Pages/1.xml", "/Doc_0/Pages/1.xml", "Doc_0/Pages/1.xml", "./Pages/../Pages/1.xml",
     "Pages\\1.xml", "PAGES/1.XML", "\\Doc_0\\Pages\\1.xml", " Pages/1.xml "],
)  # fmt: skip
def test_a_location_is_found_however_it_is_written(location: str) -> None:
    members = ofd_members(page(table()))
    members["Doc_0/Document.xml"] = members["Doc_0/Document.xml"].replace(
        b'"Pages/1.xml"', f'"{location}"'.encode()
    )
    assert only_rows(read_ofd(packed(members))) == ROWS


def test_a_package_inside_a_folder_is_read() -> None:
    members = ofd_members(page(table()))
    inside = {f"某局年报/{name}": part for name, part in members.items()}
    assert only_rows(read_document(packed(inside))) == ROWS


def test_only_the_first_document_is_read_and_the_rest_is_said() -> None:
    other = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody>"
    document = read_ofd(ofd(page(table()), start=other))
    assert only_rows(document) == ROWS
    assert codes(document) == ["pages-lost"]


def test_the_current_version_is_read() -> None:
    members = ofd_members(page(table()), page(table([["旧", "0"]], widths=(50, 25))))
    versions = (
        '<ofd:Versions><ofd:Version ID="1" BaseLoc="old.xml"/>'
        '<ofd:Version ID="2" Current="true" BaseLoc="new.xml"/></ofd:Versions></ofd:DocBody>'
    )
    members["OFD.xml"] = members["OFD.xml"].replace(b"</ofd:DocBody>", versions.encode())
    members["new.xml"] = b"<DocVersion><DocRoot>/Doc_0/New.xml</DocRoot></DocVersion>"
    members["Doc_0/New.xml"] = members["Doc_0/Document.xml"].replace(
        b'<ofd:Page ID="2" BaseLoc="Pages/2.xml"/>', b""
    )
    document = read_ofd(packed(members))
    assert (document.pages, only_rows(document)) == (1, ROWS)


def test_a_missing_page_is_a_damage_and_the_others_are_read() -> None:
    members = ofd_members(page(table()), page(text(25, 40, PROSE[:20])))
    del members["Doc_0/Pages/2.xml"]
    document = read_ofd(packed(members))
    assert only_rows(document) == ROWS
    assert [(item.code, item.place.page) for item in document.damage] == [("pages-lost", 2)]


def test_an_object_without_a_readable_place_is_a_damage() -> None:
    for wrong in ({"Boundary": "1 2 x 4"}, {"CTM": "1 0 0 1 NaN 0"}, {"Size": "big"}):
        document = read_ofd(ofd(page(table() + text(25, 40, "遗失的文字", wrong))))
        assert codes(document) == ["rows-lost"]
        assert "遗失的文字" in document.damage[0].detail


# Pictures


@pytest.fixture
def _no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as where the extra with the recognition model is not installed."""
    monkeypatch.setattr(scan, "can_recognise", lambda: False)


@pytest.mark.usefixtures("_no_recognition")
def test_a_page_that_is_a_picture_is_an_image_and_a_damage() -> None:
    document = read_ofd(with_picture(page(table()), page(picture())))
    assert codes(document) == ["no-text-layer"]
    assert document.damage[0].place.page == 2
    assert [block.place.page for block in document.blocks if isinstance(block, Image)] == [2]


@pytest.mark.usefixtures("_no_recognition")
def test_a_document_of_pictures_only_has_no_text_layer() -> None:
    with pytest.raises(UnreadableError) as raised:
        read_ofd(with_picture(page(picture())))
    assert raised.value.code == "no-text-layer"
    assert "ocr" in str(raised.value)


def test_a_picture_in_jbig2_says_that_it_cannot_be_opened() -> None:
    jbig2 = b"\x97JB2\r\n\x1a\n" + bytes(40)
    document = read_ofd(with_picture(page(table()), page(picture()), data=jbig2))
    assert codes(document) == ["no-text-layer"]
    assert "JBIG2" in document.damage[0].detail


@pytest.mark.usefixtures("_no_recognition")
@pytest.mark.parametrize("below", [True, False])
def test_text_that_a_recognition_program_hid_behind_a_scan_is_never_certain(below: bool) -> None:
    layer = TEXTS + text(25, 40, PROSE[:30])
    if below:
        content = LINES + layer + picture()
    else:
        content = picture() + LINES + layer.replace("<ofd:TextObject", '<ofd:TextObject Alpha="0"')
    document = read_ofd(with_picture(page(content)))
    values = [cell for row in only_rows(document) for cell in row[1:]]
    assert set(values) == {"?"}
    assert "cells-doubtful" in codes(document)


def test_a_seal_with_free_ground_leaves_the_text_below_it_as_it_is() -> None:
    seal = picture("70 55 30 30")
    body = with_picture(page(table() + seal), data=png("RGBA"))
    assert only_rows(read_ofd(body)) == ROWS
    opaque = with_picture(page(table() + seal))
    assert only_rows(read_ofd(opaque))[0][1] == "?"


def test_a_thin_picture_is_a_ruling_line() -> None:
    lines = "".join(picture(f"25 {60 + 8 * i} 125 0.3") for i in range(4))
    lines += "".join(picture(f"{x} 60 0.3 24") for x in (25, 75, 100, 125, 150))
    assert only_rows(read_ofd(with_picture(page(lines + TEXTS)))) == ROWS


def test_more_pages_than_the_limits_allow_are_refused() -> None:
    with pytest.raises(UnreadableError) as raised:
        read_ofd(ofd(page(""), page(""), page("")), Limits(pages=2))
    assert raised.value.code == "limits-exceeded"
