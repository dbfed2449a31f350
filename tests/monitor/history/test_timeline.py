"""A report's life in the database: crawled, changed, taken down, put back; told and judged."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.checking import check_filings
from monitor.history.contract import timeline_object
from monitor.history.model import ChangeKind, HappeningKind, Timeline
from monitor.history.timeline import filings_about, find_filings, load_timeline
from monitor.history.work import outdated
from monitor.telling.report_events import record_reports
from monitor.triage.effects import Triage
from storage.captures import captures_by_url
from storage.clock import local_date
from storage.database import reading, transaction
from storage.models import Event, Filing, FilingState, FilingVersion
from tests.monitor.history.conftest import MakeScene
from tests.monitor.history.crawling import Crawled, crawled
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, at, with_cell

FIN = "清河县财政局"
REPORT = a_report(FIN)
CHANGED = with_cell(REPORT, "requests", "new", "total", "99")
SHELL = "<html><body><p>详见附件</p><a href='年度报告全文.pdf'>附件</a></body></html>"
K = HappeningKind


@pytest.fixture(scope="module")
def told(new_scene: MakeScene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Filing 1 was changed, taken down and put back; filing 2 has its file late; 3 stands."""
    scene = new_scene(tmp_path_factory.mktemp("history"))
    scene.portal()
    for key in ("fin", "edu", "civ"):
        scene.agency(key, f"清河县{key}局" if key != "fin" else FIN)
    scene.crawl(when=at(1, 20))
    one = crawled(scene, "fin", "one", last_absent_at=at(1, 20))
    one.see(at(1, 25), as_page(REPORT))
    one.furniture(at(1, 27), as_page(REPORT, Keywords="x"))
    one.see(at(2, 1), as_page(CHANGED))
    for day in (2, 3, 4):
        one.miss(at(2, day))
    one.see(at(2, 9), as_page(REPORT))
    late = crawled(scene, "edu", "late")
    late.see(at(1, 25, 13), SHELL.encode())
    late.see(at(2, 1, 13), SHELL.encode(), ("年度报告全文.pdf", b"%PDF-1.4 broken"))
    crawled(scene, "civ", "still").see(at(1, 25, 14), as_page(a_report("清河县civ局")))
    check_filings(scene.workspace, scene.engine, NOW)
    yield scene
    scene.engine.dispose()


def timeline(scene: Scene, filing_id: int) -> Timeline:
    with reading(scene.engine) as session:
        return load_timeline(session, filing_id)


def rows(scene: Scene, filing_id: int) -> list[FilingVersion]:
    query = select(FilingVersion).where(FilingVersion.filing_id == filing_id)
    with reading(scene.engine) as session:
        return list(session.scalars(query.order_by(FilingVersion.number)))


def test_every_version_is_told_once_with_its_hashes(told: Scene) -> None:
    first, second, third = rows(told, 1)
    assert (first.number, first.whole, first.error, first.change) == (1, True, None, None)
    assert (first.bytes_sha256, first.cells_sha256) == (third.bytes_sha256, third.cells_sha256)
    assert first.cells_sha256 != second.cells_sha256
    assert first.text_sha256 == second.text_sha256
    assert (first.seen_until, third.seen_until) == (at(1, 27), None)
    assert set(first.sections) >= {"section:overview", "section:problems"}
    assert len(rows(told, 3)) == 1


def test_a_timeline_tells_what_happened_in_its_order_with_the_captures(told: Scene) -> None:
    found = timeline(told, 1)
    assert [each.kind for each in found.happenings] == [
        K.LAST_ABSENT,
        K.FIRST_SEEN,
        K.CHANGED,
        K.REMOVED,
        K.CHANGED,
        K.RETURNED,
    ]
    changed = found.happenings[2]
    assert changed.change is not None
    assert [(cell.before, cell.after) for cell in changed.change.cells] == [("4", "99")]
    assert (changed.at, changed.after) == (at(2, 1), at(1, 27))
    assert all(proof.position is not None for each in found.happenings for proof in each.proofs)
    assert [proof.status for proof in found.happenings[3].proofs] == [200, 404, 404, 404]
    assert [version.current for version in found.versions] == [False, False, True]


def test_a_timeline_is_plain_data_too(told: Scene) -> None:
    found = json.loads(json.dumps(timeline_object(timeline(told, 1)), ensure_ascii=False))
    assert found["versions"][1]["change"]["cells"][0]["after"] == "99"
    assert found["happenings"][0]["kind"] == "last_absent"


def test_a_file_that_could_not_be_had_at_first_is_no_change_of_the_report(told: Scene) -> None:
    happened = timeline(told, 2).happenings[-1]
    assert (happened.kind, happened.certain) == (K.RETOUCHED, False)
    assert happened.change is not None
    assert happened.change.kind is ChangeKind.INDETERMINATE
    assert [each.turn.value for each in happened.change.files] == ["had"]


def test_filings_are_found_by_id_address_and_hash(told: Scene) -> None:
    page = timeline(told, 1).versions[1].files[0]
    with reading(told.engine) as session:
        assert find_filings(session, "1") == [1]
        assert find_filings(session, page.url.replace("http:", "https:")) == [1]
        assert find_filings(session, f"{page.url[:-8]}late.html/年度报告全文.pdf") == [2]
        assert find_filings(session, page.sha256[:10]) == [1]
        assert find_filings(session, "77") == find_filings(session, "f" * 12) == []
        assert filings_about(session, "fin", YEAR) == [1]
        assert filings_about(session, "fin", YEAR - 1) == []


