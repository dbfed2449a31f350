"""The cells of a Word 97 file from its text stream, with what LibreOffice never writes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from monitor.reading import kinds
from monitor.reading.model import UnreadableError
from monitor.reading.office import read_office
from monitor.reading.office.msdoc import read_doc_cells
from monitor.reading.office.ole import WordFile
from monitor.reading.office.reader import _word_source
from monitor.reading.office.second import OddFileError, SecondReading, Table
from monitor.reading.office.sprms import sprms
from tests.monitor.reading.test_kinds import ole

IN_TABLE = struct.pack("<HB", 0x2416, 1)
ROW_END = struct.pack("<HB", 0x2417, 1)
INNER = struct.pack("<Hi", 0x6649, 2)
INNER_CELL = struct.pack("<HB", 0x244B, 1)
INNER_ROW = struct.pack("<HB", 0x244C, 1)
HIDDEN = struct.pack("<HB", 0x083C, 1)
DELETED = struct.pack("<HB", 0x0800, 1)
INSERTED = struct.pack("<HB", 0x0801, 1)


@dataclass(frozen=True)
class Piece:
    """Text that stands together in the file; ``narrow`` in one byte a character."""

    text: str
    narrow: bool = False
    overlay: int = 0


@dataclass(frozen=True)
class Run:
    """Characters of the text, by their properties."""

    length: int
    sprms: bytes = b""


def file_of(
    pieces: Sequence[Piece],
    paragraphs: Sequence[Run],
    characters: Sequence[Run] = (),
    *,
    overlays: Sequence[bytes] = (),
    data: bytes = b"",
    fast_saved: bool = False,
) -> WordFile:
    """A Word file whose runs are counted in characters, its pieces one behind the other."""
    word = bytearray(1024)
    starts, places, entries = [0], [], b""
    for piece in pieces:
        at = len(word)
        encoded = piece.text.encode("cp1252" if piece.narrow else "utf-16-le")
        step = 1 if piece.narrow else 2
        places += [at + step * n for n in range(len(encoded) // step)]
        word += encoded
        starts.append(starts[-1] + len(encoded) // step)
        stated = 2 * at | 0x40000000 if piece.narrow else at
        entries += struct.pack("<HIH", 0, stated, piece.overlay)
    places.append(len(word))
    plc = struct.pack(f"<{len(starts)}I", *starts) + entries
    clx = b"".join(b"\x01" + struct.pack("<H", len(o)) + o for o in overlays)
    clx += b"\x02" + struct.pack("<I", len(plc)) + plc
    table = bytearray(b"\x00" * 8)
    structures = {33: clx}
    for index, runs, size in ((13, paragraphs, 13), (12, characters, 1)):
        word += b"\x00" * (-len(word) % 512)
        number = len(word) // 512
        word += page(runs, places, size)
        structures[index] = struct.pack("<3I", 0, 2**31, number)
    for index, structure in structures.items():
        struct.pack_into("<II", word, 0x9A + 8 * index, len(table), len(structure))
        table += structure
    return WordFile(
        word=bytes(word),
        table=bytes(table),
        data=data,
        version=0xC1,
        fast_saved=fast_saved,
        characters=starts[-1],
    )


def page(runs: Sequence[Run], places: Sequence[int], size: int) -> bytes:
    """A page of runs with their properties, at the page's end."""
    made = bytearray(512)
    made[511] = len(runs)
    at, free = 0, 510
    for index, run in enumerate(runs):
        struct.pack_into("<I", made, 4 * index, places[at])
        at += run.length
        if size == 13:
            body = b"\x00\x00" + run.sprms
            body += b"\x00" * (len(body) % 2)
            entry = bytes((0, len(body) // 2)) + body
        else:
            entry = bytes((len(run.sprms),)) + run.sprms
            entry += b"\x00" * (len(entry) % 2)
        free -= len(entry) + len(entry) % 2
        made[free : free + len(entry)] = entry
        made[4 * (len(runs) + 1) + index * size] = free // 2
    struct.pack_into("<I", made, 4 * len(runs), places[at])
    return bytes(made)


CELLS = "甲\x071\x07\x07"
CELL_RUNS = (Run(2, IN_TABLE), Run(2, IN_TABLE), Run(1, IN_TABLE + ROW_END))


def tables(file: WordFile) -> tuple[Table, ...]:
    return read_doc_cells(file).tables


def test_pieces_are_put_together_in_the_order_of_the_text() -> None:
    text = "前\r" + CELLS + "after\r"
    pieces = [Piece("前\r甲\x07"), Piece("1\x07", narrow=True), Piece("\x07after\r")]
    reading = read_doc_cells(file_of(pieces, [Run(2), *CELL_RUNS, Run(6)]))
    assert len(text) == 13
    assert reading == SecondReading(tables=((("甲", "1"),),), prose=("前", "after"))


def test_a_fast_save_may_lay_properties_over_a_piece() -> None:
    pieces = [Piece("甲\x071\x07", overlay=0x18 << 1 | 1 << 8), Piece("\x07", overlay=1)]
    file = file_of(pieces, [Run(5)], overlays=[IN_TABLE + ROW_END], fast_saved=True)
    reading = read_doc_cells(file)
    assert reading.tables == ((("甲", "1"),),)
    assert reading.remarks == ("the file was saved by appending (fast save)",)


def test_properties_may_stand_in_the_stream_of_data() -> None:
    elsewhere = struct.pack("<HI", 0x6646, 4)
    data = b"\x00" * 4 + struct.pack("<H", 6) + IN_TABLE + ROW_END
    runs = (*CELL_RUNS[:2], Run(1, elsewhere))
    assert tables(file_of([Piece(CELLS)], runs, data=data)) == ((("甲", "1"),),)


def definition(*flags: int) -> bytes:
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    body = bytes((len(flags),)) + b"\x00" * (2 * (len(flags) + 1)) + cells
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


@pytest.mark.parametrize(
    "shape",
    [
        definition(0x20, 0, 0),
        definition(0, 0, 0) + struct.pack("<HBBB", 0xD62B, 2, 0, 1),
        definition(0x20, 0, 0) + struct.pack("<HBBB", 0xD62B, 2, 1, 3),
    ],
)
def test_cells_that_go_on_from_above_are_left_out(shape: bytes) -> None:
    text = "\x071\x072\x07\x07"
    runs = [
        Run(1, IN_TABLE),
        Run(2, IN_TABLE),
        Run(2, IN_TABLE),
        Run(1, IN_TABLE + ROW_END + shape),
    ]
    assert tables(file_of([Piece(text)], runs)) == ((("1", "2"),),)


def test_cells_merged_to_the_left_are_left_out() -> None:
    text = "1\x07\x07\x07"
    for shape in (definition(1, 2), definition(0, 0) + struct.pack("<HBB", 0x5624, 0, 2)):
        runs = [Run(2, IN_TABLE), Run(1, IN_TABLE), Run(1, IN_TABLE + ROW_END + shape)]
        # One cell in each row is a frame around text.
        assert read_doc_cells(file_of([Piece(text)], runs)).prose == ("1",) or tables(
            file_of([Piece(text)], runs)
        ) == ((("1",),),)


def test_a_table_inside_a_cell_follows_the_one_it_is_in() -> None:
    inside = IN_TABLE + INNER
    text = "内\r1\r\r外\x072\x07\x07"
    runs = [
        Run(2, inside + INNER_CELL),
        Run(2, inside + INNER_CELL),
        Run(1, inside + INNER_CELL + INNER_ROW),
        Run(2, IN_TABLE),
        Run(2, IN_TABLE),
        Run(1, IN_TABLE + ROW_END),
    ]
    assert tables(file_of([Piece(text)], runs)) == ((("外", "2"),), (("内", "1"),))


def test_text_is_read_as_printed() -> None:
    text = "1九2\x13PAGE\x143\x154\x0b5\x1e6\x1f7\x01\x028(\r"
    symbol = struct.pack("<HHH", 0x6A09, 1, 0x2460)
    sign = struct.pack("<HHH", 0x6A09, 1, 0xF0FC)
    characters = [Run(1), Run(1, HIDDEN), Run(len(text) - 4), Run(1, symbol), Run(1)]
    assert read_doc_cells(file_of([Piece(text)], [Run(len(text))], characters)).prose == (
        "1234",
        "5-678①",
    )
    characters = [Run(1), Run(1, DELETED), Run(len(text) - 4, INSERTED), Run(1, sign), Run(1)]
    reading = read_doc_cells(file_of([Piece(text)], [Run(len(text))], characters))
    assert reading.prose == ("1234", "5-678")
    assert reading.remarks == ("the file holds tracked changes",)


def test_characters_beyond_the_first_plane_count_twice() -> None:
    assert read_doc_cells(file_of([Piece("𠮷1\r")], [Run(4)])).prose == ("𠮷1",)


def test_structures_that_do_not_fit_are_odd_not_wrong() -> None:
    good = file_of([Piece(CELLS)], CELL_RUNS)
    assert tables(good) == ((("甲", "1"),),)
    for size in (0, 600, 1024, 1030):
        short = WordFile(
            word=good.word[:size],
            table=good.table,
            data=b"",
            version=0xC1,
            fast_saved=False,
            characters=good.characters,
        )
        with pytest.raises(OddFileError):
            read_doc_cells(short)


def test_files_of_before_word_97_have_no_second_reading_and_a_filter_of_their_own() -> None:
    for version, name in ((0xC1, "MS Word 97"), (0x68, "MS Word 95"), (0x65, "MS WinWord 6")):
        file = WordFile(
            word=b"", table=b"", data=b"", version=version, fast_saved=False, characters=0
        )
        assert _word_source(file).filter == name
        with pytest.raises(OddFileError):
            read_doc_cells(file)


def test_property_changes_cut_short_end_quietly() -> None:
    assert list(sprms(IN_TABLE + ROW_END[:2])) == [(0x2416, b"\x01")]
    assert list(sprms(struct.pack("<HB", 0xC615, 255) + b"\x00" * 9)) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (ole("WpsDocument"), "unsupported-type"),
        (ole("WordDocument")[:700], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "damaged"),
        (b"", "damaged"),
    ],
)
def test_what_is_no_word_file_is_refused_before_it_is_converted(
    body: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnreadableError) as error:
        read_office(body, kinds.WPS)
    assert error.value.code == code
