"""Writes reports as agencies and converters do, from typed data whose truth is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from monitor.formats import Format, RowSpec, load_format
from monitor.reading.normalise import split_ordinal
from tests.monitor.building import PREAMBLE, PROSE

Cells = dict[str, dict[str, dict[str, str]]]
"""Table, row, column to the printed text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a written report holds."""

    format: str
    cells: Cells
    title: str = "示例县科技局2023年政府信息公开工作年度报告"
    preamble: str = PREAMBLE
    prose: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict(PROSE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How it is written."""

    spans: str = "merged"
    """``merged`` spans cells as the model does, ``padded`` writes blank cells for covered ones,
    ``bare`` leaves label cells out altogether."""
    header: str = "full"
    """``full``, ``flat`` (one header line), ``none``."""
    cell_tag: str = "td"
    inner: str = "{}"
    """How a text stands in its cell, such as ``<p><span>{}</span></p>``."""
    split_after: int | None = None
    """The requests table is closed and opened again after so many rows."""
    layout: bool = False
    """The whole report stands in a cell of an outer table."""
    ordinals: str = "han"
    """``han`` 一、, ``arabic`` 1、 or ``none``."""
    value: Callable[[str], str] = str
    label: Callable[[str], str] = str
    value_span: int = 1
    """Columns of the grid that one value column takes."""


_PAGE = """<!DOCTYPE html><html><head><meta charset='utf-8'>
<title>{title}_示例县人民政府</title><meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="2024-01-25 09:00"></head><body>
<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/zwgk'>依申请公开</a></li></ul></div>
<div class='main'><div class='text'>{body}</div></div>
<div class='foot'>版权所有：示例县人民政府 <a href='/map'>网站地图</a></div></body></html>"""


def write_html(truth: Truth, style: Style | None = None) -> bytes:
    """Return the report as a page with navigation, labels and a footer around it."""
    style = style or Style()
    body = "\n".join(
        [f"<h1>{truth.title}</h1>", f"<p>{escape(truth.preamble)}</p>", *_sections(truth, style)]
    )
    if style.layout:
        side = "<table><tr><td>栏目</td><td>年报</td></tr></table>"
        body = f"<table><tr><td>{side}</td><td>{body}</td></tr></table>"
    return _PAGE.format(title=truth.title, body=body).encode()


def write_plain(truth: Truth, *, split_after: int | None = None) -> bytes:
    """Return the report as text with tab-separated rows, label columns shifted to the left."""
    form = load_format(truth.format)
    lines = [truth.title, "", truth.preamble, ""]
    for spec in form.sections:
        lines += [f"{spec.ordinal}、{spec.heading}", ""]
        lines += [part for text in truth.prose[spec.key] for part in (text, "")]
        if spec.table:
            lines += [*_PLAIN[spec.table](truth, form, split_after), ""]
    return "\n".join(lines).encode()


def write_flattened(truth: Truth) -> bytes:
    """Return the report as one paragraph, labels and digits run together."""
    form = load_format(truth.format)
    parts = [truth.preamble]
    for spec in form.sections:
        parts += [f"{spec.ordinal}、{spec.heading}", *truth.prose[spec.key]]
        if spec.table:
            rows = _PLAIN[spec.table](truth, form, None)
            parts += ["".join(row.replace("\t", "") for row in rows)]
    return (truth.title + "\n" + "".join(parts)).encode()


def a_truth(
    format_id: str = "v2021",
    requests: Sequence[Sequence[int]] | None = None,
    remedies: Sequence[Sequence[int]] = ((0, 0, 0, 0),) * 3,
    proactive: Callable[[str, str], str] | None = None,
) -> Truth:
    """Return consistent data: six applicants for each row of requests, four results a group."""
    form = load_format(format_id)
    rows = form.tables["requests"].rows
    given = requests or [(index, 0, index % 3, 0, 0, 1) for index in range(len(rows))]
    cells: Cells = {"requests": {}, "remedies": {}, "proactive_disclosure": {}}
    for row, applicants in zip(rows, given, strict=True):
        cells["requests"][row.key] = _named(row, [*applicants, sum(applicants)])
    for row, results in zip(form.tables["remedies"].rows, remedies, strict=True):
        cells["remedies"][row.key] = _named(row, [*results, sum(results)])
    for number, row in enumerate(form.tables["proactive_disclosure"].rows, start=1):
        cells["proactive_disclosure"][row.key] = {
            column.key: proactive(row.key, column.key) if proactive else str(number * 10 + place)
            for place, column in enumerate(row.columns)
        }
    return Truth(format=format_id, cells=cells)


