"""The command ``nianbao schedule``."""

import signal
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
    screen,
)
from monitor.cli.terminal import shown
from monitor.jobs import jobs
from monitor.language import Bilingual
from monitor.lease import LeaseHeldError
from monitor.timetable import Planned, Timetable, planned
from storage.clock import SHANGHAI, iso_utc, utc_now

_schedule = typer.Typer(help="Run the timetable of nianbao.toml, or show it.")
app.add_typer(_schedule, name="schedule")


@_schedule.callback(invoke_without_command=True)
def schedule(context: typer.Context) -> None:
    """Run crawls, checks, alerts and digests by the timetable until stopped.

    Example: nianbao --workspace /srv/county schedule
    """
    if context.invoked_subcommand is not None:
        return
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    timetable = Timetable(engine, workspace.settings.schedule, jobs(workspace, engine))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: timetable.stop())
    screen.print(
        Bilingual(
            "按时间表运行中；按 Ctrl-C 结束。", "Running the timetable; Ctrl-C ends it."
        ).in_language(invoked.language)
    )
    try:
        timetable.run()
    except LeaseHeldError as error:
        raise CommandError(
            Bilingual(
                f"另一个调度程序正在运行：{error.holder}。",
                f"another scheduler is running: {error.holder}.",
            ),
            ExitCode.PARTIAL,
        ) from error


@_schedule.command("status")
def status(
    context: typer.Context,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Show each job with its last and next run.

    Example: nianbao schedule status
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    rows = planned(engine, workspace.settings.schedule, jobs(workspace, engine), utc_now())
    if output is OutputFormat.JSONL:
        print_json_lines([_object(row) for row in rows])
        return
    table = Table(show_edge=False)
    for heading in ("job", "crontab", "last success", "last failure", "next run"):
        table.add_column(heading)
    for row in rows:
        times = (row.last_success, row.last_failure, row.next_run)
        table.add_row(
            row.name,
            shown(row.crontab or "off"),
            *(f"{time.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if time else "-" for time in times),
        )
    Console().print(table)


def _object(row: Planned) -> dict[str, object]:
    return {
        "job": row.name,
        "crontab": row.crontab or None,
        "last_success": iso_utc(row.last_success) if row.last_success else None,
        "last_failure": iso_utc(row.last_failure) if row.last_failure else None,
        "next_run": iso_utc(row.next_run) if row.next_run else None,
    }
