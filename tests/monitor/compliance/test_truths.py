"""Whatever crawls see of it, who published is not accused; who did not is not passed over.

A small world with its truth: when each agency published, under which title and with which dates;
columns that are read, cut short, not read, lost; crawls before and after the due day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.compliance import ComplianceState, Standing, standings
from storage.clock import SHANGHAI, iso_utc, local_date
from storage.columns import SEARCHED_AT, UNSEARCHED, UNSEARCHED_OF
from storage.database import create_database_engine
from storage.models import Column, ColumnReading, ColumnState, Crawl, CrawlState, DateSource, Filing
from storage.settings import Settings
from tests.monitor.compliance.hub import ENTRIES, NAMES, own_column, register, report

S = ComplianceState
DUE = date(2024, 1, 31)
DUE_AT = datetime(2024, 2, 1, tzinfo=SHANGHAI)
SHARED = 9
KEYS = tuple(NAMES)
UNTOLD = {S.CRAWLER_SUSPECT, S.NOT_CHECKED, S.MOVED, S.BLOCKED, S.UNREACHABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What an agency did about the year, in truth."""

    at: datetime | None
    """None if it never published."""
    titled: str = "right"
    dated: str = "right"
    reposted: int | None = None
    """After how many days a list for all shows it too, where there is one beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What a crawl could do."""

    at: datetime
    unread: frozenset[int] = frozenset()
    door: CrawlState | None = None
    left: str | None = None
    """Whose way the search left; ``unknown`` if it did not note it."""


@dataclass(slots=True)
class World:
    """The truth, and what is known of it."""

    session: Session
    truth: dict[str, Published]
    columns: dict[str, int]
    seen: dict[str, Filing] = field(default_factory=dict)
    whole: dict[int, datetime] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)

    def crawl(self, crawled: Crawled) -> None:
        """Write down what a crawl saw, as the crawler does."""
        numbers = sorted(self.numbers - self.lost)
        unread = set(numbers) if crawled.door else crawled.unread & set(numbers)
        sound = not (unread or self.lost or crawled.left)
        state = crawled.door or (CrawlState.COMPLETE if sound else CrawlState.PARTIAL)
        crawl = Crawl(
            run_id=f"{crawled.at}", portal_id="qh", started_at=crawled.at, state=state,
            finished_at=crawled.at + timedelta(minutes=9), control_passed=sound,
        )  # fmt: skip
        self.session.add(crawl)
        self.session.flush()
        self._note_what_was_left(crawled)
        for number in numbers:
            if not crawled.door:
                self._reading(crawl.id, number, crawled.at, whole=number not in unread)

    def _note_what_was_left(self, crawled: Crawled) -> None:
        told: dict[str, Any] = {}
        if crawled.left is not None:
            of = None if crawled.left == "unknown" else [NAMES[crawled.left]]
            told = {UNSEARCHED: ["x"], UNSEARCHED_OF: of}
        for column in self.session.query(Column):
            kept = {key: column.proof[key] for key in ("way",) if key in column.proof}
            column.proof = {**kept, SEARCHED_AT: iso_utc(crawled.at), **told}

    def _reading(self, crawl_id: int, number: int, at: datetime, *, whole: bool) -> None:
        self.session.add(
            ColumnReading(
                crawl_id=crawl_id, column_id=number, read_at=at, pages_seen=1, found=2, reports=2,
                known_before=2, found_again=2, read_to_end=whole, control_passed=whole,
            )
        )  # fmt: skip
        if not whole:
            return
        for key, published in self.truth.items():
            shown = _shown_in(number, self.columns[key], published)
            if shown and shown.at and shown.at <= at and key not in self.seen:
                self.seen[key] = self._filing(key, shown, number, at)
        self.whole[number] = at
        self.session.flush()

    def _filing(self, key: str, published: Published, number: int, at: datetime) -> Filing:
        assert published.at is not None
        filing = report(
            number, key, 2023, first_seen_at=at, last_seen_at=at,
            last_absent_at=self.whole.get(number), **_days(published, at),
        )  # fmt: skip
        if published.titled == "no year" and number not in self.whole:
            filing.date_candidates = []  # nothing could show that a day of 2016 is wrong
        for name, value in _title(published.titled, key).items():
            setattr(filing, name, value)
        self.session.add(filing)
        return filing

    def lose(self, number: int, at: datetime) -> None:
        """Let a column vanish; what it is to show is shown nowhere else."""
        column = self.session.get_one(Column, number)
        column.state, column.lost_at = ColumnState.LOST, at
        self.lost.add(number)