def _named(row: RowSpec, numbers: Sequence[int]) -> dict[str, str]:
    return {column.key: str(n) for column, n in zip(row.columns, numbers, strict=True)}


def _sections(truth: Truth, style: Style) -> list[str]:
    form = load_format(truth.format)
    parts = []
    for number, spec in enumerate(form.sections, start=1):
        before = {"han": f"{spec.ordinal}、", "arabic": f"{number}、 ", "none": ""}[style.ordinals]
        parts.append(f"<p><b>{before}{spec.heading}</b></p>")
        parts += [f"<p>{escape(text)}</p>" for text in truth.prose[spec.key]]
        if spec.table:
            parts.append(_HTML[spec.table](truth, form, style))
    return parts


def _td(text: str, style: Style, *, rows: int = 1, columns: int = 1) -> str:
    spans = (f' rowspan="{rows}"' if rows > 1 else "") + (
        f' colspan="{columns}"' if columns > 1 else ""
    )
    return f"<{style.cell_tag}{spans}>{style.inner.format(text)}</{style.cell_tag}>"


def _label(text: str, style: Style, *, rows: int = 1, columns: int = 1) -> str:
    return _td(style.label(escape(text)), style, rows=rows, columns=columns)


def _value(text: str, style: Style, *, columns: int = 1) -> str:
    return _td(style.value(text), style, columns=columns * style.value_span)


def _table(rows: Sequence[str]) -> str:
    return "<table>" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _proactive_html(truth: Truth, form: Format, style: Style) -> str:
    rows = []
    for block in form.tables["proactive_disclosure"].blocks:
        rows.append(_label(block.caption, style, columns=4))
        wide = 3 // len(block.columns) if style.spans == "merged" else 1
        if style.header != "none":
            rows.append(
                _label("信息内容", style)
                + "".join(_label(column.label, style, columns=wide) for column in block.columns)
            )
        for spec in block.rows:
            texts = truth.cells["proactive_disclosure"].get(spec.key)
            if texts is not None:
                rows.append(
                    _label(spec.label, style)
                    + "".join(_value(text, style, columns=wide) for text in texts.values())
                )
    return _table(rows)


def _requests_html(truth: Truth, form: Format, style: Style) -> str:
    table = form.tables["requests"]
    rows = _requests_header(table.corner or "", style)
    specs = [spec for spec in table.rows if spec.key in truth.cells["requests"]]
    tables: list[list[str]] = [rows]
    for number, spec in enumerate(specs):
        if number and number == style.split_after:
            tables.append([])
        split = style.split_after or 0
        chunk = specs[:split] if number < split else specs[split:]
        labels = _request_labels(spec, specs, number, chunk, style)
        values = "".join(_value(t, style) for t in truth.cells["requests"][spec.key].values())
        tables[-1].append(labels + values)
    return "".join(_table(part) for part in tables)


def _requests_header(corner: str, style: Style) -> list[str]:
    members = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    wide = style.value_span
    if style.header == "none":
        return []
    if style.header == "flat":
        labels = ["自然人", *members, "总计"]
        return [
            _label(corner, style, columns=3)
            + "".join(_label(label, style, columns=wide) for label in labels)
        ]
    return [
        _label(corner, style, rows=3, columns=3) + _label("申请人情况", style, columns=7 * wide),
        _label("自然人", style, rows=2, columns=wide)
        + _label("法人或其他组织", style, columns=5 * wide)
        + _label("总计", style, rows=2, columns=wide),
        "".join(_label(member, style, columns=wide) for member in members),
    ]


