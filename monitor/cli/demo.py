"""The command ``nianbao demo``."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.base import CommandError, ExitCode, app, invocation
from monitor.demo.run import (
    DirectoryTakenError,
    Stage,
    StepFailedError,
    run_step,
    stage,
    steps,
    verify_pack,
)
from monitor.language import Bilingual, Language
from storage.clock import local_date, utc_now


@app.command("demo")
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Directory to leave everything in.")] = Path("demo"),
) -> None:
    """Run the whole job, offline, on an invented county that the program serves itself.

    Example: nianbao demo --out demo
    """
    language = invocation(context).language
    began = time.monotonic()
    try:
        with stage(out.resolve(), local_date(utc_now())) as prepared:
            _run(prepared, language)
    except DirectoryTakenError as error:
        raise CommandError(
            Bilingual(
                f"{out} 里已有别的内容；请另选目录或先清空。",
                f"{out} holds something else; name another directory or empty it.",
            )
        ) from error
    except StepFailedError as error:
        raise CommandError(
            Bilingual(f"演示没有按预期进行：{error}", f"the demonstration went wrong: {error}"),
            ExitCode.FAILED,
        ) from error
    _close(prepared, language, time.monotonic() - began)


def _run(prepared: Stage, language: Language) -> None:
    for number, step in enumerate(steps(prepared), start=1):
        shown = " ".join(_short(argument, prepared) for argument in step.arguments)
        _say(f"\n{number}. {step.says.in_language(language)}\n$ nianbao {shown}")
        run_step(prepared, step, language)
    checks = verify_pack(prepared)
    last = Bilingual("只用 Python 核验证据包", "verify the pack with nothing but Python")
    _say(
        f"\n{len(steps(prepared)) + 1}. {last.in_language(language)}\n$ python3 verify.py\n{checks}"
    )


def _short(argument: str, prepared: Stage) -> str:
    return argument.replace(f"{prepared.directory}/", "")


def _close(prepared: Stage, language: Language, seconds: float) -> None:
    mails = len(list(prepared.mails.glob("*.eml")))
    _say(
        Bilingual(
            f"用时 {seconds:.0f} 秒。结果在 {prepared.directory}：workspace/（工作区），"
            f"mails/（收到的邮件 {mails} 封），pack/（证据包，已核验）。",
            f"Done in {seconds:.0f} seconds. In {prepared.directory}: workspace/, "
            f"mails/ ({mails} mails as received), pack/ (evidence pack, verified).",
        ).in_language(language)
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