def _shown_in(number: int, own: int, published: Published) -> Published | None:
    """Return what a column shows of a report: its publication, a repost, or nothing."""
    if number == own or published.at is None:
        return published if number == own else None
    if number != SHARED or published.reposted is None:
        return None
    return replace(published, at=published.at + timedelta(days=published.reposted))


def _title(how: str, key: str) -> dict[str, Any]:
    neighbour = KEYS[(KEYS.index(key) + 1) % len(KEYS)]
    titles: dict[str, dict[str, Any]] = {
        "right": {},
        "next year": {"fiscal_year": 2024},
        "no year": {"fiscal_year": None},
        "nobody": {"agency_id": None, "agency_name": None},
        "unknown name": {"agency_id": None, "agency_name": NAMES[key][:-1] + "管理局"},
        "with another": {
            "agency_id": neighbour,
            "agency_name": f"{NAMES[neighbour]}、{NAMES[key]}",
        },
        "corrected": {"title": f"{NAMES[key]}2023年政府信息公开工作年度报告（更正版）"},
    }
    return titles[how]  # fmt: skip


def _days(published: Published, seen_at: datetime) -> dict[str, Any]:
    assert published.at is not None
    day = local_date(published.at)
    told: dict[str, list[tuple[DateSource, date]]] = {
        "right": [(DateSource.PAGE, day)],
        "nowhere": [],
        "address": [(DateSource.URL, day + timedelta(days=30))],
        "saved again": [(DateSource.META, local_date(seen_at) + timedelta(days=9))],
        "impossible": [(DateSource.PAGE, date(2016, 5, 1))],
    }
    if published.titled == "corrected":
        told["right"] = [(DateSource.PAGE, local_date(seen_at))]
    found = told[published.dated]
    return {
        "date_candidates": [
            {"source": source.value, "value": each.isoformat(), "text": ""}
            for source, each in found
        ]
    }


