"""Copies as a run of checking finds them: in one run, whoever comes first, and told once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.checking import CheckSummary, check_filings
from monitor.specimens.model import Specimen
from storage.models import StoredVerdict
from tests.monitor.likeness.writing import invented
from tests.monitor.scene import NOW, YEAR, Scene, a_report, as_page, make_scene

TEXT = invented(1)
EARLY, LATE = date(YEAR + 1, 1, 10), date(YEAR + 1, 1, 24)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    for key, name in (("a", "财政局"), ("b", "教育局"), ("c", "水利局")):
        scene.agency(key, f"清河县{name}")
    yield scene
    scene.engine.dispose()


def check(scene: Scene, **options: object) -> CheckSummary:
    return check_filings(scene.workspace, scene.engine, NOW, **options)  # type: ignore[arg-type]


def told(agency: str, text: Sequence[str] = TEXT, year: int = YEAR) -> Specimen:
    report = a_report(agency, year)
    overview = f"{year}年，{agency}工作如下。\n" + "\n".join(text)
    return replace(report, texts={**report.texts, "overview": overview})


def verdict(scene: Scene, filing: int, rule: str = "similar-to-other-agency") -> StoredVerdict:
    [found] = [item for item in scene.judgements(filing)[-1].verdicts if item.rule == rule]
    return found


@pytest.mark.parametrize("copier", ["a", "b"])
def test_the_later_of_two_like_reports_is_told_in_the_same_run(scene: Scene, copier: str) -> None:
    names = {"a": "清河县财政局", "b": "清河县教育局"}
    filings = {
        key: scene.filing(key, as_page(told(name)), published_on=LATE if key == copier else EARLY)
        for key, name in names.items()
    }
    summary = check(scene)
    source = ({"a", "b"} - {copier}).pop()
    found = verdict(scene, filings[copier])
    assert (found.outcome, found.severity) == ("fail", "error")
    assert f"{names[source]}2023年度年报（2024-01-10发布）" in found.message_zh
    ours, theirs, *_ = found.evidence
    assert theirs["url"].endswith(f"{source}-2023.html")
    assert theirs["path"]
    assert ours["quote"] == theirs["quote"]
    assert verdict(scene, filings[source]).outcome == "pass"
    assert (summary.judged, summary.unchanged) == (2, 0)
    assert summary.findings["error"] == 1
    again = check(scene)
    assert (again.judged, again.unchanged) == (0, 2)


def test_a_report_that_comes_later_changes_what_is_said_of_the_earlier(scene: Scene) -> None:
    copy = scene.filing("a", as_page(told("清河县财政局")), published_on=LATE)
    check(scene)
    assert verdict(scene, copy).outcome == "pass"
    source = scene.filing("b", as_page(told("清河县教育局")), published_on=EARLY)
    summary = check(scene)
    assert summary.judged == 2
    assert verdict(scene, copy).outcome == "fail"
    assert verdict(scene, source).outcome == "pass"


def test_a_run_over_some_filings_leaves_the_others_to_the_next(scene: Scene) -> None:
    copy = scene.filing("a", as_page(told("清河县财政局")), published_on=LATE)
    source = scene.filing("b", as_page(told("清河县教育局")), published_on=EARLY)
    check(scene, filing_ids=[copy])
    check(scene, filing_ids=[source])
    assert verdict(scene, copy).outcome == "pass"
    assert check(scene).judged == 1
    assert verdict(scene, copy).outcome == "fail"


def test_own_reports_of_other_years_and_addresses_are_no_copies_of_others(scene: Scene) -> None:
    scene.filing("a", as_page(told("清河县财政局", year=YEAR - 1)), year=YEAR - 1)
    filing = scene.filing("a", as_page(told("清河县财政局")))
    scene.filing("a", as_page(told("清河县财政局")), slug="mobile")
    check(scene)
    assert verdict(scene, filing).outcome == "pass"
    assert verdict(scene, filing, "similar-to-last-year").outcome == "fail"


def test_a_text_of_ones_own_is_not_called_a_copy_of_who_copied_it(scene: Scene) -> None:
    scene.filing("a", as_page(told("清河县财政局", year=YEAR - 1)), year=YEAR - 1)
    scene.filing("b", as_page(told("清河县教育局")), published_on=EARLY)
    filing = scene.filing("a", as_page(told("清河县财政局")), published_on=LATE)
    check(scene)
    found = verdict(scene, filing)
    assert found.outcome == "indeterminate"
    assert "上年年报中已有" in found.message_zh


def test_a_text_that_is_changed_is_no_copy_any_longer(scene: Scene) -> None:
    copy = scene.filing("a", as_page(told("清河县财政局")), published_on=LATE)
    scene.filing("b", as_page(told("清河县教育局")), published_on=EARLY)
    check(scene)
    assert verdict(scene, copy).outcome == "fail"
    page = as_page(told("清河县财政局", invented(7)))
    scene.original(copy, "http://www.qh.gov.cn/nb/a-2023.html", page)
    assert check(scene).judged == 2
    assert verdict(scene, copy).outcome == "pass"
