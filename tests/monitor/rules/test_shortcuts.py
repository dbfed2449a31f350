"""What is asked of every paragraph is asked in short ways, which must change no answer."""

import re

from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.citation.documents import known_documents
from monitor.rules.identity import periods
from monitor.rules.masking import injected, persons
from monitor.rules.narrative import vague
from monitor.rules.text import brackets, residue
from monitor.rules.text.words import any_stale_word, stale_words

_MARKS = st.text("()《》〈〉“”【】<>一1,。字", max_size=16)


def _pieces(*words: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), max_size=10).map("".join)


@given(_MARKS)
def test_marks_that_all_pair_leave_none_without_partner(text: str) -> None:
    if brackets._all_pair("".join(brackets._EITHER.findall(text))):
        whole = brackets._all_pair
        brackets._all_pair = lambda _marks: False  # type: ignore[assignment]
        try:
            assert brackets._unpaired(text) == []
        finally:
            brackets._all_pair = whole


def test_ever_so_many_marks_are_paired_one_by_one() -> None:
    assert not brackets._all_pair("(" * 150 + ")" * 150)
    assert brackets._unpaired("(" * 150 + "文" + ")" * 150) == []


@given(
    _pieces(
        "近",
        "上",
        "数",
        "几",
        "余",
        "多",
        "约",
        "千",
        "十",
        "100",
        "1.5",
        "万",
        "条",
        "件",
        "以上",
        "左右",
        "信息",
        "若干",
        "各类",
        "发布",
    )
)
def test_a_vague_count_has_what_is_looked_for_first(text: str) -> None:
    if vague._VAGUE.search(text) is not None:
        assert vague._MAY_BE_VAGUE.search(text) is not None


@given(
    _pieces(
        "2023年",
        "1月",
        "12月",
        "1日",
        "31日",
        "2023",
        "-",
        "至",
        "到",
        "—",
        "~",
        ".1",
        "/12",
        "数据",
        "截止为",
    )
)
def test_a_period_has_what_is_looked_for_first(text: str) -> None:
    patterns = (*periods._RANGES, periods._WITHOUT_YEAR, periods._UNTIL, periods._LOST)
    if any(pattern.search(text) for pattern in patterns):
        assert periods._MAY_BE_PERIOD.search(text) is not None


@given(
    _pieces(
        "[bookmark", ": a", "_GoBack", "HYPERLINK", "MERGEFORMAT", "&nbsp;", "&", "mso-", "x", "文"
    )
)
def test_residue_has_what_is_looked_for_first(text: str) -> None:
    if residue._RESIDUE.search(text) is not None:
        assert residue._MAY_BE_RESIDUE.search(text) is not None


@given(
    _pieces(
        "申请人",
        "被",
        "：",
        "王",
        "欧阳",
        "小明",
        "向本局",
        "提出",
        "申请",
        "群众",
        "收到",
        "了",
        "关于",
        "诉",
        "县",
        "公安局",
        "，",
        "家住",
        "户籍地",
        "家庭地址",
        "幸福路3号楼201室",
    )
)
def test_a_person_has_what_is_looked_for_first(text: str) -> None:
    for needed, pattern in persons._names():
        if pattern.search(text) is not None:
            assert needed.search(text) is not None
    if persons._homes().search(text) is not None:
        assert persons._HOME.search(text) is not None


@given(
    _pieces(
        "博彩",
        "娱乐城",
        "AV",
        "ａｖ",
        "ſ",
        "K",
        "澳门",
        "开户",
        "百家乐",
        "b",
        "B",
        "文",
        "福利彩票",
    )
)
def test_offers_are_found_where_the_pattern_finds_them(text: str) -> None:
    assert injected._has_offer(text) == (injected._offers().search(text) is not None)


def test_every_offer_begins_with_one_of_the_first_characters_in_either_case() -> None:
    first = injected._firsts()
    for offer in injected._words()[0]:
        for sign in injected._beginning(offer)[1]:
            assert all(first.match(form) for form in (sign, sign.lower(), sign.upper()))


@given(
    _pieces(
        "新冠",
        "疫情防控",
        "衔接过渡",
        "十三五",
        "十四五",
        "两学一做",
        "喜迎",
        "党的二十大",
        "届",
        "学习",
        "精神",
    ),
    st.integers(2018, 2030),
)
def test_what_is_stale_in_a_year_is_found_by_one_pattern(text: str, year: int) -> None:
    words = [word.pattern for word in stale_words() if year >= word.first_year]
    found = any(pattern.search(text) for pattern in words)
    assert (any_stale_word(year).search(text) is not None) == found


def test_the_number_of_every_known_document_ends_with_hao() -> None:
    for document in known_documents():
        assert all(re.search("号$", pattern.pattern) for pattern in document.patterns)
