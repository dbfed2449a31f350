"""Tables of every make that a page may show, and texts kept in odd places."""

import re
from collections.abc import Callable

import pytest
from lxml import etree

from monitor.formats import load_format
from monitor.reading.html import read_html
from monitor.reading.html_dom import build_nodes
from monitor.reading.model import Report
from tests.monitor.reading.reading_of import cells, html_report
from tests.monitor.reading.writing import Style, a_truth, write_html, write_plain

REMEDIES = ((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5))
REQUESTS = [(i * 3 + 1, i % 4, 0, i % 2, 0, 1 + i % 3) for i in range(25)]
TRUTH = a_truth(remedies=REMEDIES, requests=REQUESTS)
PAGE = write_html(TRUTH).decode()
BARE = write_html(TRUTH, Style(spans="bare")).decode()
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉")
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
KEYS = [spec.key for spec in load_format("v2021").sections]
_TABLE = re.compile("<table>.*?</table>", re.DOTALL)


def assert_read(page: str) -> Report:
    report = html_report(page)
    assert cells(report) == TRUTH.cells
    assert [section.key for section in report.sections] == KEYS
    assert not any(table.unknown_rows for table in report.tables.values())
    assert report.preamble == TRUTH.preamble
    return report


def put(mark: str, table: str) -> str:
    """The page with another table in place of the one that holds the mark."""
    start = PAGE.rindex("<table>", 0, PAGE.index(mark))
    end = PAGE.index("</table>", start) + len("</table>")
    return PAGE[:start] + table + PAGE[end:]


def table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{text}</td>" for text in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _boxes(name: str) -> Callable[[str], str]:
    outer, row, cell = {
        "div": ("div", "div", "div"),
        "ul": ("div", "ul", "li"),
        "ol": ("section", "ol", "li"),
    }[name]

    def written(page: str) -> str:
        page = re.sub("<t[dh][^>]*>", f"<{cell}>", re.sub("</t[dh]>", f"</{cell}>", page))
        page = page.replace("<tr>", f"<{row}>").replace("</tr>", f"</{row}>")
        return page.replace("<table>", f"<{outer}>").replace("</table>", f"</{outer}>")

    return written


@pytest.mark.parametrize("name", ["div", "ul", "ol"])
@pytest.mark.parametrize("page", [PAGE, BARE])
def test_a_table_built_of_boxes_is_a_table(name: str, page: str) -> None:
    assert_read(_TABLE.sub(lambda match: _boxes(name)(match[0]), page))


def test_a_table_built_of_definition_lists() -> None:
    def written(match: re.Match[str]) -> str:
        rows = re.sub(r"<tr><td[^>]*>(.*?)</td>", r"<dl><dt>\1</dt>", match[0])
        rows = re.sub("<td[^>]*>", "<dd>", rows).replace("</td>", "</dd>").replace("</tr>", "</dl>")
        return rows.replace("<table>", "<div>").replace("</table>", "</div>")

    assert_read(_TABLE.sub(written, PAGE))


def test_blank_boxes_stay_blank() -> None:
    page = BARE.replace("<td>1</td>", "<td></td>")
    read = cells(html_report(_TABLE.sub(lambda match: _boxes("div")(match[0]), page)))
    for key, rows in TRUTH.cells.items():
        for row, values in rows.items():
            expected = {column: "" if text == "1" else text for column, text in values.items()}
            assert read[key][row] == expected


def test_requests_with_the_applicants_one_under_another() -> None:
    rows = load_format("v2021").tables["requests"].rows
    lines = [["申请人情况", *(row.label for row in rows)]]
    for label, column in zip(APPLICANTS, rows[0].columns, strict=True):
        values = [TRUTH.cells["requests"][row.key][column.key] for row in rows]
        lines.append([label, *values])
    assert_read(put("勾稽关系", table(lines)))


