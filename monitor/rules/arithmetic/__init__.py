"""Rules about the sums within the tables."""

from monitor.rules.arithmetic import doubles, fees, sums

__all__ = ["doubles", "fees", "sums"]
