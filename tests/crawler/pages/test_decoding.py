"""From bytes to text, whatever the label says."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.decoding import REPLACEMENT, damage, decode_page

TEXT = "清河县财政局2023年政府信息公开工作年度报告"
PAGE = f"<html><head><title>{TEXT}</title></head><body>{TEXT}</body></html>"


def labelled(charset: str) -> dict[str, str]:
    """Return response headers with a charset."""
    return {"content-type": f"text/html; charset={charset}"}


CASES = {
    "utf-8": (PAGE.encode(), {}, "utf-8"),
    "utf-8 under a gbk label": (PAGE.encode(), labelled("GBK"), "utf-8"),
    "gbk under a utf-8 label": (PAGE.encode("gbk"), labelled("utf-8"), "gb18030"),
    "gbk without a label": (PAGE.encode("gbk"), {}, "gb18030"),
    "gb18030 under a gb2312 label": (
        (PAGE + "㐀镕").encode("gb18030"),
        labelled("gb2312"),
        "gb18030",
    ),
    "gbk under a latin label": (PAGE.encode("gbk"), labelled("iso-8859-1"), "gb18030"),
    "gbk by its meta": (
        (f'<meta http-equiv="ContentType" content="text/html;charset=gb2312">{PAGE}').encode("gbk"),
        {},
        "gb18030",
    ),
    "two byte order marks": (codecs.BOM_UTF8 * 2 + PAGE.encode(), labelled("gbk"), "utf-8"),
    "utf-16": (codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"), {}, "utf-16-le"),
    "big5 as it says": (
        "<html><title>政府資訊公開年度報告</title></html>".encode("big5"),
        labelled("big5"),
        "big5",
    ),
    "a label that is no encoding": (PAGE.encode(), labelled("hex"), "utf-8"),
    "a label nobody knows": (PAGE.encode(), labelled("x-unknown"), "utf-8"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_encoding_is_found(name: str) -> None:
    body, headers, expected = CASES[name]
    text, encoding = decode_page(body, headers)
    assert encoding == expected
    assert not text.startswith("\ufeff")
    assert "公开" in text or "公開" in text
    assert REPLACEMENT not in text


def test_nul_characters_are_left_out() -> None:
    assert decode_page(b"a\0b", {})[0] == "ab"


def test_a_few_bad_bytes_do_not_change_the_encoding() -> None:
    body = (TEXT * 20).encode("gb18030") + b"\xff" + TEXT.encode("gb18030")
    text, encoding = decode_page(body, labelled("gbk"))
    assert encoding == "gb18030"
    assert 0 < damage(text) < 0.01


@settings(deadline=None)  # the first guess at an encoding loads tables
@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "gbk", "utf-16", "x", "idna"]))
def test_any_bytes_under_any_label_become_text(body: bytes, charset: str) -> None:
    text, encoding = decode_page(body, labelled(charset))
    assert "\0" not in text
    codecs.lookup(encoding)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4))
def test_chinese_text_survives_utf8_under_any_label(text: str) -> None:
    for charset in ("utf-8", "gbk", "gb2312", "iso-8859-1"):
        assert decode_page(text.encode(), labelled(charset))[0] == text
