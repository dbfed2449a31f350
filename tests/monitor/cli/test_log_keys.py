"""``nianbao audit checkpoint``, ``audit key`` and ``audit wacz`` as a user meets them."""

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.signing.keys import KEY_FILE, parse_rotation
from storage.signing.notes import VerifierKey, parse_note
from tests.crawler.county import fill
from tests.crawler.portal import Site, serve
from tests.monitor.cli.program import Done, nianbao
from tests.monitor.cli.test_crawl import make_workspace


@pytest.fixture(scope="module", autouse=True)
def no_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.lower().endswith("_proxy") or name.startswith("NIANBAO"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = Site()
    fill(site)
    with serve(site):
        made = make_workspace(tmp_path_factory.mktemp("keys"), {"healthy": site})
        assert nianbao("crawl", workspace=made).code == 0
    return made


def audit(place: Path, *arguments: str | Path) -> Done:
    return nianbao("--lang", "en", "audit", *arguments, workspace=place)


def keys(place: Path) -> list[dict[str, Any]]:
    return audit(place, "key", "list", "--format", "jsonl").objects()


def test_init_makes_a_key_that_nobody_else_can_read(place: Path) -> None:
    assert (place / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_the_checkpoint_of_a_crawl_is_signed_by_the_logs_key(place: Path) -> None:
    note = parse_note(audit(place, "checkpoint").out)
    key = VerifierKey.parse(keys(place)[0]["verifier"])
    assert note.signers([key]) == (key,)
    assert audit(place, "verify").code == 0


def test_a_checkpoint_can_be_written_into_a_file(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.note"
    assert audit(place, "checkpoint", "--out", path).code == 0
    assert path.read_text() == audit(place, "checkpoint").out
    assert audit(place, "checkpoint", "--out", tmp_path / "no" / "where").code == 2


def test_a_log_without_a_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    assert nianbao("init", workspace=tmp_path).code == 0
    done = audit(tmp_path, "checkpoint")
    assert (done.code, "nianbao crawl" in done.err) == (3, True)
    done = audit(tmp_path, "key", "rotate", "--author", "a", "--reason", "b")
    assert (done.code, "no key yet" in done.err) == (2, True)


def test_everything_captured_goes_into_a_web_archive_once(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.wacz"
    (made,) = audit(place, "wacz", path, "--format", "jsonl").objects()
    assert made["captures"] > 5
    with zipfile.ZipFile(path) as package:
        assert json.loads(package.read("datapackage.json"))["title"] == "nianbao"
    again = audit(place, "wacz", path)
    assert (again.code, "only a new file" in again.err) == (2, True)
    assert audit(place, "wacz", tmp_path / "b.wacz", "--portal", "no").code == 2
    assert audit(place, "wacz", tmp_path / "c.wacz", "--fiscal-year", "2011").code == 3


def test_a_rotated_key_is_listed_after_the_old_one_which_handed_over(place: Path) -> None:
    done = audit(place, "key", "rotate", "--author", "王敏", "--reason", "staff change")
    assert done.code == 0
    old, new = keys(place)
    assert new["verifier"] in done.out
    assert old["retired_at"]
    assert (new["retired_at"], new["author"]) == (None, "王敏")
    before, after, agreed = parse_rotation(parse_note(new["handed_over"]))
    assert (str(before), str(after), agreed) == (old["verifier"], new["verifier"], True)
    assert audit(place, "verify").code == 0
