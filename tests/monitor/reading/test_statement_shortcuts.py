"""What is asked of every character of a text is asked in short ways; they must change nothing."""

import re
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.statements import tokens as tokens_module
from monitor.reading.statements.folding import _rare, fold, fold_with_positions, folded
from monitor.reading.statements.names import OwnNames
from monitor.reading.statements.vocabulary import load_words, meanings, sizes_of_words

_ODD = "，：（ \u3000\u200b資訊１２〇½㈠ﬁ…e\u0301公开A"
_CHARACTERS = chain(range(0x10000), range(0x1D7CE, 0x1D800))
"""The first plane, and the digits of mathematics of the second."""
_TEXTS = st.text(st.one_of(st.sampled_from(_ODD), st.characters()), max_size=40)


@given(_TEXTS)
def test_a_text_is_folded_as_its_characters_are_one_by_one(text: str) -> None:
    pieces = [folded(character) for character in text]
    positions = [at for at, piece in enumerate(pieces) for _ in piece]
    assert fold(text) == "".join(pieces)
    flat, at = fold_with_positions(text)
    assert (flat, list(at)) == ("".join(pieces), positions)


def test_the_whole_pattern_is_tried_wherever_more_than_a_word_may_begin() -> None:
    match = tokens_module._token().match
    for character in map(chr, _CHARACTERS):
        if not tokens_module._begins_more(character):
            # behind 为, for a zero there is a number
            for text, at in ((character, 0), ("为" + character, 1)):
                found = match(text, at)
                assert found is not None
                assert found.lastgroup in ("word", "unknown"), character
                assert found.end() == at + 1


def test_each_word_is_found_by_its_length_as_by_the_pattern() -> None:
    for word, (kind, meaning) in meanings().items():
        assert len(word) in sizes_of_words()[word[0]]
        found = tokens_module._token().match(word)
        assert found is not None
        if found.lastgroup == "word" and found.end() == len(word):
            [token] = tokens_module.tokens(word)
            assert (token.kind, token.meaning, token.text) == (kind, meaning, word)


def test_every_character_that_is_written_otherwise_is_looked_at() -> None:
    for character in map(chr, _CHARACTERS):
        if folded(character) != character:
            assert _rare().match(character), character


_WORDS = (*meanings(), *load_words()["unit"]["count"], *"零〇一二两十百千万余多几为是计数0159%,。")


@given(st.lists(st.sampled_from(_WORDS), max_size=8).map("".join))
def test_where_nothing_may_be_told_no_token_tells_anything(text: str) -> None:
    if not tokens_module.may_tell(text):
        assert not any(map(tokens_module.tells, tokens_module.tokens(text)))


@given(
    st.sets(st.text("甲乙县局", min_size=1, max_size=4), min_size=1, max_size=4),
    st.text("甲乙县局,", max_size=14),
)
def test_own_names_are_found_where_a_pattern_finds_them(names: set[str], text: str) -> None:
    longest_first = tuple(sorted(names, key=len, reverse=True))
    pattern = re.compile("|".join(longest_first))
    assert OwnNames(longest_first).spans(text) == [m.span() for m in pattern.finditer(text)]
