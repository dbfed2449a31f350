"""Rules about structure: sections, their order and what they must contain."""

from monitor.rules.structure import content, order, overview, preamble, presence, statements

__all__ = ["content", "order", "overview", "preamble", "presence", "statements"]
