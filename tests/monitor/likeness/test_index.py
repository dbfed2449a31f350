"""The index of likenesses in a database: found whichever comes first, exact, taken back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from monitor.likeness import index as indexing
from monitor.likeness.index import LikenessIndex
from monitor.likeness.known import Own, known_likenesses, likenesses
from monitor.likeness.measure import likeness
from monitor.likeness.prints import MOST_REPORTS, count_shared
from monitor.likeness.texts import prose_of
from monitor.reading.contract import reading_object
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import Likeness
from storage.database import reading, transaction
from storage.models import Filing, Print, StoredLikeness, StoredReading, StoredSketch
from storage.workspace import Workspace
from tests.monitor.building import a_report, with_cell, with_preamble, with_prose
from tests.monitor.likeness.writing import invented, with_other_digits
from tests.monitor.scene import Scene, make_scene

TEXT = invented(1)
OTHER = invented(2)


def told(*paragraphs: str, agency: str = "清河县财政局", problems: Sequence[str] = ()) -> Report:
    report = with_prose(a_report(), "overview", f"{agency}工作如下。", *paragraphs)
    report = with_prose(report, "problems", *(problems or ["公开不够及时。"]))
    return replace(report, agency=agency)


class Archive:
    """Filings as crawls and judgements leave them, and the index over them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.index = LikenessIndex()
        self.reports: dict[str, Report] = {}
        scene.portal()
        scene.portal("wx", "威县人民政府")
        names = {"fin": "财政局", "edu": "教育局", "gov": "人民政府", "off": "人民政府办公室"}
        for key, name in names.items():
            scene.agency(key, f"清河县{name}")
        scene.agency("far", "威县财政局", "wx")

    def keep(self, agency: str | None, report: Report | None, **more: Any) -> int:
        """Store a filing, hold it against the others as checking does, and judge it."""
        slug = f"{agency}-{len(self.reports)}-{more.get('year', 2023)}"
        filing_id = self.scene.filing(agency, **{"slug": slug, **more})
        self.judge(filing_id, report)
        return filing_id

    def judge(self, filing_id: int, report: Report | None, sha256: str = "") -> frozenset[int]:
        read_from = sha256 or f"sha256-{filing_id}-{len(self.reports)}" if report else None
        with transaction(self.scene.engine) as session:
            filing = session.get_one(Filing, filing_id)
            stored = reading_object(report) if report else None
            touched = self.index.remember(session, filing, stored, read_from)
            session.merge(
                StoredReading(
                    filing_id=filing_id, key=str(read_from), read_from=read_from, report=stored
                )
            )
        if report and read_from:
            self.reports[read_from] = report
        return touched

    def found(self, filing_id: int) -> dict[int, float]:
        """What of a filing's prose stands in which other ones."""
        with reading(self.scene.engine) as session:
            query = select(StoredLikeness).where(StoredLikeness.filing_id == filing_id)
            return {row.other_id: row.prose for row in session.scalars(query)}

    def facts(self, filing_id: int, own: Own) -> tuple[Likeness, ...]:
        with reading(self.scene.engine) as session:
            known = known_likenesses(session, session.get_one(Filing, filing_id))
        return likenesses(known, own, lambda sha256, *_: self.reports[sha256])

    def count(self, model: type[Any]) -> int:
        with reading(self.scene.engine) as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    scene = make_scene(tmp_path)
    yield Archive(scene)
    scene.engine.dispose()


def test_a_copy_is_found_in_a_database_of_either_kind_and_taken_back(
    workspace: Workspace, engine: Engine
) -> None:
    archive = Archive(Scene(workspace, engine))
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    copy = archive.keep("far", told(*TEXT, agency="威县财政局"))
    assert archive.found(copy) == {source: 1.0}
    assert archive.judge(source, told(*OTHER, agency="清河县教育局")) == {copy}
    assert archive.found(copy) == archive.found(source) == {}
    archive.judge(source, None)
    archive.judge(copy, None)
    assert archive.count(Print) == 0


