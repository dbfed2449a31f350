"""Local rulings: what they change, for whom, and what they may not."""

import re
from datetime import date
from pathlib import Path

import pytest

from monitor.judging import Given, facts_of_file
from monitor.rules.due_days import Locally
from monitor.rules.local import LocalRule
from monitor.rules.model import Facts, Outcome, Severity, Verdict
from monitor.rules.overlay import Overlay, load_overlays
from monitor.rules.rulings import Rulings
from monitor.rules.settings import require_known_rules
from storage.settings import ObligationSettings, RuleSettings, SettingsError
from tests.monitor.building import a_report, with_prose
from tests.monitor.findings.judging import NOON

VAGUE = with_prose(a_report(), "overview", "全年公开政府信息150余条。")


def overlay(**changes: object) -> Overlay:
    known: dict[str, object] = {
        "name": "甲省口径",
        "author": "甲省政务公开办",
        "reason": "甲政公开办〔2025〕1号",
        "decided_on": date(2025, 1, 10),
    }
    return Overlay.model_validate(known | changes)


def facts(**given: object) -> Facts:
    return facts_of_file(VAGUE, Given(**given), as_of=NOON)  # type: ignore[arg-type]


def verdicts(rule: str, *overlays: Overlay, given: Facts | None = None) -> list[Verdict]:
    found = Rulings(overlays=overlays).judge(given or facts())
    return [verdict for verdict in found if verdict.rule == rule]


def test_a_severity_is_changed_and_the_verdict_says_by_whom_and_why() -> None:
    [verdict] = verdicts("imprecise-count", overlay(severity={"imprecise-count": "error"}))
    assert (verdict.outcome, verdict.severity) == (Outcome.FAIL, Severity.ERROR)
    assert verdict.overlay == "甲省口径（甲省政务公开办，2025-01-10：甲政公开办〔2025〕1号）"


def test_what_it_does_not_touch_bears_no_mark() -> None:
    changed = overlay(severity={"imprecise-count": "error"})
    others = [v for v in Rulings(overlays=(changed,)).judge(facts()) if v.rule != "imprecise-count"]
    assert others
    assert not any(verdict.overlay for verdict in others)


def test_a_rule_is_switched_off() -> None:
    assert verdicts("imprecise-count", overlay(severity={"imprecise-count": "off"})) == []


def test_a_later_overlay_outweighs_an_earlier_one() -> None:
    off, on = (
        overlay(severity={"imprecise-count": "off"}),
        overlay(name="乙市口径", severity={"imprecise-count": "warning"}),
    )
    [verdict] = verdicts("imprecise-count", off, on)
    assert verdict.severity is Severity.WARNING
    assert "乙市口径" in (verdict.overlay or "")


@pytest.mark.parametrize(
    "bounds",
    [
        {"divisions": ["13"]},
        {"kinds": ["township"]},
        {"first_fiscal_year": 2024},
        {"last_fiscal_year": 2022},
    ],
)
def test_it_holds_only_for_whom_it_is_meant(bounds: dict[str, object]) -> None:
    ruling = overlay(severity={"imprecise-count": "error"}, **bounds)
    [verdict] = verdicts("imprecise-count", ruling, given=facts(agency_kind="department"))
    assert (verdict.severity, verdict.overlay) == (Severity.INFO, None)


def a_rule(**changes: object) -> LocalRule:
    known: dict[str, object] = {
        "id": "local-video",
        "title_zh": "未说明视频解读",
        "title_en": "video not mentioned",
        "basis": "甲政公开办〔2025〕1号第三条",
    }
    return LocalRule.model_validate(known | changes)


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        (a_rule(requires=["视频解读", "图解"]), Outcome.PASS),
        (a_rule(requires=["抖音"]), Outcome.FAIL),
        (a_rule(requires=["抖音"], section="problems"), Outcome.FAIL),
        (a_rule(requires=["150 余条"], section="overview"), Outcome.PASS),
        (a_rule(requires=["x"], section="no-such-section"), Outcome.NOT_APPLICABLE),
        (a_rule(forbids=["150余条"]), Outcome.FAIL),
        (a_rule(forbids=["抖音"]), Outcome.PASS),
        (a_rule(forbids=["150余条"], formats=["v2019"]), Outcome.NOT_APPLICABLE),
    ],
)
def test_a_local_rule_is_data_and_is_judged_like_any_other(
    rule: LocalRule, outcome: Outcome
) -> None:
    [verdict] = verdicts("local-video", overlay(rules=[rule]))
    assert verdict.outcome is outcome
    assert verdict.basis == "甲政公开办〔2025〕1号第三条"


