"""What rules say of agencies without a report: with evidence, and never against the state."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.compliance import ComplianceState, Standing, standings
from monitor.compliance.history import record_verdicts
from monitor.findings.standing import absence_findings
from monitor.rules.overlay import Overlay
from monitor.rules.rulings import Rulings
from storage.database import reading, transaction
from storage.models import AgencyKind, Column, CrawlState, ObligationVerdict
from storage.settings import Settings
from tests.monitor.scene import NOW, YEAR, Scene, at, make_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = make_scene(tmp_path)
    scene.portal()
    scene.agency("fin", "清河县财政局")
    yield scene
    scene.engine.dispose()


def standing(
    scene: Scene, as_of: datetime = NOW, rulings: Rulings | None = None, **obligations: Any
) -> Standing:
    settings = Settings.model_validate({"obligations": obligations})
    with reading(scene.engine) as session:
        rows = standings(session, settings, [YEAR], as_of, rulings)
    return next(row for row in rows if row.agency_id == "fin")


def said(row: Standing) -> list[tuple[str, str, str]]:
    return [(item.rule, str(item.outcome), str(item.severity)) for item in row.verdicts]


def test_a_missing_report_is_an_error_with_the_columns_as_evidence(scene: Scene) -> None:
    scene.crawl()
    row = standing(scene)
    assert row.state is ComplianceState.MISSING
    assert said(row) == [("report-missing", "fail", "error")]
    [verdict] = row.verdicts
    assert [item.url for item in verdict.evidence] == ["http://www.qh.gov.cn/nb/"]
    assert "清河县财政局的年报栏目中未见2023年度" in verdict.message.zh
    [told] = row.as_json()["verdicts"]
    assert (told["rule"], told["evidence"][0]["url"]) == (
        "report-missing", "http://www.qh.gov.cn/nb/"
    )  # fmt: skip
    [finding] = absence_findings([row], NOW)
    assert (finding.severity, finding.agency_id, finding.url) == ("error", "fin", None)


@pytest.mark.parametrize(
    "crawl",
    [
        {"state": CrawlState.BLOCKED},
        {"state": CrawlState.UNREACHABLE},
        {"state": CrawlState.PARTIAL},
        {"control_passed": False},
        {"when": at(1, 20)},
        None,
    ],
)
def test_without_the_positive_control_after_the_due_day_nothing_is_said_for_certain(
    scene: Scene, crawl: dict[str, Any] | None
) -> None:
    if crawl is not None:
        scene.crawl(**crawl)
    row = standing(scene)
    assert row.state is not ComplianceState.MISSING
    assert said(row) == [("report-missing", "indeterminate", "error")]
    assert absence_findings([row], NOW) == []


def test_a_report_that_is_there_is_spoken_of_by_its_own_judgement(scene: Scene) -> None:
    scene.crawl()
    scene.filing("fin", first_seen_at=at(2, 3), published_on=None, date_candidates=[])
    row = standing(scene)
    assert row.report_url is not None
    assert row.verdicts == ()


@pytest.mark.parametrize("days", [0, 5, 10, 30])
@pytest.mark.parametrize("day", range(1, 32, 3))
def test_a_reminder_is_given_exactly_while_the_state_is_due_soon(
    scene: Scene, day: int, days: int
) -> None:
    row = standing(scene, at(1, day), due_soon_days=days)
    soon = row.state is ComplianceState.DUE_SOON
    assert said(row) == ([("report-due-soon", "fail", "info")] if soon else [])


def test_in_the_days_of_grace_nobody_is_missing(scene: Scene) -> None:
    scene.crawl()
    row = standing(scene, grace_days=10)
    assert row.state is ComplianceState.DUE_SOON
    assert said(row) == []


@pytest.mark.parametrize(
    ("searches", "outcome"),
    [
        (({"platform": "http://x/zwgk"}, {"platform": "http://x/zwgk"}), "fail"),
        (({"platform": "http://x/zwgk"},), "indeterminate"),
        (({"platform": "http://x/zwgk"}, {}), "indeterminate"),
    ],
)
def test_a_platform_without_a_column_is_told_after_two_whole_searches(
    scene: Scene, searches: tuple[dict[str, str], ...], outcome: str
) -> None:
    for number, evidence in enumerate(searches):
        scene.crawl(
            when=at(2, 1 + number), state=CrawlState.NO_COLUMN, control_passed=False,
            evidence=evidence,
        )  # fmt: skip
    no_column(scene)
    row = standing(scene)
    assert ("column-missing", outcome, "warning") in said(row)
    assert ("report-missing", "indeterminate", "error") in said(row)


def no_column(scene: Scene) -> None:
    """Leave the portal as it is where no column was ever found."""
    with transaction(scene.engine) as session:
        for column in session.scalars(select(Column)):
            column.found_at = at(12, 31)


def test_a_search_that_was_interrupted_begins_the_count_anew(scene: Scene) -> None:
    states = (CrawlState.NO_COLUMN, CrawlState.PARTIAL, CrawlState.NO_COLUMN)
    for number, state in enumerate(states):
        scene.crawl(
            when=at(2, 1 + number), state=state, control_passed=False,
            evidence={"platform": "http://x/"},
        )  # fmt: skip
    no_column(scene)
    assert ("column-missing", "indeterminate", "warning") in said(standing(scene))


def test_townships_are_not_called_missing_as_gravely(scene: Scene) -> None:
    scene.crawl()
    scene.agency("town", "清河县葛仙庄镇人民政府", kind=AgencyKind.TOWNSHIP)
    with reading(scene.engine) as session:
        rows = standings(session, Settings(), [YEAR], NOW)
    [town] = [row for row in rows if row.agency_id == "town"]
    for verdict in town.verdicts:
        if town.severity_cap and verdict.outcome == "fail":
            assert verdict.severity == town.severity_cap


def test_an_overlay_changes_the_severity_and_is_named(scene: Scene) -> None:
    scene.crawl()
    overlay = Overlay.model_validate(
        {
            "name": "甲省口径",
            "author": "甲办",
            "reason": "试行",
            "decided_on": date(2025, 1, 1),
            "divisions": ["13"],
            "severity": {"report-missing": "warning"},
            "deadlines": [{"month": 1, "day": 20, "notice": "甲政办函1号"}],
        }
    )
    row = standing(scene, rulings=Rulings(overlays=(overlay,)))
    assert said(row) == [("report-missing", "fail", "warning")]
    assert row.verdicts[0].overlay == overlay.decision
    told = row.as_json()
    assert (told["local_due_on"], told["local_notice"], told["overlay"]) == (
        "2024-01-20", "甲政办函1号", overlay.decision
    )  # fmt: skip
    assert told["due_on"] == "2024-01-31"


def test_a_local_due_day_makes_nobody_late_or_missing(scene: Scene) -> None:
    scene.crawl(when=at(1, 25))
    local = [{"month": 1, "day": 20, "notice": "市函"}]
    row = standing(scene, at(1, 26), local_deadlines=local)
    assert row.state is ComplianceState.DUE_SOON
    assert (row.local_due and row.local_due.day) == date(2024, 1, 20)


def test_what_is_said_is_kept_with_its_beginning_and_its_end(scene: Scene) -> None:
    def record(now: datetime) -> None:
        with transaction(scene.engine) as session:
            record_verdicts(session, standings(session, Settings(), [YEAR], now), now)

    def rows() -> list[tuple[str, str, bool]]:
        with reading(scene.engine) as session:
            found = session.scalars(select(ObligationVerdict).order_by(ObligationVerdict.id))
            return [(row.rule, row.outcome, row.current) for row in found]

    record(at(1, 25))
    record(at(1, 26))
    assert rows() == [("report-due-soon", "fail", True)]
    scene.crawl()
    record(NOW)
    assert rows() == [("report-due-soon", "fail", False), ("report-missing", "fail", True)]
    scene.filing("fin")
    record(NOW)
    assert [current for *_, current in rows()] == [False, False]
