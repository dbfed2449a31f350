"""Unpacking ZIP, RAR and 7z: every file under its own name, and no bomb goes off."""

import ctypes
import io
import stat
import struct
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading import kinds
from monitor.reading.bundle import Member, decoder, unpack
from monitor.reading.limits import Limits
from monitor.reading.model import UnreadableError
from monitor.specimens.bundles import LEFT_BEHIND, File, rar4_file, rar5_file, zip_file

FILES: list[File] = [
    ("年报/清河县财政局2023年政府信息公开工作年度报告.txt", "一、总体情况".encode() * 40),
    ("附件1：申请情况表.txt", "三、收到和处理".encode()),
    ("empty.txt", b""),
]
PACKED = {
    "zip": zip_file(FILES),
    "zip in GBK": zip_file(FILES, charset="gb18030"),
    "rar 4 in GBK": rar4_file(FILES),
    "rar 4 in UTF-8": rar4_file(FILES, charset="utf-8"),
    "rar 5": rar5_file(FILES),
}
needs_library = pytest.mark.skipif(not decoder.can_unpack(), reason="libarchive13 is missing")


def members(body: bytes, limits: Limits | None = None) -> list[Member]:
    kind = kinds.file_kind(body)
    return list(unpack(body, kind, limits or Limits()))


def names(body: bytes, limits: Limits | None = None) -> list[str]:
    return [member.name for member in members(body, limits)]


def refusal(body: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as error:
        members(body, limits)
    return error.value.code


def problems(body: bytes) -> dict[str, str]:
    return {item.name: item.problem.code for item in members(body) if item.problem is not None}


def zipped(*files: tuple[zipfile.ZipInfo | str, bytes], stored: bool = False) -> bytes:
    stream = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, body in files:
            archive.writestr(name, body, compress_type=method)
    return stream.getvalue()


def seven_zip(files: list[File]) -> bytes:
    """Write a 7z with the library itself, for lack of another tool."""
    library = ctypes.CDLL("libarchive.so.13")
    pointer = ctypes.c_void_p
    for name in ("archive_write_new", "archive_entry_new"):
        getattr(library, name).restype = pointer
    archive = pointer(library.archive_write_new())
    library.archive_write_set_format_7zip(archive)
    room, used = ctypes.create_string_buffer(2**20), ctypes.c_size_t()
    library.archive_write_open_memory(archive, room, ctypes.c_size_t(2**20), ctypes.byref(used))
    for name, body in files:
        entry = pointer(library.archive_entry_new())
        library.archive_entry_copy_pathname_w(entry, ctypes.c_wchar_p(name))
        library.archive_entry_set_size(entry, ctypes.c_int64(len(body)))
        library.archive_entry_set_filetype(entry, ctypes.c_uint(stat.S_IFREG))
        library.archive_write_header(archive, entry)
        library.archive_write_data(archive, body, ctypes.c_size_t(len(body)))
        library.archive_entry_free(entry)
    library.archive_write_close(archive)
    written = room.raw[: used.value]
    library.archive_write_free(archive)
    return written


@needs_library
@pytest.mark.parametrize("body", PACKED.values(), ids=PACKED.keys())
def test_every_file_is_unpacked_under_its_name(body: bytes) -> None:
    assert [(member.name, member.body) for member in members(body)] == FILES
    assert problems(body) == {}


@needs_library
def test_files_compressed_in_a_7z_are_unpacked() -> None:
    body = seven_zip(FILES)
    assert kinds.file_kind(body) == kinds.SEVEN_ZIP
    assert sorted((member.name, member.body) for member in members(body)) == sorted(FILES)


NAME = st.text(
    st.sampled_from("清河县财政局年度报告镕２０2３aZ （）.-"), min_size=1, max_size=30
).filter(lambda name: name.strip(" .") != "" and not name.startswith("._"))


@settings(max_examples=60, deadline=None)
@given(name=NAME, folder=NAME, charset=st.sampled_from(["utf-8", "gb18030"]))
def test_a_name_in_either_charset_is_read_as_it_was_written(
    name: str, folder: str, charset: str
) -> None:
    path = f"{folder.strip()}/{name.strip()}.pdf"
    assert names(zip_file([(path, b"x")], charset=charset)) == [path]


def test_the_unicode_path_of_info_zip_outweighs_the_name() -> None:
    raw = "?????.pdf"
    right = "年度报告.pdf".encode()
    field = struct.pack("<BI", 1, zlib.crc32(raw.encode())) + right
    entry = zipfile.ZipInfo(raw)
    entry.extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert names(zipped((entry, b"x"))) == ["年度报告.pdf"]
    stale = struct.pack("<BI", 1, 7) + right
    entry.extra = struct.pack("<HH", 0x7075, len(stale)) + stale
    assert names(zipped((entry, b"x"))) == [raw]


def test_names_flagged_as_utf_8_that_are_not_cost_no_file() -> None:
    body = bytearray(zip_file([("年报.txt", b"x" * 50)], charset="gb18030"))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = body.index(signature) + at
        struct.pack_into("<H", body, start, 0x800)
    assert [(item.name, item.body) for item in members(bytes(body))] == [("年报.txt", b"x" * 50)]


def test_folders_and_what_systems_leave_behind_are_left_out() -> None:
    body = zip_file([*FILES, *LEFT_BEHIND], folders=["年报", "空"])
    assert names(body) == [name for name, _ in FILES]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x.pdf",
        "/etc/x.pdf",
        "C:\\..\\x.pdf",
        "a/../../x.pdf",
        "..\\..\\x.pdf",
        "./x.pdf",
    ],
)
def test_no_name_leads_out_of_the_bundle(name: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    (found,) = members(zipped((entry, b"text")))
    assert found.body == b"text"
    assert not found.name.startswith("/")
    assert ".." not in found.name.split("/")
    assert ":" not in found.name


def test_a_name_is_shown_without_what_cannot_be_seen() -> None:
    (name,) = names(zipped(("a\x1b[31m\u202efdp.\n" + "长" * 900 + ".pdf", b"x")))
    assert "\x1b" not in name
    assert "\u202e" not in name
    assert len(name) <= 401


def test_two_files_of_one_name_are_both_there() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        body = zipped(("a.txt", b"1"), ("a.txt", b"2"))
    assert [(item.name, item.body) for item in members(body)] == [
        ("a.txt", b"1"),
        ("a.txt (2)", b"2"),
    ]


@needs_library
def test_bundles_in_a_bundle_are_unpacked_in_their_place() -> None:
    inner = zip_file([("b.txt", b"b")], charset="gb18030")
    body = zip_file([("a.txt", b"a"), ("内.zip", inner), ("x.rar", rar5_file([("c.txt", b"c")]))])
    assert names(body) == ["a.txt", "内.zip/b.txt", "x.rar/c.txt"]


def test_bundles_too_deep_in_each_other_are_named_and_not_opened() -> None:
    deep = zip_file([("c.txt", b"c")])
    for name in ("c.zip", "b.zip"):
        deep = zip_file([(name, deep)])
    body = zip_file([("a.zip", deep), ("x.txt", b"x")])
    assert problems(body) == {"a.zip/b.zip": "limits-exceeded"}
    assert "x.txt" in names(body)


def test_a_file_under_a_password_is_named_and_the_others_are_had() -> None:
    body = bytearray(zipped(("secret.docx", b"1" * 99), ("open.txt", b"2" * 99)))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(signature) + at] |= 1
    assert problems(bytes(body)) == {"secret.docx": "encrypted"}
    assert names(bytes(body)) == ["secret.docx", "open.txt"]


