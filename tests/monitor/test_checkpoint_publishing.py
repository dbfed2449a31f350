"""The job that gives checkpoints away: published at once, mailed once a week."""

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from monitor.checkpoint_publishing import Given, give_checkpoint
from monitor.crawling import crawl_portals
from monitor.jobs import jobs
from storage.archive import open_archive
from storage.captures import Exchange, archive_exchange
from storage.database import create_database_engine, reading, transaction
from storage.evidence.holders import holders_of
from storage.models import MessageState, OutboxMessage
from storage.signing.keys import KEY_FILE
from storage.signing.signed_log import latest_signed
from storage.workspace import DATABASE_FILE, Workspace, open_workspace
from tests.databases import upgraded_file

MONDAY = datetime(2024, 1, 22, 2, tzinfo=UTC)
SETTINGS = """
[audit]
publish_to = "web"
checkpoint_to = ["archive@example.org", "press@example.org"]
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "nianbao.toml").write_text(SETTINGS)
    return open_workspace(tmp_path)


@pytest.fixture
def engine(workspace: Workspace) -> Iterator[Engine]:
    (workspace.directory / DATABASE_FILE).write_bytes(upgraded_file())
    engine = create_database_engine(workspace.database_url)
    yield engine
    engine.dispose()


def grow(workspace: Workspace, engine: Engine) -> None:
    exchange = Exchange(
        url="http://x/", purpose="list", requested_at=MONDAY, fetched_at=MONDAY, status=304
    )
    archive_exchange(engine, open_archive(workspace.archive_url), [exchange])


def mails(engine: Engine) -> list[OutboxMessage]:
    with reading(engine) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_the_log_is_signed_published_and_mailed_to_each_who_is_to_keep_it(
    workspace: Workspace, engine: Engine
) -> None:
    grow(workspace, engine)

    given = give_checkpoint(workspace, engine, MONDAY)

    assert given == Given(size=1, published=1, mailed=2)
    found = latest_signed(engine)
    assert found is not None
    assert (workspace.directory / "web/checkpoint").read_text() == str(found[1])
    sent = mails(engine)
    assert [each.recipient for each in sent] == ["archive@example.org", "press@example.org"]
    message = email.message_from_bytes(sent[0].content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    [file] = message.iter_attachments()
    assert file.get_filename() == "checkpoint-1.note"
    assert file.get_content() == str(found[1]).encode()
    body = message.get_body(("plain",))
    assert body is not None
    assert str(found[1]).strip() in body.get_content().replace("\r\n", "\n")


def test_mails_go_once_a_week_and_only_if_the_log_has_grown(
    workspace: Workspace, engine: Engine
) -> None:
    grow(workspace, engine)
    give_checkpoint(workspace, engine, MONDAY)
    grow(workspace, engine)

    in_the_week = give_checkpoint(workspace, engine, MONDAY + timedelta(days=6))
    after_it = give_checkpoint(workspace, engine, MONDAY + timedelta(days=7))
    unchanged = give_checkpoint(workspace, engine, MONDAY + timedelta(days=14))

    assert in_the_week == Given(size=2, published=1, mailed=0)
    assert after_it == Given(size=2, published=0, mailed=2)
    assert unchanged == Given(size=2, published=0, mailed=0)
    assert len(mails(engine)) == 4


def test_who_was_mailed_holds_it_when_the_mail_was_sent(
    workspace: Workspace, engine: Engine
) -> None:
    grow(workspace, engine)
    give_checkpoint(workspace, engine, MONDAY)

    with reading(engine) as session:
        assert {each.kind for each in holders_of(session, 0)} == {"published"}
    with transaction(engine) as session:
        for message in session.scalars(select(OutboxMessage).limit(1)):
            message.state = MessageState.SENT
    with reading(engine) as session:
        who = {each.who for each in holders_of(session, 0) if each.kind == "mail"}
    assert who == {"archive@example.org"}


def test_without_the_key_nothing_is_given(workspace: Workspace, engine: Engine) -> None:
    grow(workspace, engine)
    give_checkpoint(workspace, engine, MONDAY)
    (workspace.directory / KEY_FILE).unlink()
    grow(workspace, engine)

    assert give_checkpoint(workspace, engine, MONDAY + timedelta(days=8)) is None
    assert len(mails(engine)) == 2


def test_the_job_says_what_it_gave(workspace: Workspace, engine: Engine) -> None:
    grow(workspace, engine)

    said = jobs(workspace, engine)["checkpoint"]()

    assert said == "checkpoint of 1 entries, 1 published, 2 mails"


def test_a_crawl_begins_with_a_checkpoint_over_what_a_killed_one_left(
    workspace: Workspace, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(workspace, engine)

    class StoppedError(Exception):
        pass

    def interrupt(*_: object, **__: object) -> None:
        found = latest_signed(engine)
        assert found is not None
        assert found[0].tree_size == 1
        grow(workspace, engine)
        raise StoppedError

    monkeypatch.setattr("monitor.crawling._needing_search", interrupt)
    with pytest.raises(StoppedError):
        crawl_portals(workspace, engine)

    found = latest_signed(engine)
    assert found is not None
    assert found[0].tree_size == 2, "and an interrupted one ends with one"
