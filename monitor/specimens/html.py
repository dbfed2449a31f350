"""Writes a specimen as HTML in the markup of many content systems and editors."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from random import Random

from monitor.specimens.html_look import PLAIN, HtmlLook
from monitor.specimens.layouts import Box, Lines, contents, header_lines
from monitor.specimens.misprinting import is_pictured
from monitor.specimens.model import Heading, Specimen, number_text

_OPENING = {
    "plain": '<table border="1" cellspacing="0">',
    "trs": '<table class="ke-zeroborder" border="1" cellpadding="0" style="width:100%;">',
    "hanweb": '<table width="600" border="1" align="center" bordercolor="#000000">',
    "ueditor": '<table class="selectTdClass" width="567" data-sort="sortDisabled">',
    "wang": '<table style="width: auto; text-align: center;">',
    "word": "<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse;"
    "mso-border-alt:solid windowtext .5pt;mso-padding-alt:0cm 5.4pt 0cm 5.4pt'>",
    "pasted": "<table>",
}
_PARAGRAPH = {
    "plain": ("<p>", "</p>"),
    "trs": ('<p style="text-align:justify;line-height:2em">', "</p>"),
    "hanweb": (
        '<p class="p0" style="margin-top:0pt"><font face="仿宋_GB2312" size="4">',
        "</font></p>",
    ),
    "ueditor": ('<p style="white-space: normal;"><span style="font-family:仿宋;">', "</span></p>"),
    "wang": ('<p data-we-empty-p="">', "</p>"),
    "word": ("<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'>", "</p>"),
    "pasted": ("", "<br>"),
}
_WORD_RUN = (
    "<span style='font-family:宋体;mso-hansi-font-family:\"Times New Roman\"'>{}<o:p></o:p></span>"
)
_INDENT = {"none": "", "css": "", "nbsp": "&nbsp;&nbsp;&nbsp;&nbsp;", "ideographic": "　　"}
_HEADING = {
    "strong": "<strong>{}</strong>",
    "span": '<span style="font-family:黑体;font-size:21px">{}</span>',
    "p": "{}",
}
_LATIN = re.compile(r"[0-9A-Za-z.,%〔〕:/-]+")


def html_body(report: Specimen, look: HtmlLook = PLAIN) -> str:
    """Return the report below its title as an HTML fragment: headings, paragraphs and tables."""
    parts = []
    for part in contents(report, look.shape):
        if isinstance(part, Heading):
            parts.append(_heading(report, part, look))
            if part.table and is_pictured(report, part.table):
                parts.append(f'<p align="center"><img src="/images/{part.table}.png"></p>')
        elif isinstance(part, str):
            parts.append(paragraph(part, look))
        else:
            parts.append(_table(part, look))
    return "\n".join(parts)


def paragraph(text: str, look: HtmlLook, around: str = "{}") -> str:
    """Return a paragraph in the markup of the look's editor."""
    before, after = _PARAGRAPH[look.editor]
    if look.indent == "css" and before == "<p>":
        before = '<p style="text-indent:2em">'
    return before + _INDENT[look.indent] + around.format(_run(text, look)) + after


def _heading(report: Specimen, heading: Heading, look: HtmlLook) -> str:
    number = number_text(heading.number, report.numbering)
    if look.heading in ("h2", "h3"):
        return f"<{look.heading}>{_run(number + heading.text, look)}</{look.heading}>"
    if look.heading != "split":
        return paragraph(number + heading.text, look, _HEADING[look.heading])
    before, after = _PARAGRAPH[look.editor]
    pieces = "".join(f"<span>{_run(text, look)}</span>" for text in (number, heading.text) if text)
    return f"{before}<b>{pieces}</b>{after}"


def _table(lines: Lines, look: HtmlLook) -> str:
    head = header_lines(lines) if look.grouping == "thead" else 0
    rows = [_row(line, look, top=number < head) for number, line in enumerate(lines)]
    # A cell may not span out of the head of its table.
    grouped = {
        "none": "".join(rows),
        "tbody": f"<tbody>{''.join(rows)}</tbody>",
        "thead": f"<thead>{''.join(rows[:head])}</thead><tbody>{''.join(rows[head:])}</tbody>",
    }[look.grouping]
    table = f"{_OPENING[look.editor]}{_columns(lines, look)}{grouped}{_misaligned(look)}</table>"
    return "<div>" * look.boxed + table + "</div>" * look.boxed


def _columns(lines: Lines, look: HtmlLook) -> str:
    return (
        f"<colgroup>{'<col>' * sum(b.columns for b in lines[0])}</colgroup>"
        if (look.editor == "ueditor")
        else ""
    )


def _misaligned(look: HtmlLook) -> str:
    """Return the row of no height by which Word states the widths of its columns."""
    if look.editor != "word":
        return ""
    cells = "<td width=57 style='border:none'></td>" * 4
    return f"<![if !supportMisalignedColumns]><tr height=0>{cells}</tr><![endif]>"


def _row(line: Sequence[Box], look: HtmlLook, *, top: bool) -> str:
    return "<tr>" + "".join(_cell(box, look, top=top) for box in line) + "</tr>"


def _cell(box: Box, look: HtmlLook, *, top: bool) -> str:
    tag = look.header_tag if top or (not box.value and look.grouping != "thead") else "td"
    wide = box.columns * (2 if look.wide_values else 1)
    counts = {"rowspan": box.rows, "colspan": wide}
    spans = "".join(f' {name}="{count}"' for name, count in counts.items() if count > 1)
    if not box.text:
        return f"<{tag}{spans}>{look.blank}</{tag}>"
    text = box.text if box.value or not look.broken_labels else _broken(box.text)
    inner = look.cell.format("<br>".join(_run(line, look) for line in text.split("\n")))
    return f"<{tag}{spans}>{inner}</{tag}>"


def _broken(label: str) -> str:
    """Return a short label over two lines: 结果/维持."""
    return f"{label[:2]}\n{label[2:]}" if 4 <= len(label) <= 8 else label


def _run(text: str, look: HtmlLook) -> str:
    if look.shattered:
        pieces = "".join(f"<span>{_text(piece, look)}</span>" for piece in _pieces(text, look))
    elif look.editor == "word":
        pieces = _LATIN.sub(lambda match: f"\x00{match[0]}\x01", text)
        pieces = _text(pieces, look).replace("\x00", "<span lang=EN-US>").replace("\x01", "</span>")
    else:
        return _text(text, look)
    return _WORD_RUN.format(pieces) if look.editor == "word" else pieces


def _pieces(text: str, look: HtmlLook) -> Iterator[str]:
    chance = Random(f"{look.seed} {text}")  # noqa: S311
    start = 0
    while start < len(text):
        end = start + chance.randint(1, 9)
        yield text[start:end]
        start = end


def _text(text: str, look: HtmlLook) -> str:
    escaped = escape(text)
    if not look.references:
        return escaped
    return "".join(f"&#{ord(c)};" if ord(c) > 0x2FFF else c for c in escaped)
