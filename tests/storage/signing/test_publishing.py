"""Checkpoints as files for others: whole, complete, never written over."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select

from storage.archive import Archive, DirectoryArchive
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.evidence.holders import holders_of
from storage.models import Capture, Checkpoint, CheckpointHolder, CheckpointNote, LogEntry
from storage.signing.notes import VerifierKey, parse_note
from storage.signing.publishing import PublishedOtherwiseError, publish
from storage.signing.signed_log import latest_signed, rotate_key, signed_checkpoint
from storage.verification import verify


@pytest.fixture
def grow(
    engine: Engine, archive: Archive, exchange: Callable[..., Exchange], tmp_path: Path
) -> Callable[[], None]:
    """Add one capture and make a signed checkpoint."""

    def add() -> None:
        archive_exchange(engine, archive, [exchange()])
        signed_checkpoint(engine, archive, tmp_path)

    return add


def files(directory: Path) -> set[str]:
    return {p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file()}


def test_nothing_is_published_before_the_first_signed_checkpoint(
    engine: Engine, tmp_path: Path
) -> None:
    assert publish(engine, tmp_path / "web") is None
    assert not (tmp_path / "web").exists()


def test_every_checkpoint_the_keys_and_a_page_are_published(
    engine: Engine, grow: Callable[[], None], tmp_path: Path
) -> None:
    web = tmp_path / "web"
    grow()
    grow()
    rotate_key(engine, tmp_path, author="a", reason="b")
    grow()

    done = publish(engine, web)

    assert done is not None
    assert (done.newest, done.added) == (3, 3)
    every = {"checkpoints/1", "checkpoints/2", "checkpoints/3"}
    assert files(web) == {"checkpoint", "keys.txt", "index.html", *every}
    newest = latest_signed(engine)
    assert newest is not None
    assert (web / "checkpoint").read_text() == (web / "checkpoints/3").read_text() == str(newest[1])
    keys = [VerifierKey.parse(line) for line in (web / "keys.txt").read_text().splitlines()]
    for name in every:
        assert parse_note((web / name).read_text()).signers(keys)
    assert {path.stat().st_mode & 0o777 for path in web.rglob("*") if path.is_file()} == {0o644}


def test_the_page_links_every_checkpoint_and_runs_nothing(
    engine: Engine, grow: Callable[[], None], tmp_path: Path
) -> None:
    grow()
    grow()
    publish(engine, tmp_path / "web")
    links: list[str] = []
    tags: set[str] = set()

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            links.extend(str(value) for name, value in attrs if name in ("href", "src"))

    Page().feed((tmp_path / "web/index.html").read_text())

    assert links == ["checkpoint", "keys.txt", "checkpoints/2", "checkpoints/1"]
    assert "script" not in tags


def test_what_is_published_already_stays_as_it_is(
    engine: Engine, grow: Callable[[], None], tmp_path: Path
) -> None:
    web = tmp_path / "web"
    grow()
    publish(engine, web)
    before = (web / "checkpoints/1").stat()
    grow()

    done = publish(engine, web)

    assert done is not None
    assert done.added == 1
    after = (web / "checkpoints/1").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_checkpoint_of_the_same_size_is_told_and_not_written_over(
    engine: Engine, grow: Callable[[], None], tmp_path: Path
) -> None:
    web = tmp_path / "web"
    grow()
    (web / "checkpoints").mkdir(parents=True)
    (web / "checkpoints/1").write_text("another log")

    with pytest.raises(PublishedOtherwiseError, match="--compare"):
        publish(engine, web)

    assert files(web) == {"checkpoints/1"}
    assert (web / "checkpoints/1").read_text() == "another log"


def test_who_holds_a_checkpoint_by_this_is_recorded_once(
    engine: Engine, grow: Callable[[], None], tmp_path: Path
) -> None:
    grow()
    publish(engine, tmp_path / "web")
    publish(engine, tmp_path / "web")

    with reading(engine) as session:
        rows = session.scalars(select(CheckpointHolder)).all()
        notes = session.scalars(select(CheckpointNote.checkpoint_id)).all()
        [holder] = holders_of(session, 0)
    assert [row.checkpoint_id for row in rows] == notes
    assert (holder.kind, holder.who, holder.size) == ("published", str(tmp_path / "web"), 1)


def test_a_signature_that_others_hold_and_that_is_gone_is_named(
    engine: Engine, archive: Archive, grow: Callable[[], None], tmp_path: Path
) -> None:
    grow()
    publish(engine, tmp_path / "web")
    grow()
    with transaction(engine) as session:
        session.execute(delete(CheckpointNote).where(CheckpointNote.checkpoint_id == 1))

    found = verify(engine, archive).problems

    assert [(each.kind.value, each.subject) for each in found] == [
        ("deleted", "note before checkpoint 2"),
        ("deleted", "note of checkpoint 1"),
    ]


def cut_back(engine: Engine, size: int) -> None:
    """Cut log, captures and checkpoints back together, as who owns the machine can."""
    with transaction(engine) as session:
        gone = select(Checkpoint.id).where(Checkpoint.tree_size > size).scalar_subquery()
        session.execute(delete(CheckpointHolder).where(CheckpointHolder.checkpoint_id.in_(gone)))
        session.execute(delete(CheckpointNote).where(CheckpointNote.checkpoint_id.in_(gone)))
        session.execute(delete(Checkpoint).where(Checkpoint.tree_size > size))
        kept = select(LogEntry.capture_id).where(LogEntry.position < size).scalar_subquery()
        session.execute(delete(LogEntry).where(LogEntry.position >= size))
        session.execute(delete(Capture).where(Capture.id.not_in(kept)))


def test_a_log_cut_back_whole_is_told_by_what_it_published(
    engine: Engine, exchange: Callable[..., Exchange], grow: Callable[[], None], tmp_path: Path
) -> None:
    web = tmp_path / "web"
    grow()
    grow()
    publish(engine, web)
    archive = DirectoryArchive(tmp_path / "other")  # without the lines of the checkpoints
    archive.put(b"")
    cut_back(engine, 1)

    found = [each for each in verify(engine, archive, web).problems if "published" in each.subject]
    assert [(each.kind.value, each.subject) for each in found] == [
        ("truncated", "published checkpoint 2")
    ]
    with pytest.raises(PublishedOtherwiseError, match=r"checkpoints/2 was published.*--compare"):
        publish(engine, web)

    grow()  # another second entry: as long as before, and another log
    found = [each for each in verify(engine, archive, web).problems if "published" in each.subject]
    assert [(each.kind.value, each.subject) for each in found] == [
        ("forked", "published checkpoint 2")
    ]


def test_what_lies_among_the_published_and_is_none_of_the_logs_is_told(
    engine: Engine, archive: Archive, grow: Callable[[], None], tmp_path: Path
) -> None:
    web = tmp_path / "web"
    grow()
    archive_exchange(engine, archive, [])
    publish(engine, web)
    assert verify(engine, archive, web).problems == ()
    (web / "checkpoints/7").write_text("nonsense")
    assert [each.kind.value for each in verify(engine, archive, web).problems] == ["altered"]


def test_how_far_the_log_is_covered_is_told_by_who_could_notice(
    engine: Engine,
    archive: Archive,
    exchange: Callable[..., Exchange],
    grow: Callable[[], None],
    tmp_path: Path,
) -> None:
    grow()
    publish(engine, tmp_path / "web")
    grow()
    archive_exchange(engine, archive, [exchange()])

    found = verify(engine, archive).coverage

    assert (found.held, found.signed, found.checkpointed, found.entries) == (1, 2, 2, 3)
    assert [(each.kind, each.size) for each in found.holders] == [("published", 1)]
