"""The command ``nianbao init``."""

import os
from contextlib import suppress
from pathlib import Path

import typer
from sqlalchemy import Engine

from monitor.cli.base import CommandError, app, blaming_the_setting, invocation, screen
from monitor.language import Bilingual
from storage.database import create_database_engine
from storage.init import settings_template
from storage.schema import SchemaError, require_current, upgrade
from storage.settings import SETTINGS_FILE
from storage.signing.keys import make_key_file, new_name
from storage.workspace import ARCHIVE_DIRECTORY, Workspace, open_workspace


@app.command("init")
def init(context: typer.Context) -> None:
    """Make a workspace: nianbao.toml with every setting explained, the database, archive/, a key.

    The key in nianbao.key signs the log of what is archived; keep a copy of it in a safe place.

    A workspace that is already there is never overwritten; only a database of an older version
    of this program is brought up to date.

    Example: nianbao --workspace county init
    """
    run = invocation(context)
    settings_file = run.directory / SETTINGS_FILE
    existed = settings_file.exists()
    _make_directory(run.directory)
    workspace = open_workspace(run.directory)
    engine = create_database_engine(workspace.database_url)
    with blaming_the_setting(workspace):
        if existed and _is_current(engine):
            raise _exists(run.directory)
        upgrade(engine)
    engine.dispose()
    if not workspace.settings.storage.archive_url:
        (run.directory / ARCHIVE_DIRECTORY).mkdir(exist_ok=True)
    if not existed:
        with suppress(FileExistsError):
            make_key_file(run.directory, new_name())
        _write_settings(settings_file)
    screen.print(
        _done(workspace, existed=existed).in_language(run.language),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise CommandError(
            Bilingual(
                f"不能建立目录 {directory}：已有同名文件，或没有权限。",
                f"Cannot make the directory {directory}: a file is in its place, or there is no "
                "permission.",
            )
        ) from error


def _is_current(engine: Engine) -> bool:
    try:
        require_current(engine)
    except SchemaError:
        return False
    return True


def _write_settings(path: Path) -> None:
    """Write the settings file last, readable by its owner only: it may come to hold a password."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(settings_template())


def _exists(directory: Path) -> CommandError:
    return CommandError(
        Bilingual(
            f"{directory} 已经是工作区，未作任何改动。",
            f"{directory} is a workspace already; nothing was changed.",
        )
    )


def _done(workspace: Workspace, *, existed: bool) -> Bilingual:
    directory = workspace.directory
    if existed:
        return Bilingual(
            f"{directory} 的设置未变，数据库已更新到当前版本。",
            f"The settings of {directory} stand as they were; its database is up to date now.",
        )
    return Bilingual(
        f"已建立工作区 {directory}。下一步：nianbao registry import portals.csv agencies.csv",
        f"Made the workspace {directory}. Next: nianbao registry import portals.csv agencies.csv",
    )
