"""How surely copies are found among very many reports, and what that takes.

Run from the project's root: ``python -m benchmarks.likeness --reports 1500000`` (numpy needed).

Recall: pairs of invented texts with a known containment are sketched; a pair is found if the
index would compare it. ``blocks`` copies whole passages, ``edits`` changes single letters all over
the text, which is worse. Beside it stands what MinHash with bands would find with as many rows.

Size: a database of sketches as a nation's would be is filled, then the lookup and the keeping of
new reports are timed, and disk and memory measured. Stock phrases are shared by many reports.
"""

import argparse
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median, quantiles

import numpy as np
from sqlalchemy.orm import Session

from monitor.likeness.index import candidates, is_worth
from monitor.likeness.masking import mask
from monitor.likeness.measure import likeness
from monitor.likeness.prints import keep_sketch
from monitor.likeness.sketches import PROBLEMS_SCALE, SCALE, Sketch, sketch
from monitor.rules.quoting import passage
from storage.database import create_database_engine
from storage.schema import upgrade

_HAN = [chr(0x4E00 + i) for i in range(2000)]
_STOCK = 20_000
"""Different prints that stock phrases leave."""


def text(chance: Random, letters: int) -> str:
    return "".join(chance.choices(_HAN, k=letters))


def blocks(chance: Random, source: str, letters: int, share: float) -> str:
    """A text that takes passages of 60 to 200 letters from another, the rest its own."""
    pieces: list[str] = []
    copied = 0
    while copied < share * letters:
        length = min(chance.randint(60, 200), int(share * letters) - copied + 5)
        begin = min(copied, max(0, len(source) - length))
        pieces.append(source[begin : begin + length])
        copied += length
    own = text(chance, max(0, letters - copied))
    cut = max(1, len(own) // max(1, len(pieces)))
    mixed = [piece + own[i * cut : (i + 1) * cut] for i, piece in enumerate(pieces)]
    return "".join(mixed)


def edits(chance: Random, source: str, letters: int, share: float) -> str:
    """A copy with so many letters changed that this share of its runs of five is left."""
    rate = 1 - share ** (1 / 5)
    return "".join(
        chance.choice(_HAN) if chance.random() < rate else letter for letter in source[:letters]
    )


Copy = Callable[[Random, str, int, float], str]


def recall(copy: Copy, letters: int, other: int, share: float, pairs: int) -> tuple[float, float]:
    """Return the median containment of pairs and which part of them is found."""
    found, shares = 0, []
    for number in range(pairs):
        chance = Random(f"{copy.__name__} {letters} {other} {share} {number}")
        theirs = text(chance, other)
        ours = copy(chance, theirs, letters, share)
        one, two = (mask([passage(item)]) for item in (ours, theirs))
        shares.append(likeness(one, two, fewest=1) or 0.0)
        prints = sketch(one, None).prose, sketch(two, None).prose
        least = min(map(len, prints))
        found += least > 0 and is_worth(len(prints[0] & prints[1]), least)
    return median(shares), found / pairs


def banded(share: float, ratio: float, rows: int) -> float:
    """What MinHash with as many bands as we keep rows finds, two hashes a band."""
    jaccard = share / (1 + ratio - share)
    return float(1 - (1 - jaccard**2) ** rows)


def print_recall(pairs: int) -> None:
    if not pairs:
        return
    print("copy    letters  other  containment  found   MinHash, bands of 2, as many rows")
    for copy in (blocks, edits):
        for letters, ratio in ((400, 1), (800, 1), (800, 3), (2000, 1), (2000, 3), (5000, 1)):
            for share in (0.6, 0.75):
                measured, found = recall(copy, letters, letters * ratio, share, pairs)
                rows = max(1, letters // SCALE)
                bands = banded(measured, ratio, rows)
                print(
                    f"{copy.__name__:7} {letters:7} {letters * ratio:6} {measured:12.2f}"
                    f" {found:7.3f} {bands:9.3f}"
                )


def national(reports: int, prints: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield hashes and filings of all prints in the order of the table's key, a part at a time.

    A third of all are of stock phrases; the n-th commonest of these is in 1/3n of the reports.
    """
    chance = np.random.default_rng(1)
    stock = chance.integers(-(2**63), 2**63 - 1, size=_STOCK, dtype=np.int64)
    how_often = reports / 3 / np.arange(1, _STOCK + 1)
    own = reports * prints - int(how_often.sum())
    edges = [-(2**63) + part * 2 ** (64 - 6) for part in range(65)]
    for low, high in pairwise(edges):
        here = (stock >= low) & (stock < min(high, 2**63 - 1))
        hashes = [chance.integers(low, high - 1, size=own // 64, dtype=np.int64)]
        hashes += [np.repeat(stock[here], how_often[here].astype(int))]
        together = np.concatenate(hashes)
        filings = chance.integers(1, reports + 1, size=together.size)
        rows = np.unique(np.stack((together, filings)), axis=1)
        yield rows[0], rows[1]


def fill(path: Path, reports: int, prints: int) -> int:
    """Fill the tables of a database; return how many prints they hold."""
    count = 0
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA synchronous=OFF")
        base.execute("PRAGMA foreign_keys=OFF")
        for hashes, filings in national(reports, prints):
            rows = zip(hashes.tolist(), filings.tolist(), strict=True)
            base.executemany("INSERT INTO prints (hash, filing_id) VALUES (?, ?)", rows)
            base.commit()
            count += hashes.size
        insert = "INSERT INTO sketches VALUES (?, '1', ?, ?, ?, ?)"
        base.executemany(insert, _sketches(reports, prints))
    return count


def _sketches(reports: int, prints: int) -> Iterator[tuple[int, bytes, int, int, str | None]]:
    chance = Random(2)
    packed = bytes(8 * prints)
    for number in range(1, reports + 1):
        figures = f"{chance.getrandbits(256):064x}" if number % 3 == 0 else None
        yield number, packed, prints * 2 // 3, prints // 3, figures


def measure(path: Path, reports: int, prints: int, times: int) -> None:
    """Look up and keep new reports, each in a transaction that is taken back."""
    engine = create_database_engine(f"sqlite:///{path}")
    with sqlite3.connect(path) as base:
        often = "SELECT hash FROM prints GROUP BY hash HAVING count(*) > 50 LIMIT 5000"
        stock = [row[0] for row in base.execute(often)]
    steps: dict[str, list[tuple[float, float]]] = {"candidates": [], "keeping": []}
    with Session(engine) as session:
        for number in range(1, times + 1):
            # the filings themselves are not there; nothing is committed
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            new = a_new_sketch(Random(number), stock, prints)
            key = reports + number
            timed(steps["candidates"], partial(candidates, session, key, new))
            timed(steps["keeping"], partial(keep_sketch, session, key, new))
            session.rollback()
    for name, seconds in steps.items():
        for which, kind in enumerate(("CPU", "wall")):
            spent = [1000 * item[which] for item in seconds]
            worst = quantiles(spent, n=20)[-1]
            print(f"{name:10} {kind:4} median {median(spent):6.1f} ms, 95th {worst:6.1f} ms")
    engine.dispose()


def a_new_sketch(chance: Random, stock: list[int], prints: int) -> Sketch:
    prose = [chance.getrandbits(64) - 2**63 for _ in range(prints // 2)]
    prose += chance.choices(stock, k=prints // 6)
    return Sketch(
        prose=frozenset(prose),
        problems=frozenset(chance.choices(stock, k=prints // 3)),
        figures_sha256=f"{chance.getrandbits(256):064x}",
    )


def timed(spent: list[tuple[float, float]], step: Callable[[], object]) -> None:
    began = time.process_time(), time.perf_counter()
    step()
    spent.append((time.process_time() - began[0], time.perf_counter() - began[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--reports", type=int, default=150_000)
    parser.add_argument(
        "--prints", type=int, default=40, help="of one report, section five included"
    )
    parser.add_argument("--times", type=int, default=300)
    given = parser.parse_args()
    print(f"one print in {SCALE} letters of prose, {PROBLEMS_SCALE} of section five")
    print_recall(given.pairs)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "likeness.db"
        engine = create_database_engine(f"sqlite:///{path}")
        upgrade(engine)
        engine.dispose()
        began = time.perf_counter()
        rows = fill(path, given.reports, given.prints)
        size = path.stat().st_size
        each = size / given.reports
        print(f"{given.reports} reports, {rows} prints, {size / 1e9:.2f} GB, {each:.0f} bytes each")
        print(f"filled in {time.perf_counter() - began:.0f} s")
        memory("filling")
        measure(path, given.reports, given.prints, given.times)
        memory("measuring")


def memory(after: str) -> None:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now = int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]
    print(f"memory after {after}: {now} MB")


if __name__ == "__main__":
    main()
