"""The command ``nianbao outbox``: what was sent, is waiting, failed, and what nobody knows."""

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

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
from monitor.language import Bilingual, Language
from monitor.lease import LeaseHeldError
from monitor.reasons import said_by_job
from monitor.telling.outbox import NotOpenError, Settled, settle
from monitor.telling.outbox_listing import describe
from monitor.telling.sending import send_all
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Decision, MessageState, OutboxMessage, Settlement
from storage.settings import Settings
from storage.telling_settings import is_channel

outbox_commands = typer.Typer(
    help="List, send and settle the messages.\n\nExample: nianbao outbox --state failed"
)
app.add_typer(outbox_commands, name="outbox")

Number = Annotated[int, typer.Argument(help="The id that 'nianbao outbox' shows.")]
By = Annotated[
    str | None,
    typer.Option("--author", "--by", help="Who decides; default the user of this machine."),
]
Note = Annotated[str, typer.Option(help="How that is known; kept with the decision.")]


@outbox_commands.callback(invoke_without_command=True)
def outbox(
    context: typer.Context,
    state: Annotated[MessageState | None, typer.Option(help="Only this state.")] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """List what was sent, is waiting, failed.

    Example: nianbao outbox --state failed
    """
    if context.invoked_subcommand is not None:
        return
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        query = select(OutboxMessage).order_by(OutboxMessage.id)
        if state is not None:
            query = query.where(OutboxMessage.state == state)
        settled = _settlements(session)
        rows = [describe(each, settled.get(each.id, ())) for each in session.scalars(query)]
    if output is OutputFormat.JSONL:
        print_json_lines(rows)
        return
    _print_outbox(rows, invoked.language)


def _settlements(session: Session) -> dict[int, list[Settlement]]:
    found: dict[int, list[Settlement]] = {}
    for each in session.scalars(select(Settlement).order_by(Settlement.id)):
        found.setdefault(each.message_id, []).append(each)
    return found


@outbox_commands.command("send")
def send(context: typer.Context) -> None:
    """Send what is waiting.

    Example: nianbao outbox send
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    send_now(invoked.engine(workspace), workspace.settings, invoked.language)


@outbox_commands.command("show")
def show(context: typer.Context, number: Number) -> None:
    """Write out one message whole: a mail as RFC 5322 (.eml), the text for a channel.

    Example: nianbao outbox show 12 > 12.eml
    """
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        message = session.get(OutboxMessage, number)
        if message is None:
            raise CommandError(
                Bilingual(f"没有编号为 {number} 的邮件。", f"there is no message {number}.")
            )
        text = message.content.decode("utf-8", "replace")
        recipient = message.recipient
    if is_channel(recipient):
        results().print(shown(text), soft_wrap=True)
        return
    typer.echo(text, nl=False)


@outbox_commands.command("settle")
def settle_message(
    context: typer.Context,
    number: Number,
    sent: Annotated[bool, typer.Option("--sent", help="It did arrive.")] = False,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send it again, with the same Message-ID.")
    ] = False,
    note: Note = "",
    by: By = None,
) -> None:
    """Say what became of an uncertain or failed message; who decided it is kept.

    With --resend it waits again, as after 'nianbao outbox retry'.

    Example: nianbao outbox settle 12 --sent --note "the office has it"
    """
    if sent == resend:
        raise CommandError(
            Bilingual("请给出 --sent 或 --resend 之一。", "give either --sent or --resend.")
        )
    _settle(context, number, Decision.SENT if sent else Decision.RESEND, by, note)


@outbox_commands.command("retry")
def retry(context: typer.Context, number: Number, note: Note = "", by: By = None) -> None:
    """Put a failed or uncertain message back to waiting; short for 'outbox settle ID --resend'.

    It keeps its Message-ID, by which the recipient's program may know it.

    Example: nianbao outbox retry 12
    """
    _settle(context, number, Decision.RESEND, by, note)


def _settle(
    context: typer.Context, number: int, decision: Settled, by: str | None, note: str
) -> None:
    invoked = invocation(context)
    author = by or getpass.getuser()
    try:
        with transaction(invoked.engine(invoked.workspace())) as session:
            settle(session, number, decision, author=author, note=note, now=utc_now())
    except NotOpenError as error:
        raise CommandError(
            Bilingual(
                f"没有编号为 {number} 的失败或不确定的邮件。",
                f"there is no failed or uncertain message {number}.",
            )
        ) from error


def send_now(engine: Engine, settings: Settings, language: Language) -> None:
    """Send what waits, and say what came of it.

    Raises:
        CommandError: if some of it cannot be sent at all.
        Exit: with code 3 if a message failed or is uncertain.
    """
    if not settings.mail.host and not settings.channels:
        raise CommandError(
            Bilingual(
                "nianbao.toml 的 [mail] host 没有填写；邮件已放入发件箱等待发送。",
                "nianbao.toml has no [mail] host; the mails wait in the outbox.",
            )
        )
    try:
        summary = send_all(engine, settings, utc_now())
    except LeaseHeldError as error:
        raise busy(error) from error
    screen.print(
        Bilingual(
            f"已发 {summary.sent}，等待 {summary.waiting}，失败 {summary.failed}，"
            f"不确定 {summary.uncertain}。",
            f"{summary.sent} sent, {summary.waiting} waiting, {summary.failed} failed, "
            f"{summary.uncertain} uncertain.",
        ).in_language(language)
    )
    if summary.server_error:
        raise CommandError(
            Bilingual(
                f"不能发送：{summary.server_error}；邮件留在发件箱，稍后再试。",
                f"cannot be sent to: {summary.server_error}; the mails wait.",
            ),
            ExitCode.PARTIAL,
        )
    if summary.failed or summary.uncertain:
        raise typer.Exit(ExitCode.PARTIAL)


def busy(error: LeaseHeldError) -> CommandError:
    """Return what to say when another process is at the mails."""
    return CommandError(
        Bilingual(
            f"另一进程（{error.holder}）正在处理邮件；没有邮件丢失，稍后再试。",
            f"another process ({error.holder}) is at the mails; none is lost, try again later.",
        ),
        ExitCode.PARTIAL,
    )


_HEADINGS = {
    "id": Bilingual("编号", "id"),
    "kind": Bilingual("种类", "kind"),
    "recipient": Bilingual("收件人", "recipient"),
    "subject": Bilingual("主题", "subject"),
    "state": Bilingual("状态", "state"),
    "attempts": Bilingual("次数", "attempts"),
    "last_error": Bilingual("原因", "last error"),
}


def _cell(row: dict[str, object], key: str, language: Language) -> str:
    value = row[key]
    if isinstance(value, str) and key == "last_error":
        return said_by_job(value).in_language(language)
    return "" if value is None else str(value)


def _print_outbox(rows: Sequence[dict[str, object]], language: Language) -> None:
    table = headed_table(tuple(_HEADINGS.values()), language)
    for row in rows:
        table.add_row(*(shown(_cell(row, key, language)) for key in _HEADINGS))
    print_table(table, language)
    held = sum(row["state"] == MessageState.HELD for row in rows)
    if held:
        screen.print(
            Bilingual(
                f"{held} 封等待批准；查看后用 nianbao outbox approve 或 withdraw 处理。",
                f"{held} wait for approval; look at them, then use 'nianbao outbox approve' or "
                "'withdraw'.",
            ).in_language(language)
        )
    uncertain = sum(row["state"] == MessageState.UNCERTAIN for row in rows)
    if uncertain:
        screen.print(
            Bilingual(
                f"{uncertain} 封是否送达不确定；核实后用 nianbao outbox settle 处理。",
                f"{uncertain} may have arrived or not; ask, then use 'nianbao outbox settle'.",
            ).in_language(language)
        )
