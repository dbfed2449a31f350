"""Deletions: logged before anything is removed, and completed whenever they are interrupted."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from storage.archive import Archive, LockedOriginal, LostOriginal
from storage.captures import DamagedLog, Exchange, archive_exchange, make_checkpoint
from storage.database import reading, transaction
from storage.leaf import deletion_leaf
from storage.log import leaf_hash
from storage.models import Capture, Deletion, LogEntry
from storage.retention.deciding import (
    MOST_OF_ONE,
    Decision,
    Doomed,
    carry_out,
    decide,
    open_deletions,
)
from storage.retention.removed import removals_of
from storage.signing.signed_log import latest_signed
from storage.verification import ProblemKind, verify

MakeExchange = Callable[..., Exchange]
DECISION = Decision(author="王敏", reason="清理", policy={"keep_months": 12})


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def doomed(*bodies: bytes) -> list[Doomed]:
    return [Doomed(sha256=sha(body), size=len(body), captures=1) for body in bodies]


@pytest.fixture
def lists(engine: Engine, archive: Archive, exchange: MakeExchange) -> list[bytes]:
    """Four list pages and one report, in the log."""
    bodies = [f"<ul>{n}</ul>".encode() for n in range(4)]
    batch = [exchange(purpose="list", body=body) for body in bodies]
    archive_exchange(engine, archive, [*batch, exchange(body=b"report")])
    make_checkpoint(engine, archive)
    return bodies


def names(engine: Engine, archive: Archive) -> set[tuple[str, str]]:
    return {(each.kind.value, each.subject) for each in verify(engine, archive).problems}


def remove(engine: Engine, archive: Archive, directory: Path, *bodies: bytes) -> None:
    decide(engine, doomed(*bodies), DECISION, planned_at=5)
    carry_out(engine, archive, directory)


def test_a_decision_is_a_leaf_before_anything_is_removed(
    engine: Engine, archive: Archive, lists: list[bytes]
) -> None:
    [number] = decide(engine, doomed(*lists[:2]), DECISION, planned_at=5)

    with reading(engine) as session:
        deletion = session.get_one(Deletion, number)
        entry = session.scalars(select(LogEntry).where(LogEntry.deletion_id == number)).one()
    assert entry.position == 5
    assert entry.leaf_hash == leaf_hash(deletion_leaf(deletion))
    assert (deletion.author, deletion.reason) == ("王敏", "清理")
    assert [each["sha256"] for each in deletion.originals] == sorted(map(sha, lists[:2]))
    assert archive.get(sha(lists[0])) == lists[0]
    found = verify(engine, archive)
    assert found.sound
    assert {each.kind for each in found.problems} == {ProblemKind.UNREMOVED}


def test_what_a_decision_removed_is_gone_and_not_lost(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, *lists[:2])

    with pytest.raises(LostOriginal):
        archive.get(sha(lists[0]))
    found = verify(engine, archive)
    assert found.problems == ()
    assert (found.originals, found.removed, found.entries) == (5, 2, 6)
    with reading(engine) as session:
        assert len(session.scalars(select(Capture)).all()) == 5, "captures stay"
        removal = removals_of(session, {sha(lists[0]), sha(lists[3])})[sha(lists[0])]
    assert (removal.deletion, removal.position) == (1, 5)
    assert removal.en == "removed by retention decision 1 (王敏: 清理)"
    assert removal.zh == "已按留存决定 1 号移除（王敏：清理）"


def test_the_decision_is_under_a_signed_checkpoint_before_the_first_byte_goes(
    engine: Engine,
    archive: Archive,
    lists: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decide(engine, doomed(lists[0]), DECISION, planned_at=5)
    sizes = []

    def look(sha256: str) -> None:
        signed = latest_signed(engine)
        assert signed is not None
        sizes.append(signed[0].tree_size)
        assert any(line.startswith("6 ") for line in archive.checkpoints())

    monkeypatch.setattr(archive, "remove", look)
    carry_out(engine, archive, tmp_path)

    assert sizes == [6]


def test_an_original_missing_without_a_decision_is_lost(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    archive.remove(sha(lists[1]))

    assert names(engine, archive) == {("lost", sha(lists[1]))}


def test_an_original_present_though_deleted_is_a_warning(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    archive.settle([archive.put(lists[0])])

    found = verify(engine, archive)

    assert found.sound
    assert [(each.kind, each.sha256) for each in found.problems] == [
        (ProblemKind.UNREMOVED, sha(lists[0]))
    ]


def test_no_decision_excuses_a_missing_report(
    engine: Engine, archive: Archive, lists: list[bytes]
) -> None:
    decide(engine, doomed(b"report"), DECISION, planned_at=5)
    archive.remove(sha(b"report"))

    assert names(engine, archive) == {("lost", sha(b"report"))}
    with reading(engine) as session:
        assert removals_of(session, {sha(b"report")}) == {}


@pytest.mark.parametrize(
    "change",
    [
        "author = '李四'",
        "reason = 'x'",
        "originals = '[]'",
        "policy = '{}'",
        "decided_at = '2020-01-01 00:00:00.000000'",
    ],
)
def test_an_edited_deletion_is_named_and_excuses_nothing(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path, change: str
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE deletions SET {change}"))

    assert names(engine, archive) == {("altered", "log entry 5"), ("lost", sha(lists[0]))}


def test_a_deletion_whose_values_are_none_is_named(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    with engine.begin() as connection:
        connection.execute(text("UPDATE deletions SET originals = '[1]'"))

    assert names(engine, archive) == {("altered", "log entry 5"), ("lost", sha(lists[0]))}


def test_a_deletion_that_is_not_in_the_log_is_named_and_excuses_nothing(
    engine: Engine, archive: Archive, lists: list[bytes]
) -> None:
    with transaction(engine) as session:
        session.add(
            Deletion(
                decided_at=datetime.now(UTC),
                author="x",
                reason="y",
                policy={},
                originals=[{"sha256": sha(lists[0]), "size": 1, "captures": 1}],
                carried_out_at=datetime.now(UTC),
            )
        )
    archive.remove(sha(lists[0]))

    assert names(engine, archive) == {("unlogged", "deletion 1"), ("lost", sha(lists[0]))}


def test_a_deletion_deleted_with_or_without_its_log_entry_is_named(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM log_entries WHERE deletion_id IS NOT NULL"))

    kinds = {kind for kind, _ in names(engine, archive)}
    assert kinds == {"truncated", "unlogged", "lost", "deleted"} - {"deleted"}

    with engine.begin() as connection:
        connection.execute(text("DELETE FROM deletions"))

    assert {kind for kind, _ in names(engine, archive)} == {"truncated", "lost"}


def test_deletions_that_changed_places_are_named(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    remove(engine, archive, tmp_path, lists[1])
    with engine.begin() as connection:
        for statement in (
            "UPDATE log_entries SET position = 99 WHERE position = 5",
            "UPDATE log_entries SET position = 5 WHERE position = 6",
            "UPDATE log_entries SET position = 6 WHERE position = 99",
        ):
            connection.execute(text(statement))

    found = names(engine, archive)

    assert ("reordered", "log entry 6") in found
    assert {kind for kind, _ in found} == {"reordered", "forked", "lost"}


def test_a_deletion_and_a_capture_that_changed_places_are_named_by_the_root(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    with engine.begin() as connection:
        for statement in (
            "UPDATE log_entries SET position = 99 WHERE position = 5",
            "UPDATE log_entries SET position = 5 WHERE position = 4",
            "UPDATE log_entries SET position = 4 WHERE position = 99",
        ):
            connection.execute(text(statement))

    assert {kind for kind, _ in names(engine, archive)} == {"forked"}


def test_nothing_is_removed_on_the_word_of_an_edited_deletion(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path
) -> None:
    decide(engine, doomed(lists[0]), DECISION, planned_at=5)
    originals = f'[{{"sha256":"{sha(b"report")}","size":6,"captures":1}}]'
    with engine.begin() as connection:
        connection.execute(text("UPDATE deletions SET originals = :it"), {"it": originals})

    with pytest.raises(DamagedLog, match="audit verify"):
        carry_out(engine, archive, tmp_path)

    assert archive.get(sha(b"report")) == b"report"


def test_what_was_captured_again_before_or_after_the_decision_stays(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path, exchange: MakeExchange
) -> None:
    archive_exchange(engine, archive, [exchange(purpose="list", body=lists[0])])
    decide(engine, doomed(*lists[:3]), DECISION, planned_at=5)
    archive_exchange(engine, archive, [exchange(purpose="list", body=lists[1])])

    done = carry_out(engine, archive, tmp_path)

    assert (done.removed, done.kept) == (1, 1)
    assert archive.get(sha(lists[0])) == lists[0]
    assert archive.get(sha(lists[1])) == lists[1]
    assert verify(engine, archive).problems == ()


def test_what_comes_back_after_its_removal_is_archived_again(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path, exchange: MakeExchange
) -> None:
    remove(engine, archive, tmp_path, lists[0])
    archive_exchange(engine, archive, [exchange(purpose="list", body=lists[0])])

    assert verify(engine, archive).problems == ()
    with reading(engine) as session:
        assert removals_of(session, {sha(lists[0])}) == {}
    archive.remove(sha(lists[0]))
    assert names(engine, archive) == {("lost", sha(lists[0]))}


def test_what_is_being_captured_while_it_is_removed_is_not_lost(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path, exchange: MakeExchange
) -> None:
    """The body is found in the archive, then removed, then the row that names it is committed."""
    decide(engine, doomed(lists[0]), DECISION, planned_at=5)
    put_many = archive.put_many

    def slow(bodies: Iterable[bytes], compress: Iterable[bool] = ()) -> list[str]:
        digests = put_many(bodies, compress)
        if threading.current_thread() is crawler:
            found.set()
            assert removed.wait(30)
        return digests

    found, removed = threading.Event(), threading.Event()
    archive.put_many = slow  # type: ignore[method-assign]
    crawler = threading.Thread(
        target=archive_exchange,
        args=(engine, archive, [exchange(purpose="list", body=lists[0])]),
    )
    crawler.start()
    assert found.wait(30)
    assert carry_out(engine, archive, tmp_path).removed == 1
    removed.set()
    crawler.join(30)

    assert archive.get(sha(lists[0])) == lists[0]
    assert verify(engine, archive).problems == ()


@pytest.mark.parametrize(("author", "reason"), [("", "x"), ("x", " ")])
def test_a_decision_needs_who_and_why(
    engine: Engine, archive: Archive, lists: list[bytes], author: str, reason: str
) -> None:
    with pytest.raises(ValueError, match="an author and a reason"):
        decide(
            engine,
            doomed(lists[0]),
            Decision(author=author, reason=reason, policy={}),
            planned_at=5,
        )


def test_a_large_decision_is_several_deletions_in_one_transaction(
    engine: Engine, archive: Archive, lists: list[bytes]
) -> None:
    many = doomed(*(f"{n}".encode() for n in range(2 * MOST_OF_ONE + 1)))

    numbers = decide(engine, many, DECISION, planned_at=5)

    assert numbers == [1, 2, 3]
    with reading(engine) as session:
        rows = session.scalars(select(Deletion).order_by(Deletion.id)).all()
    assert [len(row.originals) for row in rows] == [MOST_OF_ONE, MOST_OF_ONE, 1]
    assert len({row.decided_at for row in rows}) == 1


# Decides and carries out a deletion in a fork of its own, which dies with SIGKILL at the n-th step.
DIE_AT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from storage.archive import open_archive
from storage.database import create_database_engine
from storage.retention.deciding import Decision, Doomed, carry_out, decide

def run(left, size, digest):
    engine, archive = create_database_engine(sys.argv[1]), open_archive(sys.argv[2])

    def step(*arguments, **options):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying(call):
        def wrapped(*arguments, **options):
            step()
            return call(*arguments, **options)
        return wrapped

    engine.connect().close()
    for name in ("open", "fsync", "link", "unlink"):
        setattr(os, name, dying(getattr(os, name)))
    event.listen(engine, "before_cursor_execute", step)
    event.listen(engine, "commit", step)
    doomed = [Doomed(sha256=digest, size=1, captures=1)]
    decide(engine, doomed, Decision(author="a", reason="r", policy={}), planned_at=size)
    carry_out(engine, archive, Path(sys.argv[3]))
    os._exit(0)

for line in sys.stdin:
    left, size, digest = line.split()
    child = os.fork()
    if not child:
        run(int(left), int(size), digest)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.slow
def test_killed_between_any_two_steps_it_is_completed_by_the_next_run(
    engine: Engine, archive: Archive, lists: list[bytes], tmp_path: Path, exchange: MakeExchange
) -> None:
    url, place = engine.url.render_as_string(hide_password=False), tmp_path / "archive"
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", DIE_AT, url, place.as_uri(), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        finished, step, interrupted = False, 0, 0
        while not finished:
            body = f"list {step}".encode()
            archive_exchange(engine, archive, [exchange(purpose="list", body=body)])
            with reading(engine) as session:
                size = session.scalar(select(func.count()).select_from(LogEntry))
            program.stdin.write(f"{step} {size} {sha(body)}\n")
            program.stdin.flush()
            code = int(program.stdout.readline())
            finished = code == 0
            assert finished or code == -9

            interrupted += _completes(engine, archive, tmp_path, body)
            step += 1 if engine.dialect.name == "sqlite" else 5  # the files are the same ones
    assert step > 15
    assert interrupted


def _completes(engine: Engine, archive: Archive, directory: Path, body: bytes) -> bool:
    """Nothing was decided and nothing is gone, or the log holds the decision."""
    found = verify(engine, archive)
    assert found.sound, found.problems
    decided = bool(open_deletions(engine))
    carry_out(engine, archive, directory)
    assert open_deletions(engine) == []
    with reading(engine) as session:
        logged = sha(body) in removals_of(session, {sha(body)})
    assert logged or not decided
    if logged:
        with pytest.raises(LostOriginal):
            archive.get(sha(body))
    else:
        assert archive.get(sha(body)) == body
    return decided


def test_what_the_store_keeps_locked_waits_and_the_rest_goes(
    engine: Engine,
    archive: Archive,
    lists: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With real object lock: ``tests/storage/archive/test_s3.py``."""
    until, remove_one = datetime(2030, 1, 1, tzinfo=UTC), archive.remove

    def locked(sha256: str) -> None:
        if sha256 == sha(lists[1]):
            raise LockedOriginal("锁定", "locked", until)
        remove_one(sha256)

    monkeypatch.setattr(archive, "remove", locked)
    decide(engine, doomed(*lists[:3]), DECISION, planned_at=5)
    done = carry_out(engine, archive, tmp_path)

    assert (done.removed, done.kept, done.locked) == (2, 0, {sha(lists[1]): until})
    assert len(open_deletions(engine)) == 1
    assert names(engine, archive) == {("unremoved", sha(lists[1]))}

    monkeypatch.undo()
    assert carry_out(engine, archive, tmp_path).locked == {}
    assert open_deletions(engine) == []
    assert names(engine, archive) == set()