def _remedies(kind: str) -> str:
    groups = [list(group.values()) for group in TRUTH.cells["remedies"].values()]
    if kind == "a line a group":
        return table([["", *RESULTS], *([n, *g] for n, g in zip(GROUPS, groups, strict=True))])
    if kind == "a column a group":
        return table([["", *GROUPS], *([r, *v] for r, *v in zip(RESULTS, *groups, strict=True))])
    if kind == "one part below the other":
        parts = [
            row
            for name, group in zip(GROUPS, groups, strict=True)
            for row in ([name], list(RESULTS), group)
        ]
        return table(parts)
    if kind == "three tables":
        return "".join(
            f"<p>（{number}）{name}</p>" + table([list(RESULTS), group])
            for number, name, group in zip("一二三", GROUPS, groups, strict=True)
        )
    spans = [f"<td rowspan=5>{name}</td>" for name in GROUPS]
    rows = "".join(
        f"<tr>{span if not n else ''}<td>{RESULTS[n]}</td><td>{value}</td></tr>"
        for span, group in zip(spans, groups, strict=True)
        for n, value in enumerate(group)
    )
    return f"<table>{rows}</table>"


@pytest.mark.parametrize(
    "kind",
    [
        "a line a group",
        "a column a group",
        "one part below the other",
        "three tables",
        "a line a result",
    ],
)
def test_remedies_in_every_arrangement(kind: str) -> None:
    assert_read(put("行政复议</td>", _remedies(kind)))


def test_three_tables_of_remedies_in_another_order_keep_their_names() -> None:
    parts = re.findall("<p>.*?</table>", _remedies("three tables"))
    assert_read(put("行政复议</td>", parts[2] + parts[0] + parts[1]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"<td>(\d+)</td>", r"<td>\1<sup>①</sup></td>"),
        (r"<td>(\d+)</td>", r"<td>\1<sup>[1]</sup></td>"),
        (r"<td>(\d)(\d*)</td>", r"<td><span>\1</span><span>\2</span></td>"),
        (r"<td>(\d+)</td>", r"<td><!-- 9 -->\1<!-- 8 --></td>"),
        (
            r"<td>(\d+)</td>",
            r"<td><i style='display:none'>7</i>\1<b style='mso-hide:all'>8</b></td>",
        ),
        (r"<td>(\d+)</td>", r"<td><input type=hidden value=3>\1</td>"),
        (r"<td>(\d+)</td>", r"<td><i style='font-size:0'>7</i>\1</td>"),
        (r"</t[dr]>", ""),
        ("<table>", "<table><form>"),
        ("</tr>", "</tr><tr><td></td><td>&nbsp;</td></tr>"),
        ("<table>", "<table><tr><td colspan=10>单位：件</td></tr>"),
        ("</table>", "<tr><td colspan=10>注：以上数据由各单位报送汇总。</td></tr></table>"),
        ("(自然人|总计|本年制发件数|结果维持)</td>", r"\1（件）</td>"),
        (r"<td([^>]*)>([^<\d][^<]{4})([^<]+)</td>", r"<td\1><p>\2</p><p>\3</p></td>"),
        (r"<tr>(.*?)</tr>", r"<tr><form>\1</form></tr>"),
    ],
)
def test_what_stands_around_labels_and_values_changes_nothing(old: str, new: str) -> None:
    assert_read(re.sub(old, new, PAGE))


def test_two_paragraphs_in_a_cell_are_two_numbers_and_no_value() -> None:
    page = re.sub(r"(1\.属于国家秘密</td>)<td>\d+</td>", r"\1<td><p>1</p><p>2</p></td>", PAGE)
    row = html_report(page).tables["requests"].values["deny_state_secret"]
    assert row["natural"].text is None
    assert row["natural"].reason


@pytest.mark.parametrize(
    "pattern",
    [r"<td>(\d)\.(\D[^<]*)</td>", r"<td>(（[一二三四五六七]）|[一二三四]、|\d\.)(\D[^<]*)</td>"],
)
def test_ordinals_in_a_column_of_their_own(pattern: str) -> None:
    assert_read(re.sub(pattern, r"<td>\1</td><td>\2</td>", BARE))


