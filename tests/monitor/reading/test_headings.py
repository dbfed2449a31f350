"""Headings in every wording, numbering and place."""

import pytest

from monitor.formats import load_format
from monitor.reading.model import Report
from tests.monitor.reading.reading_of import html_report, text_report
from tests.monitor.reading.writing import Style, a_truth, write_html

KEYS = [spec.key for spec in load_format("v2021").sections]
HEADINGS = [f"{spec.ordinal}、{spec.heading}" for spec in load_format("v2021").sections]
PAGE = write_html(a_truth()).decode()


def _page(*replacements: tuple[str, str]) -> Report:
    page = PAGE
    for old, new in replacements:
        assert f"<b>{old}</b>" in page
        page = page.replace(f"<b>{old}</b>", f"<b>{new}</b>")
    return html_report(page)


def _keys(report: Report) -> list[str | None]:
    return [section.key for section in report.sections]


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("overview", "一、 总体情况"),
        ("overview", "一 总体情况"),
        ("overview", "一. 总体情况"),
        ("overview", "第一部分 总体情况"),
        ("overview", "一、概述"),
        ("overview", "一、总体情况："),
        ("proactive_disclosure", "二、主动公开情况"),
        ("proactive_disclosure", "二、主动公开政府信息的情况"),
        ("requests", "三、收到和处理政府信息公开申请情况。"),
        ("requests", "三、政府信息公开申请办理情况"),
        ("remedies", "四、政府信息公开行政法复议、行政诉讼情况"),
        ("remedies", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("remedies", "四、政府信息公开行政复议和行政诉讼情况"),
        ("problems", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("problems", "五、存在问题及改进情况"),
        ("problems", "五、存在的问题和下一步改进措施"),
        ("other_matters", "六、其他需要报告事项"),
        ("other_matters", "六、其它需要报告的事项"),
        ("other_matters", "六、需要说明的其他事项"),
    ],
)
def test_a_reworded_heading_is_the_section_it_stands_for(key: str, printed: str) -> None:
    official = HEADINGS[KEYS.index(key)]
    report = _page((official, printed))
    assert _keys(report) == KEYS
    section = report.section(key)
    assert section is not None
    assert section.heading.replace(" ", "") == printed.replace(" ", "")
    assert section.ordinal == KEYS.index(key) + 1


@pytest.mark.parametrize("ordinals", ["arabic", "none"])
def test_headings_whose_numbering_was_lost_are_known(ordinals: str) -> None:
    report = html_report(write_html(a_truth(), Style(ordinals=ordinals)))
    assert _keys(report) == KEYS
    numbers = [section.ordinal for section in report.sections]
    assert numbers == ([1, 2, 3, 4, 5, 6] if ordinals == "arabic" else [None] * 6)


def test_a_wrong_number_is_read_as_printed() -> None:
    report = _page((HEADINGS[1], "一、主动公开政府信息情况"))
    assert [section.ordinal for section in report.sections] == [1, 1, 3, 4, 5, 6]
    assert _keys(report) == KEYS


def test_sections_in_another_order_stay_in_it() -> None:
    report = _page(
        (HEADINGS[4], "六、甲"), (HEADINGS[5], HEADINGS[4]), ("六、甲", "五、其他需要报告的事项")
    )
    assert _keys(report) == [*KEYS[:4], KEYS[5], KEYS[4]]


def test_a_heading_that_runs_on_into_its_text_is_found() -> None:
    page = PAGE.replace(f"<p><b>{HEADINGS[4]}</b></p>\n<p>", f"<p>{HEADINGS[4]}")
    report = html_report(page)
    assert _keys(report) == KEYS
    problems = report.section("problems")
    assert problems is not None
    assert problems.heading == HEADINGS[4]
    assert problems.text.startswith("（一）存在的主要问题。")


