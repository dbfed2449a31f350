"""Names and template are looked for in short ways, which must find what the patterns find."""

import re

from hypothesis import given
from hypothesis import strategies as st

from monitor.likeness.masking import _endings, _everywhere, _find_any, _template, _words

_LETTERS = st.text("甲乙丙县局", max_size=12)
_PIECES = (
    "《条例》〈办法〉“某某”微信公众号国办函〔2019〕60号我县本局二〇二三年根据数据的统计期限"
    "，如对本报告有疑问，请与办公室联系。未收到申请"
)


@given(st.sets(st.text("甲乙丙县局", min_size=1, max_size=4), min_size=1, max_size=5), _LETTERS)
def test_words_are_found_where_a_pattern_finds_them(words: set[str], text: str) -> None:
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(longest_first))
    assert list(_find_any(longest_first, text)) == [m.span() for m in pattern.finditer(text)]


@given(st.text(_PIECES, max_size=60))
def test_what_cannot_end_in_a_sentence_need_not_be_looked_for_there(text: str) -> None:
    whole = re.compile("|".join(f"(?:{item})" for item in _words()["everywhere"]))
    short = _everywhere(_endings(text))
    assert [m.span() for m in short.finditer(text)] == [m.span() for m in whole.finditer(text)]


@given(st.lists(st.sampled_from(re.findall(r"[^，。]+|[，。]", _PIECES)), max_size=6).map("".join))
def test_the_template_is_found_whatever_may_stand_before_it(text: str) -> None:
    whole = re.compile("|".join(f"(?:{item})" for item in _words()["sentences"]))
    assert (_template().search(text) is None) == (whole.search(text) is None)
