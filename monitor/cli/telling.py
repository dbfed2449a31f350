"""Commands that tell people: alerts, digest and outbox."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import Engine, select

from monitor.cli.base import (
    CommandError,
    ExitCode,
    OutputFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
    screen,
)
from monitor.cli.terminal import results, shown
from monitor.language import Bilingual, Language
from monitor.lease import LeaseHeldError
from monitor.rules.settings import rulings_of
from monitor.telling.alerts import tell_news
from monitor.telling.digest import compose_digest
from monitor.telling.outbox import Mail, describe, put, send_mail
from storage.clock import parse_instant, utc_now
from storage.database import reading, transaction
from storage.models import MessageState, OutboxMessage
from storage.settings import MailSettings, Settings

_outbox = typer.Typer(
    help="What was sent, is waiting, failed.\n\nExample: nianbao outbox --state failed"
)
app.add_typer(_outbox, name="outbox")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Send nothing, record nothing.")]
Out = Annotated[
    Path | None, typer.Option(help="With --dry-run: write the mails there as .eml files.")
]
AsOf = Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")]


@app.command("digest")
def digest(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Begin of the window (ISO 8601).")] = None,
    dry_run: DryRun = False,
    out: Out = None,
    as_of: AsOf = None,
) -> None:
    """Compose the digest and send it to everybody in [mail] to.

    Example: nianbao digest --dry-run --out mails
    """
    if out is not None and not dry_run:
        raise CommandError(Bilingual("--out 要与 --dry-run 同用。", "--out needs --dry-run."))
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    now = now_or(as_of)
    begin = _instant(since)
    recipients = _recipients(workspace.settings, dry_run=dry_run)
    rulings = rulings_of(workspace)
    with transaction(engine) as session:
        mails = [
            compose_digest(
                session, workspace.settings, recipient, now, since=begin, rulings=rulings
            )
            for recipient in recipients
        ]
        if dry_run:
            session.rollback()
        else:
            put(session, mails, now)
    if dry_run:
        _write(mails, out)
        return
    _send(engine, workspace.settings.mail, invoked.language)


@app.command("alerts")
def alerts(context: typer.Context, as_of: AsOf = None) -> None:
    """Tell what has newly happened: missing, late, due soon, portals in trouble.

    Example: nianbao alerts
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    if not workspace.settings.mail.operators:
        _recipients(workspace.settings, dry_run=False)
    engine = invoked.engine(workspace)
    try:
        summary = tell_news(engine, workspace.settings, now_or(as_of), rulings_of(workspace))
    except LeaseHeldError as error:
        raise _busy(error) from error
    screen.print(
        Bilingual(
            f"新情况 {summary.events} 项，邮件 {len(summary.mails)} 封。",
            f"{summary.events} events, {len(summary.mails)} mails.",
        ).in_language(invoked.language)
    )
    _send(engine, workspace.settings.mail, invoked.language)


@_outbox.callback(invoke_without_command=True)
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
        rows = [describe(message) for message in session.scalars(query)]
    if output is OutputFormat.JSONL:
        print_json_lines(rows)
        return
    _print_outbox(rows, invoked.language)


@_outbox.command("send")
def send(context: typer.Context) -> None:
    """Send what is waiting.

    Example: nianbao outbox send
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    _send(invoked.engine(workspace), workspace.settings.mail, invoked.language)


@_outbox.command("retry")
def retry(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The id that 'nianbao outbox' shows.")],
) -> None:
    """Put a failed or uncertain message back to waiting; it keeps its Message-ID.

    Example: nianbao outbox retry 12
    """
    invoked = invocation(context)
    with transaction(invoked.engine(invoked.workspace())) as session:
        message = session.get(OutboxMessage, number)
        if message is None or message.state not in (MessageState.FAILED, MessageState.UNCERTAIN):
            raise CommandError(
                Bilingual(
                    f"没有编号为 {number} 的失败或不确定的邮件。",
                    f"there is no failed or uncertain message {number}.",
                )
            )
        message.state, message.next_attempt_at = MessageState.WAITING, utc_now()
        message.attempts, message.finished_at = 0, None


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise CommandError(
            Bilingual(
                f"--since：“{text}”不是 ISO 8601 时间。", f"--since: {text!r} is no ISO 8601 time."
            )
        ) from error


def _recipients(settings: Settings, *, dry_run: bool) -> Sequence[str]:
    mail: MailSettings = settings.mail
    if mail.to:
        return mail.to
    if dry_run:
        return (mail.sender,)
    raise CommandError(
        Bilingual(
            "nianbao.toml 的 [mail] to 没有收件人；请先填写，或用 --dry-run。",
            "nianbao.toml names nobody in [mail] to; fill it in, or use --dry-run.",
        )
    )


def _write(mails: Sequence[Mail], out: Path | None) -> None:
    if out is None:
        for mail in mails:
            screen.print(shown(f"{mail.recipient}: {mail.subject}"), soft_wrap=True)
        return
    for path in write_mails(mails, out):
        screen.print(shown(str(path)), soft_wrap=True)


def write_mails(mails: Sequence[Mail], directory: Path) -> list[Path]:
    """Write mails as ``.eml`` files, named by kind and Message-ID, and return their paths."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise CommandError(
            Bilingual(f"--out：{directory} 不是目录。", f"--out: {directory} is no directory.")
        ) from error
    paths = []
    for mail in mails:
        path = directory / f"{mail.kind}-{mail.message_id.strip('<>').partition('@')[0][:12]}.eml"
        path.write_bytes(mail.content)
        paths.append(path)
    return paths


def _send(engine: Engine, mail: MailSettings, language: Language) -> None:
    if not mail.host:
        raise CommandError(
            Bilingual(
                "nianbao.toml 的 [mail] host 没有填写；邮件已放入发件箱等待发送。",
                "nianbao.toml has no [mail] host; the mails wait in the outbox.",
            )
        )
    try:
        summary = send_mail(engine, mail, utc_now())
    except LeaseHeldError as error:
        raise _busy(error) from error
    if summary.server_error:
        raise CommandError(
            Bilingual(
                f"邮件服务器不可用：{summary.server_error}；邮件留在发件箱，稍后再试。",
                f"the mail server cannot be used: {summary.server_error}; the mails wait.",
            ),
            ExitCode.PARTIAL,
        )
    screen.print(
        Bilingual(
            f"已发 {summary.sent}，等待 {summary.waiting}，失败 {summary.failed}，"
            f"不确定 {summary.uncertain}。",
            f"{summary.sent} sent, {summary.waiting} waiting, {summary.failed} failed, "
            f"{summary.uncertain} uncertain.",
        ).in_language(language)
    )
    if summary.failed or summary.uncertain:
        raise typer.Exit(ExitCode.PARTIAL)


def _busy(error: LeaseHeldError) -> CommandError:
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


def _print_outbox(rows: Sequence[dict[str, object]], language: Language) -> None:
    table = Table(show_edge=False)
    for heading in _HEADINGS.values():
        table.add_column(heading.in_language(language), overflow="fold")
    for row in rows:
        table.add_row(*(shown("" if row[key] is None else str(row[key])) for key in _HEADINGS))
    results().print(table)