def test_a_file_is_read_and_its_mistakes_are_named_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "overlay.toml"
    path.write_text('name = "x"\nauthor = "y"\nreason = "z"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="decided_on"):
        load_overlays([path])
    path.write_text(
        'name = "x"\nauthor = "y"\nreason = "z"\ndecided_on = 2025-01-10\n[severity]\n'
        'cell-blank = "fatal"\n',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match=r"severity\.cell-blank"):
        load_overlays([path])
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load_overlays([tmp_path / "none.toml"])


@pytest.mark.parametrize(
    "wrong", [{"severity": {"cell-blnk": "error"}}, {"thresholds": {"no_such": 1.0}}]
)
def test_a_name_that_no_rule_has_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="甲省口径"):
        require_known_rules(RuleSettings(), [overlay(**wrong)])


DUE = {"month": 1, "day": 20, "notice": "甲政办函〔2024〕3号"}


def published(day: date, *overlays: Overlay) -> Verdict:
    local = Locally(ObligationSettings(), overlays)
    given = Given(published=day, agency_kind="department")
    known = facts_of_file(VAGUE, given, as_of=NOON, local=local)
    [verdict] = verdicts("local-deadline-missed", *overlays, given=known)
    return verdict


def test_a_due_day_of_an_overlay_is_noted_with_who_set_it_and_why() -> None:
    late = published(date(2024, 1, 25), overlay(deadlines=[DUE]))
    assert (late.outcome, late.severity) == (Outcome.FAIL, Severity.INFO)
    assert "晚于甲政办函〔2024〕3号规定的 2024-01-20，晚 5 天" in late.message.zh
    assert late.overlay == "甲省口径（甲省政务公开办，2025-01-10：甲政公开办〔2025〕1号）"
    in_time = published(date(2024, 1, 20), overlay(deadlines=[DUE]))
    assert in_time.outcome is Outcome.PASS
    assert published(date(2024, 1, 25)).outcome is Outcome.NOT_APPLICABLE


def test_the_last_overlay_that_sets_a_due_day_counts_before_the_settings() -> None:
    settings = ObligationSettings.model_validate(
        {"local_deadlines": [{"month": 1, "day": 5, "notice": "设置"}]}
    )
    first, second, silent = (
        overlay(deadlines=[DUE]),
        overlay(name="乙市口径", divisions=["1305"], deadlines=[{**DUE, "day": 15}]),
        overlay(name="丙县口径"),
    )
    local = Locally(settings, (first, second, silent))
    ours, others = local.due("130534", "department", 2023), local.due("99", "department", 2023)
    assert ours is not None
    assert (ours.day, ours.overlay) == (date(2024, 1, 15), second.decision)
    assert others is not None
    assert (others.day, others.overlay) == (date(2024, 1, 20), first.decision)
    of_settings = Locally(settings, (silent,)).due("99", None, 2023)
    assert of_settings is not None
    assert (of_settings.day, of_settings.overlay) == (date(2024, 1, 5), None)


@pytest.mark.parametrize(
    "bounds", [{"division": "13"}, {"kinds": ["township"]}, {"first_fiscal_year": 2024}]
)
def test_a_due_day_holds_only_for_whom_it_is_set(bounds: dict[str, object]) -> None:
    local = Locally(ObligationSettings(), (overlay(deadlines=[DUE | bounds]),))
    assert local.due("99", "department", 2023) is None
    assert local.due(None, None, 2023) is None


@pytest.mark.parametrize(
    ("deadline", "place"),
    [
        ('month = 13\nday = 1\nnotice = "x"', "deadlines.0.month"),
        ("month = 1\nday = 20", "deadlines.0.notice"),
        ('month = 1\nday = 20\nnotice = "x"\nyear = 2024', "deadlines.0.year"),
    ],
)
def test_a_due_day_that_says_too_little_or_nonsense_is_refused(
    tmp_path: Path, deadline: str, place: str
) -> None:
    path = tmp_path / "o.toml"
    head = 'name = "a"\nauthor = "b"\nreason = "c"\ndecided_on = 2025-01-10\n'
    path.write_text(f"{head}[[deadlines]]\n{deadline}\n")
    with pytest.raises(SettingsError, match=re.escape(place)):
        load_overlays([path])