def test_the_total_may_stand_in_any_line_of_the_header() -> None:
    third = PAGE.replace('<td rowspan="2">总计</td></tr>', "</tr>", 1)
    assert_read(third.replace("<td>其他</td></tr>", "<td>其他</td><td>总计</td></tr>"))
    first = '<td colspan="6">申请人情况</td><td rowspan="3">总计</td>'
    assert_read(
        PAGE.replace('<td colspan="7">申请人情况</td>', first).replace(
            '<td rowspan="2">总计</td></tr>', "</tr>", 1
        )
    )


def _body(page: str, replaced: Callable[[str], str]) -> str:
    start = page.index("<div class='text'>") + len("<div class='text'>")
    end = page.index("</div></div>\n<div class='foot'")
    return page[:start] + replaced(page[start:end]) + page[end:]


def test_a_text_with_its_lines_as_typed() -> None:
    plain = write_plain(TRUTH).decode().replace("<", "&lt;")
    report = html_report(_body(PAGE, lambda _: f"<pre>{plain}</pre>"))
    assert cells(report) == TRUTH.cells
    assert [section.key for section in report.sections] == KEYS


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("tag", ["textarea", "noscript", "div"])
def test_a_text_that_only_a_script_would_show(tag: str, *, escaped: bool) -> None:
    def kept(body: str) -> str:
        hidden = body.replace("<", "&lt;") if escaped and tag == "textarea" else body
        return f"<{tag} style='display:none'>{hidden}</{tag}>"

    assert_read(_body(PAGE, kept))


@pytest.mark.parametrize(
    "hide", ["style='display: none'", "hidden", "class='only-phones'", "id=phones"]
)
def test_a_hidden_copy_of_the_text_is_not_read(hide: str) -> None:
    style = "<style>.only-phones, #phones { display: none; }</style>"
    page = _body(PAGE, lambda body: f"{body}<div {hide}>{body.replace('>1<', '>8<')}</div>")
    report = assert_read(page.replace("<body>", f"{style}<body>", 1))
    assert report.damage == ()


def test_styles_for_small_screens_hide_nothing() -> None:
    style = "<style>@media (max-width: 600px) { .text { display: none; } }</style>"
    assert_read(PAGE.replace("<body>", f"{style}<body>", 1))


@pytest.mark.parametrize(
    "written",
    [
        r"<ul><li>\1、\2</li></ul>",
        r"<table><tr><td>\1、\2</td></tr></table>",
        r"<p><span>\1</span><span>、</span>\2</p>",
        r"<h2>\1、\2</h2>",
    ],
)
def test_headings_in_other_elements(written: str) -> None:
    assert_read(re.sub("<p><b>([一二三四五六])、([^<]*)</b></p>", written, PAGE))


@pytest.mark.parametrize(
    "written", [r"<p>\1、\2<br>\3</p>", r"<p>\1、</p><p>\2\3</p>", r"<p>\1、\2</p><p>\3</p>"]
)
def test_headings_broken_over_two_lines(written: str) -> None:
    report = assert_read(re.sub("<p><b>([一二三四五六])、([^<]{3})([^<]*)</b></p>", written, PAGE))
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6]


def test_a_title_left_to_a_template_is_none() -> None:
    page = PAGE.replace(f'content="{TRUTH.title}"', 'content="${title}"')
    assert html_report(page.replace("<h1>", "<h1>{{title}}</h1><h1>")).title == TRUTH.title


def test_page_labels_may_be_http_equivalents() -> None:
    page = PAGE.replace('<meta name="PubDate"', '<META HTTP-EQUIV="PubDate"')
    assert read_html(page.encode()).labels["pubdate"] == "2024-01-25 09:00"


def test_the_path_of_every_node_leads_back_to_its_element() -> None:
    page = PAGE.replace("<h1>", "<o:p>x</o:p><script>0</script><o:p>y</o:p><h1>")
    root = etree.fromstring(page.encode(), parser=etree.HTMLParser(encoding="utf-8"))
    nodes = list(build_nodes(root).iter())
    assert len(nodes) > 300
    for node in nodes:
        assert root.xpath(node.path) == [node.element]
