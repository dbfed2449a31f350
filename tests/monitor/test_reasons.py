"""What crawls say of themselves can be read in Chinese and in English."""

import re
from datetime import UTC, datetime

import pytest

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import ListItem, ListPage, PageRequest
from crawler.readings import Recognised, judge_reading
from crawler.searching import MAX_DEPTH
from crawler.settling import settle_search, settle_watch
from crawler.walking import ColumnWalk
from monitor.reasons import in_both, way_found

URL = "http://www.qinghe.gov.cn/nb/"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
_OURS = re.compile(r"https?://[^\s；：]+|www\.[\w.]+|never|crawler\.\w+")


def chinese(reason: str | None) -> str:
    """Return a reason in Chinese, after seeing that nothing English is left in it."""
    said = in_both(reason)
    assert said is not None
    assert said.en == reason
    assert not re.search(r"[A-Za-z]{2,}", _OURS.sub("", said.zh)), said.zh
    return said.zh


def walked(*pages: ListPage) -> ColumnWalk:
    walk = ColumnWalk(URL, max_pages=2)
    for page in pages:
        step = walk.next_step()
        assert step is not None
        walk.take(step, page, NOW)
    walk.next_step()
    return walk


ROW = ListItem(url=f"{URL}1.html", title="2023年政府信息公开工作年度报告")
MORE = PageRequest(url=f"{URL}2.html", number=2)
WALKS = [
    (ListPage(items=(), recognised=False),),
    (ListPage(items=(), recognised=False, obstacle="its list asks for a captcha"),),
    (ListPage(items=(ROW,), recognised=True, last=False),),
    (ListPage(items=(ROW,), recognised=True, announced_items=40),),
    (ListPage(items=(ROW,), recognised=True, unread=("2022年",)),),
    (ListPage(items=(ROW,), recognised=True, next_pages=(MORE,), last=False),) * 2,
    (ListPage(items=(), recognised=True),),
]


@pytest.mark.parametrize("pages", WALKS)
def test_why_a_column_was_not_read_is_told_in_chinese(pages: tuple[ListPage, ...]) -> None:
    reading = judge_reading(walked(*pages), Recognised(reports=1, known_before=9, found_again=2))
    chinese(reading.reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"reports": 0},
        {"known_before": 9, "found_again": 2},
        {"known_before": 9, "found_again": 6},
        {"known_before": 9, "found_again": 8, "newest_missing": True, "newest_before": 2023},
        {"unopened": (f"{URL}7.html: status 503",)},
        {"drift": "its page is another one now: other reports, or another column's name"},
    ],
)
def test_why_a_control_did_not_pass_is_told_in_chinese(facts: dict[str, object]) -> None:
    given = {"reports": 1, "known_before": 0, "found_again": 0} | facts
    walk = walked(ListPage(items=(ROW,), recognised=True, last=True))
    chinese(judge_reading(walk, Recognised(**given)).reason)  # type: ignore[arg-type]


def failed(reason: str) -> Fetched:
    return Fetched(
        ask=Ask(url=URL, purpose=Purpose.HOME),
        outcome=Outcome.UNREACHABLE,
        reason=f"{URL}: {reason}",
        url=URL,
        fetched_at=NOW,
    )


def test_how_crawls_and_searches_ended_is_told_in_chinese() -> None:
    chinese(settle_search((), found=True, searched_all=True).reason)
    chinese(settle_search((), found=False, searched_all=False).reason)
    chinese(settle_search((), found=False, searched_all=True).reason)
    chinese(settle_search((failed("no answer"),), found=False, searched_all=True).reason)
    chinese(settle_watch((), (), (URL,)).reason)


def test_each_part_of_a_reason_is_told_for_itself_and_what_is_unknown_stays() -> None:
    of_library = f"{URL}2.html: Connection lost"
    said = in_both(f"{URL}: announces 6 rows, has 3; {of_library}; no page of it was read")
    assert said is not None
    assert said.zh == f"{URL}：公布 6 条，实有 3 条；{URL}2.html：Connection lost；没有读到任何页面"
    assert in_both(None) is None
    whole = in_both("unexpected failure: KeyError: 'a; b'")
    assert whole is not None
    assert whole.zh == "意外错误：KeyError: 'a; b'"
    blocked = in_both(f"{URL}: 瑞数 (Ruishu) challenge, status 412")
    assert blocked is not None
    assert blocked.zh == f"{URL}：瑞数 (Ruishu) challenge，状态码 412"


def test_the_way_in_which_a_column_was_found_is_told_in_both() -> None:
    assert (way_found("registry").zh, way_found("registry").en) == ("登记册", "registry")
    assert way_found("by magic").zh == "by magic"


def test_a_way_left_for_its_distance_is_told_in_chinese() -> None:
    said = chinese(f"{URL}: not looked at: more than {MAX_DEPTH} links from the front page")
    assert str(MAX_DEPTH) in said
