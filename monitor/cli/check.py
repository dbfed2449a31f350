"""The command ``nianbao check``."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.base import (
    CommandError,
    ExitCode,
    FindingsFormat,
    app,
    invocation,
    now_or,
    print_json_lines,
    screen,
)
from monitor.cli.files import file_lines
from monitor.cli.findings import print_checked, print_unreadable
from monitor.cli.outputs import require_out, write_ledger, write_pages, write_sarif
from monitor.cli.terminal import results, shown
from monitor.file_reading import read_file
from monitor.findings.judged import Judged
from monitor.findings.standing import finding_rows
from monitor.judging import Given, check_object, facts_of_file
from monitor.language import Bilingual, Language
from monitor.reading.choosing import Wanted, without_body
from monitor.reading.isolation import DEFAULT_LIMITS, WorkerFailedError
from monitor.reading.kinds import file_kind
from monitor.reading.model import Report, UnreadableError
from monitor.rules.due_days import Locally
from monitor.rules.model import Facts, Outcome, Severity, Verdict
from monitor.rules.overlay import load_overlays
from monitor.rules.rulings import Rulings
from monitor.rules.settings import require_known_rules
from storage.models import AgencyKind
from storage.settings import ObligationSettings, RuleSettings

log = logging.getLogger(__name__)

_NO_NOTICES = ObligationSettings()
"""No due day of a local notice is set but by overlays."""
_FAILED = "failed"
"""The code of a file at which this program itself failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """One file with what came of it."""

    path: Path
    sha256: str | None = None
    media_type: str | None = None
    facts: Facts | None = None
    verdicts: tuple[Verdict, ...] = ()
    error: UnreadableError | None = None


@app.command("check")
def check(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Reports: HTML, PDF, DOC, DOCX, WPS, RTF, OFD, text, a picture, a ZIP or RAR of "
            "them. A saved page finds its pictures if they lie below its own directory."
        ),
    ],
    fiscal_year: Annotated[
        int | None, typer.Option(min=2008, max=2100, help="The year reported on.")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="Full name of the agency.")] = None,
    agency_kind: Annotated[AgencyKind | None, typer.Option(help="Kind of the agency.")] = None,
    published: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day of publication.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address it was published at.")] = None,
    previous: Annotated[
        Path | None, typer.Option(help="Last year's report of the same agency.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this time (ISO 8601).")] = None,
    overlay: Annotated[
        list[Path] | None, typer.Option(help="File of local rulings; may be given several times.")
    ] = None,
    output: Annotated[
        FindingsFormat,
        typer.Option(
            "--format", help="text, jsonl, sarif; xlsx (ledger) and html (pages) need --out."
        ),
    ] = FindingsFormat.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File for sarif and xlsx, directory for html.")
    ] = None,
) -> None:
    """Check reports without any workspace.

    Of a ZIP or RAR with several reports the fullest is checked, or that of --agency and
    --fiscal-year; the others are named.

    Example: nianbao check report.pdf --fiscal-year 2023 --published 2024-01-30
    """
    given = Given(
        fiscal_year=fiscal_year,
        agency=agency,
        agency_kind=agency_kind.value if agency_kind else None,
        published=_day(published),
        url=url,
    )
    now = now_or(as_of)
    require_out(output, out)
    last_year = _read_previous(previous, given) if previous else None
    rulings = _rulings(overlay or ())
    language = invocation(context).language
    worst = ExitCode.PARTIAL if previous and last_year is None else ExitCode.DONE
    judged: list[Judged] = []
    for path in paths:
        checked = _isolated(path, given, now, last_year, rulings)
        if output is FindingsFormat.JSONL:
            print_json_lines([_object(checked)])
        elif output is FindingsFormat.TEXT or checked.error is not None:
            _print_text(checked, language)
        else:
            judged.append(_judged(checked))
        worst = max(worst, _exit_code(checked))
    if output is FindingsFormat.SARIF:
        write_sarif(judged, out, language)
    elif output is FindingsFormat.XLSX:
        rows = [row for item in judged for row in finding_rows(item, now)]
        write_ledger(rows, out, language, now)
    elif output is FindingsFormat.HTML:
        write_pages(judged, out, language, now)
    raise typer.Exit(worst)


