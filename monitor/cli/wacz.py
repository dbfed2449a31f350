"""The command ``nianbao audit wacz``."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from monitor.cli.audit import Format, audit, open_holdings, refusal, say
from monitor.cli.base import CommandError, ExitCode, OutputFormat, invocation, print_json_lines
from monitor.language import Bilingual
from storage.database import reading
from storage.evidence import EvidenceError
from storage.models import Agency, Base, Portal
from storage.wacz import NothingCapturedError, Wanted, export_wacz


@audit.command("wacz")
def wacz(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A new file, NAME.wacz.")],
    portal: Annotated[str | None, typer.Option(help="Only captures of this portal.")] = None,
    run: Annotated[
        str | None, typer.Option(help="Only captures of this run of the crawler (its id).")
    ] = None,
    agency: Annotated[
        str | None, typer.Option(help="Only the pages and files of this agency's reports.")
    ] = None,
    fiscal_year: Annotated[
        int | None, typer.Option(min=2008, max=2100, help="Only those of reports on this year.")
    ] = None,
    filing: Annotated[
        str | None,
        typer.Option(metavar="URL|ID", help="Only the page and files of this report."),
    ] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Write captures as a web archive (WACZ) that replay tools such as ReplayWeb.page open.

    Without an option, everything that was captured is in it.

    Example: nianbao audit wacz qinghe-2023.wacz --portal qinghe --fiscal-year 2023
    """
    invoked = invocation(context)
    parts = ("nianbao", portal, agency, fiscal_year, run, filing)
    title = " ".join(str(part) for part in parts if part)
    with open_holdings(invoked) as holdings:
        _require(holdings.engine, Portal, portal)
        _require(holdings.engine, Agency, agency)
        wanted = Wanted(
            portal_id=portal,
            run_id=run,
            agency_id=agency,
            fiscal_year=fiscal_year,
            filing_id=_filing(holdings.engine, filing),
        )
        try:
            made = export_wacz(holdings.engine, holdings.archive, wanted, path, title=title)
        except NothingCapturedError as error:
            raise refusal(error, ExitCode.PARTIAL) from error
        except OSError as error:
            reason = error.strerror or "exists already"
            raise CommandError(
                Bilingual(
                    f"无法写入 {path}（{reason}）；只写入新的文件。",
                    f"cannot write {path} ({reason}); only a new file is written.",
                )
            ) from error
    if output is OutputFormat.JSONL:
        print_json_lines(
            [
                {
                    "path": str(made.path),
                    "sha256": made.sha256,
                    "captures": made.captures,
                    "pages": made.pages,
                    "removed": made.removed,
                }
            ]
        )
        return
    gone = Bilingual("", "")
    if made.removed:
        gone = Bilingual(
            f"已按留存决定移除的原件不在其中：采集记录 {made.removed} 条。\n",
            f"Left out, removed by retention decisions: {made.removed} captures.\n",
        )
    say(
        Bilingual(
            f"网页归档已写入 {made.path}：采集记录 {made.captures} 条，页面 {made.pages} 个。\n"
            f"{gone.zh}SHA-256：{made.sha256}",
            f"The web archive is in {made.path}: {made.captures} captures, {made.pages} pages.\n"
            f"{gone.en}SHA-256: {made.sha256}",
        ).in_language(invoked.language)
    )


def _filing(engine: Engine, what: str | None) -> int | None:
    if what is None:
        return None
    from monitor.packing import the_filing  # noqa: PLC0415 - loads the rulebook

    with reading(engine) as session:
        try:
            return the_filing(session, what)
        except EvidenceError as error:
            raise refusal(error, ExitCode.USAGE) from error


def _require(engine: Engine, model: type[Base], identity: str | None) -> None:
    if identity is None:
        return
    with reading(engine) as session:
        if session.get(model, identity) is None:
            raise CommandError(
                Bilingual(f"登记中没有 {identity}。", f"{identity} is not in the registry.")
            )