def test_what_is_told_is_not_read_again_until_files_owner_or_readers_change(
    told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale() -> list[int]:
        with reading(told.engine) as session:
            return outdated(session, [1, 2, 3])

    assert stale() == []
    monkeypatch.setattr("monitor.history.work.READING_VERSION", "another")
    assert stale() == [1, 2, 3]
    monkeypatch.undo()
    with transaction(told.engine) as session:
        session.get_one(Filing, 3).fiscal_year = YEAR - 1
    assert stale() == [3]
    with transaction(told.engine) as session:
        session.get_one(Filing, 3).fiscal_year = YEAR
        session.get_one(Filing, 3).originals[0].superseded_at = at(2, 3)
    assert stale() == [3]
    with transaction(told.engine) as session:
        session.get_one(Filing, 3).originals[0].superseded_at = None


def test_another_reader_writes_over_what_was_told_and_makes_no_version(told: Scene) -> None:
    before = rows(told, 1)
    with transaction(told.engine) as session:
        for row in session.scalars(select(FilingVersion)):
            row.made_of, row.text_sha256 = "an earlier reader", "x"
    told.tell_versions(1, 2, 3)
    after = rows(told, 1)
    assert [row.number for row in after] == [row.number for row in before]
    assert [row.text_sha256 for row in after] == [row.text_sha256 for row in before]


def test_a_report_that_was_reached_by_a_redirect_has_its_proof(
    new_scene: MakeScene, tmp_path: Path
) -> None:
    scene = new_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    one = crawled(scene, "fin", "one", first_seen_at=at(1, 25))
    one.asked = "http://www.qh.gov.cn/old/one.html"
    one.see(at(1, 25), as_page(REPORT))
    one.see(at(1, 26), as_page(REPORT))
    for day in (2, 3, 4):
        one.miss(at(2, day))

    found = timeline(scene, 1)
    first, gone = found.happenings
    assert [(each.url, each.final_url) for each in first.proofs] == [(one.asked, one.url)]
    assert found.versions[0].seen_until == at(1, 26)
    assert (gone.kind, len(gone.proofs)) == (K.REMOVED, 4)
    with reading(scene.engine) as session:
        shown = captures_by_url(session, one.url)
    assert [each.position for each in shown] == list(range(5))
    scene.engine.dispose()


def verdict(scene: Scene, filing_id: int, rule: str) -> tuple[str, str, list[dict[str, object]]]:
    [found] = [each for each in scene.judgements(filing_id)[-1].verdicts if each.rule == rule]
    return found.outcome, found.message_zh, found.evidence


def test_a_report_that_is_again_what_it_was_first_is_not_called_changed(told: Scene) -> None:
    assert verdict(told, 1, "report-changed")[0] == "pass"
    assert verdict(told, 1, "report-removed")[0] == "pass"


def test_a_change_that_cannot_be_told_is_indeterminate_with_the_captures(told: Scene) -> None:
    outcome, message, evidence = verdict(told, 2, "report-changed")
    assert outcome == "indeterminate"
    assert "未能读出年报" in message
    assert [each["log_position"] for each in evidence] != []


@pytest.fixture
def changed(new_scene: MakeScene, tmp_path: Path) -> Iterator[Crawled]:
    scene = new_scene(tmp_path)
    scene.portal()
    scene.agency("fin", FIN)
    one = crawled(scene, "fin", "one")
    one.see(at(1, 25), as_page(with_cell(REPORT, "requests", "new", "total", "77")))
    check_filings(scene.workspace, scene.engine, NOW)
    one.see(at(2, 1), as_page(REPORT))
    check_filings(scene.workspace, scene.engine, NOW)
    yield one
    scene.engine.dispose()


def events(scene: Scene) -> dict[str, str]:
    with transaction(scene.engine) as session:
        found = record_reports(session, NOW, Triage(day=local_date(NOW)))
        return {event.kind: news.message.zh for event, news in found}


def test_what_happens_to_a_report_is_found_and_told_once(changed: Crawled) -> None:
    scene = changed.scene
    outcome, message, evidence = verdict(scene, 1, "report-changed")
    assert outcome == "fail"
    assert "“总计”：77 → 4" in message
    captures = [each for each in evidence if each["capture"]]
    assert [each["capture"] for each in captures] == [1, 2]
    assert len({each["sha256"] for each in captures}) == 2
    told = events(scene)
    assert set(told) == {"changed", "corrected"}
    assert "问题已不存在" in told["corrected"]
    assert events(scene) == {}

    for day in (2, 3, 4):
        changed.miss(at(2, day))
    _set(scene, gone_crawls=3, absent_crawls=3, state=FilingState.REMOVED)
    check_filings(scene.workspace, scene.engine, NOW)
    outcome, _, evidence = verdict(scene, 1, "report-removed")
    assert outcome == "fail"
    assert [each["quote"][-3:] for each in evidence] == ["200", "404", "404", "404"]  # type: ignore[index]
    assert all(each["log_position"] is not None for each in evidence)
    assert set(events(scene)) == {"removed"}
    assert events(scene) == {}

    other = scene.filing("fin", slug="moved")
    assert "/nb/moved.html" in events(scene)["returned"], "whoever was told hears where it is"
    assert events(scene) == {}
    with transaction(scene.engine) as session:
        session.delete(session.get_one(Filing, other))
        session.query(Event).filter_by(kind="returned").delete()

    changed.see(at(2, 9), as_page(REPORT))
    _set(scene, gone_crawls=0, absent_crawls=0, state=FilingState.CHANGED)
    check_filings(scene.workspace, scene.engine, NOW)
    assert verdict(scene, 1, "report-removed")[0] == "pass"
    assert set(events(scene)) == {"returned"}
    assert events(scene) == {}


def _set(scene: Scene, **values: object) -> None:
    with transaction(scene.engine) as session:
        filing = session.get_one(Filing, 1)
        for name, value in values.items():
            setattr(filing, name, value)
