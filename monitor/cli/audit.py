"""Commands over the archive and its log."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from monitor.cli.base import (
    CommandError,
    ExitCode,
    Invocation,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
)
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.archive import Archive, DamagedOriginal, LostOriginal, open_archive
from storage.captures import (
    DamagedLog,
    FoundCapture,
    captures_by_hash,
    captures_by_url,
)
from storage.clock import SHANGHAI, iso_utc
from storage.database import reading
from storage.errors import StorageError
from storage.evidence import EvidenceError, NothingArchivedError, export_pack
from storage.schema import MissingDatabase, SchemaError
from storage.verification import Problem, ProblemKind, Verification, verify

HASH_PREFIX = re.compile(r"[0-9a-fA-F]{8,64}\Z")
SHA256_DIGITS = 64

SIGNS_OF_CORRUPTION = ("malformed", "not a database", "invalid page", "could not read block")
"""What SQLite and PostgreSQL say of a database file whose bytes have changed."""

audit = typer.Typer(
    no_args_is_help=True,
    help="Verify the archive and its log, show captures, write originals and evidence packs.\n\n"
    "Example: nianbao audit verify",
)
app.add_typer(audit, name="audit")

Format = Annotated[OutputFormat, typer.Option("--format", help="text or jsonl.")]

KIND_NAMES = {
    ProblemKind.DAMAGED: "损坏",
    ProblemKind.LOST: "丢失",
    ProblemKind.UNLOGGED: "未入日志",
    ProblemKind.ALTERED: "被改动",
    ProblemKind.DELETED: "被删除",
    ProblemKind.DUPLICATED: "重复",
    ProblemKind.REORDERED: "次序被换",
    ProblemKind.TRUNCATED: "日志被截短",
    ProblemKind.FORKED: "历史被改写",
    ProblemKind.UNSIGNED: "未签名",
    ProblemKind.LEFTOVER: "残留",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The database and the archive of the workspace."""

    engine: Engine
    archive: Archive
    directory: Path
    """Of the workspace."""


@audit.command("verify")
def verify_archive(context: typer.Context, output: Format = OutputFormat.TEXT) -> None:
    """Hash every original again and check the log; exit code 4 if anything is wrong.

    Example: nianbao audit verify --format jsonl
    """
    language = invocation(context).language
    with open_holdings(invocation(context)) as holdings:
        found = verify(holdings.engine, holdings.archive)
    if output is OutputFormat.JSONL:
        print_json_lines(_problem_object(problem) for problem in found.problems)
    else:
        for problem in found.problems:
            say(_problem_line(problem, language))
        say(_summary(found, language))
    if not found.sound:
        raise typer.Exit(ExitCode.DAMAGED)


@audit.command("show")
def show(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="SHA256|URL", help="A hash (8 digits or more), or an address.")
    ],
    output: Format = OutputFormat.TEXT,
) -> None:
    """List every capture of an original or of an address.

    Example: nianbao audit show http://www.example.gov.cn/zfxxgk/ndbg/
    """
    language = invocation(context).language
    with open_holdings(invocation(context)) as holdings, reading(holdings.engine) as session:
        by_hash = HASH_PREFIX.match(what)
        found = captures_by_hash(session, what) if by_hash else captures_by_url(session, what)
    if not found:
        raise CommandError(
            Bilingual(f"没有“{what}”的采集记录。", f"there is no capture of {what!r}."),
            ExitCode.PARTIAL,
        )
    if output is OutputFormat.JSONL:
        print_json_lines(_capture_object(each) for each in found)
    else:
        for each in found:
            say(_capture_text(each, language))


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


@audit.command("export")
def export(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty directory.")],
    agency: Annotated[str, typer.Option("--agency", help="The agency's id in the registry.")],
    fiscal_year: Annotated[int, typer.Option("--fiscal-year", help="The year reported on.")],
    output: Format = OutputFormat.TEXT,
) -> None:
    """Write an evidence pack that anyone can verify offline with the verify.py inside it.

    Example: nianbao audit export --agency boai-kjj --fiscal-year 2023 evidence/
    """
    language = invocation(context).language
    with open_holdings(invocation(context)) as holdings:
        try:
            pack = export_pack(
                holdings.engine,
                holdings.archive,
                agency,
                fiscal_year,
                directory,
                workspace=holdings.directory,
            )
        except NothingArchivedError as error:
            raise refusal(error, ExitCode.PARTIAL) from error
        except EvidenceError as error:
            raise refusal(error, ExitCode.USAGE) from error
    if output is OutputFormat.JSONL:
        print_json_lines(
            [
                {
                    "directory": str(pack.directory),
                    "manifest_sha256": pack.manifest_sha256,
                    "filings": pack.filings,
                    "originals": pack.originals,
                    "captures": pack.captures,
                    "checkpoint": pack.checkpoint,
                }
            ]
        )
        return
    say(
        Bilingual(
            f"证据包已写入 {pack.directory}：年报 {pack.filings} 份，原件 {pack.originals} 个，"
            f"采集记录 {pack.captures} 条。\n清单的 SHA-256（请另行保存）：{pack.manifest_sha256}\n"
            f"检查点：{pack.checkpoint}",
            f"The evidence pack is in {pack.directory}: {pack.filings} reports, "
            f"{pack.originals} originals, {pack.captures} capture records.\n"
            f"SHA-256 of its manifest (keep it elsewhere): {pack.manifest_sha256}\n"
            f"Checkpoint: {pack.checkpoint}",
        ).in_language(language)
    )


