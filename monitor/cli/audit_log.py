"""The command ``nianbao audit log``."""

import sys
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from monitor.cli.audit import Format, audit, open_holdings, refusal, say
from monitor.cli.base import CommandError, ExitCode, OutputFormat, invocation, print_json_lines
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.clock import SHANGHAI, iso_utc, parse_instant
from storage.database import reading
from storage.log_listing import Listed, Narrowed, listed_entries
from storage.models import Capture, Deletion, Portal
from storage.signing.proofs import NoProofError, prove_consistency, prove_inclusion


class Kind(StrEnum):
    """What an entry of the log is of."""

    CAPTURE = "capture"
    DELETION = "deletion"


@audit.command("log")
def log(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", help="Only what was fetched or decided from then on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only what was before that.")] = None,
    portal: Annotated[str | None, typer.Option("--portal", help="Only captures of it.")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="capture or deletion.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only the last so many of them.")
    ] = None,
    proof: Annotated[
        int | None,
        typer.Option(
            "--proof",
            min=0,
            metavar="POSITION",
            help="Print the proof that this entry is in the log.",
        ),
    ] = None,
    consistency: Annotated[
        int | None,
        typer.Option(
            "--consistency",
            min=1,
            metavar="SIZE",
            help="Print the proof that the log of this size was not changed since.",
        ),
    ] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """List the entries of the log in their order, or prove something about it.

    Proofs are checked by hand, without this program: docs/log-proofs.md says how.

    Example: nianbao audit log --kind deletion --since 2024-01-01
    """
    if proof is not None and consistency is not None:
        raise CommandError(
            Bilingual(
                "--proof 与 --consistency 只能选一个。", "give --proof or --consistency, not both."
            )
        )
    invoked = invocation(context)
    with open_holdings(invoked) as holdings, reading(holdings.engine) as session:
        try:
            if proof is not None:
                sys.stdout.write(str(prove_inclusion(session, proof)))
            elif consistency is not None:
                sys.stdout.write(str(prove_consistency(session, consistency)))
            else:
                _require_portal(session, portal)
                narrowed = Narrowed(
                    since=_instant("--since", since),
                    until=_instant("--until", until),
                    portal_id=portal,
                    kind=kind.value if kind else None,
                    limit=limit,
                )
                found = listed_entries(session, narrowed)
                if output is OutputFormat.JSONL:
                    print_json_lines(map(_entry_object, found))
                else:
                    for entry in found:
                        say(_entry_line(entry, invoked.language))
        except NoProofError as error:
            raise refusal(error, ExitCode.PARTIAL) from error


def _require_portal(session: Session, portal: str | None) -> None:
    if portal is not None and session.get(Portal, portal) is None:
        raise CommandError(Bilingual(f"登记中没有 {portal}。", f"{portal} is not in the registry."))


def _instant(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise CommandError(
            Bilingual(
                f"{option}：“{text}”不是 ISO 8601 时间，例如 2024-02-01。",
                f"{option}: {text!r} is no ISO 8601 time such as 2024-02-01.",
            )
        ) from error


def _entry_object(entry: Listed) -> dict[str, Any]:
    return {
        "position": entry.position,
        "leaf_hash": entry.leaf_hash.hex(),
        "kind": (Kind.CAPTURE if entry.deletion is None else Kind.DELETION).value,
        "at": iso_utc(entry.at) if entry.at else None,
        "run": entry.run_id,
        "portal": entry.portal_id,
        **_of_capture(entry.capture),
        **_of_deletion(entry.deletion),
    }


def _of_capture(capture: Capture | None) -> dict[str, Any]:
    names = ("url", "method", "purpose", "status", "media_type", "sha256", "size", "error")
    return {name: getattr(capture, name, None) for name in names}


def _of_deletion(deletion: Deletion | None) -> dict[str, Any]:
    if deletion is None:
        return {"deletion": None, "author": None, "reason": None, "originals": None}
    return {
        "deletion": deletion.id,
        "author": deletion.author,
        "reason": deletion.reason,
        "originals": deletion.originals,
    }


def _entry_line(entry: Listed, language: Language) -> str:
    at = f"{entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if entry.at else "-"
    capture, deletion = entry.capture, entry.deletion
    if capture is not None:
        status = capture.error if capture.status is None else capture.status
        what = (
            f"{capture.purpose}  {status}  {capture.method} {capture.url}  {capture.sha256 or ''}"
        )
    elif deletion is not None:
        count = len(deletion.originals)
        what = Bilingual(
            f"留存决定 {deletion.id} 号：移除 {count} 个原件  {deletion.author}：{deletion.reason}",
            f"deletion {deletion.id} of {count} originals  {deletion.author}: {deletion.reason}",
        ).in_language(language)
    else:
        what = Bilingual("记录已不在", "its record is gone").in_language(language)
    return plain(f"{entry.position}  {at}  {entry.leaf_hash.hex()[:16]}  {what}").rstrip()
