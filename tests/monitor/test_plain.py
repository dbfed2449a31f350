"""Foreign text made harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ""),
        ("", ""),
        ("清河县财政局 2023年（试行）—“年报”", "清河县财政局 2023年（试行）—“年报”"),
        ("一\r\n二\t三", "一  二 三"),
        ("\x1b[31mred\x9b2J", "\ufffd[31mred\ufffd2J"),
        ("NUL\x00 NEL\x85 LS\u2028 PS\u2029", "NUL\ufffd NEL\ufffd LS\ufffd PS\ufffd"),
        ("turned\u202egnp.exe", "turned\ufffdgnp.exe"),
        ("half\ud800", "half\ufffd"),
        ("no\uffffcharacter\ufdd0", "no\ufffdcharacter\ufffd"),
        ("清\u200b河\ufeff县\u00ad", "清河县"),
        ("𠀀𰻝\U000323af", "𠀀𰻝\U000323af"),
    ],
)
def test_text_stays_and_what_acts_does_not(text: str | None, expected: str) -> None:
    assert plain(text) == expected


@given(st.text())
def test_what_comes_out_is_one_line_that_every_format_can_hold(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in shown)
    etree.Element("x").text = shown
    assert plain(shown) == shown
