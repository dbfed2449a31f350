"""Numbers written in any way, sentences made of known facts, converters' blanks, hostile texts."""

import re
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reading.statements import Scope, Thing, Time, read_statements
from monitor.reading.statements.numbers import number_pattern, parse_han, parse_number
from tests.monitor.building import a_report, with_preamble, with_prose
from tests.monitor.reading.statement_cases.sentences import Sentence, difference, load, understood

_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_NUMBER = re.compile(number_pattern())


def han(number: int) -> str:
    """Write a number below a hundred million in Chinese."""
    if number >= 10_000:
        great, rest = divmod(number, 10_000)
        zero = "零" if 0 < rest < 1000 else ""
        return f"{han(great)}万{zero}{han(rest) if rest else ''}"
    digits, text = str(number), ""
    gap = False
    for place, digit in enumerate(digits):
        if digit == "0":
            gap = True
            continue
        text += "零" if gap and text else ""
        text += "零一二三四五六七八九"[int(digit)] + ["", "十", "百", "千"][len(digits) - place - 1]
        gap = False
    return (text.removeprefix("一") if text.startswith("一十") else text) or "零"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99_999_999))
def test_a_chinese_numeral_has_its_value(number: int) -> None:
    assert parse_han(han(number)) == number


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="零〇一二两三四五六七八九十百千万亿", min_size=1, max_size=14))
def test_any_row_of_numerals_is_a_number_or_none(text: str) -> None:
    value = parse_han(text)
    assert value is None or value >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["plain", "thousands", "full", "han"]),
    st.sampled_from("件条次项宗份"),
)
def test_a_number_written_in_any_way_is_read_back(number: int, way: str, unit: str) -> None:
    written = {
        "plain": str(number),
        "thousands": f"{number:,}",
        "full": str(number).translate(_FULL),
        "han": han(number),
    }[way]
    report = with_preamble(with_prose(a_report(), "overview", f"示例{written}{unit}。"), "")

    found = [c for c in read_statements(report).all_counts if c.sentence.section == "overview"]

    assert [(c.number, c.unit, c.exact) for c in found] == [(Decimal(number), unit, True)]


@pytest.mark.parametrize(
    ("written", "value", "unit", "exact"),
    [
        ("150余条", 150, "条", False),
        ("1.2万余条", 12000, "条", False),
        ("百余条", 100, "条", False),
        ("3万多件", 30000, "件", False),
        ("500条以上", 500, "条", False),
        ("3.5万元", Decimal("3.5"), "万元", True),
        ("两千零五件", 2005, "件", True),
        ("12万人次", 120000, "人次", True),
    ],
)
def test_vague_numbers_and_multiples(written: str, value: Decimal, unit: str, exact: bool) -> None:
    match = _NUMBER.search(written)
    assert match is not None
    number = parse_number(match)
    assert number is not None

    assert (number.value, number.unit, number.exact) == (value, unit, exact)


_COUNTED = {
    Thing.REQUESTS_NEW: "新收政府信息公开申请",
    Thing.REQUESTS_CARRIED_IN: "上年结转政府信息公开申请",
    Thing.REQUESTS_HANDLED: "办理政府信息公开申请",
    Thing.GRANTED: "予以公开",
    Thing.DENIED: "不予公开",
    Thing.UNABLE: "无法提供",
    Thing.REVIEWS: "因政府信息公开被申请行政复议",
    Thing.ITEMS: "主动公开政府信息",
    Thing.NORMATIVE_ISSUED: "制发行政规范性文件",
    Thing.LICENSING_DECIDED: "作出行政许可决定",
    Thing.TRAININGS: "组织业务培训",
}
_WHOSE = {Scope.OWN: ["", "我局", "本机关"], Scope.AREA: ["全县", "全市"]}
_WHEN = {
    Time.THIS_YEAR: ["", "2023年，", "全年", "本年度"],
    Time.LAST_YEAR: ["2022年，", "去年"],
    Time.OTHER_YEAR: ["2020年，"],
}


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    st.sampled_from(list(_COUNTED)),
    st.sampled_from(list(_WHOSE)),
    st.sampled_from(list(_WHEN)),
    st.integers(0, 100_000),
)
def test_a_sentence_of_known_facts_gives_them_back(
    data: st.DataObject, thing: Thing, scope: Scope, when: Time, number: int
) -> None:
    whose, time_said = data.draw(st.sampled_from(_WHOSE[scope])), _WHEN[when]
    unit = "次" if thing is Thing.TRAININGS else "件"
    words = data.draw(st.sampled_from(time_said)) + whose + data.draw(st.sampled_from(["", "共"]))
    text = f"（二）依申请公开。{words}{_COUNTED[thing]}{number}{unit}。"
    report = with_preamble(with_prose(a_report(), "overview", text), "")

    (count,) = [c for c in read_statements(report).counts() if c.sentence.section == "overview"]

    assert (count.thing, count.scope, count.time) == (thing, scope, when)
    assert (int(count.number), count.exact) == (number, True)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(load("known")))
def test_blanks_and_line_breaks_of_converters_change_nothing(
    data: st.DataObject, sentence: Sentence
) -> None:
    gaps = data.draw(st.lists(st.integers(0, len(sentence.text)), max_size=6))
    blanks = data.draw(st.lists(st.sampled_from(" \u3000\u00a0\n\t"), min_size=6, max_size=6))
    text = sentence.text
    for gap, blank in zip(sorted(gaps, reverse=True), blanks, strict=False):
        text = text[:gap] + blank + text[gap:]

    _, extra = difference(sentence, understood(sentence, text))
    missing, _ = difference(sentence, understood(sentence, text))

    assert [line for line in (*missing, *extra) if not line.startswith("?")] == []


_PIECES = (
    "收到 申请 3件 0件 ， 、 。 ； （ ） 《 》 其中 分别为 较上年 增长 5% 未 无 行政复议 公开 信息",
    "2023年 截至 12月31日 第 一 共 各 条 元 〔2021〕 30号 我局 全县 县 局 由 等 部分 “ ”",
    "总体情况 网站 行政诉讼 没有 办结 25% 比 2022年",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(" ".join(_PIECES).split()), max_size=40))
def test_no_text_raises_and_every_quotation_is_printed(pieces: list[str]) -> None:
    report = with_preamble(with_prose(a_report(), "overview", "".join(pieces)), "".join(pieces))

    stated = read_statements(report)

    kinds = (stated.all_counts, stated.comparisons, stated.years, stated.citations, stated.names)
    for quotation in (item.quotation for kind in kinds for item in kind):
        index = quotation.sentence.section_index
        text = report.preamble if index is None else report.sections[index].text
        assert text[quotation.start : quotation.end] == quotation.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read_statements(with_preamble(with_prose(a_report(), "overview", text), text))


HOSTILE = (
    "公", "2", "《", "（", "。", "，", "“", " ", "1件", "收到申请3件、", "行政复议0件，", "其中1条",
    "未收到", "国办〔2021〕30号", "《》", "（3件）", "一", "局", "与局", "由总体情况、复议",
    "截至2022年12月31日", "1,234,", "较上年增长5%", "1月1日至", "分别3件、", "《《a》",
)  # fmt: skip
SLOWEST = 4.0
"""Seconds of processor time for a megabyte; most take a tenth, on a machine without other work."""


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_is_read_in_its_time_and_said_to_be_cut(piece: str) -> None:
    report = with_prose(a_report(), "overview", piece * (1_000_000 // len(piece)))

    began = time.process_time()
    stated = read_statements(report)

    assert time.process_time() - began < SLOWEST
    assert not stated.complete
