"""Events and alerts: told once, to the right people, and never lost."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.lease import LeaseHeldError, acquire
from monitor.telling import alerts
from monitor.telling.alerts import LEASE, AlertSummary, tell_news
from monitor.telling.outbox import Mail
from monitor.triage import Decided, decide, portal_facts
from monitor.triage.subjects import finding_subject
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import (
    Agency,
    ComplianceRow,
    CrawlState,
    Event,
    Filing,
    JobRun,
    OutboxMessage,
    Portal,
    TriageAction,
    TriageKind,
)
from storage.settings import Settings
from tests.monitor.scene import HOSTILE, NOW, Scene, at, make_scene

AT_ONCE: dict[str, Any] = {"failures_before_alert": 1, "stuck_hours": 1e6}
TO = {"to": ["office@example.cn"], **AT_ONCE}
BOTH = {
    "to": ["office@example.cn", "b@example.cn"],
    "operators": ["root@example.cn"],
    **AT_ONCE,
}
DAY = timedelta(days=1)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A county of one agency, whose report is missing."""
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def tell(scene: Scene, now: datetime = NOW, mail: Any = BOTH) -> AlertSummary:
    return tell_news(scene.engine, Settings.model_validate({"mail": mail}), now)


def subjects(summary: AlertSummary) -> list[tuple[str, str]]:
    return [(mail.recipient, mail.subject) for mail in summary.mails]


