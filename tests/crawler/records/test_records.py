"""What a crawl writes down, in a real database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import Article, DayFound, ListItem
from crawler.records.assigning import Roster, assign
from crawler.records.columns import (
    lose_column,
    losses,
    note_search,
    store_column,
    unsearched,
)
from crawler.records.crawls import begin_crawl, end_crawl, portal_facts
from crawler.records.filings import file_page
from crawler.records.listing import list_filings
from crawler.records.originals import text_fingerprint
from crawler.records.placing import Listing
from crawler.records.readings import (
    Reading,
    known_reports,
    last_absence,
    save_reading,
)
from storage.columns import AGAIN, next_search, search_needed, search_rests
from storage.models import (
    Agency,
    AgencyKind,
    AgencyProposal,
    Capture,
    ColumnState,
    Crawl,
    CrawlState,
    DateSource,
    Filing,
    Portal,
    ProposalState,
    StoredReading,
)

NOW = datetime(2024, 2, 1, 4, tzinfo=UTC)
COLUMN = "http://www.qinghe.gov.cn/nb/"


def column(session: Session, url: str = COLUMN, at: datetime = NOW) -> int:
    """Store a column."""
    return store_column(
        session,
        "qinghe",
        url=url,
        name="年报",
        platform="trs",
        rendered=False,
        found_by="name",
        proof={},
        now=at,
    )


def reading(*, passed: bool = True) -> Reading:
    """Return the reading of a column."""
    return Reading(
        pages_seen=1,
        announced=None,
        found=1,
        reports=1,
        read_to_end=True,
        control_passed=passed,
        known_before=0,
        found_again=0,
        reason=None,
    )


def listing(session: Session, title: str, *, at: datetime = NOW, url: str = "1.html") -> Listing:
    """Return a row in a list."""
    return Listing(
        portal_id="qinghe",
        column_id=column(session),
        crawl_id=begin_crawl(session, "run", "qinghe", NOW),
        url=COLUMN + url,
        item=ListItem(url=COLUMN + url, title=title, day=date(2024, 1, 20), day_text="01-20"),
        seen_at=at,
    )


TITLES = {
    "清河县财政局2023年政府信息公开工作年度报告": ("fin", 2023, "title"),
    "2022年财政局政府信息公开工作年度报告": ("fin", 2022, "title"),
    "威县财政局2023年政府信息公开工作年度报告": ("wfin", 2023, "title"),
    "天河区财政局2023年政府信息公开工作年度报告": (None, 2023, "title"),
    "清河县民政局2023年政府信息公开工作年度报告": (None, 2023, "title"),
}


@pytest.mark.parametrize("title", TITLES)
def test_the_title_tells_agency_and_year(session: Session, title: str) -> None:
    found = assign(Roster(session, "qinghe"), [title], "清河县教育局")
    assert (found.agency_id, found.fiscal_year, found.assigned_by) == TITLES[title]


def test_the_publisher_tells_the_agency_if_no_title_does(session: Session) -> None:
    found = assign(Roster(session, "qinghe"), ["2023年政府信息公开年报"], "清河县教育局")
    assert (found.agency_id, found.fiscal_year, found.assigned_by) == ("edu", 2023, "source")


def test_the_only_agency_of_a_portal_owns_what_nobody_else_does(session: Session) -> None:
    found = assign(Roster(session, "far"), ["2023年政府信息公开年报"], "不知道是谁")
    assert (found.agency_id, found.assigned_by) == ("one", "owner")
    unknown = assign(Roster(session, "qinghe"), ["2023年政府信息公开年报"], "不知道是谁")
    assert (unknown.agency_id, unknown.agency_name, unknown.fiscal_year) == (None, None, 2023)


def test_a_filing_keeps_what_it_learnt_when_a_later_page_tells_less(session: Session) -> None:
    title = "清河县财政局2023年政府信息公开工作年度报告"
    [filing_id] = list_filings(session, [listing(session, title)])
    [again] = list_filings(session, [listing(session, "年度报告")])
    filing = session.get_one(Filing, filing_id)
    assert again == filing_id
    assert (filing.agency_id, filing.fiscal_year) == ("fin", 2023)


def test_a_filing_is_the_same_under_http_and_https(session: Session) -> None:
    first = listing(session, "2023年政府信息公开年报")
    [filing_id] = list_filings(session, [first])
    twin = Listing(
        portal_id="qinghe",
        column_id=first.column_id,
        crawl_id=first.crawl_id,
        url=first.url.replace("http:", "https:"),
        item=first.item,
        seen_at=NOW,
    )
    assert list_filings(session, [twin]) == [filing_id]


def page(session: Session, filing_id: int | None, *days: DayFound, text: str = "正文") -> Filing:
    """File a report page with dates."""
    capture = Capture(
        url=COLUMN,
        method="GET",
        purpose="page",
        redirects=[],
        requested_at=NOW,
        fetched_at=NOW,
        request_headers=[],
        headers=[],
        rendered=False,
    )
    session.add(capture)
    session.flush()
    fetched = Fetched(
        ask=Ask(url=f"{COLUMN}1.html", purpose=Purpose.PAGE),
        outcome=Outcome.OK,
        url=COLUMN,
        fetched_at=NOW,
        media_type="text/html",
        capture_id=capture.id,
        sha256="a" * 64,
    )
    article = Article(title=None, labels={}, days=days, text=text, attachments=())
    assert filing_id is not None
    file_page(session, filing_id, fetched, article)
    return session.get_one(Filing, filing_id)


def test_the_most_direct_date_is_the_day_of_publication(session: Session) -> None:
    [filing_id] = list_filings(session, [listing(session, "2023年政府信息公开年报")])
    filing = session.get_one(Filing, filing_id)
    assert (filing.published_on, filing.published_on_source) == (
        date(2024, 1, 20),
        DateSource.LIST,
    )
    filing = page(
        session,
        filing_id,
        DayFound(source="url", day=date(2024, 1, 1), text="20240101"),
        DayFound(source="meta", day=date(2024, 1, 18), text="2024-01-18"),
    )
    assert (filing.published_on, filing.published_on_source) == (
        date(2024, 1, 18),
        DateSource.META,
    )
    assert {each["source"] for each in filing.date_candidates} == {"list", "url", "meta"}


@pytest.mark.parametrize("day", [date(2024, 2, 4), date(2099, 1, 1), date(1970, 1, 1)])
def test_an_impossible_date_is_kept_as_evidence_but_not_believed(
    session: Session, day: date
) -> None:
    [filing_id] = list_filings(session, [listing(session, "2023年政府信息公开年报")])
    filing = page(session, filing_id, DayFound(source="meta", day=day, text=day.isoformat()))
    assert filing.published_on == date(2024, 1, 20)
    assert day.isoformat() in {each["value"] for each in filing.date_candidates}


def test_only_a_healthy_reading_before_tells_when_a_report_was_absent(session: Session) -> None:
    column_id = column(session)
    earlier = begin_crawl(session, "earlier", "qinghe", NOW)
    other = begin_crawl(session, "other", "qinghe", NOW)
    save_reading(session, earlier, column_id, reading(), NOW - timedelta(days=9))
    save_reading(session, other, column_id, reading(passed=False), NOW - timedelta(days=1))
    assert last_absence(session, column_id, crawl_id=99) == NOW - timedelta(days=9)
    assert last_absence(session, column_id, crawl_id=earlier) is None


def test_reports_known_before_do_not_include_those_of_this_crawl(session: Session) -> None:
    [filing_id] = list_filings(session, [listing(session, "2023年政府信息公开年报")])
    filing = session.get_one(Filing, filing_id)
    crawl_id = begin_crawl(session, "run", "qinghe", NOW)
    assert known_reports(session, filing.column_id, crawl_id) == []
    later = begin_crawl(session, "later", "qinghe", NOW + timedelta(days=1))
    assert [each.urls for each in known_reports(session, filing.column_id, later)] == [
        (filing.url,)
    ]


def test_a_crawl_that_was_left_running_ends_as_interrupted(session: Session) -> None:
    begin_crawl(session, "first", "qinghe", NOW)
    begin_crawl(session, "second", "qinghe", NOW)
    states = {each.run_id: each.state for each in session.scalars(select(Crawl))}
    assert states == {"first": CrawlState.PARTIAL, "second": CrawlState.RUNNING}


def test_a_crawl_is_taken_up_again_within_its_run(session: Session) -> None:
    first = begin_crawl(session, "run", "qinghe", NOW)
    assert begin_crawl(session, "run", "qinghe", NOW) == first


def test_the_registry_vouches_for_its_hosts(session: Session) -> None:
    facts = portal_facts(session, "qinghe", ("*.example.cn",))
    assert facts is not None
    assert {"*.example.cn", "www.qinghe.gov.cn", "www.weixian.gov.cn"} <= set(facts.official_hosts)
    assert portal_facts(session, "nowhere", ()) is None


def test_a_portal_is_searched_when_its_columns_do_not_suffice(session: Session) -> None:
    every = timedelta(days=90)
    qinghe = session.get_one(Portal, "qinghe")
    assert search_needed(session, qinghe, NOW, every)
    column(session)
    assert not search_needed(session, qinghe, NOW, every)
    assert search_needed(session, qinghe, NOW + timedelta(days=91), every)
    qinghe.known_columns = [f"{COLUMN}new/"]
    assert search_needed(session, qinghe, NOW, every)
    qinghe.known_columns = [COLUMN]
    assert not search_needed(session, qinghe, NOW, every)


def test_a_search_that_left_ways_is_repeated_sooner(session: Session) -> None:
    every = timedelta(days=90)
    qinghe = session.get_one(Portal, "qinghe")
    column(session)
    note_search(session, "qinghe", NOW, {"/bm/czj/: no column was found": "财政局"})
    assert unsearched(session, "qinghe") == ["/bm/czj/: no column was found"]
    assert not search_needed(session, qinghe, NOW + timedelta(days=1), every)
    assert search_needed(session, qinghe, NOW + AGAIN + timedelta(days=1), every)
    note_search(session, "qinghe", NOW)
    assert unsearched(session, "qinghe") == []
    assert not search_needed(session, qinghe, NOW + AGAIN + timedelta(days=1), every)


@pytest.mark.parametrize(("month", "days"), [(6, [14, 28, 56, 86]), (1, [3, 6, 12, 19, 26])])
def test_the_same_ways_left_again_are_tried_less_and_less_often(
    month: int, days: list[int], session: Session
) -> None:
    began, every, found = datetime(2026, month, 2, tzinfo=UTC), timedelta(days=90), []
    qinghe = session.get_one(Portal, "qinghe")
    column(session)
    left = "http://czj.qinghe.gov.cn/: HTTP {}"
    note_search(session, "qinghe", began, {left.format(500): ""})
    for day in range(1, days[-1] + 1):
        now = began + timedelta(days=day, seconds=day * day)
        needed = search_needed(session, qinghe, now, every)
        assert (next_search(session, qinghe, now, every) <= now) == needed
        assert search_needed(session, qinghe, now, every, at_once=True)
        if needed:
            found.append(day)
            column(session, at=now)
            note_search(session, "qinghe", now, {left.format(502 + day % 2): ""})
    assert found == days
    note_search(session, "qinghe", now, {"http://other.gov.cn/: HTTP 500": ""})
    least = timedelta(days=4 if month == 1 else 15)
    assert search_needed(session, qinghe, now + least, every), "another way is tried soon"


def search_days(
    session: Session, first: datetime, days: int, state: CrawlState, *, nightly: int = 1
) -> list[int]:
    """Return on which nights a portal is searched that the timetable visits, always in vain."""
    qinghe, every, found = session.get_one(Portal, "qinghe"), timedelta(days=90), []
    for day in range(0, days, nightly):
        now = first + timedelta(days=day)
        if search_rests(session, qinghe, now, every):
            continue
        found.append(day)
        crawl_id = begin_crawl(session, f"vain {day}", "qinghe", now)
        end_crawl(
            session, crawl_id, state=state, reason="none", control_passed=False, evidence={},
            now=now + timedelta(minutes=1),
        )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("month", "state", "searched"),
    [
        (6, CrawlState.NO_COLUMN, [0, 4, 9, 19, 39, 70]),
        (6, CrawlState.PARTIAL, [0, 1, 3, 7, 15, 31, 62]),
        (1, CrawlState.NO_COLUMN, [0, 4, 9, 17, 25, 33, 41, 49, 57, 65, 73]),
        (1, CrawlState.UNREACHABLE, list(range(80))),  # the timetable has its own rests for these
    ],
)
def test_a_portal_without_a_column_is_searched_less_and_less_often(
    month: int, state: CrawlState, searched: list[int], session: Session
) -> None:
    assert search_days(session, datetime(2026, month, 2, tzinfo=UTC), 80, state) == searched


def test_what_changes_ends_the_rest_of_a_portal_without_a_column(session: Session) -> None:
    began, every = datetime(2026, 6, 2, tzinfo=UTC), timedelta(days=90)
    search_days(session, began, 30, CrawlState.NO_COLUMN)
    qinghe, now = session.get_one(Portal, "qinghe"), began + timedelta(days=30)
    assert search_rests(session, qinghe, now, every)
    assert not search_rests(session, qinghe, now, timedelta(days=1))
    qinghe.known_columns = [f"{COLUMN}new/"]
    assert not search_rests(session, qinghe, now, every)
    qinghe.known_columns = []
    column(session)
    assert not search_rests(session, qinghe, now, every)
    assert lose_column(session, "qinghe", COLUMN, now)
    assert not search_rests(session, qinghe, now, every)


def test_a_column_that_stays_lost_is_searched_for_less_and_less_often(session: Session) -> None:
    began, every, found = datetime(2026, 6, 2, tzinfo=UTC), timedelta(days=90), []
    qinghe = session.get_one(Portal, "qinghe")
    list_filings(session, [listing(session, "2023年政府信息公开年报")])
    column(session, f"{COLUMN}other/")
    assert lose_column(session, "qinghe", COLUMN, began)
    for day in range(60):
        now = began + timedelta(days=day, minutes=1)
        assert search_needed(session, qinghe, now, every, at_once=True)
        if search_needed(session, qinghe, now, every):
            found.append(day)
            note_search(session, "qinghe", now)
    assert found == [0, 1, 3, 7, 15, 31]


def test_a_lost_column_is_searched_for_until_one_is_found_after_it(session: Session) -> None:
    every, later = timedelta(days=90), NOW + timedelta(hours=1)
    qinghe = session.get_one(Portal, "qinghe")
    list_filings(session, [listing(session, "2023年政府信息公开年报")])
    column(session, f"{COLUMN}other/")
    assert lose_column(session, "qinghe", COLUMN, later)
    assert not lose_column(session, "qinghe", COLUMN, later)
    assert losses(session, "qinghe") == [COLUMN]
    assert search_needed(session, qinghe, later, every)
    column(session, f"{COLUMN}moved/", later)
    assert losses(session, "qinghe") == []


def test_a_lost_column_whose_reports_all_stand_elsewhere_is_no_loss(session: Session) -> None:
    first = listing(session, "2023年政府信息公开年报")
    [filing_id] = list_filings(session, [first])
    other = column(session, f"{COLUMN}other/")
    lose_column(session, "qinghe", COLUMN, NOW + timedelta(hours=1))
    moved = Listing(
        portal_id="qinghe",
        column_id=other,
        crawl_id=first.crawl_id,
        url=first.url,
        item=first.item,
        seen_at=NOW,
    )
    assert list_filings(session, [moved]) == [filing_id]
    assert session.get_one(Filing, filing_id).column_id == other
    assert losses(session, "qinghe") == []


def test_a_column_found_again_stands_again(session: Session) -> None:
    column_id = column(session)
    lose_column(session, "qinghe", COLUMN, NOW)
    assert column(session) == column_id
    rows = session.get_one(Portal, "qinghe")
    assert rows.id == "qinghe"
    assert losses(session, "qinghe") == []
    from storage.models import Column

    assert session.get_one(Column, column_id).state is ColumnState.ACTIVE


def test_the_text_of_a_page_is_compared_without_blanks_and_counters() -> None:
    assert text_fingerprint("一、总体 情况\n浏览次数：12次") == text_fingerprint(
        "一、总体情况 浏览次数：9981次"
    )
    assert text_fingerprint("公开12条") != text_fingerprint("公开13条")


TEXTS = {
    "本报告所列数据统计期限自2022年1月1日起至2022年12月31日止。2023年将继续努力。": 2022,
    "2023年度清河县财政局政府信息公开工作年度报告 一、总体情况": 2023,
    "2022年政府信息公开工作年度报告，较2021年政府信息公开工作年度报告有所改进": None,
    "我局认真落实条例，2023年召开会议若干次。": None,
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_year_is_told_by_the_text_where_no_title_does(session: Session, text: str) -> None:
    [filing_id] = list_filings(session, [listing(session, "清河县财政局政府信息公开年报")])
    assert filing_id is not None
    filing = page(session, filing_id, text=text)
    assert filing.fiscal_year == TEXTS[text]
    assert filing.assigned_by == ("title" if TEXTS[text] is None else "text")


def test_the_year_before_that_of_publication_is_taken_only_when_the_document_tells_none(
    session: Session,
) -> None:
    row = listing(session, "清河县财政局政府信息公开年报")
    [filing_id] = list_filings(session, [row])
    assert filing_id is not None
    filing = session.get_one(Filing, filing_id)
    list_filings(session, [row])
    assert filing.fiscal_year is None
    session.add(StoredReading(filing_id=filing_id, key="k"))
    session.flush()
    list_filings(session, [row])
    guessed = session.get_one(Filing, filing_id)
    assert (guessed.fiscal_year, guessed.assigned_by) == (2023, "published")


def test_a_second_report_of_the_year_is_not_made_of_a_guess(session: Session) -> None:
    row = listing(session, "清河县财政局政府信息公开年报")
    [filing_id, _] = list_filings(
        session, [row, listing(session, "清河县财政局2023年政府信息公开工作年度报告", url="2.html")]
    )
    assert filing_id is not None
    session.add(StoredReading(filing_id=filing_id, key="k"))
    session.flush()
    list_filings(session, [row])
    assert session.get_one(Filing, filing_id).fiscal_year is None


def test_an_agency_that_is_not_registered_is_proposed_and_never_added(session: Session) -> None:
    rows = [
        listing(session, f"清河县民政局{year}年政府信息公开工作年度报告", url=f"{year}.html")
        for year in (2022, 2023)
    ]
    rows = [replace(row, list_url=COLUMN, list_sha256="b" * 64) for row in rows]
    for _ in range(2):
        list_filings(session, rows)
    [proposal] = session.scalars(select(AgencyProposal)).all()
    assert (proposal.name, proposal.portal_id, proposal.division) == (
        "清河县民政局",
        "qinghe",
        "130534",
    )
    assert (proposal.kind, proposal.state) == (AgencyKind.DEPARTMENT, ProposalState.OPEN)
    assert (proposal.count, proposal.list_url, proposal.sha256) == (2, COLUMN, "b" * 64)
    assert session.scalars(select(Agency).where(Agency.name == "清河县民政局")).first() is None


@pytest.mark.parametrize(
    "title",
    [
        "2023年政府信息公开年报",
        "本单位2023年政府信息公开工作年度报告",
        "清河县财政局2023年政府信息公开工作年度报告",
        "关于做好年报的2023年政府信息公开工作年度报告",
    ],
)
def test_a_title_that_names_no_unknown_agency_proposes_none(session: Session, title: str) -> None:
    list_filings(session, [listing(session, title)])
    assert session.scalars(select(AgencyProposal)).all() == []


@pytest.mark.parametrize(("known", "matched"), [("清河县财政局", True), ("清河县民政局", False)])
def test_a_row_of_another_spelling_of_the_address_is_the_same_filing(
    session: Session, known: str, matched: bool
) -> None:
    first = listing(session, f"{known}2023年政府信息公开工作年度报告")
    [filing_id] = list_filings(session, [first])
    twin = replace(first, url=first.url.replace("http://www.", "https://"))
    assert list_filings(session, [twin]) == [filing_id]
    assert filing_id is not None
    assert (session.get_one(Filing, filing_id).agency_id is not None) is matched
