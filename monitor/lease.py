"""A lease in the database: one holder at a time acts under a name, across processes."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError

from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Lease

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

    Raises:
        LeaseHeldError: if another holder's lease has not run out.
    """
    try:
        _acquire(engine, name, holder, now)
    except IntegrityError:  # another process was the first to take it, at this moment
        _acquire(engine, name, holder, now)


def _acquire(engine: Engine, name: str, holder: str, now: datetime) -> None:
    with transaction(engine) as session:
        lease = session.get(Lease, name, with_for_update=True)
        if lease is None:
            session.add(Lease(name=name, holder=holder, expires_at=now + DURATION))
            return
        # A lease longer than any was taken under a clock that was wrong: it counts for nothing.
        if lease.holder != holder and now < lease.expires_at <= now + 2 * DURATION:
            raise LeaseHeldError(name, lease.holder, lease.expires_at)
        lease.holder, lease.expires_at = holder, now + DURATION


def holder_of(engine: Engine, name: str, now: datetime) -> str | None:
    """Return who holds a lease now, None if nobody does."""
    with reading(engine) as session:
        query = select(Lease.holder).where(Lease.name == name, Lease.expires_at > now)
        return session.scalars(query).first()


def release(engine: Engine, name: str, holder: str) -> None:
    """Give a lease back, if it is still held."""
    with transaction(engine) as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


@contextmanager
def held(engine: Engine, name: str) -> Iterator[str]:
    """Hold a lease for a piece of work shorter than its duration.

    Longer work renews it with ``acquire``.

    Raises:
        LeaseHeldError: if another process holds it.
    """
    holder = new_holder()
    acquire(engine, name, holder, utc_now())
    try:
        yield holder
    finally:
        release(engine, name, holder)
