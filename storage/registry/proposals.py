"""Agencies that lists of portals name and the registry does not know: listed, accepted, dismissed.

Nothing is added of itself: a name in a title is no proof that an agency exists or owes a report.
"""

import csv
from collections.abc import Collection
from datetime import datetime
from io import StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storage.models import Agency, AgencyKind, AgencyProposal, ProposalState
from storage.registry.importing import FileResult, Source, import_files
from storage.registry.names import normalise_name

HEADER = ("agency", "name", "kind", "division", "portal")
"""Columns of the row that a proposal suggests for ``agencies.csv``."""


class UnknownProposalError(LookupError):
    """There is no such proposal."""


def proposals(
    session: Session, states: Collection[ProposalState] = (ProposalState.OPEN,)
) -> list[AgencyProposal]:
    """Return the proposals in some states, by portal, those with the most reports first.

    One whose agency has been registered since, under its name or an alias, counts as accepted.
    """
    found = session.scalars(
        select(AgencyProposal)
        .options(joinedload(AgencyProposal.portal))
        .order_by(AgencyProposal.portal_id, AgencyProposal.count.desc(), AgencyProposal.id)
    ).all()
    return [each for each in found if each.state in states]


def settle_registered(session: Session, now: datetime) -> int:
    """Note which open proposals are of agencies that are registered by now; return how many."""
    names: dict[str, str] = {}
    for agency in session.scalars(select(Agency)):
        for name in (agency.name, *agency.aliases):
            names.setdefault(normalise_name(name), agency.id)
    open_ones = proposals(session)
    settled = [each for each in open_ones if each.name in names]
    for proposal in settled:
        _decide(proposal, ProposalState.ACCEPTED, now, names[proposal.name])
    return len(settled)


def suggested_row(proposal: AgencyProposal, agency_id: str = "") -> dict[str, str]:
    """Return a proposal as a row of ``agencies.csv``; kind and division are guesses."""
    return {
        "agency": agency_id or f"{proposal.portal_id}-p{proposal.id}",
        "name": proposal.name,
        "kind": proposal.kind.value,
        "division": proposal.division,
        "portal": proposal.portal_id,
    }


def accept(
    session: Session,
    proposal_id: int,
    now: datetime,
    *,
    agency_id: str = "",
    kind: AgencyKind | None = None,
    division: str = "",
) -> FileResult:
    """Register the agency of a proposal, as if its row had been imported.

    Returns:
        What became of the row; with problems nothing was changed.

    Raises:
        UnknownProposalError: if there is no such proposal.
    """
    proposal = _get(session, proposal_id)
    row = suggested_row(proposal, agency_id)
    row["kind"] = kind.value if kind else row["kind"]
    row["division"] = division or row["division"]
    text = StringIO()
    writer = csv.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerow(row)
    source = Source(file=f"proposal {proposal_id}", content=text.getvalue().encode())
    [result] = import_files(session, [source])
    if not result.problems:
        _decide(proposal, ProposalState.ACCEPTED, now, row["agency"])
    return result


def dismiss(session: Session, proposal_id: int, now: datetime) -> None:
    """Note that a proposal is of no agency that is to be watched.

    Raises:
        UnknownProposalError: if there is no such proposal.
    """
    _decide(_get(session, proposal_id), ProposalState.DISMISSED, now, None)


def _decide(
    proposal: AgencyProposal, state: ProposalState, now: datetime, agency_id: str | None
) -> None:
    proposal.state = state
    proposal.decided_at = now
    proposal.agency_id = agency_id


def _get(session: Session, proposal_id: int) -> AgencyProposal:
    proposal = session.get(AgencyProposal, proposal_id)
    if proposal is None:
        raise UnknownProposalError(proposal_id)
    return proposal
