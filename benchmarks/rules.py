"""False findings on faultless filings, recall of injected defects, and filings judged per second.

Run from the project's root: ``python -m benchmarks.rules --reports 100 --seed 5000 --jobs 2``.
Filings are invented (monitor/specimens/faultless.py), written and read like any other; the same
seed gives the same filing. Each defect (monitor/specimens/defects) is injected on its own.
"""

import argparse
import json
import multiprocessing
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.mutants import Outcomes, Task, Trial, outcomes, planned
from benchmarks.rules_speed import ARCHIVE, Speed, measured
from monitor.rules.catalogue import rulebook


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of all filings."""

    reports: int = 0
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """False ones, by severity and rule."""
    doubts: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    """By rule: injected defects that it found."""
    undecided: Counter[str] = field(default_factory=Counter)
    """Injected defects of which it said that it could not tell, by what was lost in reading."""
    missed: Counter[str] = field(default_factory=Counter)
    strays: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By defect and rule: findings that the defect is no reason for."""
    misgraded: Counter[str] = field(default_factory=Counter)
    trials: int = 0
    traces: list[str] = field(default_factory=list)

    def add(self, item: Outcomes) -> None:
        """Count what came of one filing."""
        self.reports += 1
        for told in item.findings:
            self.findings[told.severity, told.rule] += 1
            self.traces.append(f"false {item.form} {item.seed} {told.rule}: {told.message}")
        self.doubts.update({told.rule for told in item.doubts})
        for trial in item.trials:
            self._take(trial)

    def _take(self, trial: Trial) -> None:
        self.trials += 1
        self.found.update(trial.found)
        self.undecided.update(trial.undecided)
        self.missed.update(trial.missed)
        self.misgraded.update([trial.defect] if trial.found and not trial.graded else [])
        where = f"{trial.form} {trial.seed} {trial.defect}"
        for word, rules in (("missed", trial.missed), ("undecided", trial.undecided)):
            said = [f"{told.outcome} {told.message}" for told in trial.answers
                    if told.rule in rules or not told.rule]  # fmt: skip
            if rules:
                self.traces.append(f"{word} {where}: {', '.join(sorted(rules))}: {'; '.join(said)}")
        for told in trial.strays:
            self.strays[trial.defect, told.rule] += 1
            self.traces.append(f"stray {where}: {told.rule}: {told.message}")

    @property
    def recall(self) -> float:
        """Share of the findings due that were there, of those that could be told at all."""
        found, missed = self.found.total(), self.missed.total()
        return found / max(1, found + missed)

    def per_report(self, severity: str) -> float:
        """False findings of a severity per faultless report."""
        count = sum(n for (each, _), n in self.findings.items() if each == severity)
        return count / max(1, self.reports)


def judged(tasks: Iterable[Task], jobs: int) -> Result:
    """Judge faultless filings, and defects in them."""
    result = Result()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        for item in pool.map(outcomes, tasks, chunksize=1):
            result.add(item)
    return result


# What is printed


def lines(result: Result, speed: Speed | None) -> Iterator[str]:
    """Yield the figures for people."""
    yield f"faultless reports: {result.reports}"
    for severity in ("error", "warning", "info"):
        rules = [f"{rule} {count}" for (each, rule), count in result.findings.most_common()
                 if each == severity]  # fmt: skip
        yield f"  {severity:8}{result.per_report(severity):7.4f} per report  {', '.join(rules)}"
    yield f"  could not be told: {dict(result.doubts.most_common(6))}"
    if result.trials:
        yield from _recall_lines(result)
    if speed is not None:
        yield from _speed_lines(speed)


def _recall_lines(result: Result) -> Iterator[str]:
    asked = {rule: result.found[rule] + result.missed[rule]
             for rule in (*result.found, *result.missed, *result.undecided)}  # fmt: skip
    yield (
        f"defects injected: {result.trials}; recall {result.recall:.2%} of "
        f"{result.found.total() + result.missed.total()} findings due, {len(asked)} rules"
    )
    for rule, count in result.missed.most_common():
        yield f"  {rule:32}{1 - count / asked[rule]:8.1%}  {asked[rule] - count}/{asked[rule]}"
    doubted = result.undecided
    told = result.found.total() + result.missed.total()
    yield (
        f"  could not be judged: {doubted.total()} of {told + doubted.total()}: "
        + ", ".join(f"{rule} {count}" for rule, count in doubted.most_common())
    )
    unasked = sorted(set(rulebook()) - set(asked))
    yield f"  without a defect here: {', '.join(unasked) or 'none'}"
    yield f"  other severity than due: {dict(result.misgraded)}"
    strays = ", ".join(f"{defect}→{rule} {n}" for (defect, rule), n in result.strays.most_common())
    yield f"  strays {result.strays.total() / result.trials:.4f} per defect: {strays}"


def _speed_lines(speed: Speed) -> Iterator[str]:
    yield (
        f"judged: {speed.per_second:.0f} filings a second on one core "
        f"({1000 / speed.per_second:.2f} ms, {speed.statements_ms:.2f} of them for statements)"
    )
    yield (
        f"with {speed.jobs} jobs: {speed.parallel_per_second:.0f} a second, "
        f"{ARCHIVE:,} reports in {speed.minutes:.1f} minutes"
    )
    yield "  slowest: " + ", ".join(f"{rule} {ms}" for rule, ms in speed.slowest)


def as_data(result: Result, speed: Speed | None) -> dict[str, Any]:
    """Return the figures for programs."""
    by_rule: dict[str, dict[str, int]] = defaultdict(dict)
    for rule in sorted({*result.found, *result.missed, *result.undecided}):
        by_rule[rule] = {
            "found": result.found[rule],
            "missed": result.missed[rule],
            "undecided": result.undecided[rule],
        }
    return {
        "reports": result.reports,
        "false": {f"{s} {rule}": n for (s, rule), n in result.findings.items()},
        "per_report": {s: result.per_report(s) for s in ("error", "warning", "info")},
        "doubts": dict(result.doubts),
        "trials": result.trials,
        "recall": result.recall,
        "rules": by_rule,
        "strays": {f"{defect} {rule}": n for (defect, rule), n in result.strays.items()},
        "speed": asdict(speed) if speed else None,
        "traces": result.traces,
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=40, help="faultless reports per form")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first report")
    parser.add_argument("--forms", default="html", help="some of the forms, such as html,docx,pdf")
    parser.add_argument("--every", type=int, default=4, metavar="N",
                        help="inject the defects into every N-th report; 0 for none")  # fmt: skip
    parser.add_argument("--least", type=int, default=0, metavar="N",
                        help="try each defect N times, in further reports if need be")  # fmt: skip
    parser.add_argument("--only", default="", help="some defects or rules, parted by commas")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="tell up to N faults")
    parser.add_argument("--speed", type=int, default=100, metavar="N",
                        help="filings whose judging is timed; 0 for none")  # fmt: skip
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.reports)
    only = frozenset(filter(None, given.only.split(",")))
    tasks = [
        task
        for form in given.forms.split(",")
        for task in planned(seeds, form, given.every, only, least=given.least)
    ]
    result = judged(tasks, given.jobs)
    first = given.seed + given.reports
    speed = measured(range(first, first + given.speed), given.jobs) if given.speed else None
    if given.json:
        print(json.dumps(as_data(result, speed), ensure_ascii=False, indent=1))
        return
    print("\n".join(lines(result, speed)))
    print("\n".join(f"    {trace}" for trace in result.traces[: given.misses]))


if __name__ == "__main__":
    main()
