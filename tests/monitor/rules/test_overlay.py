"""Local rulings: what they change, for whom, and what they may not."""

from datetime import date
from pathlib import Path

import pytest

from monitor.judging import Given, facts_of_file
from monitor.rules.local import LocalRule
from monitor.rules.model import Facts, Outcome, Severity, Verdict
from monitor.rules.overlay import Overlay, load_overlays
from monitor.rules.rulings import Rulings
from monitor.rules.settings import require_known_rules
from storage.settings import RuleSettings, SettingsError
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