def test_a_copy_is_found_whichever_of_the_two_was_judged_first(archive: Archive) -> None:
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    copied = told(*map(with_other_digits, TEXT), agency="威县财政局")
    copy = archive.keep("far", copied)
    assert archive.found(copy) == {source: 1.0}
    assert archive.found(source) == {copy: 1.0}


def test_unlike_reports_leave_no_trace_but_their_sketches(archive: Archive) -> None:
    archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    archive.keep("far", told(*OTHER, agency="威县财政局"))
    assert archive.count(StoredLikeness) == 0
    assert archive.count(StoredSketch) == 2
    assert archive.count(Print) > 20


def test_the_share_is_exact_and_that_of_the_copy(archive: Archive) -> None:
    long, short = told(*TEXT, *OTHER, agency="清河县教育局"), told(*TEXT, agency="威县财政局")
    source, copy = archive.keep("edu", long), archive.keep("far", short)
    due = likeness(prose_of(short), prose_of(long), fewest=1)
    assert archive.found(copy) == {source: pytest.approx(due, abs=1e-4)}
    assert due == pytest.approx(1, abs=0.01)
    assert archive.found(source) == {copy: pytest.approx(0.5, abs=0.1)}


def test_only_reports_of_the_same_year_or_earlier_are_held_against_one(archive: Archive) -> None:
    late = archive.keep("far", told(*TEXT, agency="威县财政局"), year=2024)
    early = archive.keep("edu", told(*TEXT, agency="清河县教育局"), year=2021)
    assert archive.found(early) == {}
    assert archive.found(late) == {early: 1.0}


@pytest.mark.parametrize(("one", "other"), [("fin", "fin"), ("gov", "off"), ("off", "gov")])
def test_one_body_is_not_held_against_itself(archive: Archive, one: str, other: str) -> None:
    archive.keep(one, told(*TEXT))
    archive.keep(other, told(*TEXT), slug="mobile")
    assert archive.count(StoredLikeness) == 0


def test_two_filings_under_one_title_or_with_one_file_are_one_report(archive: Archive) -> None:
    archive.keep("fin", told(*TEXT), agency_name="清河县财政局")
    misfiled = archive.keep("edu", told(*TEXT), agency_name="清河县财政局")
    assert archive.found(misfiled) == {}
    [first, *_] = archive.reports
    same_file = archive.scene.filing("gov", slug="again")
    archive.judge(same_file, told(*TEXT), first)
    assert archive.found(same_file).keys() == {misfiled}


def test_filings_of_nobody_of_no_year_and_of_old_years_are_left_out(archive: Archive) -> None:
    archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    for agency, year in ((None, 2023), ("far", None), ("far", 2018)):
        assert archive.found(archive.keep(agency, told(*TEXT), year=year)) == {}
    assert archive.count(StoredSketch) == 1


def test_a_report_that_changes_or_cannot_be_read_any_longer_is_taken_back(
    archive: Archive,
) -> None:
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    copy = archive.keep("far", told(*TEXT, agency="威县财政局"))
    assert archive.judge(source, told(*OTHER, agency="清河县教育局")) == {copy}
    assert archive.found(copy) == archive.found(source) == {}
    assert archive.judge(source, told(*TEXT, agency="清河县教育局")) == {copy}
    assert archive.found(copy) == {source: 1.0}
    assert archive.judge(source, None) == {copy}
    assert archive.judge(copy, None) == frozenset()
    assert archive.count(Print) == archive.count(StoredSketch) == archive.count(StoredLikeness) == 0


def test_judging_the_same_again_changes_nothing(archive: Archive) -> None:
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    copy = archive.keep("far", told(*TEXT, agency="威县财政局"))
    prints = archive.count(Print)
    archive.judge(source, told(*TEXT, agency="清河县教育局"))
    assert archive.found(copy) == {source: 1.0}
    assert archive.count(Print) == prints


