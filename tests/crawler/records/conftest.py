"""A database with portals and agencies."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.database import create_database_engine, transaction
from storage.models import Agency, AgencyKind, Base, Portal, PortalLevel


def portal(portal_id: str, division: str = "130534", name: str = "清河县人民政府") -> Portal:
    """Return a portal."""
    return Portal(
        id=portal_id,
        name=name,
        division=division,
        level=PortalLevel.COUNTY,
        url=f"http://www.{portal_id}.gov.cn/",
        known_columns=[],
    )


def agency(agency_id: str, name: str, portal_id: str, division: str = "130534") -> Agency:
    """Return an agency."""
    return Agency(
        id=agency_id,
        name=name,
        kind=AgencyKind.DEPARTMENT,
        division=division,
        portal_id=portal_id,
        aliases=[],
    )


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        session.add_all(
            [
                portal("qinghe"),
                portal("weixian", "130533", "威县"),
                portal("far", "440106", "天河区"),
            ]
        )
        session.flush()
        session.add_all(
            [
                agency("fin", "清河县财政局", "qinghe"),
                agency("edu", "清河县教育局", "qinghe"),
                agency("wfin", "威县财政局", "weixian", "130533"),
                agency("one", "天河区财政局", "far", "440106"),
            ]
        )
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with transaction(engine) as session:
        yield session
