"""Pages broken into and forged days, from the crawl to the finding, the event and the mail."""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.checking import check_filings
from monitor.compliance import current_standings
from monitor.history.absences import absent_readings
from monitor.history.model import HappeningKind
from monitor.history.timeline import load_timeline
from monitor.telling.alerts import tell_news
from monitor.telling.events import record_standings
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.models import ColumnReading, Event, Filing
from storage.settings import Settings
from tests.monitor.history.conftest import MakeScene
from tests.monitor.history.crawling import Crawled, crawled
from tests.monitor.scene import NOW, Scene, a_report, as_page, at

FIN = "清河县财政局"
BETTING = "<html><title>皇冠体育</title><body><p>皇冠体育投注平台注册送彩金</p></body></html>"
LIST = "http://www.qh.gov.cn/nb/"
LATER = at(3, 1)


@pytest.fixture
def scene(new_scene: MakeScene, tmp_path: Path) -> Iterator[Scene]:
    scene = new_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    yield scene
    scene.engine.dispose()


def verdict(scene: Scene, rule: str) -> tuple[str, str, list[dict[str, Any]]]:
    [found] = [each for each in scene.judgements(1)[-1].verdicts if each.rule == rule]
    return found.outcome, found.message_zh, found.evidence


def told(scene: Scene, now: datetime = LATER) -> list[tuple[str, str]]:
    settings = Settings.model_validate({"mail": {"to": ["office@example.cn"]}})
    mails = tell_news(scene.engine, settings, now).mails
    bodies = [message_from_bytes(mail.content, policy=default) for mail in mails]
    texts = [body.get_body(("plain",)) for body in bodies]
    return [
        (mail.subject, str(text.get_content()) if text else "")
        for mail, text in zip(mails, texts, strict=True)
        if mail.kind == "reports"
    ]


def test_a_page_that_intruders_made_theirs_is_found_and_told_without_quoting_them(
    scene: Scene,
) -> None:
    one = crawled(scene, "fin", "one")
    one.see(at(1, 25), as_page(a_report(FIN)))
    one.see(at(2, 3), BETTING.encode())
    check_filings(scene.workspace, scene.engine, LATER)
    outcome, message, evidence = verdict(scene, "report-changed")
    assert outcome == "fail"
    assert "疑似被篡改" in message
    assert [each["capture"] for each in evidence] == [1, 2]
    [(subject, text)] = told(scene)
    assert "页面疑似被篡改1份" in subject
    assert "皇冠" not in text
    assert "采集记录 1, 2" in text
    with reading(scene.engine) as session:
        happened = load_timeline(session, 1).happenings[-1]
    assert (happened.kind, happened.certain) == (HappeningKind.CHANGED, True)
    assert told(scene) == []


def absent(scene: Scene, when: datetime, how: str = "read") -> int:
    """Read the column whole without the report; return the capture of its list page."""
    crawl = scene.crawl(when=when)
    exchange = Exchange(
        url=LIST,
        purpose="list",
        crawl_id=crawl,
        requested_at=when,
        fetched_at=when,
        status=200,
        body=f"<ul>{when}</ul>".encode(),
    )
    [capture] = archive_exchange(scene.engine, scene.archive, [exchange])
    page = {"capture": capture, "body": capture, "url": LIST, "list": LIST, "how": how}
    with transaction(scene.engine) as session:
        query = select(ColumnReading).where(ColumnReading.crawl_id == crawl)
        session.scalars(query).one().pages = [page]
    return capture


def dated_late(scene: Scene) -> Crawled:
    """A report that says 20 January and was first seen on 19 February."""
    with reading(scene.engine) as session:
        last = session.scalars(select(ColumnReading.read_at).order_by(ColumnReading.id.desc()))
        last_absent = last.first()
    one = crawled(scene, "fin", "one", first_seen_at=at(2, 19), last_absent_at=last_absent)
    one.see(at(2, 19), as_page(a_report(FIN)))
    return one


def test_a_forged_day_is_proved_by_the_list_pages_and_told_once(scene: Scene) -> None:
    pages = [absent(scene, at(2, day)) for day in (5, 12)]
    dated_late(scene)
    check_filings(scene.workspace, scene.engine, LATER)
    outcome, message, evidence = verdict(scene, "pubdate-backdated")
    assert outcome == "fail"
    assert "2024-02-05 至 2024-02-12" in message
    proved = [each for each in evidence if each["capture"]]
    assert [each["capture"] for each in proved] == [*pages, 3]
    assert all(each["sha256"] and each["log_position"] is not None for each in proved)
    [(subject, _)] = told(scene)
    assert "疑似倒填日期1份" in subject
    assert told(scene) == []
    with reading(scene.engine) as session:
        kinds = [each.kind for each in load_timeline(session, 1).happenings]
    assert HappeningKind.BACKDATED in kinds


def test_a_reading_that_took_over_a_page_proves_nothing(scene: Scene) -> None:
    absent(scene, at(2, 5), how="carried")
    absent(scene, at(2, 12))
    dated_late(scene)
    check_filings(scene.workspace, scene.engine, LATER)
    assert verdict(scene, "pubdate-backdated")[0] == "indeterminate"
    assert told(scene) == []


def test_the_last_reading_counts_if_the_crawler_found_that_it_does(scene: Scene) -> None:
    absent(scene, at(2, 5), how="carried")
    dated_late(scene)
    with reading(scene.engine) as session:
        filing = session.get_one(Filing, 1)
        assert len(absent_readings(session, filing, at(2, 19))) == 1
        filing.last_absent_at = None
        assert absent_readings(session, filing, at(2, 19)) == ()


def test_what_happens_to_reports_does_not_make_their_agencies_new(scene: Scene) -> None:
    one = crawled(scene, "fin", "one")
    one.see(at(1, 25), as_page(a_report(FIN)))
    scene.agency("edu", "清河县教育局")
    scene.crawl(when=at(2, 6))
    first = _standings(scene)
    with transaction(scene.engine) as session:
        for number, key in enumerate(("fin", "edu")):
            session.add(
                Event(
                    kind="changed",
                    fingerprint=f"x{number}",
                    agency_id=key,
                    fiscal_year=2023,
                    happened_at=NOW,
                    details={},
                )
            )
    assert first != []
    assert _standings(scene) == []


def _standings(scene: Scene) -> list[str]:
    with transaction(scene.engine) as session:
        rows = current_standings(session, Settings(), at(2, 7))
        return [event.kind for event, _ in record_standings(session, rows, at(2, 7))]
