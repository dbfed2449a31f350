"""The pure judgements of a crawl: rows, readings, ends."""

from datetime import UTC, datetime

import pytest

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import ListItem, ListPage, PageRequest
from crawler.readings import Recognised, judge_reading
from crawler.records.readings import Reading
from crawler.selection import Relevance, is_wanted, relevance_of
from crawler.settling import ColumnEnd, settle_search, settle_watch
from crawler.walking import ColumnWalk
from storage.models import CrawlState

NOW = datetime(2024, 2, 1, tzinfo=UTC)
URL = "http://a.gov.cn/nb/"

ROWS = {
    "清河县财政局2023年政府信息公开工作年度报告": Relevance.REPORT,
    "2023年政府信息公开年报": Relevance.REPORT,
    "清河县人民政府2023年政府网站工作年度报表": Relevance.OTHER,
    "一图读懂清河县2023年政府信息公开工作年度报告": Relevance.OTHER,
    "清河县2023年法治政府建设年度报告": Relevance.OTHER,
    "关于召开会议的通知": Relevance.OTHER,
    "查看详情": Relevance.OPEN,
    "2023年": Relevance.OPEN,
}


@pytest.mark.parametrize("title", ROWS)
def test_a_row_is_told_by_its_title(title: str) -> None:
    assert relevance_of(ListItem(url=URL, title=title)) is ROWS[title]


def test_a_row_cut_short_is_opened() -> None:
    assert relevance_of(ListItem(url=URL, title="清河县财政局关于", cut=True)) is Relevance.OPEN
    assert relevance_of(ListItem(url=URL, title="清河县财政局2023年政府信息公…")) is Relevance.OPEN


def test_a_year_is_wanted_if_none_or_this_one_was_asked_for() -> None:
    title = "清河县财政局2023年政府信息公开工作年度报告"
    assert is_wanted(title, ())
    assert is_wanted(title, {2023})
    assert not is_wanted(title, {2022})
    assert is_wanted("政府信息公开年报", {2022})


def whole_walk(rows: int = 3) -> ColumnWalk:
    """Return a walk that was read to its end."""
    walk = ColumnWalk(URL, max_pages=5)
    step = walk.next_step()
    assert step
    items = tuple(ListItem(url=f"{URL}{n}.html", title="x") for n in range(rows))
    walk.take(step, ListPage(items=items, recognised=True), NOW)
    assert walk.next_step() is None
    return walk


@pytest.mark.parametrize(
    ("reports", "known", "again", "passed"),
    [(3, 0, 0, True), (3, 2, 1, True), (3, 3, 1, False), (3, 1, 0, False), (0, 0, 0, False)],
)
def test_the_control_passes_only_if_what_was_known_is_found_again(
    reports: int, known: int, again: int, passed: bool
) -> None:
    recognised = Recognised(reports=reports, known_before=known, found_again=again)
    reading = judge_reading(whole_walk(), recognised)
    assert reading.control_passed is passed
    assert (reading.reason is None) is passed


def test_a_row_that_could_not_be_told_fails_the_control() -> None:
    recognised = Recognised(reports=3, known_before=0, found_again=0, unopened=["x: timeout"])
    reading = judge_reading(whole_walk(), recognised)
    assert reading.read_to_end
    assert not reading.control_passed


def paged_walk() -> ColumnWalk:
    """Return a walk over two pages that was read to its end."""
    walk = ColumnWalk(URL, max_pages=5)
    following = PageRequest(url=f"{URL}index_1.html", number=2)
    for page, rows in ((0, (following,)), (1, ())):
        step = walk.next_step()
        assert step
        items = tuple(ListItem(url=f"{URL}{page}{n}.html", title="x") for n in range(3))
        walk.take(step, ListPage(items=items, recognised=True, next_pages=rows), NOW)
    assert walk.next_step() is None
    return walk


@pytest.mark.parametrize(
    ("known", "again", "passed"), [(30, 30, True), (30, 24, True), (30, 23, False), (4, 3, True)]
)
def test_more_than_a_few_known_reports_lost_at_once_are_doubted(
    known: int, again: int, passed: bool
) -> None:
    recognised = Recognised(reports=30, known_before=known, found_again=again)
    assert judge_reading(whole_walk(), recognised).control_passed is passed


def test_a_loss_that_stays_is_how_the_column_is_but_not_if_little_is_left() -> None:
    settled = Recognised(reports=9, known_before=30, found_again=20, same_before=3)
    assert judge_reading(whole_walk(), settled).control_passed
    little = Recognised(reports=9, known_before=30, found_again=10, same_before=9)
    assert not judge_reading(whole_walk(), little).control_passed


def test_a_list_of_old_reports_only_is_doubted() -> None:
    """As an old copy of the page would show it: what was newest is not there."""
    old = Recognised(
        reports=9, known_before=10, found_again=9, newest_before=2023, newest_missing=True
    )
    reading = judge_reading(whole_walk(), old)
    assert not reading.control_passed
    assert "2023" in str(reading.reason)


