"""The command ``nianbao status``."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli.base import (
    ExitCode,
    OutputFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
)
from monitor.cli.naming import refuse_unknown
from monitor.cli.terminal import shown
from monitor.compliance import ComplianceState, Standing, reporting_year, standings
from monitor.language import Bilingual, Language
from monitor.rules.masking import mask
from monitor.rules.settings import rulings_of
from monitor.telling.lines import STATE_NAMES, local_note
from storage.clock import SHANGHAI
from storage.database import reading
from storage.models import Agency, Portal
from storage.schema import require_current
from storage.settings import ObligationSettings

_ORDER = (
    ComplianceState.MISSING,
    ComplianceState.LATE,
    ComplianceState.MOVED,
    ComplianceState.BLOCKED,
    ComplianceState.UNREACHABLE,
    ComplianceState.CRAWLER_SUSPECT,
    ComplianceState.NOT_CHECKED,
    ComplianceState.DUE_SOON,
    ComplianceState.NOT_DUE,
    ComplianceState.ON_TIME,
    ComplianceState.WAIVED,
    ComplianceState.NOT_OBLIGED,
)
"""What needs somebody first comes first."""

_FAULTS = frozenset({ComplianceState.MISSING, ComplianceState.LATE})
_STYLES = {
    ComplianceState.MISSING: "bold red",
    ComplianceState.LATE: "red",
    ComplianceState.ON_TIME: "green",
    ComplianceState.WAIVED: "dim",
    ComplianceState.NOT_OBLIGED: "dim",
    ComplianceState.NOT_DUE: "dim",
}
_TROUBLE_STYLE = "yellow"
_WIDTH_OF_A_FILE = 180
"""Columns of the table where standard output is no terminal."""


@app.command("status")
def status(
    context: typer.Context,
    fiscal_year: Annotated[
        list[int] | None,
        typer.Option(
            min=2008,
            max=2100,
            help="Fiscal year; may be repeated. Default: the one now being reported on.",
        ),
    ] = None,
    portal: Annotated[list[str] | None, typer.Option(help="Only agencies of this portal.")] = None,
    agency: Annotated[list[str] | None, typer.Option(help="Only this agency.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Say which agencies have published, are late or missing, and who cannot be judged.

    Exit code 1 if any report is missing or late.

    Example: nianbao status --fiscal-year 2023 --as-of 2024-02-01T00:00+08:00
    """
    now = now_or(as_of)
    run = invocation(context)
    workspace = run.workspace()
    engine = run.engine(workspace)
    require_current(engine)
    years = fiscal_year or _default_years(now, workspace.settings.obligations)
    with reading(engine) as session:
        refuse_unknown(session, Portal, "--portal", portal or ())
        refuse_unknown(session, Agency, "--agency", agency or ())
        rows = [
            row
            for row in standings(session, workspace.settings, years, now, rulings_of(workspace))
            if (not portal or row.portal_id in portal) and (not agency or row.agency_id in agency)
        ]
    if output is OutputFormat.JSONL:
        print_json_lines(row.as_json() for row in rows)
    else:
        _print(rows, years, now, run.language)
    if any(row.state in _FAULTS for row in rows):
        raise typer.Exit(ExitCode.FINDINGS)


def _default_years(now: datetime, settings: ObligationSettings) -> list[int]:
    year = reporting_year(now)
    return [year] if year >= settings.first_fiscal_year else []


def _print(
    rows: Sequence[Standing], years: Sequence[int], now: datetime, language: Language
) -> None:
    console = Console(
        file=sys.stdout,
        width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if rows:
        console.print(_table(rows, language))
    console.print(shown(_summary(rows, years, now).in_language(language)))


def _table(rows: Sequence[Standing], language: Language) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in (
        Bilingual("状态", "State"),
        Bilingual("机关", "Agency"),
        Bilingual("年度", "Year"),
        Bilingual("期限", "Due"),
    ):
        table.add_column(name.in_language(language), no_wrap=name.en != "Agency")
    late = Bilingual("逾期天数", "Days late").in_language(language)
    table.add_column(late, justify="right", no_wrap=True)
    findings = Bilingual("错误/警告/提示", "Err/Warn/Info").in_language(language)
    table.add_column(findings, justify="right", no_wrap=True)
    table.add_column(Bilingual("原因或网址", "Reason or address").in_language(language))
    for row in sorted(rows, key=_rank):
        table.add_row(*_cells(row, language))
    return table


def _rank(row: Standing) -> tuple[int, int, int, str]:
    return _ORDER.index(row.state), -row.fiscal_year, -(row.days_late or 0), row.agency_id


def _cells(row: Standing, language: Language) -> tuple[str | Text, ...]:
    counts = row.findings
    findings = f"{counts.error}/{counts.warning}/{counts.info}" if row.report_url else ""
    told = (each for each in (row.reason, row.remedy) if each)
    why = (
        Bilingual("。", ". ")
        .in_language(language)
        .join(each.in_language(language) for each in told)
    )
    local = local_note(row)
    remarks = (mask(why), local.in_language(language) if local else "", row.report_url)
    remark = " ".join(part for part in remarks if part)
    return (
        shown(STATE_NAMES[row.state].in_language(language), _STYLES.get(row.state, _TROUBLE_STYLE)),
        shown(row.agency_name),
        str(row.fiscal_year),
        row.due_on.isoformat(),
        "" if row.days_late is None else str(row.days_late),
        findings,
        shown(remark),
    )


def _summary(rows: Sequence[Standing], years: Sequence[int], now: datetime) -> Bilingual:
    counts = Counter(row.state for row in rows)
    known = [state for state in _ORDER if counts[state]]
    moment = f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    of = "、".join(map(str, sorted(set(years)))) or "—"
    if not rows:
        return Bilingual(
            f"截至 {moment}，{of} 年度没有需要核查的机关。",
            f"As of {moment} there is no agency to look at for {of}.",
        )
    return Bilingual(
        f"截至 {moment}，{of} 年度共 {len(rows)} 项："
        + "，".join(f"{STATE_NAMES[state].zh} {counts[state]}" for state in known)
        + "。",
        f"As of {moment}, {len(rows)} for {of}: "
        + ", ".join(f"{counts[state]} {STATE_NAMES[state].en}" for state in known)
        + ".",
    )
