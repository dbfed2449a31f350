"""What every command shares: the application, global options, exit codes, output."""

import json
import locale
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from sqlalchemy import Engine

from monitor.language import Bilingual, Language
from storage.clock import parse_instant, utc_now
from storage.database import create_database_engine
from storage.workspace import Workspace, open_workspace


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

    def workspace(self) -> Workspace:
        """Open the workspace, which must have been made by ``nianbao init``.

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
        return open_workspace(self.directory)

    def engine(self, workspace: Workspace) -> Engine:
        """Return the database engine of a workspace."""
        return create_database_engine(workspace.database_url)


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
    """Print one JSON object per line on standard output, at once."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
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
