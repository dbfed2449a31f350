"""The longest passages of two texts, found and quoted side by side."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.likeness.masking import mask
from monitor.likeness.passages import common_runs, shared_passages
from monitor.reading.model import Place
from monitor.rules.quoting import passage
from tests.monitor.likeness.writing import invented, with_other_digits

LETTERS = st.text(alphabet="甲乙丙丁", max_size=40)


def longest_common(one: str, other: str) -> int:
    """The length of the longest common run, the slow and certain way."""
    return max(
        (
            length
            for begin in range(len(one))
            for length in range(1, len(one) - begin + 1)
            if one[begin : begin + length] in other
        ),
        default=0,
    )


@given(LETTERS, LETTERS)
def test_the_first_run_is_the_longest_there_is(one: str, other: str) -> None:
    runs = common_runs(one, other, shortest=1)
    assert (runs[0][2] if runs else 0) == longest_common(one, other)


@given(LETTERS, LETTERS, st.integers(1, 5))
def test_runs_stand_in_both_texts_long_enough_and_without_overlap(
    one: str, other: str, shortest: int
) -> None:
    runs = common_runs(one, other, shortest=shortest)
    for begin, there, length in runs:
        assert length >= shortest
        assert one[begin : begin + length] == other[there : there + length]
    assert [run[2] for run in runs] == sorted((run[2] for run in runs), reverse=True)
    for which in (0, 1):
        spans = sorted((run[which], run[which] + run[2]) for run in runs)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


def test_time_grows_with_length_however_often_a_text_repeats_itself() -> None:
    began = time.process_time()
    assert common_runs("公" * 40_000, "公" * 40_000, shortest=60) == [(0, 0, 40_000)]
    assert time.process_time() - began < 3


def test_a_passage_is_quoted_from_both_as_it_is_printed() -> None:
    text = "年初 办公室逐条梳理惠企政策 12 条，在大厅张贴，群众反映较好，没有发现差错。"
    ours = mask([passage(text, section="overview", place=Place(page=2))])
    theirs = mask([passage("另外。" + with_other_digits(text), section="problems")])
    [shared] = shared_passages(ours, theirs, shortest=20, most=3, url="http://x/", sha256="ab")
    assert shared.length == len(ours.letters)
    assert shared.ours.quote == text
    assert (shared.ours.section, shared.ours.place.page) == ("overview", 2)
    assert "惠企政策 23 条" in shared.theirs.quote
    assert (shared.theirs.section, shared.theirs.url) == ("problems", "http://x/")


def test_a_passage_over_paragraphs_is_quoted_from_the_longest_of_them() -> None:
    short, long = "会后各科室集中整改失效链接。", "".join(invented(5, 3))
    ours = mask([passage(short), passage(long)])
    theirs = mask([passage(short + long)])
    [shared] = shared_passages(ours, theirs, shortest=20, most=3)
    assert shared.length == len(ours.letters)
    assert shared.ours.quote == shared.theirs.quote
    assert shared.ours.quote in long