def instants(first: datetime, last: datetime) -> st.SearchStrategy[datetime]:
    """Draw instants, those around midnight of the due day often."""
    edge = st.sampled_from([-1, 0, 1, 60]).map(lambda minutes: DUE_AT + timedelta(minutes=minutes))
    hours = int((last - first).total_seconds() // 3600)
    return st.one_of(edge, st.integers(0, hours).map(lambda hour: first + timedelta(hours=hour)))


START, END = datetime(2023, 12, 20, tzinfo=SHANGHAI), datetime(2024, 3, 20, tzinfo=SHANGHAI)
PUBLISHED = st.builds(
    Published,
    at=st.one_of(st.none(), instants(START, END)),
    titled=st.sampled_from(
        ["right"] * 4
        + ["next year", "no year", "nobody", "unknown name", "with another", "corrected"]
    ),
    dated=st.sampled_from(
        ["right", "right", "nowhere", "address", "saved again", "impossible"]
    ),
    reposted=st.sampled_from([None, None, 3, 20]),
)  # fmt: skip
CRAWLED = st.builds(
    Crawled,
    at=instants(START, END),
    unread=st.frozensets(st.sampled_from([1, 2, 3, SHARED]), max_size=2),
    door=st.sampled_from(
        [None] * 5 + [CrawlState.BLOCKED, CrawlState.UNREACHABLE, CrawlState.ROBOTS_DENIED]
    ),
    left=st.sampled_from([None] * 5 + ["edu", "fin", "unknown"]),
)
LAYOUTS = {
    "one for all": dict.fromkeys(KEYS, SHARED),
    "one for each": {key: number for number, key in enumerate(KEYS, start=1)},
    "one for two": {"edu": SHARED, "fin": 2, "wat": SHARED},
    "one for each, and one for all": {key: number for number, key in enumerate(KEYS, start=1)},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = create_database_engine(f"sqlite:///{tmp_path_factory.mktemp('truth') / 'x.db'}")
    register(engine)
    yield engine
    engine.dispose()


def make_world(session: Session, layout: str, truth: dict[str, Published]) -> World:
    """Fill the portal with its columns and the reports of two years before."""
    columns = LAYOUTS[layout]
    numbers = set(columns.values()) | ({SHARED} if "for all" in layout else set())
    for number in sorted(numbers):
        slug = next((key for key, at in columns.items() if at == number), "edu")
        column = own_column(number, slug, ENTRIES[slug])
        if number == SHARED:
            column.proof, column.url = {}, "http://q.gov.cn/nb/"
        column.found_at = START - timedelta(days=300)
        session.add(column)
        session.flush()
    for key, number in columns.items():
        for year in (2021, 2022):
            session.add(report(number, key, year, first_seen_at=START - timedelta(days=300)))
    return World(session=session, truth=truth, columns=columns, numbers=numbers)


def judged(session: Session, as_of: datetime) -> dict[str, Standing]:
    session.flush()
    return {row.agency_id: row for row in standings(session, Settings(), [2023], as_of)}


def in_truth(truth: dict[str, Published]) -> dict[str, Published]:
    """Return when each agency published, a report with a neighbour being the report of both."""
    found = dict(truth)
    for key, one in truth.items():
        neighbour = KEYS[(KEYS.index(key) + 1) % len(KEYS)]
        if one.titled == "with another" and one.at is not None:
            known = found[neighbour]
            found[neighbour] = replace(known, at=min(one.at, known.at or one.at))
    return found


def assert_just(row: Standing, published: Published, as_of: datetime) -> None:
    """Nobody who published is missing, nor late who was in time; nothing is silent."""
    if row.state is S.MISSING:
        assert published.at is None or published.at > row.checked_at - timedelta(minutes=9)  # type: ignore[operator]
        assert row.control_passed
    if row.state is S.LATE:
        assert published.at is not None
        assert published.at >= DUE_AT
        assert row.days_late is not None
        assert 1 <= row.days_late <= max(1, (local_date(published.at) - DUE).days)
    if row.state in UNTOLD:
        assert row.reason is not None, row.state
    if as_of >= DUE_AT:
        assert row.state not in (S.NOT_DUE, S.DUE_SOON)


@settings(
    max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(list(LAYOUTS)),
    truth=st.fixed_dictionaries(dict.fromkeys(KEYS, PUBLISHED)),
    crawls=st.lists(CRAWLED, min_size=1, max_size=5, unique_by=lambda one: one.at),
    losing=st.one_of(st.none(), st.tuples(st.sampled_from([1, 2, 3, SHARED]), st.integers(0, 4))),
)
def test_no_sequence_of_observations_accuses_who_published(
    engine: Engine,
    layout: str,
    truth: dict[str, Published],
    crawls: list[Crawled],
    losing: tuple[int, int] | None,
) -> None:
    ordered, whole_truth = sorted(crawls, key=lambda one: one.at), in_truth(truth)
    with Session(engine) as session:
        world = make_world(session, layout, truth)
        for place, crawled in enumerate(ordered):
            world.crawl(crawled)
            if losing and losing[1] == place and losing[0] in world.numbers:
                world.lose(losing[0], crawled.at)
            as_of = crawled.at + timedelta(minutes=10)
            for key, row in judged(session, as_of).items():
                assert_just(row, whole_truth[key], as_of)
        for before, after in pairwise(ordered):
            as_of = before.at + (after.at - before.at) / 2
            for key, row in judged(session, as_of).items():
                assert_just(row, whole_truth[key], as_of)
        session.rollback()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(list(LAYOUTS)),
    truth=st.fixed_dictionaries(dict.fromkeys(KEYS, PUBLISHED)),
    crawls=st.lists(CRAWLED, max_size=3, unique_by=lambda one: one.at),
    at=instants(DUE_AT, END),
)
def test_who_published_nothing_does_not_stay_in_doubt_once_everything_is_read(
    engine: Engine,
    layout: str,
    truth: dict[str, Published],
    crawls: list[Crawled],
    at: datetime,
) -> None:
    plain = {key: replace(each, titled="right") for key, each in truth.items()}
    last = max(at, DUE_AT + timedelta(minutes=1))
    with Session(engine) as session:
        world = make_world(session, layout, plain)
        for crawled in sorted(crawls, key=lambda one: one.at):
            if crawled.at < last:
                world.crawl(crawled)
        world.crawl(Crawled(at=last))
        for key, row in judged(session, last + timedelta(minutes=10)).items():
            published = plain[key].at
            if published is None or published > last:
                assert row.state is S.MISSING, (row.state, row.reason)
        session.rollback()
