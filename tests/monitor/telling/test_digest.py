"""The digest: numbers, windows, order, and what hostile names can do in it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html as lxml_html

from monitor.compliance import current_standings
from monitor.telling.digest_series import FIRST_WINDOWS
from monitor.telling.events import record_standings
from monitor.telling.incidents import record_incidents
from monitor.triage import load_triage
from storage.database import reading, transaction
from storage.models import AgencyKind, CrawlState, DigestWindow
from storage.settings import MailSettings, Settings
from tests.monitor.scene import HOSTILE, NOW, YEAR, Scene, at, make_scene
from tests.monitor.telling.digests import composed, part, sheets


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A county where one is on time, one late, one missing, and a portal that is down."""
    scene = make_scene(tmp_path)
    scene.portal()
    scene.portal("hs", "衡水市公安局")
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", "清河县教育局")
    scene.agency("civ", "清河县民政局")
    scene.agency("gov", "清河县人民政府", kind=AgencyKind.GOVERNMENT)
    scene.agency("pol", "衡水市公安局", "hs")
    scene.agency("tra", "衡水市交通局", "hs")
    scene.crawl()
    scene.crawl("hs", state=CrawlState.UNREACHABLE, control_passed=False, reason="timeout")
    filing = scene.filing("fin")
    late = [{"source": "page", "value": "2024-02-02", "text": "2024-02-02"}]
    scene.filing("edu", date_candidates=late, published_on=None, first_seen_at=at(2, 3))
    scene.finding(filing)
    yield scene
    scene.engine.dispose()


def compose(scene: Scene, language: str = "zh", now: Any = NOW, **options: Any) -> EmailMessage:
    message = message_from_bytes(composed(scene, language, now, **options).content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_subject_tells_year_number_and_the_worst(scene: Scene) -> None:
    assert compose(scene)["Subject"] == "【年报周报】2023年度政府信息公开年报 第1期：未公布1，逾期1"
    english = compose(scene, "en")["Subject"]
    assert english == "[nianbao] Digest No. 1, fiscal year 2023: missing 1, late 1"


def test_each_digest_begins_where_the_one_before_ended(scene: Scene) -> None:
    compose(scene)
    compose(scene, now=NOW + timedelta(days=7))
    compose(scene, now=NOW + timedelta(days=14), since=NOW)
    with reading(scene.engine) as session:
        windows = session.query(DigestWindow).order_by(DigestWindow.number).all()
    assert [(row.number, row.since, row.until) for row in windows] == [
        (1, NOW - FIRST_WINDOWS["weekly"], NOW),
        (2, NOW, NOW + timedelta(days=7)),
        (3, NOW, NOW + timedelta(days=14)),
    ]


def test_recipients_are_numbered_each_for_himself(scene: Scene) -> None:
    compose(scene)
    assert composed(scene, to="b@example.cn").number == 1
    assert composed(scene).number == 2
    assert composed(scene, frequency="daily").number == 1
    assert composed(scene, "en").number == 1


def test_the_most_urgent_stands_first(scene: Scene) -> None:
    text = part(compose(scene), "plain")
    places = [text.index(word) for word in ("清河县民政局", "清河县教育局", "衡水市公安局")]
    assert places == sorted(places)
    assert text.index("无法判断的机关") < text.index("年报中的错误")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "zh",
            {
                "应报": 6,
                "按时": 1,
                "逾期": 1,
                "未公布": 1,
                "无法判断": 2,
                "尚未到期": 1,
                "年报有错误": 1,
            },
        ),
        (
            "en",
            {
                "obliged": 6,
                "on time": 1,
                "late": 1,
                "missing": 1,
                "unknown": 2,
                "not due yet": 1,
                "with errors": 1,
            },
        ),
    ],
)
def test_the_tiles_count_everybody_once(
    scene: Scene, language: str, expected: dict[str, int]
) -> None:
    page: Any = lxml_html.fromstring(part(compose(scene, language), "html"))
    tiles = page.xpath("//div[@class='tiles']/div/b")
    assert [(tile.tail.strip(), int(tile.text)) for tile in tiles] == list(expected.items())
    first, *states, _ = expected.values()
    assert first == sum(states)


def test_what_is_unknown_is_one_line_for_each_portal_and_cause(scene: Scene) -> None:
    text = part(compose(scene), "plain")
    assert "2个机关因此无法判断：衡水市公安局、衡水市交通局" in text
    assert text.count("网站无法访问") == 1
    english = part(compose(scene, "en"), "plain")
    assert "agencies that cannot be judged: 2 (衡水市公安局, 衡水市交通局)" in english


def test_missing_is_told_with_its_proof_and_its_law(scene: Scene) -> None:
    text = part(compose(scene), "plain")
    line = text[text.index("清河县民政局") :]
    assert "应于2024-01-31前公布" in line
    assert "对照检查通过" in line
    assert "第四十九条" in line.split("依据")[1]


