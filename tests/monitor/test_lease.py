"""Leases: one holder at a time, in this process and in others."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from monitor import lease
from monitor.lease import DURATION, LeaseHeldError, acquire, held, holder_of, new_holder, release
from monitor.process_name import is_gone, this_process
from storage.clock import utc_now
from storage.database import create_database_engine, reading, transaction
from storage.models import Base, Lease

NOW = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_a_lease_is_held_by_one_until_it_runs_out_or_is_given_back(engine: Engine) -> None:
    acquire(engine, "send", "a", NOW)
    with pytest.raises(LeaseHeldError) as error:
        acquire(engine, "send", "b", NOW + DURATION - timedelta(seconds=1))
    assert (error.value.holder, error.value.until) == ("a", NOW + DURATION)
    acquire(engine, "other", "b", NOW)
    acquire(engine, "send", "b", NOW + DURATION)
    release(engine, "send", "a")
    assert holder_of(engine, "send", NOW + DURATION) == "b"
    release(engine, "send", "b")
    assert holder_of(engine, "send", NOW) is None


def test_renewing_moves_the_end(engine: Engine) -> None:
    acquire(engine, "send", "a", NOW)
    acquire(engine, "send", "a", NOW + DURATION / 2)
    assert holder_of(engine, "send", NOW + DURATION) == "a"
    assert holder_of(engine, "send", NOW + 2 * DURATION) is None


def test_a_lease_taken_under_a_wrong_clock_blocks_nobody(engine: Engine) -> None:
    acquire(engine, "send", "a", NOW.replace(year=2099))
    acquire(engine, "send", "b", NOW)
    with reading(engine) as session:
        assert session.get_one(Lease, "send").holder == "b"


def test_a_lease_is_given_back_whatever_happens(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_while_holding(engine)
    assert holder_of(engine, "send", utc_now()) is None


def fail_while_holding(engine: Engine) -> None:
    with held(engine, "send"):
        assert holder_of(engine, "send", utc_now())
        _ = 1 / 0


def test_a_holder_that_is_provably_dead_is_not_waited_for(engine: Engine) -> None:
    """On the host where it ran: its process is gone, or its number is another process's now."""
    acquire(engine, "send", "killed", NOW)
    me = this_process()
    assert me is not None
    boot_and_number, _, started = me.rpartition(" ")
    with transaction(engine) as session:
        session.get_one(Lease, "send").process = f"{boot_and_number} {int(started) - 1}"
    assert holder_of(engine, "send", NOW) is None
    acquire(engine, "send", "next", NOW)
    assert holder_of(engine, "send", NOW) == "next"


@pytest.mark.parametrize("process", ["another-boot pid:[1] 1 1", "nonsense", "", None])
def test_of_a_holder_elsewhere_nothing_is_proved(engine: Engine, process: str | None) -> None:
    acquire(engine, "send", "elsewhere", NOW)
    with transaction(engine) as session:
        session.get_one(Lease, "send").process = process
    with pytest.raises(LeaseHeldError, match="elsewhere"):
        acquire(engine, "send", "next", NOW + DURATION - timedelta(seconds=1))
    acquire(engine, "send", "next", NOW + DURATION)


def test_a_process_that_lives_is_not_gone_and_a_killed_one_is() -> None:
    me = this_process()
    assert me is not None
    assert not is_gone(me)
    program = "from monitor.process_name import this_process; print(this_process(), flush=True)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert is_gone(done.stdout.strip())


def test_long_work_keeps_its_lease_and_is_told_when_it_loses_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.lease.DURATION", timedelta(seconds=1))
    lost: list[LeaseHeldError] = []
    with held(engine, "work", lost.append) as holder:
        for _ in range(5):
            time.sleep(0.3)
            assert holder_of(engine, "work", utc_now()) == holder
        with transaction(engine) as session:
            lease = session.get_one(Lease, "work")
            lease.holder, lease.expires_at = "another", utc_now() + timedelta(seconds=1.5)
        deadline = time.monotonic() + 60
        while not lost:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert [error.holder for error in lost] == ["another"]


def test_no_two_holders_have_one_name() -> None:
    assert len({new_holder() for _ in range(100)}) == 100


def test_whoever_is_a_moment_later_is_told_who_was_first(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL two can see that nobody holds it; the second to insert is refused."""
    real = lease._acquire

    def first_time(database: Engine, name: str, holder: str, now: datetime) -> None:
        monkeypatch.setattr(lease, "_acquire", real)
        real(database, name, "first", now)
        raise IntegrityError("INSERT", {}, Exception("duplicate key"))

    monkeypatch.setattr(lease, "_acquire", first_time)
    with pytest.raises(LeaseHeldError, match="first"):
        acquire(engine, "send", "second", NOW)


@pytest.mark.postgresql
def test_two_machines_on_one_postgresql_go_by_its_clock(postgresql: str) -> None:
    """One of them is an hour behind; what it holds has not run out for the other, nor for ever."""
    first = create_database_engine(postgresql + "postgres")
    second = create_database_engine(postgresql + "postgres")
    Base.metadata.tables["leases"].create(first)
    try:
        acquire(first, "crawl", "a", utc_now() - timedelta(hours=1))
        for now in (utc_now(), utc_now() + timedelta(days=1)):
            with pytest.raises(LeaseHeldError, match="a"):
                acquire(second, "crawl", "b", now)
            assert holder_of(second, "crawl", now) == "a"
        release(first, "crawl", "a")
        acquire(second, "crawl", "b", utc_now() - timedelta(days=1))
        assert holder_of(first, "crawl", utc_now()) == "b"
    finally:
        Base.metadata.tables["leases"].drop(first)
        first.dispose()
        second.dispose()


RACE = """
import sys, time
from monitor.lease import LeaseHeldError, acquire, new_holder, utc_now
from storage.database import create_database_engine
engine = create_database_engine(sys.argv[1])
while time.time() < float(sys.argv[2]):
    time.sleep(0.001)
try:
    acquire(engine, "send", new_holder(), utc_now())
    print("held", flush=True)
except LeaseHeldError:
    print("refused", flush=True)
sys.stdin.read()  # a holder that is gone would be taken over
"""


def test_of_processes_that_ask_at_the_same_moment_one_gets_it(engine: Engine) -> None:
    at = str(utc_now().timestamp() + 3)
    command = [sys.executable, "-c", RACE, engine.url.render_as_string(), at]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = sorted(child.stdout.readline().strip() for child in children if child.stdout)
    for child in children:
        child.communicate(timeout=60)
    assert answers == ["held", "refused", "refused", "refused"]