def test_a_bundle_of_which_every_file_is_locked_is_locked() -> None:
    body = bytearray(zipped(("secret.docx", b"1" * 99)))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(signature) + at] |= 1
    assert refusal(bytes(body)) == "encrypted"


def test_a_link_is_not_followed() -> None:
    link = zipfile.ZipInfo("passwd.txt")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    body = zipped((link, b"/etc/passwd"), ("a.txt", b"a"))
    assert problems(body) == {"passwd.txt": "unsupported-type"}


def test_a_file_whose_bytes_are_wrong_is_named_and_the_others_are_had() -> None:
    body = bytearray(zipped(("a.txt", b"a" * 500), ("b.txt", b"b" * 500), stored=True))
    body[100] ^= 0xFF
    assert problems(bytes(body)) == {"a.txt": "damaged"}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_zip_that_is_cut_short_is_damaged(share: float) -> None:
    body = PACKED["zip"]
    assert refusal(body[: int(share * len(body))]) == "damaged"


def test_a_flat_bomb_is_refused_before_it_is_unpacked() -> None:
    body = zipped(("bomb.txt", b"\x00" * (40 * 2**20)), ("a.txt", b"a"))
    start = time.process_time()
    assert problems(body) == {"bomb.txt": "limits-exceeded"}
    assert time.process_time() - start < 0.5


def test_many_files_that_are_too_much_together_are_refused() -> None:
    piece = b"\x00" * 2**20
    body = zipped(*((f"{number}.txt", piece) for number in range(20)))
    assert refusal(body, Limits(unpacked_bytes=10 * 2**20)) == "limits-exceeded"


def test_a_bomb_of_bombs_is_counted_as_a_whole() -> None:
    layer = zipped(*((f"{number}.txt", b"\x00" * 2**20) for number in range(8)))
    body = zipped(*((f"{number}.zip", layer) for number in range(8)))
    assert refusal(body, Limits(unpacked_bytes=20 * 2**20)) == "limits-exceeded"


