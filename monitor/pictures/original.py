"""Draws an original with what was read from it, whatever kind of file it is."""

from collections.abc import Iterator
from pathlib import Path

from monitor.language import Bilingual, Language
from monitor.pictures.child import draw_fixed, take_member
from monitor.pictures.drawing import Heads, draw_sheets
from monitor.pictures.errors import PictureError
from monitor.pictures.fixed import FIXED
from monitor.pictures.notes import notes_of
from monitor.pictures.printed import OFFICE, printed
from monitor.pictures.web import WEB, web_sheets
from monitor.reading import kinds
from monitor.reading.model import Report

_OF_PAGE = Bilingual("原件第 {} 页与读取结果", "page {} of the original, and what was read")
_OF_PRINTING = Bilingual(
    "原件由 LibreOffice 打印的第 {} 页与读取结果",
    "page {} of the original as LibreOffice prints it, and what was read",
)
_REST = Bilingual("读取结果中未能在页面上定位的部分", "what was read and has no place on a page")


def draw_original(
    body: bytes,
    name: str,
    report: Report,
    directory: Path,
    language: Language,
    *,
    browser: str = "",
) -> tuple[Path, ...]:
    """Draw the pages of an original into ``directory`` and return the PNG files, in order.

    Fixed pages (PDF, OFD, pictures) and text are drawn as they are, in a child process, since
    the file may be hostile; web pages by a Chromium without scripts and without a network
    (``browser`` is its path, else one is looked for); office documents as LibreOffice prints them;
    of a bundle the file that the report was read from.

    Raises:
        PictureError: if this kind cannot be drawn, a program for it is missing, or it fails.
        OSError: if a file cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    kind = kinds.file_kind(body, name)
    if report.source.member is not None and kind in kinds.BUNDLES:
        body = take_member(body, kind, report.source.member)
        kind = kinds.file_kind(body, report.source.member)
    paths = []
    for number, png in enumerate(_drawn(body, kind, report, language, browser), start=1):
        path = directory / f"{Path(name).name}-{number:02d}.png"
        path.write_bytes(png)
        paths.append(path)
    return tuple(paths)


def _drawn(
    body: bytes, kind: str, report: Report, language: Language, browser: str
) -> Iterator[bytes]:
    heads = Heads(page=_OF_PAGE.in_language(language), rest=_REST.in_language(language))
    if kind in WEB:
        notes = notes_of(report, language)
        yield from draw_sheets(web_sheets(body, kind, notes, browser), notes, heads)
    elif kind in OFFICE:
        heads = Heads(page=_OF_PRINTING.in_language(language), rest=heads.rest)
        paper, placed = printed(body, kind, report)
        yield from draw_fixed(paper, kinds.PDF, notes_of(placed, language), heads)
    elif kind in FIXED:
        yield from draw_fixed(body, kind, notes_of(report, language), heads)
    else:
        raise PictureError(
            Bilingual(f"无法绘制该类文件：{kind}。", f"files of this kind cannot be drawn: {kind}.")
        )
