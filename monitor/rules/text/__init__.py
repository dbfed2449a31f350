"""Rules about the quality of the text."""

from monitor.rules.text import (
    brackets,
    duplicates,
    injection,
    latin,
    placeholders,
    punctuation,
    residue,
    short,
    stale,
    terms,
    typos,
)

__all__ = [
    "brackets",
    "duplicates",
    "injection",
    "latin",
    "placeholders",
    "punctuation",
    "residue",
    "short",
    "stale",
    "terms",
    "typos",
]
