"""How fast filings that were read are judged, by all rules and by each of them."""

import gc
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from benchmarks.mutants import facts_without_fault
from monitor.reading.statements import read_statements
from monitor.rules.catalogue import judge, rulebook
from monitor.rules.engine import judge_with
from monitor.rules.model import Facts

ARCHIVE = 100_000
"""Reports of the archive that the time of re-judging is told for."""
_WARM_FROM, _WARM = 900_000, 30
_SLOWEST = 8
_FACTS: list[Facts] = []
"""Read before the workers of the parallel run are forked, so that they share it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast filings that were read are judged."""

    filings: int
    per_second: float
    """On one core, by its processor time."""
    statements_ms: float
    """Of a filing's time: reading what the prose states."""
    slowest: tuple[tuple[str, float], ...]
    """Rules and milliseconds per filing."""
    jobs: int
    parallel_per_second: float
    """With all jobs, by the clock."""

    @property
    def minutes(self) -> float:
        """Minutes for the whole archive, with all jobs."""
        return ARCHIVE / self.parallel_per_second / 60


def measured(seeds: Sequence[int], jobs: int) -> Speed:
    """Measure how fast filings that were read are judged, every one for the first time.

    Other filings are judged before, so that what is loaded once for all of them is there.
    """
    warm = [facts_without_fault(seed) for seed in range(_WARM_FROM, _WARM_FROM + _WARM)]
    _FACTS[:] = [facts_without_fault(seed) for seed in seeds]
    for facts in warm:
        judge(facts)
    gc.freeze()  # filings wait in memory here only; they shall not be looked through for garbage
    parallel = _in_parallel(jobs)
    began = time.process_time()
    for facts in _FACTS:
        judge(facts)
    seconds = time.process_time() - began
    statements, slowest = _parts()
    return Speed(
        filings=len(_FACTS),
        per_second=len(_FACTS) / seconds,
        statements_ms=statements,
        slowest=slowest,
        jobs=jobs,
        parallel_per_second=parallel,
    )


def _parts() -> tuple[float, tuple[tuple[str, float], ...]]:
    """Return milliseconds per filing: for the statements, and for the slowest rules alone.

    What several rules need is counted for the first that asks for it.
    """
    spent: Counter[str] = Counter()
    statements = 0
    for facts in _FACTS:
        if facts.report is None:
            continue
        began = time.process_time_ns()
        # a copy, for what was worked out of the report itself is remembered
        report = replace(facts.report)
        stated = read_statements(report, fiscal_year=facts.fiscal_year)
        statements += time.process_time_ns() - began
        known = replace(facts, report=report, statements=stated)
        for rule in rulebook().values():
            began = time.process_time_ns()
            list(judge_with(rule, known, {}))
            spent[rule.id] += time.process_time_ns() - began
    each = len(_FACTS) * 1e6
    slowest = tuple((rule, round(taken / each, 3)) for rule, taken in spent.most_common(_SLOWEST))
    return statements / each, slowest


def _in_parallel(jobs: int) -> float:
    """Return filings judged per second by the clock, each by one of the workers and only once."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        list(pool.map(_nothing, range(jobs)))
        began = time.perf_counter()
        list(pool.map(_judge_at, range(len(_FACTS)), chunksize=max(1, len(_FACTS) // jobs // 4)))
        return len(_FACTS) / (time.perf_counter() - began)


def _nothing(_number: int) -> None:
    time.sleep(0.05)  # so that every worker is there before the clock starts


def _judge_at(place: int) -> int:
    return len(judge(_FACTS[place]))
