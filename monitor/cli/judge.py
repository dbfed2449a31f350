"""The command ``nianbao judge``."""

from typing import Annotated

import typer

from monitor.checking import CheckSummary, check_filings
from monitor.cli.base import ExitCode, OutputFormat, app, invocation, now_or, print_json_lines
from monitor.cli.terminal import results, shown
from monitor.language import Bilingual
from storage.schema import require_current


@app.command("judge")
def judge(
    context: typer.Context,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Processes that share the work. Default: one a processor, and one in all where "
            "there is little to do.",
        ),
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Judge what is archived again, as far as reports, rules or settings have changed.

    A crawl does so by itself, and so does the timetable; this is for after the settings, the
    overlays or the program were changed. Reports that were read before are not read again.

    Example: nianbao judge --jobs 4
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    require_current(engine)
    summary = check_filings(workspace, engine, now_or(as_of), jobs=jobs)
    if output is OutputFormat.JSONL:
        print_json_lines([_object(summary)])
    else:
        for line in summary.unreadable:
            results().print(shown(line, "red"), soft_wrap=True)
        results().print(shown(_told(summary).in_language(invoked.language)), soft_wrap=True)
    raise typer.Exit(_exit_code(summary))


def _object(summary: CheckSummary) -> dict[str, object]:
    return {
        "judged": summary.judged,
        "unchanged": summary.unchanged,
        "unreadable": summary.unreadable,
        "findings": summary.findings,
    }


def _told(summary: CheckSummary) -> Bilingual:
    found = summary.findings
    return Bilingual(
        f"重新核查 {summary.judged} 份，未变 {summary.unchanged} 份，无法读取 "
        f"{len(summary.unreadable)} 份；新核查的年报中错误 {found['error']}、警告 "
        f"{found['warning']}、提示 {found['info']}。",
        f"Judged: {summary.judged}, unchanged: {summary.unchanged}, unreadable: "
        f"{len(summary.unreadable)}; in those judged: {found['error']} errors, "
        f"{found['warning']} warnings, {found['info']} hints.",
    )


def _exit_code(summary: CheckSummary) -> ExitCode:
    if summary.unreadable:
        return ExitCode.PARTIAL
    return ExitCode.FINDINGS if summary.findings["error"] else ExitCode.DONE
