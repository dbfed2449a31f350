"""Rules holding the prose against the tables."""

from monitor.rules.narrative import contradiction, vague

__all__ = ["contradiction", "vague"]
