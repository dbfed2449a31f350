"""Prints specimens with programs outside the project: Chromium and LibreOffice, found by PATH."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from monitor.specimens.html import html_body
from monitor.specimens.html_look import HtmlLook
from monitor.specimens.model import Specimen
from monitor.specimens.pdf_look import PdfLook

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_SECONDS = 200
_FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format"}


def printable_page(report: Specimen, look: PdfLook) -> str:
    """Return the report as a page to be printed in the look of a PDF."""
    html = HtmlLook(shape=look.shape, grouping="thead" if look.repeat_head else "tbody")
    body = html_body(report, html)
    body = body.replace("<table", f'<div style="height:{look.push}pt"></div><table', 1)
    title = escape(report.title).replace("\n", "<br>")
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{escape(report.title)}'
        f"</title><style>{_style(look)}</style></head><body><h1>{title}</h1>{body}</body></html>"
    )


def _style(look: PdfLook) -> str:
    whole = "" if look.split_rows else "tr, td { break-inside: avoid }"
    sides = "table { border-style: hidden }" if look.open_sides else ""
    return f"""@page {{ size: A4; margin: {look.margin}pt }}
body {{ font: {look.font}pt 'WenQuanYi Zen Hei', 'Noto Sans CJK SC', sans-serif; margin: 0 }}
h1 {{ text-align: center; font-size: {look.font * 1.6}pt }}
p {{ text-indent: 2em; margin: 4pt 0; line-height: {look.leading} }}
table {{ border-collapse: collapse; width: 100%; font-size: {look.table_font}pt }}
td {{ border: {look.line}pt solid; padding: {look.padding}pt; overflow-wrap: anywhere;
      text-align: {"center" if look.centred else "left"} }}
thead {{ background: {"#ddd" if look.shaded else "none"} }}
{whole}{sides}"""


def chromium_pdf(page: str) -> bytes:
    """Print a page to PDF as Chromium does.

    Raises:
        FileNotFoundError: if there is no Chromium.
        subprocess.SubprocessError: if it fails.
    """
    if CHROMIUM is None:
        raise FileNotFoundError("chromium")
    with tempfile.TemporaryDirectory() as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        _run(
            CHROMIUM,
            *options,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        )
        return printed.read_bytes()


def libreoffice(
    documents: Sequence[bytes], *, source: str = "docx", to: str = "pdf"
) -> list[bytes]:
    """Convert documents in one run, which is much cheaper than one run each.

    ``source`` and ``to`` are the endings of the file names: docx, doc, rtf, odt, pdf.

    Raises:
        FileNotFoundError: if there is no LibreOffice, or it leaves a document out.
        subprocess.SubprocessError: if it fails.
    """
    if SOFFICE is None:
        raise FileNotFoundError("soffice")
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder, f"{index}.{source}") for index in range(len(documents))]
        for path, document in zip(sources, documents, strict=True):
            path.write_bytes(document)
        _run(
            SOFFICE,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            _FILTERS.get(to, to),
            "--outdir",
            folder,
            *map(str, sources),
        )
        return [path.with_suffix(f".{to}").read_bytes() for path in sources]


def _run(*command: str) -> None:
    """Run a program to its end; if that does not come, end the programs it started too."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=_SECONDS)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, said)
