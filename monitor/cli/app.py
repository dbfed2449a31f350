"""The program ``nianbao``: global options, and the boundary where errors become exit codes."""

import errno
import logging
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy.exc import DatabaseError

from monitor.cli import (
    audit,
    check,
    crawl,
    demo,
    init,
    listing,
    registry,
    rules,
    schedule,
    status,
    telling,
)
from monitor.cli.base import CommandError, ExitCode, Invocation, app, default_language, screen
from monitor.language import Language
from storage.archive import DamagedOriginal, LostOriginal
from storage.captures import DamagedLog
from storage.errors import StorageError
from storage.settings import SettingsError

__all__ = [
    "audit",
    "check",
    "crawl",
    "demo",
    "init",
    "listing",
    "main",
    "registry",
    "rules",
    "schedule",
    "status",
    "telling",
]


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
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    language: Language = lang or default_language()  # type: ignore[assignment]
    context.obj = Invocation(directory=workspace.resolve(), language=language)


def main() -> None:
    """Run the program; every way out is one of the contract's exit codes."""
    try:
        app()
    except SettingsError as error:
        _complain(str(error))
        sys.exit(ExitCode.USAGE)
    except CommandError as error:
        _complain(f"{error.message.zh}\n{error.message.en}")
        sys.exit(error.code)
    except (DamagedOriginal, LostOriginal, DamagedLog) as error:
        _complain(f"{error.zh}\n{error.en}")
        sys.exit(ExitCode.DAMAGED)
    except StorageError as error:
        _complain(f"{error.zh}\n{error.en}")
        sys.exit(ExitCode.STORAGE)
    except (OSError, DatabaseError) as error:
        if not storage_refused(error):
            _fail(error)
        _complain(
            "磁盘已满或不可写，已停止；已写入的内容完好。\n"
            f"The disk is full or cannot be written; what was written is whole: {error}"
        )
        sys.exit(ExitCode.STORAGE)
    except Exception as error:  # noqa: BLE001 - the outermost boundary
        _fail(error)


def storage_refused(error: BaseException) -> bool:
    """Whether an error says that a disk is full or read-only."""
    cause = getattr(error, "orig", error)
    if isinstance(cause, OSError):
        return cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
    said = str(cause).lower()
    return "disk is full" in said or "readonly database" in said or "disk i/o error" in said


def _fail(error: Exception) -> NoReturn:
    logging.getLogger(__name__).error("unexpected failure", exc_info=error)
    sys.exit(ExitCode.FAILED)


def _complain(text: str) -> None:
    screen.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
