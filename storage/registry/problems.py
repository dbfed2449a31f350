"""What is wrong with a file of the registry: place, reason and remedy, in Chinese and English."""

from dataclasses import dataclass


class BadValueError(ValueError):
    """A cell cannot be taken; says why and what to write instead."""

    def __init__(self, zh: str, en: str, *, remedy_zh: str = "", remedy_en: str = "") -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.remedy_zh = remedy_zh
        self.remedy_en = remedy_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One reason why a file was not imported; ``line`` is None if it is the file as a whole."""

    file: str
    line: int | None
    column: str | None
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""

    def in_chinese(self) -> str:
        """Return place, reason and remedy on one line."""
        place = self.file
        if self.line is not None:
            place += f"：第 {self.line} 行"
        if self.column is not None:
            place += f"，{self.column} 列"
        return f"{place}：{self.zh}" + (f"。{self.remedy_zh}" if self.remedy_zh else "")

    def in_english(self) -> str:
        """Return place, reason and remedy on one line."""
        place = self.file
        if self.line is not None:
            place += f", line {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.en}" + (f"; {self.remedy_en}" if self.remedy_en else "")


def problem_of(error: BadValueError, *, file: str, line: int | None, column: str | None) -> Problem:
    """Return the problem that a bad value is at its place."""
    return Problem(
        file=file,
        line=line,
        column=column,
        zh=error.zh,
        en=error.en,
        remedy_zh=error.remedy_zh,
        remedy_en=error.remedy_en,
    )
