"""Cells right, wrong and unread, seconds and memory for our readers and for plain libraries.

Run from the project's root: ``python -m benchmarks.reading --reports 20 --forms html,docx,pdf``.
Reports are invented with known truth (monitor/specimens), every one in another look; the same seed
gives the same files. Each reader reads the same files in a process of its own, which has read one
before; times are CPU seconds of that process, or wall time where a program outside it does the
work (marked *). ``slower`` is the baseline's time over ours.
"""

import argparse
import json
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.baselines import BASELINES, Rows, score_rows
from monitor.reading.entry import read_report
from monitor.reading.model import Report, UnreadableError
from monitor.specimens.chance import FIGURES, Wish, random_specimen
from monitor.specimens.forms import FORMS, Case, Form
from monitor.specimens.model import Specimen
from monitor.specimens.scoring import Score, score_nothing, score_report

WALL = frozenset({"doc", "wps", "rtf", "odt"})
"""Forms whose reading is done by a program outside the process that is measured."""
FACTS = ("title", "agency", "year")


@dataclass(slots=True, kw_only=True)
class Result:
    """What one reader made of the files of one form."""

    form: str
    reader: str
    score: Score = field(default_factory=Score)
    scores: list[tuple[int, Score]] = field(default_factory=list)
    """The seed and the score of each report."""
    times: list[tuple[float, float]] = field(default_factory=list)
    """CPU and wall seconds of each report."""
    peak_mb: float = 0.0

    @property
    def seconds(self) -> float:
        """Seconds per report."""
        which = 1 if self.form in WALL else 0
        return sum(item[which] for item in self.times) / max(1, len(self.times))


def read_ours(form: str, body: bytes) -> Report | UnreadableError:
    try:
        return read_report(body, f"report.{FORMS[form].ending}")
    except UnreadableError as error:
        return error


def score_ours(read: Report | UnreadableError, true: Specimen) -> Score:
    if not isinstance(read, UnreadableError):
        return score_report(read, true)
    score = score_nothing(true)
    score.faults.append(f"unreadable: {read.code}: {read}")
    return score


def read_baseline(form: str, body: bytes) -> Rows:
    return BASELINES[form][1](body)


@dataclass(frozen=True, slots=True)
class Reader:
    """A way of reading, and how what it gives is scored."""

    read: Callable[[str, bytes], Any]
    score: Callable[[Any, Specimen], Score]


OURS = Reader(read_ours, score_ours)
NAIVE = Reader(read_baseline, score_rows)


