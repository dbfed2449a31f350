"""Only one crawl runs in a workspace, on whatever machine; a killed one blocks nobody here."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from monitor.crawl_lock import LEASE, CrawlRunningError, only_crawl
from monitor.lease import acquire, holder_of
from monitor.signals import STOPPING
from storage.clock import utc_now
from storage.database import create_database_engine, transaction
from storage.models import Base, Lease


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'nianbao.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_a_second_crawl_is_refused_while_the_first_runs(engine: Engine, tmp_path: Path) -> None:
    with (
        only_crawl(tmp_path, engine),
        pytest.raises(CrawlRunningError),
        only_crawl(tmp_path, engine),
    ):
        pytest.fail("two crawls hold the lock")
    with only_crawl(tmp_path, engine):
        pass


def test_a_crawl_of_another_machine_into_the_database_is_named(
    engine: Engine, tmp_path: Path
) -> None:
    acquire(engine, LEASE, "another-machine:7:abc", utc_now())
    with transaction(engine) as session:
        session.get_one(Lease, LEASE).process = "another boot pid:[1] 7 7"
    with pytest.raises(CrawlRunningError) as error, only_crawl(tmp_path, engine):
        pytest.fail("two crawls run")
    assert error.value.holder == "another-machine:7:abc"


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN, lambda *_: None])
def test_a_crawl_whose_lease_was_taken_over_is_interrupted(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: Any
) -> None:
    """Whatever is done at SIGINT and SIGTERM here: the first is ignored in the background."""
    monkeypatch.setattr("monitor.lease.DURATION", timedelta(seconds=4))
    before = [(number, signal.signal(number, handler)) for number in STOPPING]
    began = time.monotonic()
    try:
        with pytest.raises(CrawlRunningError, match="another"):
            crawl_and_lose_the_lease(engine, tmp_path)
    finally:
        for number, former in before:
            signal.signal(number, former)
    assert time.monotonic() - began < 15, "whatever it was waiting for"
    assert holder_of(engine, LEASE, utc_now()) in ("another", None)
    assert signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL


def crawl_and_lose_the_lease(engine: Engine, directory: Path) -> None:
    with only_crawl(directory, engine):
        with transaction(engine) as session:
            lease = session.get_one(Lease, LEASE)
            lease.holder, lease.expires_at = "another", utc_now() + timedelta(seconds=7)
        time.sleep(20)


def test_a_killed_crawl_leaves_nothing_to_wait_for(engine: Engine, tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from monitor.crawl_lock import only_crawl
        from storage.database import create_database_engine
        with only_crawl(Path(sys.argv[1]), create_database_engine(sys.argv[2])):
            print("held", flush=True)
            time.sleep(60)
        """
    )
    command = [sys.executable, "-c", program, str(tmp_path), engine.url.render_as_string()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(CrawlRunningError), only_crawl(tmp_path, engine):
            pytest.fail("two crawls hold the lock")
        child.kill()
        child.wait()
        with only_crawl(tmp_path, engine):
            pass
