"""What every command shares: the application, global options, exit codes, output."""

import json
import locale
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from monitor.crontab import triggers
from monitor.language import Bilingual, Language
from storage.clock import parse_instant, utc_now
from storage.database import DatabaseUrlError, create_database_engine
from storage.schema import require_current
from storage.settings import RuleSettings
from storage.workspace import Workspace, open_workspace

_AS_ESCAPES = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What JSON need not escape, but a terminal or a reader of lines may take for more than text."""


class ExitCode(IntEnum):
    """The exit codes of the outside contract; ``STORAGE`` extends it (a full or read-only disk)."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    PARTIAL = 3
    DAMAGED = 4
    FAILED = 5
    STORAGE = 6


class OutputFormat(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSONL = "jsonl"


class FindingsFormat(StrEnum):
    """How findings are given; the last two are files."""

    TEXT = "text"
    JSONL = "jsonl"
    SARIF = "sarif"
    XLSX = "xlsx"
    HTML = "html"


class CommandError(Exception):
    """A command cannot go on; printed as one message, then the program ends with ``code``."""

    def __init__(self, message: Bilingual, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message.en)
        self.message = message
        self.code = code


@dataclass(slots=True)
class Invocation:
    """The global options of this run."""

    directory: Path
    language: Language
    language_given: bool = False
    """True if the command line names it; else the workspace's settings may."""

    def workspace(self) -> Workspace:
        """Open the workspace, which must have been made by ``nianbao init``.

        Settings that only the commands understand (rules, timetable) are looked at here too, so
        that a wrong one is told at once and not at night.

        Raises:
            CommandError: if the directory holds no workspace.
            SettingsError: if its settings are wrong.
        """
        if not (self.directory / "nianbao.toml").exists():
            raise CommandError(
                Bilingual(
                    f"{self.directory} 不是工作区（没有 nianbao.toml）；先运行 nianbao init。",
                    f"{self.directory} is no workspace (no nianbao.toml); "
                    "run 'nianbao init' first.",
                )
            )
        workspace = open_workspace(self.directory)
        if workspace.settings.rules != RuleSettings():
            from monitor.rules.settings import overlays_of  # noqa: PLC0415 - takes a second

            overlays_of(workspace.settings.rules, workspace.directory)
        triggers(workspace.settings.schedule)
        if not self.language_given:
            self.language = workspace.settings.language or self.language
        return workspace

    def engine(self, workspace: Workspace) -> Engine:
        """Return the engine of a workspace's database, which has the schema of this program.

        Raises:
            SchemaError: if it has another schema, or none.
            DatabaseUrlError: if the setting names a database that cannot be opened.
        """
        engine = create_database_engine(workspace.database_url)
        try:
            with blaming_the_setting(workspace):
                require_current(engine)
        except BaseException:
            engine.dispose()
            raise
        return engine


@contextmanager
def blaming_the_setting(workspace: Workspace) -> Iterator[None]:
    """Name the setting if a database elsewhere cannot be opened.

    That the workspace's own directory cannot be read or written is no matter of settings.

    Raises:
        DatabaseUrlError: instead of the driver's error.
    """
    try:
        yield
    except OperationalError as error:
        if not workspace.settings.storage.database_url or "disk is full" in str(error.orig):
            raise
        reason = " ".join(str(error.orig).split())
        raise DatabaseUrlError(
            workspace.database_url,
            f"无法连接（{reason}）；请检查网址，以及数据库是否在运行",
            f"cannot be opened ({reason}); check the URL, and that the database is running",
        ) from error


app = typer.Typer(
    name="nianbao",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

screen = Console(stderr=True)
"""Progress and messages; results alone go to standard output."""


def invocation(context: typer.Context) -> Invocation:
    """Return the global options that the callback of ``app`` stored."""
    found = context.obj
    assert isinstance(found, Invocation)
    return found


def now_or(as_of: str | None) -> datetime:
    """Return the instant to judge at: the option, else ``NIANBAO_NOW``, else the clock.

    Raises:
        CommandError: if the text is no date or time.
    """
    text = as_of or os.environ.get("NIANBAO_NOW")
    if not text:
        return utc_now()
    try:
        return parse_instant(text)
    except ValueError as error:
        raise CommandError(
            Bilingual(
                f"--as-of/NIANBAO_NOW：“{text}”不是 ISO 8601 时间，例如 2024-02-01T00:00+08:00。",
                f"--as-of/NIANBAO_NOW: {text!r} is no ISO 8601 time such as "
                "2024-02-01T00:00+08:00.",
            )
        ) from error


def print_json_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object per line on standard output, at once; pure ASCII if that is no UTF-8.

    Characters that a terminal acts on, or that end a line somewhere, are escaped.
    """
    legible = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for row in rows:
        text = json.dumps(row, ensure_ascii=not legible, default=str)
        escaped = _AS_ESCAPES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        sys.stdout.write(escaped + "\n")
        sys.stdout.flush()


def default_language() -> Language:
    """Return the language of the locale: Chinese if it says so, else English."""
    name = (
        os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or (locale.getlocale()[0] or "")
    )
    return "zh" if name.lower().startswith("zh") else "en"
