"""Who reports about which year, and when it was published."""

from datetime import date

import pytest

from monitor.reading.identity import find_agency, find_fiscal_year, parse_day
from storage.titles import parse_title
from tests.monitor.reading.reading_of import text_report


@pytest.mark.parametrize(
    ("lines", "title", "agency", "year"),
    [
        (
            ["示例县科技局2023年政府信息公开工作年度报告"],
            "示例县科技局2023年政府信息公开工作年度报告",
            "示例县科技局",
            2023,
        ),
        (
            ["示例县科技局", "2023 年度政府信息公开工作报告"],
            "示例县科技局2023年度政府信息公开工作报告",
            "示例县科技局",
            2023,
        ),
        (
            ["示例县科技局", "2023年政府信息公开工作", "年度报告"],
            "示例县科技局2023年政府信息公开工作年度报告",
            "示例县科技局",
            2023,
        ),
        (
            ["示例县科技局 二〇二三年政府信息公开工作年度报告"],
            "示例县科技局二〇二三年政府信息公开工作年度报告",
            "示例县科技局",
            2023,
        ),
    ],
)
def test_titles_on_one_or_more_lines(lines: list[str], title: str, agency: str, year: int) -> None:
    report = text_report(
        "\n".join([*lines, "", "根据条例编制本报告。", "", "一、总体情况", "", "好。"])
    )
    assert report.title == title
    assert report.agency == agency
    assert report.fiscal_year == year
    assert report.preamble == "根据条例编制本报告。"


def test_the_year_of_the_title_wins_over_the_text() -> None:
    text = "统计期限自2022年1月1日起至2022年12月31日止。2022年、2022年。"
    assert find_fiscal_year(parse_title("示例县科技局2023年政府信息公开工作年度报告"), text) == 2023


def test_without_a_title_the_period_then_the_year_named_most_counts() -> None:
    assert find_fiscal_year(None, "统计期限自 2022 年 1 月 1 日起至 12 月 31 日止。2023年") == 2022
    assert find_fiscal_year(None, "2023年、2022年、2023年") == 2023
    assert find_fiscal_year(None, "2023年、2022年") is None
    assert find_fiscal_year(None, "没有年份") is None


def test_without_a_title_the_preamble_then_the_page_names_the_agency() -> None:
    preamble = "现发布《示例县科技局2023年政府信息公开工作年度报告》。"
    assert find_agency(None, preamble, {}) == "示例县科技局"
    assert find_agency(None, "", {"contentsource": "示例县科技局"}) == "示例县科技局"
    assert find_agency(None, "", {"contentsource": "本网"}) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31 09:12", date(2024, 1, 31)),
        ("2024年1月31日", date(2024, 1, 31)),
        ("2025-04-08\u00a011:24:11", date(2025, 4, 8)),
        ("2024/01/30", date(2024, 1, 30)),
        ("2024.1.30", date(2024, 1, 30)),
        ("20240130", date(2024, 1, 30)),
        ("2021-03-2918:26", date(2021, 3, 29)),
        ("2026-\n01-\n23", date(2026, 1, 23)),
        ("2024-02-30", None),
        ("2024", None),
        ("${PubDate}", None),
    ],
)
def test_days_are_read_or_left(text: str, day: date | None) -> None:
    assert parse_day(text) == day
