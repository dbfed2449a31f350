"""Reading the files of sentences with what must be understood of each.

The file ``known.txt`` says how they are written.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from monitor.reading.model import Report
from monitor.reading.statements import Count, Scope, Statements, Time, read_statements
from tests.monitor.building import a_report, with_preamble, with_prose

_HEADINGS = {
    "proactive": "（一）主动公开。",
    "on_request": "（二）依申请公开。",
    "info_management": "（三）政府信息管理。",
    "platform": "（四）政府信息公开平台建设。",
    "supervision": "（五）监督保障。",
}
_SECTIONS = {"problems": "problems", "other": "other_matters"}
_MARKS = ">+%!?"


@dataclass(slots=True)
class Sentence:
    """A sentence, the aspect it stands under, and the lines due."""

    aspect: str
    text: str
    due: list[str] = field(default_factory=list)

    @property
    def counts(self) -> list[str]:
        return [line for line in self.due if line.startswith(">")]


def load(name: str) -> list[Sentence]:
    """Return the sentences of a file."""
    found: list[Sentence] = []
    for line in Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line[:1] in _MARKS and line:
            found[-1].due.append(" ".join(line.split()))
        elif line and not line.startswith("#"):
            aspect, _, text = line[1:].partition("] ")
            found.append(Sentence(aspect=aspect, text=text))
    return found


def report_with(sentence: Sentence, text: str | None = None) -> Report:
    """Return a report whose only prose is the sentence, under its aspect."""
    text = sentence.text if text is None else text
    report = with_preamble(a_report(), "")
    for key in ("overview", "problems", "other_matters"):
        report = with_prose(report, key)
    section = _SECTIONS.get(sentence.aspect, "overview")
    return with_prose(report, section, _HEADINGS.get(sentence.aspect, "") + text)


def understood(sentence: Sentence, text: str | None = None) -> list[str]:
    """Return what is understood of a sentence, in the form of the lines due."""
    return lines_of(read_statements(report_with(sentence, text)))


def difference(sentence: Sentence, found: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines missing and those too many; only kinds of line that the file uses."""
    due, got = Counter(map(_sorted, sentence.due)), Counter(map(_sorted, found))
    return sorted((due - got).elements()), sorted((got - due).elements())


def lines_of(statements: Statements, *, unbound: bool = False) -> list[str]:
    """Return statements as lines; counts that are not bound too, with "?", if asked for."""
    if not unbound:
        return list(_lines(statements))
    return [
        _count(count) if count.thing else f"? {_number(count.number)} {count.unit}"
        for count in statements.all_counts
    ]


def _sorted(line: str) -> str:
    if line[0] != ">":
        return line
    return " ".join([">", *sorted(line[1:].split())])


def _lines(statements: Statements) -> Iterator[str]:
    for count in statements.all_counts:
        if count.thing is not None and count.sentence.section != "problems":
            yield _count(count)
    for list_ in statements.breakdowns:
        parts = " ".join(_number(part.number) for part in list_.parts)
        yield f"+ {_number(list_.total.number)} = {parts}{'' if list_.certain else ' ~'}"
    for item in statements.comparisons:
        size = item.percent if item.percent is not None else item.difference
        year = f" {item.base_year}" if item.base_year else ""
        base = f" base={_number(item.base.number)}" if item.base else ""
        yield f"% {item.kind} {size}{year}{base}"
    for done in statements.completions:
        yield f"! {done.thing}{' in_time' if done.in_time else ''}"
    for gap in statements.gaps:
        yield f"? {gap.quotation.text}"


def _count(count: Count) -> str:
    facets = (count.channel, count.applicant, count.form, count.way)
    words = [_number(count.number), count.unit, str(count.thing), *(str(x) for x in facets if x)]
    if count.scope is not Scope.OWN:
        words.append(str(count.scope))
    if count.time is not Time.THIS_YEAR:
        words.append(str(count.time))
    flags = {
        "vague": not count.exact,
        "negated": count.negated,
        "carried": count.includes_carried,
    }
    words += [flag for flag, said in flags.items() if said]
    return "> " + " ".join(word for word in words if word)


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")
