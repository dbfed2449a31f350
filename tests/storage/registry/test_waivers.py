"""Waivers: somebody decides and answers for it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from storage.database import create_database_engine
from storage.models import Base
from storage.registry import Source, agency_names, import_files, waive, waivers

PORTALS = (
    "portal,name,division,level,url\nqh,清河县,130534,county,http://q.gov.cn/\n"
    "qx,威县,130533,county,http://w.gov.cn/\n"
)
AGENCIES = (
    "agency,name,kind,division,portal\na,甲局,department,130534,qh\nb,乙局,department,130533,qx\n"
)
WHEN = datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        files = (PORTALS, AGENCIES)
        import_files(session, [Source(file="x", content=text.encode()) for text in files])
        yield session
    engine.dispose()


def test_a_waiver_is_kept_with_reason_and_author(session: Session) -> None:
    waive(session, "a", 2023, reason=" 机构撤并 ", author="县政府办", decided_at=WHEN)
    (found,) = waivers(session, [2023, 2024])
    assert (found.agency_id, found.reason, found.author) == ("a", "机构撤并", "县政府办")
    assert waivers(session, [2022]) == []


@pytest.mark.parametrize(("reason", "author"), [("", "x"), ("x", "  ")])
def test_a_waiver_nobody_answers_for_is_refused(session: Session, reason: str, author: str) -> None:
    with pytest.raises(ValueError, match="reason and an author"):
        waive(session, "a", 2023, reason=reason, author=author, decided_at=WHEN)


def test_an_agency_that_is_not_registered_cannot_be_waived(session: Session) -> None:
    with pytest.raises(LookupError):
        waive(session, "nobody", 2023, reason="x", author="y", decided_at=WHEN)


def test_the_agencies_of_a_portal_are_candidates_for_its_reports(session: Session) -> None:
    assert [one.name for one in agency_names(session, portal_id="qh")] == ["甲局"]
    assert [one.id for one in agency_names(session)] == ["a", "b"]
