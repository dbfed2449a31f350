"""What the database knows about a filing, as facts, and what changes their fingerprint."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.filing_facts import KnownFiling, facts_of_filing, known_of_filing
from monitor.filing_reading import Reader
from monitor.rules.model import Facts
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.models import Agency, AgencyKind, Filing, FilingState
from storage.settings import Settings
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, at, make_scene

FIN = "清河县财政局"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    yield scene
    scene.engine.dispose()


def known(scene: Scene, filing_id: int, settings: Settings | None = None) -> KnownFiling:
    with reading(scene.engine) as session:
        filing = session.get_one(Filing, filing_id)
        return known_of_filing(session, filing, settings or Settings())


def facts(scene: Scene, filing_id: int) -> Facts:
    reader = Reader(scene.archive)
    with reading(scene.engine) as session:
        filing = session.get_one(Filing, filing_id)
        told = known_of_filing(session, filing, Settings())
        read = reader.filing(filing.originals)
        return facts_of_filing(told, read, reader.original, NOW, reader.together)


def fingerprint(scene: Scene, filing_id: int) -> str:
    return json.dumps(known(scene, filing_id).fingerprint, default=str, sort_keys=True)


def change(scene: Scene, model: type[Any], key: Any, **values: Any) -> None:
    with transaction(scene.engine) as session:
        row = session.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)


def seen(scene: Scene, url: str, status: int) -> None:
    exchange = Exchange(url=url, purpose="page", requested_at=NOW, fetched_at=NOW, status=status)
    archive_exchange(scene.engine, scene.archive, [exchange])


def test_agency_dates_and_addresses_are_those_of_the_database(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)), last_absent_at=at(1, 19))
    found = facts(scene, filing)
    assert found.agency is not None
    assert (found.agency.id, found.agency.kind, found.fiscal_year) == ("fin", "department", YEAR)
    publication = found.publication
    assert publication is not None
    assert publication.published_on == date(2024, 1, 20)
    assert (publication.first_seen_at, publication.last_absent_at) == (at(1, 25), at(1, 19))
    assert [(item.source, item.day) for item in publication.dates] == [("meta", date(2024, 1, 20))]


def test_another_crawl_of_the_same_page_changes_nothing(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    before = fingerprint(scene, filing)
    seen(scene, "http://www.qh.gov.cn/nb/fin-2023.html", 200)
    change(scene, Filing, filing, last_seen_at=NOW)
    scene.portal("xx", "别处")
    scene.agency("far", "别处财政局", "xx")
    assert fingerprint(scene, filing) == before


@pytest.mark.parametrize(
    "values",
    [
        {"fiscal_year": 2022},
        {"agency_id": None},
        {"published_on": date(2024, 2, 2)},
        {"date_candidates": []},
        {"first_seen_at": at(2, 20)},
        {"last_absent_at": at(2, 1)},
        {"list_title": "年报"},
        {"labels": {"contentsource": "清河县教育局"}},
        {"gone_crawls": 1},
    ],
)
def test_whatever_a_rule_may_look_at_changes_the_fingerprint(
    scene: Scene, values: dict[str, Any]
) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    before = fingerprint(scene, filing)
    change(scene, Filing, filing, **values)
    assert fingerprint(scene, filing) != before


def test_failed_attempts_are_told_of_a_page_that_is_gone_and_not_for_ever(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    for _ in range(3):
        seen(scene, "http://www.qh.gov.cn/nb/fin-2023.html", 404)
    assert known(scene, filing).publication.attempts == ()
    change(scene, Filing, filing, gone_crawls=3)
    assert [item.status for item in known(scene, filing).publication.attempts][-3:] == [404] * 3
    change(scene, Filing, filing, gone_crawls=50)
    before = fingerprint(scene, filing)
    change(scene, Filing, filing, gone_crawls=51)
    assert fingerprint(scene, filing) == before


def test_official_hosts_are_those_of_the_settings_and_of_registered_portals(scene: Scene) -> None:
    scene.portal("org", "开发区", url="http://www.zone.example.cn/")
    filing = scene.filing("fin", url="http://www.zone.example.cn/1.html")
    settings = Settings.model_validate({"crawler": {"official_hosts": ["*.xx.cn"]}})
    hosts = known(scene, filing, settings).publication.official_hosts
    assert hosts == ("*.xx.cn", "www.zone.example.cn")
    elsewhere = scene.filing("fin", url="http://mirror.example.com/1.html")
    assert known(scene, elsewhere).publication.official_hosts == ()


def test_an_agency_renamed_or_merged_around_the_year_is_reorganised(scene: Scene) -> None:
    filing = scene.filing("fin")

    def is_reorganised() -> bool:
        agency = known(scene, filing).agency
        assert agency is not None
        return agency.reorganised

    assert not is_reorganised()
    change(scene, Agency, "fin", valid_from=date(YEAR, 3, 1))
    assert is_reorganised()
    change(scene, Agency, "fin", valid_from=date(YEAR - 9, 3, 1))
    assert not is_reorganised()
    scene.agency("new", "清河县财政和国资局", renamed_from="fin")
    assert is_reorganised()


def test_an_agency_that_is_not_registered_is_known_by_its_name_alone(scene: Scene) -> None:
    agency = known(scene, scene.filing(None, agency_name="别县水利局")).agency
    assert agency is not None
    assert (agency.name, agency.id, agency.kind) == ("别县水利局", None, None)
    assert known(scene, scene.filing(None, slug="x")).agency is None


def test_other_filings_of_the_year_are_told_as_far_as_they_stand_and_were_read(
    scene: Scene,
) -> None:
    filing = scene.filing("fin", as_page(a_report(FIN)))
    scene.filing("fin", as_page(a_report(FIN, new=9)), slug="second")
    scene.filing("fin", b"<html><p>x</p></html>", slug="shell")
    gone = scene.filing("fin", as_page(a_report(FIN, new=7)), slug="gone")
    change(scene, Filing, gone, state=FilingState.REMOVED)
    scene.filing("fin", as_page(a_report(FIN, YEAR - 1)), year=YEAR - 1)
    found = facts(scene, filing)
    assert [other.url for other in found.others] == ["http://www.qh.gov.cn/nb/second.html"]
    assert found.publication is not None
    assert found.publication.successor


def test_the_first_version_is_that_of_the_file_that_was_read(scene: Scene) -> None:
    url = "http://www.qh.gov.cn/nb/fin-2023.html"
    filing = scene.filing("fin", as_page(a_report(FIN, new=1)))
    scene.original(filing, url, as_page(a_report(FIN, new=2)))
    scene.original(filing, url, as_page(a_report(FIN, new=3)))
    scene.tell_versions(filing)
    publication = facts(scene, filing).publication
    assert publication is not None
    assert publication.previous_version is not None
    cells = publication.previous_version.tables["requests"].values["new"]
    assert cells["total"].text == "1"
    assert publication.earlier is not None
    assert publication.earlier.number == 1
    assert [each.url for each in publication.earlier.captures] == [url]
    assert publication.earlier.later[0].sha256 != publication.earlier.captures[0].sha256


def test_a_page_that_was_only_a_shell_at_first_is_not_compared_with(scene: Scene) -> None:
    url = "http://www.qh.gov.cn/nb/fin-2023.html"
    filing = scene.filing("fin", b"<html><p>x</p></html>")
    scene.original(filing, url, as_page(a_report(FIN)))
    scene.tell_versions(filing)
    publication = facts(scene, filing).publication
    assert publication is not None
    assert publication.previous_version is None
    assert publication.earlier is not None
    assert publication.earlier.error == "not-a-report"


def test_kinds_of_agencies_are_words_of_the_registry(scene: Scene) -> None:
    scene.agency("gov", "清河县人民政府", kind=AgencyKind.GOVERNMENT)
    agency = known(scene, scene.filing("gov")).agency
    assert agency is not None
    assert agency.kind == "government"
