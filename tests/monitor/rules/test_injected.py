"""Offers that intruders leave: looking only where one may begin finds them all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.masking.injected import _beginning, _offers, _words, find_injected

_PARTS = sorted({part for offer in _words()[0] for part in re.findall(r"\w+", offer)})
_TEXTS = st.lists(st.sampled_from([*_PARTS, "BET365", "Av", "的", "，"]), max_size=8).map("".join)


@given(_TEXTS)
def test_an_offer_is_found_where_the_plain_alternatives_find_it(text: str) -> None:
    plain = re.compile("|".join(f"(?:{offer})" for offer in _words()[0]))
    assert [m.span() for m in _offers().finditer(text)] == [m.span() for m in plain.finditer(text)]


@pytest.mark.parametrize("offer", ["(?:新)?葡京", "新?葡京", "[一二]级", "(?:[一二]级)"])
def test_an_offer_whose_beginning_cannot_be_told_is_refused(offer: str) -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        _beginning(offer)


@pytest.mark.parametrize(
    "text",
    [
        "应急救援交通保障组",
        "支援交警大队维持秩序",
        "举办“多彩金秋”政务公开活动",
        "钟鼓楼凤凰路改造工程信息",
        "建立县、乡、村三级片区网格",
        "增设现金网点2个",
        "信用盘活闲置资产",
        "公开某某娱乐城消防安全检查结果",
        "K0+000 至 KM88+200 段",
        "DM88地块出让信息",
        "百家乐园小区拆迁补偿信息",
        "公开老虎机查缴情况",
        "六合彩印厂排污许可",
        "开展打击治理跨境赌博、六合彩专项行动",
    ],
)
def test_no_page_is_called_broken_into_for_words_that_agencies_write(text: str) -> None:
    assert list(find_injected(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "澳门新葡京百家乐在线",
        "注册即送彩金",
        "M88明升官网",
        "同城约炮",
        "楼凤论坛",
        "学生援交",
        "三级片在线观看",
        "六合彩开奖结果",
    ],
)
def test_what_intruders_write_is_found(text: str) -> None:
    assert list(find_injected(text)) != []
