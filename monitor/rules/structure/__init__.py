"""Rules about structure: sections, their order and what they must contain."""

from monitor.rules.structure import (
    content,
    headings,
    numbering,
    order,
    outline,
    overview,
    overview_text,
    placement,
    preamble,
    presence,
    problems,
    statements,
)

__all__ = [
    "content",
    "headings",
    "numbering",
    "order",
    "outline",
    "overview",
    "overview_text",
    "placement",
    "preamble",
    "presence",
    "problems",
    "statements",
]
