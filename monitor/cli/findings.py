"""Showing one checked report and its findings on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from monitor.cli.terminal import shown
from monitor.judging import count_findings
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.reading.model import Report, UnreadableError
from monitor.rules.contract import verdict_object
from monitor.rules.model import Facts, Outcome, Severity, Verdict
from monitor.rules.naming import SEVERITY_NAMES

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_ORDER = list(Severity)
_QUOTES_SHOWN = 3


def print_unreadable(console: Console, path: str, error: UnreadableError) -> None:
    """Say that a file could not be read, and why."""
    _print(console, shown(f"{path}: {error.code}: {error}", "bold red"))


def print_checked(
    console: Console, path: str, facts: Facts, verdicts: Sequence[Verdict], language: Language
) -> None:
    """Print what was read and every finding, gravest first."""
    assert facts.report is not None
    _print(console, shown(path, "bold"))
    _print(console, shown(_summary(facts, facts.report, language)))
    failed = sorted(
        (verdict for verdict in verdicts if verdict.outcome is Outcome.FAIL),
        key=lambda verdict: (_ORDER.index(verdict.severity), verdict.rule),
    )
    for verdict in failed:
        quotes = [str(item["quote"]) for item in verdict_object(verdict)["evidence"]]
        print_finding(
            console,
            severity=verdict.severity,
            rule=verdict.rule,
            message=verdict.message.in_language(language),
            quotes=quotes,
            basis=verdict.basis,
            overlay=verdict.overlay,
            language=language,
        )
    _print(console, shown(_closing(verdicts, language)))
    console.print()


def print_finding(
    console: Console,
    *,
    severity: Severity,
    rule: str,
    message: str,
    quotes: Sequence[str],
    basis: str,
    overlay: str | None,
    language: Language,
) -> None:
    """Print one finding: a line with severity, rule and message, its evidence and basis below."""
    line = shown(f"{SEVERITY_NAMES[severity].in_language(language)} ", _STYLES[severity])
    line.append(f"{rule}  ", style="bold").append(plain(message))
    _print(console, line)
    for quote in quotes[:_QUOTES_SHOWN]:
        _print(console, shown(f"    > {quote}", "dim"))
    source = Bilingual("依据", "basis").in_language(language)
    _print(console, shown(f"    {source}: {basis}", "dim"))
    if overlay:
        ruling = Bilingual("本地口径", "local ruling").in_language(language)
        _print(console, shown(f"    {ruling}: {overlay}", "dim"))


def _print(console: Console, line: Text) -> None:
    """Print one line, never broken: a terminal folds it, and a search in a file finds it."""
    console.print(line, soft_wrap=True)


def _summary(facts: Facts, report: Report, language: Language) -> str:
    unknown = Bilingual("未知", "unknown").in_language(language)
    agency = facts.agency.name if facts.agency else unknown
    year = facts.fiscal_year or unknown
    due = facts.format.id if facts.format else unknown
    whole = (
        Bilingual("完整", "whole") if report.complete else Bilingual("有缺损", "damaged")
    ).in_language(language)
    return Bilingual(
        f"{report.title or unknown} · 机关 {agency} · 年度 {year} · 应用格式 {due} · "
        f"实际格式 {report.format_found or unknown} · 读取 {report.method}（{whole}）",
        f"{report.title or unknown} · agency {agency} · year {year} · format due {due} · "
        f"format found {report.format_found or unknown} · read as {report.method} ({whole})",
    ).in_language(language)


def _closing(verdicts: Sequence[Verdict], language: Language) -> str:
    counts = count_findings(verdicts)
    unsure = sum(verdict.outcome is Outcome.INDETERMINATE for verdict in verdicts)
    return Bilingual(
        f"错误 {counts['error']}，警告 {counts['warning']}，提示 {counts['info']}；"
        f"无法判断 {unsure}。",
        f"errors: {counts['error']}, warnings: {counts['warning']}, infos: {counts['info']}; "
        f"could not be judged: {unsure}.",
    ).in_language(language)
