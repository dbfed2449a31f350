"""Commands that crawl and list what was found."""

import signal
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import select

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
    screen,
)
from monitor.cli.crawl_view import showing_progress
from monitor.cli.naming import refuse_unknown
from monitor.cli.terminal import headed_table, print_table, shown
from monitor.crawl_lock import CrawlRunningError
from monitor.crawl_reports.page import STATE_NAMES
from monitor.crawl_reports.writing import PAGE
from monitor.crawl_run import PortalSummary
from monitor.crawling import crawl_portals
from monitor.language import Bilingual, Language
from monitor.plain import plain
from monitor.reasons import in_both
from monitor.reports import archived_reports, report_object
from monitor.signals import interrupt, on_signals
from storage.database import reading
from storage.models import Agency, CrawlState, Filing, FilingState, Portal
from storage.schema import require_current


def _another_crawl(holder: str | None) -> Bilingual:
    who = f" ({holder})" if holder else ""
    return Bilingual(
        f"本工作区正在抓取{who}；等它结束再试。",
        f"a crawl is running in this workspace{who}; try again when it has ended.",
    )


_NO_PORTALS = Bilingual(
    "登记中还没有网站；先运行 nianbao registry import。",
    "The registry names no portals yet; run 'nianbao registry import' first.",
)
_FILING_STATES = {
    FilingState.CURRENT: Bilingual("现行", "current"),
    FilingState.CHANGED: Bilingual("已改动", "changed"),
    FilingState.REMOVED: Bilingual("已撤下", "removed"),
}
_CRAWL_HEADINGS = (
    Bilingual("网站", "portal"),
    Bilingual("结果", "state"),
    Bilingual("页面", "pages"),
    Bilingual("年报", "reports"),
    Bilingual("新原件", "new"),
    Bilingual("改动", "changed"),
    Bilingual("受阻", "blocked"),
    Bilingual("错误", "errors"),
    Bilingual("对照", "control"),
    Bilingual("秒", "seconds"),
    Bilingual("原因", "reason"),
)
_REPORT_HEADINGS = (
    Bilingual("机关", "agency"),
    Bilingual("年度", "year"),
    Bilingual("标题", "title"),
    Bilingual("发布日期", "published"),
    Bilingual("状态", "state"),
    Bilingual("原件", "originals"),
    Bilingual("网址", "address"),
)

Portals = Annotated[list[str] | None, typer.Option("--portal", help="Only this portal.")]
Years = Annotated[
    list[int] | None,
    typer.Option("--fiscal-year", min=2008, max=2100, help="Only reports of this fiscal year."),
]
Output = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]


@app.command("crawl")
def crawl(
    context: typer.Context,
    portal: Portals = None,
    fiscal_year: Years = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only portals that are due, as the timetable does.")
    ] = False,
    unattended: Annotated[
        bool,
        typer.Option("--unattended", help="Leave hosts alone that refused lately, as --due does."),
    ] = False,
    output: Output = OutputFormat.TEXT,
) -> None:
    """Find the annual-report columns of the portals, read them, and archive every report.

    May be interrupted at any moment and run again. Exit code 3 if any portal is not complete. The
    timetable leaves a host alone for a time that refused; asked for by hand, it is asked once more,
    and no further at its first refusal.

    Example: nianbao crawl --portal qinghe --fiscal-year 2023
    """
    run = invocation(context)
    workspace = run.workspace()
    engine = run.engine(workspace)
    require_current(engine)
    with reading(engine) as session:
        refuse_unknown(session, Portal, "--portal", portal or ())
        if session.scalars(select(Portal.id).limit(1)).first() is None:
            screen.print(_NO_PORTALS.in_language(run.language), markup=False, highlight=False)
    try:
        with on_signals(interrupt, signal.SIGTERM), showing_progress(screen, run.language) as tell:
            crawled = crawl_portals(
                workspace,
                engine,
                portal or (),
                fiscal_year or (),
                tell,
                run.language,
                due_only=due,
                unattended=unattended or due,
            )
    except CrawlRunningError as error:
        raise CommandError(_another_crawl(error.holder), ExitCode.PARTIAL) from error
    if output is OutputFormat.JSONL:
        print_json_lines(summary.as_json() for summary in crawled.portals)
    else:
        _print_summaries(crawled.portals, run.language)
    if crawled.record:
        screen.print(
            plain(str(crawled.record / PAGE)), markup=False, highlight=False, soft_wrap=True
        )
    if not all(summary.is_complete for summary in crawled.portals):
        raise typer.Exit(ExitCode.PARTIAL)


@app.command("reports")
def reports(
    context: typer.Context,
    portal: Portals = None,
    agency: Annotated[list[str] | None, typer.Option("--agency", help="Only this agency.")] = None,
    fiscal_year: Years = None,
    output: Output = OutputFormat.TEXT,
) -> None:
    """List the archived reports with their originals.

    Example: nianbao reports --fiscal-year 2023 --format jsonl
    """
    run = invocation(context)
    workspace = run.workspace()
    engine = run.engine(workspace)
    require_current(engine)
    with reading(engine) as session:
        refuse_unknown(session, Portal, "--portal", portal or ())
        refuse_unknown(session, Agency, "--agency", agency or ())
        found = archived_reports(
            session,
            portal_ids=portal or (),
            agency_ids=agency or (),
            fiscal_years=fiscal_year or (),
        )
        if output is OutputFormat.JSONL:
            print_json_lines(report_object(filing) for filing in found)
        else:
            _print_reports(found, run.language)


def _print_summaries(summaries: Sequence[PortalSummary], language: Language) -> None:
    table = headed_table(_CRAWL_HEADINGS, language)
    for each in summaries:
        table.add_row(
            shown(each.portal),
            STATE_NAMES[CrawlState(each.state)].in_language(language),
            str(each.pages),
            str(each.reports_found),
            str(each.originals_new),
            str(each.originals_changed),
            str(each.blocked),
            str(each.errors),
            "✓" if each.control_passed else "✗",
            f"{each.seconds:.1f}",
            shown(why.in_language(language) if (why := in_both(each.reason)) else None),
        )
    print_table(table, language)


def _print_reports(found: Sequence[Filing], language: Language) -> None:
    table = headed_table(_REPORT_HEADINGS, language)
    for filing in found:
        table.add_row(
            shown(filing.agency.name if filing.agency else filing.agency_name),
            str(filing.fiscal_year or ""),
            shown(filing.title),
            filing.published_on.isoformat() if filing.published_on else "",
            _FILING_STATES[filing.state].in_language(language),
            str(sum(each.superseded_at is None for each in filing.originals)),
            shown(filing.url),
        )
    print_table(table, language)
