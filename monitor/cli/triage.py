"""The command ``nianbao triage``: what people decide about what is said."""

from typing import Annotated

import typer

from monitor.cli.base import (
    CommandError,
    app,
    invocation,
    now_or,
    screen,
)
from monitor.cli.naming import day_of
from monitor.cli.terminal import shown
from monitor.history.timeline import find_filings
from monitor.language import Bilingual
from monitor.triage import Decided, WrongDecisionError, decide
from monitor.triage.naming import ACTION_NAMES
from monitor.triage.subjects import AmbiguousSubjectError, UnknownSubjectError, find_subject
from storage.database import reading, transaction
from storage.models import TriageAction

triage = typer.Typer(
    help="Acknowledge, put off, waive or dismiss what is said, and see who decided what.\n\n"
    "Example: nianbao triage dismiss 3f2a9c01 --author 李明 --reason 表格在图片中，数字正确",
    no_args_is_help=True,
)
app.add_typer(triage, name="triage")

SubjectName = Annotated[
    str,
    typer.Argument(
        help="The fingerprint of a finding (8 digits suffice), AGENCY/YEAR, AGENCY/YEAR#REPORT, "
        "or portal:ID."
    ),
]
_Author = Annotated[str, typer.Option(help="Who decides.")]
_Reason = Annotated[str | None, typer.Option(help="Why.")]
_Evidence = Annotated[
    str | None, typer.Option(help="What it rests on: number of a document, address, hash.")
]


@triage.command("acknowledge")
def acknowledge(
    context: typer.Context, subject: SubjectName, author: _Author, reason: _Reason = None
) -> None:
    """Note that somebody knows and is at it: it is counted, and not told again.

    Example: nianbao triage acknowledge sf-civil/2025 --author 王芳 --reason 已电话催报
    """
    decided = Decided(action=TriageAction.ACKNOWLEDGE, author=author, reason=reason)
    _record(context, subject, decided)


@triage.command("snooze")
def snooze(
    context: typer.Context,
    subject: SubjectName,
    author: _Author,
    until: Annotated[str, typer.Option(help="Last day of quiet, such as 2026-03-31.")],
    reason: _Reason = None,
) -> None:
    """Put it off: it is counted, and not told before the day has passed.

    Example: nianbao triage snooze portal:shifan --until 2026-03-31 --author 王芳
    """
    action = TriageAction.SNOOZE
    _record(
        context,
        subject,
        Decided(action=action, author=author, until=day_of(until, "--until"), reason=reason),
    )


