"""Showing a report as it was read: its head, its sections in order, its tables, its damages."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli.terminal import shown
from monitor.findings.tables import blocks_of
from monitor.formats.naming import column_name, row_name, table_name
from monitor.language import Bilingual, Language
from monitor.reading.model import ReadTable, Report, Section, Value
from monitor.reading.wording import DAMAGE_NAMES

_UNREAD = "?"
_BLANK = "·"


def print_report(console: Console, path: str, report: Report, language: Language) -> None:
    """Print a report; a value that could not be read is ``?``, a blank one ``·``."""
    _line(console, shown(path, "bold"))
    for name, value in _head(report):
        _line(console, shown(f"  {name.in_language(language)}: {value or '-'}"))
    if report.preamble:
        _line(console, shown(report.preamble))
    shown_tables: set[str] = set()
    for section in report.sections:
        _section(console, section)
        table = report.tables.get(section.key or "")
        if table is not None:
            shown_tables.add(table.key)
            _table(console, table, language)
    for key, table in report.tables.items():
        if key not in shown_tables:
            _line(console, shown(table_name(key).in_language(language), "bold yellow"))
            _table(console, table, language)
    _damages(console, report, language)
    console.print()


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


def _head(report: Report) -> Iterator[tuple[Bilingual, str | None]]:
    yield Bilingual("题名", "title"), report.title
    yield Bilingual("机关", "agency"), report.agency
    yield Bilingual("年度", "fiscal year"), str(report.fiscal_year) if report.fiscal_year else None
    day = report.published_on.isoformat() if report.published_on else None
    yield Bilingual("发布日期", "published"), day
    yield Bilingual("格式", "format"), report.format_found
    yield Bilingual("读取方法", "read as"), f"{report.media_type} ({report.method})"


def _section(console: Console, section: Section) -> None:
    console.print()
    key = f"  [{section.key or '-'}]"
    _line(console, shown(section.heading, "bold").append(key, style="dim"))
    if section.text:
        _line(console, shown_lines(section.text))


def shown_lines(text: str) -> Text:
    """Return a text of several paragraphs for the terminal."""
    return Text("\n").join(shown(line) for line in text.split("\n"))


def _table(console: Console, table: ReadTable, language: Language) -> None:
    for rows in blocks_of(table):
        drawn = Table(show_lines=False, pad_edge=False)
        drawn.add_column("")
        for column in rows[0].columns:
            name = column_name(table.format, table.key, column.key).in_language(language)
            drawn.add_column(shown(name), justify="right")
        for row in rows:
            name = row_name(table.format, table.key, row.key).in_language(language)
            cells = table.values[row.key]
            values = [_value(cells.get(column.key)) for column in rows[0].columns]
            drawn.add_row(shown(name), *values)
        console.print(drawn)
    for label, texts in table.unknown_rows:
        _line(console, shown(f"  + {label}: {' '.join(texts)}", "yellow"))
    _reasons(console, table)


def _value(value: Value | None) -> Text:
    if value is None or value.text is None:
        return shown(_UNREAD, "bold red")
    return shown(value.text) if value.text.strip() else shown(_BLANK, "dim")


def _reasons(console: Console, table: ReadTable) -> None:
    reasons = dict.fromkeys(
        value.reason
        for cells in table.values.values()
        for value in cells.values()
        if value.text is None and value.reason
    )
    for reason in reasons:
        _line(console, shown(f"  {_UNREAD} {reason}", "red"))


def _damages(console: Console, report: Report, language: Language) -> None:
    if not report.damage:
        whole = Bilingual("读取完整，没有缺损。", "Read whole; nothing is lost or doubtful.")
        _line(console, shown(whole.in_language(language), "green"))
    for damage in report.damage:
        name = DAMAGE_NAMES.get(damage.code)
        text = name.in_language(language) if name else damage.code
        touched = ", ".join(sorted(damage.sections | damage.tables))
        rows = f" ({', '.join(sorted(damage.rows))})" if damage.rows else ""
        _line(console, shown(f"! {text}: {damage.detail}  {touched}{rows}", "yellow"))
