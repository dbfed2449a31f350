"""Settings name rules and thresholds that exist; thresholds have one meaning."""

from collections import defaultdict

import pytest

from monitor.rules.catalogue import rulebook
from monitor.rules.settings import require_known_rules
from storage.settings import RuleSettings, SettingsError


def test_no_two_rules_share_a_threshold_with_different_defaults() -> None:
    defaults = defaultdict(set)
    for rule in rulebook().values():
        for name, value in rule.thresholds.items():
            defaults[name].add(value)

    assert defaults
    assert {name for name, values in defaults.items() if len(values) > 1} == set()


def test_every_rule_and_threshold_of_the_rulebook_may_be_set() -> None:
    rules = rulebook().values()

    require_known_rules(
        RuleSettings(
            severity={rule.id: "off" for rule in rules},
            thresholds={name: value for rule in rules for name, value in rule.thresholds.items()},
        )
    )


@pytest.mark.parametrize(
    ("settings", "wrong", "near"),
    [
        (RuleSettings(severity={"cell-blnk": "off"}), "cell-blnk", "cell-blank"),
        (RuleSettings(severity={"requests-unbalance": "info"}), "rules.severity", "requests-unbal"),
        (RuleSettings(thresholds={"due_soon_day": 5}), "rules.thresholds", "due_soon_days"),
    ],
    ids=["a rule", "another rule", "a threshold"],
)
def test_an_unknown_name_is_refused_and_near_ones_proposed(
    settings: RuleSettings, wrong: str, near: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        require_known_rules(settings)

    for message in (caught.value.zh, caught.value.en):
        assert wrong in message
        assert near in message
        assert "nianbao.toml" in message