def test_what_changed_in_the_window_is_told_in_the_digest(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        rows = current_standings(session, Settings(), NOW)
        record_standings(session, rows, NOW)
        mail = MailSettings(failures_before_alert=1)
        record_incidents(session, mail, rows, load_triage(session, NOW), NOW)
    first = part(compose(scene, now=NOW + timedelta(hours=1)), "plain")
    assert "2024-02-05：认定为未公布。" in first
    assert "2024-02-05：网站无法访问。" in first
    second = part(compose(scene, now=NOW + timedelta(days=7)), "plain")
    assert "认定为未公布" not in second


def test_the_workbook_holds_every_finding_and_everybody(scene: Scene) -> None:
    findings, standings = sheets(compose(scene)).values()
    assert findings[0][:4] == ("机关", "年度", "级别", "规则")
    assert findings[1][:4] == ("清河县民政局", YEAR, "错误", "report-missing")
    assert findings[2][:4] == ("清河县财政局", YEAR, "错误", "requests-unbalanced")
    assert {(row[0], row[2]) for row in standings[1:]} >= {
        ("清河县民政局", "未公布"),
        ("清河县教育局", "逾期公布"),
        ("衡水市公安局", "网站无法访问"),
    }
    assert list(sheets(compose(scene, "en"))) == ["Findings", "Standings"]


def test_the_same_rows_give_the_same_bytes(scene: Scene) -> None:
    mails = [composed(scene, to=to) for to in ("a@example.cn", "b@example.cn")]
    books = [
        next(message_from_bytes(mail.content, policy=default).iter_attachments()).get_content()
        for mail in mails
    ]
    assert books[0] == books[1]


def test_findings_of_other_years_and_hints_are_in_the_workbook_only(scene: Scene) -> None:
    old = scene.filing("fin", year=YEAR - 1)
    scene.finding(old, "cell-blank", message_zh="去年的问题。")
    scene.finding(scene.filing("gov"), "stat-period-missing", severity="info")
    message = compose(scene)
    text = part(message, "plain")
    assert "去年的问题" not in text
    assert "stat-period-missing" not in text
    assert "共 4 条问题" in text, "the missing report is one of them"
    rules = {row[3] for row in sheets(message)["问题台账"]}
    assert {"cell-blank", "stat-period-missing"} <= rules


def test_a_flood_of_findings_is_cut_in_the_mail_and_whole_in_the_workbook(scene: Scene) -> None:
    """Mail services hide what is longer than 102 KB."""
    filing = scene.filing("civ", slug="flood")
    for number in range(230):
        scene.finding(filing, f"rule-{number:03}")
    message = compose(scene)
    html, text = part(message, "html"), part(message, "plain")
    assert 60_000 < len(html.encode()) < 74_000
    [left] = re.findall(r"另有 (\d+) 项，见附件台账。", text)
    assert f"另有 {left} 项" in html
    assert text.count("[错误]") == 231 - int(left)
    assert "年报中的错误 (231)" in text, "the count is of all"
    assert "此前" in html, "the end of the mail is there"
    assert len(sheets(message)["问题台账"]) == 1 + 231


def hostile_scene(scene: Scene) -> None:
    scene.agency("evil", HOSTILE)
    evil = scene.filing(
        "evil", title=HOSTILE, url=f"javascript:alert(1)//{HOSTILE}", published_on=None
    )
    scene.finding(
        evil,
        message_zh=HOSTILE,
        message_en=HOSTILE,
        evidence=[{"quote": HOSTILE}, {"quote": "身份证 110***********0010"}],
    )
    scene.portal("bad", HOSTILE, url='http://bad.gov.cn/"><script>alert(1)</script>')
    scene.agency("hid", HOSTILE, "bad")
    scene.agency("hid2", HOSTILE, "bad")
    scene.crawl("bad", state=CrawlState.BLOCKED, control_passed=False, reason=HOSTILE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_name_is_text_everywhere(scene: Scene, language: str) -> None:
    hostile_scene(scene)
    message = compose(scene, language)
    assert set(message.keys()) <= {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }
    text, page = part(message, "plain"), part(message, "html")
    assert "onerror" in text
    for control in "\x00\x1b\x85\x9b\u2028":
        assert control not in text + page
    assert "\nBcc" not in text
    tree: Any = lxml_html.document_fromstring(page)
    assert {element.tag for element in tree.iter()} <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "p",
        "div",
        "b",
        "span",
        "table",
        "tr",
        "th",
        "td",
        "br",
        "a",
        "q",
        "code",
        "img",
    }
    assert not any(name.startswith("on") for e in tree.iter() for name in e.attrib)
    links = [str(link) for link in tree.xpath("//@href")]
    assert links
    assert all(link.startswith(("http://", "https://")) for link in links)
    assert not any(character in link for link in links for character in ' "<>')


def test_a_hostile_name_is_no_formula_in_the_workbook(scene: Scene) -> None:
    scene.agency("cmd", "=cmd|' /C calc'!A0")
    scene.finding(scene.filing("cmd"), message_zh="@SUM(1+1)\uffff\x0b", basis="+1")
    hostile_scene(scene)
    [attachment] = compose(scene).iter_attachments()
    book = openpyxl.load_workbook(BytesIO(attachment.get_content()))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == "=cmd|' /C calc'!A0" for cell in cells)
    assert not any(cell.hyperlink for cell in cells)


def test_masked_personal_data_stays_masked(scene: Scene) -> None:
    hostile_scene(scene)
    message = compose(scene)
    assert "110***********0010" in part(message, "plain")


def test_the_html_part_asks_for_nothing_from_elsewhere(scene: Scene) -> None:
    page = part(compose(scene), "html")
    tree: Any = lxml_html.document_fromstring(page)
    assert tree.get("lang") == "zh-CN"
    assert not tree.xpath("//link|//script|//iframe|//object|//*[@background]|//*[@srcset]")
    assert [str(src).partition(":")[0] for src in tree.xpath("//@src")] == ["cid"]
    assert "url(" not in page
    assert "@import" not in page
