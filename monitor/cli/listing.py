"""The command ``nianbao findings``."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from monitor.cli.base import (
    ExitCode,
    FindingsFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
)
from monitor.cli.findings import print_finding
from monitor.cli.naming import refuse_unknown
from monitor.cli.outputs import require_out, write_ledger, write_pages, write_sarif
from monitor.cli.terminal import results, shown
from monitor.compliance import Standing, current_standings, standings
from monitor.filing_reading import reader_of
from monitor.findings.contract import finding_object
from monitor.findings.filed import judged_filings
from monitor.findings.judged import Judged
from monitor.findings.standing import FindingRow, absence_findings, standing_findings
from monitor.language import Bilingual, Language
from monitor.rules.model import Outcome, Severity
from monitor.rules.naming import SEVERITY_NAMES
from monitor.rules.rulings import Rulings
from monitor.rules.settings import rulings_of
from monitor.triage.effects import ABOUT_FINDINGS, load_triage
from monitor.triage.naming import told
from storage.database import reading
from storage.models import Agency
from storage.settings import Settings

_ORDER = list(Severity)


@app.command("findings")
def findings(
    context: typer.Context,
    fiscal_year: Annotated[
        list[int] | None, typer.Option(min=2008, max=2100, help="Only these years.")
    ] = None,
    agency: Annotated[list[str] | None, typer.Option(help="Only these agencies (ids).")] = None,
    severity: Annotated[
        Severity, typer.Option(help="This severity and what is graver.")
    ] = Severity.INFO,
    output: Annotated[
        FindingsFormat,
        typer.Option(
            "--format", help="text, jsonl, sarif; xlsx (ledger) and html (pages) need --out."
        ),
    ] = FindingsFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File for sarif and xlsx, directory for html.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what people dismissed as wrong or waived.")
    ] = False,
) -> None:
    """List what was found wrong in the archived reports, and which reports are missing.

    What people dismissed as wrong or waived ("nianbao triage") is left out unless --all is given.

    SARIF and pages are of the reports that there are, made from the archived originals.

    Example: nianbao findings --fiscal-year 2025 --severity warning
    """
    invoked = invocation(context)
    require_out(output, out)
    graver = {item.value for item in _ORDER[: _ORDER.index(severity) + 1]}
    workspace = invoked.workspace()
    now = now_or(None)
    with reading(invoked.engine(workspace)) as session:
        refuse_unknown(session, Agency, "--agency", agency or ())
        rulings = rulings_of(workspace)
        owed = _standings(session, workspace.settings, fiscal_year, now, rulings)
        triage = load_triage(session, now, ABOUT_FINDINGS)
        rows = [
            row
            for row in (
                *absence_findings(owed, now, triage),
                *standing_findings(session, fiscal_year or None, triage),
            )
            if row.severity in graver
            and (not agency or row.agency_id in agency)
            and (every or row.is_open)
        ]
        if output in (FindingsFormat.SARIF, FindingsFormat.HTML):
            reader = reader_of(workspace)
            filed = judged_filings(
                session, reader, fiscal_years=fiscal_year or None, agencies=agency or None
            )
            shown_ones = {row.fingerprint for row in rows}
            judged = [_only(item, graver, shown_ones) for item in filed]
    if output is FindingsFormat.JSONL:
        print_json_lines(finding_object(row) for row in rows)
    elif output is FindingsFormat.SARIF:
        write_sarif(judged, out, invoked.language)
    elif output is FindingsFormat.XLSX:
        write_ledger(rows, out, invoked.language, now)
    elif output is FindingsFormat.HTML:
        write_pages(judged, out, invoked.language, now)
    else:
        _print(rows, invoked.language)
    grave = any(row.severity == Severity.ERROR.value and row.is_open for row in rows)
    raise typer.Exit(ExitCode.FINDINGS if grave else ExitCode.DONE)


def _standings(
    session: Session,
    settings: Settings,
    fiscal_years: Sequence[int] | None,
    now: datetime,
    rulings: Rulings,
) -> Sequence[Standing]:
    """Return how agencies stand for the years asked for, or the one now being reported on."""
    if fiscal_years:
        return standings(session, settings, fiscal_years, now, rulings)
    return current_standings(session, settings, now, rulings)


def _only(judged: Judged, severities: Collection[str], findings: Collection[str | None]) -> Judged:
    """Return a report with its doubts of some severities, and with those findings that are told."""
    verdicts = tuple(
        verdict
        for verdict in judged.verdicts
        if str(verdict.severity) in severities
        and (verdict.outcome is not Outcome.FAIL or judged.fingerprint(verdict) in findings)
    )
    return replace(judged, verdicts=verdicts)


def _print(rows: Sequence[FindingRow], language: Language) -> None:
    console = results()
    by_filing: dict[tuple[str, int | None, str | None], list[FindingRow]] = {}
    for row in rows:
        by_filing.setdefault((row.agency_name, row.fiscal_year, row.url), []).append(row)
    for (name, year, url), found in by_filing.items():
        console.print(shown(f"{name} {year or ''} {url or ''}", "bold"), soft_wrap=True)
        for row in found:
            print_finding(
                console,
                severity=Severity(row.severity),
                rule=row.rule,
                message=row.message.in_language(language),
                quotes=row.quotes,
                basis=row.basis,
                overlay=row.overlay,
                language=language,
            )
            if row.decision is not None:
                console.print(shown(f"  {told(row.decision).in_language(language)}", "dim"))
        console.print()
    counts = Counter(row.severity for row in rows)
    numbers = [f"{SEVERITY_NAMES[each].in_language(language)} {counts[each]}" for each in Severity]
    console.print(shown(Bilingual("，", ", ").in_language(language).join(numbers)))
