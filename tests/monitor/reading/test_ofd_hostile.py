"""OFD files that are broken, or made to harm the reader: refused with a code, cheaply."""

import random
import resource
import zipfile
from collections.abc import Callable
from io import BytesIO
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.entry import read_document
from monitor.reading.model import Document, UnreadableError
from monitor.reading.ofd import read_ofd
from monitor.reading.ofd.drawing import page_picture
from monitor.specimens.ofd import packed
from tests.monitor.reading.measuring import grids, rows_of
from tests.monitor.reading.ofd_building import (
    ROWS,
    filled,
    ofd,
    ofd_members,
    page,
    path,
    table,
    text,
)

WHOLE = ofd(page(table() + text(25, 40, "一、总体情况")), page(text(25, 40, "二、主动公开")))


def code_of(body: bytes) -> str:
    with pytest.raises(UnreadableError) as raised:
        read_ofd(body)
    return raised.value.code


def read_or_refuse(body: bytes) -> Document | str:
    try:
        return read_ofd(body)
    except UnreadableError as error:
        return error.code


def without(name: str) -> bytes:
    members = ofd_members(page(table()))
    del members[name]
    return packed(members)


def stored(members: dict[str, bytes]) -> bytes:
    """A package that is not packed, so that what repeats is not taken for a bomb."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return out.getvalue()


# The package


def test_a_file_cut_short_is_damaged() -> None:
    for share in (0.1, 0.3, 0.6, 0.9, 0.99):
        cut = WHOLE[: int(share * len(WHOLE))]
        assert code_of(cut) == "damaged"
        with pytest.raises(UnreadableError):
            read_document(cut, "报告.ofd")


@pytest.mark.parametrize("name", ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/1.xml"])
def test_a_package_without_its_main_parts_is_damaged(name: str) -> None:
    assert code_of(without(name)) == "damaged"


def test_a_package_without_its_resources_is_read() -> None:
    (grid,) = grids(read_ofd(without("Doc_0/PublicRes.xml")))
    assert rows_of(grid) == ROWS


@pytest.mark.parametrize("member", ["Encryptions.xml", "decryptseed.dat", "Doc_0/Entriesmap.dat"])
def test_an_encrypted_package_is_said_to_be_encrypted(member: str) -> None:
    assert code_of(ofd(page(table()), members={member: b"\x01\x02"})) == "encrypted"


def test_encryption_stated_in_the_first_part_is_encryption() -> None:
    start = "<ofd:Encryptions>/Enc.xml</ofd:Encryptions>"
    assert code_of(ofd(page(table()), start=start)) == "encrypted"


def test_a_zip_under_a_password_is_encrypted() -> None:
    body = bytearray(WHOLE)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(signature)
        while at >= 0:
            body[at + offset] |= 1
            at = body.find(signature, at + 4)
    assert code_of(bytes(body)) == "encrypted"


def test_a_bomb_is_not_unpacked() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in ofd_members(page(table())).items():
            archive.writestr(name, part)
        archive.writestr("Doc_0/Res/white.bmp", bytes(30 * 2**20))
    assert code_of(out.getvalue()) == "limits-exceeded"


def test_a_page_too_long_is_lost_and_no_more() -> None:
    blanks = (
        random.Random(1)
        .randbytes(17 * 2**20)
        .translate(bytes(b" \t\n "[n % 4] for n in range(256)))
    )
    members = ofd_members(page(table()), page(text(25, 40, "二")))
    members["Doc_0/Pages/2.xml"] += blanks
    document = read_ofd(packed(members))
    assert [item.code for item in document.damage] == ["pages-lost"]


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = (
        '<!DOCTYPE a [<!ENTITY a "一一一一一一一一一一"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c SYSTEM "file:///etc/hostname">]>'
    )
    content = page(text(25, 40, "公开", code='<ofd:TextCode X="0" Y="3">公开&b;&c;</ofd:TextCode>'))
    document = read_or_refuse(ofd(bomb + content, page(table())))
    assert isinstance(document, Document)
    assert "一一" not in str(document.blocks)


def test_paths_that_lead_out_are_refused() -> None:
    assert code_of(ofd(page(table()), members={"../../etc/passwd": b"x"})) == "damaged"


# The content


def test_composite_units_that_hold_themselves_end() -> None:
    def used(key: int) -> str:
        return f'<ofd:CompositeObject ResourceID="{key}" Boundary="0 0 210 297"/>'

    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="{a}"><ofd:Content>{used(b)}{used(b)}{text(25, 90, "圈")}'
        "</ofd:Content></ofd:CompositeGraphicUnit>"
        for a, b in ((5, 6), (6, 5))
    )
    body = ofd(
        page(table() + used(5)),
        resources=f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits>",
    )
    before = process_time()
    document = read_or_refuse(body)
    assert process_time() - before < 20
    assert isinstance(document, Document)
    assert "rows-lost" in [item.code for item in document.damage]


def test_page_blocks_nested_too_deeply_are_a_damage() -> None:
    deep = "<ofd:PageBlock>" * 120 + text(25, 90, "深") + "</ofd:PageBlock>" * 120
    document = read_ofd(ofd(page(table() + deep)))
    assert "rows-lost" in [item.code for item in document.damage]
    far = "<ofd:PageBlock>" * 5000 + "</ofd:PageBlock>" * 5000
    assert read_or_refuse(ofd(page(far))) == "damaged"


def test_drawing_parameters_that_build_on_each_other_end() -> None:
    params = '<ofd:DrawParam ID="1" Relative="2"/><ofd:DrawParam ID="2" Relative="1"/>'
    content = page(table().replace("<ofd:PathObject", '<ofd:PathObject DrawParam="1"'))
    document = read_ofd(ofd(content, resources=f"<ofd:DrawParams>{params}</ofd:DrawParams>"))
    assert rows_of(grids(document)[0]) == ROWS


def many_texts() -> str:
    return page(table() + text(20, 40, "一", Visible="false") * 31_000)


def many_glyphs() -> str:
    return page(table() + "".join(text(20, 20 + n, "一" * 1_000) for n in range(40)))


def many_covers() -> str:
    texts = "".join(text(20, 20 + n % 250, "一" * 30) for n in range(300))
    return page(texts + "".join(filled(10, 10 + n % 200, 30, 40 + n % 200) for n in range(2_500)))


def long_path() -> str:
    return page(table() + path("M 0 0 " + "L 9 9 " * 400_000))


def huge_steps() -> str:
    steps = "g 9999999 1 " * 30_000
    code = f'<ofd:TextCode X="0" Y="3" DeltaX="{steps}">{"1" * 19_000}</ofd:TextCode>'
    return page(table() + text(20, 40, "1", code=code))


@pytest.mark.parametrize("content", [many_texts, many_glyphs, many_covers, long_path, huge_steps])
def test_a_page_that_holds_too_much_costs_a_limited_time_and_memory(
    content: Callable[[], str],
) -> None:
    body = stored(ofd_members(content()))
    before, memory = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = read_or_refuse(body)
    assert isinstance(document, Document)
    assert process_time() - before < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 300 * 1024


def test_lines_across_the_world_and_points_that_are_no_numbers_do_no_harm() -> None:
    odd = "".join(
        [
            path("M -1e6 50 L 1e6 50"),
            path("M NaN 5 L 10 10"),
            path("M 5 5 L inf 10"),
            path("L 5"),
            path("M 1 1 X 2 2"),
            path("A 1 1 0 0 0 5 5 A 0 0 0 1 1 9 9"),
            path("M 1 1 L 2 2", Boundary="1e300 0 1 1"),
            path("M 1 1 L 9 9", LineWidth="NaN", CTM="1e6 0 0 1e6 0 0"),
            text(25, 40, "一", Size="1e6"),
            text(25, 40, "一", Alpha="NaN", Weight="x", HScale="-3", CharDirection="77"),
        ]
    ).replace('Boundary="0 0 210 297" Boundary', "Boundary")
    document = read_ofd(ofd(page(table() + odd)))
    assert ROWS in [rows_of(grid) for grid in grids(document)]


NUMBERS = st.one_of(
    st.floats(width=32).map(str),
    st.integers(-(10**30), 10**30).map(str),
    st.sampled_from(
        ["", " ", "NaN", "inf", "-inf", "1e999", "x", "0x10", "１", "1,2", "g 3 1", "#"]
    ),
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(NUMBERS, min_size=8, max_size=8),
    name=st.sampled_from(["Boundary", "CTM", "Size", "HScale", "Alpha", "CharDirection"]),
)
def test_nothing_but_a_refusal_comes_of_odd_numbers(values: list[str], name: str) -> None:
    written = " ".join(values[: 6 if name == "CTM" else 4 if name == "Boundary" else 1])
    code = f'<ofd:TextCode X="{values[6]}" Y="3" DeltaX="{values[7]} 1">一二三</ofd:TextCode>'
    shown = text(25, 40, "一二三", {name: written}, code=code)
    lines = path(f"M {values[0]} {values[1]} L {values[2]} {values[3]} B 1 2 3 4 {values[4]} 6")
    content = ofd(page(table() + shown + lines))
    read_or_refuse(content)
    picture = page_picture(content, 1, 30)
    assert picture.size == (249, 351)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_but_a_refusal_comes_of_damaged_bytes(data: st.DataObject) -> None:
    members = ofd_members(page(table()), page(text(25, 40, "二、主动公开")))
    name = data.draw(st.sampled_from(sorted(members)))
    part = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 6))):
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    members[name] = bytes(part)
    read_or_refuse(packed(members))
    body = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(body))


def test_reading_a_report_takes_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(5):
        read_ofd(WHOLE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
