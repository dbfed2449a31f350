"""From the bytes of a CSV file to rows with their line numbers (RFC 4180, UTF-8, header row)."""

import codecs
import csv
import io
import re
from dataclasses import dataclass
from enum import StrEnum

from storage.registry.problems import BadValueError, Problem, problem_of


class FileKind(StrEnum):
    """The two kinds of file the registry is made of."""

    PORTALS = "portals"
    AGENCIES = "agencies"


COLUMNS = {
    FileKind.PORTALS: (("portal", "name", "division", "level", "url"), ("columns",)),
    FileKind.AGENCIES: (
        ("agency", "name", "kind", "division", "portal"),
        ("aliases", "valid_from", "valid_to", "credit_code", "merged_into", "renamed_from"),
    ),
}
"""Per kind the columns that must be there and those that may, in the order of export."""


_SEPARATORS = re.compile(r"[;\t；，|]")
"""What some programs write between fields in place of a comma."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: the line it begins on, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file whose header is understood."""

    file: str
    kind: FileKind
    columns: frozenset[str]
    rows: tuple[Row, ...]


def read_table(file: str, content: bytes) -> tuple[Table | None, list[Problem]]:
    """Return the table of a file, and every problem of its form; no table if its header is bad."""
    try:
        text = decode_file(content)
        records = _records(text)
    except BadValueError as error:
        return None, [problem_of(error, file=file, line=None, column=None)]
    except _BrokenError as error:
        return None, [_broken(file, error)]
    if not records:
        return None, [
            Problem(
                file=file,
                line=None,
                column=None,
                zh="文件是空的",
                en="the file is empty",
                remedy_zh="第一行应为表头",
                remedy_en="its first line must be the header",
            )
        ]
    header = [cell.strip().lower() for cell in records[0][1]]
    kind = _kind_of(header)
    problems = _header_problems(file, records[0][0], header, kind)
    if kind is None or problems:
        return None, problems
    rows, problems = _rows(file, kind, header, records[1:])
    return Table(file=file, kind=kind, columns=frozenset(header), rows=tuple(rows)), problems


def decode_file(content: bytes) -> str:
    """Decode UTF-8 with or without BOM.

    Raises:
        BadValueError: naming the encoding that it seems to be instead, and the line.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _not_utf8("UTF-16", 1)
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        raise _not_utf8(None, line) from None
    raise _not_utf8("GBK/GB18030", line)


def _not_utf8(encoding: str | None, line: int) -> BadValueError:
    seems_zh = f"，像是 {encoding}" if encoding else ""
    seems_en = f"; it seems to be {encoding}" if encoding else ""
    return BadValueError(
        f"不是 UTF-8 编码（第 {line} 行起）{seems_zh}",
        f"not UTF-8 from line {line} on{seems_en}",
        remedy_zh="请另存为“CSV UTF-8”",
        remedy_en="save it again as 'CSV UTF-8'",
    )


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Return the records that are not blank, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _BrokenError(line, str(error)) from error
    return records


class _BrokenError(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def _broken(file: str, error: _BrokenError) -> Problem:
    return Problem(
        file=file,
        line=error.line,
        column=None,
        zh=f"不是合法的 CSV：{error}",
        en=f"not well-formed CSV: {error}",
        remedy_zh="检查引号是否成对，字段内的引号应写两次",
        remedy_en="look for quotes without a partner; a quote inside a field is written twice",
    )


def _kind_of(header: list[str]) -> FileKind | None:
    if "agency" in header:
        return FileKind.AGENCIES
    return FileKind.PORTALS if "portal" in header else None


def _header_problems(
    file: str, line: int, header: list[str], kind: FileKind | None
) -> list[Problem]:
    def problem(column: str | None, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Problem:
        return Problem(
            file=file,
            line=line,
            column=column,
            zh=zh,
            en=en,
            remedy_zh=remedy_zh,
            remedy_en=remedy_en,
        )

    forms = [",".join(required) for required, _ in COLUMNS.values()]
    if kind is None and len(header) == 1 and (found := _SEPARATORS.search(header[0])):
        return [
            problem(
                None,
                f"表头以“{found[0]}”分隔，不是逗号" if found[0] != "\t" else "表头以制表符分隔",
                f"the header is separated by {found[0]!r}, not by commas",
                "请另存为“CSV UTF-8（逗号分隔）”",
                "save it again as 'CSV UTF-8 (comma delimited)'",
            )
        ]
    if kind is None:
        return [
            problem(
                None,
                "表头既不是门户表也不是机关表",
                "the header is of neither kind of file",
                f"表头应含：{'；'.join(forms)}",
                f"it must have: {' or '.join(forms)}",
            )
        ]
    required, optional = COLUMNS[kind]
    known = ",".join(required + optional)
    missing = [
        problem(
            name,
            "缺少这一列",
            "the column is missing",
            f"本表必须有：{','.join(required)}",
            f"the file needs {','.join(required)}",
        )
        for name in required
        if name not in header
    ]
    unknown = [
        problem(
            name or "(空)",
            "不认识这一列",
            "no such column",
            f"可用的列：{known}",
            f"known: {known}",
        )
        for name in header
        if name not in required + optional
    ]
    doubled = [
        problem(name, "这一列出现两次", "the column stands twice", "删除一列", "take one out")
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    return missing + unknown + doubled


def _rows(
    file: str, kind: FileKind, header: list[str], records: list[tuple[int, list[str]]]
) -> tuple[list[Row], list[Problem]]:
    required, _ = COLUMNS[kind]
    rows, problems = [], []
    for line, cells in records:
        left_out = header[len(cells) :]
        if len(cells) <= len(header) and not any(name in required for name in left_out):
            filled = cells + [""] * len(left_out)
            rows.append(Row(line=line, cells=dict(zip(header, filled, strict=True))))
            continue
        problems.append(
            Problem(
                file=file,
                line=line,
                column=None,
                zh=f"有 {len(cells)} 个字段，表头有 {len(header)} 个",
                en=f"has {len(cells)} fields where the header has {len(header)}",
                remedy_zh="含逗号的内容要加双引号",
                remedy_en="put double quotes about text that holds a comma",
            )
        )
    return rows, problems
