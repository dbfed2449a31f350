"""Certificates and bodies as served: cited by captures, so none may be missing or changed."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, text, update

from storage.archive import Archive
from storage.captures import Exchange, archive_exchange, make_checkpoint
from storage.database import transaction
from storage.models import Certificate
from storage.verification import verify

MakeExchange = Callable[..., Exchange]
OWN, ISSUER = b"a certificate", b"that of its issuer"
SERVED = b"compressed"


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def named(engine: Engine, archive: Archive) -> set[tuple[str, str]]:
    return {(each.kind.value, each.subject) for each in verify(engine, archive).problems}


@pytest.fixture
def kept(engine: Engine, archive: Archive, exchange: MakeExchange) -> None:
    """A capture from before certificates were kept, and two of after."""
    old = exchange("http://x/old", wire_sha256=sha(b"never kept"))
    tls = {"verified": True, "certificates": [sha(OWN), sha(ISSUER)], "problem": None}
    new = exchange("https://x/1", tls=tls, certificates=(OWN, ISSUER), body=b"page")
    archive_exchange(engine, archive, [old, new])
    sent = [("Host", "x"), ("User-Agent", "nianbao")]
    served = exchange("http://x/2", body=b"2", wire_body=SERVED, request_headers=sent)
    archive_exchange(engine, archive, [served])
    make_checkpoint(engine, archive)


@pytest.mark.usefixtures("kept")
def test_what_was_kept_whole_verifies(engine: Engine, archive: Archive) -> None:
    found = verify(engine, archive)

    assert found.problems == ()
    assert found.originals == 4


@pytest.mark.usefixtures("kept")
def test_a_certificate_that_is_gone_is_named(engine: Engine, archive: Archive) -> None:
    with transaction(engine) as session:
        session.execute(delete(Certificate).where(Certificate.sha256 == sha(ISSUER)))

    assert named(engine, archive) == {("deleted", f"certificate {sha(ISSUER)}")}


@pytest.mark.usefixtures("kept")
def test_a_certificate_that_was_changed_is_named(engine: Engine, archive: Archive) -> None:
    with transaction(engine) as session:
        session.execute(update(Certificate).where(Certificate.sha256 == sha(OWN)).values(der=b"x"))

    assert named(engine, archive) == {("altered", f"certificate {sha(OWN)}")}


@pytest.mark.usefixtures("kept")
def test_a_certificate_that_no_capture_names_is_named(engine: Engine, archive: Archive) -> None:
    with transaction(engine) as session:
        stranger = Certificate(sha256=sha(b"x"), der=b"x", first_seen_at=datetime.now(UTC))
        session.add(stranger)

    assert named(engine, archive) == {("unlogged", f"certificate {sha(b'x')}")}


@pytest.mark.usefixtures("kept")
def test_another_chain_in_a_capture_is_named_by_the_log(engine: Engine, archive: Archive) -> None:
    with engine.begin() as connection:
        statement = "UPDATE captures SET tls = :tls WHERE url = 'https://x/1'"
        connection.execute(text(statement), {"tls": f'{{"certificates":["{sha(OWN)}"]}}'})

    assert named(engine, archive) == {
        ("altered", "log entry 1"),
        ("unlogged", f"certificate {sha(ISSUER)}"),
    }


@pytest.mark.usefixtures("kept")
def test_a_body_as_served_that_is_gone_is_lost(engine: Engine, archive: Archive) -> None:
    archive.remove(sha(SERVED))

    assert named(engine, archive) == {("lost", sha(SERVED))}


def test_over_plain_http_too_a_body_as_served_that_is_gone_is_lost(
    engine: Engine, archive: Archive, exchange: MakeExchange
) -> None:
    sent = [("host", "x")]
    served = exchange("http://x/2", body=b"2", wire_body=SERVED, request_headers=sent)
    archive_exchange(engine, archive, [served])
    archive.remove(sha(SERVED))

    assert ("lost", sha(SERVED)) in named(engine, archive)
