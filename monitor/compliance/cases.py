"""Everything known that bears on who published what, and the case of one agency and year."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from monitor.compliance import load
from monitor.compliance.load_crawls import load_portals
from monitor.compliance.model import Case, FilingEvidence, PortalEvidence, Publishers
from monitor.compliance.neighbourhood import Neighbourhood, kin_of, load_neighbourhoods
from monitor.compliance.publishers import group_of, load_publishers
from storage.models import Agency
from storage.obligations import Obligation
from storage.registry import agency_name

_NEVER_CRAWLED = PortalEvidence()
_NOWHERE = Neighbourhood()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The evidence as of an instant, ready to be asked about any agency."""

    by_agency: Mapping[tuple[Any, Any], Sequence[FilingEvidence]]
    """Filings by agency and fiscal year."""
    by_portal: Mapping[tuple[Any, Any], Sequence[FilingEvidence]]
    """Filings of known agency by portal and fiscal year."""
    pages: Mapping[Any, Sequence[FilingEvidence]]
    """By agency the filings whose page is the column itself."""
    portals: Mapping[str, PortalEvidence]
    columns: Mapping[str, frozenset[int]]
    """By agency the columns in which its reports were seen."""
    publishers: Mapping[int, Publishers]
    neighbourhoods: Mapping[str, Neighbourhood]
    kin: Mapping[str, frozenset[str]]


def gather(
    session: Session, agencies: Sequence[Agency], years: Sequence[int], as_of: datetime
) -> Known:
    """Return the evidence about some fiscal years, in a fixed number of queries."""
    filings = load.load_filings(session, years)
    told = [one for one in filings if one.agency_id is not None and one.fiscal_year is not None]
    neighbourhoods = load_neighbourhoods(session, agencies)
    return Known(
        by_agency=_grouped(told, lambda one: (one.agency_id, one.fiscal_year)),
        by_portal=_grouped(told, lambda one: (one.portal_id, one.fiscal_year)),
        pages=_grouped((one for one in told if one.is_column), lambda one: one.agency_id),
        portals=load_portals(session, as_of, filings, neighbourhoods),
        columns=load.load_known_columns(session),
        publishers=load_publishers(session),
        neighbourhoods=neighbourhoods,
        kin=kin_of(agencies),
    )


def _grouped(
    filings: Iterable[FilingEvidence], key: Callable[[FilingEvidence], Any]
) -> Mapping[Any, Sequence[FilingEvidence]]:
    found: dict[Any, list[FilingEvidence]] = defaultdict(list)
    for filing in filings:
        found[key(filing)].append(filing)
    return found


def case_of(agency: Agency, obligation: Obligation, known: Known) -> Case:
    """Return what is known about one obligation."""
    around = known.neighbourhoods.get(agency.portal_id, _NOWHERE)
    counted, year = obligation.counted, obligation.fiscal_year
    beside = around.governments if agency.id in around.governments else frozenset()
    return Case(
        agency=agency_name(agency),
        obligation=obligation,
        filings=tuple(one for each in counted for one in known.by_agency.get((each, year), ())),
        portal=known.portals.get(agency.portal_id, _NEVER_CRAWLED),
        known_columns=frozenset().union(
            *(known.columns.get(each, frozenset()) for each in counted)
        ),
        pages=tuple(
            one
            for each in counted
            for one in known.pages.get(each, ())
            if (one.fiscal_year or 0) < year
        ),
        group=group_of(agency.kind),
        publishers=known.publishers,
        kin=known.kin[agency.id].union(counted, beside),
        neighbours=around.names,
        governments=around.governments,
        others=tuple(
            one
            for one in known.by_portal.get((agency.portal_id, year), ())
            if one.agency_id not in counted
        ),
    )
