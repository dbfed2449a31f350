"""Whose a column is, seen from one agency: may its report stand there? Pure.

A column is another agency's own only if that is proved. In doubt the report that is looked for
may stand in it, and it must have been read.
"""

import re
from enum import StrEnum

from monitor.compliance.labels import Label
from monitor.compliance.model import Case, ColumnEvidence, Publishers
from storage.registry import AgencyName, match_agency, near_names

_BESIDE = re.compile(r"[（()）\[\]【】、，,/·＋+和与及暨]|挂牌|合署")
"""What stands between the names of two bodies that report as one."""
_SURE = 2
"""Reports that make a habit: one alone may stand anywhere."""


class Whose(StrEnum):
    """What a column is to an agency."""

    OWN = "own"
    """Its own, or one in which its reports stand."""
    OTHER = "other"
    """Proved to be that of another agency alone."""
    OPEN = "open"
    """For many, or nobody knows whose."""


def whose(column: ColumnEvidence, case: Case) -> Whose:
    """Return what a column is to the agency of a case."""
    if column.id in case.known_columns:
        return Whose.OWN
    label, seen = column.label, case.publishers.get(column.id)
    if label is not None and label.agencies and label.agencies <= set(case.obligation.counted):
        return Whose.OWN if seen is None or seen.owners <= case.kin else Whose.OPEN
    if label is not None and is_of_others(label, case):
        return Whose.OTHER if _agrees(label, seen) else Whose.OPEN
    return Whose.OTHER if _is_others_by_habit(column, seen, case) else Whose.OPEN


def _agrees(label: Label, seen: Publishers | None) -> bool:
    """Tell whether what stands in a column is of whom its entry means, or where it lies says so."""
    if seen is None:
        return label.below
    return bool(seen.owners) and seen.owners <= label.agencies and not seen.nameless


def is_of_others(label: Label, case: Case) -> bool:
    """Tell whether an entry of a hub names agencies of which none can be that of the case.

    Names that mean nobody of the registry prove nothing: it may be a name that the registry does
    not know. What is a government's own may become the place for everybody.
    """
    if not label.agencies or label.agencies & (case.kin | case.governments):
        return False
    names = [case.neighbours[each] for each in label.agencies if each in case.neighbours]
    return not (names_too(label.text, case.agency) or any(_names_too(name, case) for name in names))


def is_left_to_others(label: Label, case: Case) -> bool:
    """Tell whether a way that a search left leads to what cannot be the place of the agency.

    That of a government is none if the agency has a column of its own, with reports in it.
    """
    if is_of_others(label, case):
        return True
    governments = bool(label.agencies) and label.agencies <= case.governments - case.kin
    return governments and has_own(case)


def has_own(case: Case) -> bool:
    """Tell whether a standing column shows reports of the agency, by habit, and of no other."""
    crawl = case.portal.crawl
    for column in crawl.columns if crawl else ():
        seen = case.publishers.get(column.id)
        if column.lost_at is not None or seen is None or column.id not in case.known_columns:
            continue
        if seen.reports >= _SURE and not seen.nameless and seen.owners <= case.kin:
            return True
    return False


def _is_others_by_habit(column: ColumnEvidence, seen: Publishers | None, case: Case) -> bool:
    """Tell whether a column shows reports of one other agency alone, while the agency has its own.

    That of a government must be called so by its hub: most columns for all begin with its report.
    """
    if seen is None or seen.nameless or seen.reports < _SURE or len(seen.owners) != 1:
        return False
    [owner] = seen.owners
    if owner in case.kin or not has_own(case) or _may_name(column.label, case):
        return False
    if owner in case.governments:
        return column.label is not None and owner in column.label.agencies
    if owner in case.neighbours:
        return not _names_too(case.neighbours[owner], case)
    return not (names_too(owner, case.agency) or near_names(owner, [case.agency]))


def _may_name(label: Label | None, case: Case) -> bool:
    return label is not None and (
        bool(label.agencies & case.kin) or names_too(label.text, case.agency)
    )


def _names_too(other: AgencyName, case: Case) -> bool:
    return any(names_too(name, case.agency) for name in (other.name, *other.aliases))


def names_too(name: str, agency: AgencyName) -> bool:
    """Tell whether a name is of several bodies, the agency among them.

    农业农村局（乡村振兴局）, 教育和体育局: who reports together publishes in one place.
    """
    parts = [part for part in _BESIDE.split(name) if len(part) > 1]
    return len(parts) > 1 and any(match_agency(part, [agency]).agency_id for part in parts)
