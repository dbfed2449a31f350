"""A lease in the database: one holder at a time acts under a name, across processes and machines.

A lease runs out when its holder does not renew it. A holder that is provably dead, because its
process is gone from this very machine, is not waited for; of one elsewhere nothing can be proved.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from monitor.process_name import is_gone, this_process
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Lease, UtcDateTime

log = logging.getLogger(__name__)

DURATION = timedelta(minutes=3)


class LeaseHeldError(Exception):
    """Another process holds the lease; ``holder`` says which, ``until`` how long at most."""

    def __init__(self, name: str, holder: str, until: datetime) -> None:
        super().__init__(f"{name} is held by {holder} until {until.isoformat()}")
        self.holder = holder
        self.until = until


def new_holder() -> str:
    """Return a name for this process that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def acquire(engine: Engine, name: str, holder: str, now: datetime) -> None:
    """Take or renew a lease.

    ``now`` counts on SQLite, which one machine uses; several machines of one PostgreSQL go by the
    clock of that.

    Raises:
        LeaseHeldError: if another holder's lease has not run out.
    """
    try:
        _acquire(engine, name, holder, now)
    except IntegrityError:  # another process was the first to take it, at this moment
        _acquire(engine, name, holder, now)


def _acquire(engine: Engine, name: str, holder: str, now: datetime) -> None:
    with transaction(engine) as session:
        now = _clock(session, now)
        until, process = now + DURATION, this_process()
        lease = session.get(Lease, name, with_for_update=True)
        if lease is None:
            session.add(Lease(name=name, holder=holder, expires_at=until, process=process))
            return
        if lease.holder != holder and _blocks(lease, now):
            raise LeaseHeldError(name, lease.holder, lease.expires_at)
        lease.holder, lease.expires_at, lease.process = holder, until, process


def _blocks(lease: Lease, now: datetime) -> bool:
    # A lease longer than any was taken under a clock that was wrong: it counts for nothing.
    if not now < lease.expires_at <= now + 2 * DURATION:
        return False
    return not (lease.process and is_gone(lease.process))


def _clock(session: Session, now: datetime) -> datetime:
    if session.get_bind().dialect.name != "postgresql":
        return now
    found: datetime = session.scalars(select(func.clock_timestamp(type_=UtcDateTime()))).one()
    return found


def holder_of(engine: Engine, name: str, now: datetime) -> str | None:
    """Return who holds a lease now, None if nobody does."""
    with reading(engine) as session:
        lease = session.get(Lease, name)
        if lease is None or not _blocks(lease, _clock(session, now)):
            return None
        return lease.holder


def release(engine: Engine, name: str, holder: str) -> None:
    """Give a lease back, if it is still held."""
    with transaction(engine) as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


@contextmanager
def held(
    engine: Engine, name: str, lost: Callable[[LeaseHeldError], None] = lambda _: None
) -> Iterator[str]:
    """Hold a lease for a piece of work of any length: a thread renews it.

    ``lost`` is called, in that thread, if another took the lease over: this machine was asleep,
    or its database away, for longer than the lease lasts.

    Raises:
        LeaseHeldError: if another process holds it.
    """
    holder = new_holder()
    acquire(engine, name, holder, utc_now())
    done = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(engine, name, holder, done, lost), daemon=True, name=f"lease {name}"
    )
    keeper.start()
    try:
        yield holder
    finally:
        done.set()
        keeper.join()
        with suppress(DBAPIError):  # it runs out by itself
            release(engine, name, holder)


def _keep(
    engine: Engine,
    name: str,
    holder: str,
    done: threading.Event,
    lost: Callable[[LeaseHeldError], None],
) -> None:
    while not done.wait(DURATION.total_seconds() / 4):
        try:
            acquire(engine, name, holder, utc_now())
        except LeaseHeldError as error:
            log.warning("lease lost: %s", error)
            lost(error)
            return
        except DBAPIError as error:
            log.warning("the lease %s could not be renewed: %s", name, error)
