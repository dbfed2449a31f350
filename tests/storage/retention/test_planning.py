"""What is planned on a real database: only list pages that are there and that nobody needs."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.archive import Archive, DirectoryArchive
from storage.captures import Exchange, archive_exchange
from storage.database import transaction
from storage.models import (
    Column,
    ColumnReading,
    CopyName,
    Crawl,
    Event,
    Filing,
    Fixity,
    Original,
    OriginalRole,
    Portal,
    PortalLevel,
)
from storage.retention.citations import Citations, note
from storage.retention.model import Keep, Plan
from storage.retention.planning import plan, policy_of
from storage.settings import LocalDeadline, ObligationSettings, RetentionSettings
from storage.upkeep.mirror import mirror
from storage.upkeep.repairs import repair
from storage.upkeep.rota import Checked, Copy, record

MakeExchange = Callable[..., Exchange]
POLICY = policy_of(RetentionSettings(), ObligationSettings())
NOW = datetime(2030, 7, 1, tzinfo=UTC)
START = datetime(2024, 5, 10, tzinfo=UTC)
URL = "http://www.boai.gov.cn/list"
CRAWLS = 8


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def body(number: int) -> bytes:
    return f"<ul>{number}</ul>".encode()


def crawl(engine: Engine, number: int, portal: str = "boai") -> int:
    at = START + timedelta(days=10 * number)
    with transaction(engine) as session:
        row = Crawl(
            run_id=f"run {portal} {number}",
            portal_id=portal,
            started_at=at,
            finished_at=at + timedelta(hours=1),
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def crawled(engine: Engine, archive: Archive, exchange: MakeExchange) -> Callable[..., list[int]]:
    """A maker of eight crawls of one list page, each with another body; returns its captures."""

    def make(portal: str = "boai", served: Callable[[int], bytes] | None = None) -> list[int]:
        ids = []
        for number in range(CRAWLS):
            at = START + timedelta(days=10 * number)
            usual: dict[str, Any] = {
                "purpose": "list",
                "body": body(number),
                "crawl_id": crawl(engine, number, portal),
                "requested_at": at,
                "fetched_at": at,
            }
            if served is not None:
                usual["wire_body"] = served(number)
            ids += archive_exchange(engine, archive, [exchange(URL, **usual)])
        return ids

    exchange()  # the portal is there
    return make


def planned(engine: Engine, archive: Archive) -> set[str]:
    return {each.sha256 for each in plan(engine, archive, POLICY, NOW).remove}


def between(first: int = 1, last: int = CRAWLS - 1) -> set[str]:
    return {sha(body(number)) for number in range(first, last)}


def test_what_lies_between_the_oldest_and_the_newest_may_go(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    crawled()

    found: Plan = plan(engine, archive, POLICY, NOW)

    assert {each.sha256 for each in found.remove} == between()
    assert {(each.size, each.captures) for each in found.remove} == {(len(body(1)), 1)}
    assert found.planned_at == CRAWLS
    assert found.kept[Keep.FIRST].bodies == found.kept[Keep.LAST].bodies == 1
    assert sum(each.bodies for each in found.kept.values()) == 2


def test_that_it_was_hashed_again_or_repaired_keeps_nothing(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]], tmp_path: Path
) -> None:
    crawled()
    second = DirectoryArchive(tmp_path / "second")
    own = Copy(name=CopyName.ARCHIVE, archive=archive)
    other = Copy(name=CopyName.SECOND, archive=second)
    mirror(engine, archive, second)
    checks = [
        Checked(sha256=each, copy=CopyName.ARCHIVE, at=NOW, result=Fixity.SOUND)
        for each in between()
    ]
    with transaction(engine) as session:
        record(session, checks)
    repair(engine, sha(body(2)), own, other, Fixity.LOST, "王敏")

    assert planned(engine, archive) == between()


def test_what_is_not_in_the_archive_is_not_planned(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    crawled()
    archive.remove(sha(body(3)))

    assert planned(engine, archive) == between() - {sha(body(3))}


def test_bodies_as_served_go_with_the_decoded_ones(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    crawled(served=lambda number: b"compressed %d" % number)

    found = {each.sha256: each.size for each in plan(engine, archive, POLICY, NOW).remove}

    wires = {sha(b"compressed %d" % number) for number in range(1, CRAWLS - 1)}
    assert found.keys() == between() | wires
    assert {found[each] for each in wires} == {None}


def test_a_body_served_each_time_stays(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    crawled(served=lambda _: b"compressed")

    assert planned(engine, archive) == between()


def test_a_body_fetched_for_another_reason_or_of_a_filing_stays(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]], exchange: MakeExchange
) -> None:
    ids = crawled()
    archive_exchange(
        engine,
        archive,
        [
            exchange(purpose="page", body=body(2)),
            exchange(purpose="list", body=body(3), crawl_id=None),
        ],
    )
    file(engine, ids[4], sha(body(4)))

    found = plan(engine, archive, POLICY, NOW)

    assert {each.sha256 for each in found.remove} == {sha(body(n)) for n in (1, 5, 6)}
    assert found.kept[Keep.FILING].bodies == 2
    assert found.kept[Keep.CITED].bodies == 1, "an original names its capture"


def file(engine: Engine, capture_id: int, digest: str) -> None:
    with transaction(engine) as session:
        column = list_of(engine)
        session.add(column)
        session.flush()
        filing = Filing(
            portal_id="boai",
            column_id=column.id,
            url=URL,
            list_title="年报",
            title="年报",
            date_candidates=[],
            labels={},
            first_seen_at=NOW,
            last_seen_at=NOW,
        )
        session.add(filing)
        session.flush()
        session.add(
            Original(
                filing_id=filing.id,
                capture_id=capture_id,
                url=URL,
                role=OriginalRole.PAGE,
                sha256=digest,
                media_type="text/html",
                size=1,
                fetched_at=NOW,
            )
        )


def list_of(_engine: Engine) -> Column:
    return Column(
        portal_id="boai",
        url=URL,
        name="年报",
        platform="generic",
        found_by="registry",
        proof={},
        found_at=START,
    )


def test_what_events_say_and_what_they_rest_on_stays(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    ids = crawled()
    said = START + timedelta(days=25)
    with transaction(engine) as session:
        for number, details in enumerate(
            ({"pages": [{"capture": ids[4]}]}, {"shows": sha(body(5)), "sha256": None})
        ):
            session.add(
                Event(kind="missing", fingerprint=f"{number}", happened_at=NOW, details=details)
            )
        session.add(
            Event(kind="x", fingerprint="x", happened_at=said, portal_id="boai", details={})
        )

    assert planned(engine, archive) == {sha(body(n)) for n in (1, 3, 6)}


def test_a_reading_of_the_year_before_last_keeps_what_it_stands_on_while_it_is_one_of_the_newest(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]]
) -> None:
    ids = crawled()
    with transaction(engine) as session:
        column = list_of(engine)
        session.add(column)
        session.flush()
        for crawl_number, cited in ((1, ids[1]), (2, ids[2]), (4, ids[3])):
            session.add(
                ColumnReading(
                    crawl_id=crawl_id_of(session, crawl_number),
                    column_id=column.id,
                    read_at=START + timedelta(days=10 * crawl_number),
                    pages_seen=1,
                    found=1,
                    reports=1,
                    read_to_end=True,
                    control_passed=True,
                    known_before=0,
                    found_again=0,
                    pages=[{"capture": cited, "body": cited, "how": "read"}],
                )
            )

    found = plan(engine, archive, POLICY, NOW)

    assert {each.sha256 for each in found.remove} == {sha(body(n)) for n in (1, 4, 5, 6)}
    assert found.kept[Keep.NEWEST].bodies == 2


def crawl_id_of(session: Any, number: int) -> int:
    return int(session.query(Crawl.id).filter(Crawl.run_id == f"run boai {number}").scalar())


def test_a_body_that_another_portal_needs_stays(
    engine: Engine, archive: Archive, crawled: Callable[..., list[int]], exchange: MakeExchange
) -> None:
    crawled()
    with transaction(engine) as session:
        session.add(
            Portal(
                id="other",
                name="x",
                division="410822",
                level=PortalLevel.COUNTY,
                url="http://x/",
                known_columns=[],
            )
        )
    other = exchange(
        "http://other/", purpose="home", body=body(3), crawl_id=crawl(engine, 0, "other")
    )
    archive_exchange(engine, archive, [other])

    assert planned(engine, archive) == between() - {sha(body(3))}


def test_due_days_are_those_of_the_law_and_of_local_notices() -> None:
    local = LocalDeadline(month=2, day=20, notice="x")

    policy = policy_of(RetentionSettings(), ObligationSettings(local_deadlines=(local,)))

    assert policy.due_days == {(1, 31), (3, 31), (2, 20)}


def test_hashes_and_numbers_of_captures_are_found_wherever_they_stand() -> None:
    found = Citations()
    note(
        {
            "a": [{"capture": 1, "n": 7, "ok": True}, {"captures": [2, 3]}, {"body": 4}],
            "deep": {"x": ["f" * 64, "F" * 64], "log_position": 5, "capture_id": None},
        },
        found,
    )

    assert found == Citations(captures={1, 2, 3, 4}, positions={5}, bodies={"f" * 64})
