"""The 索引号 of a page."""

import pytest

from crawler.platforms.article import read_article
from crawler.platforms.model import Page


@pytest.mark.parametrize(
    ("markup", "number"),
    [
        ("<p>索引号：11341702486344515H/202110-00013</p>", "11341702486344515H/202110-00013"),
        ("<td>索 引 号</td><td>01526482-8/2024-00012</td>", "01526482-8/2024-00012"),
        ("<b>索引号:</b> [000014349/2024-00005] 发布机构", "000014349/2024-00005"),
        ("<p>索引号：</p><p>发布机构：县财政局</p>", None),
        ("<td>索引号</td><td>名称</td>", None),
        ("<p>没有</p>", None),
    ],
)
def test_the_index_number_is_what_stands_behind_its_name(markup: str, number: str | None) -> None:
    page = Page(url="http://www.qh.gov.cn/1.html", text=f"<html><body>{markup}</body></html>")

    assert read_article(page).index_number == number
