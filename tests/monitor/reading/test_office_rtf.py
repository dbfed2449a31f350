"""The cells of RTF files as their own marks tell them, in every way text is written in RTF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.entry import read_document
from monitor.reading.model import Paragraph, UnreadableError
from monitor.reading.office.numbers import with_numbers
from monitor.reading.office.rtf import read_rtf_cells
from monitor.reading.office.rtf_tokens import is_whole
from monitor.reading.office.second import OddFileError, SecondReading


def read(body: str, head: str = r"\rtf1\ansi\ansicpg936\uc1") -> SecondReading:
    return read_rtf_cells(f"{{{head}\n{body}}}".encode("gb18030"))


def row(*cells: str, flags: str = "") -> str:
    marks = flags.split("|") if flags else [""] * len(cells)
    defined = "".join(f"{mark}\\cellx{1000 * n}" for n, mark in enumerate(marks, 1))
    return f"\\trowd{defined}\\pard\\intbl " + "".join(f"{c}\\cell " for c in cells) + "\\row\n"


def gbk(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def unicode_words(text: str, fallback: str = "?") -> str:
    units = text.encode("utf-16-le")
    numbers = [int.from_bytes(units[n : n + 2], "little") for n in range(0, len(units), 2)]
    return "".join(f"\\u{n - 65536 if n > 32767 else n}{fallback}" for n in numbers)


def escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\{}" else c for c in text)


words = st.text(st.sampled_from("政府信息公开0123456789.,（）件-"), max_size=12)


@given(
    tables=st.lists(
        st.lists(st.lists(words, min_size=2, max_size=5), min_size=1, max_size=4),
        min_size=1,
        max_size=3,
    ),
    write=st.sampled_from([gbk, unicode_words, lambda text: unicode_words(text, "\\'3f")]),
)
def test_every_cell_of_every_table_is_read(  # type: ignore[no-untyped-def]
    tables: list[list[list[str]]], write
) -> None:
    body = "".join(
        "".join(row(*map(write, cells)) for cells in table) + "\\pard " + write("其他") + "\\par "
        for table in tables
    )
    reading = read(body)
    assert reading.tables == tuple(tuple(tuple(cells) for cells in table) for table in tables)
    assert reading.prose == ("其他",) * len(tables)


def test_cells_that_go_on_from_above_or_the_left_are_left_out() -> None:
    reading = read(
        row("组", "1", "2", flags=r"\clvmgf|\clmgf|\clmrg") + row("", "3", "4", flags=r"\clvmrg||")
    )
    assert reading.tables == ((("组", "1"), ("3", "4")),)


def test_a_table_inside_a_cell_follows_the_one_it_is_in() -> None:
    inner = (
        r"\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\clvmrg\cellx1\cellx2"
        r"\nestrow}{\nonesttables\par}"
    )
    outer = rf"\trowd\cellx1000\cellx2000\pard\intbl x\cell y\par {inner}\pard\intbl\cell\row"
    assert read(outer).tables == ((("x", "y\n"),), (("b",),))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (gbk("公开"), "公开"),
        ("\\'d0a", "衋"),
        (r"\u20844?\u24320?", "公开"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\uc2\u20844\'b9\'ab\u24320 xx7", "公开7"),
        (r"{\upr{wrong}{\*\ud{right}}}", "right"),
        (r"1{\v 2}3{\deleted 4}5{\v0 6}", "1356"),
        (r"{\field{\*\fldinst PAGE}{\fldrslt 7}}", "7"),
        (r"{\footnote 9}{\*\bkmkstart x}8", "8"),
        (r"a\~b\_c\-d\tab e\line f", "a\u00a0b-cd\te\nf"),
        (r"\{1\}\\", r"{1}\ "[:-1]),
        ("{\\pict\\wmetafile8\n0100090000}1\\bin3 {}}2", "12"),
        (r"{\shp{\*\shpinst{\shptxt 盒}}}3", "3"),
        ("公开7", "公开7"),
    ],
)
def test_text_is_read_as_printed(written: str, shown: str) -> None:
    assert read(row(written, "1")).tables == (((shown, "1"),),)


def test_the_font_or_else_the_file_says_which_characters_bytes_are() -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset134 B;}{\f2\fcharset136 C;}}"
    western = r"\rtf1\ansi\ansicpg1252\deff0" + fonts
    assert read(rf"{{\f1 {gbk('公开')}}}\par", western).prose == ("公开",)
    assert read(r"{\f2\'a4\'bd}\par", western).prose == ("公",)
    assert read(r"{\f0\'e9}\par", western).prose == ("é",)
    chinese = r"\rtf1\ansi\ansicpg936\deff0" + fonts
    assert read(rf"{{\f0 {gbk('公开')}}}\par", chinese).prose == ("公开",)
    assert read(rf"{{\loch\f0\dbch\af1 {gbk('公开')}}}\par", western).prose == ("公开",)


def test_a_list_paragraph_has_the_number_that_the_writer_rendered() -> None:
    reading = read(r"{\listtext\pard\plain \u19968?\u12289?\tab}\ls1 " + gbk("总体 情况") + r"\par")
    assert reading.prose == ("总体 情况",)
    assert reading.numbered == (("一、", "总体 情况"),)
    (repaired, untouched) = with_numbers(
        (Paragraph(text="一?总体 情况"), Paragraph(text="二?总体 情况")), reading.numbered
    )
    assert repaired == Paragraph(text="一、总体 情况")
    assert untouched == Paragraph(text="二?总体 情况")


def test_tracked_changes_are_remarked() -> None:
    assert read(r"1{\deleted 2}\par").remarks == ("the file holds tracked changes",)
    assert read(r"1\par").remarks == ()


@pytest.mark.parametrize(
    "body",
    [
        rb"{\rtf1 a",
        rb"{\rtf1 {a}",
        b"{\\rtf1 " + b"{" * 5000 + b"}" * 5001,
        rb"{\rtf1\bin999999999999 a}",
    ],
)
def test_what_is_cut_short_or_a_trap_is_damaged(body: bytes) -> None:
    with pytest.raises(UnreadableError) as error:
        read_document(body)
    assert error.value.code == "damaged"


def test_an_unknown_code_page_is_odd() -> None:
    with pytest.raises(OddFileError):
        read("a", r"\rtf1\ansi\ansicpg99999")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_odd(tail: bytes) -> None:
    body = b"{\\rtf1\\ansi\\ansicpg936 " + tail + b"}"
    if not is_whole(body):
        return
    try:
        read_rtf_cells(body)
    except OddFileError:
        return
