"""The command ``nianbao read``: a report as it was read, for people and for programs."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.base import ExitCode, OutputFormat, app, invocation, print_json_lines, screen
from monitor.cli.report_view import print_report
from monitor.cli.terminal import results, shown
from monitor.file_reading import read_file
from monitor.judging import format_for
from monitor.language import Language
from monitor.pictures import PictureError, draw_original
from monitor.reading.contract import full_reading_object
from monitor.reading.kinds import file_kind
from monitor.reading.model import Report, UnreadableError
from monitor.reading.wording import error_name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One file with what came of it."""

    path: Path
    body: bytes = b""
    report: Report | None = None
    error: UnreadableError | None = None


@app.command("read")
def read(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Reports: HTML, PDF, DOC, DOCX, WPS, RTF, OFD, text, a picture, ZIP."),
    ],
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Draw the pages here, with what was read marked and named."
        ),
    ] = None,
    browser: Annotated[
        str, typer.Option(metavar="PATH", help="The Chromium that draws web pages.")
    ] = "",
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Show reports as they are read: sections, tables, what could not be read and where.

    Nothing is judged. Example: nianbao read report.pdf --picture pictures/
    """
    language = invocation(context).language
    worst = ExitCode.DONE
    for path in paths:
        done = _read(path)
        pictures, drawn = _draw(done, picture, language, browser)
        if output is OutputFormat.JSONL:
            print_json_lines([_object(done, pictures)])
        else:
            _print_text(done, pictures, language)
        if done.error is not None or not drawn:
            worst = ExitCode.PARTIAL
    raise typer.Exit(worst)


def _read(path: Path) -> _Read:
    try:
        body = path.read_bytes()
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "no-file"
        return _Read(path=path, error=UnreadableError(code, error.strerror or str(error)))
    try:
        return _Read(path=path, body=body, report=read_file(path, body))
    except UnreadableError as error:
        return _Read(path=path, body=body, error=error)


def _draw(
    done: _Read, directory: Path | None, language: Language, browser: str
) -> tuple[tuple[Path, ...], bool]:
    """Return the pictures drawn, and whether all went well; what failed is told on the screen."""
    if directory is None or done.report is None:
        return (), True
    try:
        return (
            draw_original(
                done.body, done.path.name, done.report, directory, language, browser=browser
            ),
            True,
        )
    except PictureError as error:
        message = error.message.in_language(language)
        screen.print(shown(f"{done.path}: {message}", "bold red"), soft_wrap=True)
        return (), False


def _object(done: _Read, pictures: tuple[Path, ...]) -> dict[str, Any]:
    error, report = done.error, done.report
    form = format_for(report.fiscal_year) if report else None
    return {
        "path": str(done.path),
        "sha256": hashlib.sha256(done.body).hexdigest() if done.body else None,
        "media_type": file_kind(done.body, done.path.name) if done.body else None,
        "title": report.title if report else None,
        "agency": report.agency if report else None,
        "fiscal_year": report.fiscal_year if report else None,
        "format": form.id if form else None,
        "reading": full_reading_object(report) if report else None,
        "pictures": [str(path) for path in pictures],
        "error": {"code": error.code, "message": str(error)} if error is not None else None,
    }


def _print_text(done: _Read, pictures: tuple[Path, ...], language: Language) -> None:
    console = results()
    if done.error is not None:
        message = error_name(done.error).in_language(language)
        screen.print(shown(f"{done.path}: {message}", "bold red"), soft_wrap=True)
        return
    assert done.report is not None
    print_report(console, str(done.path), done.report, language)
    for path in pictures:
        console.print(shown(str(path)), soft_wrap=True)
