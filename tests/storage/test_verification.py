import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from storage.archive import Archive, DirectoryArchive
from storage.captures import (
    Exchange,
    archive_exchange,
    checkpoint_line,
    make_checkpoint,
)
from storage.database import create_database_engine, reading, transaction
from storage.leaf import leaf_of
from storage.log import MerkleTree, leaf_hash
from storage.models import (
    Capture,
    Checkpoint,
    Column,
    Filing,
    LogEntry,
    Original,
    OriginalRole,
)
from storage.schema import upgrade
from storage.verification import Problem, Verification, leaves, verify
from storage.verification.log import read_log

MakeExchange = Callable[..., Exchange]
SIZE = 12


@pytest.fixture
def digests(engine: Engine, archive: Archive, exchange: MakeExchange) -> list[str]:
    """Twelve archived and logged originals, under checkpoints at 7 and 12."""
    batch = [exchange(f"http://www.boai.gov.cn/{n}") for n in range(SIZE)]
    archive_exchange(engine, archive, batch[:7])
    make_checkpoint(engine, archive)
    archive_exchange(engine, archive, batch[7:])
    make_checkpoint(engine, archive)
    with reading(engine) as session:
        return [str(each) for each in session.scalars(select(Capture.sha256).order_by(Capture.id))]


def tamper(engine: Engine, *statements: str) -> None:
    """Change the database behind the program's back, without its constraints."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT" if sqlite else "SELECT 1")
        off = "PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica"
        connection.exec_driver_sql(off)
        if sqlite:
            connection.exec_driver_sql("BEGIN")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()


def told(found: Verification) -> set[tuple[str, str]]:
    return {(problem.kind.value, problem.subject) for problem in found.problems}


def path_of(archive: Archive, sha256: str) -> Path:
    assert isinstance(archive, DirectoryArchive)
    return archive.root / archive.locate(sha256)


def test_what_was_not_touched_verifies(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    found = verify(engine, archive)

    assert found.problems == ()
    assert (found.originals, found.entries, found.checkpoints) == (SIZE, SIZE, 2)
    assert found.size == sum(path_of(archive, each).stat().st_size for each in digests)


def test_an_empty_workspace_verifies(engine: Engine, archive: Archive) -> None:
    assert verify(engine, archive).sound


def test_a_flipped_bit_is_named(engine: Engine, archive: Archive, digests: list[str]) -> None:
    path = path_of(archive, digests[3])
    content = bytearray(path.read_bytes())
    content[2] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)

    [problem] = verify(engine, archive).problems

    assert (problem.kind.value, problem.sha256) == ("damaged", digests[3])
    assert problem.url == "http://www.boai.gov.cn/3"
    assert problem.path == f"originals/{digests[3][:2]}/{digests[3]}"
    for message in (problem.message_zh, problem.message_en):
        assert digests[3] in message


def test_a_deleted_file_is_named(engine: Engine, archive: Archive, digests: list[str]) -> None:
    path_of(archive, digests[0]).unlink()

    assert told(verify(engine, archive)) == {("lost", digests[0])}


def test_a_deleted_archive_names_every_original(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    for digest in digests:
        path_of(archive, digest).unlink()

    assert told(verify(engine, archive)) == {("lost", digest) for digest in digests}


def test_a_file_that_nobody_logged_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    stranger = archive.put(b"slipped in")
    archive.settle([stranger])
    path_of(archive, digests[0]).with_name("notes.txt").write_text("x")

    assert told(verify(engine, archive)) == {
        ("unlogged", stranger),
        ("unlogged", f"originals/{digests[0][:2]}/notes.txt"),
    }


def test_what_a_killed_process_left_is_harmless(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    orphan = archive.put(b"its row was never committed")
    torn = path_of(archive, digests[0]).with_name(".tmp-0123456789abcdef")
    torn.write_bytes(b"half")

    found = verify(engine, archive)

    assert found.sound
    assert told(found) == {
        ("leftover", orphan),
        ("leftover", f"originals/{digests[0][:2]}/{torn.name}"),
    }


@pytest.mark.parametrize(
    "change",
    [
        "url = 'http://www.boai.gov.cn/elsewhere'",
        "fetched_at = '2023-01-20 04:00:00.000000'",
        "status = 404",
        "status = NULL",
        "size = 0",
        "rendered = true",
        "final_url = NULL",
        "headers = '[]'",
        'headers = \'[["Date","yesterday"]]\'',
        "tls = '{\"verified\":true}'",
        "crawl_id = NULL",
        "error = 'none'",
        "request_body = 'page=2'",
        "wire_sha256 = ''",
    ],
)
def test_an_edited_row_is_named(
    engine: Engine, archive: Archive, digests: list[str], change: str
) -> None:
    tamper(engine, f"UPDATE captures SET {change} WHERE id = 5")

    assert told(verify(engine, archive)) == {("altered", "log entry 4")}


@pytest.mark.parametrize("value", ["'{not json'", "x'00'", "'NaN'"])
def test_a_row_with_values_of_no_capture_is_named(
    engine: Engine, archive: Archive, digests: list[str], value: str
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses such values")
    tamper(engine, f"UPDATE captures SET headers = {value} WHERE id = 5")

    assert told(verify(engine, archive)) == {("altered", "log entry 4")}


def test_an_edited_run_changes_the_leaves_of_its_captures(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(engine, "UPDATE crawls SET run_id = 'run-2'")

    assert told(verify(engine, archive)) == {
        ("altered", f"log entry {position}") for position in range(SIZE)
    }


def test_a_row_whose_hash_was_changed_loses_one_original_and_frees_another(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    zeros = "0" * 64
    tamper(engine, f"UPDATE captures SET sha256 = '{zeros}', wire_sha256 = '{zeros}' WHERE id = 5")

    assert told(verify(engine, archive)) == {
        ("altered", "log entry 4"),
        ("lost", "0" * 64),
        ("unlogged", digests[4]),
    }


def test_an_edited_leaf_hash_is_named_and_breaks_the_root(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    blob = "x'{}'" if engine.dialect.name == "sqlite" else "'\\x{}'::bytea"
    tamper(
        engine,
        f"UPDATE log_entries SET leaf_hash = {blob.format('00' * 32)} WHERE position = 9",
    )

    kinds = told(verify(engine, archive))

    assert ("altered", "log entry 9") in kinds
    assert {kind for kind, _ in kinds} == {"altered", "forked"}
    assert len(kinds) == 2, "the checkpoint at 7 still holds"


def test_a_deleted_capture_is_named(engine: Engine, archive: Archive, digests: list[str]) -> None:
    tamper(engine, "DELETE FROM captures WHERE id = 5")

    assert told(verify(engine, archive)) == {
        ("deleted", "log entry 4"),
        ("unlogged", digests[4]),
    }


def test_a_deleted_log_entry_is_named(engine: Engine, archive: Archive, digests: list[str]) -> None:
    tamper(engine, "DELETE FROM log_entries WHERE position IN (4, 5)")

    assert told(verify(engine, archive)) == {
        ("deleted", "log entry 4-5"),
        ("unlogged", "capture 5"),
        ("unlogged", "capture 6"),
    }


def test_a_capture_and_its_entry_deleted_together_are_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(
        engine, "DELETE FROM log_entries WHERE position = 4", "DELETE FROM captures WHERE id = 5"
    )

    assert told(verify(engine, archive)) == {
        ("deleted", "log entry 4"),
        ("unlogged", digests[4]),
    }


def test_a_log_closed_up_over_a_deleted_entry_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(
        engine,
        "DELETE FROM log_entries WHERE position = 4",
        "DELETE FROM captures WHERE id = 5",
        *(
            f"UPDATE log_entries SET position = {position - 1} WHERE position = {position}"
            for position in range(5, SIZE)
        ),
    )

    found = verify(engine, archive)

    assert {kind for kind, _ in told(found)} == {"truncated", "forked", "unlogged"}


def test_a_truncated_log_is_named_by_the_checkpoints_of_the_archive(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(
        engine,
        "DELETE FROM log_entries WHERE position >= 8",
        "DELETE FROM captures WHERE id >= 9",
        "DELETE FROM checkpoints WHERE tree_size > 8",
    )

    kinds = told(verify(engine, archive))

    assert {kind for kind, _ in kinds} == {"truncated", "deleted", "unlogged"}
    assert {subject for kind, subject in kinds if kind == "unlogged"} == set(digests[8:])


def test_a_truncated_log_is_named_by_the_checkpoints_of_the_database(
    engine: Engine, archive: Archive, digests: list[str], tmp_path: Path
) -> None:
    (tmp_path / "archive" / "checkpoints.txt").unlink()
    tamper(engine, "DELETE FROM log_entries WHERE position >= 8")

    kinds = {kind for kind, _ in told(verify(engine, archive))}

    assert kinds == {"truncated", "deleted", "unlogged"}


def test_a_database_begun_anew_beside_an_old_archive_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(engine, *(f"DELETE FROM {name}" for name in ("log_entries", "captures", "checkpoints")))

    kinds = [problem.kind.value for problem in verify(engine, archive).problems]

    assert kinds.count("unlogged") == SIZE
    assert kinds.count("truncated") == 2


def test_log_entries_that_changed_places_are_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(
        engine,
        "UPDATE log_entries SET position = 99 WHERE position = 2",
        "UPDATE log_entries SET position = 2 WHERE position = 3",
        "UPDATE log_entries SET position = 3 WHERE position = 99",
    )

    found = told(verify(engine, archive))

    assert ("reordered", "log entry 3") in found
    assert {kind for kind, _ in found} == {"reordered", "forked"}


def test_leaf_hashes_that_changed_places_are_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    with reading(engine) as session:
        hashes = session.scalars(select(LogEntry.leaf_hash).order_by(LogEntry.position)).all()
    blob = "x'{}'" if engine.dialect.name == "sqlite" else "'\\x{}'::bytea"
    tamper(
        engine,
        *(
            f"UPDATE log_entries SET leaf_hash = {blob.format(hashes[theirs].hex())}"
            f" WHERE position = {mine}"
            for mine, theirs in ((2, 3), (3, 2))
        ),
    )

    found = told(verify(engine, archive))

    assert found >= {("reordered", "log entry 2"), ("reordered", "log entry 3")}
    assert {kind for kind, _ in found} == {"reordered", "forked"}


def test_captures_that_changed_places_are_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(
        engine,
        "UPDATE captures SET id = 99 WHERE id = 3",
        "UPDATE captures SET id = 3 WHERE id = 4",
        "UPDATE captures SET id = 4 WHERE id = 99",
    )

    assert told(verify(engine, archive)) == {
        ("reordered", "log entry 2"),
        ("reordered", "log entry 3"),
    }


def test_a_capture_copied_under_a_new_id_is_not_in_the_log(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    columns = [column.key for column in Capture.__mapper__.column_attrs if column.key != "id"]
    names = ", ".join(columns)
    tamper(
        engine,
        f"INSERT INTO captures (id, {names}) SELECT 99, {names} FROM captures WHERE id = 5",
    )

    assert told(verify(engine, archive)) == {("unlogged", "capture 99")}


def test_a_duplicated_log_entry_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    copy = "SELECT position, capture_id, leaf_hash, deletion_id FROM log_entries"
    tamper(
        engine,
        f"CREATE TABLE copied AS {copy} UNION ALL {copy} WHERE position = 4",
        "DROP TABLE log_entries",
        "ALTER TABLE copied RENAME TO log_entries",
    )

    assert told(verify(engine, archive)) == {("duplicated", "log entry 4")}


def test_a_capture_logged_at_two_positions_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    copy = "SELECT position, capture_id, leaf_hash, deletion_id FROM log_entries"
    last = (
        f"SELECT {SIZE}, capture_id, leaf_hash, deletion_id FROM log_entries"
        f" WHERE position = {SIZE - 1}"
    )
    tamper(
        engine,
        f"CREATE TABLE copied AS {copy} UNION ALL {last}",
        "DROP TABLE log_entries",
        "ALTER TABLE copied RENAME TO log_entries",
    )

    assert told(verify(engine, archive)) == {("duplicated", f"log entry {SIZE}")}


def test_history_rewritten_with_matching_rows_is_named_by_the_root(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    with transaction(engine) as session:
        capture = session.get_one(Capture, 5)
        capture.status = 404
        values = {name: getattr(capture, name) for name in LEAF_NAMES}
        entry = session.get_one(LogEntry, 4)
        entry.leaf_hash = leaf_hash(leaf_of(values, "run-1", "boai"))

    found = verify(engine, archive).problems

    assert [problem.kind.value for problem in found] == ["forked", "forked"]
    assert [problem.subject.split()[1] for problem in found] == ["7", "12"]


LEAF_NAMES = [
    column.key for column in Capture.__mapper__.column_attrs if column.key not in ("id", "crawl_id")
]


def test_an_edited_checkpoint_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    blob = "x'{}'" if engine.dialect.name == "sqlite" else "'\\x{}'::bytea"
    tamper(
        engine,
        f"UPDATE checkpoints SET root_hash = {blob.format('00' * 32)} WHERE tree_size = 7",
    )

    kinds = [problem.kind.value for problem in verify(engine, archive).problems]

    assert sorted(kinds) == ["deleted", "deleted", "forked"]


def test_a_deleted_checkpoint_is_named(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    tamper(engine, "DELETE FROM checkpoints WHERE tree_size = 7")

    [problem] = verify(engine, archive).problems

    assert problem.kind.value == "deleted"
    assert problem.subject.startswith("checkpoint 7 ")


def test_a_deleted_line_of_the_archives_checkpoints_is_named(
    engine: Engine, archive: Archive, digests: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "archive" / "checkpoints.txt"
    path.write_text(path.read_text().splitlines(keepends=True)[1])

    [problem] = verify(engine, archive).problems

    assert problem.kind.value == "deleted"
    assert problem.subject.startswith("checkpoint 7 ")


def test_a_line_that_is_no_checkpoint_is_named(
    engine: Engine, archive: Archive, digests: list[str], tmp_path: Path
) -> None:
    with (tmp_path / "archive" / "checkpoints.txt").open("a") as file:
        file.write("nonsense\n")

    assert ("altered", "checkpoint nonsense") in told(verify(engine, archive))


def test_a_checkpoint_whose_line_a_crash_prevented_is_no_problem(
    engine: Engine, archive: Archive, digests: list[str], exchange: MakeExchange
) -> None:
    archive_exchange(engine, archive, [exchange()])
    with transaction(engine) as session:
        leaves = session.scalars(select(LogEntry.leaf_hash).order_by(LogEntry.position))
        root = MerkleTree.of(leaves).root()
        made_at = datetime.now(UTC)
        session.add(Checkpoint(tree_size=SIZE + 1, root_hash=root, made_at=made_at))

    found = verify(engine, archive)

    assert found.problems == ()
    assert found.checkpoints == 3


@pytest.fixture
def original_id(engine: Engine, archive: Archive, digests: list[str]) -> int:
    """The original of a filing, captured by capture 5."""
    now = datetime(2024, 1, 20, tzinfo=UTC)
    with transaction(engine) as session:
        column = Column(
            portal_id="boai",
            url="http://www.boai.gov.cn/ndbg/",
            name="年报",
            platform="generic",
            found_by="registry",
            proof={},
            found_at=now,
        )
        session.add(column)
        session.flush()
        filing = Filing(
            portal_id="boai",
            column_id=column.id,
            url="http://www.boai.gov.cn/4",
            list_title="年报",
            title="年报",
            date_candidates=[],
            labels={},
            first_seen_at=now,
            last_seen_at=now,
        )
        session.add(filing)
        session.flush()
        original = Original(
            filing_id=filing.id,
            capture_id=5,
            url=filing.url,
            role=OriginalRole.PAGE,
            sha256=digests[4],
            media_type="text/html",
            size=1,
            fetched_at=now,
        )
        session.add(original)
        session.flush()
        return original.id


def test_an_original_of_a_filing_must_be_what_its_capture_says(
    engine: Engine, archive: Archive, digests: list[str], original_id: int
) -> None:
    assert verify(engine, archive).problems == ()

    tamper(engine, f"UPDATE originals SET sha256 = '{digests[0]}'")

    assert told(verify(engine, archive)) == {("altered", f"original {original_id}")}


def test_an_original_of_a_filing_without_its_capture_is_named(
    engine: Engine, archive: Archive, digests: list[str], original_id: int
) -> None:
    tamper(
        engine, "DELETE FROM log_entries WHERE position = 4", "DELETE FROM captures WHERE id = 5"
    )

    assert told(verify(engine, archive)) == {
        ("deleted", "log entry 4"),
        ("deleted", f"original {original_id}"),
    }


def test_a_good_copy_over_a_damaged_one_leaves_a_harmless_trace(
    engine: Engine, archive: Archive, digests: list[str], exchange: MakeExchange
) -> None:
    path = path_of(archive, digests[3])
    path.chmod(0o644)
    path.write_bytes(b"rot")
    archive_exchange(engine, archive, [exchange("http://www.boai.gov.cn/3")])

    found = verify(engine, archive)

    assert found.sound
    [problem] = found.problems
    assert problem.kind.value == "leftover"
    assert str(problem.path).startswith(f"damaged/{digests[3]}")


def test_exchanges_without_a_body_are_verified_too(
    engine: Engine, archive: Archive, digests: list[str], exchange: MakeExchange
) -> None:
    archive_exchange(engine, archive, [exchange(body=None, status=None, error="no answer")])

    assert verify(engine, archive).problems == ()


def test_every_problem_is_told_in_both_languages(
    engine: Engine, archive: Archive, digests: list[str], tmp_path: Path
) -> None:
    path_of(archive, digests[0]).unlink()
    archive.put(b"orphan")
    tamper(
        engine,
        "UPDATE captures SET status = 1 WHERE id = 2",
        "DELETE FROM log_entries WHERE position >= 9",
    )

    problems: tuple[Problem, ...] = verify(engine, archive).problems

    assert len(problems) >= 5
    for problem in problems:
        assert any("\u4e00" <= each <= "\u9fff" for each in problem.message_zh)
        assert problem.message_en.isprintable()
        assert problem.message_en.endswith((".", ")"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"body": None, "status": None, "final_url": None, "crawl_id": None},
        {"rendered": True, "tls": {"verified": True, "names": ["\x7f\u2028", 1, None, False]}},
        {"headers": [["\x00\x01\b\t\n\x0b\f\r\x1f", "\\\"/'%s{}"], ["中文", "😀\ud800"]]},
        {"error": "\x00\x01\b\t\n\x0b\f\r\x1f\x7f\x80\\\"/'%s{}é中文😀", "request_body": ""},
    ],
)
def test_the_database_writes_the_same_leaves_as_the_program(
    engine: Engine,
    archive: Archive,
    exchange: MakeExchange,
    fields: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive_exchange(engine, archive, [exchange(**fields)])
    monkeypatch.setattr(leaves, "leaf_of", None)  # nothing needs to be decoded to verify

    assert verify(engine, archive).problems == ()


@pytest.mark.slow
def test_a_long_log_verifies_in_seconds(tmp_path: Path) -> None:
    size = 50_000
    engine = create_database_engine(f"sqlite:///{tmp_path / 'long.db'}")
    upgrade(engine)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for first in range(0, size, 10_000):
        rows = [_row(number, start) for number in range(first, first + 10_000)]
        entries = [
            {
                "position": number,
                "capture_id": number + 1,
                "leaf_hash": leaf_hash(leaf_of(row, None, None)),
            }
            for number, row in enumerate(rows, first)
        ]
        with engine.begin() as connection:
            connection.execute(insert(Capture), rows)
            connection.execute(insert(LogEntry), entries)

    began = time.process_time()
    with engine.connect() as connection:
        found = read_log(connection)
    seconds = time.process_time() - began
    engine.dispose()

    assert (found.problems, found.entries) == ([], size)
    # Half a second on a slow core: 10 for a million.
    assert seconds < 4


def _row(number: int, start: datetime) -> dict[str, object]:
    return {
        "url": f"http://www.boai.gov.cn/{number}.html",
        "final_url": None,
        "method": "GET",
        "purpose": "page",
        "redirects": [],
        "requested_at": start + timedelta(seconds=number),
        "fetched_at": start + timedelta(seconds=number, microseconds=number),
        "status": 200,
        "request_headers": [["User-Agent", "nianbao"]],
        "request_body": None,
        "headers": [["Content-Type", "text/html"], ["ETag", f'"{number}"'], ["Server", "nginx"]],
        "media_type": "text/html",
        "sha256": f"{number:064x}",
        "size": number,
        "wire_sha256": f"{number:064x}",
        "rendered": False,
        "address": "192.0.2.7",
        "tls": None,
        "error": None,
    }


def test_checkpoint_lines_say_what_the_rows_say(
    engine: Engine, archive: Archive, digests: list[str]
) -> None:
    with reading(engine) as session:
        rows = session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()

    assert [checkpoint_line(row) for row in rows] == archive.checkpoints()
