"""Agencies that lists name: what their names sound like, and what people decide."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import create_database_engine, transaction
from storage.models import (
    Agency,
    AgencyKind,
    AgencyProposal,
    Base,
    Portal,
    PortalLevel,
    ProposalState,
)
from storage.registry.kinds import kind_of_name
from storage.registry.proposals import (
    UnknownProposalError,
    accept,
    dismiss,
    proposals,
    settle_registered,
    suggested_row,
)

NOW = datetime(2024, 2, 1, tzinfo=UTC)

NAMES = {
    "清河县人民政府": AgencyKind.GOVERNMENT,
    "清河县人民政府办公室": AgencyKind.GOVERNMENT_OFFICE,
    "清河县政府办": AgencyKind.GOVERNMENT_OFFICE,
    "葛仙庄镇": AgencyKind.TOWNSHIP,
    "葛仙庄镇人民政府": AgencyKind.TOWNSHIP,
    "天园街道": AgencyKind.DISPATCHED,
    "清河经济开发区管委会": AgencyKind.DISPATCHED,
    "国家税务总局清河县税务局": AgencyKind.VERTICAL,
    "清河县财政局": AgencyKind.DEPARTMENT,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_sounds_like_a_kind(name: str) -> None:
    assert kind_of_name(name) is NAMES[name]


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def proposal(session: Session) -> AgencyProposal:
    session.add(
        Portal(
            id="qh",
            name="清河县人民政府",
            division="130534",
            level=PortalLevel.COUNTY,
            url="http://q.gov.cn/",
            known_columns=[],
        )
    )
    session.flush()
    found = AgencyProposal(
        portal_id="qh",
        name="清河县民政局",
        kind=AgencyKind.DEPARTMENT,
        division="130534",
        title="清河县民政局2023年政府信息公开工作年度报告",
        url="http://q.gov.cn/nb/1.html",
        list_url="http://q.gov.cn/nb/",
        sha256="a" * 64,
        count=2,
        first_seen_at=NOW,
        last_seen_at=NOW,
        state=ProposalState.OPEN,
    )
    session.add(found)
    session.flush()
    return found


def test_what_is_accepted_is_registered_as_its_row_says(
    session: Session, proposal: AgencyProposal
) -> None:
    assert suggested_row(proposal)["agency"] == f"qh-p{proposal.id}"
    result = accept(session, proposal.id, NOW, agency_id="qh-mz")
    assert (result.added, result.problems) == (("qh-mz",), ())
    agency = session.get_one(Agency, "qh-mz")
    assert (agency.name, agency.portal_id, agency.division) == ("清河县民政局", "qh", "130534")
    assert (proposal.state, proposal.agency_id) == (ProposalState.ACCEPTED, "qh-mz")
    assert proposals(session) == []


def test_a_row_that_import_refuses_leaves_the_proposal_open(
    session: Session, proposal: AgencyProposal
) -> None:
    assert accept(session, proposal.id, NOW, agency_id="Not An Id").problems
    assert proposal.state is ProposalState.OPEN
    assert session.scalars(select(Agency)).all() == []


def test_what_is_dismissed_is_not_listed_again(session: Session, proposal: AgencyProposal) -> None:
    dismiss(session, proposal.id, NOW)
    assert proposals(session) == []
    assert proposals(session, tuple(ProposalState)) == [proposal]
    with pytest.raises(UnknownProposalError):
        dismiss(session, 99, NOW)


def test_an_agency_that_was_registered_by_hand_settles_its_proposal(
    session: Session, proposal: AgencyProposal
) -> None:
    assert settle_registered(session, NOW) == 0
    session.add(
        Agency(
            id="mz",
            name="清河县民政和社会事务局",
            kind=AgencyKind.DEPARTMENT,
            division="130534",
            portal_id="qh",
            aliases=["清河县民政局"],
        )
    )
    session.flush()
    assert settle_registered(session, NOW) == 1
    assert (proposal.state, proposal.agency_id) == (ProposalState.ACCEPTED, "mz")
