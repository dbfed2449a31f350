"""The commands ``nianbao registry import`` and ``nianbao registry export``."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.base import (
    ExitCode,
    OutputFormat,
    app,
    invocation,
    print_json_lines,
    screen,
)
from monitor.language import Bilingual, Language
from monitor.plain import plain
from storage.database import reading, transaction
from storage.registry import (
    FileKind,
    FileResult,
    Problem,
    Source,
    export_registry,
    import_files,
)
from storage.schema import require_current

_IDS_SHOWN = 20

registry = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The portals and agencies that are watched.\n\n"
    "Example: nianbao registry import portals.csv agencies.csv",
)
app.add_typer(registry, name="registry")


@registry.command("import")
def import_(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV files, UTF-8."),
    ],
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Add portals and agencies from CSV files, or bring them up to date.

    The kind of a file is told by its header, the files may come in any order. A file with a bad
    row is refused whole, every bad row is named, and the exit code is 2.

    Example: nianbao registry import portals.csv agencies.csv
    """
    run = invocation(context)
    sources = [Source(file=str(path), content=path.read_bytes()) for path in files]
    engine = run.engine(run.workspace())
    require_current(engine)
    with transaction(engine) as session:
        results = import_files(session, sources)
    if output is OutputFormat.JSONL:
        print_json_lines(_result_object(result) for result in results)
    else:
        _print_results(results, run.language)
    print_problems(results, run.language)
    if any(result.problems for result in results):
        raise typer.Exit(ExitCode.USAGE)


@registry.command("export")
def export(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Directory to write to; default: the current one."),
    ] = None,
    kind: Annotated[
        FileKind | None, typer.Option(help="Only this kind; without --out to standard output.")
    ] = None,
) -> None:
    """Write the registry as portals.csv and agencies.csv, which import reads back unchanged.

    Example: nianbao registry export --out backup
    """
    run = invocation(context)
    engine = run.engine(run.workspace())
    require_current(engine)
    with reading(engine) as session:
        texts = {
            each: export_registry(session, each) for each in (FileKind if kind is None else (kind,))
        }
    if kind is not None and out is None:
        sys.stdout.buffer.write(texts[kind].encode())
        sys.stdout.buffer.flush()
        return
    directory = out or Path()
    directory.mkdir(parents=True, exist_ok=True)
    for each, text in texts.items():
        path = directory / f"{each.value}.csv"
        _replace_file(path, text.encode())
        screen.print(plain(str(path)), markup=False, highlight=False, soft_wrap=True)


def _replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: an export that breaks off leaves the earlier one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _result_object(result: FileResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "kind": result.kind.value if result.kind else None,
        "added": list(result.added),
        "changed": list(result.changed),
        "unchanged": list(result.unchanged),
        "problems": [_problem_object(problem) for problem in result.problems],
    }


def _problem_object(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "message_zh": problem.in_chinese(),
        "message_en": problem.in_english(),
    }


def _print_results(results: Sequence[FileResult], language: Language) -> None:
    for result in results:
        sys.stdout.write(plain(_result_text(result).in_language(language)) + "\n")
        if result.problems:
            continue
        for name, ids in (
            (Bilingual("新增", "added"), result.added),
            (Bilingual("更改", "changed"), result.changed),
            (Bilingual("未变", "left alone"), result.unchanged),
        ):
            if ids:
                sys.stdout.write(f"  {name.in_language(language)}: {plain(_ids(ids))}\n")
    sys.stdout.flush()


def _result_text(result: FileResult) -> Bilingual:
    if result.problems:
        count = len(result.problems)
        return Bilingual(
            f"{result.file}：有 {count} 处问题，整个文件未导入",
            f"{result.file}: {count} problems, nothing of the file was imported",
        )
    kind = (
        Bilingual("门户", "portals")
        if result.kind is FileKind.PORTALS
        else Bilingual("机关", "agencies")
    )
    added, changed, same = (len(ids) for ids in (result.added, result.changed, result.unchanged))
    return Bilingual(
        f"{result.file}：{kind.zh}，新增 {added}，更改 {changed}，未变 {same}",
        f"{result.file}: {kind.en}, {added} added, {changed} changed, {same} left alone",
    )


def _ids(ids: Sequence[str]) -> str:
    shown = " ".join(ids[:_IDS_SHOWN])
    return f"{shown} … ({len(ids)})" if len(ids) > _IDS_SHOWN else shown


def print_problems(results: Sequence[FileResult], language: Language) -> None:
    """Print every problem of the files on standard error."""
    for result in results:
        for problem in result.problems:
            text = problem.in_chinese() if language == "zh" else problem.in_english()
            screen.print(plain(text), style="red", markup=False, highlight=False, soft_wrap=True)
