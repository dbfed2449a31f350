"""How much of a text stands in another: shingles and containment."""

from collections.abc import Set as AbstractSet

SHINGLE = 5
"""Letters; the length for which the rulebook's thresholds hold (chapter 8 of the reference)."""


def shingles(letters: str, length: int = SHINGLE) -> frozenset[str]:
    """Return every run of ``length`` letters; none of a shorter text."""
    return frozenset([letters[i : i + length] for i in range(len(letters) - length + 1)])


def containment(ours: AbstractSet[str], theirs: AbstractSet[str]) -> float:
    """Return which part of our shingles stands in their text, 0 to 1; 0 if we have none.

    It is not symmetrical: a short text copied into a long one has 1, the long one far less.
    """
    return len(ours & theirs) / len(ours) if ours else 0.0
