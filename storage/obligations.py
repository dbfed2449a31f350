"""Who owes a report for which fiscal year, until when, and by what law. Pure.

References: 《政府信息公开条例》 arts. 3, 10, 49, 54 (State Council Order 711, since fiscal year
2019) and art. 31 of its predecessor (Order 492); the data is ``storage/law/deadlines.toml``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from storage.clock import end_of_day
from storage.law import load_law
from storage.lineage import Lineage, RosterEntry
from storage.models.registry import AgencyKind, PortalLevel
from storage.settings import ObligationSettings
from storage.titles.wording import without_blanks


class Duty(StrEnum):
    """Whether a report is owed."""

    OWED = "owed"
    WAIVED = "waived"
    NOT_OBLIGED = "not_obliged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What one agency owes for one fiscal year; texts in Chinese and English."""

    agency_id: str
    fiscal_year: int
    due_on: date
    due_at: datetime
    """The last instant that is on time: 24:00 of the due day and of the days of grace."""
    basis_zh: str
    basis_en: str
    severity_cap: str | None
    duty: Duty
    reason_zh: str | None = None
    reason_en: str | None = None
    note_zh: str | None = None
    note_en: str | None = None
    """A remark on the due day: it is in a holiday and is not put off."""
    counted: tuple[str, ...] = ()
    """The agencies whose report for the year keeps this duty: itself, and by succession others."""

    @property
    def obliged(self) -> bool:
        """True if a report is owed and not waived."""
        return self.duty is Duty.OWED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deadline:
    due_on: date
    basis_zh: str
    basis_en: str
    severity_cap: str | None


def obligations(
    roster: Iterable[RosterEntry],
    fiscal_year: int,
    settings: ObligationSettings,
    waivers: Mapping[str, str] | None = None,
) -> list[Obligation]:
    """Return what each agency owes for a fiscal year, in the order of the roster.

    ``waivers`` gives the reason by agency id. Agencies that did not exist in the fiscal year
    are left out, unless the duty of one that did has passed to them. ``roster`` must hold all
    agencies, or successions are not seen.
    """
    lineage = Lineage({entry.id: entry for entry in roster})
    passed = _heirs(lineage, fiscal_year)
    found = []
    for entry in lineage.entries.values():
        deadline = _deadline(_subject(entry), fiscal_year)
        inherited = [] if entry.existed_in(fiscal_year) else passed.get(entry.id, [])
        if deadline is None or not (entry.existed_in(fiscal_year) or inherited):
            continue
        duty, zh, en = _duty(entry, deadline, lineage, settings, waivers or {}, inherited)
        found.append(
            Obligation(
                agency_id=entry.id,
                fiscal_year=fiscal_year,
                due_on=deadline.due_on,
                due_at=end_of_day(deadline.due_on + timedelta(days=settings.grace_days)),
                basis_zh=deadline.basis_zh,
                basis_en=deadline.basis_en,
                severity_cap=deadline.severity_cap,
                duty=duty,
                reason_zh=zh,
                reason_en=en,
                counted=_counted(entry, fiscal_year, inherited, lineage),
                **_note(deadline.due_on),
            )
        )
    return found


def due_day(kind: AgencyKind, fiscal_year: int, *, name: str = "") -> date | None:
    """Return the day by which an agency of a kind must have published; None before Order 492.

    ``name`` tells street offices from other dispatched bodies.
    """
    deadline = _deadline(_subject_of(kind, name), fiscal_year)
    return deadline.due_on if deadline else None


def _duty(
    entry: RosterEntry,
    deadline: _Deadline,
    lineage: Lineage,
    settings: ObligationSettings,
    waivers: Mapping[str, str],
    inherited: Sequence[RosterEntry],
) -> tuple[Duty, str | None, str | None]:
    if entry.id in waivers:
        return Duty.WAIVED, f"已豁免：{waivers[entry.id]}", f"waived: {waivers[entry.id]}"
    if entry.kind is AgencyKind.VERTICAL and entry.portal_level is not PortalLevel.DEPARTMENT:
        return (
            Duty.NOT_OBLIGED,
            "垂直管理部门，在本系统网站公布年报",
            "a vertical system: its report is due on the portal of its own system",
        )
    if not settings.townships and _subject(entry) == "township":
        return (
            Duty.NOT_OBLIGED,
            "按设置，乡镇和街道不在核查范围",
            "townships and streets are not checked by these settings",
        )
    if _has_ended(entry, deadline.due_on, lineage):
        return (Duty.NOT_OBLIGED, *_ended(entry, lineage, deadline.due_on))
    if inherited:
        names = "、".join(one.name for one in inherited)
        return Duty.OWED, f"承继{names}的年报义务", f"the duty of {names} has passed to it"
    return Duty.OWED, None, None


