"""The command ``nianbao audit history``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.audit import audit, open_holdings
from monitor.cli.base import invocation
from storage.database import reading


class HistoryFormat(StrEnum):
    """How a history is given."""

    TEXT = "text"
    JSONL = "jsonl"
    HTML = "html"


@audit.command("history")
def history(
    context: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILING|URL|SHA256]",
            help="A filing by its id, an address of it, or a hash (8 digits or more).",
        ),
    ] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", help="The agency's id in the registry.")
    ] = None,
    fiscal_year: Annotated[
        int | None, typer.Option("--fiscal-year", min=2008, max=2100, help="With --agency.")
    ] = None,
    diff: Annotated[
        tuple[int, int] | None,
        typer.Option("--diff", metavar="N M", help="Compare these two versions of one report."),
    ] = None,
    output: Annotated[
        HistoryFormat, typer.Option("--format", help="text, jsonl or html.")
    ] = HistoryFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file for html; default: standard output.")
    ] = None,
) -> None:
    """Tell what happened to a report: its versions, in what they differ, removal and return.

    Versions are compared when reports are judged; --diff compares any two of them.

    Example: nianbao audit history http://www.example.gov.cn/nb/2023.html --diff 1 2
    """
    from monitor.cli import history_view as view  # noqa: PLC0415 - loads the readers and rules

    invoked = invocation(context)
    with open_holdings(invoked) as holdings, reading(holdings.engine) as session:
        found = view.histories(holdings, session, what, agency, fiscal_year, diff)
    if output is HistoryFormat.JSONL:
        view.write_objects(found)
    elif output is HistoryFormat.HTML:
        view.write_page(found, invoked.language, out)
    else:
        view.write_lines(found, invoked.language)
