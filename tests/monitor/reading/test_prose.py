from hypothesis import given
from hypothesis import strategies as st

from monitor.reading.prose import sentences


def test_sentences_end_at_stops_and_lines_and_keep_their_stops() -> None:
    text = "全年公开86条。其中：政策12条；动态74条。\n“办结率100%。”没有收费"
    assert sentences(text) == (
        "全年公开86条。",
        "其中：政策12条；",
        "动态74条。",
        "“办结率100%。”",
        "没有收费",
    )


def test_a_decimal_point_ends_no_sentence() -> None:
    assert sentences("收费9116.36万元，见www.example.gov.cn。") == (
        "收费9116.36万元，见www.example.gov.cn。",
    )


@given(st.text(alphabet="一二。；！？”）\n 1.", max_size=60))
def test_no_character_but_blanks_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
