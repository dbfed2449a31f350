"""What digests say of decisions, notices and of the digest before; hostile names in them."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from monitor.triage.facts import finding_facts, sha256_of
from storage.database import transaction
from storage.models import (
    Agency,
    AgencyKind,
    CrawlState,
    DigestWindow,
    Event,
    RectificationNotice,
    TriageAction,
    TriageDecision,
    TriageKind,
)
from tests.monitor.scene import HOSTILE, NOW, YEAR, Scene
from tests.monitor.telling.digests import (
    composed,
    part,
    read,
    sheets,
    text_of,
    two_counties,
)

QUOTE = "本年新收政府信息公开申请数量 12"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = two_counties(tmp_path)
    yield scene
    scene.engine.dispose()


def decide(scene: Scene, action: TriageAction, **more: Any) -> None:
    facts = finding_facts("requests-unbalanced", [{"quote": QUOTE}])
    scene.rows(
        TriageDecision(
            **{
                "kind": TriageKind.FINDING,
                "subject": "f" * 16,
                "action": action,
                "author": "王芳",
                "approver": None,
                "reason": "口径如此",
                "evidence": None,
                "until": None,
                "decided_at": NOW - timedelta(hours=1),
                "facts": facts,
                "facts_sha256": sha256_of(facts),
                **more,
            }
        )
    )


def test_what_was_dismissed_is_listed_with_who_and_why_and_not_counted(scene: Scene) -> None:
    decide(scene, TriageAction.DISMISS)
    text = text_of(scene)
    assert "年报有错误：0" in text
    assert "年报中的错误" not in text
    decided = text[text.index("已豁免或判定为误报") :]
    assert "临西县财政局" in decided
    assert "王芳" in decided
    assert "口径如此" in decided


def test_personal_data_in_a_decision_or_a_name_is_masked_in_every_part(scene: Scene) -> None:
    telephone = "13812345678"
    decide(scene, TriageAction.DISMISS, reason=f"电话 {telephone}", evidence=telephone)
    with transaction(scene.engine) as session:
        session.get_one(Agency, "qh-civ").name = f"民政局 {telephone}"
    message = read(scene)
    everything = part(message, "plain") + part(message, "html") + str(sheets(message))
    assert telephone not in everything
    assert "138******78" in str(sheets(message))


def test_what_was_acknowledged_is_still_listed_with_that(scene: Scene) -> None:
    decide(scene, TriageAction.ACKNOWLEDGE)
    text = text_of(scene)
    assert "年报中的错误 (1)" in text
    assert "已知悉（王芳）：口径如此" in text


def a_notice(scene: Scene, answer_by: date, name: str = "申请情况勾稽不平") -> None:
    item: dict[str, Any] = {
        "rule": "requests-unbalanced",
        "title": {"zh": name, "en": name},
        "severity": "error",
        "message": {"zh": "", "en": ""},
        "quotes": [],
        "basis": "",
        "remedy": {"zh": "", "en": ""},
        "fingerprint": "f" * 16,
        "overlay": None,
    }
    scene.rows(
        RectificationNotice(
            series=2024,
            number=3,
            agency_id="lx-fin",
            fiscal_year=YEAR,
            issued_at=NOW - timedelta(days=3),
            answer_by=answer_by,
            author="王芳",
            issuer="",
            contact="",
            report={},
            items=[item],
        )
    )


@pytest.mark.parametrize(
    ("day", "told"),
    # the fourth was a Sunday: who answers on Monday is in time
    [(date(2024, 2, 2), True), (date(2024, 2, 4), False), (date(2024, 2, 5), False)],
)
def test_a_notice_is_listed_once_its_day_has_passed(scene: Scene, day: date, told: bool) -> None:
    a_notice(scene, day)
    text = text_of(scene)
    assert (f"第2024-3号整改通知应于{day}前答复" in text) is told


def test_each_digest_names_the_hash_of_the_text_before_it(scene: Scene) -> None:
    first, second = read(scene), read(scene, now=NOW + timedelta(days=7))
    body = first.get_body(("plain",))
    assert body is not None
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes)
    said = re.search(r"上一期 第1期（2024-02-05）SHA-256 ([0-9a-f]{64})", part(second, "plain"))
    assert said is not None
    assert said[1] == hashlib.sha256(content).hexdigest()
    assert said[1] in part(second, "html")
    assert "此前没有" in part(first, "plain")


def test_the_hash_is_of_a_channels_text_too(scene: Scene) -> None:
    first = composed(scene, to="wecom-city")
    second = composed(scene, to="wecom-city", now=NOW + timedelta(days=7))
    assert hashlib.sha256(first.content).hexdigest() in second.content.decode()


def test_a_digest_of_an_older_program_is_named_without_a_hash(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        session.add(
            DigestWindow(
                recipient="office@example.cn",
                number=7,
                since=NOW - timedelta(days=14),
                until=NOW - timedelta(days=7),
                content_sha256="0" * 64,
            )
        )
    text = text_of(scene)
    assert "第 8 期" in text
    assert "上一期 第7期（2024-01-29），由旧版程序发出" in text
    assert "0" * 64 not in text


def test_an_operators_digest_tells_of_the_program_and_not_of_findings(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        session.add(
            Event(
                kind="job_trouble",
                fingerprint="job",
                happened_at=NOW - timedelta(hours=1),
                details={},
            )
        )
    text = text_of(scene, subscriptions=[{"audience": "operator"}])
    assert "2024-02-05：定时任务失败。" in text
    assert "清河县民政局" not in text
    assert "定时任务失败" not in text_of(scene)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_stay_text_in_everything_new(scene: Scene, language: str) -> None:
    a_notice(scene, date(2024, 2, 4), HOSTILE)
    scene.portal("bad", f"{HOSTILE}人民政府", url="http://bad.gov.cn/")
    for number in range(8):
        scene.rows(
            Agency(
                id=f"bad{number}",
                name=HOSTILE,
                kind=AgencyKind.GOVERNMENT if number == 0 else AgencyKind.DEPARTMENT,
                division="130599",
                portal_id="bad",
                aliases=[],
            )
        )
        filing = scene.filing(f"bad{number}", portal="bad", url=f"javascript:{HOSTILE}{number}")
        scene.finding(filing, HOSTILE, evidence=[{"quote": HOSTILE}], message_zh=HOSTILE)
    scene.crawl("bad", state=CrawlState.BLOCKED, control_passed=False, reason=HOSTILE)
    decide(scene, TriageAction.DISMISS, author=HOSTILE, reason=HOSTILE)
    message = read(scene, language)
    text, page = part(message, "plain"), part(message, "html")
    for control in "\x00\x1b\x85\x9b\u2028":
        assert control not in text + page
    assert "\nBcc" not in text
    tree: Any = lxml_html.document_fromstring(page)
    assert not any(name.startswith("on") for each in tree.iter() for name in each.attrib)
    assert [each.get("src").partition(":")[0] for each in tree.xpath("//img")] == ["cid"]
    links = [str(link) for link in tree.xpath("//@href")]
    assert all(link.startswith(("http://", "https://")) for link in links)
    for rows in sheets(message).values():
        assert not any("\x1b" in str(cell) for row in rows for cell in row)


def test_the_page_stacks_on_a_phone_and_knows_the_dark(scene: Scene) -> None:
    page = part(read(scene), "html")
    assert "color-scheme: light dark" in page
    assert "prefers-color-scheme: dark" in page
    assert "max-width: 560px" in page
    assert not re.search(r"(src|background)\s*=\s*[\"']?(?!cid:)\w+:", page)
    assert "url(" not in page
