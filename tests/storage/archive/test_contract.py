"""What every archive does, wherever it is."""

import gzip
import hashlib
import subprocess
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import storage.archive.reading
from storage.archive import Archive, DamagedOriginal, LostOriginal
from tests.storage.archive.places import Place

REPORT = hashlib.sha256(b"report").hexdigest()
LIST = "<li>政府信息公开工作年度报告</li>\n".encode() * 200
LIST_SHA256 = hashlib.sha256(LIST).hexdigest()


def plain(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def squeezed(sha256: str) -> str:
    return f"{plain(sha256)}.gz"


def test_an_original_lies_under_its_hash_as_it_is(place: Place) -> None:
    body = "政府信息公开\0".encode() * 1000

    sha256 = place.archive.put(body)

    assert sha256 == hashlib.sha256(body).hexdigest()
    assert place.read(plain(sha256)) == body
    assert place.archive.locate(sha256) == plain(sha256)
    assert place.archive.get(sha256) == body
    assert place.archive.check(sha256) == len(body)


def test_the_same_bytes_twice_are_one_file(place: Place) -> None:
    archive = place.archive
    first = archive.put(b"report")

    assert archive.put_many([b"report", b"other", b"report"]) == [
        first,
        hashlib.sha256(b"other").hexdigest(),
        first,
    ]
    assert len(list(archive.files())) == 2
    assert archive.set_aside() == []


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.binary(max_size=50), st.booleans()), max_size=6))
def test_what_is_put_comes_back(archive: Archive, bodies: list[tuple[bytes, bool]]) -> None:
    digests = archive.put_many(
        [body * times for body, _ in bodies for times in (1, 90)],
        [compress for _, compress in bodies for _ in (1, 90)],
    )

    expected = [body * times for body, _ in bodies for times in (1, 90)]
    assert [archive.get(digest) for digest in digests] == expected
    assert digests == [hashlib.sha256(body).hexdigest() for body in expected]


def test_an_empty_body_is_an_original_too(archive: Archive) -> None:
    assert archive.get(archive.put(b"")) == b""
    assert archive.get(archive.put_many([b""], [True])[0]) == b""


def test_a_flipped_bit_is_seen_at_every_reading(place: Place) -> None:
    sha256 = place.archive.put(b"report")
    place.write(plain(sha256), b"repprt")

    for read in (place.archive.get, place.archive.check):
        with pytest.raises(DamagedOriginal, match=sha256):
            read(sha256)


def test_a_lost_original_is_not_a_damaged_one(place: Place) -> None:
    sha256 = place.archive.put(b"report")
    place.delete(plain(sha256))

    for read in (place.archive.get, place.archive.check):
        with pytest.raises(LostOriginal, match=sha256):
            read(sha256)


def test_a_good_copy_takes_the_place_of_a_damaged_one_which_is_kept(place: Place) -> None:
    sha256 = place.archive.put(b"report")
    place.write(plain(sha256), b"repprt")

    place.archive.put(b"report")

    assert place.archive.get(sha256) == b"report"
    [aside] = place.archive.set_aside()
    assert place.read(aside) == b"repprt"
    assert len(list(place.archive.files())) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_never_becomes_a_path(archive: Archive, name: str) -> None:
    for use in (archive.get, archive.check, archive.locate, archive.remove):
        with pytest.raises(ValueError, match="not a SHA-256"):
            use(name)


def test_an_original_is_pending_until_it_is_settled(archive: Archive) -> None:
    digests = archive.put_many([b"report", LIST], [False, True])
    assert archive.pending() == set(digests)

    archive.settle([*digests, digests[0]])

    assert archive.pending() == set()


def test_bytes_that_are_settled_already_do_not_become_pending_again(archive: Archive) -> None:
    archive.settle(archive.put_many([b"report", LIST], [False, True]))

    archive.put_many([b"report", LIST], [False, True])

    assert archive.pending() == set()


def test_a_sweep_keeps_what_may_be_needed(archive: Archive) -> None:
    recorded, unrecorded, page = archive.put_many(
        [b"recorded", b"unrecorded", LIST], [False, False, True]
    )

    swept = archive.sweep(lambda digests: set(digests) & {recorded})

    assert swept.settled == 1
    assert archive.pending() == {unrecorded, page}
    assert archive.get(unrecorded) == b"unrecorded"


def test_files_that_are_no_originals_are_told_apart(place: Place) -> None:
    sha256, page = place.archive.put_many([b"report", LIST], [False, True])
    folder = plain(sha256).rpartition("/")[0]
    strangers = (
        f"{folder}/notes.txt",
        f"originals/{'f' * 64}",
        f"originals/00/{'f' * 64}",
        f"{plain(sha256)}.gz.gz",
    )
    for path in strangers:
        place.write(path, b"x")

    found = {file.path: (file.sha256, file.temporary) for file in place.archive.files()}

    assert found == {
        plain(sha256): (sha256, False),
        squeezed(page): (page, False),
        **dict.fromkeys(strangers, (None, False)),
    }


def test_an_original_can_be_removed_in_every_form(place: Place) -> None:
    archive = place.archive
    report, page, kept = archive.put_many([b"report", LIST, b"kept"], [False, True, False])
    place.write(squeezed(report), gzip.compress(b"report"))

    for sha256 in (report, page, page):
        archive.remove(sha256)

    assert {file.sha256 for file in archive.files()} == {kept}
    with pytest.raises(LostOriginal):
        archive.get(report)


