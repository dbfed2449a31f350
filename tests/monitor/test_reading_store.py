"""What was read is kept, and never taken for what it is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor import filing_reading, reading_store
from monitor.filing_reading import Reader
from monitor.reading.choosing import Wanted
from monitor.reading.model import Report
from monitor.reading_store import ReadingStore, key_of, key_of_scan
from storage.archive import open_archive
from tests.monitor.building import a_report
from tests.monitor.scene import a_report as a_specimen
from tests.monitor.scene import as_page

KEY = key_of("ab" * 32, "a.pdf", None, {})


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    store = ReadingStore(tmp_path)
    store.put(KEY, a_report())
    assert store.get(KEY) == a_report()
    assert store.get(key_of_scan(["ab" * 32])) is None


def test_another_version_of_the_readers_reads_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ReadingStore(tmp_path).put(KEY, a_report())
    monkeypatch.setattr(reading_store, "READING_VERSION", "next")
    newer = ReadingStore(tmp_path)
    assert newer.get(KEY) is None
    newer.put(KEY, a_report())
    newer.drop_others()
    monkeypatch.undo()
    assert ReadingStore(tmp_path).get(KEY) is None


@pytest.mark.parametrize("damage", [b"", b"no reading", None])
def test_a_damaged_file_is_none(tmp_path: Path, damage: bytes | None) -> None:
    store = ReadingStore(tmp_path)
    store.put(KEY, a_report())
    [path] = [item for item in tmp_path.rglob("*") if item.is_file()]
    path.write_bytes(path.read_bytes()[:-9] if damage is None else damage)
    assert store.get(KEY) is None


def test_a_place_that_cannot_be_written_keeps_nothing_and_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = ReadingStore(tmp_path / "file")
    store.put(KEY, a_report())
    assert store.get(KEY) is None


def test_what_is_looked_for_tells_readings_of_bundles_apart_only() -> None:
    wanted = Wanted(agencies=("甲局",), fiscal_year=2023)
    assert key_of("a", None, wanted, {}) != key_of("a", None, None, {})
    assert key_of("a", None, None, {}) != key_of("a", "b.pdf", None, {})
    assert key_of("a", None, None, {"x": "1"}) != key_of("a", None, None, {})


def test_an_original_is_read_once_whoever_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive((tmp_path / "archive").as_uri())
    (tmp_path / "archive").mkdir()
    sha256 = archive.put(as_page(a_specimen("清河县财政局")))
    first = Reader(archive, ReadingStore(tmp_path)).original(sha256, None)
    monkeypatch.setattr(filing_reading, "read_original", None)
    again = Reader(archive, ReadingStore(tmp_path))
    assert isinstance(first, Report)
    assert again.original(sha256, None, Wanted(fiscal_year=2023)) == first


def test_a_bundle_is_read_for_each_report_that_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = open_archive((tmp_path / "archive").as_uri())
    (tmp_path / "archive").mkdir()
    sha256 = archive.put(b"PK")
    asked: list[Wanted] = []

    def read(_body: bytes, *, wanted: Wanted, **_: object) -> Report:
        asked.append(wanted)
        return replace(a_report(), bundle="zip", fiscal_year=wanted.fiscal_year)

    monkeypatch.setattr(filing_reading, "read_original", read)
    years = [
        Reader(archive, ReadingStore(tmp_path)).original(sha256, None, Wanted(fiscal_year=year))
        for year in (2022, 2023, 2022)
    ]
    assert [item.fiscal_year for item in years if isinstance(item, Report)] == [2022, 2023, 2022]
    assert len(asked) == 2
