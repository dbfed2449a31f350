"""How much two texts differ."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Indel

_LONGEST_COMPARED = 20_000
"""Characters of a text that is compared letter by letter, which takes the square of its length."""
_SENTENCE = re.compile(r"[^。；;!！?？\n]{1,200}[。；;!！?？\n]?|.", re.DOTALL)


def difference(one: str, other: str) -> float:
    """Return the share of two texts by which they differ: 0 when equal, 1 with nothing in common.

    Counts the letters that one has to be rid of and those it lacks. Of texts longer than any
    report's prose the sentences that both have are put aside first.
    """
    if one == other:
        return 0.0
    ours, theirs = one, other
    if max(len(one), len(other)) > _LONGEST_COMPARED:
        ours, theirs = _without_common_sentences(one, other)
    return _unlike_letters(ours, theirs) / (len(one) + len(other))


def _unlike_letters(one: str, other: str) -> int:
    if max(len(one), len(other)) > _LONGEST_COMPARED:
        return len(one) + len(other)
    return Indel.distance(one, other)


def _without_common_sentences(one: str, other: str) -> tuple[str, str]:
    ours, theirs = _SENTENCE.findall(one), _SENTENCE.findall(other)
    common = Counter(ours) & Counter(theirs)
    return "".join(_besides(ours, common)), "".join(_besides(theirs, common))


def _besides(sentences: Iterable[str], common: Counter[str]) -> Iterator[str]:
    left = common.copy()
    for sentence in sentences:
        if left[sentence] > 0:
            left[sentence] -= 1
        else:
            yield sentence