@triage.command("waive")
def waive(
    context: typer.Context,
    subject: SubjectName,
    author: _Author,
    approver: Annotated[str, typer.Option(help="Who agrees: somebody else.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    until: Annotated[str, typer.Option(help="Last day on which it holds, such as 2026-12-31.")],
    evidence: _Evidence = None,
) -> None:
    """Waive a report that is owed, or accept a finding, for a time.

    Example: nianbao triage waive sf-civil/2025 --author 王芳 --approver 李明
    --reason 机构撤并 --until 2026-12-31 --evidence 示府发〔2025〕3号
    """
    _record(
        context,
        subject,
        Decided(
            action=TriageAction.WAIVE,
            author=author,
            approver=approver,
            reason=reason,
            until=day_of(until, "--until"),
            evidence=evidence,
        ),
    )


@triage.command("dismiss")
def dismiss(
    context: typer.Context,
    subject: SubjectName,
    author: _Author,
    reason: Annotated[str, typer.Option(help="Why it is wrong.")],
    evidence: _Evidence = None,
) -> None:
    """Dismiss a finding as wrong; it is kept for the record of its rule.

    Example: nianbao triage dismiss 3f2a9c01 --author 李明 --reason 表格在图片中，数字正确
    """
    action = TriageAction.DISMISS
    _record(
        context, subject, Decided(action=action, author=author, reason=reason, evidence=evidence)
    )


@triage.command("confirm")
def confirm(
    context: typer.Context, subject: SubjectName, author: _Author, reason: _Reason = None
) -> None:
    """Note that a person has looked at a finding and found it right.

    Example: nianbao triage confirm 3f2a9c01 --author 李明
    """
    _record(context, subject, Decided(action=TriageAction.CONFIRM, author=author, reason=reason))


_Report = Annotated[
    str, typer.Argument(help="The report: its number in 'nianbao status', or its address.")
]
_Owed = Annotated[
    str, typer.Argument(help="Whose report it may be, and of which year: AGENCY/YEAR.")
]
_Why = Annotated[str, typer.Option(help="Why: what was looked at.")]


@triage.command("assign")
def assign(
    context: typer.Context,
    owed: _Owed,
    report: _Report,
    author: _Author,
    reason: _Why,
    evidence: _Evidence = None,
) -> None:
    """Settle a doubt: a report that was found is the one that the agency owes.

    It counts as its report until what list, page and document say of it changes. Where the
    registry lacks a name or a merger, correct that instead: it holds for every year.

    Example: nianbao triage assign sf-civil/2025 17 --author 李明 --reason 正文落款为民政局
    """
    action = TriageAction.ASSIGN
    _record_report(
        context,
        (owed, report),
        Decided(action=action, author=author, reason=reason, evidence=evidence),
    )


@triage.command("rule-out")
def rule_out(
    context: typer.Context,
    owed: _Owed,
    report: _Report,
    author: _Author,
    reason: _Why,
    evidence: _Evidence = None,
) -> None:
    """Settle a doubt: a report that was found is not the one that the agency owes.

    It no longer keeps the agency from being called missing, until what list, page and document
    say of it changes.

    Example: nianbao triage rule-out sf-civil/2025 17 --author 李明 --reason 是民政服务中心的
    """
    action = TriageAction.RULE_OUT
    _record_report(
        context,
        (owed, report),
        Decided(action=action, author=author, reason=reason, evidence=evidence),
    )


def _record_report(context: typer.Context, named: tuple[str, str], decided: Decided) -> None:
    owed, report = (text.strip() for text in named)
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        found = find_filings(session, report)
    if len(found) != 1:
        several = ", ".join(map(str, found))
        raise CommandError(
            Bilingual(
                f"“{report}”指不止一份年报：{several}。" if found else f"没有年报“{report}”。",
                f"{report!r} means several reports: {several}."
                if found
                else f"there is no report {report!r}.",
            )
        )
    _record(context, f"{owed}#{found[0]}", decided)


@triage.command("reopen")
def reopen(
    context: typer.Context,
    subject: SubjectName,
    author: _Author,
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """End whatever was decided before.

    Example: nianbao triage reopen sf-civil/2025 --author 李明 --reason 豁免依据已废止
    """
    _record(context, subject, Decided(action=TriageAction.REOPEN, author=author, reason=reason))


def _record(context: typer.Context, text: str, decided: Decided) -> None:
    invoked = invocation(context)
    with transaction(invoked.engine(invoked.workspace())) as session:
        try:
            subject = find_subject(session, text)
            made = decide(session, subject.kind, subject.key, subject.facts, decided, now_or(None))
        except (UnknownSubjectError, AmbiguousSubjectError) as error:
            raise no_subject(text, error) from error
        except WrongDecisionError as error:
            raise CommandError(error.message) from error
        number, about = made.id, subject.about
    action = ACTION_NAMES[decided.action]
    screen.print(
        shown(
            Bilingual(
                f"第 {number} 号决定：{action.zh}：{about}（{text}）。",
                f"decision {number}: {action.en}: {about} ({text}).",
            ).in_language(invoked.language)
        )
    )


def no_subject(text: str, error: LookupError) -> CommandError:
    """Return what to say if nothing, or more than one thing, has the name that was given."""
    if isinstance(error, AmbiguousSubjectError):
        names = ", ".join(error.found)
        return CommandError(
            Bilingual(
                f"“{text}”开头的问题不止一个：{names}。",
                f"several findings begin with {text!r}: {names}.",
            )
        )
    return CommandError(
        Bilingual(
            f"“{text}”不是现有问题的编号、“机关/年度”、“机关/年度#年报编号”或“portal:网站编号”；"
            "编号见 nianbao findings --format jsonl 的 fingerprint。",
            f"{text!r} is no finding that stands, no AGENCY/YEAR, no AGENCY/YEAR#REPORT and no "
            "portal:ID; "
            "'nianbao findings --format jsonl' tells fingerprints.",
        )
    )
