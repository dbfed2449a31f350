"""What digests say to whom: divisions, changes, the picture, links, the order."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from PIL import Image

from storage.captures import Exchange, archive_exchange
from storage.models import (
    Agency,
    AgencyKind,
)
from tests.monitor.scene import CRAWLED_AT, NOW, Scene
from tests.monitor.telling.digests import (
    LINXI,
    QINGHE,
    part,
    read,
    sheets,
    text_of,
    two_counties,
)

INJECTED = "某某博彩网"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = two_counties(tmp_path)
    yield scene
    scene.engine.dispose()


def test_a_digest_is_about_the_divisions_subscribed_to(scene: Scene) -> None:
    message = read(scene, subscriptions=[{"divisions": [LINXI]}])
    text, page = part(message, "plain"), part(message, "html")
    assert "临西县财政局" in text
    assert "清河县" not in text + page
    assert "未公布0，逾期0" in message["Subject"]
    for rows in sheets(message).values():
        assert not any("清河县" in str(cell) for row in rows for cell in row)


def test_several_subscriptions_of_one_person_are_one_digest(scene: Scene) -> None:
    text = text_of(scene, subscriptions=[{"agencies": ["qh-civ"]}, {"agencies": ["lx-fin"]}])
    assert "应报：2" in text
    assert "清河县民政局" in text
    assert "临西县财政局" in text
    assert "清河县教育局" not in text


def test_what_is_not_subscribed_to_is_not_listed_but_counted(scene: Scene) -> None:
    text = text_of(scene, subscriptions=[{"events": ["late"]}])
    assert "未公布：1" in text
    assert "清河县教育局" in text
    assert "清河县民政局" not in text
    assert "年报中没有需要处理的错误或警告" not in text, "there is one, it is just not told"


def test_divisions_are_listed_the_worst_first_and_the_whole_before(scene: Scene) -> None:
    page: Any = lxml_html.fromstring(part(read(scene), "html"))
    rows = [
        [cell.text_content().strip() for cell in row.xpath("td")]
        for row in page.xpath("//table[@class='divisions']/tr[td]")
    ]
    assert rows == [
        ["全部", "8", "4", "1", "1", "0", "2", "1"],
        ["1. 清河县", "4", "1", "1", "1", "0", "1", "0"],
        ["2. 临西县", "4", "3", "0", "0", "0", "1", "1"],
    ]
    sheet = sheets(read(scene))["区划汇总"]
    assert sheet[2][:3] == ("清河县", QINGHE, 4)


def test_numbers_say_how_they_changed_since_the_last_digest(scene: Scene) -> None:
    first = text_of(scene)
    assert "较上期" not in first
    scene.filing("qh-civ")
    second = text_of(scene, now=NOW + timedelta(days=7))
    assert "未公布：0 (较上期 -1)" in second
    assert "按时：5 (较上期 +1)" in second
    assert "逾期：1 (较上期 ±0)" in second
    assert "未公布：0 (since last" not in second


def test_numbers_of_another_year_are_not_compared(scene: Scene) -> None:
    read(scene)
    assert "较上期" not in text_of(scene, now=datetime(2025, 2, 10, tzinfo=UTC))


def test_the_picture_goes_with_the_mail_and_is_told_in_words(scene: Scene) -> None:
    message = read(scene)
    [picture] = [each for each in message.walk() if each.get_content_type() == "image/png"]
    tree: Any = lxml_html.document_fromstring(part(message, "html"))
    [shown] = tree.xpath("//img")
    assert f"<{shown.get('src').removeprefix('cid:')}>" == picture["Content-ID"]
    assert picture.get_content_disposition() == "inline"
    assert "未公布 1，" in shown.get("alt")
    image = Image.open(BytesIO(picture.get_content()))
    assert image.mode == "RGBA"
    colours = {colour for _, colour in image.getcolors(100_000) or ()}
    assert (0, 0, 0, 0) in colours, "the ground is transparent"
    assert (0xC9, 0x35, 0x2D, 255) in colours, "somebody is missing"
    assert (0x6F, 0x79, 0x88, 255) not in colours, "nobody is unknown"


def test_without_anybody_there_is_no_picture(scene: Scene) -> None:
    message = read(scene, subscriptions=[{"divisions": ["65"]}])
    assert not any(each.get_content_type() == "image/png" for each in message.walk())
    assert "应报：0" in part(message, "plain")


def test_originals_are_named_by_the_command_or_linked_where_they_are_published(
    scene: Scene,
) -> None:
    sha256 = "ab" * 32
    assert f"nianbao audit original {sha256}" in text_of(scene)
    message = read(scene, mail={"archive_base_url": "https://archive.example.cn/o/"})
    link = f"https://archive.example.cn/o/ab/{sha256}"
    assert link in part(message, "plain")
    assert f'href="{link}"' in part(message, "html")
    assert sha256 in part(message, "html")


def test_a_missing_report_names_the_list_that_does_not_show_it(scene: Scene) -> None:
    """The newest one archived before that was said; a later one proves nothing of then."""
    pages = [
        Exchange(
            url="http://www.qh.gov.cn/nb/",
            purpose="list",
            requested_at=when,
            fetched_at=when,
            body=body,
        )
        for body, when in (
            (b"old", CRAWLED_AT - timedelta(hours=1)),
            (b"seen", CRAWLED_AT + timedelta(minutes=1)),
            (b"later", CRAWLED_AT + timedelta(days=1)),
        )
    ]
    archive_exchange(scene.engine, scene.archive, pages)
    text = text_of(scene)
    seen, later = (hashlib.sha256(body).hexdigest() for body in (b"seen", b"later"))
    missing = text[text.index("清河县民政局") : text.index("逾期公布 (")]
    assert f"nianbao audit original {seen}" in missing
    assert later not in text


def test_many_findings_of_a_rule_are_one_entry_that_names_the_agencies(scene: Scene) -> None:
    for number in range(20):
        scene.rows(
            Agency(
                id=f"m{number}",
                name=f"临西县第{number:02}局",
                kind=AgencyKind.TOWNSHIP,
                division=LINXI,
                portal_id="lx",
                aliases=[],
            )
        )
        filing = scene.filing(f"m{number}", portal="lx", slug=f"m{number}")
        scene.finding(filing, "cell-negative")
    text = text_of(scene)
    assert text.count("单元格为负数") == 1
    assert "共 20 处" in text
    assert "年报中的错误 (21)" in text
    assert "另有 8 项，见附件台账。" in text


def test_the_order_is_that_of_urgency(scene: Scene) -> None:
    scene.finding(scene.filing("lx-civ", portal="lx", slug="r"), "report-removed")
    scene.finding(scene.filing("lx-edu", portal="lx", slug="w"), "cell-blank", severity="warning")
    scene.finding(scene.filing("lx-edu", portal="lx", slug="a"), "agency-mismatch")
    text = text_of(scene)
    headings = ["未公布 (", "逾期公布 (", "撤下、", "年报中的错误", "年报中的警告"]
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)
    assert text.index("申请情况勾稽不平") < text.index("题名机关不符"), "tables come first"


def test_a_late_agency_is_listed_once(scene: Scene) -> None:
    filing = scene.filing("qh-edu", slug="again")
    scene.finding(filing, "published-late", message_zh="晚了。")
    text = text_of(scene)
    assert text.count("清河县教育局") == 1
    assert "年报有错误：1" in text


def test_of_a_hijacked_page_nothing_is_quoted(scene: Scene) -> None:
    filing = scene.filing("lx-civ", portal="lx", slug="bad")
    scene.finding(filing, "seo-injection", evidence=[{"quote": INJECTED}])
    message = read(scene)
    assert "页面疑似被篡改" in part(message, "plain")
    assert INJECTED not in part(message, "plain") + part(message, "html")
