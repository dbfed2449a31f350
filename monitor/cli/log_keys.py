"""The commands ``nianbao audit checkpoint`` and ``nianbao audit key``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.audit import Format, audit, open_holdings, refusal, say
from monitor.cli.base import CommandError, ExitCode, OutputFormat, invocation, print_json_lines
from monitor.language import Bilingual
from storage.clock import SHANGHAI, iso_utc
from storage.database import reading
from storage.signing.keys import KEY_FILE, KeyFileError
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
) -> None:
    """Write the newest signed checkpoint of the log, for others to keep.

    Whoever keeps it can later prove that nothing before it was added, changed or removed.

    Example: nianbao audit checkpoint --out checkpoint.note
    """
    with open_holdings(invocation(context)) as holdings:
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
