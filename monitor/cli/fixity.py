"""The commands ``nianbao audit fixity`` and ``nianbao audit repair``."""

import getpass
from typing import Annotated

import typer

from monitor.cli.audit import Format, audit, open_holdings, say
from monitor.cli.base import CommandError, ExitCode, OutputFormat, invocation, print_json_lines
from monitor.cli.fixity_view import (
    print_standing,
    repaired_line,
    repaired_object,
    restored,
    standing_object,
    trouble_object,
)
from monitor.fixity import Round, copies_of, look_after, repair_all
from monitor.language import Bilingual
from monitor.lease import LeaseHeldError
from storage.archive import SHA256
from storage.clock import utc_now
from storage.database import reading
from storage.upkeep.rota import never_checked, standing, troubles


@audit.command("fixity")
def fixity(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Hash again what is due, and a random share.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Hash everything again now.")] = False,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Show how many originals were hashed again in time, and which are damaged or lost.

    What is damaged or lost is restored from the second copy while it is checked, if one is set.
    Exit code 4 if anything is damaged or lost.

    Example: nianbao audit fixity --check
    """
    invoked = invocation(context)
    with open_holdings(invoked) as holdings:
        workspace = invoked.workspace()
        days = workspace.settings.audit.fixity_days
        copies = copies_of(workspace)
        done: Round | None = None
        if check or everything:
            try:
                done = look_after(holdings.engine, copies, days, everything=everything)
            except LeaseHeldError as error:
                raise _busy(error) from error
        with reading(holdings.engine) as session:
            stand = [standing(session, copy.name, utc_now(), days) for copy in copies]
            unsettled, never = troubles(session), never_checked(session)
    if output is OutputFormat.JSONL:
        print_json_lines(standing_object(each, days, never) for each in stand)
        print_json_lines(repaired_object(each) for each in restored(done))
        print_json_lines(trouble_object(each) for each in unsettled)
    else:
        print_standing(stand, unsettled, done, days, never, invoked.language)
    if unsettled:
        raise typer.Exit(ExitCode.DAMAGED)


@audit.command("repair")
def repair(
    context: typer.Context,
    sha256: Annotated[
        list[str] | None,
        typer.Argument(help="Originals; without any, all that are known to be damaged or lost."),
    ] = None,
    author: Annotated[
        str | None, typer.Option(help="Who has it done; default: the user of the system.")
    ] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Restore originals that are damaged or lost from the second copy, or the other way round.

    The bytes are hashed before they are written and read back after. A damaged file is kept aside;
    what is sound is never touched. Exit code 4 if anything could not be restored.

    Example: nianbao audit repair --author 王敏
    """
    invoked = invocation(context)
    digests = [each.lower() for each in sha256 or ()]
    wrong = [each for each in digests if not SHA256.match(each)]
    if wrong:
        raise CommandError(
            Bilingual(f"不是 SHA-256：{', '.join(wrong)}", f"no SHA-256: {', '.join(wrong)}")
        )
    with open_holdings(invoked) as holdings:
        copies = copies_of(invoked.workspace())
        if len(copies) < 2:
            raise CommandError(
                Bilingual(
                    "没有第二副本；请设置 [storage] second_copy，或从备份恢复。",
                    "there is no second copy; set [storage] second_copy, or restore from a backup.",
                )
            )
        try:
            done = repair_all(holdings.engine, copies, digests, author or getpass.getuser())
        except LeaseHeldError as error:
            raise _busy(error) from error
    if output is OutputFormat.JSONL:
        print_json_lines(repaired_object(each) for each in done)
    else:
        for each in done:
            say(repaired_line(each, invoked.language))
        if not done:
            say(_NOTHING.in_language(invoked.language))
    if not all(each.repaired for each in done):
        raise typer.Exit(ExitCode.DAMAGED)


_NOTHING = Bilingual(
    "没有需要恢复的原件：核查和检验（audit fixity、audit verify）没有发现损坏或丢失的。",
    "nothing had to be restored: no check ('audit fixity', 'audit verify') found anything damaged "
    "or lost.",
)


def _busy(error: LeaseHeldError) -> CommandError:
    return CommandError(
        Bilingual(
            f"另一个程序（{error.holder}）正在核查原件；请稍后再试。",
            f"another process ({error.holder}) is checking originals; try again later.",
        ),
        ExitCode.PARTIAL,
    )
