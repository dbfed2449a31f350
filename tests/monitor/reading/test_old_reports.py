"""Reports under Order 492: free outlines, six topics, and the statistics of 2014 to 2018."""

import pytest

from tests.monitor.reading.reading_of import html_report, text_report

TITLE = "示例县科技局2016年政府信息公开工作年度报告"
TOPICS = {
    "概述": "overview",
    "主动公开政府信息的情况": "c1_proactive",
    "依申请公开政府信息和不予公开政府信息的情况": "c2_on_request",
    "政府信息公开的收费及减免情况": "c3_fees",
    "因政府信息公开申请行政复议、提起行政诉讼的情况": "c4_remedies",
    "政府信息公开工作存在的主要问题及改进情况": "c5_problems",
    "其他需要报告的事项": "c6_other",
}
NUMBERS = {
    "han": "一二三四五六七",
    "arabic": "1234567",
    "part": [f"第{han}部分" for han in "一二三四五六七"],
}


@pytest.mark.parametrize("numbering", NUMBERS)
def test_sections_are_keyed_by_the_topics_of_the_order(numbering: str) -> None:
    lines = [TITLE, "根据《条例》编制本报告。"]
    for number, heading in zip(NUMBERS[numbering], TOPICS, strict=True):
        lines += [f"{number}{'　' if numbering == 'part' else '、'}{heading}", "全年办理2件。"]
    report = text_report("\n\n".join(lines))
    assert report.format_found == "v2008"
    assert [section.key for section in report.sections] == list(TOPICS.values())
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6, 7]
    assert {section.text for section in report.sections} == {"全年办理2件。"}


def test_headings_of_an_outline_of_its_own_are_found_in_one_run_of_text() -> None:
    text = (
        f"{TITLE}\n根据《条例》编制。一、概述2016年工作有序。二、主动公开情况公开信息5条。"
        "三、回应解读情况解读3次。四、存在的问题和改进措施力量不足。"
    )
    report = text_report(text)
    headings = [section.heading for section in report.sections]
    assert headings == [
        "一、概述",
        "二、主动公开情况",
        "三、回应解读情况",
        "四、存在的问题和改进措施",
    ]
    assert [section.key for section in report.sections][1:] == ["c1_proactive", None, "c5_problems"]


def test_the_statistics_table_is_read_row_by_row_and_is_none_of_the_three() -> None:
    rows = [
        ("统计指标", "单位", "统计数"),
        ("一、主动公开情况", "——", "——"),
        ("（一）主动公开政府信息数", "条", "86"),
        ("其中：主动公开规范性文件数", "条", "2"),
        ("（一）收到申请数", "件", "3"),
        ("（二）申请办结数", "件", ""),
        ("四、行政复议数量", "件", "0"),
    ]
    lines = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    report = html_report(
        f"<h1>{TITLE}</h1><p>一、概述</p><p>好。</p><p>二、主动公开情况</p><p>好。</p>"
        f"<p>三、存在的问题</p><p>有。</p><p>附表</p><table>{lines}</table>"
    )
    assert report.tables == {}
    assert report.format_found == "v2008"
    read = [(x.label, x.unit, x.value.text if x.value else None) for x in report.statistics]
    assert read == [(label, unit if unit != "——" else None, text) for label, unit, text in rows[1:]]
    assert all(row.place.path for row in report.statistics)
