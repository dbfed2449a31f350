"""From which length on texts tell anything, and how much of one stands in another."""

from monitor.likeness.masking import Masked
from monitor.likeness.shingles import containment, shingles

FEWEST_PROSE = 300
"""Different shingles that the prose of a report must have; what is shorter is stock phrases."""
FEWEST_PROBLEMS = 80
"""Different shingles that section five must have."""


def likeness(ours: Masked, theirs: Masked, *, fewest: int) -> float | None:
    """Return how much of our text stands in theirs; None if ours is too short to tell."""
    own = shingles(ours.letters)
    return containment(own, shingles(theirs.letters)) if len(own) >= fewest else None


def unseen(ours: Masked, theirs: Masked, before: Masked) -> float:
    """Return how much of our text stands in theirs and did not in our own of the year before."""
    own = shingles(ours.letters)
    shared = (own & shingles(theirs.letters)) - shingles(before.letters)
    return len(shared) / len(own) if own else 0.0


def is_long_enough(text: Masked, *, fewest: int) -> bool:
    """Whether a text has so many different shingles that its likeness tells anything."""
    return len(shingles(text.letters)) >= fewest
