"""The commands ``nianbao backup`` and ``nianbao restore``."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.backups.making import make_backup
from monitor.backups.restoring import restore as put_back
from monitor.cli.base import CommandError, ExitCode, app, invocation, screen
from monitor.cli.terminal import shown
from monitor.language import Bilingual
from monitor.lease import LeaseHeldError
from storage.clock import utc_now


@app.command("backup")
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option(help="Directory of backups; default [schedule] backup_dir.")
    ] = None,
) -> None:
    """Copy database and settings into a new directory, checked; originals are not copied.

    May run beside a crawl. Holds passwords if the settings do, and the key of the log with
    [schedule] backup_key: keep it as safe as the workspace itself.

    Example: nianbao backup --to /mnt/backups
    """
    run = invocation(context)
    workspace = run.workspace()
    engine = run.engine(workspace)
    named = workspace.settings.schedule.backup_dir
    if to is None and not named:
        raise CommandError(
            Bilingual(
                "请用 --to 给出目录，或在 nianbao.toml 的 [schedule] backup_dir 中填写。",
                "name a directory with --to, or in [schedule] backup_dir of nianbao.toml.",
            )
        )
    try:
        made = make_backup(workspace, engine, to or workspace.directory / named, utc_now())
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        place = to or workspace.directory / named
        raise CommandError(
            Bilingual(
                f"{place} 不是目录，也无法建立；请另选一处。",
                f"{place} is no directory and cannot be made one; choose another place.",
            )
        ) from error
    except LeaseHeldError as error:
        raise CommandError(
            Bilingual(
                f"另一进程（{error.holder}）正在备份。",
                f"another process ({error.holder}) is making a backup.",
            ),
            ExitCode.PARTIAL,
        ) from error
    finally:
        engine.dispose()
    screen.print(
        shown(
            Bilingual(
                f"已备份到 {made.path}（{made.bytes} 字节），已核对。",
                f"Made {made.path} ({made.bytes} bytes) and checked it.",
            ).in_language(run.language)
        ),
        soft_wrap=True,
    )


@app.command("restore")
def restore(
    context: typer.Context,
    source: Annotated[
        Path, typer.Option("--from", help="A directory that 'nianbao backup' has made.")
    ],
) -> None:
    """Put a backup back into an empty workspace; only its archive/ may be there already.

    Mails that waited when the backup was made become uncertain: 'nianbao outbox settle' says of
    each what became of it. Run 'nianbao audit verify' afterwards.

    Example: nianbao --workspace /srv/county restore --from /mnt/backups/nianbao-20260202T053000Z
    """
    run = invocation(context)
    done = put_back(source, run.directory, utc_now())
    screen.print(
        shown(
            Bilingual(
                f"已恢复 {done.made_at} 的备份；{done.unsettled} 封当时待发的邮件标为不确定。"
                "请放回 archive/，然后运行 nianbao init（升级数据库）和 nianbao audit verify。",
                f"Restored the backup of {done.made_at}; {done.unsettled} mails that waited then "
                "are uncertain now. Put archive/ back, then run 'nianbao init' (if the database is "
                "of an older version) and 'nianbao audit verify'.",
            ).in_language(run.language)
        ),
        soft_wrap=True,
    )
