"""The command ``nianbao schedule``."""

import os
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Engine, select

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
    screen,
)
from monitor.cli.terminal import headed_table, print_table, results, shown
from monitor.crontab import JOBS, NEEDS_A_PLACE
from monitor.job_runs import Planned, planned, run_alone
from monitor.jobs import jobs
from monitor.language import Bilingual, Language
from monitor.lease import LeaseHeldError
from monitor.reasons import said_by_job
from monitor.signals import STOPPING, on_signals
from monitor.timetable import Timetable, running_scheduler
from storage.clock import SHANGHAI, iso_utc, utc_now
from storage.database import reading
from storage.models import JobRun

_schedule = typer.Typer(
    help="Run crawls, checks, alerts and digests by the timetable of nianbao.toml.\n\n"
    "Example: nianbao --workspace /srv/county schedule"
)
app.add_typer(_schedule, name="schedule")


@_schedule.callback(invoke_without_command=True)
def schedule(context: typer.Context) -> None:
    """Run crawls, checks, alerts and digests by the timetable until stopped.

    Ends cleanly at SIGTERM or Ctrl-C, with everything below it, within 90 seconds.

    Example: nianbao --workspace /srv/county schedule
    """
    if context.invoked_subcommand is not None:
        return
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    stopping = threading.Event()
    work = jobs(workspace, engine, stopping)
    timetable = Timetable(
        engine, workspace.settings.schedule, work, stopping, directory=workspace.directory
    )
    try:
        with on_signals(timetable.stop, *STOPPING):
            screen.print(
                Bilingual(
                    "按时间表运行中；按 Ctrl-C 结束。", "Running the timetable; Ctrl-C ends it."
                ).in_language(invoked.language)
            )
            whole = timetable.run()
    except LeaseHeldError as error:
        raise CommandError(_held_by_another(error), ExitCode.PARTIAL) from error
    finally:
        engine.dispose()
    if not whole:
        # threads of jobs that do not end would keep us; the processes below see that we are gone
        sys.stderr.flush()
        os._exit(ExitCode.PARTIAL)


def _held_by_another(error: LeaseHeldError) -> Bilingual:
    until = f"{error.until.astimezone(SHANGHAI):%H:%M:%S}"
    return Bilingual(
        f"另一个调度程序（{error.holder}）正在运行。如果它在别的机器上已被强行终止，"
        f"{until} 后可以重新启动；在本机上被终止的无须等待。",
        f"another scheduler ({error.holder}) is running. If it was killed on another machine, "
        f"start again after {until}; one killed on this machine is not waited for.",
    )


@_schedule.command("run")
def run(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help=f"One of {', '.join(JOBS)}.")],
) -> None:
    """Run one job now, as the timetable would; exit code 3 if it fails.

    Two runs of one job never overlap, on whatever machines.

    Example: nianbao schedule run backup
    """
    if job not in JOBS:
        known = ", ".join(JOBS)
        raise CommandError(
            Bilingual(f"没有名为 {job} 的任务；有 {known}。", f"no job is named {job}: {known}.")
        )
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    place = NEEDS_A_PLACE.get(job)
    if place and not getattr(workspace.settings.schedule, place):
        raise CommandError(
            Bilingual(f"没有填写 [schedule] {place}。", f"[schedule] {place} is not set.")
        )
    stopping = threading.Event()
    began = utc_now()
    try:
        with on_signals(stopping.set, *STOPPING):
            succeeded = run_alone(engine, job, jobs(workspace, engine, stopping)[job])
        said = _last_words(engine, job, began)
    finally:
        engine.dispose()
    screen.print(shown(f"{job}: {said.in_language(invoked.language)}"), soft_wrap=True)
    if not succeeded:
        raise typer.Exit(ExitCode.PARTIAL)


def _last_words(engine: Engine, job: str, since: datetime) -> Bilingual:
    with reading(engine) as session:
        query = select(JobRun.message).where(JobRun.job == job, JobRun.finished_at >= since)
        return said_by_job(session.scalars(query.order_by(JobRun.id.desc()).limit(1)).first())


@_schedule.command("status")
def status(
    context: typer.Context,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Show each job with its last and next run.

    Exit code 3 if a job that is switched on failed when it last ran, or is overdue: it has not
    succeeded although its time is past by half its period (a quarter of an hour at least, the
    grace of misfire_grace_seconds at most).

    Example: nianbao schedule status
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    now = utc_now()
    rows = planned(engine, workspace.settings.schedule, JOBS, now)
    holder = running_scheduler(engine, now)
    engine.dispose()
    if output is OutputFormat.JSONL:
        print_json_lines([_object(row, holder) for row in rows])
    else:
        _print(rows, holder, invoked.language)
    if not all(row.is_well for row in rows):
        raise typer.Exit(ExitCode.PARTIAL)


_HEADINGS = (
    Bilingual("任务", "job"),
    Bilingual("时间", "crontab"),
    Bilingual("情况", "state"),
    Bilingual("上次成功", "last success"),
    Bilingual("上次失败", "last failure"),
    Bilingual("下次运行", "next run"),
    Bilingual("失败原因", "reason of the failure"),
)


def _state(row: Planned) -> Bilingual:
    if not row.crontab:
        return Bilingual("停用", "off")
    if row.running_since is not None:
        return Bilingual("运行中", "running")
    if row.overdue:
        return Bilingual("逾期未成功", "OVERDUE")
    return Bilingual("失败", "failed") if row.failure is not None else Bilingual("正常", "well")


def _print(rows: Sequence[Planned], holder: str | None, language: Language) -> None:
    table = headed_table(_HEADINGS, language)
    for row in rows:
        times = (row.last_success, row.last_failure, row.next_run)
        table.add_row(
            row.name,
            shown(row.crontab or "-"),
            _state(row).in_language(language),
            *(f"{time.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if time else "-" for time in times),
            shown(said_by_job(row.failure).in_language(language)),
        )
    print_table(table, language)
    console = results()
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
        "last_success": _text(row.last_success),
        "last_failure": _text(row.last_failure),
        "failure": row.failure,
        "next_run": _text(row.next_run),
        "scheduler": holder,
        "running_since": _text(row.running_since),
        "overdue": row.overdue,
        "catch_up": row.catch_up,
    }


def _text(instant: datetime | None) -> str | None:
    return iso_utc(instant) if instant else None
