"""Rules about the quality of the text."""

from monitor.rules.text import brackets, duplicates, residue, terms

__all__ = ["brackets", "duplicates", "residue", "terms"]
