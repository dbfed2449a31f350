"""What the commands over the archive and its log share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from monitor.cli.base import CommandError, ExitCode, Invocation, OutputFormat, app
from monitor.language import Bilingual
from storage.archive import Archive, DamagedOriginal, LostOriginal, open_archive
from storage.captures import DamagedLog
from storage.errors import StorageError
from storage.schema import MissingDatabase, SchemaError

SIGNS_OF_CORRUPTION = ("malformed", "not a database", "invalid page", "could not read block")
"""What SQLite and PostgreSQL say of a database file whose bytes have changed."""

audit = typer.Typer(
    no_args_is_help=True,
    help="Verify the archive and its log, show captures, write originals and evidence packs.\n\n"
    "Example: nianbao audit verify",
)
app.add_typer(audit, name="audit")

Format = Annotated[OutputFormat, typer.Option("--format", help="text or jsonl.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The database and the archive of the workspace."""

    engine: Engine
    archive: Archive
    directory: Path
    """Of the workspace."""


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


def refusal(error: StorageError, code: ExitCode) -> CommandError:
    """Return what ends the command with the error's own words."""
    return CommandError(Bilingual(error.zh, error.en), code)


def say(text: str) -> None:
    """Write a line on standard output."""
    sys.stdout.write(text + "\n")
