import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.archive import Archive
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.models import CopyName, Fixity
from storage.retention.deciding import Decision, Doomed, carry_out, decide
from storage.upkeep.listing import Listing, decided_removals, originals_in, parts
from storage.upkeep.rota import (
    EARLY,
    Checked,
    expected,
    forget,
    last_checks,
    never_checked,
    record,
    share,
    standing,
    troubles,
)

NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def sha(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


@settings(max_examples=15, deadline=None)
@given(days=st.integers(1, 30), seed=st.integers(), late=st.integers(0, 20))
def test_everything_is_hashed_within_the_days_whatever_chance_does(
    days: int, seed: int, late: int
) -> None:
    chance = Random(seed)
    checked: dict[str, datetime | None] = {sha(n): None for n in range(60)}
    now = NOW
    for _ in range(3 * days):
        now += DAY + timedelta(hours=chance.uniform(-late / 10, late / 10))
        for each in share(checked, now, days, chance):
            checked[each] = now
        assert all(at is not None and now - at < timedelta(days=days) for at in checked.values())


def test_a_share_is_drawn_from_all_and_never_the_same() -> None:
    checked: dict[str, datetime | None] = {sha(n): NOW - DAY for n in range(3000)}

    shares = [share(checked, NOW, 30) for _ in range(4)]

    assert all(50 < len(each) < 170 for each in shares)
    assert len({tuple(sorted(each)) for each in shares}) == 4
    assert all(each != sorted(each) for each in shares)


def test_a_check_of_a_later_time_counts_for_nothing() -> None:
    """The clock was wrong then, or is now."""
    assert share({"a": NOW + DAY}, NOW, 10_000) == ["a"]


def test_what_is_nearly_due_does_not_wait_for_the_next_run() -> None:
    just = NOW - timedelta(days=3650) + EARLY
    never = Random()
    never.random = lambda: 1.0  # type: ignore[method-assign]

    assert share({"a": just}, NOW, 3650, never) == ["a"]
    assert share({"a": just + timedelta(seconds=1)}, NOW, 3650, never) == []


@pytest.mark.parametrize("size", [0, 500, 50_000, 3_000_000, 10**9])
def test_a_listing_is_read_in_parts_that_make_the_whole(size: int) -> None:
    listing = Listing()
    for n in range(500):
        listing.add(sha(n), n)
    listing.add(sha(7), 4711)

    found = {}
    for part in parts(size):
        of_part = listing.part(part)
        assert all(part.low <= each < part.high for each in of_part)
        found.update(of_part)

    assert found == {sha(n): 4711 if n == 7 else n for n in range(500)}
    assert len(listing) == 501
    assert len(parts(size)) == {0: 1, 500: 1, 50_000: 4, 3_000_000: 256, 10**9: 256}[size]


MakeExchange = Callable[..., Exchange]


def everything(engine: Engine, archive: Archive) -> set[str]:
    files = originals_in(archive)
    with reading(engine) as session:
        removed = decided_removals(session)
        return {
            each
            for part in parts(100_000)
            for each in expected(session, part, files.part(part), removed)
        }


def test_what_must_be_there_is_what_captures_name_and_no_decision_removed(
    engine: Engine, archive: Archive, exchange: MakeExchange, tmp_path: Path
) -> None:
    page, gone = b"<ul>page</ul>" * 20, b"<ul>gone</ul>" * 20
    batch = [
        exchange(body=b"report"),
        exchange(body=b"decoded", wire_body=b"as served"),
        exchange(body=b"since", wire_body=b"served since", request_headers=[("Host", "x")]),
        exchange(body=b"old", wire_sha256=sha("only its hash was kept")),
        exchange(body=page, purpose="list"),
        exchange(body=gone, purpose="list"),
    ]
    archive_exchange(engine, archive, batch)
    doomed = [Doomed(sha256=sha(gone.decode()), size=len(gone), captures=1)]
    decide(engine, doomed, Decision(author="王敏", reason="清理", policy={}), planned_at=6)
    carry_out(engine, archive, tmp_path)
    archive.put(b"a stranger's")

    wanted = {sha("report"), sha("decoded"), sha("as served"), sha("old"), sha(page.decode())}
    wanted |= {sha("since"), sha("served since")}
    assert everything(engine, archive) == wanted
    with reading(engine) as session:
        assert never_checked(session) == len(wanted) - 1, "one may be of an old version"

    for name in ("report", "served since"):
        archive.remove(sha(name))
        assert sha(name) in everything(engine, archive), "lost by no decision"


def test_progress_is_kept_and_told(engine: Engine) -> None:
    def check(name: str, at: datetime, result: Fixity = Fixity.SOUND) -> Checked:
        return Checked(sha256=sha(name), copy=CopyName.ARCHIVE, at=at, result=result)

    with transaction(engine) as session:
        record(session, [check("a", NOW - 9 * DAY), check("b", NOW - 2 * DAY)])
        record(session, [check("c", NOW - 3 * DAY, Fixity.DAMAGED)])
    with transaction(engine) as session:
        record(session, [check("b", NOW - DAY), check("c", NOW - DAY, Fixity.DAMAGED)])

    with reading(engine) as session:
        now = standing(session, CopyName.ARCHIVE, NOW, 5)
        [trouble] = troubles(session)
        rows = last_checks(session, CopyName.ARCHIVE, parts(0)[0])
    assert (now.checked, now.in_time) == (3, 2)
    assert now.oldest is not None
    assert now.oldest.sha256 == sha("a")
    assert (trouble.sha256, trouble.since) == (sha("c"), NOW - 3 * DAY)
    assert rows[sha("b")].checked_at == NOW - DAY

    with transaction(engine) as session:
        forget(session, CopyName.SECOND, [sha("c")])
        assert troubles(session)
        forget(session, CopyName.ARCHIVE, [sha("c")])
        assert not troubles(session)


@pytest.mark.parametrize("copy", CopyName)
def test_nothing_checked_is_told_as_nothing(engine: Engine, copy: CopyName) -> None:
    with reading(engine) as session:
        assert standing(session, copy, NOW, 5).oldest is None
