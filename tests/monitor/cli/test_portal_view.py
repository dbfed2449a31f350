"""What is told of a portal whose columns were not all found, or need a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.records.columns import note_search, store_column
from monitor.cli.portal_view import print_explanation
from monitor.portal_facts import PortalFacts, portal_facts, portal_facts_object
from storage.database import create_database_engine, transaction
from storage.models import Base, Crawl, CrawlState, Portal, PortalLevel

NOW = datetime(2026, 6, 2, 4, tzinfo=UTC)
WAY = "http://czj.qinghe.gov.cn/: HTTP 500"


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_database_engine("sqlite://")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        session.add(
            Portal(
                id="qinghe",
                name="清河县",
                division="130534",
                level=PortalLevel.COUNTY,
                url="http://www.qinghe.gov.cn/",
                known_columns=[],
            )
        )
        session.flush()
        yield session
    engine.dispose()


def found(session: Session, now: datetime, **proof: object) -> None:
    store_column(
        session,
        "qinghe",
        url="http://www.qinghe.gov.cn/nb/",
        name="年报",
        platform="trs",
        rendered=False,
        found_by="list of another portal",
        proof=proof,
        now=now,
    )


def facts(session: Session, now: datetime) -> PortalFacts:
    return portal_facts(session, "qinghe", crawls=1, now=now, rediscover=timedelta(days=90))


def test_ways_that_were_left_are_told_with_when_they_are_tried_again(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    for days in (0, 20):
        found(session, NOW + timedelta(days=days))
        note_search(session, "qinghe", NOW + timedelta(days=days), {WAY: ""})
    told = facts(session, NOW + timedelta(days=21))
    assert told.unsearched == (WAY,)
    assert told.unsearched_since == NOW
    assert told.search_at == NOW + timedelta(days=40)
    assert portal_facts_object(told)["unsearched"] == [WAY]
    print_explanation(told, "en")
    said = capsys.readouterr().out
    assert WAY in said
    assert "none others since 2026-06-02" in said
    assert "tried again by 2026-07-12" in said
    assert "nianbao crawl --portal qinghe" in said


def test_a_column_that_another_portal_lists_says_so(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = {"portal": "city", "list": "http://www.city.gov.cn/nb/", "row": "清河县人民政府"}
    found(session, NOW, met=["link"], listed=listed)
    print_explanation(facts(session, NOW), "zh")
    said = capsys.readouterr().out
    assert "其他网站的汇总列表" in said
    assert "http://www.city.gov.cn/nb/" in said
    assert "没能走完" not in said


@pytest.mark.parametrize(
    ("reason", "advised"),
    [
        ("http://a.cn/: its list is drawn by scripts, and crawler.render is 'never'", "auto"),
        ("http://a.cn/: crawler.browser: there is no /nowhere", "install Chromium"),
        ("http://a.cn/: only a script leads to 2023, 2022", "registry's 'columns'"),
    ],
)
def test_what_lists_need_that_only_scripts_show_is_advised(
    reason: str, advised: str, session: Session
) -> None:
    session.add(
        Crawl(
            run_id="one",
            portal_id="qinghe",
            started_at=NOW,
            finished_at=NOW,
            state=CrawlState.PARTIAL,
            reason=reason,
        )
    )
    session.flush()
    advice = facts(session, NOW).advice
    assert advice is not None
    assert advised in advice.en
