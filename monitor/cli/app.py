"""The program ``nianbao``: global options, and the boundary where errors become exit codes."""

import logging
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import click
import typer

from monitor.cli import audit, check, crawl, demo, init, registry, rules, schedule, status, telling
from monitor.cli.base import CommandError, ExitCode, Invocation, app, default_language, screen
from monitor.language import Language
from storage.settings import SettingsError

__all__ = [
    "audit",
    "check",
    "crawl",
    "demo",
    "init",
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
        code = app(standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except SettingsError as error:
        screen.print(str(error), style="red", markup=False, highlight=False)
        code = ExitCode.USAGE
    except CommandError as error:
        screen.print(f"{error.message.zh}\n{error.message.en}", style="red", markup=False)
        code = error.code
    except Exception:
        logging.getLogger(__name__).exception("unexpected failure")
        code = ExitCode.FAILED
    sys.exit(code if isinstance(code, int) else ExitCode.DONE)
