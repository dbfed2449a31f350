"""Messages as short texts, within what each service takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels.text import LONGEST, cut, short_text

POINTER = "……余下见邮件"
LINES = "".join(f"第{number}项：示范县民政局未公布年报。\n" for number in range(5000))


@pytest.mark.parametrize("scheme", [*LONGEST, "json"])
def test_a_text_is_cut_to_what_the_service_takes_and_says_where_the_rest_is(scheme: str) -> None:
    text = short_text(f"{scheme}://KEY", "年报警示", LINES, POINTER)
    assert text.startswith("年报警示\n\n第0项")
    assert text.rstrip().endswith(POINTER)
    assert len(text.encode()) <= LONGEST.get(scheme, 30_000)
    lines = text.removesuffix(f"{POINTER}\n").strip().splitlines()
    assert lines[-1].endswith("年报。"), "no line is cut in the middle"


def test_a_short_text_is_left_whole() -> None:
    assert short_text("json://x", "题", "文", POINTER) == "题\n\n文\n"


@pytest.mark.parametrize("scheme", list(LONGEST))
def test_a_name_calls_nobody_in_a_group(scheme: str) -> None:
    hostile = '<at user_id="all">所有人</at> <@all>'
    assert "<" not in short_text(f"{scheme}://KEY", hostile, hostile, POINTER)


@given(st.text(max_size=400), st.integers(40, 300))
def test_what_is_cut_is_never_too_long_and_begins_as_the_text(text: str, longest: int) -> None:
    done = cut(text, longest, POINTER)
    assert len(done.encode("utf-8", "replace")) <= longest
    if done != text:
        kept = done.rstrip("\n").removesuffix(POINTER).rstrip()
        assert text.encode("utf-8", "replace").decode().startswith(kept)
