"""Writing findings as files: SARIF, the ledger of problems, a page for each report."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from monitor.cli.base import CommandError, FindingsFormat, screen
from monitor.cli.terminal import shown
from monitor.findings.judged import Judged
from monitor.findings.ledger import ledger
from monitor.findings.page import report_page
from monitor.findings.sarif import sarif_log
from monitor.findings.standing import FindingRow
from monitor.language import Bilingual, Language
from monitor.rules.catalogue import rulebook

_UNFIT = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80


def require_out(output: FindingsFormat, out: Path | None) -> None:
    """Make sure that there is a place for what is no text.

    Raises:
        CommandError: if a workbook or pages are wanted and ``--out`` is not given.
    """
    if output in (FindingsFormat.XLSX, FindingsFormat.HTML) and out is None:
        raise CommandError(
            Bilingual(
                f"--format {output}：请用 --out 指明文件（xlsx）或目录（html）。",
                f"--format {output}: name a file (xlsx) or a directory (html) with --out.",
            )
        )


def write_sarif(judged: Iterable[Judged], out: Path | None, language: Language) -> None:
    """Write a SARIF log to a file, else to standard output."""
    log = sarif_log(judged, list(rulebook().values()), language)
    text = json.dumps(log, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        _write(out, text.encode())


def write_ledger(
    rows: Sequence[FindingRow], out: Path | None, language: Language, now: datetime
) -> None:
    """Write the ledger of problems to a file."""
    assert out is not None
    title = Bilingual("问题台账", "Findings").in_language(language)
    _write(out, ledger(rows, language, title=title, now=now))


def write_pages(
    judged: Iterable[Judged], out: Path | None, language: Language, now: datetime
) -> None:
    """Write a page for each report into a directory."""
    assert out is not None
    titles = {rule.id: rule.title.in_language(language) for rule in rulebook().values()}
    taken: set[str] = set()
    for item in judged:
        path = out / _free_name(item, taken)
        _write(path, report_page(item, language, now, titles).encode())


def _free_name(item: Judged, taken: set[str]) -> str:
    """Return a file name that says whose report it is and is not taken."""
    stem = _UNFIT.sub("-", f"{item.agency or Path(item.name).stem}-{item.fiscal_year or 'x'}")
    stem = stem.strip("-.")[:_LONGEST_NAME] or "report"
    name, number = f"{stem}.html", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.html"
    taken.add(name)
    return name


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    screen.print(shown(str(path)), soft_wrap=True)
