"""The commands ``nianbao outbox approve`` and ``withdraw``: what is held goes out, or does not."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from monitor.cli.base import CommandError, invocation, screen
from monitor.cli.outbox import outbox_commands
from monitor.cli.terminal import shown
from monitor.language import Bilingual
from monitor.telling.approval import approve, held_messages, withdraw
from monitor.telling.outbox import NotOpenError
from storage.clock import utc_now
from storage.database import transaction
from storage.models import OutboxMessage

Numbers = Annotated[
    list[int] | None, typer.Argument(help="Ids that 'nianbao outbox --state held' shows.")
]
Every = Annotated[bool, typer.Option("--all", help="All that are held.")]
Author = Annotated[str, typer.Option(help="Who decides; kept with the decision.")]


@outbox_commands.command("approve")
def approve_messages(
    context: typer.Context,
    author: Author,
    numbers: Numbers = None,
    every: Every = False,
    note: Annotated[str, typer.Option(help="Kept with the decision.")] = "",
) -> None:
    """Release messages that are held ([mail] approve); they are sent with the next round.

    Example: nianbao outbox approve 12 13 --author 王芳
    """
    name = _required(author, "--author")

    def decide(session: Session, ids: Sequence[int]) -> list[OutboxMessage]:
        return approve(session, ids, author=name, note=note, now=utc_now())

    _decide(context, numbers, decide, Bilingual("已批准", "released"), every=every)


@outbox_commands.command("withdraw")
def withdraw_messages(
    context: typer.Context,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why; kept with the decision.")],
    numbers: Numbers = None,
    every: Every = False,
) -> None:
    """End messages that are held; they are never sent. A digest's number stays used.

    Example: nianbao outbox withdraw 12 --author 王芳 --reason 数据待核实
    """
    name, why = _required(author, "--author"), _required(reason, "--reason")

    def decide(session: Session, ids: Sequence[int]) -> list[OutboxMessage]:
        return withdraw(session, ids, author=name, reason=why, now=utc_now())

    _decide(context, numbers, decide, Bilingual("已撤回", "withdrawn"), every=every)


def _decide(
    context: typer.Context,
    numbers: Sequence[int] | None,
    decide: Callable[[Session, Sequence[int]], list[OutboxMessage]],
    done: Bilingual,
    *,
    every: bool,
) -> None:
    if bool(numbers) == every:
        raise CommandError(
            Bilingual("请给出编号，或 --all。", "give either ids of messages or --all.")
        )
    invoked = invocation(context)
    try:
        with transaction(invoked.engine(invoked.workspace())) as session:
            decided = decide(session, numbers or held_messages(session))
            lines = [f"{each.id} {each.recipient}: {each.subject}" for each in decided]
    except NotOpenError as error:
        raise CommandError(
            Bilingual(
                f"没有编号为 {error} 的待批准消息；没有改动任何消息。",
                f"message {error} is not held; nothing was changed.",
            )
        ) from error
    said = done.in_language(invoked.language)
    for line in lines:
        screen.print(shown(f"{said}: {line}"), soft_wrap=True)
    if not lines:
        nothing = Bilingual("没有待批准的消息。", "No message is held.")
        screen.print(nothing.in_language(invoked.language))


def _required(text: str, option: str) -> str:
    if not text.strip():
        raise CommandError(Bilingual(f"{option} 不能为空。", f"{option} must not be empty."))
    return text.strip()
