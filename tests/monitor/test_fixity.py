"""Looking after the archive: the rota, what it finds, what it restores, what it lays open."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update

from monitor.fixity import LEASE, TIMETABLE, Round, copies_of, look_after, repair_all
from monitor.lease import LeaseHeldError, acquire
from storage.archive import Archive, ArchiveError, DirectoryArchive
from storage.captures import Exchange, archive_exchange
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import CopyName, Fixity, FixityCheck, Repair
from storage.upkeep.rota import standing, troubles
from storage.workspace import open_workspace
from tests.monitor.scene import NOW, Scene, make_scene

PAGE = b"<li>page</li>" * 50
PAGE_SHA256 = hashlib.sha256(PAGE).hexdigest()
REPORT = hashlib.sha256(b"report 0").hexdigest()
DAYS = 90


class Chance(Random):
    """No share comes from chance; what is due comes, in any order."""

    getrandbits = Random.getrandbits

    def random(self) -> float:
        return 1.0


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.delenv("NIANBAO_ARCHIVE_URL", raising=False)
    scene = make_scene(tmp_path / "county")
    bodies = [(f"report {n}".encode(), "page") for n in range(5)]
    _archive(scene, [*bodies, (PAGE, "list")])
    yield scene
    scene.engine.dispose()


def _archive(scene: Scene, bodies: list[tuple[bytes, str]]) -> None:
    exchanges = [
        Exchange(url=f"http://x/{n}", purpose=purpose, requested_at=NOW, fetched_at=NOW, body=body)
        for n, (body, purpose) in enumerate(bodies)
    ]
    archive_exchange(scene.engine, scene.archive, exchanges)


@pytest.fixture
def twice(scene: Scene, tmp_path: Path) -> Scene:
    """The same, with a second copy."""
    url = (tmp_path / "second").as_uri()
    file = scene.workspace.directory / "nianbao.toml"
    file.write_text(f'[storage]\nsecond_copy = "{url}"\n')
    return Scene(open_workspace(scene.workspace.directory), scene.engine)


def go(scene: Scene, *, everything: bool = False) -> Round:
    copies = copies_of(scene.workspace)
    return look_after(scene.engine, copies, DAYS, everything=everything, chance=Chance())


def spoil(archive: Archive, sha256: str, data: bytes | None = b"spoilt") -> None:
    assert isinstance(archive, DirectoryArchive)
    path = archive.root / archive.locate(sha256)
    path.unlink()
    if data is not None:
        path.write_bytes(data)


def age(scene: Scene, days: int) -> None:
    """Let days pass since everything was checked."""
    with transaction(scene.engine) as session:
        session.execute(update(FixityCheck).values(checked_at=utc_now() - timedelta(days=days)))


def unsettled(scene: Scene) -> dict[tuple[str, str], str]:
    with reading(scene.engine) as session:
        return {(row.copy.value, row.sha256): row.result.value for row in troubles(session)}


def test_what_was_never_hashed_again_comes_first_and_then_when_its_time_is_up(scene: Scene) -> None:
    assert (go(scene).checked, go(scene).checked) == (6, 0)
    age(scene, 88)
    assert go(scene).checked == 0
    age(scene, 89)
    assert go(scene).checked == 6
    assert go(scene, everything=True).checked == 6

    with reading(scene.engine) as session:
        stand = standing(session, CopyName.ARCHIVE, utc_now(), DAYS)
    assert (stand.checked, stand.in_time) == (6, 6)


@pytest.mark.parametrize(("data", "result"), [(b"spoilt", "damaged"), (None, "lost")])
@pytest.mark.parametrize("sha256", [REPORT, PAGE_SHA256])
def test_what_is_damaged_or_lost_stays_so_until_it_is_settled(
    scene: Scene, sha256: str, data: bytes | None, result: str
) -> None:
    go(scene)
    spoil(scene.archive, sha256, data)
    found = go(scene, everything=True)

    assert [(each.sha256, each.repaired) for each in found.unsound] == [(sha256, False)]
    assert unsettled(scene) == {("archive", sha256): result}
    assert go(scene).checked == 1, "looked at again each time"

    body = PAGE if sha256 == PAGE_SHA256 else b"report 0"
    scene.archive.put_many([body], [True])
    go(scene)
    assert unsettled(scene) == {}


def test_what_is_missing_is_seen_at_once_whoever_has_the_turn(scene: Scene) -> None:
    go(scene)
    spoil(scene.archive, REPORT, None)

    assert [each.sha256 for each in go(scene).unsound] == [REPORT]


def test_the_first_round_makes_the_second_copy_and_later_ones_hash_it_too(twice: Scene) -> None:
    first, second = go(twice), go(twice)

    assert first.mirrored is not None
    assert (first.checked, first.mirrored.copied) == (6, 6)
    assert second.mirrored is not None
    assert (second.checked, second.mirrored.copied) == (6, 0)
    assert go(twice).checked == 0


@pytest.mark.parametrize("data", [b"spoilt", None])
@pytest.mark.parametrize("broken", [0, 1])
def test_either_copy_is_restored_from_the_other(
    twice: Scene, broken: int, data: bytes | None
) -> None:
    go(twice)
    go(twice)
    copies = copies_of(twice.workspace)
    spoil(copies[broken].archive, REPORT, data)

    found = go(twice, everything=True)

    assert [(each.copy, each.repaired) for each in found.unsound] == [(copies[broken].name, True)]
    assert all(copy.archive.get(REPORT) == b"report 0" for copy in copies)
    assert unsettled(twice) == {}
    with reading(twice.engine) as session:
        [row] = session.scalars(select(Repair))
    assert (row.copy, row.author) == (copies[broken].name, TIMETABLE)
    assert (row.set_aside is not None) == (data is not None)


def test_what_is_damaged_in_both_is_named_in_both(twice: Scene) -> None:
    go(twice)
    go(twice)
    for copy in copies_of(twice.workspace):
        spoil(copy.archive, REPORT)

    go(twice, everything=True)

    assert unsettled(twice) == {("archive", REPORT): "damaged", ("second", REPORT): "damaged"}


def test_a_page_that_became_a_report_is_laid_out_as_it_is(twice: Scene) -> None:
    go(twice)
    archives = [copy.archive for copy in copies_of(twice.workspace)]
    assert all(archive.locate(PAGE_SHA256).endswith(".gz") for archive in archives)
    twice.portal()
    filing = twice.filing(None, None)
    twice.original(filing, "http://www.qh.gov.cn/nb/", PAGE)
    archives[0].remove(PAGE_SHA256)
    archives[0].settle(archives[0].put_many([PAGE], [True]))

    go(twice)

    assert not any(archive.locate(PAGE_SHA256).endswith(".gz") for archive in archives)
    assert all(archive.get(PAGE_SHA256) == PAGE for archive in archives)


def test_an_archive_that_cannot_be_read_at_all_ends_the_round(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(archive: object, sha256: str) -> int:
        raise ArchiveError("服务器无法连接", "the server cannot be reached")

    monkeypatch.setattr(DirectoryArchive, "check", away)

    with pytest.raises(ArchiveError, match="cannot be reached"):
        go(scene)
    with reading(scene.engine) as session:
        rows = session.scalars(select(FixityCheck)).all()
    assert len(rows) == 2
    assert {row.result for row in rows} == {Fixity.UNREADABLE}


def test_a_round_that_is_stopped_keeps_what_it_did(scene: Scene) -> None:
    stopping, done = threading.Event(), 0
    original = DirectoryArchive.check

    def once(archive: DirectoryArchive, sha256: str) -> int:
        stopping.set()
        return original(archive, sha256)

    for _ in range(6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DirectoryArchive, "check", once)
            copies = copies_of(scene.workspace)
            done += look_after(
                scene.engine, copies, DAYS, stopping=stopping, chance=Chance()
            ).checked
        stopping.clear()

    assert done == 6
    assert go(scene).checked == 0


def test_two_rounds_at_once_are_one(scene: Scene) -> None:
    acquire(scene.engine, LEASE, "another:1", utc_now())

    with pytest.raises(LeaseHeldError):
        go(scene)


def test_repairs_asked_for_by_hand_take_what_is_known_or_what_is_named(twice: Scene) -> None:
    go(twice)
    copies = copies_of(twice.workspace)
    assert repair_all(twice.engine, copies, (), "王敏") == []
    spoil(copies[0].archive, REPORT)

    assert repair_all(twice.engine, copies, (), "王敏") == [], "nobody knows yet"
    [done] = repair_all(twice.engine, copies, [REPORT, PAGE_SHA256], "王敏")

    assert (done.sha256, done.copy, done.repaired) == (REPORT, CopyName.ARCHIVE, True)
    assert unsettled(twice) == {}


def test_what_nothing_has_is_said_not_to_be_there(twice: Scene) -> None:
    go(twice)

    done = repair_all(twice.engine, copies_of(twice.workspace), ["0" * 64], "王敏")

    assert [each.repaired for each in done] == [False, False]
