import base64
import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from crawler.settings import URLLENGTH_LIMIT
from storage.archive import Archive, ArchiveError, DirectoryArchive
from storage.captures import (
    DamagedLog,
    Exchange,
    archive_exchange,
    captures_by_hash,
    captures_by_url,
    checkpoint_line,
    make_checkpoint,
    parse_checkpoint_line,
    sweep,
)
from storage.database import reading
from storage.leaf import leaf_bytes
from storage.log import MerkleTree, leaf_hash
from storage.models import Capture, Checkpoint, LogEntry
from storage.verification import ProblemKind, verify

MakeExchange = Callable[..., Exchange]


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_an_exchange_becomes_an_original_a_capture_and_a_log_entry(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    [capture_id] = archive_exchange(engine, archive, [exchange(body=b"report")])

    with reading(engine) as session:
        capture = session.get_one(Capture, capture_id)
        entry = session.scalars(select(LogEntry)).one()
        assert capture.sha256 == hashlib.sha256(b"report").hexdigest()
        assert capture.size == 6
        assert archive.get(capture.sha256) == b"report"
        assert entry.position == 0
        assert entry.leaf_hash == leaf_hash(leaf_bytes(capture, "run-1", "boai"))
    assert archive.pending() == set()


def test_the_longest_address_that_is_asked_for_is_kept(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    random_bytes = random.Random(1).randbytes(URLLENGTH_LIMIT)  # which no index can compress
    digits = base64.urlsafe_b64encode(random_bytes).decode()
    start = "http://www.boai.gov.cn/"
    longest = start + digits[: URLLENGTH_LIMIT - len(start)]
    [capture_id] = archive_exchange(engine, archive, [exchange(longest, final_url=longest[::-1])])

    with reading(engine) as session:
        assert session.get_one(Capture, capture_id).url == longest


def test_ids_come_back_in_the_order_given(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    batch = [exchange(f"http://www.boai.gov.cn/{n}") for n in range(50)]

    ids = archive_exchange(engine, archive, batch)

    with reading(engine) as session:
        urls = [session.get_one(Capture, capture_id).url for capture_id in ids]
        logged = session.scalars(select(LogEntry.capture_id).order_by(LogEntry.position)).all()
    assert urls == [each.url for each in batch]
    assert logged == ids


def test_an_exchange_without_a_body_has_no_original(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    refused = exchange(body=None, status=None, error="connection refused", final_url=None)
    unchanged = exchange(body=None, status=304)

    archive_exchange(engine, archive, [refused, unchanged])

    with reading(engine) as session:
        captures = session.scalars(select(Capture).order_by(Capture.id)).all()
    assert [(c.sha256, c.size, c.wire_sha256) for c in captures] == [(None, None, None)] * 2
    assert list(archive.files()) == []


@pytest.mark.parametrize(
    ("fields", "wire"),
    [
        ({}, hashlib.sha256(b"report").hexdigest()),
        ({"wire_body": b"gzipped"}, hashlib.sha256(b"gzipped").hexdigest()),
        ({"wire_sha256": "f" * 64}, "f" * 64),
        ({"rendered": True}, None),
        ({"rendered": True, "wire_body": b"shell"}, hashlib.sha256(b"shell").hexdigest()),
    ],
)
def test_what_was_served_is_told_apart_from_what_was_decoded(
    engine: Engine,
    archive: Archive,
    exchange: MakeExchange,
    fields: dict[str, Any],
    wire: str | None,
) -> None:
    [capture_id] = archive_exchange(engine, archive, [exchange(body=b"report", **fields)])

    with reading(engine) as session:
        capture = session.get_one(Capture, capture_id)
    assert capture.wire_sha256 == wire
    assert capture.sha256 == hashlib.sha256(b"report").hexdigest()


def test_a_list_page_may_lie_compressed_and_never_as_it_was_served(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    page, served = b"<li>2023</li>" * 90, b"a poor compression " * 90
    batch = [exchange(purpose="list", body=page, wire_body=served)]
    batch += [exchange(body=page + b"report")]
    archive_exchange(engine, archive, batch)

    digests = (hashlib.sha256(each).hexdigest() for each in (page, served, page + b"report"))
    endings = [archive.locate(each).endswith(".gz") for each in digests]
    assert endings == [True, False, False]


def test_dirty_text_of_a_server_is_kept_and_verifies(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    dirty = exchange(
        "http://www.boai.gov.cn/\ud800\0",
        headers=[["Server", "\0\x01\x1b[31m\ud83d\ude00"], ["Server", "twice"]],
        redirects=[{"url": "http://x/\udfff", "status": None}],
        tls={"version": "TLSv1.3", "verified": False, "names": ["a\0b"]},
        method="POST",
        request_body="page=1\0&name=公开",
        error='quote " and \\ and \u2028',
    )

    archive_exchange(engine, archive, [dirty])

    assert verify(engine, archive).problems == ()


def test_nothing_is_recorded_when_an_original_cannot_be_kept(
    engine: Engine, archive: Archive, exchange: MakeExchange, tmp_path: Path
) -> None:
    (tmp_path / "archive").write_text("a file where the archive should be")

    with pytest.raises(ArchiveError):
        archive_exchange(engine, archive, [exchange()])

    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Capture)) == 0


def test_an_original_whose_row_is_refused_is_a_harmless_leftover(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    with pytest.raises(IntegrityError):
        archive_exchange(engine, archive, [exchange(crawl_id=4711)])

    found = verify(engine, archive)
    assert [problem.kind for problem in found.problems] == [ProblemKind.LEFTOVER]
    assert found.sound


def test_a_time_without_a_zone_is_refused_before_anything_is_kept(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    naive = exchange().fetched_at.replace(tzinfo=None)

    with pytest.raises(ValueError, match="naive datetime"):
        archive_exchange(engine, archive, [exchange(fetched_at=naive)])

    assert list(archive.files()) == []


def test_a_transaction_that_fails_leaves_no_gap_in_the_log(
    engine: Engine, archive: Archive, exchange: MakeExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_exchange(engine, archive, [exchange()])
    with monkeypatch.context() as broken:
        broken.setattr("storage.recording._keep_certificates", _fail)
        with pytest.raises(RuntimeError):
            archive_exchange(engine, archive, [exchange()])
    archive_exchange(engine, archive, [exchange()])

    with reading(engine) as session:
        assert session.scalars(select(LogEntry.position)).all() == [0, 1]
    assert verify(engine, archive).problems == ()


def _fail(*_: object) -> None:
    raise RuntimeError


# Starts writers, each in a fork of its own: loading the program takes longer than what they do.
WRITERS = """
import os, signal, sys, traceback
from datetime import UTC, datetime
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine

def write(name, number):
    engine, archive = create_database_engine(sys.argv[1]), open_archive(sys.argv[2])
    for n in range(number):
        now = datetime.now(UTC)
        archive_exchange(engine, archive, [
            Exchange(url=f"http://{name}/{n}/{k}", purpose="page", requested_at=now,
                     fetched_at=now, status=200, body=f"{name} {n} {k}".encode())
            for k in range(3)
        ])
    engine.dispose()

running = set()
for line in sys.stdin:
    name, number = line.split()
    if name == "await":
        running.discard(int(number))
        print(os.waitstatus_to_exitcode(os.waitpid(int(number), 0)[1]), flush=True)
        continue
    child = os.fork()
    if not child:
        try:
            write(name, int(number))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    running.add(child)
    print(child, flush=True)
for child in running:
    os.kill(child, signal.SIGKILL)
"""


@dataclass
class Writers:
    """Processes that archive exchanges; who still writes in the end is killed."""

    program: "subprocess.Popen[str]"

    def start(self, name: str, number: int) -> int:
        """Start one that archives so many times three exchanges, and return its process."""
        return self._ask(f"{name} {number}")

    def result(self, process: int) -> int:
        """Wait for one to end, and return its exit code."""
        return self._ask(f"await {process}")

    def _ask(self, line: str) -> int:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(f"{line}\n")
        self.program.stdin.flush()
        return int(self.program.stdout.readline())


@pytest.fixture
def writers(engine: Engine, archive: Archive) -> Iterator[Writers]:
    with forking(WRITERS, engine, archive) as program:
        yield Writers(program)


def forking(source: str, engine: Engine, archive: Archive) -> "subprocess.Popen[str]":
    """Start a program that forks when it is told to."""
    assert isinstance(archive, DirectoryArchive)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", source, url_of(engine), archive.root.as_uri()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_several_processes_append_without_gap_or_fork(
    engine: Engine, archive: Archive, writers: Writers
) -> None:
    children = [writers.start(f"writer-{n}", 40) for n in range(4)]
    make_checkpoint(engine, archive)

    assert [writers.result(child) for child in children] == [0, 0, 0, 0]
    checkpoint = make_checkpoint(engine, archive)
    with reading(engine) as session:
        positions = session.scalars(select(LogEntry.position).order_by(LogEntry.position)).all()
        owners = session.scalars(select(Capture.url).order_by(Capture.id)).all()
    assert positions == list(range(480))
    assert checkpoint.tree_size == 480
    changes = sum(a.split("/")[2] != b.split("/")[2] for a, b in itertools.pairwise(owners))
    assert changes > 3, "the processes did not write at the same time"
    found = verify(engine, archive)
    assert found.problems == ()
    assert found.originals == 480


@pytest.mark.slow
def test_killed_at_random_it_leaves_a_sound_state(
    engine: Engine, archive: Archive, writers: Writers
) -> None:
    random.seed(20240120)
    for attempt in range(6):
        child = writers.start(f"attempt-{attempt}", 1000)
        _wait_for_work(engine, f"attempt-{attempt}")
        time.sleep(random.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        assert writers.result(child) == -signal.SIGKILL

        found = verify(engine, archive)
        assert found.sound, found.problems
        sweep(engine, archive)
        swept = verify(engine, archive)
        assert swept.sound, swept.problems
        assert not any(file.temporary for file in archive.files())
        make_checkpoint(engine, archive)

    assert verify(engine, archive).entries > 6


def _wait_for_work(engine: Engine, name: str) -> None:
    for _ in range(2000):
        with reading(engine) as session:
            if captures_by_url(session, f"http://{name}/0/2"):
                return
        time.sleep(0.005)
    pytest.fail("the child did not start")


# Archives one exchange in a fork of its own, which dies with SIGKILL at the n-th step.
DIE_AT = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import event
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine

def run(number):
    engine, archive, left = create_database_engine(sys.argv[1]), open_archive(sys.argv[2]), number

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
    event.listen(engine, "checkin", step)
    now = datetime.now(UTC)
    archive_exchange(engine, archive, [
        Exchange(url="http://x/", purpose="page", requested_at=now, fetched_at=now, status=200,
                 body=str(number).encode())
    ])
    os._exit(0)

for line in sys.stdin:
    child = os.fork()
    if not child:
        run(int(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.mark.slow
def test_killed_between_any_two_steps_it_leaves_the_old_state_or_the_new(
    engine: Engine, archive: Archive
) -> None:
    assert isinstance(archive, DirectoryArchive)
    with forking(DIE_AT, engine, archive) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        code, step = -signal.SIGKILL, 0
        while code != 0:
            program.stdin.write(f"{step}\n")
            program.stdin.flush()
            code = int(program.stdout.readline())
            assert code in (0, -signal.SIGKILL)

            found = verify(engine, archive)
            assert found.sound, found.problems
            sweep(engine, archive)
            digest = hashlib.sha256(str(step).encode()).hexdigest()
            with reading(engine) as session:
                recorded = bool(captures_by_hash(session, digest))
            assert recorded <= (digest not in archive.pending())
            step += 1

    assert step > 12


def test_a_checkpoint_is_the_root_of_what_is_committed(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    archive_exchange(engine, archive, [exchange() for _ in range(5)])

    checkpoint = make_checkpoint(engine, archive)

    with reading(engine) as session:
        leaves = session.scalars(select(LogEntry.leaf_hash).order_by(LogEntry.position)).all()
    assert checkpoint.tree_size == 5
    assert checkpoint.root_hash == MerkleTree.of(leaves).root()
    assert archive.checkpoints() == [checkpoint_line(checkpoint)]
    size, root, made_at = parse_checkpoint_line(archive.checkpoints()[0])
    assert (size, root) == (5, checkpoint.root_hash)
    assert made_at.endswith("Z")


def test_a_log_that_has_not_grown_keeps_its_checkpoint(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    archive_exchange(engine, archive, [exchange()])
    first = make_checkpoint(engine, archive)

    assert make_checkpoint(engine, archive).id == first.id
    assert len(archive.checkpoints()) == 1


def test_a_line_that_a_crash_prevented_is_added_by_the_next_checkpoint(
    engine: Engine, archive: Archive, exchange: MakeExchange, tmp_path: Path
) -> None:
    archive_exchange(engine, archive, [exchange()])
    make_checkpoint(engine, archive)
    (tmp_path / "archive" / "checkpoints.txt").unlink()
    archive_exchange(engine, archive, [exchange()])

    make_checkpoint(engine, archive)

    assert [line.split(" ")[0] for line in archive.checkpoints()] == ["1", "2"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM log_entries WHERE position = 1",
        "DELETE FROM log_entries WHERE position >= 1",
        "UPDATE checkpoints SET tree_size = 2",
    ],
)
def test_no_checkpoint_is_made_of_a_log_that_does_not_continue(
    engine: Engine, archive: Archive, exchange: MakeExchange, damage: str
) -> None:
    archive_exchange(engine, archive, [exchange() for _ in range(3)])
    make_checkpoint(engine, archive)
    with engine.begin() as connection:
        connection.execute(text(damage))
    archive_exchange(engine, archive, [exchange()])

    with pytest.raises(DamagedLog, match="audit verify"):
        make_checkpoint(engine, archive)

    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Checkpoint)) == 1


@pytest.mark.parametrize("line", ["", "5", "5 x y", "-1 AAAA y", "5 AAAA y", "5 AA==  y"])
def test_what_is_no_checkpoint_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        parse_checkpoint_line(line)


def test_captures_are_found_by_hash_prefix_and_by_either_address(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    moved = exchange("http://www.boai.gov.cn/old", final_url="http://www.boai.gov.cn/new")
    archive_exchange(engine, archive, [moved, exchange(body=b"other")])
    digest = hashlib.sha256(b"<p>http://www.boai.gov.cn/old</p>").hexdigest()

    with reading(engine) as session:
        for prefix in (digest, digest[:8], digest[:8].upper()):
            [found] = captures_by_hash(session, prefix)
            assert (found.position, found.run_id, found.portal_id) == (0, "run-1", "boai")
        assert captures_by_hash(session, "0" * 8) == []
        for url in ("http://www.boai.gov.cn/old", "http://www.boai.gov.cn/new"):
            assert [each.position for each in captures_by_url(session, url)] == [0]
        assert captures_by_url(session, "http://www.boai.gov.cn/") == []
