"""Rows that are called by an agency alone are opened; an agency's own list of reports is not."""

import pytest

from crawler.lists import rows_by_relevance
from crawler.platforms.model import ListItem, ListPage
from crawler.selection import Relevance, is_report_page, relevance_of
from crawler.walking import ColumnWalk
from tests.crawler.test_walking import NOW

URL = "http://www.qinghe.gov.cn/zfxxgk/nb/"


@pytest.mark.parametrize(
    ("title", "path", "day_text", "kind"),
    [
        ("清河县教育局", "2025/content_12345.html", "2026-01-24", Relevance.OPEN),
        ("清河县教育局", "2025/P020260124.pdf", "", Relevance.OPEN),
        ("清河县教育局", "jyj/", "", Relevance.OTHER),
        ("关于召开会议的通知", "2025/content_12346.html", "2026-01-24", Relevance.OTHER),
        ("清河县教育局2025年政府信息公开工作年度报告", "1.html", "", Relevance.REPORT),
    ],
)
def test_a_row_named_by_its_agency_alone_is_opened(
    title: str, path: str, day_text: str, kind: Relevance
) -> None:
    walk = ColumnWalk(URL, max_pages=5)
    step = walk.next_step()
    assert step is not None
    item = ListItem(url=f"{URL}{path}", title=title, day_text=day_text)
    walk.take(step, ListPage(items=(item,), recognised=True), NOW)

    [told] = [each for each, rows in rows_by_relevance(walk).items() if rows]
    assert told is kind


CUT = "清河县财政局2025年政府信息公开年度报告的解…"


@pytest.mark.parametrize(
    ("listed", "page_title", "is_report"),
    [
        (CUT, "清河县财政局2025年政府信息公开年度报告的解读", False),
        (CUT.replace("的解", ""), "清河县财政局2025年政府信息公开年度报告", True),
        (CUT.replace("的解", ""), "图解：清河县财政局2025年政府信息公开年度报告", False),
        (CUT, "清河县人民政府", True),  # a page that bears the name of its site tells nothing
        (CUT, None, True),
        ("查看详情", "关于召开会议的通知", False),
        ("查看详情", None, False),
    ],
)
def test_the_page_decides_what_a_title_that_was_cut_is_of(
    listed: str, page_title: str | None, is_report: bool
) -> None:
    item = ListItem(url=f"{URL}1.html", title=listed, cut=True)
    assert relevance_of(item) is Relevance.OPEN
    assert is_report_page(page_title, item) is is_report
