"""The commands ``nianbao registry proposals``, ``accept`` and ``dismiss``."""

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Annotated, Any

import typer

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    invocation,
    print_json_lines,
    screen,
)
from monitor.cli.registry import registry
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.clock import utc_now
from storage.database import transaction
from storage.models import AgencyKind, AgencyProposal, ProposalState
from storage.registry import Problem
from storage.registry.proposals import (
    HEADER,
    UnknownProposalError,
    accept,
    dismiss,
    proposals,
    settle_registered,
    suggested_row,
)
from storage.schema import require_current

_Numbers = Annotated[list[int], typer.Argument(help="Numbers of proposals, as listed.")]


@registry.command("proposals")
def list_proposals(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Those accepted and dismissed as well.")
    ] = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """List agencies that lists of portals name and the registry does not know.

    Each comes with the row that would register it; kind and division are guesses.

    Example: nianbao registry proposals
    """
    run = invocation(context)
    engine = run.engine(run.workspace())
    require_current(engine)
    states = tuple(ProposalState) if every else (ProposalState.OPEN,)
    with transaction(engine) as session:
        settle_registered(session, utc_now())
        found = [_object(each) for each in proposals(session, states)]
    if output is OutputFormat.JSONL:
        print_json_lines(found)
        return
    sys.stdout.write("".join(plain(_text(each, run.language)) + "\n" for each in found))
    if not found:
        told = Bilingual("没有待登记的机关。", "No agency is proposed.")
        screen.print(told.in_language(run.language), markup=False)


@registry.command("accept")
def accept_proposal(
    context: typer.Context,
    numbers: _Numbers,
    agency: Annotated[str, typer.Option(help="Id of the agency; for one proposal only.")] = "",
    kind: Annotated[
        AgencyKind | None, typer.Option(help="Its kind, if the guess is wrong.")
    ] = None,
    division: Annotated[str, typer.Option(help="Its division, if the guess is wrong.")] = "",
) -> None:
    """Register proposed agencies.

    Their reports are theirs from the next crawl on.

    Example: nianbao registry accept 12 --agency qinghe-mzj
    """
    run = invocation(context)
    if agency and len(numbers) > 1:
        raise CommandError(
            Bilingual("--agency 只能用于一条。", "--agency is for one proposal only.")
        )
    engine = run.engine(run.workspace())
    require_current(engine)
    problems: list[Problem] = []
    with transaction(engine) as session:
        for number in numbers:
            with _known(number):
                result = accept(
                    session, number, utc_now(), agency_id=agency, kind=kind, division=division
                )
            problems += result.problems
    for problem in problems:
        text = problem.in_chinese() if run.language == "zh" else problem.in_english()
        screen.print(plain(text), style="red", markup=False, highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(ExitCode.USAGE)


@registry.command("dismiss")
def dismiss_proposal(context: typer.Context, numbers: _Numbers) -> None:
    """Note that proposals are of no agency to be watched; they are not listed again.

    Example: nianbao registry dismiss 12 13
    """
    run = invocation(context)
    engine = run.engine(run.workspace())
    require_current(engine)
    with transaction(engine) as session:
        for number in numbers:
            with _known(number):
                dismiss(session, number, utc_now())


@contextmanager
def _known(number: int) -> Iterator[None]:
    """Turn an unknown number into a message that names it; nothing is decided then."""
    try:
        yield
    except UnknownProposalError:
        raise CommandError(
            Bilingual(f"没有第 {number} 条。", f"There is no proposal {number}.")
        ) from None


def _object(proposal: AgencyProposal) -> dict[str, Any]:
    row = suggested_row(proposal, proposal.agency_id or "")
    return {
        "proposal": proposal.id,
        "state": proposal.state.value,
        "name": proposal.name,
        "portal": proposal.portal_id,
        "portal_name": proposal.portal.name,
        "reports": proposal.count,
        "title": proposal.title,
        "url": proposal.url,
        "list_url": proposal.list_url,
        "sha256": proposal.sha256,
        "first_seen_at": proposal.first_seen_at.isoformat(),
        "last_seen_at": proposal.last_seen_at.isoformat(),
        "agency": proposal.agency_id,
        "row": row,
        "csv": _csv(row[name] for name in HEADER),
    }


def _csv(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _text(found: dict[str, Any], language: Language) -> str:
    count = Bilingual(f"{found['reports']} 份年报", f"{found['reports']} reports")
    head = f"{found['proposal']}  {found['name']}  {found['portal_name']}"
    lines = [
        f"{head}  {count.in_language(language)}  {found['state']}",
        f"    {found['title']}  {found['url']}",
        f"    {found['csv']}",
    ]
    return "\n".join(lines)
