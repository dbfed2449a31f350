"""Short ways from bytes to what a test compares."""

from monitor.reading.assemble import assemble
from monitor.reading.html import read_html
from monitor.reading.model import Report
from monitor.reading.plain import read_text


def html_report(page: bytes | str) -> Report:
    """Return the report of a page."""
    return assemble(read_html(page.encode() if isinstance(page, str) else page))


def text_report(body: bytes | str) -> Report:
    """Return the report of a converted text."""
    return assemble(read_text(body.encode() if isinstance(body, str) else body))


def cells(report: Report) -> dict[str, dict[str, dict[str, str | None]]]:
    """Return every cell's text by table, row and column."""
    return {
        key: {
            row: {column: value.text for column, value in values.items()}
            for row, values in table.values.items()
        }
        for key, table in report.tables.items()
    }
