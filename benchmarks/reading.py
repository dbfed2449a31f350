"""Cells right, wrong and unread, seconds and memory for our readers and for plain libraries.

Run from the project's root: ``python -m benchmarks.reading [reports]``. Every reader reads the
same generated reports in a process of its own; ratios are to ours on the same kind of file. The
baselines are what a first attempt looks like: every table of every page as the library gives it, a
row found by its label, its last cells taken as its values.
"""

import argparse
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import docx
import lxml.html
import pdfplumber

from monitor.formats import load_format
from monitor.reading.entry import read_report
from tests.monitor.reading.measuring import Score, score_report
from tests.monitor.reading.printing import (
    CHROMIUM,
    SOFFICE,
    Look,
    TrueReport,
    print_with_chromium,
    print_with_libreoffice,
    print_with_reportlab,
    report_docx,
    report_html,
    true_report,
)

Rows = Iterable[Sequence[str | None]]
Reader = Callable[[bytes, TrueReport], Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one reader made of one kind of file."""

    files: str
    reader: str
    score: Score
    seconds: float
    peak_mb: float


def ours(body: bytes, true: TrueReport) -> Score:
    return score_report(read_report(body), true)


def plain_pdfplumber(body: bytes, true: TrueReport) -> Score:
    rows: list[Sequence[str | None]] = []
    with pdfplumber.open(BytesIO(body)) as document:
        for page in document.pages:
            for table in page.extract_tables():
                rows += table
            page.close()
    return score_rows(rows, true)


def plain_docx(body: bytes, true: TrueReport) -> Score:
    tables = docx.Document(BytesIO(body)).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    return score_rows(rows, true)


def plain_lxml(body: bytes, true: TrueReport) -> Score:
    root = lxml.html.fromstring(body)
    rows = [[cell.text_content() for cell in row.iter("td", "th")] for row in root.iter("tr")]
    return score_rows(rows, true)


def score_rows(rows: Rows, true: TrueReport) -> Score:
    """Score rows of texts: labels found by equality without blanks, values counted from the end."""
    plain = [[re.sub(r"\s", "", cell or "") for cell in row] for row in rows]
    score = Score()
    for key in ("proactive_disclosure", "requests"):
        for spec in load_format("v2021").tables[key].rows:
            values = true.tables()[key][spec.key]
            row = next((row for row in plain if spec.label in row), None)
            read = row[-len(values) :] if row else [None] * len(values)
            for value, cell in zip(values, read, strict=False):
                score.add(key, spec.key, value, cell)
    numbers = [value for values in true.remedies.values() for value in values]
    row = next((row for row in plain if len(row) == len(numbers) and row[0].isdigit()), None)
    for value, cell in zip(numbers, row or [None] * len(numbers), strict=True):
        score.add("remedies", "all", value, cell)
    return score


def measure(
    files: str, name: str, reader: Reader, cases: Sequence[tuple[bytes, TrueReport]]
) -> Result:
    """Run a reader over all files in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        score, seconds, peak = pool.apply(_run, (reader, cases))
    return Result(files=files, reader=name, score=score, seconds=seconds / len(cases), peak_mb=peak)


def _run(reader: Reader, cases: Sequence[tuple[bytes, TrueReport]]) -> tuple[Score, float, float]:
    reader(*cases[0])  # the first file also pays for imports
    total = Score()
    start = time.process_time()
    for body, true in cases:
        score = reader(body, true)
        total.right += score.right
        total.unread += score.unread
        total.wrong += score.wrong
    seconds = time.process_time() - start
    # Not getrusage: what it tells of a new process includes what its parent held.
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    assert peak
    return total, seconds, int(peak[1]) / 1024


def generate(count: int) -> dict[str, list[tuple[bytes, TrueReport]]]:
    """Return the files by kind; the page breaks fall in different places."""
    trues = [true_report(index, digits=4, zeros=0.3) for index in range(count)]
    looks = [Look(push=450 * index / count, table_font=9 + index % 3) for index in range(count)]
    both = list(zip(trues, looks, strict=True))
    word = [report_docx(true, look) for true, look in both]
    bodies = {
        "PDF by reportlab": [print_with_reportlab(true, look) for true, look in both],
        "DOCX": word,
        "HTML": [report_html(true, look).encode() for true, look in both],
    }
    if CHROMIUM:
        printed = [print_with_chromium(report_html(true, look)) for true, look in both]
        bodies["PDF by Chromium"] = printed
    if SOFFICE:
        bodies["PDF by LibreOffice"] = print_with_libreoffice(word)
    return {kind: list(zip(files, trues, strict=True)) for kind, files in bodies.items()}


def baseline(kind: str) -> tuple[str, Reader]:
    if kind == "DOCX":
        return "python-docx", plain_docx
    return ("lxml", plain_lxml) if kind == "HTML" else ("pdfplumber", plain_pdfplumber)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("reports", type=int, nargs="?", default=10)
    count = parser.parse_args().reports
    print(
        f"{'files':20} {'reader':12} {'right':>7} {'wrong':>6} {'unread':>7} "
        f"{'CPU s/report':>13} {'ratio':>6} {'peak MB':>8}"
    )
    for kind, cases in generate(count).items():
        first = measure(kind, "nianbao", ours, cases)
        for result in (first, measure(kind, *baseline(kind), cases)):
            cells = 200 * len(cases)
            print(
                f"{result.files:20} {result.reader:12} {result.score.right / cells:7.2%} "
                f"{len(result.score.wrong) / cells:6.2%} {result.score.unread / cells:7.2%} "
                f"{result.seconds:13.3f} {result.seconds / first.seconds:6.2f} "
                f"{result.peak_mb:8.0f}"
            )


if __name__ == "__main__":
    sys.exit(main())
