"""Checking shared among processes says what checking alone says."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor import filing_work
from monitor.checking import check_filings
from monitor.filing_work import DoneJudging
from storage.database import reading
from storage.models import Judgement, StoredReading, StoredVerdict
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, make_scene, with_cell

NAMES = ("财政局", "教育局", "民政局", "水利局", "司法局", "统计局")


@pytest.fixture
def scenes(tmp_path: Path) -> Iterator[tuple[Scene, Scene]]:
    pair = _filled(tmp_path / "one"), _filled(tmp_path / "two")
    yield pair
    for scene in pair:
        scene.engine.dispose()


def _filled(directory: Path) -> Scene:
    scene = make_scene(directory)
    scene.portal()
    for number, name in enumerate(NAMES):
        scene.agency(f"a{number}", f"清河县{name}")
        for year in (YEAR - 1, YEAR):
            report = a_report(f"清河县{name}", year, new=number)
            if number % 3 == 0:
                report = with_cell(report, "requests", "new", "total", "99")
            # one is known by its own title only, and one cannot be read
            unassigned = number == 4 and year == YEAR
            page = b"%PDF-1.4 broken" if number == 5 else as_page(report)
            scene.filing(
                None if unassigned else f"a{number}", page, year=None if unassigned else year,
                slug=f"{number}-{year}",
            )  # fmt: skip
    return scene


def stored(scene: Scene) -> list[Any]:
    """Everything that checking wrote, in the order in which it did, without what tells times."""
    with reading(scene.engine) as session:
        judgements = [
            (row.filing_id, row.inputs_sha256, row.read_from, row.error, row.current)
            for row in session.scalars(select(Judgement).order_by(Judgement.id))
        ]
        verdicts = [
            (row.judgement_id, row.rule, row.outcome, row.message_zh, row.evidence)
            for row in session.scalars(select(StoredVerdict).order_by(StoredVerdict.id))
        ]
        read = [
            (row.filing_id, row.key, row.read_from, row.error)
            for row in session.scalars(select(StoredReading).order_by(StoredReading.filing_id))
        ]
    return [judgements, verdicts, read]


@pytest.mark.slow
def test_two_processes_store_what_one_does_in_the_same_order(scenes: tuple[Scene, Scene]) -> None:
    alone, together = scenes
    one = check_filings(alone.workspace, alone.engine, NOW, jobs=1)
    two = check_filings(together.workspace, together.engine, NOW, jobs=2)
    assert one == two
    assert (one.judged, len(one.unreadable)) == (12, 2)
    assert stored(alone) == stored(together)
    assert one.findings["error"] > 0
    again = check_filings(together.workspace, together.engine, NOW, jobs=2)
    assert (again.judged, again.unchanged) == (0, 12)


@pytest.mark.slow
def test_a_filing_that_a_process_dies_of_is_named_and_the_others_are_judged(
    scenes: tuple[Scene, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, _ = scenes
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # for the new processes
    monkeypatch.setattr(filing_work, "judge_some", _dies_of_seven)
    summary = check_filings(scene.workspace, scene.engine, NOW, jobs=2)
    assert summary.judged == 12
    assert [row.error["code"] for row in scene.judgements(7) if row.error] == ["failed"]
    assert any("failed" in line for line in summary.unreadable)
    others = [scene.judgements(number)[-1].error for number in (1, 2, 3, 4, 5, 6, 8)]
    assert others == [None] * 7


def _dies_of_seven(filing_ids: Sequence[int]) -> list[DoneJudging]:
    if 7 in filing_ids:
        os.kill(os.getpid(), signal.SIGKILL)
    return filing_work.judge_some(filing_ids)
