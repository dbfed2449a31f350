"""Rules holding the prose against the tables."""

from monitor.rules.narrative import (
    breakdown,
    completion,
    contradiction,
    documents,
    fees,
    percent,
    remedies,
    requests,
    vague,
)

__all__ = [
    "breakdown",
    "completion",
    "contradiction",
    "documents",
    "fees",
    "percent",
    "remedies",
    "requests",
    "vague",
]
