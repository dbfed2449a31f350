"""The due days of local notices: those of the settings, and over them those of overlays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.rules.model import LocalDue
from monitor.rules.overlay import Overlay
from storage.settings import LocalDeadline, ObligationSettings


@dataclass(frozen=True, slots=True)
class Locally:
    """Who has set due days of its own for whom."""

    settings: ObligationSettings
    overlays: Sequence[Overlay] = ()

    def due(
        self, division: str | None, kind: str | None, fiscal_year: int | None
    ) -> LocalDue | None:
        """Return the due day that a local notice sets for an agency; None if there is none.

        Of several overlays the last one that sets any counts, before the settings; of several
        notices in one place that for the smallest division. What is not known is not ruled on.
        """
        if fiscal_year is None:
            return None
        for overlay in reversed(self.overlays):
            if overlay.holds_for(division, kind, fiscal_year):
                chosen = _smallest(overlay.deadlines, division, kind, fiscal_year)
                if chosen is not None:
                    return _due(chosen, fiscal_year, overlay.decision)
        chosen = _smallest(self.settings.local_deadlines, division, kind, fiscal_year)
        return _due(chosen, fiscal_year) if chosen is not None else None


def _smallest(
    deadlines: Iterable[LocalDeadline], division: str | None, kind: str | None, fiscal_year: int
) -> LocalDeadline | None:
    fitting = [item for item in deadlines if _is_for(item, division, kind, fiscal_year)]
    return max(fitting, key=lambda item: (len(item.division), bool(item.kinds)), default=None)


def _is_for(
    deadline: LocalDeadline, division: str | None, kind: str | None, fiscal_year: int
) -> bool:
    in_time = deadline.first_fiscal_year <= fiscal_year <= deadline.last_fiscal_year
    of_kind = not deadline.kinds or kind in deadline.kinds
    return in_time and of_kind and (division or "").startswith(deadline.division)


def _due(deadline: LocalDeadline, fiscal_year: int, decision: str | None = None) -> LocalDue:
    day = _day_of(deadline, fiscal_year + 1)
    return LocalDue(day=day, notice=deadline.notice, overlay=decision)


def _day_of(deadline: LocalDeadline, year: int) -> date:
    """Return the day in a year; in a month that is shorter, its last one."""
    for day in range(deadline.day, 27, -1):
        try:
            return date(year, deadline.month, day)
        except ValueError:
            continue
    return date(year, deadline.month, deadline.day)
