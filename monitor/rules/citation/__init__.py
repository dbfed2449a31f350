"""Rules about the documents a report cites."""

from monitor.rules.citation import absent, numbers, superseded, titles

__all__ = ["absent", "numbers", "superseded", "titles"]
