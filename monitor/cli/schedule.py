"""The command ``nianbao schedule``."""

import signal
import threading
from collections.abc import Sequence
from typing import Annotated

import typer
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
from monitor.cli.terminal import results, shown
from monitor.crontab import JOBS
from monitor.jobs import jobs
from monitor.language import Bilingual, Language
from monitor.lease import LeaseHeldError
from monitor.timetable import Planned, Timetable, planned, running_scheduler
from storage.clock import SHANGHAI, iso_utc, utc_now

_schedule = typer.Typer(
    help="Run crawls, checks, alerts and digests by the timetable of nianbao.toml.\n\n"
    "Example: nianbao --workspace /srv/county schedule"
)
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
    stopping = threading.Event()
    work = jobs(workspace, engine, stopping)
    timetable = Timetable(engine, workspace.settings.schedule, work, stopping)
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
            _held_by_another(error),
            ExitCode.PARTIAL,
        ) from error
    finally:
        engine.dispose()


def _held_by_another(error: LeaseHeldError) -> Bilingual:
    until = f"{error.until.astimezone(SHANGHAI):%H:%M:%S}"
    return Bilingual(
        f"另一个调度程序（{error.holder}）正在运行；如果它已被强行终止，{until} 后可以重新启动。",
        f"another scheduler ({error.holder}) is running; if it was killed, start again "
        f"after {until}.",
    )


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
    now = utc_now()
    rows = planned(engine, workspace.settings.schedule, JOBS, now)
    holder = running_scheduler(engine, now)
    if output is OutputFormat.JSONL:
        print_json_lines([_object(row, holder) for row in rows])
        return
    _print(rows, holder, invoked.language)


_HEADINGS = (
    Bilingual("任务", "job"),
    Bilingual("时间", "crontab"),
    Bilingual("上次成功", "last success"),
    Bilingual("上次失败", "last failure"),
    Bilingual("下次运行", "next run"),
    Bilingual("失败原因", "reason of the failure"),
)


def _print(rows: Sequence[Planned], holder: str | None, language: Language) -> None:
    table = Table(show_edge=False)
    for heading in _HEADINGS:
        table.add_column(heading.in_language(language), overflow="fold")
    for row in rows:
        times = (row.last_success, row.last_failure, row.next_run)
        table.add_row(
            row.name,
            shown(row.crontab or "-"),
            *(f"{time.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if time else "-" for time in times),
            shown(row.failure),
        )
    console = results()
    console.print(table)
    running = (
        Bilingual(f"调度程序正在运行：{holder}", f"the scheduler is running: {holder}")
        if holder
        else Bilingual("调度程序没有运行。", "no scheduler is running.")
    )
    console.print(shown(running.in_language(language)))


def _object(row: Planned, holder: str | None) -> dict[str, object]:
    return {
        "job": row.name,
        "crontab": row.crontab or None,
        "last_success": iso_utc(row.last_success) if row.last_success else None,
        "last_failure": iso_utc(row.last_failure) if row.last_failure else None,
        "failure": row.failure,
        "next_run": iso_utc(row.next_run) if row.next_run else None,
        "scheduler": holder,
    }
