"""The commands ``nianbao audit checkpoint`` and ``nianbao audit key``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.audit import Format, audit, open_holdings, refusal, say
from monitor.cli.base import (
    CommandError,
    ExitCode,
    Invocation,
    OutputFormat,
    invocation,
    print_json_lines,
)
from monitor.language import Bilingual
from storage.clock import SHANGHAI, iso_utc
from storage.database import reading
from storage.signing.keys import KEY_FILE, KeyFileError
from storage.signing.notes import NoteError
from storage.signing.proofs import Comparison, Match, compare
from storage.signing.signed_log import latest_signed, log_keys, rotate_key

key = typer.Typer(
    no_args_is_help=True,
    help="The key that signs the log: list its public halves, change it.\n\n"
    "Example: nianbao audit key list",
)
audit.add_typer(key, name="key")


@audit.command("checkpoint")
def checkpoint(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", help="A file; default: standard output.")
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--compare", metavar="FILE", help="Check a checkpoint that somebody kept; '-': input."
        ),
    ] = None,
    output: Format = OutputFormat.TEXT,
) -> None:
    """Write the newest signed checkpoint of the log, or compare one that somebody kept.

    Whoever keeps a checkpoint can later prove that nothing before it was added, changed or
    removed: --compare ends with exit code 4 if the log was cut off or rewritten since.

    Example: nianbao audit checkpoint --compare checkpoint.note
    """
    invoked = invocation(context)
    if kept is not None:
        _compare(invoked, kept, output)
        return
    with open_holdings(invoked) as holdings:
        found = latest_signed(holdings.engine)
    if found is None:
        raise CommandError(
            Bilingual(
                "还没有签名的检查点；请先运行 nianbao crawl。",
                "there is no signed checkpoint yet; run 'nianbao crawl' first.",
            ),
            ExitCode.PARTIAL,
        )
    if out is None:
        sys.stdout.write(str(found[1]))
        return
    try:
        out.write_text(str(found[1]), encoding="utf-8")
    except OSError as error:
        raise CommandError(
            Bilingual(
                f"无法写入 {out}：{error.strerror}。", f"cannot write {out}: {error.strerror}."
            )
        ) from error


def _compare(invoked: Invocation, kept: Path, output: OutputFormat) -> None:
    written = _read(kept)
    with open_holdings(invoked) as holdings, reading(holdings.engine) as session:
        try:
            found = compare(session, written)
        except NoteError as error:
            raise CommandError(
                Bilingual(
                    f"{kept}：不是检查点，或其签名无效（{error}）。",
                    f"{kept}: no checkpoint, or its signature is wrong ({error}).",
                ),
                ExitCode.DAMAGED if " is wrong" in str(error) else ExitCode.USAGE,
            ) from error
    message = _COMPARED[found.match].in_language(invoked.language)
    if output is OutputFormat.JSONL:
        print_json_lines([_comparison_object(found)])
    else:
        say(message.format(size=found.kept.size, now=found.log_size))
        if found.proof is not None:
            say(f"\n{found.proof}".rstrip("\n"))
    if found.match is not Match.CONSISTENT:
        raise typer.Exit(ExitCode.DAMAGED)


_COMPARED = {
    Match.CONSISTENT: Bilingual(
        "一致：这一检查点的 {size} 条是日志现有 {now} 条的开头。",
        "consistent: the {size} entries of the checkpoint are the first of the {now} there are.",
    ),
    Match.TRUNCATED: Bilingual(
        "日志被截短：检查点时有 {size} 条，现在只有 {now} 条。",
        "truncated: there were {size} entries at the checkpoint, now there are {now}.",
    ),
    Match.FORKED: Bilingual(
        "历史被改写：日志前 {size} 条与检查点不符（现有 {now} 条）。",
        "forked: the first {size} entries are not those of the checkpoint (there are {now}).",
    ),
    Match.FOREIGN: Bilingual(
        "不是本日志的密钥签名的：检查点属于别的日志，或日志的密钥被换掉"
        "（日志 {now} 条，检查点 {size} 条）。",
        "not signed by a key of this log: it is of another log, or the keys were exchanged "
        "({now} entries here, {size} in the checkpoint).",
    ),
}


def _comparison_object(found: Comparison) -> dict[str, object]:
    proof = found.proof
    return {
        "match": found.match.value,
        "origin": found.kept.origin,
        "size": found.kept.size,
        "root": found.kept.root.hex(),
        "made_at": found.kept.made_at,
        "signers": [str(key) for key in found.signers],
        "log_size": found.log_size,
        "proof": None if proof is None else [step.hex() for step in proof.path],
        "newest": None if proof is None else proof.note,
    }


def _read(path: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        # What a mail or an editor did to the end of its lines is no part of what was signed.
        return "\n".join(data.decode().rstrip().splitlines()) + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            Bilingual(f"{path}：无法读取（{error}）。", f"{path}: cannot be read ({error}).")
        ) from error


@key.command("list")
def list_(context: typer.Context, output: Format = OutputFormat.TEXT) -> None:
    """List the public keys of the log; the last one signs. Publish it where others find it.

    Example: nianbao audit key list --format jsonl
    """
    invoked = invocation(context)
    with open_holdings(invoked) as holdings, reading(holdings.engine) as session:
        keys = log_keys(session)
    if output is OutputFormat.JSONL:
        print_json_lines(
            {
                "verifier": each.verifier,
                "made_at": iso_utc(each.made_at),
                "retired_at": iso_utc(each.retired_at) if each.retired_at else None,
                "author": each.author,
                "reason": each.reason,
                "handed_over": each.handed_over,
            }
            for each in keys
        )
        return
    for each in keys:
        until = each.retired_at.astimezone(SHANGHAI).strftime("%Y-%m-%d") if each.retired_at else ""
        since = each.made_at.astimezone(SHANGHAI).strftime("%Y-%m-%d")
        say(f"{each.verifier}  {since} – {until}")


@key.command("rotate")
def rotate(
    context: typer.Context,
    author: Annotated[str, typer.Option(help="Who decided it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    lost: Annotated[
        bool, typer.Option("--lost", help="The present key is lost: the new one signs alone.")
    ] = False,
) -> None:
    """Make a new key for the log; the present one signs it in.

    The old key's file stays beside the new one, under its id: put it away, or destroy it.

    Example: nianbao audit key rotate --author 王敏 --reason "staff change"
    """
    invoked = invocation(context)
    with open_holdings(invoked) as holdings:
        try:
            new = rotate_key(
                holdings.engine, holdings.directory, author=author, reason=reason, lost=lost
            )
        except KeyFileError as error:
            raise refusal(error, ExitCode.USAGE) from error
    say(
        Bilingual(
            f"新密钥在 {KEY_FILE} 中；请备份，并公布公钥：\n{new}",
            f"The new key is in {KEY_FILE}; keep a copy of it, and publish its public half:\n{new}",
        ).in_language(invoked.language)
    )
