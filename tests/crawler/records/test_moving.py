"""Columns that move: their reports go with them, and what was proved of the old place stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms.model import Article, ListItem
from crawler.records.absences import absent_filings, left_filings
from crawler.records.columns import lose_column, note_drift, store_column
from crawler.records.crawls import begin_crawl
from crawler.records.filings import file_attachment, file_page, settle_moved
from crawler.records.listing import list_filings
from crawler.records.originals import text_fingerprint
from crawler.records.placing import Listing
from crawler.records.readings import save_reading
from storage.models import AddressKind, Capture, Column, Filing, FilingState
from tests.crawler.records.test_records import COLUMN, NOW, reading

TITLE = "清河县财政局2023年政府信息公开工作年度报告"
SUCCESSOR = "http://www.qinghe.gov.cn/gk/nb/"
LATER = NOW + timedelta(days=20)


def place(session: Session, url: str, at: datetime, *titles: str) -> int:
    """Store a column, or find it again."""
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
        titles=titles,
    )


def show(session: Session, column: str, name: str, title: str, at: datetime) -> Filing:
    """List a report in a column."""
    row = Listing(
        portal_id="qinghe",
        column_id=place(session, column, at),
        crawl_id=begin_crawl(session, f"{at}", "qinghe", at),
        url=column + name,
        item=ListItem(url=column + name, title=title),
        seen_at=at,
    )
    [filing_id] = list_filings(session, [row])
    assert filing_id is not None
    return session.get_one(Filing, filing_id)


def answer(session: Session, url: str, body: bytes, at: datetime) -> Fetched:
    """Return an answer with its capture."""
    capture = Capture(
        url=url,
        method="GET",
        purpose="page",
        redirects=[],
        requested_at=at,
        fetched_at=at,
        request_headers=[],
        headers=[],
        rendered=False,
    )
    session.add(capture)
    session.flush()
    return Fetched(
        ask=Ask(url=url, purpose=Purpose.PAGE),
        outcome=Outcome.OK,
        url=url,
        status=200,
        body=body,
        media_type="text/html",
        fetched_at=at,
        capture_id=capture.id,
        sha256=text_fingerprint(body.decode()),
    )


def publish(
    session: Session, column: str, name: str, text: str, at: datetime, file: str = "表"
) -> Filing:
    """List a report in a column and file its page with one attachment."""
    filing = show(session, column, name, TITLE, at)
    page = answer(session, column + name, text.encode(), at)
    article = Article(title=TITLE, labels={}, days=(), text=text, attachments=())
    kept = file_page(session, filing.id, page, article)
    attached = answer(session, f"{column}{name}.pdf", file.encode(), at)
    kept = file_attachment(session, kept.filing_id or filing.id, attached, "年报.pdf")
    return session.get_one(Filing, settle_moved(session, kept.filing_id or 0, at))


def filings(session: Session) -> list[Filing]:
    return session.query(Filing).order_by(Filing.id).all()


OLD_TEXT = "本年度主动公开政府信息。" * 30
NEW_TEXT = OLD_TEXT + "附件：年报.pdf"


@pytest.mark.parametrize(("file", "state"), [("表", "current"), ("新表", "changed")])
def test_a_report_that_left_a_lost_column_is_one_filing_with_that_in_the_new_one(
    session: Session, file: str, state: str
) -> None:
    publish(session, COLUMN, "1.html", OLD_TEXT, NOW)
    lose_column(session, "qinghe", COLUMN, LATER)
    publish(session, SUCCESSOR, "9.html", NEW_TEXT, LATER, file)

    [filing] = filings(session)
    assert (filing.url, filing.first_seen_at) == (f"{SUCCESSOR}9.html", NOW)
    [address] = filing.addresses
    assert (address.url, address.kind) == (f"{COLUMN}1.html", AddressKind.FORMER)
    assert str(filing.state) == state
    standing = [o.url for o in filing.originals if o.superseded_at is None]
    assert f"{SUCCESSOR}9.html" in standing
    assert f"{COLUMN}1.html" not in standing


def test_two_texts_in_columns_that_stand_stay_two_filings(session: Session) -> None:
    publish(session, COLUMN, "1.html", OLD_TEXT, NOW)
    publish(session, SUCCESSOR, "9.html", NEW_TEXT, LATER)
    assert len(filings(session)) == 2


def test_a_report_of_a_column_whose_page_is_another_one_now_has_left_it(session: Session) -> None:
    column_id = publish(session, COLUMN, "1.html", OLD_TEXT, NOW).column_id
    note_drift(session, column_id, "another one", LATER)
    publish(session, SUCCESSOR, "9.html", NEW_TEXT, LATER)
    assert [filing.url for filing in filings(session)] == [f"{SUCCESSOR}9.html"]


def test_a_column_lost_after_its_successor_was_found_is_linked_to_it(session: Session) -> None:
    publish(session, COLUMN, "1.html", OLD_TEXT, NOW)
    publish(session, SUCCESSOR, "9.html", NEW_TEXT, LATER)
    lose_column(session, "qinghe", COLUMN, LATER + timedelta(days=1))

    [lost] = session.query(Column).filter(Column.url == COLUMN)
    assert lost.moved_to == SUCCESSOR
    assert [filing.url for filing in filings(session)] == [f"{SUCCESSOR}9.html"]
    assert left_filings(session, "qinghe", LATER + timedelta(days=2)) == []


def test_a_column_is_not_linked_to_one_with_other_reports(session: Session) -> None:
    show(session, COLUMN, "1.html", TITLE, NOW)
    show(session, SUCCESSOR, "9.html", "清河县教育局2023年政府信息公开工作年度报告", LATER)
    lose_column(session, "qinghe", COLUMN, LATER)
    [lost] = session.query(Column).filter(Column.url == COLUMN)
    assert lost.moved_to is None
    assert len(left_filings(session, "qinghe", LATER)) == 1


def test_a_removed_report_that_is_published_at_another_address_has_returned(
    session: Session,
) -> None:
    filing = publish(session, COLUMN, "1.html", OLD_TEXT, NOW)
    filing.state, filing.absent_crawls = FilingState.REMOVED, 3
    session.flush()
    publish(session, COLUMN, "2.html", OLD_TEXT, LATER)
    [stands] = filings(session)
    assert stands.url == f"{COLUMN}2.html"
    assert stands.state is not FilingState.REMOVED


def test_rows_on_pages_that_were_not_asked_for_are_not_absent(session: Session) -> None:
    filing = show(session, COLUMN, "1.html", TITLE, NOW)
    assert [each.url for each in absent_filings(session, filing.column_id, LATER)] == [filing.url]
    assert absent_filings(session, filing.column_id, LATER, frozenset({filing.url})) == []


def moved(session: Session, newest_year: int | None = 2023) -> None:
    """Let a column that was read be lost, and another one take its place."""
    old = show(session, COLUMN, "0.html", "清河县教育局2023年政府信息公开工作年度报告", NOW)
    crawl_id = begin_crawl(session, "read", "qinghe", NOW)
    whole = reading()
    save_reading(session, crawl_id, old.column_id, replace(whole, newest_year=newest_year), NOW)
    lose_column(session, "qinghe", COLUMN, LATER)
    place(session, SUCCESSOR, LATER, old.list_title)


def test_what_the_old_column_did_not_show_was_absent_then(session: Session) -> None:
    moved(session)
    assert show(session, SUCCESSOR, "9.html", TITLE, LATER).last_absent_at == NOW


def test_nothing_is_said_of_years_that_the_old_column_had_left_behind(session: Session) -> None:
    moved(session, newest_year=2024)
    assert show(session, SUCCESSOR, "9.html", TITLE, LATER).last_absent_at is None


def test_nothing_is_said_of_a_report_that_the_old_column_did_show(session: Session) -> None:
    moved(session)
    again = show(session, SUCCESSOR, "8.html", "清河县教育局2023年政府信息公开工作年度报告", LATER)
    assert again.last_absent_at is None
