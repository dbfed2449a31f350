"""What crawls say of themselves can be read in Chinese and in English."""

import re
from datetime import UTC, datetime

import pytest

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import ListItem, ListPage, PageRequest
from crawler.readings import Recognised, judge_reading
from crawler.settling import settle_search, settle_watch
from crawler.walking import ColumnWalk
from crawler.ways import MAX_DEPTH
from monitor.language import Bilingual
from monitor.reasons import in_both, said_by_job, way_found
from storage.verification.model import ProblemKind

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
    assert blocked.zh == f"{URL}：瑞数 (Ruishu) 防护页面，状态码 412"


def test_the_way_in_which_a_column_was_found_is_told_in_both() -> None:
    assert (way_found("registry").zh, way_found("registry").en) == ("登记册", "registry")
    assert way_found("by magic").zh == "by magic"


def test_a_way_left_for_its_distance_is_told_in_chinese() -> None:
    said = chinese(f"{URL}: not looked at: more than {MAX_DEPTH} links from the front page")
    assert str(MAX_DEPTH) in said


VERIFIED = (
    "JobError: exit code 4: verified 9 originals (8 bytes), 7 log entries, 1 checkpoints: "
    "2 damaged, 1 lost.; run 'nianbao audit verify'"
)


@pytest.mark.parametrize(
    ("message", "zh"),
    [
        ("left out 2024-02-05 02:00:00+08:00: it could not be run then", "没有运行"),
        ("left out 2024-02-05 02:00:00+08:00: the run before had not ended", "上一次尚未结束"),
        ("missed its time 2024-02-05 02:00:00+08:00", "错过了 2024-02-05"),
        ("left to pc:12:abc, which is at the digests", "由 pc:12:abc|正在编写摘要"),
        ("cut off: the program ended while it ran", "未能做完"),
        ("JobError: 'nianbao crawl' ended with exit code 5; see the log", "退出码 5"),
        (
            VERIFIED,
            "损坏 2，丢失 1。请运行",
        ),
        ("4 of 5 portals complete", "5 个网站中 4 个"),
        ("nianbao-20240205.tar.gz: 12 bytes; 3 older ones removed", "已移除较旧的备份 3 个"),
        ("JobError: [mail] sender a@b.cn: 553 5.7.1 not yours", "拒绝该发件人：553 5.7.1"),
        ("[channels] wecom: this is no complete wecombot:// URL", "wecombot:// 地址不完整"),
        ("part 2 of 3: no connection: NewConnectionError", "第 2 部分（共 3 部分）：无法连接"),
        ("lines, of a library; left as they are", "lines, of a library; left as they are"),
        ("nobody.csv: line 2: wrong ／ nobody.csv：第 2 行：有误", "nobody.csv：第 2 行：有误"),
    ],
)
def test_what_jobs_and_messages_say_is_told_in_chinese(message: str, zh: str) -> None:
    said = said_by_job(message)
    assert any(part in said.zh for part in zh.split("|"))
    assert said.en == message.partition(" ／ ")[0]
    assert said_by_job(None) == Bilingual("", "")


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_each_kind_of_problem_that_verifying_counts_has_its_chinese(kind: ProblemKind) -> None:
    assert not re.search(r"[a-z]", said_by_job(f"2 {kind.value}, 1 lost").zh)
