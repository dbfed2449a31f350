"""What a portal itself calls the agencies that its pages are of: plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """An entry of a hub: what the portal itself calls the agency that something is of."""

    text: str
    hub: str = ""
    """The address of the page that has the entry."""
    agencies: frozenset[str] = frozenset()
    """The agencies of the portal that the name may mean, by id; empty if it means none of them."""
    below: bool = False
    """True if what it led to has its address below the entry's: it is of the entry's own site.

    What the page of an agency links to elsewhere may be the list of everybody.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEvidence:
    """A part of a column, of which some could not be read."""

    label: Label
    """What the column calls it."""
    whole: bool
    """True if it was read to its end, and what was known in it was found again."""
    reports: int
    """Reports that it showed."""
