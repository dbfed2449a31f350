"""The command ``nianbao audit original``."""

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.audit import Holdings, audit, open_holdings
from monitor.cli.base import CommandError, ExitCode, invocation
from monitor.language import Bilingual
from storage.archive import LostOriginal
from storage.captures import captures_by_hash
from storage.database import reading
from storage.retention.removed import removals_of

HASH_PREFIX = re.compile(r"[0-9a-fA-F]{8,64}\Z")
SHA256_DIGITS = 64


@audit.command("original")
def original(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="8 digits or more of a hash.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="A new file; default: standard output.")
    ] = None,
) -> None:
    """Write the exact bytes of an original.

    Example: nianbao audit original 5f70bf18a086007016e948b04aed3b82103a36be --out report.pdf
    """
    if not HASH_PREFIX.match(sha256):
        raise CommandError(
            Bilingual(
                f"“{sha256}”不是 SHA-256（至少前 8 位十六进制数字）。",
                f"{sha256!r} is no SHA-256 (at least its first 8 hexadecimal digits).",
            )
        )
    with open_holdings(invocation(context)) as holdings:
        body = _body(holdings, sha256.lower())
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        _write_new(out, body)
    except OSError as error:
        raise CommandError(
            Bilingual(
                f"无法写入 {out}：{error.strerror}。", f"cannot write {out}: {error.strerror}."
            )
        ) from error


def _write_new(path: Path, body: bytes) -> None:
    """Write a new file whole, or none."""
    with path.open("xb") as file:
        try:
            file.write(body)
            file.flush()
        except OSError:
            path.unlink()
            raise


def _body(holdings: Holdings, digits: str) -> bytes:
    """Return an original by its hash, or by the beginning of it if only one begins so."""
    if len(digits) == SHA256_DIGITS:
        # Whether the database knows it decides what is said if it is lost.
        with suppress(LostOriginal):
            return holdings.archive.get(digits)
    with reading(holdings.engine) as session:
        found = {each.capture.sha256 for each in captures_by_hash(session, digits)}
        removals = removals_of(session, {each for each in found if each is not None})
    if not found:
        raise CommandError(
            Bilingual(f"没有原件 {digits}。", f"there is no original {digits}."), ExitCode.PARTIAL
        )
    if len(found) > 1:
        raise CommandError(
            Bilingual(
                f"有 {len(found)} 个原件以 {digits} 开头；请多写几位。",
                f"{len(found)} originals begin with {digits}; give more digits.",
            )
        )
    sha256 = str(found.pop())
    if removal := removals.get(sha256):
        raise CommandError(
            Bilingual(f"{sha256} {removal.zh}。", f"{sha256} was {removal.en}."), ExitCode.PARTIAL
        )
    return holdings.archive.get(sha256)