def _request_labels(
    spec: RowSpec,
    specs: Sequence[RowSpec],
    number: int,
    chunk: Sequence[RowSpec],
    style: Style,
) -> str:
    path = spec.path
    if style.spans == "bare":
        return _label(path[-1], style)
    cells = []
    for depth, text in enumerate(path):
        same = [s for s in chunk if s.path[: depth + 1] == path[: depth + 1]]
        starts = depth == len(path) - 1 or number == 0 or chunk[0] is spec
        starts = starts or specs[number - 1].path[: depth + 1] != path[: depth + 1]
        wide = 4 - len(path) if depth == len(path) - 1 else 1
        if style.spans == "padded":
            cells.append(_label(text if starts else "", style))
            if depth == len(path) - 1:
                cells += [_label("", style)] * (wide - 1)
        elif starts:
            rows = 1 if depth == len(path) - 1 else len(same)
            cells.append(_label(text, style, rows=rows, columns=wide))
    return "".join(cells)


def _remedies_html(truth: Truth, form: Format, style: Style) -> str:
    rows = []
    five = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    if style.header == "flat":
        rows.append("".join(_label(label, style) for label in five * 3))
    elif style.header == "full":
        rows += [
            _label("行政复议", style, columns=5) + _label("行政诉讼", style, columns=10),
            "".join(_label(label, style, rows=2) for label in five)
            + _label("未经复议直接起诉", style, columns=5)
            + _label("复议后起诉", style, columns=5),
            "".join(_label(label, style) for label in five * 2),
        ]
    groups = [truth.cells["remedies"][row.key] for row in form.tables["remedies"].rows]
    rows.append("".join(_value(text, style) for group in groups for text in group.values()))
    return _table(rows)


def _proactive_plain(truth: Truth, form: Format, split_after: int | None) -> list[str]:
    lines = []
    for block in form.tables["proactive_disclosure"].blocks:
        padding = "\t" * (3 - len(block.columns))
        lines.append(f"{block.caption}\t\t\t")
        lines.append("\t".join(["信息内容", *(c.label for c in block.columns)]) + padding)
        for spec in block.rows:
            texts = truth.cells["proactive_disclosure"].get(spec.key)
            if texts is not None:
                lines.append("\t".join([spec.label, *texts.values()]) + padding)
    return lines


def _requests_plain(truth: Truth, form: Format, split_after: int | None) -> list[str]:
    table = form.tables["requests"]
    lines = [
        f"{table.corner}\t\t申请人情况\t\t\t\t\t\t总计\t",
        "\t\t自然人\t法人或其他组织\t\t\t\t\t\t",
        "\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t\t",
    ]
    before: tuple[str, ...] = ()
    shown = [spec for spec in table.rows if spec.key in truth.cells["requests"]]
    for number, spec in enumerate(shown):
        if number and number == split_after:
            lines.append("")
        groups = [
            "" if spec.path[: depth + 1] == before[: depth + 1] else label
            for depth, label in enumerate(spec.path[:-1])
        ]
        values = truth.cells["requests"][spec.key].values()
        padding = ["", ""] if len(spec.path) == 1 else []
        label = spec.path[-1]
        lines.append("\t".join([*groups, label, *padding[:1], *values, *padding[1:]]))
        before = spec.path
    return lines


def _remedies_plain(truth: Truth, form: Format, split_after: int | None) -> list[str]:
    five = ["结果 维持", "结果 纠正", "其他 结果", "尚未 审结", "总计"]
    groups = [truth.cells["remedies"][row.key] for row in form.tables["remedies"].rows]
    return [
        "行政复议\t\t\t\t\t行政诉讼\t\t\t\t\t\t\t\t\t",
        "\t".join([*five, "未经复议直接起诉", "", "", "", "", "复议后起诉", "", "", "", ""]),
        "\t".join(["", "", "", "", "", *five, *five]),
        "\t".join(text for group in groups for text in group.values()),
    ]


def core_of(label: str) -> str:
    """Return a label without its number."""
    return split_ordinal(label)[1]


_HTML = {
    "proactive_disclosure": _proactive_html,
    "requests": _requests_html,
    "remedies": _remedies_html,
}
_PLAIN = {
    "proactive_disclosure": _proactive_plain,
    "requests": _requests_plain,
    "remedies": _remedies_plain,
}
