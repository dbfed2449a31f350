"""Rules about the documents a report cites."""

from monitor.rules.citation import absent, matching, numbers, superseded, titles

__all__ = ["absent", "matching", "numbers", "superseded", "titles"]
