"""Reports whose pages are dated anew: what was stated first counts, the change is a fact."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.checking import check_filings
from monitor.compliance import current_standings
from monitor.history.model import HappeningKind
from monitor.history.timeline import load_timeline
from storage.database import reading, transaction
from storage.models import DateSource, Filing
from storage.settings import Settings
from storage.told_days import first_told, retold
from tests.monitor.history.conftest import MakeScene
from tests.monitor.history.crawling import crawled
from tests.monitor.scene import Scene, a_report, as_page, at

FIN = "清河县财政局"
LATER = at(3, 20)


@pytest.fixture
def scene(new_scene: MakeScene, tmp_path: Path) -> Iterator[Scene]:
    scene = new_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    yield scene
    scene.engine.dispose()


def dated(scene: Scene, seen: datetime, day: str, again: datetime, other: str) -> None:
    """File a report that states a day, and another one when it is opened again."""
    one = crawled(scene, "fin", "one", first_seen_at=seen, date_candidates=[], published_on=None)
    for when, stated in ((seen, day), (again, other)):
        one.see(when, as_page(a_report(FIN)) + f"<!-- {stated} -->".encode(), text="same")
        with transaction(scene.engine) as session:
            filing = session.get_one(Filing, 1)
            told = [{"source": source, "value": stated, "text": stated} for source in ("meta",)]
            filing.date_candidates = retold(filing.date_candidates, told, when)
            first = first_told(filing.date_candidates, fiscal_year=2023, first_seen=seen.date())
            filing.published_on = datetime.fromisoformat(first[0]["value"]).date()
            filing.published_on_source = DateSource.META
    scene.crawl(when=LATER - timedelta(days=1))


def outcome(scene: Scene, rule: str) -> str:
    [found] = [each for each in scene.judgements(1)[-1].verdicts if each.rule == rule]
    return found.outcome


def judged(scene: Scene) -> str:
    check_filings(scene.workspace, scene.engine, LATER)
    with reading(scene.engine) as session:
        standings = current_standings(session, Settings(), LATER)
        [state] = [each.state for each in standings if each.agency_id == "fin"]
    return state.value


def dated_anew(scene: Scene) -> list[str]:
    with reading(scene.engine) as session:
        happenings = load_timeline(session, 1).happenings
    return [each.message.zh for each in happenings if each.kind is HappeningKind.REDATED]


def test_a_report_that_was_in_time_stays_so_when_its_page_is_made_anew(scene: Scene) -> None:
    dated(scene, at(2, 3), "2024-01-20", at(2, 15), "2024-02-15")
    assert judged(scene) == "on_time"
    assert outcome(scene, "published-late") == "pass"
    assert outcome(scene, "pubdate-backdated") == "pass"
    assert dated_anew(scene) == ["页面所载发布日期由2024-01-20改为2024-02-15"]


def test_a_late_report_that_is_dated_back_is_found_and_stays_late(scene: Scene) -> None:
    dated(scene, at(2, 12), "2024-02-10", at(3, 15), "2024-01-20")
    assert judged(scene) == "late"
    assert outcome(scene, "published-late") == "fail"
    assert outcome(scene, "pubdate-backdated") == "fail"
    assert dated_anew(scene) == ["页面所载发布日期由2024-02-10改为2024-01-20"]


def test_a_page_that_first_printed_the_day_of_the_visit_is_not_accused(scene: Scene) -> None:
    dated(scene, at(2, 12), "2024-02-12", at(3, 15), "2024-01-20")
    assert judged(scene) == "on_time"
    assert outcome(scene, "pubdate-backdated") == "indeterminate"