def test_section_five_alone_is_found(archive: Archive) -> None:
    problems = invented(5, 12)
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局", problems=problems))
    copy = archive.keep("far", told(*OTHER, agency="威县财政局", problems=problems))
    [found] = archive.facts(copy, Own(report=told(), previous=None, names=()))
    assert found.problems == 1.0
    assert found.prose < 0.6
    assert source


def test_the_same_figures_are_found_and_shown(archive: Archive) -> None:
    def with_figures(report: Report) -> Report:
        return with_cell(report, "proactive_disclosure", "licensing", "decisions", "148200")

    archive.keep("edu", with_figures(told(*TEXT, agency="清河县教育局")))
    mine = with_figures(told(*OTHER, agency="威县财政局"))
    copy = archive.keep("far", mine)
    [found] = archive.facts(copy, Own(report=mine, previous=None, names=("威县财政局",)))
    assert found.figures
    ours, theirs = found.cells[0]
    assert (ours.quote, theirs.quote, theirs.url) == ("148200", "148200", found.url)
    assert not found.works_jointly
    joint = with_preamble(mine, "本局与清河县教育局合署办公。")
    [found] = archive.facts(copy, Own(report=joint, previous=None, names=("威县财政局",)))
    assert found.works_jointly


def test_facts_quote_what_is_shared_and_say_what_of_it_is_new(archive: Archive) -> None:
    source = archive.keep("edu", told(*TEXT, agency="清河县教育局"), published_on=date(2024, 1, 5))
    mine = told(*TEXT[:6], *OTHER[6:], agency="威县财政局")
    copy = archive.keep("far", mine, portal="wx")
    own = Own(report=mine, previous=told(*TEXT[:3]), names=("威县财政局",))
    [found] = archive.facts(copy, own)
    assert (found.agency, found.fiscal_year, found.published_on) == (
        "清河县教育局", 2023, date(2024, 1, 5),
    )  # fmt: skip
    assert found.prose == archive.found(copy)[source]
    assert not found.same_portal
    assert found.unseen is not None
    assert 0.3 < found.unseen < found.prose - 0.2
    assert found.passages[0].length > 400
    assert found.passages[0].ours.quote == found.passages[0].theirs.quote
    assert found.passages[0].theirs.url == found.url


def test_a_report_that_cannot_be_read_again_is_told_without_quotations(archive: Archive) -> None:
    archive.keep("edu", told(*TEXT, agency="清河县教育局"))
    copy = archive.keep("far", told(*TEXT, agency="威县财政局"))
    with reading(archive.scene.engine) as session:
        known = known_likenesses(session, session.get_one(Filing, copy))
    own = Own(report=told(*TEXT), previous=None, names=())
    lost = UnreadableError("archive", "lost")
    [found] = likenesses(known, own, lambda *_: lost)
    assert (found.was_read, found.passages, found.prose) == (False, (), 1.0)


def test_of_very_many_likenesses_the_likest_are_kept(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MOST_KEPT", 3)
    for number in range(5):
        archive.scene.agency(f"d{number}", f"清河县第{number}局")
    kept = [
        archive.keep(f"d{number}", told(*TEXT[: 8 - number % 2], *OTHER[:1])) for number in range(5)
    ]
    mine = archive.keep("far", told(*TEXT, *OTHER[:1], agency="威县财政局"))
    assert archive.found(mine).keys() == {kept[0], kept[2], kept[4]}


def test_a_stock_phrase_of_all_reports_is_looked_up_in_some_only(archive: Archive) -> None:
    with transaction(archive.scene.engine) as session:
        session.add_all(Print(hash=-7, filing_id=number) for number in range(MOST_REPORTS + 50))
        session.add_all([Print(hash=2**62, filing_id=1), Print(hash=2**62, filing_id=349)])
    with reading(archive.scene.engine) as session:
        shared = count_shared(session, [-7, 2**62, *range(100, 140)])
    assert len(shared) == MOST_REPORTS + 1
    assert (shared[349], shared[348], shared[1], shared[0]) == (2, 1, 1, 0)
