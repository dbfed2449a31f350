"""Tables in every shape in which agencies publish them, written from data with known truth."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.formats import load_format
from monitor.reading.model import Report
from tests.monitor.reading.reading_of import cells, html_report
from tests.monitor.reading.writing import Cells, Style, Truth, a_truth, write_html

REMEDIES = ((1, 2, 3, 4), (0, 0, 1, 0), (10, 20, 0, 5))


def _wide(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _thousands(text: str) -> str:
    return f"{int(text):,}"


def _paragraphs(text: str) -> str:
    return f"<p class=MsoNormal>&nbsp;{text}<o:p></o:p></p>"


STYLES = st.builds(
    Style,
    spans=st.sampled_from(["merged", "padded", "bare"]),
    header=st.sampled_from(["full", "flat", "none"]),
    cell_tag=st.sampled_from(["td", "th", "TD"]),
    inner=st.sampled_from(["{}", "<p>&nbsp;<span>{}</span></p>", "<div><b>{}</b><br></div>"]),
    split_after=st.sampled_from([None, 1, 2, 5, 12, 18, 24]),
    layout=st.booleans(),
    ordinals=st.sampled_from(["han", "arabic", "none"]),
    value_span=st.integers(1, 3),
)


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    format_id = draw(st.sampled_from(["v2019", "v2021"]))
    rows = len(load_format(format_id).tables["requests"].rows)
    number = st.one_of(st.just(0), st.integers(0, 20_000))
    requests = draw(
        st.lists(st.lists(number, min_size=6, max_size=6), min_size=rows, max_size=rows)
    )
    remedies = draw(st.lists(st.lists(number, min_size=4, max_size=4), min_size=3, max_size=3))
    first = draw(st.lists(number, min_size=24, max_size=24))
    values = iter(first)
    return a_truth(format_id, requests, remedies, lambda row, column: str(next(values)))


def assert_all_read(report: Report, truth: Truth) -> None:
    assert cells(report) == truth.cells
    assert report.format_found == truth.format
    keys = [spec.key for spec in load_format(truth.format).sections]
    assert [section.key for section in report.sections] == keys
    assert report.title == truth.title
    assert report.preamble == truth.preamble
    assert report.damage == ()
    assert not any(table.unknown_rows for table in report.tables.values())


@given(truth=truths(), style=STYLES)
@settings(max_examples=80, deadline=None)
def test_every_cell_is_read_in_whatever_style_it_is_written(truth: Truth, style: Style) -> None:
    assert_all_read(html_report(write_html(truth, style)), truth)


@given(data=st.data(), truth=truths(), style=STYLES)
@settings(max_examples=80, deadline=None)
def test_blank_cells_stay_blank_and_in_their_columns(
    data: st.DataObject, truth: Truth, style: Style
) -> None:
    every = data.draw(st.integers(2, 9))
    first = data.draw(st.integers(0, every - 1))
    kept = data.draw(st.booleans())
    truth = _with_blanks(truth, {n for n in range(230) if (n % every == first) != kept})
    read = cells(html_report(write_html(truth, style)))
    for table, rows in truth.cells.items():
        for row, values in rows.items():
            for column, text in values.items():
                # Where a row's columns cannot be told, it is unread; never is it wrong.
                assert read[table][row][column] in (text, None), (table, row, column)


def _with_blanks(truth: Truth, blank: set[int]) -> Truth:
    number = 0
    emptied: Cells = {}
    for table, rows in truth.cells.items():
        emptied[table] = {}
        for row, values in rows.items():
            emptied[table][row] = {}
            for column, text in values.items():
                emptied[table][row][column] = "" if number in blank else text
                number += 1
    return replace(truth, cells=emptied)


@pytest.mark.parametrize("spans", ["merged", "padded", "bare"])
@pytest.mark.parametrize("header", ["full", "flat", "none"])
@pytest.mark.parametrize("blank", ["", "&nbsp;", "&nbsp;<o:p></o:p>", "　"])
def test_a_report_of_blank_cells_is_read_as_blank(spans: str, header: str, blank: str) -> None:
    truth = _with_blanks(a_truth(), set(range(300)))
    style = Style(spans=spans, header=header, value=lambda _: blank)
    assert_all_read(html_report(write_html(truth, style)), truth)


@pytest.mark.parametrize("write", [_wide, _thousands])
def test_numbers_stay_as_printed(write: Callable[[str], str]) -> None:
    truth = a_truth(requests=[(1000, 0, 0, 0, 0, 234)] * 25)
    read = cells(html_report(write_html(truth, Style(value=write))))
    assert read["requests"]["new"]["total"] == write("1234")


@pytest.mark.parametrize("sign", ["/", "—", "无", "-", "约3", "若干"])
def test_what_is_no_number_is_read_as_printed(sign: str) -> None:
    truth = a_truth(remedies=REMEDIES)
    page = (
        write_html(truth)
        .decode()
        .replace("<td>0</td><td>1</td><td>1</td>", f"<td>{sign}</td><td>1</td><td>1</td>", 1)
    )
    assert cells(html_report(page))["requests"]["new"]["legal_service"] == sign


def test_word_markup_around_cells_changes_nothing() -> None:
    truth = a_truth(remedies=REMEDIES)
    style = Style(
        inner="<p class=MsoNormal align=center style='mso-bidi-font-size:10.5pt'>"
        "<span lang=EN-US>{}<o:p></o:p></span></p>"
    )
    page = write_html(truth, style).decode()
    noise = (
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml>"
        "<![endif]--><![if !supportEmptyParas]>&nbsp;<![endif]><style>td{color:red}</style>"
    )
    assert_all_read(html_report(page.replace("<h1>", noise + "<h1>")), truth)


def test_labels_broken_over_lines_are_the_same_labels() -> None:
    truth = a_truth(remedies=REMEDIES)
    style = Style(label=lambda text: re.sub("(商业|科研|结果|尚未|自然)", r"\1<br/>", text))
    assert_all_read(html_report(write_html(truth, style)), truth)


def test_a_report_in_traditional_characters_is_read() -> None:
    truth = a_truth(remedies=REMEDIES)
    table = str.maketrans("总结果维审诉讼请业组织数属国", "總結果維審訴訟請業組織數屬國")
    style = Style(label=lambda text: text.translate(table))
    assert cells(html_report(write_html(truth, style))) == truth.cells


def test_the_whole_report_in_one_table() -> None:
    truth = a_truth(remedies=REMEDIES)
    page = write_html(truth).decode()
    start, end = page.index("<h1>"), page.index("</div></div>\n<div class='foot'")
    inner = page[start:end].replace("<table>", "").replace("</table>", "")
    rows = re.sub("<(p|h1)>(.*?)</(?:p|h1)>", r'<tr><td colspan="10">\2</td></tr>', inner)
    page = page[:start] + f"<table>{rows}</table>" + page[end:]
    assert_all_read(html_report(page), truth)


def test_a_header_in_another_order_moves_the_values() -> None:
    truth = a_truth(requests=[(1, 2, 3, 4, 5, 6)] * 25)
    page = write_html(truth, Style(header="flat")).decode()
    page = page.replace("<td>商业企业</td><td>科研机构</td>", "<td>科研机构</td><td>商业企业</td>")
    read = cells(html_report(page))
    assert read["requests"]["new"]["research"] == "2"
    assert read["requests"]["new"]["commercial"] == "3"


def test_a_header_whose_spans_are_broken_moves_nothing() -> None:
    truth = a_truth(requests=[(1, 2, 3, 4, 5, 6)] * 25)
    page = write_html(truth).decode()
    page = page.replace(' rowspan="3" colspan="3"', "").replace(' rowspan="2"', "")
    assert cells(html_report(page))["requests"] == truth.cells["requests"]


def test_reworded_labels_are_known_by_their_place_and_kept_as_printed() -> None:
    page = (
        write_html(a_truth())
        .decode()
        .replace("1.属于国家秘密", "1.属于国家机密")
        .replace("现行有效件数", "现行有效件")
        .replace("（七）总计", "合计")
        .replace("二、上年结转政府信息公开申请数量", "上年结转申请数量")
    )
    report = html_report(page)
    assert cells(report) == a_truth().cells
    rows = {label.key: label.text for label in report.tables["requests"].row_labels}
    assert rows["deny_state_secret"] == "1.属于国家机密"
    assert rows["handled_total"] == "合计"
    assert rows["carried_in"] == "上年结转申请数量"
    columns = {x.key: x.text for x in report.tables["proactive_disclosure"].column_labels}
    assert columns["in_force"] == "现行有效件"


def test_headers_cut_short_are_told_by_what_is_left_of_them() -> None:
    truth = a_truth("v2019")
    page = write_html(truth).decode().replace("本年新制作数量", "本年新")
    page = page.replace("本年新公开数量", "本年新").replace(
        "第二十条第（五）项", "第二十条第一款第（五）项"
    )
    report = html_report(page)
    assert cells(report) == truth.cells
    assert report.format_found == "v2019"


def test_a_first_table_whose_columns_stand_in_another_order() -> None:
    truth = a_truth()
    page = write_html(truth).decode()
    old, new = (
        "<td>本年制发件数</td><td>本年废止件数</td>",
        "<td>本年废止件数</td><td>本年制发件数</td>",
    )
    read = cells(html_report(page.replace(old, new)))["proactive_disclosure"]["regulations"]
    written = truth.cells["proactive_disclosure"]["regulations"]
    assert (read["issued"], read["repealed"]) == (written["repealed"], written["issued"])


@pytest.mark.parametrize("row", ["refuse_repeat", "carried_out", "new", "handled_total"])
def test_a_row_that_the_agency_left_out_is_absent_and_no_damage(row: str) -> None:
    truth = a_truth()
    del truth.cells["requests"][row]
    report = html_report(write_html(truth, Style(spans="bare")))
    assert cells(report) == truth.cells
    assert report.damage == ()


def test_a_column_of_line_numbers_changes_nothing() -> None:
    page = write_html(a_truth(), Style(spans="bare", header="none")).decode()
    start, end = page.index("<tr><td>一、本年新收"), page.index("<p><b>四、")
    rows = page[start:end]
    for number in range(1, 26):
        rows = rows.replace("<tr><td>", f"<tr><td><b></b>{number}</td><td>", 1)
        rows = rows.replace(f"<tr><td><b></b>{number}", f"<TR><td>{number}", 1)
    assert cells(html_report(page[:start] + rows + page[end:])) == a_truth().cells


def test_group_labels_on_lines_of_their_own_are_no_rows() -> None:
    page = write_html(a_truth(), Style(spans="bare")).decode()
    for group, first in [
        ("三、本年度办理结果", "（一）予以公开"),
        ("（三）不予公开", "1.属于国家秘密"),
        ("（六）其他处理", "1.申请人无正当理由"),
    ]:
        for blank in ("<td></td>" * 7,):
            line = f"<tr><td>{group}</td>{blank}</tr>"
            page = page.replace(f"<tr><td>{first}", f"{line}<tr><td>{first}", 1)
    report = html_report(page)
    assert cells(report) == a_truth().cells
    assert report.tables["requests"].unknown_rows == ()


def test_a_row_of_the_agencys_own_is_kept_apart() -> None:
    page = write_html(a_truth(), Style(spans="bare")).decode()
    own = "<tr><td>6.要求说明理由</td>" + "<td>1</td>" * 7 + "</tr>"
    page = page.replace("<tr><td>1.申请人无正当理由", own + "<tr><td>1.申请人无正当理由")
    report = html_report(page)
    assert report.tables["requests"].unknown_rows == (("6.要求说明理由", ("1",) * 7),)
    assert cells(report) == a_truth().cells


def test_one_cell_over_all_columns_is_no_value_of_any() -> None:
    page = write_html(a_truth()).decode()
    page = re.sub(r"(1\.属于国家秘密</td>)(?:<td>\d+</td>){7}", r'\1<td colspan="7">0</td>', page)
    report = html_report(page)
    row = report.tables["requests"].values["deny_state_secret"]
    assert [value.text for value in row.values()] == [None] * 7
    assert all(value.reason for value in row.values())
    assert report.tables["requests"].value_counts["deny_state_secret"] == 1


def test_a_value_over_two_rows_belongs_to_the_first() -> None:
    truth = a_truth(requests=[(1, 2, 3, 4, 5, 6)] * 25)
    page = write_html(truth).decode()
    first, second = page.index("1.属于国家秘密"), page.index("2.其他法律行政法规禁止公开")
    end = page.index("</tr>", second)
    row = page[first:second].replace("<td>21</td>", '<td rowspan="2">21</td>')
    page = page[:first] + row + page[second:end].replace("<td>21</td>", "") + page[end:]
    read = cells(html_report(page))["requests"]
    assert read["deny_state_secret"]["total"] == "21"
    assert read["deny_other_law"]["total"] is None
    assert read["deny_other_law"]["natural"] == "1"
    assert read["deny_third_party"] == truth.cells["requests"]["deny_third_party"]


def test_several_numbers_in_one_cell_are_no_number() -> None:
    page = write_html(a_truth()).decode()
    page = re.sub(r"(1\.属于国家秘密</td>)<td>\d+</td>", r"\1<td><p>1</p><p>2</p></td>", page)
    value = html_report(page).tables["requests"].values["deny_state_secret"]["natural"]
    assert value.text is None


def test_a_single_value_printed_in_three_cells_is_read_once() -> None:
    truth = a_truth()
    page = write_html(truth).decode()
    number = truth.cells["proactive_disclosure"]["licensing"]["decisions"]
    page = page.replace(f'<td colspan="3">{number}</td>', f"<td>{number}</td><td></td><td></td>")
    assert cells(html_report(page)) == truth.cells


def _in_two_tables(truth: Truth) -> str:
    page = write_html(truth).decode()
    start = page.index('<table><tr><td colspan="5">行政复议')
    end = page.index("</table>", start) + len("</table>")
    five = "".join(
        f"<td>{x}</td>" for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    )
    groups = [
        "".join(f"<td>{text}</td>" for text in group.values())
        for group in truth.cells["remedies"].values()
    ]
    return (
        page[:start]
        + f'<table><tr><td colspan="5">行政复议</td></tr><tr>{five}</tr>'
        + f"<tr>{groups[0]}</tr></table>"
        + '<table><tr><td colspan="10">行政诉讼</td></tr><tr><td colspan="5">未经复议直接起诉</td>'
        + f'<td colspan="5">复议后起诉</td></tr><tr>{five}{five}</tr>'
        + f"<tr>{groups[1]}{groups[2]}</tr></table>"
        + page[end:]
    )


def test_remedies_in_two_tables() -> None:
    truth = a_truth(remedies=REMEDIES)
    assert cells(html_report(_in_two_tables(truth))) == truth.cells


@pytest.mark.parametrize("blank", [("review",), ("suit_direct", "suit_after")])
def test_one_of_two_tables_of_remedies_may_be_left_blank(blank: tuple[str, ...]) -> None:
    truth = a_truth(remedies=REMEDIES)
    remedies = {
        group: dict.fromkeys(values, "") if group in blank else values
        for group, values in truth.cells["remedies"].items()
    }
    truth = replace(truth, cells={**truth.cells, "remedies": remedies})
    assert cells(html_report(_in_two_tables(truth))) == truth.cells


def _without_remedies(page: str) -> tuple[str, str]:
    start = page.index('<table><tr><td colspan="5">行政复议')
    end = page.index("</table>", start) + len("</table>")
    return page[:start], page[end:]


def test_remedies_one_under_another() -> None:
    truth = a_truth(remedies=REMEDIES)
    before, after = _without_remedies(write_html(truth).decode())
    labels = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    rows = "".join(
        f"<tr><td>{label}</td><td>{text}</td></tr>"
        for group in truth.cells["remedies"].values()
        for label, text in zip(labels, group.values(), strict=True)
    )
    assert cells(html_report(f"{before}<table>{rows}</table>{after}")) == truth.cells


def test_a_remedies_table_without_values_is_there_and_unread() -> None:
    page = write_html(a_truth()).decode()
    before, after = _without_remedies(page)
    table = page[len(before) : len(page) - len(after)]
    report = html_report(before + table[: table.rindex("<tr>")] + "</table>" + after)
    assert set(report.tables["remedies"].value_counts.values()) == {0}
    for group in report.tables["remedies"].values.values():
        assert {value.text for value in group.values()} == {None}


@pytest.mark.parametrize("cells_printed", [14, 16])
def test_a_wrong_number_of_remedies_cells_is_no_value_of_any_column(cells_printed: int) -> None:
    before, after = _without_remedies(write_html(a_truth()).decode())
    five = "".join(
        f"<td>{x}</td>" for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    )
    row = "".join(f"<td>{number}</td>" for number in range(1, cells_printed + 1))
    report = html_report(f"{before}<table><tr>{five * 3}</tr><tr>{row}</tr></table>{after}")
    table = report.tables["remedies"]
    assert set(table.value_counts.values()) == {cells_printed}
    last = table.values["suit_after"]["total"]
    assert last.text is None


def test_the_older_table_in_a_newer_report_is_told() -> None:
    old, new = a_truth("v2019"), a_truth("v2021")
    assert html_report(write_html(old)).format_found == "v2019"
    mixed = write_html(new).decode().replace("本年制发件数", "本年新制作数量")
    assert html_report(mixed).format_found == "hybrid"


@pytest.mark.parametrize(
    "table",
    [
        '<table><tr><td rowspan="99999" colspan="99999">规章</td></tr></table>',
        "<table><tr><td rowspan='0' colspan='-3'>一</td><td>二</td></tr></table>",
        "<table><tr></tr><tr><th></th></tr></table>",
        "<table>" + "<tr><td colspan=x>规章</td></tr>" * 3,
    ],
)
def test_absurd_spans_do_no_harm(table: str) -> None:
    html_report(f"<html><body><p>二、主动公开政府信息情况</p>{table}</body></html>")
