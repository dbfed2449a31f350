"""A second crawl asks for little, and still proves what it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.planning import (
    History,
    Known,
    Plan,
    longest_unseen,
    may_rest,
    must_open,
    order_changed,
    plan_reading,
)
from crawler.read_pages import Before, How, ReadPage
from crawler.records.readings import last_absence
from storage.clock import utc_now
from storage.database import reading, transaction
from storage.models import Capture, Column, ColumnReading, CrawlState, Filing, FilingState
from tests.clock import clock_at
from tests.crawler.county import (
    AGENCIES,
    COLUMN,
    PDF,
    fill,
    list_page,
    report_page,
    report_path,
    row,
    title_of,
)
from tests.crawler.portal import Answer, Site, serve
from tests.crawler.workspace import Field, make_field

YEARS = (2023, 2022, 2021, 2020)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def put_lists(site: Site, pages: list[list[tuple[str, str]]]) -> None:
    """Serve a column of several pages, with validators, and every report they list."""
    for number, rows in enumerate(pages):
        pager = f'createPageHTML({len(pages)}, {number}, "index", "html");'
        path = COLUMN if number == 0 else f"{COLUMN}index_{number}.html"
        site.page(path, list_page([row(path, title) for path, title in rows], pager), etag=True)
        for path, title in rows:
            site.page(path, report_page(title, text=f"{title}全文。" * 30), etag=True)


def paged() -> list[list[tuple[str, str]]]:
    """Return the rows of a column of four pages, one for each year."""
    return [
        [
            (f"{COLUMN}{year}01/t{year}0115_{year}{n}.html", title_of(agency, year))
            for n, agency in enumerate(AGENCIES)
        ]
        for year in YEARS
    ]


@pytest.fixture(autouse=True)
def no_day_on_which_reports_fall_due() -> Iterator[None]:
    """After such a day everything is asked for again: tests for that name their days."""
    with clock_at(NOW):
        yield


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(Site()) as site:
        put_lists(site, paged())
        yield site


@pytest.fixture
def field(tmp_path: Path, site: Site) -> Iterator[Field]:
    field = make_field(tmp_path, reopen_days=30)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    site.asked.clear()
    yield field
    field.engine.dispose()


def test_a_second_crawl_of_an_unchanged_portal_costs_two_requests_a_column(
    field: Field, site: Site
) -> None:
    field.crawl("watch", "county")

    assert site.paths() == [COLUMN, f"{COLUMN}index_3.html"]
    assert all("if-none-match" in asked.headers for asked in site.asked[1:])
    crawl = field.crawl_of("county")
    assert (crawl.state, crawl.control_passed) == (CrawlState.COMPLETE, True)
    first, second = field.readings("county")
    assert (second.pages_seen, second.found, second.found_again) == (4, 12, 12)
    assert [page["how"] for page in first.pages or ()] == ["read"] * 4
    assert [page["how"] for page in second.pages or ()] == [
        "unchanged",
        "carried",
        "carried",
        "unchanged",
    ]
    assert all(filing.last_seen_at > second.read_at for filing in field.filings("county"))


def test_a_third_crawl_rests_on_the_second_as_well(field: Field, site: Site) -> None:
    field.crawl("watch", "county")
    site.asked.clear()
    field.crawl("watch", "county")

    assert len(site.paths()) == 2


def test_a_report_put_into_the_middle_of_a_list_is_found_at_once(field: Field, site: Site) -> None:
    rows = [each for page in paged() for each in page]
    rows.insert(4, (f"{COLUMN}202301/t20230120_9.html", title_of("清河县民政局", 2022)))
    put_lists(site, [rows[at : at + 3] for at in range(0, len(rows), 3)])

    field.crawl("watch", "county")

    assert title_of("清河县民政局", 2022) in [each.title for each in field.filings("county")]
    assert field.crawl_of("county").control_passed


def test_rows_that_moved_between_unchanged_ends_are_seen_when_all_pages_are_asked_for(
    field: Field, site: Site
) -> None:
    pages = paged()
    new = (f"{COLUMN}202201/t20220131_9.html", title_of("清河县民政局", 2021))
    pages[2] = [new, *pages[2][1:]]
    put_lists(site, pages)
    _make_older(field, 8)

    field.crawl("watch", "county")

    assert {f"{COLUMN}index_1.html", f"{COLUMN}index_2.html", new[0]} <= set(site.paths())
    assert all(
        "if-none-match" not in asked.headers for asked in site.asked if "index" in asked.path
    )


def _make_older(field: Field, days: int) -> None:
    with transaction(field.engine) as session:
        for reading in session.scalars(select(ColumnReading)):
            reading.read_at -= timedelta(days=days)


def test_a_page_that_the_archive_lost_is_asked_for_again(field: Field, site: Site) -> None:
    pages = field.readings("county")[0].pages or []
    sha256 = next(each.sha256 for each in field.captures("index_1") if each.id == pages[1]["body"])
    stored = next(field.workspace.directory.glob(f"archive/originals/*/{sha256}*"))
    stored.chmod(0o644)
    stored.unlink()

    field.crawl("watch", "county")

    assert f"{COLUMN}index_1.html" in site.paths()
    assert field.crawl_of("county").control_passed


def test_a_report_is_opened_again_when_its_turn_comes(field: Field, site: Site) -> None:
    first = field.filings("county")[0]
    with transaction(field.engine) as session:
        session.get_one(Filing, first.id).opened_at = first.first_seen_at - timedelta(days=31)

    field.crawl("watch", "county")

    assert [each for each in site.paths() if "/t20" in each] == [first.url.removeprefix(site.url)]
    opened = field.filings("county")[0].opened_at
    assert opened is not None
    assert opened > first.first_seen_at


def test_a_report_whose_file_could_not_be_had_is_tried_another_day(tmp_path: Path) -> None:
    field = make_field(tmp_path, reopen_days=30)
    with serve(Site()) as site:
        fill(site)
        file = f"{COLUMN}202401/P020240115000000000001.pdf"
        good = site.routes.pop(file)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        site.routes[file] = good
        field.let_a_day_pass()
        site.asked.clear()
        field.crawl("watch", "county")

    assert site.paths() == [COLUMN, report_path(0), file]
    field.engine.dispose()


def test_a_row_that_is_no_report_is_opened_once(tmp_path: Path) -> None:
    field = make_field(tmp_path, reopen_days=30)
    with serve(Site()) as site:
        fill(site)
        page = site.routes[COLUMN]
        assert isinstance(page, Answer)
        strange = row("./202401/t20240101_7.html", "查看详情")
        site.page(COLUMN, page.body.decode().replace("</ul>", strange + "</ul>"))
        site.page(f"{COLUMN}202401/t20240101_7.html", report_page("关于召开会议的通知"))
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        assert f"{COLUMN}202401/t20240101_7.html" in site.paths()
        site.asked.clear()
        field.crawl("watch", "county")

    assert site.paths() == [COLUMN, report_path(0)]
    [column] = field.columns("county")
    assert isinstance(column, Column)
    assert list(column.passed_over or {}) == [f"{site.url}{COLUMN}202401/t20240101_7.html"]
    field.engine.dispose()


PAGES = (
    ReadPage(
        list_url="u", url="u", method="GET", sent="", headers={}, known={}, number=1,
        how=How.READ, capture=1, body=1,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked_at", "now", "carried"),
    [
        (NOW - DAY, NOW, True),
        (NOW - 7 * DAY, NOW, False),
        (None, NOW, False),
        # 24:00 of 31 January in China lies between.
        (datetime(2024, 1, 31, 15, tzinfo=UTC), datetime(2024, 1, 31, 17, tzinfo=UTC), False),
        (datetime(2024, 1, 31, 17, tzinfo=UTC), datetime(2024, 2, 2, tzinfo=UTC), True),
        (datetime(2024, 3, 30, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC), False),
    ],
)
def test_nothing_is_carried_for_long_nor_over_a_due_day(
    asked_at: datetime | None, now: datetime, carried: bool
) -> None:
    plan = plan_reading(History(pages=PAGES, asked_at=asked_at), now, days=7, grace_days=0)
    assert (plan.conditional, plan.before is not None) == (carried, carried)


def test_days_of_grace_move_the_day_over_which_nothing_is_carried() -> None:
    history = History(pages=PAGES, asked_at=datetime(2024, 2, 2, tzinfo=UTC))
    now = datetime(2024, 2, 6, tzinfo=UTC)
    assert plan_reading(history, now, days=7, grace_days=0).conditional
    assert not plan_reading(history, now, days=7, grace_days=3).conditional
    assert plan_reading(history, now, days=0, grace_days=0) == Plan()


def known(days_ago: float | None, year: int | None = 2019, *, listed_anew: bool = False) -> Known:
    opened = NOW - timedelta(days=days_ago) if days_ago is not None else None
    return Known(
        filing_id=1,
        url="http://a.gov.cn/1.html",
        fiscal_year=year,
        opened_at=opened,
        listed_anew=listed_anew,
    )


def test_a_report_is_opened_if_new_changed_in_its_list_or_long_unopened() -> None:
    assert must_open(known(None), NOW, days=30, days_near_due=7)
    assert must_open(known(1, listed_anew=True), NOW, days=30, days_near_due=7)
    assert must_open(known(30), NOW, days=30, days_near_due=7)
    assert not must_open(known(20), NOW, days=30, days_near_due=7)
    assert must_open(known(0), NOW, days=0, days_near_due=0)


def test_reports_of_the_year_that_is_due_are_opened_more_often() -> None:
    february = datetime(2024, 2, 10, tzinfo=UTC)
    report = Known(filing_id=1, url="u", fiscal_year=2023, opened_at=february - timedelta(days=8))
    assert must_open(report, february, days=30, days_near_due=7)
    old = Known(filing_id=1, url="u", fiscal_year=2021, opened_at=february - timedelta(days=8))
    assert not must_open(old, february, days=30, days_near_due=7)


def test_an_order_is_changed_if_most_of_it_is() -> None:
    assert not order_changed("abcd", "xabcd")
    assert not order_changed("abcdef", "fabcde")
    assert order_changed("abcd", "dcba")
    assert not order_changed("ab", "ba")


def small(tmp_path: Path, site: Site) -> Field:
    """Return a field in which a small column was crawled once, with default settings."""
    fill(site)
    field = make_field(tmp_path, reopen_days=30)
    field.register("county", f"{site.url}/", agencies=AGENCIES)
    field.add_column("county", site.url + COLUMN)
    field.crawl("watch", "county")
    site.asked.clear()
    return field


def test_each_crawl_asks_for_one_report_of_a_small_column_in_turn(tmp_path: Path) -> None:
    with serve(Site()) as site:
        field = small(tmp_path, site)
        for _ in range(4):
            field.crawl("watch", "county")

        assert [path for path in site.paths() if path == COLUMN] == [COLUMN] * 4
        pages = [path for path in site.paths() if path != COLUMN]
        assert pages[:3] == [report_path(n) for n in range(3)]
        assert pages[3] == pages[0]
        assert all("if-none-match" in asked.headers for asked in site.asked if "t20" in asked.path)
    field.engine.dispose()


def test_a_change_in_the_only_report_of_a_column_is_seen_in_the_next_crawl(tmp_path: Path) -> None:
    path, title = f"{COLUMN}202401/t20240115_1.html", title_of(AGENCIES[0], 2023)
    with serve(Site()) as site:
        site.page(COLUMN, list_page([row(path, title)]), etag=True)
        site.page(path, report_page(title, text="全年主动公开政府信息一百条。" * 20), etag=True)
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        site.page(path, report_page(title, text="全年主动公开政府信息九十条。" * 20), etag=True)
        site.asked.clear()
        field.crawl("watch", "county")

        assert site.paths() == [COLUMN, path]
        [filing] = field.filings("county")
        assert filing.state is FilingState.CHANGED
    field.engine.dispose()


def test_files_of_an_unchanged_report_wait_for_their_turn(tmp_path: Path) -> None:
    with serve(Site()) as site:
        field = small(tmp_path, site)
        before = field.filings("county")[0].opened_at
        field.crawl("watch", "county")

        assert not [path for path in site.paths() if path.endswith(".pdf")]
        assert field.filings("county")[0].opened_at == before
    field.engine.dispose()


def test_a_file_that_a_known_page_links_anew_is_fetched_at_once(tmp_path: Path) -> None:
    file = f"{COLUMN}202401/P020240115000000000009.pdf"
    with serve(Site()) as site:
        field = small(tmp_path, site)
        known = site.routes[report_path(0)]
        assert isinstance(known, Answer)
        link = f'<p><a href="{file}">附件.pdf</a></p></div>'
        text = known.body.decode().replace("</div>", link, 1)
        site.page(report_path(0), text, etag=True)
        site.routes[file] = Answer(body=PDF, headers={"Content-Type": "application/pdf"})
        field.crawl("watch", "county")

        assert file in site.paths()
    field.engine.dispose()


def test_rules_of_robots_are_kept_for_a_day_but_a_refusal_is_told_afresh(tmp_path: Path) -> None:
    with serve(Site()) as site:
        field = small(tmp_path, site)
        field.crawl("watch", "county")
        assert "/robots.txt" not in [asked.path for asked in site.asked]

        site.routes["/robots.txt"] = Answer(
            body=b"User-agent: *\nDisallow: /zwgk/\n", headers={"Content-Type": "text/plain"}
        )
        with transaction(field.engine) as session:
            for capture in session.scalars(select(Capture).where(Capture.purpose == "robots")):
                capture.fetched_at -= timedelta(days=1, hours=1)
        site.asked.clear()
        field.crawl("watch", "county")
        assert [asked.path for asked in site.asked] == ["/robots.txt"]

        site.asked.clear()
        field.crawl("watch", "county")  # less than a day later
        assert [asked.path for asked in site.asked] == ["/robots.txt"]
        assert field.crawl_of("county").state is CrawlState.ROBOTS_DENIED
    field.engine.dispose()


def test_the_report_asked_for_least_recently_is_the_next_one() -> None:
    reports = [
        Known(filing_id=n, url=f"u{n}", fiscal_year=year, opened_at=NOW)
        for n, year in enumerate((2021, 2023, 2023, None))
    ]
    chosen = longest_unseen(reports, {f"u{n}": NOW for n in range(4)})
    assert chosen is reports[1]
    seen = {"u0": NOW, "u1": NOW, "u2": NOW, "u3": NOW - DAY}
    assert longest_unseen(reports, seen) is reports[3]
    assert longest_unseen([], {}) is None


@pytest.mark.parametrize(
    ("part", "years", "days", "rests"),
    [
        ("2022年", [2022], 3, True),
        ("2023年", [2022], 3, False),
        ("2022年", [2023], 3, False),
        ("2022年", [], 3, False),
        ("教育局", [2019, 2018], 3, False),  # that of 2023 is awaited
        ("教育局", [2023, 2022], 3, True),
        ("县教育局", [2023], 3, True),
        ("县教育局", [2023, None], 3, False),
        ("乡镇", [2023], 3, False),  # others may follow
        ("乡镇", [2023, 2023, 2022], 3, False),  # several agencies'
        ("教育局", [2023, 2021], 3, False),  # that of 2022 may be put in late
        ("教育局", [2019, 2018], 0.5, False),  # it is due: asked for in every crawl
        ("教育局", [2019, 2018], 0.1, True),  # but that of an hour or two ago
        ("教育局", [2023, 2022], None, False),
    ],
)
def test_a_part_rests_if_nothing_is_awaited_in_it(
    part: str, years: list[int | None], days: float | None, rests: bool
) -> None:
    asked_at = None if days is None else NOW - timedelta(days=days)
    assert may_rest(part, years, asked_at, NOW) is rests


def test_a_part_that_awaits_what_is_not_due_yet_is_asked_for_once_a_day() -> None:
    january = datetime(2024, 1, 20, tzinfo=UTC)
    for hours, rests in ((12, True), (21, False)):
        asked_at = january - timedelta(hours=hours)
        assert may_rest("教育局", [2022, 2021], asked_at, january) is rests
    february = datetime(2024, 1, 31, 17, tzinfo=UTC)  # 1 February in China
    assert not may_rest("教育局", [2022, 2021], february - timedelta(hours=4), february)


def test_what_is_awaited_is_asked_for_at_once_if_somebody_wants_to_know() -> None:
    asked_at = NOW - timedelta(minutes=1)
    assert may_rest("教育局", [2022, 2021], asked_at, NOW)
    assert not may_rest("教育局", [2022, 2021], asked_at, NOW, at_once=True)
    assert may_rest("教育局", [2023, 2022], asked_at, NOW, at_once=True)


@pytest.mark.parametrize(
    ("part", "years", "hours", "named_so", "rests"),
    [
        ("2024年", [], 4, True, True),
        ("2024年", [2024], 4, True, True),
        ("2024年", [], 21, True, False),
        ("2024年", [], 4, False, False),  # reports of 2023 may stand where 2024 names the day
        ("2024年", [2023], 4, True, False),
        ("2024年", [None], 4, True, False),
        ("2023年", [], 4, True, False),  # it is due
        ("教育局", [], 4, True, False),
    ],
)
def test_a_part_for_a_year_that_has_not_ended_is_asked_for_once_a_day(
    part: str, years: list[int | None], hours: int, named_so: bool, rests: bool
) -> None:
    asked_at = NOW - timedelta(hours=hours)
    assert may_rest(part, years, asked_at, NOW, named_so=named_so) is rests


@pytest.mark.parametrize(
    ("years", "are"),
    [
        ({"a": (1, 2022), "b": (2, 2023)}, True),
        ({"a": (1, 2021), "b": (2, 2022)}, False),  # named for the year of publication
        ({"a": (1, 2022)}, False),  # nothing is known of what stands in that of 2023
        ({}, False),
    ],
)
def test_years_of_parts_are_fiscal_if_all_that_stands_in_them_is_of_those(
    years: dict[str, tuple[int, int | None]], are: bool
) -> None:
    pages = [
        replace(PAGES[0], list_url=f"/{part}/", url=f"/{part}/", part=part, rows=rows)
        for part, rows in (("2022年", ("a",)), ("2023年", ("b",)), ("2024年", ()))
    ]
    assert Before(pages, years=years).are_fiscal_years is are


def test_parts_of_years_past_are_not_asked_for_in_every_crawl(tmp_path: Path) -> None:
    now = utc_now().year
    years = (now - 1, now - 2, now - 3)
    with serve(Site()) as site:
        tabs = "".join(f'<a class="tab" href="{COLUMN}{year}n/">{year}年</a>' for year in years)
        for year in years:
            path = f"{COLUMN}{year}n/t{year + 1}0115_{year}.html"
            listed = list_page([row(path, title_of(AGENCIES[0], year))])
            site.page(f"{COLUMN}{year}n/", listed, etag=True)
            site.page(path, report_page(title_of(AGENCIES[0], year)), etag=True)
            if year == now - 1:
                site.page(COLUMN, listed.replace("<ul", f"<div>{tabs}</div><ul", 1), etag=True)
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        _make_older(field, 1)
        site.asked.clear()
        field.crawl("watch", "county")

        assert site.paths()[:2] == [COLUMN, f"{COLUMN}{now - 1}n/"]
        assert field.crawl_of("county").control_passed
        assert field.readings("county")[-1].found == 3
    field.engine.dispose()


def test_the_end_of_a_counted_list_behind_another_page_is_asked_for_in_turn(tmp_path: Path) -> None:
    year, asked = utc_now().year - 1, []
    part = f"{COLUMN}{year}n/"
    with serve(Site()) as site:
        rows = [(f"{part}t{n}.html", title_of(name, year)) for n, name in enumerate(AGENCIES)]
        for path, title in rows:
            site.page(path, report_page(title), etag=True)
        for number, shown in enumerate((rows[:2], rows[2:])):
            pager = f'createPageHTML(2, {number}, "index", "html");'
            listed = list_page([row(path, title) for path, title in shown], pager)
            listed = listed.replace("<ul", "<div>共3条 共2页</div><ul", 1)
            site.page(part if number == 0 else f"{part}index_1.html", listed, etag=True)
        tabs = "".join(f'<a class="tab" href="{COLUMN}{each}n/">{each}年</a>'
                       for each in (year, year - 1))  # fmt: skip
        site.page(f"{COLUMN}{year - 1}n/", list_page([row(*rows[0])]), etag=True)
        site.page(COLUMN, list_page([]).replace("<ul", f"<div>{tabs}</div><ul", 1), etag=True)
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        for by_name in ("", "", "", "", "1"):
            site.asked.clear()
            field.crawl("watch", "county", by_name=by_name)
            asked.append([path for path in site.paths() if "t" not in path.rpartition("/")[2][:1]])
            _make_older(field, 1)

    end = f"{part}index_1.html"
    assert [end in paths for paths in asked] == [True, False, True, False, True]
    assert all({COLUMN, part} <= set(paths) for paths in asked)
    assert field.crawl_of("county").control_passed
    field.engine.dispose()


def put_agencies(site: Site, awaited: str) -> dict[str, str]:
    """Serve a column that leads to a list of each agency; one has not published yet."""
    year = utc_now().year - 1
    parts = {name: f"{COLUMN}dw{n}/" for n, name in enumerate(AGENCIES)}
    for name, part in parts.items():
        years = [year - 1, year - 2] if name == awaited else [year, year - 1]
        rows = [(f"{part}t{each}0115_{each}.html", title_of(name, each)) for each in years]
        site.page(part, list_page([row(path, title) for path, title in rows]), etag=True)
        for path, title in rows:
            text = f"{title}全文。" * 30
            site.page(path, report_page(title, text=text), etag=True)
    options = "".join(f'<option value="{part}">{name}</option>' for name, part in parts.items())
    site.page(COLUMN, list_page([f'<li><select id="unit">{options}</select></li>']), etag=True)
    return parts


def test_parts_that_could_not_be_read_are_kept_with_those_that_were(tmp_path: Path) -> None:
    with serve(Site()) as site:
        parts = put_agencies(site, awaited=AGENCIES[1])
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        assert "parts" not in (field.readings("county")[-1].control or {})
        for agency in AGENCIES[:2]:
            site.routes[parts[agency]] = Answer(b"no", status=404)
        _make_older(field, 8)
        field.crawl("watch", "county")

    reading = field.readings("county")[-1]
    told = {part["name"]: part for part in (reading.control or {})["parts"]}
    assert not reading.control_passed
    assert list(told) == list(AGENCIES)
    assert [told[agency]["whole"] for agency in AGENCIES] == [False, False, True]
    assert [told[agency]["missing"] > 0 for agency in AGENCIES] == [True, True, False]
    assert told[AGENCIES[2]]["reports"] > 0
    field.engine.dispose()


def test_parts_of_agencies_that_published_are_not_asked_for_in_every_crawl(tmp_path: Path) -> None:
    with serve(Site()) as site:
        parts = put_agencies(site, awaited=AGENCIES[1])
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        assert len(field.filings("county")) == 2 * len(AGENCIES)
        _make_older(field, 1)
        site.asked.clear()
        field.crawl("watch", "county")
        assert site.paths() == [COLUMN, parts[AGENCIES[1]]]
        last = field.readings("county")[-1]
        assert last.control_passed
        assert last.found_again == last.known_before == 2 * len(AGENCIES)
        assert [filing.absent_crawls for filing in field.filings("county")] == [0] * 6

        [resting] = [
            f
            for f in field.filings("county")
            if f.url.endswith(f"dw0/t{utc_now().year - 1}0115_{utc_now().year - 1}.html")
        ]
        assert resting.last_seen_at < last.read_at
    field.engine.dispose()


def test_only_a_page_that_was_asked_for_proves_that_a_report_was_not_there(tmp_path: Path) -> None:
    with serve(Site()) as site:
        parts = put_agencies(site, awaited=AGENCIES[1])
        field = make_field(tmp_path, reopen_days=30)
        field.register("county", f"{site.url}/", agencies=AGENCIES)
        field.add_column("county", site.url + COLUMN)
        field.crawl("watch", "county")
        _make_older(field, 1)
        field.crawl("watch", "county")
        first, second = field.readings("county")
        with reading(field.engine) as session:
            proved = {
                page: last_absence(session, first.column_id, 99, site.url + page)
                for page in (parts[AGENCIES[0]], parts[AGENCIES[1]], "/elsewhere")
            }
    assert list(proved.values()) == [first.read_at, second.read_at, first.read_at]
    field.engine.dispose()
