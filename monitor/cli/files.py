"""Saying which of several files a report was read from, and what the others hold."""

from collections.abc import Iterator

from monitor.language import Bilingual, Language
from monitor.reading.model import Beside, Differences, Report, Source


def file_lines(report: Report, language: Language) -> Iterator[str]:
    """Yield a line for each file of a bundle or filing that has something to say; foreign text."""
    if report.source.member is not None:
        name = report.source.member
        yield Bilingual(f"取自压缩包内的 {name}", f"read from {name}").in_language(language)
    for part in report.parts_elsewhere:
        name = _name(part.source)
        yield Bilingual(f"{part.part} 取自 {name}", f"{part.part} is from {name}").in_language(
            language
        )
    for beside in report.beside:
        yield _other(beside).in_language(language)


def _name(source: Source) -> str:
    return source.member or source.sha256 or ""


def _other(beside: Beside) -> Bilingual:
    name = _name(beside.source)
    if beside.error is not None:
        return Bilingual(
            f"未能读取 {name}（{beside.error}）", f"{name} was not read ({beside.error})"
        )
    if beside.differences is None:
        whose = " ".join(str(part) for part in (beside.agency, beside.fiscal_year) if part)
        return Bilingual(f"另有一份报告：{name}（{whose}）", f"another report: {name} ({whose})")
    return _compared(name, beside.differences)


def _compared(name: str, found: Differences) -> Bilingual:
    cells, texts = found.cells_in_all, len(found.texts)
    if not (cells or texts):
        return Bilingual(f"与 {name} 内容一致", f"{name} says the same")
    return Bilingual(
        f"与 {name} 不一致：{cells} 个单元格，{texts} 个章节",
        f"{name} differs: cells {cells}, sections {texts}",
    )