def text_of(mail: Mail) -> str:
    body = message_from_bytes(mail.content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def count(scene: Scene, model: type[Event | OutboxMessage | ComplianceRow]) -> int:
    with reading(scene.engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def down(scene: Scene, when: datetime, portal: str = "qh", **more: Any) -> None:
    values = {"state": CrawlState.UNREACHABLE, "control_passed": False, **more}
    scene.crawl(portal, when, **values)


def test_a_missing_report_is_told_once_to_everybody_who_is_to_know(scene: Scene) -> None:
    scene.crawl()
    summary = tell(scene)
    assert subjects(summary) == [
        ("office@example.cn", "【年报警示】未公布1份，逾期0份"),
        ("b@example.cn", "【年报警示】未公布1份，逾期0份"),
    ]
    text = text_of(summary.mails[0])
    assert "清河县财政局 2023：应于2024-01-31前公布" in text
    assert "对照检查通过" in text
    for later in (NOW, NOW + DAY, NOW + 9 * DAY):
        assert tell(scene, later) == AlertSummary(events=0, mails=())
    assert count(scene, OutboxMessage) == 2


def test_a_portal_that_is_down_for_a_day_does_not_make_the_missing_new(scene: Scene) -> None:
    scene.crawl()
    tell(scene)
    down(scene, at(2, 6))
    assert [kind for _, kind in subjects(tell(scene, at(2, 7)))] == ["【抓取告警】1个网站异常"]
    scene.crawl(when=at(2, 8))
    assert [kind for _, kind in subjects(tell(scene, at(2, 9)))] == ["【抓取恢复】1个网站已恢复"]


def test_what_was_missing_is_told_when_it_is_seen(scene: Scene) -> None:
    scene.crawl()
    tell(scene)
    down(scene, at(2, 6))
    tell(scene, at(2, 6, 14))
    scene.filing("fin", first_seen_at=at(2, 8))
    scene.crawl(when=at(2, 8))
    summary = tell(scene, at(2, 9), TO)
    assert ("office@example.cn", "【年报通知】1份年报现已见到") in subjects(summary)
    assert "http://www.qh.gov.cn/nb/fin-2023.html" in text_of(summary.mails[0])
    assert tell(scene, at(2, 10)).events == 0


def test_a_late_report_is_told_as_late_and_not_as_seen(scene: Scene) -> None:
    scene.crawl()
    tell(scene)
    days = [{"source": "page", "value": "2024-02-07", "text": "2024-02-07"}]
    scene.filing("fin", date_candidates=days, published_on=None, first_seen_at=at(2, 8))
    scene.crawl(when=at(2, 8))
    summary = tell(scene, at(2, 9), TO)
    assert subjects(summary) == [("office@example.cn", "【年报警示】未公布0份，逾期1份")]
    assert "逾期7天" in text_of(summary.mails[0])


def test_what_disappears_after_it_was_seen_may_be_missing_again(scene: Scene) -> None:
    scene.crawl()
    tell(scene)
    filing = scene.filing("fin", first_seen_at=at(2, 8))
    scene.crawl(when=at(2, 8))
    tell(scene, at(2, 9))
    with transaction(scene.engine) as session:
        session.get_one(Filing, filing).agency_id = None
        session.get_one(Filing, filing).fiscal_year = 2011
    scene.crawl(when=at(2, 10))
    assert tell(scene, at(2, 11), TO).events == 1


def test_reminders_come_on_their_days_before_the_due_day(scene: Scene) -> None:
    scene.crawl(when=at(1, 10))
    assert tell(scene, at(1, 16)).events == 0
    told = {day: subjects(tell(scene, at(1, day), TO)) for day in range(17, 32)}
    subject = "【年报提醒】1个机关的年报即将到期（2024-01-31）"
    assert {day for day, mails in told.items() if mails} == {17, 24, 28, 30}
    assert told[17] == [("office@example.cn", subject)]


def test_after_downtime_only_the_nearest_reminder_is_sent(scene: Scene) -> None:
    scene.crawl(when=at(1, 10))
    assert tell(scene, at(1, 29), TO).events == 1
    assert tell(scene, at(1, 29, 20), TO).events == 0


def test_nothing_is_recorded_while_there_is_nobody_to_tell(scene: Scene) -> None:
    scene.crawl()
    assert tell(scene, mail={}) == AlertSummary(events=0, mails=())
    assert (count(scene, Event), count(scene, ComplianceRow)) == (0, 0)
    assert tell(scene, mail=TO).events == 1


def test_operators_alone_are_told_of_portals_and_the_rest_waits(scene: Scene) -> None:
    scene.crawl()
    assert tell(scene, mail={"operators": ["root@example.cn"], **AT_ONCE}).events == 0
    summary = tell(scene, mail=TO)
    assert subjects(summary) == [("office@example.cn", "【年报警示】未公布1份，逾期0份")]


def test_trouble_of_a_portal_is_one_mail_that_names_whom_it_hides(scene: Scene) -> None:
    scene.agency("edu", "清河县教育局")
    scene.portal("ok", "别处")
    scene.crawl("ok")
    down(scene, at(2, 3), reason="connection refused")
    summary = tell(scene)
    assert subjects(summary) == [("root@example.cn", "【抓取告警】1个网站异常")]
    text = text_of(summary.mails[0])
    assert "清河县人民政府：网站无法访问（connection refused）" in text
    assert "2个机关因此无法判断：清河县教育局、清河县财政局" in text


def test_the_same_trouble_is_not_repeated_another_one_is(scene: Scene) -> None:
    down(scene, at(2, 3))
    assert tell(scene).events == 1
    down(scene, at(2, 4))
    assert tell(scene, NOW + DAY).events == 0
    down(scene, at(2, 6), state=CrawlState.BLOCKED)
    assert tell(scene, NOW + 2 * DAY).events == 1


def test_recovery_is_told_once(scene: Scene) -> None:
    scene.filing("fin")
    down(scene, at(2, 3))
    tell(scene)
    scene.crawl(when=at(2, 6))
    assert subjects(tell(scene, NOW + DAY)) == [("root@example.cn", "【抓取恢复】1个网站已恢复")]
    scene.crawl(when=at(2, 7))
    assert tell(scene, NOW + 2 * DAY).events == 0


def test_a_crawl_whose_control_failed_is_told_to_the_operator_and_nobody_is_missing(
    scene: Scene,
) -> None:
    scene.crawl(control_passed=False)
    summary = tell(scene)
    assert [recipient for recipient, _ in subjects(summary)] == ["root@example.cn"]
    assert "对照检查未通过" in text_of(summary.mails[0])


def test_an_operator_of_some_divisions_hears_of_their_portals_alone(scene: Scene) -> None:
    scene.portal("far", "远山县人民政府")
    scene.portal("city", "宁城市人民政府")
    with transaction(scene.engine) as session:
        session.get_one(Portal, "far").division = "150421"
        session.get_one(Portal, "city").division = "130500"
    scene.agency("fin2", "清河县审计局", portal="city")
    for portal in ("qh", "far", "city"):
        down(scene, at(2, 3), portal)
    scene.rows(JobRun(job="check", started_at=NOW, finished_at=NOW, succeeded=False, message="x"))
    operators = [
        {"to": [f"{name}@example.cn"], "audience": "operator", "divisions": [code]}
        for name, code in (("far", "150000"), ("qh", "130534"), ("none", "44"))
    ]
    settings = Settings.model_validate({"mail": AT_ONCE, "subscriptions": operators})
    by_reader: dict[str, list[str]] = {}
    for mail in tell_news(scene.engine, settings, NOW).mails:
        by_reader.setdefault(mail.recipient, []).append(text_of(mail))
    assert "远山县人民政府" in by_reader["far@example.cn"][0]
    assert "清河县" not in by_reader["far@example.cn"][0]
    assert {"清河县人民政府", "宁城市人民政府"} <= {
        name
        for name in ("清河县人民政府", "宁城市人民政府", "远山县人民政府")
        if name in by_reader["qh@example.cn"][0]
    }, "the portal of the city hides an agency of the county"
    assert "远山" not in by_reader["qh@example.cn"][0]
    assert ["check" in texts[-1] for texts in by_reader.values()] == [True] * 3
    assert len(by_reader["none@example.cn"]) == 1, "only the trouble of the whole installation"
    scene.crawl("far", at(2, 6))
    summary = tell_news(scene.engine, settings, NOW + 2 * DAY)
    assert [mail.recipient for mail in summary.mails] == ["far@example.cn"]


def test_operators_fall_back_to_those_who_are_told_everything(scene: Scene) -> None:
    down(scene, at(2, 3))
    assert [recipient for recipient, _ in subjects(tell(scene, mail=TO))] == ["office@example.cn"]


def test_event_and_mail_are_written_together_or_not_at_all(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.crawl()

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(alerts, "render_groups", fail)
        with pytest.raises(ZeroDivisionError):
            tell(scene)
    with monkeypatch.context() as broken:
        broken.setattr(alerts, "put_and_tell", fail)
        with pytest.raises(ZeroDivisionError):
            tell(scene)
    assert [count(scene, model) for model in (Event, ComplianceRow, OutboxMessage)] == [0, 0, 0]
    assert tell(scene).events == 1


def test_two_processes_do_not_tell_at_the_same_time(scene: Scene) -> None:
    scene.crawl()
    acquire(scene.engine, LEASE, "another", utc_now())
    with pytest.raises(LeaseHeldError):
        tell(scene)
    assert count(scene, Event) == 0


def test_years_before_the_first_one_of_the_settings_are_left_alone(scene: Scene) -> None:
    scene.crawl()
    settings = {"mail": TO, "obligations": {"first_fiscal_year": 2024}}
    assert tell_news(scene.engine, Settings.model_validate(settings), NOW).events == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_name_is_text_in_alerts_too(scene: Scene, language: str) -> None:
    scene.agency("evil", HOSTILE)
    scene.portal("bad", HOSTILE, url="http://bad.gov.cn/")
    down(scene, at(2, 3), "bad", reason=HOSTILE)
    scene.crawl()
    summary = tell(scene, mail={**BOTH, "language": language})
    assert len(summary.mails) == 3
    for mail in summary.mails:
        message = message_from_bytes(mail.content, policy=default)
        assert "Bcc" not in message
        page = message.get_body(("html",))
        assert page is not None
        assert "<img" not in page.get_content()
        assert "&lt;img src=x onerror=alert(1)&gt;" in page.get_content()
        assert not set("\x00\x1b\x85\x9b\u2028") & set(page.get_content() + text_of(mail))


def test_a_subscription_to_a_subtree_gets_its_agencies_only(scene: Scene) -> None:
    scene.agency("edu", "定州市教育局")
    with transaction(scene.engine) as session:
        session.get_one(Agency, "edu").division = "139982"
    scene.crawl()
    subscriptions = [
        {"to": ["all@example.cn"], "events": ["missing"]},
        {"to": ["city@example.cn"], "divisions": ["130500"], "language": "en"},
        {"to": ["none@example.cn"], "kinds": ["township"]},
        {"to": ["late@example.cn"], "events": ["late"]},
        {"to": ["weekly@example.cn"], "when": ["weekly"]},
    ]
    settings = Settings.model_validate({"subscriptions": subscriptions})
    summary = tell_news(scene.engine, settings, NOW)
    assert subjects(summary) == [
        ("all@example.cn", "【年报警示】未公布2份，逾期0份"),
        ("city@example.cn", "[nianbao] Reports missing: 1, late: 0"),
    ]
    assert "定州" not in text_of(summary.mails[1])


def test_two_subscriptions_of_one_reader_are_one_letter(scene: Scene) -> None:
    scene.crawl()
    both = [{"to": ["a@example.cn"]}, {"to": ["a@example.cn"], "portals": ["qh"]}]
    settings = Settings.model_validate({"subscriptions": both})
    assert len(tell_news(scene.engine, settings, NOW).mails) == 1


def test_operators_hear_of_a_portal_after_as_many_failures_as_they_asked_for(scene: Scene) -> None:
    mail = {**TO, "failures_before_alert": 3}
    for day in (3, 4):
        down(scene, at(2, day))
        assert tell(scene, at(2, day, 20), mail).events == 0
    down(scene, at(2, 5))
    assert tell(scene, at(2, 5, 20), mail).events == 1


def test_trouble_that_lasts_is_told_again_at_growing_intervals(scene: Scene) -> None:
    told = []
    for day in range(1, 60):
        now = at(2, 1) + day * DAY
        down(scene, now - timedelta(hours=6))
        if day > 12 and day not in (24, 25, 26, 54, 55, 56):
            continue  # silence between was looked at above
        if tell(scene, now).mails:
            told.append(day)
    assert told == [1, 4, 11, 25, 55]


def test_a_host_that_is_down_is_one_line_for_all_its_portals(scene: Scene) -> None:
    scene.portal("zj", "清河县镇街", url="http://www.qh.gov.cn/zj/")
    scene.agency("zhen", "清河县葛仙庄镇人民政府", portal="zj")
    for portal in ("qh", "zj"):
        down(scene, at(2, 3), portal)
    summary = tell(scene)
    assert subjects(summary) == [("root@example.cn", "【抓取告警】2个网站异常")]
    text = text_of(summary.mails[0])
    assert text.count("网站无法访问") == 1
    assert "清河县镇街" in text
    assert "清河县葛仙庄镇人民政府" in text


def test_one_failure_more_is_no_recovery(scene: Scene) -> None:
    mail = {**BOTH, "failures_before_alert": 2}
    for day in (3, 4):
        down(scene, at(2, day))
    assert len(tell(scene, at(2, 4, 20), mail).mails) == 1
    scene.crawl(when=at(2, 5))
    assert subjects(tell(scene, at(2, 5, 20), {**mail, "to": []})) == [
        ("root@example.cn", "【抓取恢复】1个网站已恢复")
    ]
    down(scene, at(2, 6))
    assert tell(scene, at(2, 6, 20), {**mail, "to": []}).mails == ()


def test_what_is_put_off_is_told_when_that_ends(scene: Scene) -> None:
    scene.crawl()
    down(scene, at(2, 6))
    why = Decided(action=TriageAction.SNOOZE, author="王芳", until=date(2024, 2, 10))
    with transaction(scene.engine) as session:
        facts = portal_facts("unreachable")
        decide(session, TriageKind.PORTAL, "qh", facts, why, at(2, 6))
    assert not any("抓取" in subject for _, subject in subjects(tell(scene, at(2, 7))))
    assert any("抓取" in subject for _, subject in subjects(tell(scene, at(2, 11))))


def test_errors_in_a_report_are_told_once_and_further_ones_again(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.crawl()
    scene.finding(filing, fingerprint="aa" * 16)
    first = tell(scene, mail=TO)
    assert subjects(first) == [("office@example.cn", "【年报变动】核查发现错误1份")]
    assert "新收与结转之和" in text_of(first.mails[0])
    assert tell(scene, NOW + DAY, TO).mails == ()
    scene.finding(filing, "cell-negative", fingerprint="bb" * 16)
    assert len(tell(scene, NOW + 2 * DAY, TO).mails) == 1
    assert tell(scene, NOW + 3 * DAY, TO).mails == ()


def test_a_report_on_time_is_told_to_who_asks_for_it(scene: Scene) -> None:
    scene.filing("fin")
    scene.crawl()
    asked = {"to": ["a@example.cn"], "events": ["on_time"]}
    settings = Settings.model_validate({"mail": TO, "subscriptions": [asked]})
    assert subjects(tell_news(scene.engine, settings, NOW)) == [
        ("a@example.cn", "【年报通知】1份年报现已见到")
    ]


def decided(scene: Scene, action: TriageAction, until: date | None, now: datetime) -> None:
    why = Decided(action=action, author="王芳", approver="李明", reason="机构撤并", until=until)
    with transaction(scene.engine) as session:
        decide(session, TriageKind.OBLIGATION, "fin/2023", {"state": "missing"}, why, now)


@pytest.mark.parametrize("action", [TriageAction.SNOOZE, TriageAction.WAIVE])
def test_a_missing_report_is_told_again_once_when_its_reprieve_ends(
    scene: Scene, action: TriageAction
) -> None:
    scene.crawl()
    assert len(tell(scene, mail=TO).mails) == 1
    decided(scene, action, date(2024, 2, 10), NOW + timedelta(hours=1))
    assert tell(scene, at(2, 10), TO).mails == ()
    again = tell(scene, at(2, 11), TO)
    assert subjects(again) == [("office@example.cn", "【年报警示】未公布1份，逾期0份")]
    assert tell(scene, at(2, 12), TO).mails == ()


def test_what_was_acknowledged_is_not_told_again_because_the_site_was_away(scene: Scene) -> None:
    scene.crawl()
    tell(scene, mail=TO)
    decided(scene, TriageAction.ACKNOWLEDGE, None, NOW + timedelta(hours=1))
    down(scene, at(2, 7))
    scene.crawl(when=at(2, 8))
    offices = [to for day in (7, 8, 9) for to, _ in subjects(tell(scene, at(2, day, 20)))]
    assert "office@example.cn" not in offices


def test_an_error_is_told_again_when_its_snooze_ends(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.crawl()
    scene.finding(filing, fingerprint="aa" * 16)
    tell(scene, mail=TO)
    with transaction(scene.engine) as session:
        facts = finding_subject(session, "aa" * 16).facts
        why = Decided(action=TriageAction.SNOOZE, author="王芳", until=date(2024, 2, 10))
        decide(session, TriageKind.FINDING, "aa" * 16, facts, why, NOW + timedelta(hours=1))
    told = [len(tell(scene, at(2, day), TO).mails) for day in (8, 10, 11, 12)]
    assert told == [0, 0, 1, 0]


def test_that_a_report_came_late_is_told_of_its_agency_and_not_as_an_error_too(
    scene: Scene,
) -> None:
    late = [{"source": "page", "value": "2024-02-02", "text": "2024-02-02"}]
    filing = scene.filing("fin", date_candidates=late, published_on=None, first_seen_at=at(2, 2))
    scene.crawl()
    scene.finding(filing, "published-late", fingerprint="aa" * 16)
    assert [subject for _, subject in subjects(tell(scene, mail=TO))] == [
        "【年报警示】未公布0份，逾期1份"
    ]


def test_an_error_without_a_name_is_told_once(scene: Scene) -> None:
    filing = scene.filing("fin")
    scene.crawl()
    scene.finding(filing)
    told = [len(tell(scene, NOW + day * DAY, TO).mails) for day in range(3)]
    assert told == [1, 0, 0]


def test_a_change_that_somebody_dismissed_is_not_told(scene: Scene) -> None:
    filing = scene.filing("fin", gone_crawls=3)
    scene.crawl()
    scene.finding(filing, "report-removed", fingerprint="aa" * 16)
    with transaction(scene.engine) as session:
        facts = finding_subject(session, "aa" * 16).facts
        why = Decided(action=TriageAction.DISMISS, author="王芳", reason="网站改版")
        decide(session, TriageKind.FINDING, "aa" * 16, facts, why, at(2, 4))
    events = {"mail": TO, "subscriptions": [{"to": ["a@example.cn"], "events": ["removed"]}]}
    settings = Settings.model_validate(events)
    told = tell_news(scene.engine, settings, NOW).mails
    assert not any("撤下" in mail.subject for mail in told)


def test_events_are_recorded_for_those_who_get_digests_alone(scene: Scene) -> None:
    scene.crawl()
    weekly = {"subscriptions": [{"to": ["a@example.cn"], "when": ["weekly"]}]}
    summary = tell_news(scene.engine, Settings.model_validate(weekly), NOW)
    assert (summary.events, summary.mails) == (1, ())
    assert count(scene, Event) == 1


def test_a_reminder_names_the_due_day_however_early_it_comes(scene: Scene) -> None:
    scene.crawl(when=at(1, 16))
    [mail] = tell(scene, at(1, 17), TO).mails
    assert "应于2024-01-31前公布，尚未见到。" in text_of(mail)


def test_a_sentence_of_a_library_ends_once(scene: Scene) -> None:
    down(scene, at(2, 3), reason="http://www.qh.gov.cn/: Something was closed cleanly.")
    [mail] = tell(scene, mail={**BOTH, "to": []}).mails
    assert "cleanly）" in text_of(mail)
