"""Which agency came after which: renames, mergers, and who has whose duties. Pure.

A rename makes no other body: a report under either name is its report. A merger ends one body,
and its duties pass to the one it was merged into.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from storage.models.registry import AgencyKind, PortalLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """An agency as far as its duties depend on it; days are inclusive."""

    id: str
    name: str
    kind: AgencyKind
    portal_level: PortalLevel
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str | None = None
    renamed_from: str | None = None

    def existed_in(self, year: int) -> bool:
        """Tell whether it existed on any day of a year."""
        begun = self.valid_from is None or self.valid_from <= date(year, 12, 31)
        return begun and (self.valid_to is None or self.valid_to >= date(year, 1, 1))

    def existed_on(self, day: date) -> bool:
        """Tell whether it existed on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or self.valid_to >= day)


class Lineage:
    """The links between the agencies of a roster; links to unknown agencies are left out."""

    def __init__(self, roster: Mapping[str, RosterEntry]) -> None:
        self._former = {
            entry.id: entry.renamed_from
            for entry in roster.values()
            if entry.renamed_from is not None and entry.renamed_from in roster
        }
        self._renamed = {former: later for later, former in self._former.items()}
        self._after = dict(self._renamed)
        self._after |= {
            entry.id: entry.merged_into
            for entry in roster.values()
            if entry.merged_into is not None and entry.merged_into in roster
        }
        self.entries = {entry.id: self._dated(entry, roster) for entry in roster.values()}

    def _dated(self, entry: RosterEntry, roster: Mapping[str, RosterEntry]) -> RosterEntry:
        """Give a renamed agency without last day the day before its new name begins."""
        later = self._renamed.get(entry.id)
        if entry.valid_to is not None or later is None:
            return entry
        begins = roster[later].valid_from
        return replace(entry, valid_to=begins - timedelta(days=1)) if begins else entry

    def has_heir(self, entry: RosterEntry) -> bool:
        """Tell whether an agency was renamed or merged, on a known day or not."""
        return entry.id in self._after

    def heirs_of(self, entry: RosterEntry) -> list[RosterEntry]:
        """Return who came after an agency, the next first."""
        found = self._walk(entry.id, self._after)
        return [self.entries[key] for key in found]

    def heir_of(self, entry: RosterEntry, day: date) -> RosterEntry | None:
        """Return who has the duties of an ended agency on a day: the first heir still there."""
        heirs = self.heirs_of(entry)
        living = (heir for heir in heirs if heir.valid_to is None or heir.valid_to >= day)
        return next(living, heirs[-1] if heirs else None)

    def names_of(self, entry: RosterEntry) -> tuple[str, ...]:
        """Return the ids under which the same body was or will be registered, its own first."""
        before = self._walk(entry.id, self._former)
        after = self._walk(entry.id, self._renamed)
        return (entry.id, *before, *after)

    @staticmethod
    def _walk(start: str, links: Mapping[str, str]) -> list[str]:
        met: list[str] = []
        step = links.get(start)
        while step is not None and step != start and step not in met:
            met.append(step)
            step = links.get(step)
        return met
