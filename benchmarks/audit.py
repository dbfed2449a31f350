"""How long it takes to build and to verify a log of a million leaves, and how much memory.

Run from the project's root: ``python -m benchmarks.audit [leaves] [--rows N]``. Each part runs in a
process of its own, so that its peak memory is its own. The baselines, in the same process as what
they are compared with:

- of the tree: SHA-256 of as many leaves, hashed once each with the leaf's prefix, nothing else;
- of the database: that over leaves of the same bytes as the database's.
"""

import argparse
import hashlib
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from storage.archive import open_archive
from storage.captures import make_checkpoint
from storage.database import create_database_engine
from storage.leaf import leaf_of
from storage.log import GrowingTree, MerkleTree, leaf_hash, verify_consistency, verify_inclusion
from storage.models import Capture, LogEntry
from storage.schema import upgrade
from storage.verification.log import read_log, stored_checkpoints, verify_checkpoints

_LEAF = b"x" * 860
_PROOFS = 1000
_BATCH = 10_000
_START = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("leaves", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the database; 0: none")
    arguments = parser.parse_args()
    sys.stdout.write(f"leaves {arguments.leaves}, rows {arguments.rows}\n")
    _alone(measure_tree, arguments.leaves)
    _alone(measure_growing, arguments.leaves)
    if arguments.rows:
        with tempfile.TemporaryDirectory() as directory:
            _alone(fill, arguments.rows, directory)
            _alone(measure_database, arguments.rows, directory)


def _alone(work: Callable[..., None], *arguments: Any) -> None:
    child = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def measure_tree(size: int) -> None:
    """Hash the leaves, build the tree over them, verify every proof of a sample."""
    base, (bare, hashes) = _peak(), _timed(lambda: list(_hashed(size)))
    build, tree = _timed(lambda: MerkleTree.of(hashes))
    root = tree.root()
    old = size * 2 // 3

    def prove() -> None:
        for number in range(_PROOFS):
            index = number * (size // _PROOFS)
            proof = tree.inclusion_proof(index)
            assert verify_inclusion(hashes[index], index, size, proof, root)
        grown = tree.consistency_proof(old)
        assert verify_consistency(old, size, tree.root(old), root, grown)

    proofs, _ = _timed(prove)
    _tell("hash the leaves (baseline)", bare, bare)
    _tell("build the tree over their hashes", build, bare)
    _tell(f"make and verify {_PROOFS} inclusion proofs", proofs, bare)
    _memory("leaves' hashes in a list, and the tree with its levels", base)


def measure_growing(size: int) -> None:
    """Hash the leaves one by one, as verification does, and keep only the root."""
    base, (bare, _) = _peak(), _timed(lambda: sum(1 for _ in _hashed(size)))
    tree = GrowingTree()

    def grow() -> bytes:
        for digest in _hashed(size):
            tree.append(digest)
        return tree.root()

    seconds, _ = _timed(grow)
    _tell("hash and reckon the root, leaf by leaf", seconds, bare)
    _memory("the root, leaf by leaf", base)


def fill(rows: int, directory: str) -> None:
    """Write a log without an archive: what verifying originals takes is another question."""
    engine = _engine(directory)
    upgrade(engine)
    began = time.process_time()
    for first in range(0, rows, _BATCH):
        captures = [_row(number) for number in range(first, min(first + _BATCH, rows))]
        entries = [
            {"position": n, "capture_id": n + 1, "leaf_hash": leaf_hash(leaf_of(row, None, None))}
            for n, row in enumerate(captures, first)
        ]
        with engine.begin() as connection:
            connection.execute(insert(Capture), captures)
            connection.execute(insert(LogEntry), entries)
    filled = time.process_time() - began
    archive = open_archive((Path(directory) / "archive").as_uri())
    seconds, _ = _timed(lambda: make_checkpoint(engine, archive))
    engine.dispose()
    sys.stdout.write(f"rows and leaves written: {filled:.1f} CPU s\n")
    _tell("checkpoint: the root over the logged hashes", seconds, None)


def measure_database(rows: int, directory: str) -> None:
    """Recompute every leaf from its row and compare, with the checkpoint."""
    engine = _engine(directory)
    leaves = [leaf_of(_row(number), None, None) for number in range(1000)]
    base = _peak()
    every = (_bare(leaf) for _ in range(rows // 1000) for leaf in leaves)
    bare, _ = _timed(lambda: sum(1 for _ in every))
    lines = open_archive((Path(directory) / "archive").as_uri()).checkpoints()

    def verify() -> None:
        with engine.connect().execution_options(read_only=True) as connection:
            checkpoints = stored_checkpoints(connection, lines)
            log = read_log(connection, checkpoints.sizes)
            problems, compared = verify_checkpoints(checkpoints, log)
        assert (log.problems, problems, log.entries, compared) == ([], [], rows, 1)

    seconds, _ = _timed(verify)
    engine.dispose()
    _tell(f"hash leaves of {sum(map(len, leaves)) // 1000} bytes (baseline)", bare, bare)
    _tell("verify the log in the database", seconds, bare)
    _memory("verifying the log in the database", base)


def _hashed(size: int) -> Iterator[bytes]:
    for _ in range(size):
        yield _bare(_LEAF)


def _bare(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\0" + leaf).digest()


def _engine(directory: str) -> Engine:
    return create_database_engine(f"sqlite:///{Path(directory) / 'nianbao.db'}")


def _row(number: int) -> dict[str, object]:
    at = _START + timedelta(seconds=number)
    return {
        "url": f"http://www.shifan.example/zwgk/ndbg/{number}.html",
        "final_url": f"http://www.shifan.example/zwgk/ndbg/{number}.html",
        "method": "GET",
        "purpose": "list",
        "redirects": [],
        "requested_at": at,
        "fetched_at": at + timedelta(microseconds=number % 1_000_000),
        "status": 200,
        "request_headers": [["User-Agent", "nianbao"], ["Accept-Language", "zh-CN,zh;q=0.9"]],
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


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _peak() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _tell(what: str, seconds: float, bare: float | None) -> None:
    ratio = "" if bare is None else f"  {seconds / bare:6.2f} times the baseline"
    sys.stdout.write(f"{what:<55} {seconds:8.2f} CPU s{ratio}\n")


def _memory(what: str, base: int) -> None:
    sys.stdout.write(f"peak memory of {what}: {_peak()} MB, {base} of them before it\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
