"""What was decided: the commands ``nianbao triage list``, ``history`` and ``rules``."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from monitor.cli.base import OutputFormat, invocation, now_or, print_json_lines
from monitor.cli.terminal import headed_table, print_table, shown
from monitor.cli.triage import SubjectName, no_subject, triage
from monitor.language import Bilingual, Language
from monitor.triage import load_triage
from monitor.triage.effects import holds
from monitor.triage.history import all_decisions, history_of, reopen_changed, rule_records
from monitor.triage.naming import ACTION_NAMES, KIND_NAMES, decision_object
from monitor.triage.subjects import AmbiguousSubjectError, UnknownSubjectError, find_subject
from storage.clock import SHANGHAI, local_date
from storage.database import reading, transaction
from storage.models import TriageDecision, TriageKind

_Format = Annotated[OutputFormat, typer.Option("--format", help="How to print.")]


@triage.command("list")
def list_decisions(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="The whole history, not only what holds.")
    ] = False,
    output: _Format = OutputFormat.TEXT,
) -> None:
    """List the decisions that hold, or the whole history.

    Example: nianbao triage list --all
    """
    invoked = invocation(context)
    now = now_or(None)
    with transaction(invoked.engine(invoked.workspace())) as session:
        reopen_changed(session, now)
        decisions = all_decisions(session)
        if not every:
            newest = load_triage(session, now).newest
            decisions = [
                one
                for one in decisions
                if newest.get((one.kind, one.subject)) is one
                and holds(one, one.facts_sha256, local_date(now))
            ]
        _print(decisions, output, invoked.language)


@triage.command("history")
def history(
    context: typer.Context, subject: SubjectName, output: _Format = OutputFormat.TEXT
) -> None:
    """Show every decision about a finding, an agency's report or a portal.

    Example: nianbao triage history sf-civil/2025
    """
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        kind, key = _named(session, subject)
        _print(history_of(session, kind, key), output, invoked.language)


@triage.command("rules")
def rules(context: typer.Context, output: _Format = OutputFormat.TEXT) -> None:
    """Show how often findings of each rule were confirmed, and dismissed as wrong.

    Example: nianbao triage rules
    """
    invoked = invocation(context)
    with reading(invoked.engine(invoked.workspace())) as session:
        records = rule_records(session)
    if output is OutputFormat.JSONL:
        print_json_lines(
            {
                "rule": one.rule,
                "confirmed": one.confirmed,
                "dismissed": one.dismissed,
                "reasons": list(one.reasons),
            }
            for one in records
        )
        return
    table = headed_table(_RULE_HEADINGS, invoked.language)
    for one in records:
        table.add_row(
            shown(one.rule), str(one.confirmed), str(one.dismissed), shown("；".join(one.reasons))
        )
    print_table(table, invoked.language)


_RULE_HEADINGS = (
    Bilingual("规则", "rule"),
    Bilingual("确认", "confirmed"),
    Bilingual("误报", "dismissed"),
    Bilingual("误报理由", "why dismissed"),
)


def _named(session: Session, text: str) -> tuple[TriageKind, str]:
    """Return what a person names; a finding that is gone may be named by its whole fingerprint."""
    try:
        subject = find_subject(session, text)
    except (UnknownSubjectError, AmbiguousSubjectError) as error:
        if history_of(session, TriageKind.FINDING, text):
            return TriageKind.FINDING, text
        raise no_subject(text, error) from error
    return subject.kind, subject.key


_HEADINGS = (
    Bilingual("编号", "no."),
    Bilingual("时间", "when"),
    Bilingual("对象", "about"),
    Bilingual("决定", "decision"),
    Bilingual("截止", "until"),
    Bilingual("决定人", "by"),
    Bilingual("批准人", "approved by"),
    Bilingual("理由", "why"),
)


def _print(decisions: Sequence[TriageDecision], output: OutputFormat, language: Language) -> None:
    if output is OutputFormat.JSONL:
        print_json_lines(_objects(decisions))
        return
    table = headed_table(_HEADINGS, language)
    for one in decisions:
        subject = KIND_NAMES[one.kind].in_language(language)
        table.add_row(
            str(one.id),
            f"{one.decided_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            shown(f"{subject} {one.subject} {one.facts.get('rule', '')}"),
            ACTION_NAMES[one.action].in_language(language),
            one.until.isoformat() if one.until else "-",
            shown(one.author),
            shown(one.approver or "-"),
            shown(" ".join(filter(None, (one.reason, one.evidence)))),
        )
    print_table(table, language)


def _objects(decisions: Iterable[TriageDecision]) -> Iterable[dict[str, Any]]:
    for one in decisions:
        yield decision_object(one) | {"facts": one.facts}
