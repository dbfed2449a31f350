"""Showing what changed rules would change."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from monitor.cli.base import screen
from monitor.cli.findings import print_unreadable
from monitor.cli.terminal import shown
from monitor.file_reading import read_file
from monitor.impact import Change, Impact, compare
from monitor.judging import Given, facts_of_file
from monitor.language import Bilingual, Language
from monitor.reading.isolation import DEFAULT_LIMITS
from monitor.reading.model import UnreadableError
from monitor.rules.masking import mask
from monitor.rules.model import Severity
from monitor.rules.naming import SEVERITY_NAMES
from monitor.rules.overlay import Overlay
from monitor.rules.rulings import Rulings


def impact_on_files(
    paths: Iterable[Path], overlays: Sequence[Overlay], now: datetime
) -> Iterator[Impact]:
    """Yield what overlays change for files, and for all files below directories.

    What cannot be read is told on the screen, and the rest goes on.
    """
    everywhere = tuple(item.model_copy(update={"divisions": ()}) for item in overlays)
    for path in _files(paths):
        try:
            with path.open("rb") as file:
                body = file.read(DEFAULT_LIMITS.body_bytes + 1)
            report = read_file(path, body)
        except OSError as error:
            failure = UnreadableError("missing", error.strerror or str(error))
            print_unreadable(screen, str(path), failure)
            continue
        except UnreadableError as error:
            print_unreadable(screen, str(path), error)
            continue
        facts = facts_of_file(report, Given(), as_of=now)
        agency = facts.agency.name if facts.agency else None
        before, after = Rulings().judge(facts), Rulings(overlays=everywhere).judge(facts)
        yield compare(str(path), agency, facts.fiscal_year, before, after)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*") if item.is_file())
        else:
            yield path


def impact_object(impact: Impact) -> dict[str, Any]:
    """Return an impact as a JSON object."""
    return {
        "name": impact.name,
        "agency": impact.agency,
        "fiscal_year": impact.fiscal_year,
        "flips": impact.flips,
        "errors_before": impact.errors_before,
        "errors_after": impact.errors_after,
        "changes": [
            {
                "rule": change.rule,
                "before": change.before and str(change.before),
                "after": change.after and str(change.after),
                "message_zh": mask(change.message_zh),
                "message_en": mask(change.message_en),
            }
            for change in impact.changes
        ],
    }


def print_impact(console: Console, impacts: Sequence[Impact], language: Language) -> None:
    """Print the reports for which something changes, and the sums by rule."""
    changed = [impact for impact in impacts if impact.changes]
    for impact in changed:
        _print_report(console, impact, language)
    came, went, other = Counter[str](), Counter[str](), Counter[str]()
    for change in (change for impact in changed for change in impact.changes):
        counter = came if change.before is None else went if change.after is None else other
        counter[change.rule] += 1
    for rule in sorted({*came, *went, *other}):
        line = Bilingual(
            f"{rule}：新增 {came[rule]}，消失 {went[rule]}，级别改变 {other[rule]}",
            f"{rule}: new {came[rule]}, gone {went[rule]}, other severity {other[rule]}",
        )
        console.print(shown(line.in_language(language)), soft_wrap=True)
    flips = sum(impact.flips for impact in impacts)
    total = Bilingual(
        f"共 {len(impacts)} 份报告，{len(changed)} 份有变化，{flips} 份的“有无错误”改变。",
        f"{len(impacts)} reports, {len(changed)} change, {flips} get their first or lose their "
        "last error.",
    )
    console.print(shown(total.in_language(language), "bold"), soft_wrap=True)


def _print_report(console: Console, impact: Impact, language: Language) -> None:
    mark = Bilingual("翻转", "flips").in_language(language) if impact.flips else ""
    head = f"{impact.agency or '-'} {impact.fiscal_year or '-'} {impact.name} {mark}"
    console.print(shown(head, "bold"), soft_wrap=True)
    for change in impact.changes:
        message = change.message_zh if language == "zh" else change.message_en
        line = f"  {_step(change, language)}  {change.rule}  {mask(message)}"
        console.print(shown(line), soft_wrap=True)


def _step(change: Change, language: Language) -> str:
    def name(severity: Severity | None) -> str:
        return SEVERITY_NAMES[severity].in_language(language) if severity else "-"

    return f"{name(change.before)} → {name(change.after)}"
