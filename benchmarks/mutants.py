"""Faultless filings, and the same with one defect: what the rulebook says of each of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from monitor.reading.entry import read_report
from monitor.reading.model import Report, UnreadableError
from monitor.rules.catalogue import judge, rulebook
from monitor.rules.model import Facts, Outcome, Verdict
from monitor.specimens.defects.model import ANYTHING, Defect, all_defects
from monitor.specimens.faultless import faultless_filing
from monitor.specimens.filings import Filing, facts_of
from monitor.specimens.forms import FORMS
from monitor.specimens.model import Specimen
from monitor.specimens.table_picture import pictures_of

NO_DEFECTS: frozenset[str] = frozenset()
_FURTHER = 400
"""Further filings that are looked through for such as can have a defect that is seldom."""
_LOOKS = 1000
"""Looks a seed has: last year's report has another look than this year's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A filing to be judged, and the names of the defects that are tried in it."""

    seed: int
    form: str
    defects: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding, or that something cannot be told."""

    rule: str
    outcome: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one defect in one filing."""

    defect: str
    seed: int
    form: str
    found: frozenset[str]
    """The rules that should find it and did."""
    undecided: frozenset[str]
    """Those that said that they could not tell: neither right nor wrong."""
    missed: frozenset[str]
    graded: bool
    """Whether one of them gave the severity due."""
    strays: tuple[Told, ...]
    """Findings of rules that the fault does not concern."""
    answers: tuple[Told, ...]
    """What the rules that did not find it said instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of one filing."""

    seed: int
    form: str
    findings: tuple[Told, ...]
    """Of the filing without a fault: all of them false."""
    doubts: tuple[Told, ...]
    """What could not be told of it."""
    trials: tuple[Trial, ...]


class Shelf:
    """Files of one form as they were read; the same report is written and read once."""

    def __init__(self, form: str, seed: int) -> None:
        self.form, self.seed = FORMS[form], seed
        self._read: dict[tuple[int, str], tuple[Specimen, Report]] = {}

    def facts(self, filing: Filing) -> Facts:
        """Return the facts about a filing, its files written and read.

        Raises:
            UnreadableError: a file could not be read.
        """
        read = {}
        for place, (name, report) in enumerate(filing.files.items()):
            read[name] = self._reading(report, place, filing.residue if name == "report" else {})
        return facts_of(filing, read)

    def _reading(self, report: Specimen, place: int, residue: Mapping[str, str]) -> Report:
        known = self._read.get((id(report), repr(residue)))
        if known is not None:
            return known[1]
        [body] = self.form.write([(report, self.seed * _LOOKS + place)])
        for old, new in residue.items():
            body = body.replace(old.encode("ascii"), new.encode("ascii"))
        pictures = pictures_of(report)
        read = read_report(body, f"report.{self.form.ending}", pictures=pictures)
        self._read[id(report), repr(residue)] = report, read
        return read


def facts_without_fault(seed: int, form: str = "html") -> Facts:
    """Return the facts about a faultless filing."""
    return Shelf(form, seed).facts(faultless_filing(seed))


def outcomes(task: Task) -> Outcomes:
    """Judge a faultless filing, and the same with each of some defects."""
    filing, shelf = faultless_filing(task.seed), Shelf(task.form, task.seed)
    facts = shelf.facts(filing)
    verdicts = judge(facts)
    known = {verdict.rule for verdict in verdicts if verdict.outcome is Outcome.FAIL}
    headed = has_column_titles(facts)
    return Outcomes(
        seed=task.seed,
        form=task.form,
        findings=tuple(_told(item) for item in verdicts if item.outcome is Outcome.FAIL),
        doubts=tuple(_told(item) for item in verdicts if item.outcome is Outcome.INDETERMINATE),
        trials=tuple(
            _trial(defect, faulty, shelf, known)
            for defect, faulty in faulty_filings(filing, task.form)
            if defect.name in task.defects and (headed or not defect.in_header)
        ),
    )


def planned(
    seeds: Sequence[int], form: str, every: int, only: frozenset[str], *, least: int
) -> list[Task]:
    """Return what is judged in one form: all seeds, defects in every so many of them (0: none).

    Where a defect is tried less than ``least`` times that way, further seeds follow, with the
    defects that are still wanted. ``only`` names defects or rules; if empty, all are meant.
    """
    names = frozenset(
        item.name
        for item in all_defects()
        if not only or item.name in only or not item.must.isdisjoint(only)
    )
    tasks = []
    tried: Counter[str] = Counter()
    for number, seed in enumerate(seeds):
        asked = names if every and number % every == 0 else NO_DEFECTS
        tasks.append(Task(seed=seed, form=form, defects=asked))
        tried.update(_possible(seed, form, asked))
    for seed in range(seeds[-1] + 1, seeds[-1] + 1 + _FURTHER if least else 0):
        wanted = frozenset(name for name in names if tried[name] < least)
        asked = frozenset(_possible(seed, form, wanted))
        tried.update(asked)
        if asked:
            tasks.append(Task(seed=seed, form=form, defects=asked))
    return tasks


def _possible(seed: int, form: str, names: frozenset[str]) -> Iterator[str]:
    if not names:
        return
    for defect, _ in faulty_filings(faultless_filing(seed), form):
        if defect.name in names:
            yield defect.name


def has_column_titles(facts: Facts) -> bool:
    """Whether the file has its tables with the titles of their columns, as most have."""
    tables = facts.report.tables.values() if facts.report is not None else ()
    return all(table.column_labels for table in tables if table.key == "proactive_disclosure")


def injected(defect: Defect, filing: Filing) -> Filing | None:
    """Return a filing with a defect, None if it cannot have it; the same for the same seed."""
    if filing.publication.labels is None or filing.report.format_id not in defect.formats:
        return None
    return defect.inject(filing, Random(f"{defect.name} {filing.seed}"))


def faulty_filings(filing: Filing, form: str) -> Iterator[tuple[Defect, Filing]]:
    """Yield each defect that a filing can have in a form, and the filing with it."""
    for defect in all_defects():
        if defect.forms is not None and form not in defect.forms:
            continue
        faulty = injected(defect, filing)
        if faulty is not None:
            yield defect, faulty


def _trial(defect: Defect, faulty: Filing, shelf: Shelf, known: set[str]) -> Trial:
    try:
        verdicts = judge(shelf.facts(faulty), switched_on(defect))
    except UnreadableError as error:
        return _unread(defect, faulty, shelf, error)
    failed = [item for item in verdicts if item.outcome is Outcome.FAIL]
    rules = {item.rule for item in failed}
    due = defect.must | defect.may | known
    unfound = defect.must - rules
    undecided = unfound & {item.rule for item in verdicts if item.outcome is Outcome.INDETERMINATE}
    strays = [item for item in failed if item.rule not in due and ANYTHING not in defect.may]
    return Trial(
        defect=defect.name,
        seed=faulty.seed,
        form=shelf.form.name,
        found=defect.must & rules,
        undecided=undecided,
        missed=unfound - undecided,
        graded=any(str(item.severity) == defect.severity for item in failed
                   if item.rule in defect.must),
        strays=tuple(map(_told, strays)),
        answers=tuple(_told(item) for item in verdicts if item.rule in unfound),
    )  # fmt: skip


def switched_on(defect: Defect) -> Mapping[str, str]:
    """Return the severities by which the rules of a defect are asked, if they are off."""
    rules = rulebook()
    return {key: str(rules[key].severity) for key in defect.must if not rules[key].on}


def _unread(defect: Defect, faulty: Filing, shelf: Shelf, error: UnreadableError) -> Trial:
    answer = Told(rule="", outcome="unreadable", severity="", message=f"{error.code}: {error}")
    return Trial(
        defect=defect.name, seed=faulty.seed, form=shelf.form.name, found=frozenset(),
        undecided=frozenset(), missed=defect.must, graded=False, strays=(), answers=(answer,),
    )  # fmt: skip


def _told(verdict: Verdict) -> Told:
    quote = verdict.evidence[0].quote if verdict.evidence else ""
    return Told(
        rule=verdict.rule,
        outcome=str(verdict.outcome),
        severity=str(verdict.severity),
        message=f"{verdict.message.zh} [{quote}]" if quote else verdict.message.zh,
    )