def test_a_list_of_contents_is_no_heading_and_no_preamble() -> None:
    contents = "<p>目  录</p>" + "".join(f"<p>{heading}</p>" for heading in HEADINGS)
    report = html_report(PAGE.replace("</h1>", f"</h1>{contents}"))
    assert _keys(report) == KEYS
    assert "目" not in report.preamble[:2]
    assert report.preamble.startswith("根据《中华人民共和国政府信息公开条例》")


def test_headings_named_in_the_preamble_are_none() -> None:
    text = (
        "本报告包括一、总体情况，二、主动公开政府信息情况，三、收到和处理政府信息公开申请情况等。"
    )
    report = html_report(PAGE.replace("<p><b>一、", f"<p>{text}</p><p><b>一、"))
    assert _keys(report) == KEYS
    assert text in report.preamble


def test_sub_headings_like_a_section_stay_in_their_section() -> None:
    text = "<p>（一）主动公开政府信息情况</p><p>（二）行政复议、行政诉讼情况</p><p>没有。</p>"
    report = html_report(
        PAGE.replace("<p>2023年，示例县科技局没有收取", text + "<p>2023年没有收取")
    )
    assert _keys(report) == KEYS
    other = report.section("other_matters")
    assert other is not None
    assert other.text.startswith("（一）主动公开政府信息情况\n（二）行政复议、行政诉讼情况")


def test_a_list_numbered_like_headings_stays_in_its_section() -> None:
    text = "<p>一、存在的不足</p><p>报送偏晚。</p><p>二、改进的措施</p><p>按周核对。</p>"
    report = html_report(PAGE.replace("<p>（一）存在的主要问题", text + "<p>（一）存在的主要问题"))
    assert _keys(report) == KEYS
    problems = report.section("problems")
    assert problems is not None
    assert "二、改进的措施\n按周核对。" in problems.text


def test_a_seventh_heading_is_a_section_of_its_own() -> None:
    end = "没有收取政府信息公开信息处理费。</p>"
    report = html_report(PAGE.replace(end, f"{end}<p>七、附件</p><p>统计表一份。</p>"))
    assert _keys(report) == [*KEYS, None]
    assert report.sections[-1].heading == "七、附件"
    assert report.sections[-1].ordinal == 7
    assert report.sections[-1].text == "统计表一份。"


def test_a_heading_in_the_middle_that_is_none_of_the_six_is_told() -> None:
    page = PAGE
    for old, new in zip("六五四", "七六五", strict=True):
        heading = next(h for h in HEADINGS if h.startswith(f"{old}、"))
        page = page.replace(f"<b>{heading}</b>", f"<b>{new}{heading[1:]}</b>")
    own = "<p>四、政策解读情况</p><p>图解1件。</p>"
    report = html_report(
        page.replace("<p><b>五、政府信息公开行政", own + "<p><b>五、政府信息公开行政")
    )
    assert _keys(report) == [*KEYS[:3], None, *KEYS[3:]]


def test_the_outline_of_the_first_regulation_is_told() -> None:
    headings = ["一、概述", "二、主动公开政府信息的情况", "三、依申请公开政府信息的情况"]
    headings += [
        "四、政府信息公开的收费及减免情况",
        "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
    ]
    headings += ["六、政府信息公开工作存在的主要问题及改进情况", "七、其他需要报告的事项"]
    lines = ["示例县科技局2015年政府信息公开年度报告", "根据《条例》编制。"]
    for heading in headings:
        lines += [heading, "一句话说明情况。"]
    report = text_report("\n\n".join(lines))
    assert report.format_found == "v2008"
    assert report.fiscal_year == 2015
    assert [section.heading for section in report.sections] == headings
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6, 7]
    assert report.tables == {}


def test_a_text_without_any_heading_is_all_preamble() -> None:
    report = text_report("示例县科技局2023年政府信息公开工作年度报告\n\n全年公开信息86条。")
    assert report.sections == ()
    assert report.preamble == "全年公开信息86条。"
    assert report.format_found is None
