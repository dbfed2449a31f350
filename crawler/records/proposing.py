"""Agencies that lists name and the registry does not know: proposed to people, never added."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AgencyProposal, Portal, ProposalState
from storage.registry import normalise_name
from storage.registry.kinds import kind_of_name

_AGENCY = re.compile(
    r"^[\u3400-\u9fff()·、]{3,40}(?:政府|办公室|办公厅|委员会|管委会|办事处|街道|镇|乡|苏木|[局委办厅署院馆站]|分局|支队|大队|中心"
    r"|开发区|高新区|总队|调查队|海关|消防救援\S{0,4})$"
)
_SAYS_NO_ONE = re.compile(r"^(?:[本我各全该]|关于|市直|县直|区直|下属|所属|有关|相关)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where an unknown agency was named."""

    portal_id: str
    title: str
    url: str
    list_url: str | None
    sha256: str | None
    seen_at: datetime


def propose(session: Session, name: str, sighting: Sighting, *, is_new: bool) -> None:
    """Note that a report names an agency that is not registered.

    Args:
        session: of the database.
        name: as the title gives it.
        sighting: where.
        is_new: True if the report was not seen before; then it is counted.
    """
    wanted = normalise_name(name)
    if not _AGENCY.match(wanted) or _SAYS_NO_ONE.match(wanted):
        return
    found = session.scalars(
        select(AgencyProposal).where(
            AgencyProposal.portal_id == sighting.portal_id, AgencyProposal.name == wanted
        )
    ).first()
    if found is None:
        found = _proposal(session, wanted, sighting)
        session.add(found)
    found.count += is_new
    found.last_seen_at = sighting.seen_at
    session.flush()


def _proposal(session: Session, name: str, sighting: Sighting) -> AgencyProposal:
    return AgencyProposal(
        portal_id=sighting.portal_id,
        name=name,
        kind=kind_of_name(name),
        division=session.get_one(Portal, sighting.portal_id).division,
        title=sighting.title,
        url=sighting.url,
        list_url=sighting.list_url,
        sha256=sighting.sha256,
        count=0,
        first_seen_at=sighting.seen_at,
        last_seen_at=sighting.seen_at,
        state=ProposalState.OPEN,
    )
