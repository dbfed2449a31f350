"""The program ``nianbao``: global options, and the boundary where errors become exit codes."""

import errno
import logging
import sys
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import DatabaseError

from monitor.cli.base import CommandError, ExitCode, Invocation, app, default_language, screen
from monitor.cli.commands import load_commands
from monitor.cli.terminal import shown
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.archive import DamagedOriginal, LostOriginal
from storage.captures import DamagedLog
from storage.errors import StorageError
from storage.schema import SchemaError
from storage.settings import SettingsError


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"nianbao {metadata.version('nianbao')}\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path, typer.Option(envvar="NIANBAO_WORKSPACE", help="Directory of the workspace.")
    ] = Path(),
    log_level: Annotated[
        str, typer.Option(help="debug, info, warning or error, to standard error.")
    ] = "warning",
    lang: Annotated[str | None, typer.Option(help="zh or en; default from the locale.")] = None,
    version: Annotated[  # noqa: ARG001 - its callback acts
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """年报: find, archive and check the annual disclosure reports of government agencies.

    Example: nianbao check report.pdf
    """
    if lang not in (None, "zh", "en"):
        raise typer.BadParameter("zh or en", param_hint="--lang")
    level = logging.getLevelNamesMapping().get(log_level.upper())
    if level is None:
        raise typer.BadParameter("debug, info, warning or error", param_hint="--log-level")
    _log_to_screen(level)
    language: Language = lang or default_language()  # type: ignore[assignment]
    context.obj = Invocation(
        directory=workspace.resolve(), language=language, language_given=lang is not None
    )


class _PlainFormatter(logging.Formatter):
    """Log lines quote what portals sent: no escape code in them may act on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as lines of plain text."""
        return "\n".join(plain(line) for line in super().format(record).split("\n"))


def _log_to_screen(level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_PlainFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def main() -> None:
    """Run the program; every way out is one of the contract's exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Chinese shows what it can
            stream.reconfigure(errors="backslashreplace")
    try:
        load_commands(sys.argv[1:])
        app()
    except CommandError as error:
        _complain(error.message)
        sys.exit(error.code)
    except StorageError as error:
        _complain(Bilingual(error.zh, error.en))
        sys.exit(_code(error))
    except (OSError, DatabaseError) as error:
        reason = _refusal(error)
        if reason is None:
            _fail(error)
        message, code = reason
        detail = getattr(error, "orig", error)
        _complain(Bilingual(f"{message.zh}（{detail}）。", f"{message.en} ({detail})."))
        sys.exit(code)
    except Exception as error:  # noqa: BLE001 - the outermost boundary
        _fail(error)


def _code(error: StorageError) -> ExitCode:
    if isinstance(error, SettingsError | SchemaError):
        return ExitCode.USAGE
    if isinstance(error, DamagedOriginal | LostOriginal | DamagedLog):
        return ExitCode.DAMAGED
    return ExitCode.STORAGE


_FULL = (
    Bilingual(
        "磁盘已满或不可写，已停止；已写入的内容完好",
        "the disk is full or cannot be written; the program has stopped, what was written is whole",
    ),
    ExitCode.STORAGE,
)
_BROKEN = (
    Bilingual("数据库已损坏；请从备份恢复", "the database is damaged; restore it from a backup"),
    ExitCode.DAMAGED,
)
_DISK_ERRORS = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EIO)
)
_DATABASE_ERRORS = {
    "disk is full": _FULL,
    "readonly database": _FULL,
    "disk i/o error": _FULL,
    "unable to open database file": _FULL,
    "not a database": _BROKEN,
    "malformed": _BROKEN,
}
"""What SQLite says, and what it means for people."""
_SERVER_ERRORS = frozenset(("53100", "25006"))
"""PostgreSQL's disk_full and read_only_sql_transaction."""


def _refusal(error: OSError | DatabaseError) -> tuple[Bilingual, ExitCode] | None:
    """Say what an error means that is no fault of the program; None if it is one."""
    if isinstance(error, OSError):
        return _FULL if error.errno in _DISK_ERRORS else None
    if getattr(error.orig, "sqlstate", None) in _SERVER_ERRORS:
        return _FULL
    said = str(error.orig).lower()
    return next((meant for words, meant in _DATABASE_ERRORS.items() if words in said), None)


def _fail(error: Exception) -> NoReturn:
    logging.getLogger(__name__).error("unexpected failure", exc_info=error)
    _complain(
        Bilingual(
            "程序自身出错，已停止；请把以上内容报告给维护者。",
            "the program itself failed and has stopped; please report what stands above.",
        )
    )
    sys.exit(ExitCode.FAILED)


def _complain(message: Bilingual) -> None:
    for text in (message.zh, message.en):
        for line in text.split("\n"):
            screen.print(shown(line, "red"), highlight=False, soft_wrap=True)
