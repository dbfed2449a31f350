import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from storage.clock import SHANGHAI
from storage.database import create_database_engine, reading, transaction, write_json
from storage.models import Agency, AgencyKind, Crawl, CrawlState, JobRun, Lease

NOON = datetime(2024, 1, 20, 4, 0, 0, 123456, tzinfo=UTC)


def test_work_is_committed_at_the_end(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Lease(name="schedule", holder="a", expires_at=NOON))

    with reading(engine) as session:
        assert session.get_one(Lease, "schedule").holder == "a"


def test_an_error_takes_everything_back(engine: Engine) -> None:
    lease = Lease(name="schedule", holder="a", expires_at=NOON)
    with pytest.raises(ZeroDivisionError):
        _fail_after_adding(engine, lease)

    with reading(engine) as session:
        assert session.get(Lease, "schedule") is None


def _fail_after_adding(engine: Engine, row: Lease) -> None:
    with transaction(engine) as session:
        session.add(row)
        session.flush()
        _ = 1 / 0


def test_an_instant_comes_back_aware_and_in_utc(engine: Engine) -> None:
    in_shanghai = NOON.astimezone(SHANGHAI)
    with transaction(engine) as session:
        session.add(Lease(name="schedule", holder="a", expires_at=in_shanghai))

    with reading(engine) as session:
        found = session.get_one(Lease, "schedule").expires_at
        earlier = select(Lease.name).where(Lease.expires_at < NOON + timedelta(microseconds=1))
        assert session.scalars(earlier).all() == ["schedule"]
    assert found == NOON
    assert found.tzinfo == UTC


def test_a_naive_instant_is_refused(engine: Engine) -> None:
    lease = Lease(name="schedule", holder="a", expires_at=NOON.replace(tzinfo=None))

    with pytest.raises(StatementError, match="naive datetime"), transaction(engine) as session:
        session.add(lease)


def test_foreign_keys_are_kept(engine: Engine) -> None:
    agency = Agency(
        id="a", name="a", kind=AgencyKind.DEPARTMENT, division="1", portal_id="none", aliases=[]
    )

    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.add(agency)


def test_a_state_that_does_not_exist_is_refused(engine: Engine, crawl_id: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE crawls SET state = 'splendid'"))

    with pytest.raises(LookupError, match="splendid"), reading(engine) as session:
        session.get_one(Crawl, crawl_id)


def test_states_are_stored_as_their_published_words(engine: Engine, crawl_id: int) -> None:
    with transaction(engine) as session:
        session.get_one(Crawl, crawl_id).state = CrawlState.ROBOTS_DENIED

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT state FROM crawls")) == "robots_denied"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_values)
def test_json_is_stored_as_valid_unicode_and_comes_back(value: object) -> None:
    stored = write_json(value)

    assert json.loads(stored) == value
    stored.encode()


def test_chinese_is_legible_in_the_database(engine: Engine, crawl_id: int) -> None:
    with transaction(engine) as session:
        session.get_one(Crawl, crawl_id).evidence = {"text": "验证码", "lone": "\ud800"}

    with reading(engine) as session:
        assert session.get_one(Crawl, crawl_id).evidence == {"text": "验证码", "lone": "\ud800"}
    with transaction(engine) as session:
        session.get_one(Crawl, crawl_id).evidence = {"text": "验证码"}
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT CAST(evidence AS TEXT) FROM crawls").scalar()
    assert stored == '{"text":"验证码"}'


COUNT_UP = """
import sys
from sqlalchemy import select
from storage.database import create_database_engine, reading, transaction
from storage.models import JobRun, Lease

engine = create_database_engine(sys.argv[1])
for _ in range(40):
    with reading(engine) as session:
        session.scalars(select(JobRun)).all()
    with transaction(engine) as session:
        lease = session.scalars(select(Lease).with_for_update()).one()
        lease.holder = str(int(lease.holder) + 1)
"""


def test_processes_side_by_side_neither_fail_nor_lose_work(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Lease(name="counter", holder="0", expires_at=NOON))
        session.add(JobRun(job="crawl", started_at=NOON))
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "error", "-c", COUNT_UP, url]

    children = [subprocess.Popen(command) for _ in range(4)]

    assert [child.wait() for child in children] == [0, 0, 0, 0]
    with reading(engine) as session:
        assert session.get_one(Lease, "counter").holder == "160"


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Lease(name="schedule", holder="before", expires_at=NOON))
    seen = []

    def read() -> None:
        with reading(engine) as other:
            seen.append(other.get_one(Lease, "schedule").holder)

    with transaction(engine) as session:
        session.get_one(Lease, "schedule").holder = "after"
        session.flush()
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(timeout=10)
        assert seen == ["before"]


def test_sqlite_is_durable_and_keeps_its_rules(tmp_path: Path) -> None:
    engine = create_database_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    engine.dispose()


def test_a_plain_postgresql_url_uses_the_driver_that_is_there() -> None:
    engine = create_database_engine("postgresql://someone@127.0.0.1/x")

    assert engine.driver == "psycopg"