def test_a_file_that_is_larger_than_it_says_is_not_read_to_its_end() -> None:
    body = bytearray(zipped(("a.txt", b"\x00" * 2**20)))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", body, body.index(signature) + at, 10)
    assert refusal(bytes(body)) == "damaged"


def overlapping(copies: int) -> bytes:
    """Write a ZIP whose directory names the bytes of one file again and again."""
    body = zipped(("a.txt", b"\x00" * 2**20))
    start = body.index(b"PK\x01\x02")
    entry, end = body[start : body.index(b"PK\x05\x06")], bytearray(body[-22:])
    struct.pack_into("<HHII", end, 8, copies, copies, copies * len(entry), start)
    return body[:start] + entry * copies + bytes(end)


def test_files_that_share_their_bytes_are_refused() -> None:
    start = time.process_time()
    assert refusal(overlapping(500)) == "limits-exceeded"
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("number", [3_000, 100_000])
def test_too_many_files_are_refused_without_looking_at_them(number: int) -> None:
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", *(20, 20, 0, 0, 0, 0x21), *(0,) * 3, 1, *(0,) * 6
    )
    directory = (entry + b"a") * number
    count = min(number, 0xFFFF)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), 31, 0)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0x21, 0, 0, 0, 1, 0) + b"a"
    start = time.process_time()
    assert refusal(local + directory + end) == "limits-exceeded"
    assert time.process_time() - start < 1


def test_a_huge_comment_hides_nothing() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", b"a")
        archive.comment = b"c" * 65_535
    assert names(stream.getvalue()) == ["a.txt"]


def test_a_comment_that_pretends_to_be_an_empty_directory_is_not_believed() -> None:
    body = zipped(("a.txt", b"a"))
    comment = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0, 0, 0, len(body), 0)
    pretending = body[:-2] + struct.pack("<H", len(comment)) + comment
    assert refusal(pretending) == "damaged"


@needs_library
@pytest.mark.parametrize("write", [rar4_file, rar5_file])
def test_a_rar_that_is_cut_or_changed_is_no_whole_one(write: object) -> None:
    assert callable(write)
    body = write(FILES)
    cut = body[: body.index("一、".encode()) + 100]
    with suppress(UnreadableError):
        assert all(item.problem or item.body in dict(FILES).values() for item in members(cut))
    changed = bytearray(body)
    changed[body.index("一、".encode())] ^= 0xFF
    found = problems(bytes(changed))
    assert found == {} or set(found.values()) == {"damaged"}
    assert FILES[0][1] not in [item.body for item in members(bytes(changed))]


@needs_library
def test_the_limits_hold_for_a_rar_too() -> None:
    body = rar5_file([(f"{number}.txt", b"x" * 1000) for number in range(50)])
    assert refusal(body, Limits(members=20)) == "limits-exceeded"
    assert refusal(body, Limits(unpacked_bytes=20_000)) == "limits-exceeded"
    assert refusal(body, Limits(body_bytes=999)) == "limits-exceeded"


@needs_library
def test_a_locked_rar_is_called_locked() -> None:
    body = bytearray(rar4_file([("年报.docx", b"x" * 100)]))
    block = body.index(b"\x74", 7 + 13)
    flags = struct.unpack_from("<H", body, block + 1)[0] | 0x04
    struct.pack_into("<H", body, block + 1, flags)
    size = struct.unpack_from("<H", body, block + 3)[0]
    header = bytes(body[block : block + size - 2])
    struct.pack_into("<H", body, block - 2, zlib.crc32(header) & 0xFFFF)
    assert refusal(bytes(body)) == "encrypted"


def test_without_the_library_the_package_to_install_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoder, "_library", lambda: None)
    with pytest.raises(UnreadableError, match="libarchive13") as error:
        members(PACKED["rar 5"])
    assert error.value.code == "no-converter"
    assert names(PACKED["zip"]) == [name for name, _ in FILES]


@needs_library
@settings(max_examples=150, deadline=None)
@given(
    which=st.sampled_from(sorted(PACKED)),
    share=st.floats(0, 0.999),
    noise=st.binary(min_size=1, max_size=40),
)
def test_a_damaged_bundle_is_unpacked_or_refused_and_nothing_else(
    which: str, share: float, noise: bytes
) -> None:
    body = PACKED[which]
    at = int(share * len(body))
    changed = body[:at] + noise + body[at + len(noise) :]
    kind = kinds.file_kind(changed)
    if kind in kinds.BUNDLES:
        with suppress(UnreadableError):
            assert all(item.name for item in unpack(changed, kind))


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for body in PACKED.values():
        with suppress(UnreadableError):
            members(body)
    assert list(tmp_path.iterdir()) == []
