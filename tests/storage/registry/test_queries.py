"""What the registry answers."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from storage.database import create_database_engine
from storage.models import Base
from storage.registry import Source, agency_names, import_files

PORTALS = (
    "portal,name,division,level,url\nqh,清河县,130534,county,http://q.gov.cn/\n"
    "qx,威县,130533,county,http://w.gov.cn/\n"
)
AGENCIES = (
    "agency,name,kind,division,portal\na,甲局,department,130534,qh\nb,乙局,department,130533,qx\n"
)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        files = (PORTALS, AGENCIES)
        import_files(session, [Source(file="x", content=text.encode()) for text in files])
        yield session
    engine.dispose()


def test_the_agencies_of_a_portal_are_candidates_for_its_reports(session: Session) -> None:
    assert [one.name for one in agency_names(session, portal_id="qh")] == ["甲局"]
    assert [one.id for one in agency_names(session)] == ["a", "b"]