def timed(reader: Reader, form: str, body: bytes, true: Specimen) -> tuple[Score, float, float]:
    """Read one file in the process measured; return its score, CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    read = reader.read(form, body)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return reader.score(read, true), cpu, wall


def peak_mb() -> float:
    # Not getrusage: what it tells of a new process includes what its parent held.
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())
    assert peak
    return int(peak[1]) / 1024


def measure(
    form: str, name: str, reader: Reader, files: Sequence[bytes], cases: Sequence[Case]
) -> Result:
    """Run a reader over all files in one fresh process that has read the first one before."""
    result = Result(form=form, reader=name)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        pool.submit(timed, reader, form, files[0], cases[0][0]).result()
        for body, (true, seed) in zip(files, cases, strict=True):
            score, cpu, wall = pool.submit(timed, reader, form, body, true).result()
            result.score.add(score)
            result.scores.append((seed, score))
            result.times.append((cpu, wall))
        result.peak_mb = pool.submit(peak_mb).result()
    return result


def results(form: Form, cases: Sequence[Case], keep: Path | None) -> Iterator[Result]:
    files = form.write(cases)
    ours = measure(form.name, "nianbao", OURS, files, cases)
    for body, (seed, score) in zip(files, ours.scores, strict=True):
        if keep and not score.perfect:
            (keep / f"{form.name}-{seed}.{form.ending}").write_bytes(body)
    yield ours
    if form.name in BASELINES:
        yield measure(form.name, BASELINES[form.name][0], NAIVE, files, cases)


HEAD = (
    f"{'form':13}{'reader':12}{'right %':>9}{'wrong/10k':>10}{'unread %':>9}{'sections %':>11}"
    f"{'title %':>8}{'agency %':>9}{'year %':>7}{'failed':>7}{'s/report':>10}{'slower':>7}"
    f"{'peak MB':>8}"
)


def line(result: Result, ours: Result) -> str:
    score = result.score
    cells = max(1, score.cells)
    read = (
        f"{result.form:13}{result.reader:12}{score.right / cells:9.3%}"
        f"{10_000 * len(score.wrong) / cells:10.2f}{len(score.unread) / cells:9.3%}"
    )
    mark = "*" if result.form in WALL else " "
    cost = (
        f"{result.seconds:9.4f}{mark}{result.seconds / max(ours.seconds, 1e-9):7.2f}"
        f"{result.peak_mb:8.0f}"
    )
    if result is not ours:
        return f"{read}{'':42}{cost}"
    sections = score.sections_right / max(1, score.sections)
    facts = [score.facts[name] / score.reports for name in FACTS]
    return (
        f"{read}{sections:11.2%}{facts[0]:8.1%}{facts[1]:9.1%}{facts[2]:7.1%}{score.failed:7}{cost}"
    )


def faults(result: Result, most: int) -> Iterator[str]:
    """Yield what was read wrong, report by report, so that it can be traced by its seed."""
    left = most
    for seed, score in result.scores:
        told = [
            f"{cell.table} {cell.row} {cell.column}: {cell.true!r} read as {cell.read!r}"
            for cell in score.wrong
        ]
        if score.unread and not score.failed:
            rows = sorted({f"{cell.table} {cell.row}" for cell in score.unread})
            told.append(f"{len(score.unread)} cells unread in {', '.join(rows[:6])}")
        for text in [*told, *score.faults][:left]:
            yield f"    {result.form} seed {seed}: {text}"
        left -= min(left, len(told) + len(score.faults))


def as_data(result: Result) -> dict[str, Any]:
    score = result.score
    return {
        "form": result.form,
        "reader": result.reader,
        "reports": score.reports,
        "failed": score.failed,
        "cells": score.cells,
        "right": score.right,
        "wrong": [asdict(cell) for cell in score.wrong],
        "unread": len(score.unread),
        "strays": score.strays,
        "unplaced": score.unplaced,
        "sections": score.sections,
        "sections_right": score.sections_right,
        "sections_invented": score.sections_invented,
        "texts_right": score.texts_right,
        "facts": dict(score.facts),
        "tables": {" ".join(key): count for key, count in score.by_table.items()},
        "seconds": result.seconds,
        "peak_mb": result.peak_mb,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=10, help="reports per form")
    parser.add_argument("--forms", default="html,docx,pdf,pdf-chromium,pdf-office,text",
                        help=f"some of {','.join(FORMS)}, or all")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="seed of the first report")
    parser.add_argument("--figures", choices=FIGURES, default="agreeing",
                        help="sums hold, or no number occurs twice")  # fmt: skip
    parser.add_argument("--plain", action="store_true", help="official headings, zeros as 0")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="tell up to N faults")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files misread")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    names = list(FORMS) if given.forms == "all" else given.forms.split(",")
    wish = Wish(figures=given.figures, plain=given.plain)
    seeds = range(given.seed, given.seed + given.reports)
    cases = [(random_specimen(seed, wish), seed) for seed in seeds]
    told = []
    if not given.json:
        print(HEAD)
    for form in (FORMS[name] for name in names):
        if form.missing:
            print(f"{form.name:13}left out: {form.missing} is not here", file=sys.stderr)
            continue
        found: list[Result] = []
        for result in results(form, cases, given.keep):
            found.append(result)
            told.append(as_data(result))
            if not given.json:
                print(line(result, found[0]), flush=True)
        for text in faults(found[0], given.wrong):
            print(text, file=sys.stderr if given.json else sys.stdout)
    if given.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
