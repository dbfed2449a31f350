"""Operators hear of jobs that fail and of mails that do not arrive, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.job_runs import note, run_job
from monitor.telling.alerts import AlertSummary, tell_news
from storage.database import transaction
from storage.models import JobRun, MessageState, OutboxMessage
from storage.settings import Settings, SettingsError
from tests.monitor.scene import HOSTILE, NOW, Scene, make_scene

MAIL = {"to": ["office@example.cn"], "operators": ["root@example.cn"]}
DAY = timedelta(days=1)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    yield scene
    scene.engine.dispose()


def tell(scene: Scene, now: datetime = NOW) -> AlertSummary:
    return tell_news(scene.engine, Settings.model_validate({"mail": MAIL}), now)


def texts(summary: AlertSummary) -> list[str]:
    assert {mail.recipient for mail in summary.mails} <= {"root@example.cn"}
    bodies = [
        message_from_bytes(mail.content, policy=default).get_body(("plain",))
        for mail in summary.mails
    ]
    return [str(body.get_content()) for body in bodies if body is not None]


def fail() -> str:
    raise RuntimeError(HOSTILE)


def end(scene: Scene, state: MessageState, **values: object) -> None:
    with transaction(scene.engine) as session:
        for mail in session.scalars(select(OutboxMessage)):
            mail.state, mail.finished_at, mail.last_error = state, NOW, "550 no such user"
            for name, value in values.items():
                setattr(mail, name, value)


def test_a_job_that_fails_every_night_is_told_once_and_its_recovery_once(scene: Scene) -> None:
    run_job(scene.engine, "crawl", fail)
    [text] = texts(tell(scene))
    assert "nianbao schedule: crawl：未能完成：RuntimeError" in text
    assert "\x1b" not in text
    end(scene, MessageState.SENT)
    run_job(scene.engine, "crawl", fail)
    assert tell(scene, NOW + DAY).events == 0
    run_job(scene.engine, "crawl", lambda: "5 of 5 portals complete")
    [text] = texts(tell(scene, NOW + 2 * DAY))
    assert "已恢复正常" in text
    end(scene, MessageState.SENT)
    run_job(scene.engine, "crawl", lambda: "5 of 5 portals complete")
    assert tell(scene, NOW + 3 * DAY).events == 0


def test_jobs_that_work_and_the_sending_of_mail_itself_are_not_told(scene: Scene) -> None:
    run_job(scene.engine, "check", lambda: "fine")
    run_job(scene.engine, "send", fail)
    assert tell(scene).events == 0


@pytest.mark.parametrize(
    ("state", "words"), [(MessageState.FAILED, "未能送达"), (MessageState.UNCERTAIN, "不确定")]
)
def test_a_mail_that_did_not_arrive_is_told_once(
    scene: Scene, state: MessageState, words: str
) -> None:
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.crawl()
    assert tell(scene).events == 1
    end(scene, state)
    [text] = texts(tell(scene, NOW + DAY))
    assert words in text
    assert "office@example.cn" in text
    assert "nianbao outbox settle 1" in text
    with transaction(scene.engine) as session:  # the mail that told of it went out
        for mail in session.scalars(
            select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
        ):
            mail.state, mail.finished_at = MessageState.SENT, NOW + DAY
    assert tell(scene, NOW + 2 * DAY).events == 0


def test_a_mail_about_trouble_that_does_not_arrive_makes_no_further_mail(scene: Scene) -> None:
    run_job(scene.engine, "crawl", fail)
    assert len(tell(scene).mails) == 1
    end(scene, MessageState.FAILED)
    assert tell(scene, NOW + DAY).events == 0


def test_an_outbox_that_is_stuck_is_told_once_and_that_it_moves_again_once(scene: Scene) -> None:
    waits = {"created_at": NOW, "next_attempt_at": NOW, "content": b"", "subject": "周报"}
    scene.rows(
        OutboxMessage(kind="digest", recipient="a@example.cn", message_id="<stuck@x>", **waits)
    )
    assert tell(scene, NOW + timedelta(hours=5)).mails == ()
    [told] = texts(tell(scene, NOW + timedelta(hours=7)))
    assert "自 2024-02-05 09:00 起没有发出任何邮件" in told
    assert tell(scene, NOW + timedelta(hours=13)).mails == ()
    with transaction(scene.engine) as session:
        for message in session.scalars(select(OutboxMessage)):
            message.state, message.finished_at = MessageState.SENT, NOW + timedelta(hours=20)
    [again] = texts(tell(scene, NOW + timedelta(hours=21)))
    assert "发件箱又能发出邮件" in again
    assert tell(scene, NOW + timedelta(hours=22)).mails == ()


def test_a_job_that_was_stopped_or_left_to_another_is_no_trouble(scene: Scene) -> None:
    scene.rows(JobRun(job="crawl", started_at=NOW, finished_at=NOW, succeeded=None, message="left"))
    assert tell(scene).mails == ()


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "当时无法运行，按设置不再补做"), ("en", "could not be run then")]
)
def test_a_time_that_was_left_out_is_told_in_the_readers_language(
    scene: Scene, language: str, words: str
) -> None:
    note(scene.engine, "verify", "left out 2024-02-04 04:00: it could not be run then", NOW)
    settings = Settings.model_validate({"mail": {**MAIL, "language": language}})
    [text] = texts(tell_news(scene.engine, settings, NOW))
    assert words in text
    assert ("left out" in text) == (language == "en")


def test_what_is_wrong_with_the_settings_is_told_in_both_languages(scene: Scene) -> None:
    def refuse() -> str:
        raise SettingsError("第 2 行：有误。", "line 2: wrong.")

    run_job(scene.engine, "digest", refuse)
    [text] = texts(tell(scene))
    assert "未能完成：第 2 行：有误。" in text
    assert "line 2" not in text


def test_operators_see_the_whole_address_of_a_recipient(scene: Scene) -> None:
    """It stands in their own settings; of addresses in reports only the host is shown."""
    waits = {"created_at": NOW, "next_attempt_at": NOW, "content": b"", "subject": "周报"}
    scene.rows(
        OutboxMessage(kind="digest", recipient="zhangsan@163.com", message_id="<x@x>", **waits)
    )
    end(scene, MessageState.FAILED)
    [text] = texts(tell(scene))
    assert "- zhangsan@163.com：" in text
