"""Who publishes on a portal, and whom the entries of its hubs mean."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance.labels import Label
from storage.models import Agency, AgencyKind, Portal
from storage.registry import AgencyName, agency_name, match_agency
from storage.registry.places import leading_places

_PLATFORM = re.compile(
    r"(?<=.)(?:法定)?(?:主动)?(?:政府|政务)?(?:信息)?公开(?:专栏|平台|目录|网站|主页|网)?$|"
    r"(?<=.)(?:网站|主页)$"
)
"""What an entry adds to the name of its agency: 财政局政府信息公开."""
_GOVERNMENTS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.GOVERNMENT_OFFICE})


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The agencies of one portal."""

    places: tuple[str, ...] = ()
    """Those that the portal's own name begins with: names may leave them out."""
    names: Mapping[str, AgencyName] = field(default_factory=dict)
    governments: frozenset[str] = frozenset()
    """The governments among them, and their offices."""

    def label(self, text: str, hub: str = "") -> Label:
        """Return an entry of a hub with the agencies that it may mean."""
        return Label(text=text, hub=hub, agencies=self._meant(text))

    def _meant(self, text: str) -> frozenset[str]:
        for name in dict.fromkeys((text, _PLATFORM.sub("", text))):
            match = match_agency(name, self.names.values(), places=self.places)
            found = {match.agency_id} if match.agency_id else set(match.candidates)
            if found:
                return frozenset(found)
        return frozenset()


def load_neighbourhoods(session: Session, agencies: Iterable[Agency]) -> dict[str, Neighbourhood]:
    """Return by portal who publishes there."""
    of_portal: dict[str, list[Agency]] = defaultdict(list)
    for agency in agencies:
        of_portal[agency.portal_id].append(agency)
    portals = session.execute(select(Portal.id, Portal.name)).all()
    return {row.id: _neighbourhood(row.name, of_portal[row.id]) for row in portals}


def _neighbourhood(name: str, agencies: Sequence[Agency]) -> Neighbourhood:
    return Neighbourhood(
        leading_places(name),
        {agency.id: agency_name(agency) for agency in agencies},
        frozenset(agency.id for agency in agencies if agency.kind in _GOVERNMENTS),
    )


def kin_of(agencies: Sequence[Agency]) -> dict[str, frozenset[str]]:
    """Return by agency those that a chain of renames and mergers links it with, and itself."""
    linked: dict[str, set[str]] = {agency.id: {agency.id} for agency in agencies}
    for agency in agencies:
        for other in (agency.renamed_from, agency.merged_into):
            if other is None or other not in linked or linked[other] is linked[agency.id]:
                continue
            joined = linked[agency.id] | linked[other]
            linked.update(dict.fromkeys(joined, joined))
    return {key: frozenset(others) for key, others in linked.items()}
