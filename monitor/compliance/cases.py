"""Everything known that bears on who published what, and the case of one agency and year."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from monitor.compliance.filing_evidence import FilingEvidence
from monitor.compliance.load_crawls import load_portals
from monitor.compliance.load_filings import Scope, known_by, load_filings, load_known_columns
from monitor.compliance.model import Case, PortalEvidence, Publishers
from monitor.compliance.neighbourhood import Neighbourhood, kin_of, load_neighbourhoods
from monitor.compliance.publishers import group_of, load_publishers
from monitor.compliance.settled import Settled
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
    told: Mapping[Any, Sequence[FilingEvidence]]
    """By agency its filings of these years and those beside them."""
    portals: Mapping[str, PortalEvidence]
    columns: Mapping[str, frozenset[int]]
    """By agency the columns in which its reports were seen."""
    publishers: Mapping[int, Publishers]
    neighbourhoods: Mapping[str, Neighbourhood]
    kin: Mapping[str, frozenset[str]]
    settled: Settled


def gather(
    session: Session,
    agencies: Sequence[Agency],
    years: Sequence[int],
    as_of: datetime,
    portal_id: str | None = None,
    settled: Settled | None = None,
) -> Known:
    """Return the evidence about some fiscal years, in a fixed number of queries.

    Args:
        session: of the database.
        agencies: all of the registry.
        years: fiscal years.
        as_of: what was learnt later is left out where anything had been learnt by then.
        portal_id: of the only portal that will be asked about; None for all.
        settled: what people have decided about whose reports are.
    """
    kin = kin_of(agencies)
    scope = _scope(agencies, kin, portal_id) if portal_id is not None else None
    near = [each for each in agencies if portal_id in (None, each.portal_id)]
    neighbourhoods = load_neighbourhoods(session, near)
    settled = settled or Settled()
    filings = settled.of(load_filings(session, years, scope, also=settled.assigned))
    portals = load_portals(session, as_of, filings, neighbourhoods, portal_id)
    later = [each for each, evidence in portals.items() if evidence.later]
    known = [one for one in filings if one.agency_id is not None and one.fiscal_year is not None]
    by_then = known_by(known, as_of, later)
    return Known(
        by_agency=_grouped(known, lambda one: (one.agency_id, one.fiscal_year)),
        by_portal=_grouped(by_then, lambda one: (one.portal_id, one.fiscal_year)),
        told=_grouped(by_then, lambda one: one.agency_id),
        portals=portals,
        columns=load_known_columns(session, as_of, later, scope),
        publishers=load_publishers(session, as_of, later, scope),
        neighbourhoods=neighbourhoods,
        kin=kin,
        settled=settled,
    )


def _scope(agencies: Sequence[Agency], kin: Mapping[str, frozenset[str]], portal_id: str) -> Scope:
    own = (kin[each.id] for each in agencies if each.portal_id == portal_id)
    return Scope(portal_id=portal_id, agencies=frozenset().union(*own))


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
    own = [one for each in counted for one in known.told.get(each, ())]
    return Case(
        agency=agency_name(agency),
        obligation=obligation,
        filings=tuple(one for each in counted for one in known.by_agency.get((each, year), ())),
        portal=known.portals.get(agency.portal_id, _NEVER_CRAWLED),
        known_columns=frozenset().union(
            *(known.columns.get(each, frozenset()) for each in counted)
        ),
        pages=tuple(one for one in own if one.is_column and (one.fiscal_year or 0) < year),
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
        misdated=tuple(one for one in own if one.fiscal_year != year),
        ruled_out=known.settled.ruled_out.get((agency.id, year), frozenset()),
    )
