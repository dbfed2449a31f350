"""What is remembered of hosts between crawls, read and written."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.standing import Standing
from storage.models import Host


def remembered_schemes(session: Session) -> dict[str, str]:
    """Return by host the scheme that answered where the other one did not."""
    query = select(Host.name, Host.scheme).where(Host.scheme.is_not(None))
    return {name: scheme for name, scheme in session.execute(query) if scheme}


def standings(session: Session) -> dict[str, Standing]:
    """Return how those hosts stand that were in trouble when they were asked last."""
    hosts = session.scalars(select(Host).where(Host.trouble.is_not(None)))
    return {host.name: _standing(host) for host in hosts}


def save_standing(session: Session, standing: Standing) -> None:
    """Keep that a host is in trouble."""
    host = _host(session, standing.host)
    host.trouble = standing.trouble
    host.times = standing.times
    host.since = standing.since
    host.not_before = standing.not_before
    host.evidence = dict(standing.evidence)


def clear_standing(session: Session, name: str) -> None:
    """Keep that a host answers again; what was wrong stays as its evidence."""
    host = _host(session, name)
    host.trouble = host.since = host.not_before = None
    host.times = 0


def save_schemes(session: Session, schemes: Mapping[str, str]) -> None:
    """Keep under which scheme hosts answer."""
    for name, scheme in schemes.items():
        _host(session, name).scheme = scheme


def _host(session: Session, name: str) -> Host:
    host = session.get(Host, name)
    if host is None:
        host = Host(name=name, times=0, evidence={})
        session.add(host)
    return host


def _standing(host: Host) -> Standing:
    assert host.trouble is not None
    assert host.since is not None
    assert host.not_before is not None
    return Standing(
        host=host.name,
        trouble=host.trouble,
        times=host.times,
        since=host.since,
        not_before=host.not_before,
        evidence=host.evidence,
    )
