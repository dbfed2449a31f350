"""What the database knows of files, columns, failures and years, as facts for the rules."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.checking import check_filings
from monitor.filing_facts import facts_of_filing, known_of_filing
from monitor.filing_reading import Reader
from monitor.rules.model import PublicationFacts
from storage.captures import Exchange, archive_exchange
from storage.clock import iso_utc
from storage.database import reading, transaction
from storage.models import Agency, AgencyKind, Column, ColumnState, CrawlState, Filing
from storage.settings import Settings
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, at, make_scene

FIN = "清河县财政局"
URL = "http://www.qh.gov.cn/nb/fin-2023.html"
DAY = timedelta(days=1)
CODE = "11341702486344515H"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    yield scene
    scene.engine.dispose()


def publication(
    scene: Scene, filing_id: int, settings: dict[str, Any] | None = None
) -> PublicationFacts:
    with reading(scene.engine) as session:
        filing = session.get_one(Filing, filing_id)
        return known_of_filing(session, filing, Settings.model_validate(settings or {})).publication


def fingerprint(scene: Scene, filing_id: int) -> str:
    with reading(scene.engine) as session:
        filing = session.get_one(Filing, filing_id)
        known = known_of_filing(session, filing, Settings())
    return json.dumps(known.fingerprint, default=str, sort_keys=True)


def change(scene: Scene, model: type[Any], key: Any, **values: Any) -> None:
    with transaction(scene.engine) as session:
        row = session.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)


def asked(
    scene: Scene, crawl: int, when: datetime, status: int | None, url: str = URL, **more: Any
) -> None:
    exchange = Exchange(
        url=url,
        purpose=more.pop("purpose", "page"),
        requested_at=when,
        fetched_at=when,
        crawl_id=crawl,
        status=status,
        **more,
    )
    archive_exchange(scene.engine, scene.archive, [exchange])


def rules_told(scene: Scene, filing_id: int) -> dict[str, list[str]]:
    check_filings(scene.workspace, scene.engine, NOW)
    told: dict[str, list[str]] = {}
    for verdict in scene.judgements(filing_id)[-1].verdicts:
        told.setdefault(verdict.rule, []).append(verdict.outcome)
    return told


def test_files_are_told_with_what_reading_each_by_itself_gives(scene: Scene) -> None:
    report = as_page(a_report(FIN))
    filing = scene.filing(
        "fin", b"<html><p>x</p></html>", ("nb.html", report), ("n.bin", b"\x00\x01")
    )
    reader = Reader(scene.archive)
    with reading(scene.engine) as session:
        row = session.get_one(Filing, filing)
        known = known_of_filing(session, row, Settings())
        read = reader.filing(row.originals, known.wanted)
        facts = facts_of_filing(known, read, reader.original, NOW, reader.together)
    assert facts.publication is not None
    page, attached, broken = facts.publication.originals
    assert (page.role, page.holds_report, page.prose) == ("page", False, 1)
    assert (attached.method, attached.holds_report, attached.error) == ("html", True, None)
    assert (broken.method, broken.error is not None) == (None, True)
    assert known.publication.originals[1].method is None, "known without reading"


def test_a_superseded_file_is_none_of_a_filings_files(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    scene.original(filing, URL, as_page(a_report(FIN, new=9)))
    assert len(publication(scene, filing).originals) == 1


def test_labels_are_those_of_the_guideline_and_of_pages_only(scene: Scene) -> None:
    labels = {"siteidcode": "1305340001", "csrf-token": "x1"}
    filing = scene.filing("fin", as_page(a_report(FIN)), labels=labels)
    assert publication(scene, filing).labels == {"siteidcode": "1305340001"}
    before = fingerprint(scene, filing)
    change(scene, Filing, filing, labels={**labels, "csrf-token": "x2"})
    assert fingerprint(scene, filing) == before
    unread = scene.filing("fin", slug="file")
    assert publication(scene, unread).labels is None


def test_a_column_is_told_with_its_proofs_and_rows(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    column = publication(scene, filing).column
    assert column is not None
    assert (column.name, column.proofs, column.rows) == ("年报", None, ())
    rows = [
        {"url": URL, "title": "年报", "day": "2024-01-20"},
        {"url": "u", "title": "t", "day": None},
    ]
    change(scene, Column, 1, proof={"met": ["label"]}, rows=rows, rendered=True)
    column = publication(scene, filing).column
    assert column is not None
    assert (column.proofs, column.rendered) == (frozenset({"label"}), True)
    assert [(row.url, row.day) for row in column.rows] == [(URL, date(2024, 1, 20)), ("u", None)]


def test_a_list_that_grows_changes_nothing_but_what_it_puts_out_of_place(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    years = (2024, 2023, 2022, 2021, 2020, 2019)
    rows = [{"url": f"u{y}", "title": f"{FIN}{y}年报", "day": f"{y}-01-02"} for y in years]
    own = {"url": URL, "title": f"{FIN}2023年报", "day": "2023-01-01"}
    change(scene, Column, 1, rows=[*rows[:2], own, *rows[2:]])
    before = fingerprint(scene, filing)
    newest = {"url": "new", "title": f"{FIN}2025年报", "day": "2025-01-02"}
    change(scene, Column, 1, rows=[newest, *rows[:2], own, *rows[2:]])
    assert fingerprint(scene, filing) == before
    change(scene, Column, 1, rows=[newest, *rows[:6], own])
    assert fingerprint(scene, filing) != before


def test_failures_are_the_crawls_since_the_last_good_one(scene: Scene) -> None:
    filing = scene.filing("fin")
    crawls = [scene.crawl(when=at(2, day)) for day in range(1, 6)]
    asked(scene, crawls[0], at(2, 1), 500)
    asked(scene, crawls[1], at(2, 2), 200, body=b"<html>ok</html>")
    for crawl, day in zip(crawls[2:], (3, 4, 5), strict=True):
        asked(scene, crawl, at(2, day), 500, error="status 500")
        asked(scene, crawl, at(2, day, 13), 502, error="status 502")
        if day > 3:
            asked(scene, crawl, at(2, day), 200, "https://www.qh.gov.cn/nb/", purpose="list")
    asked(scene, crawls[2], at(2, 3), 200, "http://elsewhere.gov.cn/nb/", purpose="list")
    found = publication(scene, filing).failures
    assert [(item.status, item.host_fine) for item in found] == [
        (502, False), (502, True), (502, True)
    ]  # fmt: skip
    asked(scene, scene.crawl(when=at(2, 6)), at(2, 6), 304)
    assert publication(scene, filing).failures == ()


def test_of_a_page_that_fails_for_ever_the_first_ten_crawls_are_told(scene: Scene) -> None:
    filing = scene.filing("fin")
    for day in range(12):
        when = at(2, 1) + day * DAY
        asked(scene, scene.crawl(when=when), when, None, error="took longer than 60 seconds")
    before = fingerprint(scene, filing)
    assert len(publication(scene, filing).failures) == 10
    assert publication(scene, filing).failures[0].at == at(2, 1)
    asked(scene, scene.crawl(when=at(2, 20)), at(2, 20), 500)
    assert fingerprint(scene, filing) == before


def test_a_page_that_sends_to_the_front_page_has_failed(scene: Scene) -> None:
    filing = scene.filing("fin")
    asked(scene, scene.crawl(), at(2, 3), 200, final_url="http://www.qh.gov.cn")
    [failure] = publication(scene, filing).failures
    assert failure.to_home


def test_a_filing_that_was_never_opened_is_judged_by_how_it_failed_alone(scene: Scene) -> None:
    filing = scene.filing("fin")
    for day in (1, 2, 3):
        crawl = scene.crawl(when=at(2, day))
        asked(scene, crawl, at(2, day), 200, "http://www.qh.gov.cn/nb/", purpose="list")
        asked(scene, crawl, at(2, day), 500, error="status 500")
    told = rules_told(scene, filing)
    assert told == {"page-unreachable": ["fail"]}


def test_broken_files_are_told_from_what_the_crawl_kept(scene: Scene) -> None:
    failed = {
        "url": f"{URL}/1.pdf", "name": "1.pdf", "outcome": "gone", "status": 404, "reason": "404",
        "size": 9, "media_type": "text/html", "at": [iso_utc(at(2, 1)), iso_utc(at(2, 2))],
    }  # fmt: skip
    filing = scene.filing("fin", as_page(a_report(FIN)), failed_files=[failed])
    [file] = publication(scene, filing).failed_files
    assert (file.status, file.at) == (404, (at(2, 1), at(2, 2)))
    told = rules_told(scene, filing)
    assert told["attachment-broken"] == ["fail"]
    assert told["no-download"] == ["pass"]


def test_absences_are_healthy_readings_before_anything_was_seen_of_the_page(scene: Scene) -> None:
    for day, sound in ((10, True), (12, False), (14, True), (20, True)):
        scene.crawl(when=at(2, day), control_passed=sound)
    filing = scene.filing("fin", first_seen_at=at(2, 19), last_absent_at=at(2, 14))
    minute = timedelta(minutes=1)
    assert publication(scene, filing).absences == (at(2, 10) + minute, at(2, 14) + minute)
    scene.filing("fin", slug="other", first_seen_at=at(1, 3))
    assert publication(scene, filing).seen_elsewhere_at == at(1, 3)
    asked(scene, scene.crawl(when=at(2, 11)), at(2, 11), 200, body=b"<html>untitled</html>")
    assert publication(scene, filing).absences == (at(2, 10) + minute,)


def test_the_owner_of_an_index_number_is_the_one_agency_with_its_code(scene: Scene) -> None:
    filing = scene.filing("fin", index_number=f"{CODE.lower()}/2024-00001")
    assert publication(scene, filing).index_owner is None
    scene.agency("office", "清河县人民政府办公室", kind=AgencyKind.GOVERNMENT_OFFICE,
                 credit_code=CODE)  # fmt: skip
    owner = publication(scene, filing).index_owner
    assert owner is not None
    assert (owner.id, owner.kind) == ("office", "government_office")
    scene.agency("twin", "清河县统计局", credit_code=CODE)
    assert publication(scene, filing).index_owner is None


NOTICES = [
    {"month": 2, "day": 30, "notice": "省"},
    {"division": "1305", "month": 1, "day": 25, "notice": "市"},
    {"division": "1305", "kinds": ["department"], "month": 1, "day": 20, "notice": "市局"},
    {"division": "9999", "month": 1, "day": 1, "notice": "外地"},
    {"division": "130534", "month": 1, "day": 2, "notice": "旧", "last_fiscal_year": 2022},
]


def test_a_local_due_day_is_that_of_the_smallest_place_and_of_the_kind(scene: Scene) -> None:
    scene.agency("gov", "清河县人民政府", kind=AgencyKind.GOVERNMENT)
    settings: dict[str, Any] = {"obligations": {"local_deadlines": NOTICES}}
    bureau, government = scene.filing("fin"), scene.filing("gov")
    dues = [publication(scene, filing, settings).local_due for filing in (bureau, government)]
    assert [(due.day, due.notice) for due in dues if due] == [
        (date(2024, 1, 20), "市局"), (date(2024, 1, 25), "市")
    ]  # fmt: skip
    alone: dict[str, Any] = {"obligations": {"local_deadlines": NOTICES[:1]}}
    due = publication(scene, bureau, alone).local_due
    assert due is not None
    assert due.day == date(2024, 2, 29)
    assert publication(scene, bureau).local_due is None


def test_a_gap_is_certain_if_every_column_was_read_and_every_report_has_its_owner(
    scene: Scene,
) -> None:
    scene.crawl()
    scene.filing("fin", year=YEAR - 2)
    filing = scene.filing("fin")
    found = publication(scene, filing)
    assert (found.years_published, found.years_certain) == ((YEAR - 2, YEAR), True)
    stray = scene.filing(None, year=YEAR - 1, slug="stray", agency_name="清河县教育局")
    assert publication(scene, filing).years_certain
    change(scene, Filing, stray, agency_name=None)
    assert not publication(scene, filing).years_certain
    change(scene, Filing, stray, fiscal_year=YEAR - 5)
    assert publication(scene, filing).years_certain
    scene.crawl(when=at(2, 4), control_passed=False)
    assert not publication(scene, filing).years_certain


def test_reports_of_former_names_fill_the_years(scene: Scene) -> None:
    scene.agency("old", "清河县财税局")
    change(scene, Agency, "fin", renamed_from="old")
    scene.filing("old", year=YEAR - 1)
    scene.filing("fin", year=YEAR - 2)
    found = publication(scene, scene.filing("fin"))
    assert found.years_published == (YEAR - 2, YEAR - 1, YEAR)
    assert not found.years_certain, "asked only where there is a gap"


def test_without_a_standing_column_no_gap_is_certain(scene: Scene) -> None:
    scene.crawl()
    scene.filing("fin", year=YEAR - 2)
    filing = scene.filing("fin")
    change(scene, Column, 1, state=ColumnState.LOST, lost_at=at(2, 3))
    assert not publication(scene, filing).years_certain


def test_no_gap_is_certain_of_a_year_for_which_no_report_was_owed(scene: Scene) -> None:
    scene.crawl()
    scene.filing("fin", year=YEAR - 2)
    filing = scene.filing("fin")
    change(scene, Agency, "fin", kind=AgencyKind.VERTICAL)
    assert not publication(scene, filing).years_certain
    change(scene, Agency, "fin", kind=AgencyKind.TOWNSHIP)
    assert publication(scene, filing).years_certain
    assert not publication(scene, filing, {"obligations": {"townships": False}}).years_certain


def test_a_crawl_that_did_not_come_in_leaves_the_gap_to_the_one_before(scene: Scene) -> None:
    scene.crawl()
    scene.filing("fin", year=YEAR - 2)
    filing = scene.filing("fin")
    scene.crawl(when=at(2, 4), state=CrawlState.UNREACHABLE, control_passed=False)
    assert publication(scene, filing).years_certain
