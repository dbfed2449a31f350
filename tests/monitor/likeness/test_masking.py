"""What is left of a report when template, names and numbers are gone, and where it stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.likeness.masking import LONGEST, Masked, mask
from monitor.likeness.shingles import containment, shingles
from monitor.likeness.texts import problems_of, prose_of, prose_of_reading
from monitor.reading.contract import reading_object
from monitor.reading.entry import read_report
from monitor.rules.quoting import passage
from tests.monitor.building import AGENCY, a_report, with_prose
from tests.monitor.likeness.writing import invented, with_other_digits


def masked(*texts: str, names: tuple[str, ...] = ()) -> Masked:
    return mask([passage(text) for text in texts], names)


@pytest.mark.parametrize(
    "sentence",
    [
        "根据《中华人民共和国政府信息公开条例》第五十条规定，编制本报告。",
        "按照国务院办公厅要求，现向社会公布清河县财政局2023年政府信息公开工作年度报告。",
        "本年度报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六个部分组成。",
        "报告中所列数据的统计期限自2023年1月1日起至2023年12月31日止。",
        "本报告电子版可在清河县人民政府网站下载。",
        "如对本报告有疑问，请与清河县财政局办公室联系（电话：0319-1234567）。",
        "联系地址：清河县泰山路8号。",
        "依据《政府信息公开信息处理费管理办法》，本年度收取信息处理费0元。",
        "2023年，我局未收到政府信息公开申请。",
        "全年没有发生因政府信息公开引起的行政复议、行政诉讼情况。",
        "未发生责任追究情形。",
        "无其他需要报告的事项。",
        "没有其他需要说明的事项。",
        "注：表中数据不含下属单位。",
    ],
)
def test_what_every_report_must_say_is_left_out(sentence: str) -> None:
    assert masked(sentence, names=("清河县财政局",)).letters == ""


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("（一）主动公开。全年公开信息126条。", "全年公开信息条"),
        ("（二）依申请公开情况：畅通渠道。", "畅通渠道"),
        ("一是解读形式单一；二、人员更换频繁。", "解读形式单一人员更换频繁"),
        ("我局印发《清河县财政局信息发布办法》（清财〔2023〕12号）并执行。", "印发并执行"),
        ("清河县财政局在清河县政府网站公开。", "在政府网站公开"),
        ("清河财政局组织培训3次，同比增长12.5%。", "组织培训次同比增长"),
        (
            "受理投诉后三天内上门解决，未收到重复投诉的占九成。",
            "受理投诉后三天内上门解决未收到重复投诉的占九成",
        ),
    ],
)
def test_what_a_report_says_of_its_own_is_left_without_names_and_numbers(
    sentence: str, left: str
) -> None:
    assert masked(sentence, names=("清河县财政局",)).letters == left


def test_two_agencies_with_the_same_text_and_other_figures_leave_the_same_letters() -> None:
    ours = "\n".join(invented(1))
    one = masked(f"清河县财政局2023年工作如下。{ours}", names=("清河县财政局",))
    two = masked(
        with_other_digits(f"南宫市教育体育局2023年工作如下。{ours}"), names=("南宫市教育体育局",)
    )
    assert one.letters == two.letters


def test_the_prose_of_a_stored_reading_is_that_of_the_report() -> None:
    report = with_prose(a_report(), "overview", *invented(2))
    assert prose_of_reading(reading_object(report), [AGENCY]).letters == prose_of(report).letters


def test_section_five_is_part_of_the_prose() -> None:
    report = with_prose(a_report(), "problems", *invented(3, 5))
    problems, prose = problems_of(report), prose_of(report)
    assert prose.of_section("problems").letters == problems.letters
    assert problems.letters in prose.letters
    assert [item.section for item in problems.passages] == ["problems"]


def test_tables_and_headings_are_no_prose() -> None:
    assert "规范性文件件废止件现行有效" in prose_of(a_report()).letters
    assert "存在的主要问题" not in prose_of(a_report()).letters
    assert "主动公开政府信息情况" not in prose_of(a_report()).letters


PIECES = st.sampled_from(
    [
        "清河县财政局",
        "公开",
        "《办法》",
        "。",
        "，",
        "12",
        " ",
        "（一）",
        "一是",
        "　",
        "全县",
        "信息",
        "５６",
        "A",
        "我局",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=20).map("".join), max_size=5))
def test_every_letter_knows_where_it_stands(texts: list[str]) -> None:
    found = masked(*texts, names=("清河县财政局",))
    assert len(found.positions) == len(found.letters)
    for index, letter in enumerate(found.letters):
        stands_in = found.passages[found.passage_of(index)]
        assert stands_in.flat[found.positions[index]] == letter


def test_a_text_beyond_all_measure_is_cut() -> None:
    assert len(masked("公开信息" * LONGEST).letters) == LONGEST


@pytest.mark.corpus
def test_unrelated_reports_have_little_in_common(corpus: Path) -> None:
    """Chapter 8 of the reference: 0.07 to 0.19 with the template, which is gone here."""
    reports = [read_report(path.read_bytes(), path.name) for path in (corpus / "seeds").iterdir()]
    prose = [shingles(prose_of(report).letters) for report in reports]
    shares = [
        containment(one, other)
        for i, one in enumerate(prose)
        for j, other in enumerate(prose)
        if i != j
    ]
    assert len(shares) == 20
    assert max(shares) < 0.1
    assert min(map(len, prose)) > 300