def _has_ended(entry: RosterEntry, due_on: date, lineage: Lineage) -> bool:
    """Tell whether an agency was gone by the due day; if nobody says when, it was."""
    if entry.valid_to is None:
        return lineage.has_heir(entry)
    return entry.valid_to < due_on


def _ended(entry: RosterEntry, lineage: Lineage, due_on: date) -> tuple[str, str]:
    heir = lineage.heir_of(entry, due_on)
    if heir is None:
        return (
            f"已于{entry.valid_to}撤销，登记中没有承继机关",
            f"abolished on {entry.valid_to}; the registry names no successor",
        )
    when_zh = f"已于{entry.valid_to}" if entry.valid_to else "已（日期未登记）"
    when_en = f"on {entry.valid_to}" if entry.valid_to else "on a day that is not registered"
    return (
        f"{when_zh}撤并或更名，年报义务由{heir.name}承继",
        f"merged or renamed {when_en}; the duty has passed to {heir.name}",
    )


def _heirs(lineage: Lineage, fiscal_year: int) -> dict[str, list[RosterEntry]]:
    """Return by heir the agencies of the fiscal year whose duty has passed to it.

    An heir founded after its own due day cannot have kept it, and is not held to it.
    """
    passed: dict[str, list[RosterEntry]] = defaultdict(list)
    for former in lineage.entries.values():
        deadline = _deadline(_subject(former), fiscal_year)
        if deadline is None or not former.existed_in(fiscal_year):
            continue
        if former.valid_to is None or former.valid_to >= deadline.due_on:
            continue
        heir = lineage.heir_of(former, deadline.due_on)
        own = _deadline(_subject(heir), fiscal_year) if heir else None
        if heir and own and heir.existed_on(own.due_on):
            passed[heir.id].append(former)
    return passed


def _counted(
    entry: RosterEntry, fiscal_year: int, inherited: Iterable[RosterEntry], lineage: Lineage
) -> tuple[str, ...]:
    """Return the agencies whose report for the year keeps the duty of ``entry``.

    These are all its names, and bodies that did not exist in the fiscal year: they can only
    report on what another did then.
    """
    later = [heir for heir in lineage.heirs_of(entry) if not heir.existed_in(fiscal_year)]
    bodies = (entry, *inherited, *later)
    return tuple(dict.fromkeys(key for body in bodies for key in lineage.names_of(body)))


def _subject(entry: RosterEntry) -> str:
    return _subject_of(entry.kind, entry.name)


def _subject_of(kind: AgencyKind, name: str) -> str:
    law = load_law("deadlines")
    street = law["street"]
    if kind.value == street["kind"] and re.search(street["match"], without_blanks(name)):
        return str(street["subject"])
    return str(law["subject_of_kind"][kind.value])


@cache
def _deadline(subject: str, fiscal_year: int) -> _Deadline | None:
    for entry in load_law("deadlines")["deadline"]:
        first, last = entry["fiscal_years"]
        if first <= fiscal_year <= last and entry["subject"] in (subject, "any"):
            return _Deadline(
                due_on=date(fiscal_year + 1, entry["month"], entry["day"]),
                basis_zh=entry["basis"],
                basis_en=entry["basis_en"],
                severity_cap=entry.get("severity_cap"),
            )
    return None


def _note(due_on: date) -> dict[str, Any]:
    if due_on.isoformat() in load_law("deadlines")["spring_festival"]["days"]:
        zh, en = "春节假期", "in the Spring Festival holiday"
    elif due_on.weekday() >= 5:
        zh, en = "周末", "at a weekend"
    else:
        return {}
    return {
        "note_zh": f"到期日在{zh}；条例规定的是具体日期，不顺延",
        "note_en": f"the due day is {en}; the Regulation names a day, nothing is put off",
    }
