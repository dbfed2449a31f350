"""Writes a specimen as HTML."""

from html import escape

from monitor.specimens.layouts import Box, Lines, printed_table
from monitor.specimens.model import Specimen, paragraphs


def html_body(report: Specimen) -> str:
    """Return the report as an HTML fragment: headings, paragraphs and tables."""
    parts = [f"<p>{escape(report.preamble)}</p>"]
    for section in report.format.sections:
        parts.append(f"<p><strong>{section.ordinal}、{escape(section.heading)}</strong></p>")
        if section.table:
            parts.append(_html_table(printed_table(report, section.table)))
        else:
            parts.extend(f"<p>{escape(line)}</p>" for line in paragraphs(report, section.key))
    return "\n".join(parts)


def _html_table(lines: Lines) -> str:
    rows = []
    for line in lines:
        cells = "".join(f"<td{_spans(box)}>{escape(box.text)}</td>" for box in line)
        rows.append(f"<tr>{cells}</tr>")
    return '<table border="1" cellspacing="0">' + "".join(rows) + "</table>"


def _spans(box: Box) -> str:
    counts = {"rowspan": box.rows, "colspan": box.columns}
    return "".join(f' {name}="{count}"' for name, count in counts.items() if count > 1)
