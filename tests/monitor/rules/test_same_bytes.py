"""The same filing gives the same verdicts byte for byte, whatever the order of sets in memory."""

import os
import subprocess
import sys

JUDGE = """
import json
from random import Random

from monitor.reading.entry import read_report
from monitor.rules.catalogue import judge
from monitor.rules.contract import verdict_object
from monitor.specimens.defects import all_defects
from monitor.specimens.faultless import faultless_filing
from monitor.specimens.filings import facts_of
from monitor.specimens.html_page import html_page

NAMES = {"one-result-more", "figures-of-a-neighbour", "another-agency-as-subject", "a-placeholder"}
for seed in (3, 5, 8):
    filing = faultless_filing(seed)
    filings = [filing]
    for defect in all_defects():
        if defect.name in NAMES and filing.report.format_id in defect.formats:
            faulty = defect.inject(filing, Random(seed))
            filings += [faulty] if faulty is not None else []
    for one in filings:
        read = {name: read_report(html_page(report)) for name, report in one.files.items()}
        for verdict in judge(facts_of(one, read)):
            print(json.dumps(verdict_object(verdict), ensure_ascii=False))
"""


def verdicts(seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", JUDGE], env=environment, capture_output=True, check=True
    )
    return done.stdout


def test_two_processes_with_other_hashes_give_the_same_bytes() -> None:
    first = verdicts("1")

    assert first == verdicts("4711")
    assert first.count(b'"fail"') >= 5
    assert first.count(b"\n") > 500
