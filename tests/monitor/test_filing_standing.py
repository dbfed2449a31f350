"""What stands is told by hashes: they must be the same in every process, or nothing ever stands."""

import os
import subprocess
import sys
from datetime import date

import pytest

from monitor.filing_standing import hash_of
from monitor.rules.model import ColumnFacts
from storage.models import AgencyKind

PROOFS = frozenset({"titles", "label", "heading", "breadcrumb", "path", "link", "no_decoys"})
COLUMN = ColumnFacts(url="http://a.cn/nb/", name="年报", proofs=PROOFS, rendered=False, rows=())
PROGRAM = """
from tests.monitor.test_filing_standing import COLUMN, PROOFS
from monitor.filing_standing import hash_of
print(hash_of({"column": COLUMN, "proofs": PROOFS}))
"""


def in_a_process(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_processes_with_other_hash_seeds_give_the_same_hash() -> None:
    assert {in_a_process("1"), in_a_process("2")} == {hash_of({"proofs": PROOFS, "column": COLUMN})}


def test_other_values_give_another_hash() -> None:
    parts = {"day": date(2024, 1, 31), "kind": AgencyKind.TOWNSHIP, "proofs": PROOFS}
    changed = [
        {**parts, "day": date(2024, 2, 1)},
        {**parts, "kind": AgencyKind.GOVERNMENT},
        {**parts, "proofs": PROOFS - {"link"}},
    ]
    assert len({hash_of(parts), *map(hash_of, changed)}) == 4


def test_what_has_no_text_of_its_own_is_refused_rather_than_hashed_by_its_place_in_memory() -> None:
    with pytest.raises(TypeError, match="function"):
        hash_of({"judge": in_a_process})