@contextmanager
def open_holdings(invoked: Invocation) -> Iterator[Holdings]:
    """Open what is to be audited, and say for each trouble with it how it ends."""
    workspace = invoked.workspace()
    archive = open_archive(workspace.archive_url)
    try:
        engine = invoked.engine(workspace)
        try:
            yield Holdings(engine=engine, archive=archive, directory=workspace.directory)
        finally:
            engine.dispose()
    except (DamagedOriginal, LostOriginal, DamagedLog) as error:
        raise refusal(error, ExitCode.DAMAGED) from error
    except MissingDatabase as error:
        # Originals without their database are no new workspace, but half of an old one.
        in_use = any(True for _ in archive.files()) or archive.checkpoints()
        raise refusal(error, ExitCode.DAMAGED if in_use else ExitCode.USAGE) from error
    except SchemaError as error:
        raise refusal(error, ExitCode.USAGE) from error
    except DatabaseError as error:
        reason = str(error.orig)
        if not any(sign in reason for sign in SIGNS_OF_CORRUPTION):
            raise
        raise CommandError(
            Bilingual(
                f"无法读取数据库（{reason}）；请从备份恢复。",
                f"the database cannot be read ({reason}); restore it from a backup.",
            ),
            ExitCode.DAMAGED,
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


def refusal(error: StorageError, code: ExitCode) -> CommandError:
    """Return what ends the command with the error's own words."""
    return CommandError(Bilingual(error.zh, error.en), code)


def _body(holdings: Holdings, digits: str) -> bytes:
    """Return an original by its hash, or by the beginning of it if only one begins so."""
    if len(digits) == SHA256_DIGITS:
        # Whether the database knows it decides what is said if it is lost.
        with suppress(LostOriginal):
            return holdings.archive.get(digits)
    with reading(holdings.engine) as session:
        found = {each.capture.sha256 for each in captures_by_hash(session, digits)}
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
    return holdings.archive.get(str(found.pop()))


def _problem_object(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind.value,
        "subject": problem.subject,
        "sha256": problem.sha256,
        "url": problem.url,
        "path": problem.path,
        "message_zh": problem.message_zh,
        "message_en": problem.message_en,
    }


def _problem_line(problem: Problem, language: Language) -> str:
    kind = Bilingual(KIND_NAMES[problem.kind], problem.kind.value)
    message = Bilingual(problem.message_zh, problem.message_en)
    return plain(f"[{kind.in_language(language)}] {message.in_language(language)}")


def _summary(found: Verification, language: Language) -> str:
    counted = Counter(problem.kind for problem in found.problems)
    counts = {kind: counted[kind] for kind in ProblemKind if counted[kind]}
    zh = "，".join(f"{KIND_NAMES[kind]} {count}" for kind, count in counts.items()) or "没有问题"
    en = ", ".join(f"{count} {kind.value}" for kind, count in counts.items()) or "no problem"
    return Bilingual(
        f"已检验原件 {found.originals} 个（{found.size} 字节）、日志 {found.entries} 条、"
        f"检查点 {found.checkpoints} 个：{zh}。",
        f"verified {found.originals} originals ({found.size} bytes), {found.entries} log entries, "
        f"{found.checkpoints} checkpoints: {en}.",
    ).in_language(language)


def _capture_object(found: FoundCapture) -> dict[str, Any]:
    capture = found.capture
    return {
        "sha256": capture.sha256,
        "url": capture.url,
        "final_url": capture.final_url,
        "redirects": capture.redirects,
        "requested_at": iso_utc(capture.requested_at),
        "fetched_at": iso_utc(capture.fetched_at),
        "purpose": capture.purpose,
        "method": capture.method,
        "status": capture.status,
        "media_type": capture.media_type,
        "size": capture.size,
        "wire_sha256": capture.wire_sha256,
        "rendered": capture.rendered,
        "address": capture.address,
        "tls": capture.tls,
        "error": capture.error,
        "headers": capture.headers,
        "position": found.position,
        "run": found.run_id,
        "portal": found.portal_id,
    }


def _capture_text(found: FoundCapture, language: Language) -> str:
    capture = found.capture
    at = capture.fetched_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S %z")
    status = capture.error if capture.status is None else capture.status
    lines = [f"{at}  {status}  {capture.method} {capture.url}"]
    if capture.final_url and capture.final_url != capture.url:
        lines.append(f"  → {capture.final_url}")
    if capture.sha256:
        size = Bilingual(f"{capture.size} 字节", f"{capture.size} bytes").in_language(language)
        lines.append(f"  {capture.sha256}  {size}  {capture.media_type or ''}")
    position = Bilingual(
        "不在日志中" if found.position is None else f"日志第 {found.position} 条",
        "not in the log" if found.position is None else f"log position {found.position}",
    ).in_language(language)
    lines.append(f"  {position}  {capture.purpose}  {found.portal_id or ''}")
    return os.linesep.join(plain(line).rstrip() for line in lines)


def say(text: str) -> None:
    """Write a line on standard output."""
    sys.stdout.write(text + "\n")