def test_checkpoint_lines_are_kept_once_and_in_order(archive: Archive) -> None:
    assert archive.checkpoints() == []
    for size in range(1, 13):
        archive.add_checkpoints([f"{each} root 年" for each in range(1, size)])

    assert archive.checkpoints() == [f"{each} root 年" for each in range(1, 12)]


def test_a_page_of_a_list_lies_compressed_and_any_unzip_reads_it(
    place: Place, tmp_path: Path
) -> None:
    [sha256] = place.archive.put_many([LIST], [True])

    assert place.archive.locate(sha256) == squeezed(sha256)
    assert {file.path for file in place.archive.files()} == {squeezed(sha256)}
    file = tmp_path / "page.gz"
    file.write_bytes(place.read(squeezed(sha256)))
    assert subprocess.check_output(["gzip", "-dc", file]) == LIST
    assert place.archive.get(sha256) == LIST
    assert place.archive.check(sha256) == len(LIST)


def test_the_same_page_gives_the_same_compressed_bytes(place: Place) -> None:
    [sha256] = place.archive.put_many([LIST], [True])
    first = place.read(squeezed(sha256))
    place.archive.remove(sha256)

    place.archive.put_many([LIST], [True])

    assert place.read(squeezed(sha256)) == first
    assert first[4:8] == b"\0\0\0\0", "no time in the header"


def test_what_does_not_become_smaller_lies_as_it_is(place: Place) -> None:
    [sha256] = place.archive.put_many([b"short"], [True])

    assert place.read(plain(sha256)) == b"short"


@pytest.mark.parametrize("together", [True, False])
def test_what_is_a_page_and_a_report_lies_as_it_is(place: Place, together: bool) -> None:
    archive = place.archive
    if together:
        archive.put_many([LIST, LIST], [True, False])
    else:
        archive.put_many([LIST], [True])
        archive.put_many([LIST], [False])
    archive.put_many([LIST], [True])

    assert {file.path for file in archive.files()} == {plain(LIST_SHA256)}
    assert place.read(plain(LIST_SHA256)) == LIST
    assert archive.set_aside() == []


def damages() -> dict[str, bytes]:
    whole = gzip.compress(LIST, mtime=0)
    return {
        "a flipped bit": whole[:60] + bytes([whole[60] ^ 1]) + whole[61:],
        "cut short": whole[:-1],
        "no end": whole[:-8],
        "empty": b"",
        "no gzip": LIST,
        "something behind it": whole + b"x",
        "two files in one": whole + gzip.compress(b"", mtime=0),
        "other content": gzip.compress(LIST + b" ", mtime=0),
        "wrong sum": whole[:-8] + zlib.crc32(b"").to_bytes(4, "little") + whole[-4:],
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_compressed_page_is_told_kept_aside_and_replaced(
    place: Place, damage: str
) -> None:
    archive = place.archive
    archive.put_many([LIST], [True])
    place.write(squeezed(LIST_SHA256), damages()[damage])

    for read in (archive.get, archive.check):
        with pytest.raises(DamagedOriginal, match=LIST_SHA256):
            read(LIST_SHA256)
    archive.put_many([LIST], [True])

    assert archive.get(LIST_SHA256) == LIST
    [aside] = archive.set_aside()
    assert place.read(aside) == damages()[damage]


def test_a_damaged_compressed_page_is_kept_aside_when_a_report_has_its_bytes(place: Place) -> None:
    archive = place.archive
    archive.put_many([LIST], [True])
    place.write(squeezed(LIST_SHA256), damages()["cut short"])

    archive.put(LIST)

    assert {file.path for file in archive.files()} == {plain(LIST_SHA256)}
    assert [place.read(each) for each in archive.set_aside()] == [damages()["cut short"]]


def test_a_compressed_page_that_is_gone_is_lost(place: Place) -> None:
    place.archive.put_many([LIST], [True])
    place.delete(squeezed(LIST_SHA256))

    with pytest.raises(LostOriginal, match=LIST_SHA256):
        place.archive.get(LIST_SHA256)


def test_what_inflates_without_end_never_fills_the_memory(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty megabytes out of forty kilobytes, in the place of a page of a list."""
    monkeypatch.setattr(storage.archive.reading, "UNPROVEN", 4 << 20)
    place.archive.put_many([LIST], [True])
    place.write(squeezed(LIST_SHA256), gzip.compress(bytes(40 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DamagedOriginal):
            place.archive.get(LIST_SHA256)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 << 20


def test_an_original_of_more_than_is_held_unproven_comes_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.archive.reading, "UNPROVEN", 100)

    for sha256 in place.archive.put_many([b"report" * 100, LIST], [False, True]):
        assert hashlib.sha256(place.archive.get(sha256)).hexdigest() == sha256


def test_a_damaged_page_never_holds_up_a_report(place: Place) -> None:
    """Both forms may stand side by side after a kill: what lies as it is goes first."""
    place.archive.put(LIST)
    place.write(squeezed(LIST_SHA256), b"torn")

    assert place.archive.get(LIST_SHA256) == LIST


def test_the_name_of_an_archive_tells_the_place_without_options(place: Place) -> None:
    assert place.archive.name.startswith(("/", "s3://archive-"))
    assert "?" not in place.archive.name
