"""How long it takes to verify the log, as a ratio to hashing the same leaves bare.

Run from the project's root: ``python -m benchmarks.log [captures]``. The baseline hashes the
same number of leaf-sized byte strings with SHA-256 and does nothing else.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.clock import utc_now
from storage.database import create_database_engine
from storage.schema import upgrade
from storage.verification import verify

_BATCH = 2000
_LEAF_BYTES = 900


def main() -> None:
    """Fill a log, verify it, and print figures and ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captures", type=int, nargs="?", default=50_000)
    count = parser.parse_args().captures
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        engine = create_database_engine(f"sqlite:///{root / 'nianbao.db'}")
        upgrade(engine)
        archive = open_archive((root / "archive").as_uri())
        now = utc_now()
        began = time.process_time()
        for start in range(0, count, _BATCH):
            exchanges = [
                Exchange(
                    url=f"http://www.shifan.example/zwgk/{number}.html",
                    purpose="page",
                    requested_at=now,
                    fetched_at=now,
                    status=304,
                )
                for number in range(start, min(start + _BATCH, count))
            ]
            archive_exchange(engine, archive, exchanges)
        written = time.process_time() - began
        make_checkpoint(engine, archive)
        began = time.process_time()
        found = verify(engine, archive)
        verified = time.process_time() - began
        assert found.sound, found.problems
        bare = _bare_hashing(count)
        engine.dispose()
    sys.stdout.write(
        f"captures {count}\n"
        f"appended  {written:8.2f} CPU s  {count / written:10.0f} captures/s\n"
        f"verified  {verified:8.2f} CPU s  {count / verified:10.0f} captures/s\n"
        f"baseline  {bare:8.2f} CPU s  (SHA-256 of {_LEAF_BYTES} bytes, {count} times)\n"
        f"ratio of verifying to the baseline: {verified / bare:.1f}\n"
    )


def _bare_hashing(count: int) -> float:
    leaf = b"x" * _LEAF_BYTES
    began = time.process_time()
    for _ in range(count):
        hashlib.sha256(leaf).digest()
    return time.process_time() - began


if __name__ == "__main__":
    main()
