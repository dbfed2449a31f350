"""How much two texts differ."""

import pytest

from monitor.rules.likeness import difference

SENTENCE = "全年公开政府信息一百二十六条，较上年增加十二条。"
LONG = "".join(f"第{number}项工作：{SENTENCE}" for number in range(1000))


def test_equal_texts_do_not_differ_and_those_without_a_letter_in_common_differ_wholly() -> None:
    assert difference(LONG, LONG) == 0
    assert difference("", "") == 0
    assert difference("甲乙", "丙丁") == 1
    assert difference("甲" * 30_000, "乙" * 30_000) == 1
    assert difference("", "甲") == 1


def test_a_letter_changed_is_two_letters_of_both_texts() -> None:
    assert difference("收到申请3件", "收到申请5件") == pytest.approx(2 / 12)


@pytest.mark.parametrize("text", [LONG[:15_000], LONG], ids=["short", "long"])
def test_of_long_texts_the_letters_are_counted_as_of_short_ones(text: str) -> None:
    changed = text.replace("第100项", "第壹百项").replace("第300项", "") + "另行说明。"

    told = difference(text, changed)

    assert told == pytest.approx((6 + 5 + 5) / (len(text) + len(changed)), rel=0.3)
    assert told == difference(changed, text)


def test_the_same_sentence_more_often_is_a_difference() -> None:
    assert difference(LONG + SENTENCE * 2, LONG) == pytest.approx(
        2 * len(SENTENCE) / (2 * len(LONG) + 2 * len(SENTENCE))
    )
