"""Reports whose page is gone: for how long, and where they may stand instead."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.absence_facts import attempts
from monitor.filing_facts import known_of_filing
from monitor.filing_publication import lasting
from monitor.rules.timeliness.absence import gone_for
from monitor.triage import Decided, decide
from monitor.triage.subjects import find_subject
from storage.captures import Exchange, archive_exchange
from storage.database import reading, transaction
from storage.models import Agency, Filing, FilingState, TriageAction
from storage.settings import Settings
from tests.monitor.scene import NOW, YEAR, Scene, at, make_scene

URL = f"http://www.qh.gov.cn/nb/fin-{YEAR}.html"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", "清河县教育局")
    yield scene
    scene.engine.dispose()


def asked(scene: Scene, when: datetime, status: int) -> None:
    exchange = Exchange(url=URL, purpose="page", requested_at=when, fetched_at=when, status=status)
    archive_exchange(scene.engine, scene.archive, [exchange])


def told(scene: Scene, filing: int) -> Any:
    with reading(scene.engine) as session:
        row = session.get_one(Filing, filing)
        return known_of_filing(session, row, Settings()).publication


def test_the_first_attempts_and_the_last_prove_for_how_long_a_page_is_gone(scene: Scene) -> None:
    asked(scene, NOW, 200)
    for hours in range(1, 30):
        asked(scene, NOW + timedelta(hours=hours), 404)
    with reading(scene.engine) as session:
        found = attempts(session, URL, "http://www.qh.gov.cn/")
    assert [each.status for each in found] == [200, 404, 404, 404]
    assert gone_for(found) == timedelta(hours=28)


def test_a_page_that_is_gone_for_long_is_judged_anew_though_crawls_are_not_counted_any_more(
    scene: Scene,
) -> None:
    filing = scene.filing("fin", gone_crawls=12)
    for minutes in range(12):
        asked(scene, NOW + timedelta(minutes=minutes), 404)
    assert lasting(told(scene, filing))[1] is False
    asked(scene, NOW + timedelta(hours=2), 404)
    assert lasting(told(scene, filing))[1] is False
    asked(scene, NOW + timedelta(hours=25), 404)
    assert lasting(told(scene, filing))[1] is True


@pytest.mark.parametrize(
    ("agency", "values", "may_be"),
    [
        (None, {"agency_name": None}, True),
        (None, {"agency_name": "财政局"}, True),
        (None, {"agency_name": "某某镇人民政府"}, False),
        (None, {"agency_name": None, "year": None}, True),
        (None, {"agency_name": None, "year": YEAR - 1}, False),
        (None, {"agency_name": None, "first_seen_at": at(1, 25, 13)}, False),
        (None, {"agency_name": None, "state": FilingState.REMOVED}, False),
        (None, {"agency_name": None, "gone_crawls": 1}, False),
        ("edu", {}, False),
        ("heir", {}, True),
    ],
)
def test_a_report_that_is_gone_may_be_one_that_came_later(
    scene: Scene, agency: str | None, values: dict[str, Any], may_be: bool
) -> None:
    scene.agency("heir", "清河县财政和国资局", renamed_from="fin")
    filing = scene.filing("fin", gone_crawls=3)
    later = scene.filing(agency, **{"slug": "later", "first_seen_at": at(3, 1), **values})
    url = "http://www.qh.gov.cn/nb/later.html"
    assert told(scene, filing).may_stand_at == (url if may_be else None)
    if agency is not None or not may_be:
        return
    with transaction(scene.engine) as session:
        about = find_subject(session, f"fin/{YEAR}#{later}")
        why = Decided(action=TriageAction.RULE_OUT, author="李明", reason="是学校的")
        decide(session, about.kind, about.key, about.facts, why, NOW)
        assert session.get_one(Agency, "fin").name == "清河县财政局"
    assert told(scene, filing).may_stand_at is None
