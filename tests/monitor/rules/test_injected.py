"""Offers that intruders leave: looking only where one may begin finds them all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.masking.injected import _beginning, _offers, _words

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
