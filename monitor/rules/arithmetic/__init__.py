"""Rules about sums within the tables."""

from monitor.rules.arithmetic import sums

__all__ = ["sums"]
