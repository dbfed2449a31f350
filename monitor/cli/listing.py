"""The command ``nianbao findings``."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
)
from monitor.cli.findings import print_finding
from monitor.cli.terminal import results, shown
from monitor.language import Bilingual, Language
from monitor.rules.model import Severity
from monitor.rules.naming import SEVERITY_NAMES
from monitor.telling.findings import FindingRow, standing_findings
from storage.clock import iso_utc
from storage.database import reading
from storage.models import Agency

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
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """List what was found wrong in the archived reports.

    Example: nianbao findings --fiscal-year 2025 --severity warning
    """
    invoked = invocation(context)
    graver = {item.value for item in _ORDER[: _ORDER.index(severity) + 1]}
    with reading(invoked.engine(invoked.workspace())) as session:
        _refuse_unknown(session, agency or ())
        rows = [
            row
            for row in standing_findings(session, fiscal_year or None)
            if row.severity in graver and (not agency or row.agency_id in agency)
        ]
    if output is OutputFormat.JSONL:
        print_json_lines(_object(row) for row in rows)
    else:
        _print(rows, invoked.language)
    grave = any(row.severity == Severity.ERROR.value for row in rows)
    raise typer.Exit(ExitCode.FINDINGS if grave else ExitCode.DONE)


def _refuse_unknown(session: Session, agencies: Sequence[str]) -> None:
    unknown = set(agencies) - set(session.scalars(select(Agency.id)))
    if unknown:
        names = ", ".join(sorted(unknown))
        raise CommandError(
            Bilingual(f"--agency：登记中没有 {names}。", f"--agency: not in the registry: {names}.")
        )


def _object(row: FindingRow) -> dict[str, object]:
    return {
        "agency": row.agency_id,
        "agency_name": row.agency_name,
        "fiscal_year": row.fiscal_year,
        "severity": row.severity,
        "rule": row.rule,
        "message_zh": row.message.zh,
        "message_en": row.message.en,
        "quotes": list(row.quotes),
        "basis": row.basis,
        "url": row.url,
        "sha256": row.sha256,
        "judged_at": iso_utc(row.judged_at),
    }


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
                language=language,
            )
        console.print()
    counts = Counter(row.severity for row in rows)
    numbers = [f"{SEVERITY_NAMES[each].in_language(language)} {counts[each]}" for each in Severity]
    console.print(shown(Bilingual("，", ", ").in_language(language).join(numbers)))
