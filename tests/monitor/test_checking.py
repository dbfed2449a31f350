"""Judging what was archived: once, again when something changed, never on what was not read."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor import filing_work
from monitor.checking import CheckSummary, check_filings
from monitor.compliance import standings
from monitor.language import Bilingual
from monitor.reading.isolation import WorkerFailedError
from monitor.rules import catalogue, rulings
from monitor.rules.model import Facts, Verdict
from monitor.specimens.word import docx_file
from storage.database import reading, transaction
from storage.models import Filing, Judgement, StoredVerdict
from storage.workspace import open_workspace
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, make_scene, with_cell

COVER = (
    "<html><body><h1>清河县财政局2023年政府信息公开工作年度报告</h1><p>见附件。</p></body></html>"
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    scene.agency("edu", "清河县教育局")
    yield scene
    scene.engine.dispose()


def check(scene: Scene, **options: object) -> CheckSummary:
    return check_filings(scene.workspace, scene.engine, NOW, **options)  # type: ignore[arg-type]


def found(scene: Scene, filing_id: int, outcome: str = "fail") -> set[str]:
    """Return the rules with an outcome; mere notes, as on labels, are left out of the faults."""
    verdicts = scene.judgements(filing_id)[-1].verdicts
    return {
        verdict.rule
        for verdict in verdicts
        if verdict.outcome == outcome and (outcome, verdict.severity) != ("fail", "info")
    }


def change(scene: Scene, filing_id: int, **values: object) -> None:
    with transaction(scene.engine) as session:
        filing = session.get_one(Filing, filing_id)
        for name, value in values.items():
            setattr(filing, name, value)


def test_a_clean_report_is_judged_once_and_not_again_while_nothing_changes(scene: Scene) -> None:
    filing = scene.filing("fin", as_page(a_report("清河县财政局")))
    assert check(scene).judged == 1
    assert found(scene, filing) == set()
    assert len(found(scene, filing, "pass")) > 30
    scene.crawl()
    scene.original(
        scene.filing("edu", as_page(a_report("清河县教育局"))), "http://x", b"x", "x.pdf"
    )
    again = check(scene, filing_ids=[filing])
    assert (again.judged, again.unchanged) == (0, 1)
    assert len(scene.judgements(filing)) == 1


def test_nothing_is_read_while_nothing_changes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.filing("fin", as_page(a_report("清河县财政局")))
    check(scene)
    monkeypatch.setattr("monitor.filing_reading.read_original", None)
    assert check(scene).unchanged == 1


def test_a_new_version_of_the_page_is_judged_and_compared_with_the_first(scene: Scene) -> None:
    report = a_report("清河县财政局", new=4)
    filing = scene.filing("fin", as_page(report))
    check(scene)
    changed = with_cell(report, "proactive_disclosure", "licensing", "decisions", "7")
    with reading(scene.engine) as session:
        url = session.get_one(Filing, filing).url
    sha256 = scene.original(filing, url, as_page(changed))
    assert check(scene).judged == 1
    first, second = scene.judgements(filing)
    assert (first.current, second.current, second.read_from) == (False, True, sha256)
    assert found(scene, filing) == {"report-changed"}


def test_a_new_date_a_new_setting_and_a_new_rulebook_are_judged_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = scene.filing("fin", as_page(a_report("清河县财政局")))
    check(scene)
    change(scene, filing, last_seen_at=NOW)
    assert check(scene).judged == 0
    late = [{"source": "page", "value": "2024-02-20", "text": "2024-02-20"}]
    change(scene, filing, date_candidates=late)
    assert check(scene).judged == 1
    settings = scene.workspace.directory / "nianbao.toml"
    settings.write_text('[rules.severity]\nrequests-unbalanced = "off"\n')
    workspace = open_workspace(scene.workspace.directory)
    assert check_filings(workspace, scene.engine, NOW).judged == 1
    assert "requests-unbalanced" not in found(scene, filing, "pass")
    monkeypatch.setattr(filing_work, "READING_VERSION", "next")
    assert check_filings(workspace, scene.engine, NOW).judged == 1
    assert len(scene.judgements(filing)) == 4


def test_a_report_in_an_attachment_is_read_there(scene: Scene) -> None:
    docx = docx_file(a_report("清河县财政局"))
    filing = scene.filing("fin", COVER.encode(), ("report.docx", docx))
    check(scene)
    [judgement] = scene.judgements(filing)
    assert judgement.read_from == scene.archive.put(docx)
    stored = scene.reading_of(filing)
    assert stored is not None
    assert stored["method"] == "docx"
    assert found(scene, filing) == {"attachment-only"}


@pytest.mark.parametrize("page", [COVER.encode(), None])
def test_an_unreadable_attachment_beside_an_empty_page_accuses_nobody(
    scene: Scene, page: bytes | None
) -> None:
    filing = scene.filing("fin", page, ("report.pdf", b"%PDF-1.4 broken"))
    summary = check(scene)
    [judgement] = scene.judgements(filing)
    assert judgement.error is not None
    assert (judgement.verdicts, judgement.read_from) == ([], None)
    assert scene.reading_of(filing) is None
    assert judgement.error["code"] == "damaged"
    assert len(summary.unreadable) == 1
    again = check(scene)
    assert (again.judged, again.unchanged, len(again.unreadable)) == (0, 1, 1)


def test_a_page_without_any_report_accuses_nobody_of_missing_sections(scene: Scene) -> None:
    filing = scene.filing("fin", COVER.encode())
    check(scene)
    [judgement] = scene.judgements(filing)
    assert judgement.verdicts == []
    assert judgement.error is not None
    assert judgement.error["code"] == "not-a-report"


def test_a_whole_page_counts_whatever_its_attachment_is(scene: Scene) -> None:
    page = as_page(a_report("清河县财政局"))
    filing = scene.filing("fin", page, ("same.pdf", b"%PDF-1.4 broken"))
    check(scene)
    [judgement] = scene.judgements(filing)
    assert (judgement.error, judgement.read_from) == (None, scene.archive.put(page))


def test_agency_and_year_come_from_the_document_when_the_list_does_not_tell(scene: Scene) -> None:
    filing = scene.filing(None, as_page(a_report("清河县财政局")), year=None)
    stranger = scene.filing(None, as_page(a_report("别县水利局")), year=None, slug="stranger")
    check(scene)
    with reading(scene.engine) as session:
        known = session.get_one(Filing, filing)
        assert (known.agency_id, known.fiscal_year, known.assigned_by) == ("fin", YEAR, "document")
        other = session.get_one(Filing, stranger)
        assert (other.agency_id, other.fiscal_year) == (None, YEAR)
        assert other.agency_name == "别县水利局"
    assert check(scene).unchanged == 2
    scene.agency("wat", "别县水利局")
    assert check(scene).judged >= 1
    with reading(scene.engine) as session:
        assert session.get_one(Filing, stranger).agency_id == "wat"


def test_last_year_is_judged_first_and_compared_with(scene: Scene) -> None:
    """The later year was archived first, and both are judged in one run."""
    later = scene.filing("fin", as_page(a_report("清河县财政局", new=4, carried_in=0)))
    earlier = scene.filing(
        "fin", as_page(a_report("清河县财政局", YEAR - 1, new=5, carried_out=3)), year=YEAR - 1
    )
    check(scene)
    assert found(scene, earlier) == set()
    assert found(scene, later) == {"history-carried-over"}
    assert check(scene).judged == 0


def test_years_told_only_by_the_documents_are_judged_in_order_too(scene: Scene) -> None:
    later = scene.filing(None, as_page(a_report("清河县财政局")), year=None, slug="b")
    earlier = scene.filing(
        None, as_page(a_report("清河县财政局", YEAR - 1, carried_out=2)), year=None, slug="a"
    )
    check(scene)
    assert "history-carried-over" in found(scene, later)
    assert "history-carried-over" not in found(scene, earlier)


def test_an_original_that_the_archive_lost_is_an_error_and_the_rest_goes_on(scene: Scene) -> None:
    page = as_page(a_report("清河县财政局"))
    filing = scene.filing("fin", page)
    sound = scene.filing("edu", as_page(a_report("清河县教育局")))
    path = scene.workspace.directory / "archive" / scene.archive.locate(scene.archive.put(page))
    path.chmod(0o644)
    path.write_bytes(page[:-1] + b"!")
    summary = check(scene)
    assert [row.error["code"] for row in scene.judgements(filing) if row.error] == ["archive"]
    assert found(scene, sound) == set()
    assert len(summary.unreadable) == 1
    assert check(scene).judged == 0
    path.write_bytes(page)
    assert check(scene).judged == 1
    assert scene.judgements(filing)[-1].error is None


def test_a_filing_at_which_the_program_fails_does_not_stop_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = scene.filing("edu", as_page(a_report("清河县教育局")))
    sound = scene.filing("fin", as_page(a_report("清河县财政局")))
    real = catalogue.judge

    def judge(facts: Facts, severity: dict[str, str]) -> tuple[Verdict, ...]:
        if facts.agency is not None and facts.agency.id == "edu":
            raise ZeroDivisionError
        return real(facts, severity)

    monkeypatch.setattr(rulings, "judge", judge)
    summary = check(scene)
    assert [row.error["code"] for row in scene.judgements(broken) if row.error] == ["failed"]
    assert scene.judgements(broken)[0].verdicts == []
    assert found(scene, sound) == set()
    assert "filing" in caplog.text
    assert len(summary.unreadable) == 1
    assert check(scene).judged == 0, "the same failure is not written again"
    monkeypatch.setattr(rulings, "judge", real)
    assert check(scene).judged == 1
    assert scene.judgements(broken)[-1].error is None


def test_a_reader_that_cannot_run_is_no_fault_of_a_filing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = scene.filing("fin", as_page(a_report("清河县财政局")))

    def fail(*_: object, **__: object) -> None:
        raise WorkerFailedError

    monkeypatch.setattr("monitor.filing_reading.read_original", fail)
    with pytest.raises(WorkerFailedError):
        check(scene)
    assert scene.judgements(filing) == []


def test_an_unreadable_or_removed_other_filing_is_no_duplicate(scene: Scene) -> None:
    page = as_page(a_report("清河县财政局"))
    filing = scene.filing("fin", page)
    scene.filing("fin", COVER.encode(), ("x.pdf", b"%PDF-1.4 broken"), slug="unread")
    other = scene.filing("fin", as_page(a_report("清河县财政局", new=9, items=7)), slug="other")
    change(scene, other, state="removed")
    check(scene)
    assert found(scene, filing) == set()


def test_findings_in_the_database_are_those_of_the_current_judgement(scene: Scene) -> None:
    wrong = with_cell(a_report("清河县财政局"), "requests", "new", "total", "99")
    filing = scene.filing("fin", as_page(wrong))
    summary = check(scene)
    assert "requests-row-total" in found(scene, filing)
    assert summary.findings["error"] >= 1
    with reading(scene.engine) as session:
        query = select(func.count()).select_from(StoredVerdict).join(Judgement)
        count = session.scalar(
            query.where(
                Judgement.current,
                StoredVerdict.outcome == "fail",
                StoredVerdict.severity == "error",
            )
        )
        [standing] = [
            row for row in standings(session, scene.settings, [YEAR], NOW) if row.agency_id == "fin"
        ]
    assert count == summary.findings["error"] == standing.findings.error


def test_dirt_in_a_quoted_text_does_not_stop_the_storing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = with_cell(a_report("清河县财政局"), "requests", "new", "total", "9")
    filing = scene.filing("fin", as_page(wrong))
    real = catalogue.judge

    def judge(facts: Facts, severity: dict[str, str]) -> list[Verdict]:
        dirt = Bilingual("数据\x00\ud800", "data\x00\ud800")
        return [replace(verdict, message=dirt) for verdict in real(facts, severity)]

    monkeypatch.setattr(rulings, "judge", judge)
    check(scene)
    verdict = scene.judgements(filing)[0].verdicts[0]
    assert (verdict.message_zh, verdict.message_en) == ("数据\ufffd\ufffd", "data\ufffd\ufffd")


def test_a_request_to_stop_ends_after_the_filing_in_hand(scene: Scene) -> None:
    for key in ("fin", "edu"):
        scene.filing(key, as_page(a_report(f"清河县{key}局")))
    stopping = threading.Event()
    stopping.set()
    assert check(scene, stopping=stopping).judged == 0
