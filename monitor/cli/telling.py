"""Commands that tell people: alerts and digest."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.base import CommandError, app, invocation, now_or, screen
from monitor.cli.mail_files import write_mails
from monitor.cli.outbox import busy, send_now
from monitor.cli.terminal import shown
from monitor.language import Bilingual
from monitor.lease import LeaseHeldError
from monitor.rules.settings import rulings_of
from monitor.telling.alerts import tell_news
from monitor.telling.digest_round import put_digests
from monitor.telling.digest_series import Frequency, Series, all_series
from monitor.telling.outbox import Mail
from storage.clock import parse_instant
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings
from storage.subscriptions import subscriptions_of


class Often(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


DryRun = Annotated[bool, typer.Option("--dry-run", help="Send nothing, record nothing.")]
Out = Annotated[
    Path | None, typer.Option(help="With --dry-run: write the mails there as .eml files.")
]
AsOf = Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")]


@app.command("digest")
def digest(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Begin of the window (ISO 8601).")] = None,
    frequency: Annotated[
        Often, typer.Option(help="Which digests: each has numbers of its own.")
    ] = Often.WEEKLY,
    dry_run: DryRun = False,
    out: Out = None,
    as_of: AsOf = None,
) -> None:
    """Compose the next digest of everybody who gets it that often, and send it.

    Who gets what stands in [mail] to and in [[subscriptions]].

    Example: nianbao digest --dry-run --out mails
    """
    if out is not None and not dry_run:
        raise CommandError(Bilingual("--out 要与 --dry-run 同用。", "--out needs --dry-run."))
    invoked = invocation(context)
    workspace = invoked.workspace()
    settings = workspace.settings
    engine = invoked.engine(workspace)
    now = now_or(as_of)
    begin = _instant(since)
    subscriptions = subscriptions_of(settings, workspace.directory)
    series = _series(subscriptions, settings, frequency.value, dry_run=dry_run)
    try:
        mails = put_digests(
            engine,
            settings,
            subscriptions,
            series,
            now,
            rulings_of(workspace),
            since=begin,
            dry_run=dry_run,
        )
    except LeaseHeldError as error:
        raise busy(error) from error
    if dry_run:
        _write(mails, out)
        return
    send_now(engine, settings, invoked.language)


@app.command("alerts")
def alerts(context: typer.Context, as_of: AsOf = None) -> None:
    """Tell what has newly happened: missing, late, due soon, portals in trouble.

    Example: nianbao alerts
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    settings = workspace.settings
    subscriptions = subscriptions_of(settings, workspace.directory)
    if not any("at_once" in one.when for one in subscriptions):
        raise _nobody()
    engine = invoked.engine(workspace)
    try:
        summary = tell_news(engine, settings, now_or(as_of), rulings_of(workspace), subscriptions)
    except LeaseHeldError as error:
        raise busy(error) from error
    screen.print(
        Bilingual(
            f"新情况 {summary.events} 项，邮件 {len(summary.mails)} 封。",
            f"{summary.events} events, {len(summary.mails)} mails.",
        ).in_language(invoked.language)
    )
    send_now(engine, workspace.settings, invoked.language)


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


def _series(
    subscriptions: Sequence[SubscriptionSettings],
    settings: Settings,
    frequency: Frequency,
    *,
    dry_run: bool,
) -> list[Series]:
    language = settings.mail.language
    found = all_series(subscriptions, language, (frequency,))
    if found or not dry_run:
        if not found:
            raise _nobody()
        return found
    everything = SubscriptionSettings(to=(settings.mail.sender,), when=(frequency,))
    return all_series([everything], language, (frequency,))


def _nobody() -> CommandError:
    return CommandError(
        Bilingual(
            "nianbao.toml 的 [mail] to 和 [[subscriptions]] 没有收件人；请先填写，或用 --dry-run。",
            "nianbao.toml names nobody in [mail] to or [[subscriptions]]; fill it in, or use "
            "--dry-run.",
        )
    )


def _write(mails: Sequence[Mail], out: Path | None) -> None:
    if out is None:
        for mail in mails:
            screen.print(shown(f"{mail.recipient}: {mail.subject}"), soft_wrap=True)
        return
    for path in write_mails(mails, out):
        screen.print(shown(str(path)), soft_wrap=True)
