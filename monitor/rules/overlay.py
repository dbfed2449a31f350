"""Local rulings on the rulebook: what a jurisdiction judges otherwise, by whom decided and why.

An overlay is a TOML file. It changes severities and thresholds, switches rules off (``off``) or
on, sets due days of its own, and adds rules that are data only: phrases of which one must be there,
or none may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from monitor.rules.local import LocalRule, as_rule
from monitor.rules.model import Rule
from storage.settings import AgencyKindName, LocalDeadline, load_section

Level = Literal["error", "warning", "info", "off"]


class Overlay(BaseModel):
    """One file of local rulings; who it is for, what it changes, who decided it and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1)
    author: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    """The notice or decision it rests on; shown with everything it changes."""
    decided_on: date
    divisions: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """First digits of division codes (GB/T 2260); empty means everywhere."""
    kinds: Annotated[tuple[AgencyKindName, ...], Field(strict=False)] = ()
    """Kinds of agencies; empty means all."""
    first_fiscal_year: int = Field(default=2008, ge=2008)
    last_fiscal_year: int = Field(default=9999, ge=2008)
    severity: dict[str, Level] = Field(default_factory=dict)
    thresholds: dict[str, float] = Field(default_factory=dict)
    rules: Annotated[tuple[LocalRule, ...], Field(strict=False)] = ()
    deadlines: Annotated[tuple[LocalDeadline, ...], Field(strict=False)] = ()
    """Due days of local notices; reports after them are noted, not called late."""

    @property
    def decision(self) -> str:
        """Who decided, when and why, in one line for every output that it changed."""
        return f"{self.name}（{self.author}，{self.decided_on}：{self.reason}）"

    def holds_for(self, division: str | None, kind: str | None, fiscal_year: int | None) -> bool:
        """Return whether it is for an agency and year; what is not known is not ruled on."""
        if self.divisions and not (division and division.startswith(self.divisions)):
            return False
        if self.kinds and kind not in self.kinds:
            return False
        bounded = (self.first_fiscal_year, self.last_fiscal_year) != (2008, 9999)
        if fiscal_year is None:
            return not bounded
        return self.first_fiscal_year <= fiscal_year <= self.last_fiscal_year


def load_overlays(paths: Iterable[Path]) -> tuple[Overlay, ...]:
    """Read overlays in the order in which they hold: a later one outweighs an earlier.

    Raises:
        SettingsError: if a file is missing or wrong; names of rules are checked by
            ``monitor.rules.settings.require_known_rules``.
    """
    return tuple(load_section(path, Overlay) for path in paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the rulebook is applied to one filing."""

    severities: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    local: tuple[Rule, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    """For each rule that an overlay changed or added: the decision of the last one that did."""


def policy_for(
    severities: Mapping[str, str],
    thresholds: Mapping[str, float],
    overlays: Iterable[Overlay],
    rulebook: Mapping[str, Rule],
    *,
    division: str | None,
    kind: str | None,
    fiscal_year: int | None,
) -> Policy:
    """Return what holds for an agency and year: the settings, and over them the overlays."""
    levels, limits = dict(severities), dict(thresholds)
    local: dict[str, Rule] = {}
    decisions: dict[str, str] = {}
    for overlay in overlays:
        if not overlay.holds_for(division, kind, fiscal_year):
            continue
        levels |= overlay.severity
        limits |= overlay.thresholds
        local |= {item.id: as_rule(item) for item in overlay.rules}
        using = {
            id_ for id_, rule in rulebook.items() if rule.thresholds.keys() & overlay.thresholds
        }
        changed = {*overlay.severity, *using, *(item.id for item in overlay.rules)}
        decisions |= dict.fromkeys(changed, overlay.decision)
    return Policy(
        severities=levels, thresholds=limits, local=tuple(local.values()), decisions=decisions
    )
