"""What proves a column, and what does not."""

import pytest

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.lists import ReadList
from crawler.platforms import choose_platform
from crawler.platforms.model import ColumnLink, Page
from crawler.proofs import prove
from storage.clock import utc_now

URL = "http://www.qinghe.gov.cn/qh/c135066/xxgk_gknb_list.shtml"
REPORTS = [f"清河县{name}局2023年政府信息公开工作年度报告" for name in ("财政", "水利", "民政")]
NEWS = [f"清河县召开第{number}次工作推进会" for number in range(9)]


def proof_of(name: str, titles: list[str], link: str = "新闻中心") -> dict[str, object]:
    rows = "".join(
        f'<li><a href="./202401/{number:032x}.shtml">{title}</a><span>2024-01-15</span></li>'
        for number, title in enumerate(titles)
    )
    page = Page(url=URL, text=f"<html><title>{name}_清河县</title><ul>{rows}</ul></html>")
    platform = choose_platform(page)
    fetched = Fetched(
        ask=Ask(url=URL, purpose=Purpose.LIST), outcome=Outcome.OK, reason="", url=URL,
        fetched_at=utc_now(),
    )  # fmt: skip
    read = ReadList(
        fetched=fetched, page=page, platform=platform, list_page=platform.read_list(page)
    )
    led = ColumnLink(url=URL, text=link, score=0.7, step="column", why="path")
    return prove(read, led, (led,))


@pytest.mark.parametrize(
    ("name", "titles", "proved"),
    [
        ("新闻中心", [*NEWS, *REPORTS], False),
        ("新闻中心", [*NEWS[:3], *REPORTS], False),
        ("新闻中心", REPORTS, False),
        ("政府信息公开年报", [*NEWS, *REPORTS], True),
    ],
)
def test_news_that_repost_reports_are_no_column_whatever_their_template_is_called(
    name: str, titles: list[str], *, proved: bool
) -> None:
    proof = proof_of(name, titles)
    assert bool(proof) is proved, proof