@pytest.mark.parametrize(
    ("walk", "again", "passed"), [("paged", 6, False), ("single", 6, True), ("single", 5, False)]
)
def test_another_order_is_doubted_unless_nothing_can_have_slipped_through(
    walk: str, again: int, passed: bool
) -> None:
    recognised = Recognised(
        reports=6, known_before=6, found_again=again, order_before="abcdef", order="fedcba"
    )
    walked = paged_walk() if walk == "paged" else whole_walk()
    assert judge_reading(walked, recognised).control_passed is passed


def test_a_page_that_is_another_one_now_passes_no_control() -> None:
    recognised = Recognised(reports=3, known_before=3, found_again=3, drift="another page")
    reading = judge_reading(whole_walk(), recognised)
    assert (reading.read_to_end, reading.control_passed) == (True, False)


def test_fewer_rows_than_announced_pass_no_control() -> None:
    walk = ColumnWalk(URL, max_pages=5)
    step = walk.next_step()
    assert step
    items = (ListItem(url=f"{URL}1.html", title="x"),)
    walk.take(step, ListPage(items=items, recognised=True, announced_items=12), NOW)
    assert walk.next_step() is None
    reading = judge_reading(walk, Recognised(reports=1, known_before=1, found_again=1))
    assert (reading.announced, reading.found, reading.control_passed) == (12, 1, False)


def test_a_walk_that_saw_nothing_passes_nothing() -> None:
    walk = ColumnWalk(URL, max_pages=5)
    reading = judge_reading(walk, Recognised(reports=3, known_before=0, found_again=0))
    assert not reading.control_passed
    assert reading.reason


def end(*, whole: bool = True, passed: bool = True, obstacle: Outcome | None = None) -> ColumnEnd:
    """Return how the reading of a column ended."""
    reading = Reading(
        pages_seen=1,
        announced=None,
        found=3,
        reports=3,
        read_to_end=whole,
        control_passed=passed,
        known_before=0,
        found_again=0,
        reason=None if passed else "because",
    )
    return ColumnEnd(
        url=URL, reading=reading, obstacle=fetched(obstacle) if obstacle else None, seen=whole
    )


def fetched(outcome: Outcome) -> Fetched:
    """Return an answer with an outcome."""
    ask = Ask(url=URL, purpose=Purpose.LIST)
    return Fetched(ask=ask, outcome=outcome, reason=f"{URL}: {outcome}", url=URL, fetched_at=NOW)


def test_a_crawl_is_complete_if_everything_was_read_and_answered() -> None:
    settled = settle_watch([end(), end()], [])
    assert (settled.state, settled.control_passed) == (CrawlState.COMPLETE, True)


def test_one_report_that_could_not_be_had_makes_it_partial_but_not_the_control() -> None:
    settled = settle_watch([end()], ["x: timeout"])
    assert (settled.state, settled.control_passed) == (CrawlState.PARTIAL, True)
    assert settled.reason == "x: timeout"


def test_one_column_without_its_control_takes_the_control_from_all() -> None:
    assert not settle_watch([end(), end(passed=False)], []).control_passed


def test_one_blocked_list_blocks_the_portal() -> None:
    settled = settle_watch([end(), end(whole=False, passed=False, obstacle=Outcome.BLOCKED)], [])
    assert settled.state is CrawlState.BLOCKED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.UNREACHABLE, CrawlState.UNREACHABLE),
        (Outcome.ROBOTS_DENIED, CrawlState.ROBOTS_DENIED),
        (Outcome.GONE, CrawlState.PARTIAL),
        (Outcome.BROKEN, CrawlState.PARTIAL),
    ],
)
def test_a_portal_of_which_nothing_was_seen_says_why(outcome: Outcome, state: CrawlState) -> None:
    ends = [end(whole=False, passed=False, obstacle=outcome)] * 2
    assert settle_watch(ends, []).state is state
    assert settle_watch([*ends, end()], []).state is CrawlState.PARTIAL


def test_a_lost_column_takes_completeness_and_control() -> None:
    settled = settle_watch([end()], [], lost=[URL])
    assert (settled.state, settled.control_passed) == (CrawlState.PARTIAL, False)


def test_without_columns_there_is_none() -> None:
    assert settle_watch([], []).state is CrawlState.NO_COLUMN


def test_a_search_that_met_an_obstacle_does_not_say_that_there_is_no_column() -> None:
    assert settle_search([], found=False, searched_all=True).state is CrawlState.NO_COLUMN
    assert settle_search([], found=False, searched_all=False).state is CrawlState.PARTIAL
    blocked = settle_search([fetched(Outcome.BLOCKED)], found=False, searched_all=False)
    assert blocked.state is CrawlState.BLOCKED
    broken = settle_search([fetched(Outcome.BROKEN)], found=False, searched_all=True)
    assert broken.state is CrawlState.PARTIAL


def test_ways_that_the_search_left_take_completeness_and_control() -> None:
    settled = settle_watch([end()], [], unsearched=[f"{URL}: not looked at"])
    assert (settled.state, settled.control_passed) == (CrawlState.PARTIAL, False)
    assert "not looked at" in str(settled.reason)
