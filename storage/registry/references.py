"""What rows of agencies point to: portals, and each other by lineage."""

from collections.abc import Collection, Mapping

from storage.models import Agency
from storage.registry.problems import Problem
from storage.registry.rows import Entry

_LINEAGE = ("merged_into", "renamed_from")


def reference_problems(
    file: str,
    entries: Mapping[str, Entry],
    portals: Collection[str],
    known: Collection[str],
    stored: Mapping[str, Agency],
) -> list[Problem]:
    """Return every row that names a portal or an agency that is not there, or leads in a circle.

    ``portals`` and ``known`` are ids of the portals and agencies there are or will be;
    ``stored`` are the agencies as the registry has them now.
    """
    problems = []
    for agency_id, entry in entries.items():
        if entry.values["portal_id"] not in portals:
            problems.append(_unknown_portal(file, entry))
        for column in _LINEAGE:
            other = entry.values.get(column)
            if other is not None and (other not in known or other == agency_id):
                problems.append(_unknown_relative(file, entry, column, itself=other == agency_id))
    return problems or _circle_problems(file, entries, stored)


def _circle_problems(
    file: str, entries: Mapping[str, Entry], stored: Mapping[str, Agency]
) -> list[Problem]:
    """Refuse A merged into B merged into A: a duty would pass round for ever."""
    problems = []
    for column in _LINEAGE:
        onward = {agency.id: getattr(agency, column) for agency in stored.values()}
        onward |= {
            key: entry.values[column] for key, entry in entries.items() if column in entry.values
        }
        for agency_id, entry in entries.items():
            if _leads_back(agency_id, onward):
                problems.append(_circle(file, entry, column))
    return problems


def _leads_back(agency_id: str, onward: Mapping[str, str | None]) -> bool:
    met = {agency_id}
    step = onward.get(agency_id)
    while step is not None and step not in met:
        met.add(step)
        step = onward.get(step)
    return step == agency_id


def _unknown_portal(file: str, entry: Entry) -> Problem:
    portal = entry.values["portal_id"]
    return Problem(
        file=file,
        line=entry.line,
        column="portal",
        zh=f"没有编号为“{portal}”的门户",
        en=f"there is no portal {portal!r}",
        remedy_zh="先导入门户表，或与之一起导入；若门户表被拒绝，先改正它",
        remedy_en="import the file of portals first or with this one; if it was refused, mend it",
    )


def _unknown_relative(file: str, entry: Entry, column: str, *, itself: bool) -> Problem:
    other = entry.values[column]
    return Problem(
        file=file,
        line=entry.line,
        column=column,
        zh="指向机关自己" if itself else f"没有编号为“{other}”的机关",
        en="names the agency itself" if itself else f"there is no agency {other!r}",
        remedy_zh="填另一机关的编号，或留空",
        remedy_en="give the id of another agency, or leave it blank",
    )


def _circle(file: str, entry: Entry, column: str) -> Problem:
    agency_id = entry.values["id"]
    return Problem(
        file=file,
        line=entry.line,
        column=column,
        zh=f"沿革循环，最终又回到“{agency_id}”",
        en=f"the lineage leads back to {agency_id!r}",
        remedy_zh="删除其中一处",
        remedy_en="take one of the links out",
    )