def _judged(checked: _Checked) -> Judged:
    facts = checked.facts
    assert facts is not None
    assert facts.report is not None
    return Judged(
        name=str(checked.path),
        report=facts.report,
        verdicts=checked.verdicts,
        agency=facts.agency.name if facts.agency else facts.report.agency,
        fiscal_year=facts.fiscal_year,
        sha256=checked.sha256,
        media_type=checked.media_type,
        url=facts.publication.url if facts.publication else None,
    )


def _rulings(paths: Sequence[Path]) -> Rulings:
    """Return the rulings of overlays, which hold for the files given, wherever those come from."""
    overlays = load_overlays(paths)
    require_known_rules(RuleSettings(), overlays)
    return Rulings(overlays=tuple(item.model_copy(update={"divisions": ()}) for item in overlays))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            Bilingual(
                f"--published：“{text}”不是日期，应写成 2024-01-30 的样子。",
                f"--published: {text!r} is no day; write it like 2024-01-30.",
            )
        ) from error


def _read_previous(path: Path, given: Given) -> Report | None:
    """Return last year's report; None, told on the screen, if the file is none that can be read."""
    year = given.fiscal_year - 1 if given.fiscal_year else None
    try:
        return read_file(path, _bytes(path), _wanted(given.agency, year))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(
            Bilingual(f"--previous：无法打开 {path}：{reason}。", f"--previous: {path}: {reason}.")
        ) from error
    except UnreadableError as error:
        print_unreadable(screen, f"--previous: {path}", error)
        return None


def _isolated(
    path: Path, given: Given, now: datetime, previous: Report | None, rulings: Rulings
) -> _Checked:
    """Check one file; what goes wrong with it does not keep the others from being checked."""
    try:
        return _check_one(path, given, now, previous, rulings)
    except WorkerFailedError:
        raise  # it would be the same for every other file
    except Exception as error:  # the boundary that keeps one document from the others
        log.exception("%s", path)
        return _Checked(
            path=path, error=UnreadableError(_FAILED, f"{type(error).__name__}: {error}")
        )


def _check_one(
    path: Path, given: Given, now: datetime, previous: Report | None, rulings: Rulings
) -> _Checked:
    try:
        body = _bytes(path)
    except OSError as error:
        code = "missing" if isinstance(error, FileNotFoundError) else "no-file"
        return _Checked(path=path, error=UnreadableError(code, error.strerror or str(error)))
    checked = _Checked(
        path=path,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type=file_kind(body, path.name),
    )
    try:
        report = read_file(path, body, _wanted(given.agency, given.fiscal_year))
    except UnreadableError as error:
        return replace(checked, error=error)
    nothing = without_body(report)
    if nothing is not None:
        return replace(checked, error=nothing)
    facts = facts_of_file(
        report, given, as_of=now, previous=previous, local=Locally(_NO_NOTICES, rulings.overlays)
    )
    return replace(checked, facts=facts, verdicts=rulings.judge(facts))


def _wanted(agency: str | None, year: int | None) -> Wanted:
    return Wanted(agencies=(agency,) if agency else (), fiscal_year=year)


def _bytes(path: Path) -> bytes:
    """Return what a file or pipe holds, and no more than just too much of it."""
    with path.open("rb") as file:
        return file.read(DEFAULT_LIMITS.body_bytes + 1)


def _print_text(checked: _Checked, language: Language) -> None:
    if checked.error is not None or checked.facts is None:
        assert checked.error is not None
        print_unreadable(screen, str(checked.path), checked.error)
        return
    report = checked.facts.report
    assert report is not None
    for line in file_lines(report, language):
        screen.print(shown(f"{checked.path}: {line}"), soft_wrap=True)
    print_checked(results(), str(checked.path), checked.facts, checked.verdicts, language)


def _object(checked: _Checked) -> dict[str, object]:
    return dict(
        check_object(
            path=str(checked.path),
            sha256=checked.sha256,
            media_type=checked.media_type,
            facts=checked.facts,
            verdicts=checked.verdicts,
            error=checked.error,
        )
    )


def _exit_code(checked: _Checked) -> ExitCode:
    if checked.error is not None:
        return ExitCode.FAILED if checked.error.code == _FAILED else ExitCode.PARTIAL
    grave = any(
        verdict.outcome is Outcome.FAIL and verdict.severity is Severity.ERROR
        for verdict in checked.verdicts
    )
    return ExitCode.FINDINGS if grave else ExitCode.DONE
