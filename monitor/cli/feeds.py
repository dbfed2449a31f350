"""The command ``nianbao feeds``."""

import threading
from pathlib import Path
from typing import Annotated

import typer
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from monitor.cli.base import CommandError, app, invocation, now_or, screen
from monitor.feeds.publishing import publish_feeds
from monitor.feeds.serving import metrics_server
from monitor.feeds.writing import feeds_of
from monitor.language import Bilingual
from monitor.signals import STOPPING, on_signals

_feeds = typer.Typer(
    help="Write feeds for other programs: Atom, iCalendar, CSV, JSON Lines, Prometheus.\n\n"
    "Example: nianbao feeds write /srv/www/nianbao",
    no_args_is_help=True,
)
app.add_typer(_feeds, name="feeds")


@_feeds.command("write")
def write(
    context: typer.Context,
    directory: Annotated[
        Path | None, typer.Argument(help="Where to; default [schedule] feeds_dir.")
    ] = None,
) -> None:
    """Write every feed into a directory; a reader sees each file whole.

    The feeds of subscriptions that are no more are removed, if this workspace wrote them.

    Example: nianbao feeds write /srv/www/nianbao
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    place = directory or _of_settings(workspace.settings.schedule.feeds_dir, workspace.directory)
    engine = invoked.engine(workspace)
    try:
        files = feeds_of(workspace, engine, now_or(None))
        done = publish_feeds(workspace.directory, place, files)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise CommandError(
            Bilingual(
                f"{place} 不是目录，也无法建立；请另选一处。",
                f"{place} is no directory and cannot be made one; choose another place.",
            )
        ) from error
    finally:
        engine.dispose()
    screen.print(
        Bilingual(
            f"{place}：{done.changed} 个文件有变化。",
            f"{place}: {done.changed} files have changed.",
        ).in_language(invoked.language),
        markup=False,
    )
    if done.removed:
        names = ", ".join(done.removed)
        screen.print(
            Bilingual(
                f"已移除不再存在的订阅的文件：{names}",
                f"removed, of subscriptions that are no more: {names}",
            ).in_language(invoked.language),
            markup=False,
        )


def _of_settings(name: str, workspace: Path) -> Path:
    if not name:
        raise CommandError(
            Bilingual(
                "请给出目录，或在设置中填写 [schedule] feeds_dir。",
                "name a directory, or set [schedule] feeds_dir.",
            )
        )
    return workspace / name


@_feeds.command("metrics")
def metrics(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 9464,
) -> None:
    """Serve the metrics to Prometheus on the loopback address until stopped.

    Example: nianbao feeds metrics --port 9464
    """
    invoked = invocation(context)
    workspace = invoked.workspace()
    engine = invoked.engine(workspace)
    try:
        server = metrics_server(workspace, engine, port)
    except OSError as error:
        raise CommandError(
            Bilingual(
                f"无法在端口 {port} 提供服务：{error.strerror}。",
                f"cannot serve on port {port}: {error.strerror}.",
            )
        ) from error
    try:
        with on_signals(lambda: threading.Thread(target=server.shutdown).start(), *STOPPING):
            screen.print(f"http://127.0.0.1:{server.server_port}/metrics  ({CONTENT_TYPE_LATEST})")
            server.serve_forever()
    finally:
        server.server_close()
        engine.dispose()
