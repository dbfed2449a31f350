"""How much two texts differ."""

import re
from collections import Counter

from rapidfuzz.distance import Indel

_LONGEST_COMPARED = 20_000
"""Characters of a text that is compared letter by letter, which takes the square of its length."""
_SENTENCE = re.compile(r"[^。；;!！?？\n]{1,200}[。；;!！?？\n]?|.", re.DOTALL)


def difference(one: str, other: str) -> float:
    """Return the share of two texts by which they differ: 0 when equal, 1 with nothing in common.

    Letters inserted and deleted are counted; of longer texts than a report's prose, sentences.
    """
    if one == other:
        return 0.0
    if max(len(one), len(other)) <= _LONGEST_COMPARED:
        return Indel.normalized_distance(one, other)
    ours, theirs = (Counter(_SENTENCE.findall(text)) for text in (one, other))
    unlike = (ours - theirs) + (theirs - ours)
    letters = sum(len(sentence) * times for sentence, times in unlike.items())
    return letters / (len(one) + len(other))
