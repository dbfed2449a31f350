"""Rules across years: this report against last year's of the same agency."""

from monitor.rules.history import carried, chains, misquoted, outliers

__all__ = ["carried", "chains", "misquoted", "outliers"]
