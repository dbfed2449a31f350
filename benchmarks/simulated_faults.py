"""Figures of a simulated world, and the faults behind them."""

from dataclasses import dataclass, field
from typing import Any

from monitor.simulator.model import Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that went otherwise than it should."""

    what: str
    portal: str
    family: str
    layout: str
    troubles: str
    expected: str
    happened: str


@dataclass(slots=True, kw_only=True)
class Scores:
    """Figures, and the faults behind them."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, what: str, portal: Portal, expected: str, happened: str) -> None:
        """Note one fault."""
        self.faults.append(
            Fault(
                what=what,
                portal=portal.id,
                family=portal.family,
                layout=portal.layout,
                troubles="+".join(portal.troubles) or "-",
                expected=expected,
                happened=happened,
            )
        )
