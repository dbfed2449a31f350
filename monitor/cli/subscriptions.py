"""The commands ``nianbao subscriptions``: who gets what, and what one of them would get now."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.base import (
    CommandError,
    OutputFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
    screen,
)
from monitor.cli.mail_files import write_mails
from monitor.cli.terminal import headed_table, print_table, results, shown
from monitor.language import Bilingual, Language
from monitor.rules.settings import rulings_of
from monitor.telling.outbox import Mail
from monitor.telling.preview import DigestPreview, Preview, known_recipients, preview
from monitor.telling.unheard import Unheard, unheard
from storage.database import reading
from storage.subscription_settings import SubscriptionSettings
from storage.subscriptions import subscriptions_of

_subscriptions = typer.Typer(
    help="Show who gets what.\n\nExample: nianbao subscriptions test office@example.cn"
)
app.add_typer(_subscriptions, name="subscriptions")

_Format = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]
_RESTRICTIONS = ("divisions", "portals", "agencies", "kinds", "events")
_WHEN = {
    "at_once": Bilingual("即时", "at once"),
    "daily": Bilingual("日报", "daily"),
    "weekly": Bilingual("周报", "weekly"),
    "monthly": Bilingual("月报", "monthly"),
}
_NAMED = 10
_HEADINGS = (
    Bilingual("名称", "name"),
    Bilingual("收件人", "to"),
    Bilingual("对象", "audience"),
    Bilingual("语言", "language"),
    Bilingual("时间", "when"),
    Bilingual("级别", "severity"),
    Bilingual("范围", "about"),
)


@_subscriptions.command("list")
def list_subscriptions(context: typer.Context, output: _Format = OutputFormat.TEXT) -> None:
    """List the subscriptions of [mail], of [[subscriptions]] and of the CSV file.

    Example: nianbao subscriptions list
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    found = subscriptions_of(workspace.settings, workspace.directory)
    default = workspace.settings.mail.language
    with reading(invoked.engine(workspace)) as session:
        missed = unheard(session, found)
    if output is OutputFormat.JSONL:
        print_json_lines(_object(each, default) for each in found)
    else:
        _print(found, default, invoked.language)
    for warning in _unheard_warnings(missed):
        screen.print(shown(warning.in_language(invoked.language)), soft_wrap=True)


@_subscriptions.command("test")
def show_next(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="A mail address, or the name of a channel.")],
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the messages there: mails as .eml files.")
    ] = None,
    output: _Format = OutputFormat.TEXT,
) -> None:
    """Show what somebody would get now: what is told at once, and every digest.

    Nothing is sent and nothing recorded.

    Example: nianbao subscriptions test office@example.cn --out mails
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    subscriptions = subscriptions_of(workspace.settings, workspace.directory)
    recipient = _recipient(address, known_recipients(subscriptions))
    engine = invoked.engine(workspace)
    found = preview(
        engine, workspace.settings, subscriptions, recipient, now_or(as_of), rulings_of(workspace)
    )
    if output is OutputFormat.JSONL:
        print_json_lines(_objects(found, workspace.settings.mail.language))
    else:
        _print(found.subscriptions, workspace.settings.mail.language, invoked.language)
        _print_messages(found, invoked.language)
    if out is not None:
        mails = [*found.at_once, *(each.mail for each in found.digests)]
        for path in write_mails(mails, out):
            screen.print(shown(str(path)), soft_wrap=True)


def _recipient(wanted: str, known: Sequence[str]) -> str:
    """Return how a recipient is written in the settings; case does not matter."""
    for each in known:
        if each.casefold() == wanted.strip().casefold():
            return each
    names = ", ".join(known)
    raise CommandError(
        Bilingual(
            f"没有收件人 {wanted}；现有 {names or '（无）'}。",
            f"nobody is called {wanted}; there are {names or '(none)'}.",
        )
    )


def _object(subscription: SubscriptionSettings, default: Language) -> dict[str, Any]:
    values = subscription.model_dump(mode="json")
    return {**values, "language": subscription.language or default}


def _objects(found: Preview, default: Language) -> list[dict[str, Any]]:
    return [
        *({"type": "subscription", **_object(each, default)} for each in found.subscriptions),
        *({"type": "at_once", **_message(each)} for each in found.at_once),
        *(
            {
                "type": "digest",
                "frequency": each.series.frequency,
                "language": each.series.language,
                "due": each.due,
                **_message(each.mail),
            }
            for each in found.digests
        ),
    ]


def _message(mail: Mail) -> dict[str, Any]:
    return {
        "kind": mail.kind,
        "recipient": mail.recipient,
        "subject": mail.subject,
        "number": mail.number,
        "message_id": mail.message_id,
    }


def _print(found: Sequence[SubscriptionSettings], default: Language, language: Language) -> None:
    table = headed_table(_HEADINGS, language)
    for each in found:
        table.add_row(
            shown(each.name or "-"),
            shown(", ".join(each.to)),
            each.audience,
            each.language or default,
            ", ".join(_WHEN[when].in_language(language) for when in each.when),
            each.severity,
            shown(_about(each, language)),
        )
    print_table(table, language)


def _unheard_warnings(missed: Unheard) -> Iterator[Bilingual]:
    if missed.agencies:
        zh, en = _named(missed.agencies)
        yield Bilingual(f"没有人会收到这些机关的消息：{zh}", f"nobody is told about agencies: {en}")
    if missed.portals:
        zh, en = _named(missed.portals)
        yield Bilingual(
            f"这些网站出现故障时，没有人会收到通知：{zh}",
            f"nobody is told when these portals fail: {en}",
        )


def _named(ids: Sequence[str]) -> tuple[str, str]:
    first, more = ids[:_NAMED], len(ids) - _NAMED
    if more <= 0:
        return "、".join(first), ", ".join(first)
    return f"{'、'.join(first)}等{len(ids)}个", f"{', '.join(first)} and {more} more"


def _about(subscription: SubscriptionSettings, language: Language) -> str:
    parts = [
        f"{name}: {', '.join(values)}"
        for name in _RESTRICTIONS
        if (values := getattr(subscription, name))
    ]
    return "; ".join(parts) or Bilingual("全部", "everything").in_language(language)


def _print_messages(found: Preview, language: Language) -> None:
    console = results()
    now = Bilingual("即时", "at once").in_language(language)
    for mail in found.at_once:
        console.print(shown(f"{now}: {mail.subject}"), soft_wrap=True)
    for each in found.digests:
        console.print(shown(_digest_line(each, language)), soft_wrap=True)
    if not found.at_once:
        nothing = Bilingual("目前没有要即时告知的事。", "Nothing is to be told at once.")
        console.print(nothing.in_language(language), soft_wrap=True)


def _digest_line(each: DigestPreview, language: Language) -> str:
    often = _WHEN[each.series.frequency].in_language(language)
    due = Bilingual("今天发出", "due today") if each.due else Bilingual("今天不发", "not today")
    said, spoken = due.in_language(language), each.series.language
    about = Bilingual(f"（{spoken}，{said}）：", f" ({spoken}, {said}): ").in_language(language)
    return f"{often}{about}{each.mail.subject}"
