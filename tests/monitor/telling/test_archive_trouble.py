"""Damaged and lost originals are told every day until they are settled, then once more."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.telling.alerts import tell_news
from monitor.telling.archive_trouble import record_archive_trouble
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.models import CopyName, Event, Fixity, OutboxMessage, Repair
from storage.upkeep.rota import Checked, forget, record
from tests.monitor.scene import NOW, Scene, make_scene

SHA256 = hashlib.sha256(b"report").hexdigest()
URL = "http://www.qh.gov.cn/nb/1.html"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path, '[mail]\nhost = "127.0.0.1"\noperators = ["ops@example.cn"]\n')
    exchange = Exchange(
        url=URL, purpose="page", requested_at=NOW, fetched_at=NOW, status=200, body=b"report"
    )
    archive_exchange(scene.engine, scene.archive, [exchange])
    yield scene
    scene.engine.dispose()


def found(scene: Scene, result: Fixity, at: datetime, copy: CopyName = CopyName.ARCHIVE) -> None:
    with transaction(scene.engine) as session:
        record(session, [Checked(sha256=SHA256, copy=copy, at=at, result=result)])


def told(scene: Scene, at: datetime) -> list[tuple[str, str]]:
    """Return heading and message of each line, in English."""
    with transaction(scene.engine) as session:
        groups = record_archive_trouble(session, at)
        return [(group.heading.en, line.message.en) for group in groups for line in group.lines]


def repaired(scene: Scene, at: datetime, finished: bool = True) -> None:
    scene.rows(
        Repair(
            sha256=SHA256,
            copy=CopyName.ARCHIVE,
            found=Fixity.DAMAGED,
            place="/srv/archive",
            source="s3://second/copy",
            author="nianbao schedule",
            begun_at=at,
            finished_at=at if finished else None,
            set_aside="damaged/x",
        )
    )


def test_a_damaged_original_is_told_once_a_day_until_it_is_settled_then_once(scene: Scene) -> None:
    found(scene, Fixity.DAMAGED, NOW)

    first = told(scene, NOW)
    assert [heading for heading, _ in first] == ["Originals damaged or lost"]
    assert "the archive: is damaged" in first[0][1]
    assert "nianbao audit repair" in first[0][1]
    assert told(scene, NOW + timedelta(minutes=5)) == []
    assert [heading for heading, _ in told(scene, NOW + timedelta(days=1))] == [first[0][0]]

    found(scene, Fixity.SOUND, NOW + timedelta(days=2))
    assert [heading for heading, _ in told(scene, NOW + timedelta(days=2))] == [
        "Originals that are sound again"
    ]
    assert told(scene, NOW + timedelta(days=3)) == []

    found(scene, Fixity.LOST, NOW + timedelta(days=9))
    assert "is lost" in told(scene, NOW + timedelta(days=9))[0][1]


def test_what_was_repaired_before_anybody_heard_of_it_is_told_as_repaired(scene: Scene) -> None:
    found(scene, Fixity.SOUND, NOW)
    repaired(scene, NOW)
    repaired(scene, NOW, finished=False)

    [(heading, message)] = told(scene, NOW)

    assert heading == "Originals restored from the other copy"
    assert "was damaged" in message
    assert "s3://second/copy" in message
    assert "damaged/x" in message
    assert told(scene, NOW + timedelta(days=1)) == []


def test_what_was_told_as_trouble_and_is_repaired_is_told_once_as_repaired(scene: Scene) -> None:
    found(scene, Fixity.DAMAGED, NOW)
    told(scene, NOW)
    found(scene, Fixity.SOUND, NOW + timedelta(days=1))
    repaired(scene, NOW + timedelta(days=1))

    later = told(scene, NOW + timedelta(days=1))

    assert [heading for heading, _ in later] == ["Originals restored from the other copy"]
    assert told(scene, NOW + timedelta(days=2)) == []


def test_what_a_decision_removed_is_no_trouble_any_more(scene: Scene) -> None:
    found(scene, Fixity.LOST, NOW)
    told(scene, NOW)
    with transaction(scene.engine) as session:
        forget(session, CopyName.ARCHIVE, [SHA256])

    assert [heading for heading, _ in told(scene, NOW)] == ["Originals that are sound again"]


def test_each_copy_is_told_for_itself(scene: Scene) -> None:
    found(scene, Fixity.DAMAGED, NOW)
    found(scene, Fixity.LOST, NOW, CopyName.SECOND)

    messages = [message for _, message in told(scene, NOW)]

    assert any(each.startswith("the archive: is damaged") for each in messages)
    assert any(each.startswith("the second copy: is lost") for each in messages)


def test_of_very_many_the_first_are_named_and_the_rest_counted(scene: Scene) -> None:
    lost = [
        Checked(sha256=f"{n:064x}", copy=CopyName.ARCHIVE, at=NOW, result=Fixity.LOST)
        for n in range(80)
    ]
    with transaction(scene.engine) as session:
        record(session, lost)
    with transaction(scene.engine) as session:
        [group] = [each for each in record_archive_trouble(session, NOW) if each.lines]
        events = len(session.scalars(select(Event)).all())

    assert group.count == 80
    assert len(group.lines) == 51
    assert "30 more" in group.lines[-1].message.en
    assert events == 80


def test_the_operators_get_a_mail_with_hash_and_address(scene: Scene) -> None:
    found(scene, Fixity.DAMAGED, NOW)

    tell_news(scene.engine, scene.settings, NOW)

    with reading(scene.engine) as session:
        [mail] = session.scalars(select(OutboxMessage))
    assert mail.recipient == "ops@example.cn"
    assert "原件" in mail.subject
    assert SHA256.encode() in mail.content.replace(b"=\r\n", b"") or b"base64" in mail.content
