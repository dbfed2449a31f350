"""Days are read in every form portals write, and never made up."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.days import (
    day_in_address,
    day_of_timestamp,
    days_in_address,
    first_day,
    yearless_day,
)
from crawler.platforms.markup import collapse
from storage.law import load_law

DAY = date(2024, 1, 31)
FORMS = [
    "2024-01-31",
    "2024/01/31",
    "2024.01.31",
    "2024年1月31日",
    "2024年01月31日",
    "20240131",
    "2024-1-31",
    "2024 - 01 - 31",
    "2024-\n01-\n31",
    "2024-01-31\u00a009:12:00",
    "２０２４-０１-３１",
    "２０２４年１月３１日",
    "2024—01—31 21∶37",
    "2024-01-3118:26",
    "[2024-01-31]",
    "(2024/1/31)",
    "2024年 1 月 31 日",
    "二〇二四年一月三十一日",
    "二○二四年一月卅一日",
    "发布日期：2024-01-31 来源",
    "2024-01-31T09:12:00+08:00",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_day_is_read_in_every_form(text: str) -> None:
    found = first_day(text)

    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize("form", load_law("portals")["page_meta"]["pubdate_forms"])
def test_every_form_the_label_standard_knows_is_read(form: str) -> None:
    found = first_day(datetime(2024, 1, 31, 9, 12, 30).strftime(form))

    assert found is not None
    assert found.day == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "0000-01-01",
        "1023-01-01",
        "123456789",
        "2024年",
        "01-31",
        "",
        "2024-01",
    ],
)
def test_what_is_no_day_gives_none(text: str) -> None:
    assert first_day(text) is None


@pytest.mark.parametrize("text", ["[01-31]", "01-31", "1月31日", "（01/31）", "0１-3１"])
def test_a_day_without_its_year_is_told_as_such(text: str) -> None:
    found = yearless_day(text)

    assert found is not None
    assert found[:2] == (1, 31)
    assert first_day(text) is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_any_day_survives_the_common_forms(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d%H:%M"):
        found = first_day(f"x {day.strftime(form)} y")
        assert found is not None
        assert found.day == day


@given(st.text())
def test_any_text_is_looked_through_without_failing(text: str) -> None:
    found = first_day(text)

    assert found is None or found.text in collapse(found.text) or found.day.year >= 1990


ADDRESSES = {
    "/zwgk/202401/t20240131_87229032.html": DAY,
    "/zwgk/202401/P020240131331234567890.pdf": DAY,
    "/art/2024/1/31/art_1229114055_89890.html": DAY,
    "/columns/8aef/202401/31/720faafd.html": DAY,
    "/nw12344/20240131/4a03b5fa47ae4c73b7ec42801de6be66.html": DAY,
    "/2024/01-31/2677014.html": DAY,
    "/cms/html/zz/2024-01-31/1186777553.html": DAY,
    "/doc/2024/01/31/3847735.shtml": DAY,
    "/html/czjt/2024/JEBFAQIL_0131/28137.html": DAY,
    "/gongkai/show/20240131172050425.html": DAY,
    "/wsb/2024-01/31/article_2024013117235865780.html": DAY,
    "/web/2025/2024013114194811951/index.shtml": DAY,
    "/zfxxgk/xj/1753311688616128514.html": date(2024, 2, 2),
    "/gongkai/channel_6389a0883759918282632254/doc_65b751e15bd8e1f5e8f30678.html": date(
        2024, 1, 29
    ),
    "/xxgkAnnualReport/detail/61f1f0ed886688e3278b4568.html": date(2022, 1, 27),
    "/col/4039_446643/art/17356608/17364738729029ffO7DUB.html": date(2025, 1, 10),
    "/gongkai/channel_6389a0883759918282632254/": None,
    "/zwgk/202413/t20241331_1.html": None,
    "/info/2061/33061.htm": None,
    "/col/1618911653671/index.html": None,
}


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_day_hidden_in_an_address_is_found(path: str) -> None:
    found = day_in_address(f"https://www.yunxi.example.gov.cn{path}")

    assert (found.day if found else None) == ADDRESSES[path]


KINDS = {
    "/zwgk/202401/t20240131_87229032.html": "name",
    "/zwgk/202401/P020240131331234567890.pdf": "file",
    "/module/download/downfile.jsp?classid=0&filename=2401311021346667307.xlsx": "file",
    "/art/2024/1/31/art_1229114055_89890.html": "folder",
    "/html/czjt/2024/JEBFAQIL_0131/28137.html": "folder",
    "/gongkai/show/20240131172050425.html": "stamp",
    "/wsb/2024/article_2024013117235865780.html": "stamp",
    "/xxgkAnnualReport/detail/61f1f0ed886688e3278b4568.html": "objectid",
    "/col/4039_446643/art/17356608/17364738729029ffO7DUB.html": "milliseconds",
    "/news/1706630400000.html": "milliseconds",
    "/zfxxgk/xj/1753311688616128514.html": "snowflake",
}


@pytest.mark.parametrize("path", KINDS)
def test_what_hides_a_day_is_told(path: str) -> None:
    found = day_in_address(f"https://www.yunxi.example.gov.cn{path}")

    assert found is not None
    assert found.kind == KINDS[path]


def test_an_address_with_two_days_tells_both_if_they_differ() -> None:
    url = "https://www.yunxi.example.gov.cn/nb/2024-01-31/65b9b1e15bd8e1f5e8f30678.html"

    found = [(hidden.kind, hidden.day) for hidden in days_in_address(url)]

    assert found == [("folder", DAY)]
    moved = url.replace("2024-01-31", "2019-02-01")
    assert [(hidden.kind, hidden.day) for hidden in days_in_address(moved)] == [
        ("folder", date(2019, 2, 1)),
        ("objectid", DAY),
    ]


def test_a_nineteen_digit_name_of_a_page_is_an_id_and_no_time_written_out() -> None:
    found = day_in_address("https://www.yunxi.example.gov.cn/xj/1511231021346667307.html")

    assert found is not None
    assert found.kind == "snowflake"


def test_timestamps_are_days_in_china() -> None:
    assert day_of_timestamp(1706630400) == DAY  # 16:00 UTC of the 30th
    assert day_of_timestamp(1706630399) == date(2024, 1, 30)
    assert day_of_timestamp(1706630400_000) == DAY
    assert day_of_timestamp(0) is None
    assert day_of_timestamp(1e18) is None
    assert day_of_timestamp(float("nan")) is None
