"""The settings ``[rules.severity]`` and ``[rules.thresholds]`` against the rulebook."""

from collections.abc import Iterable

from rapidfuzz import process

from monitor.rules.engine import rulebook
from storage.settings import RuleSettings, SettingsError


def require_known_rules(settings: RuleSettings) -> None:
    """Make sure that every rule and threshold named in the settings exists.

    Raises:
        SettingsError: naming the first that does not, and the one it may have been meant for.
    """
    rules = rulebook()
    thresholds = {name for rule in rules.values() for name in rule.thresholds}
    _require("rules.severity", settings.severity, rules)
    _require("rules.thresholds", settings.thresholds, thresholds)


def _require(section: str, named: Iterable[str], known: Iterable[str]) -> None:
    choices = list(known)
    for name in named:
        if name in choices:
            continue
        near = process.extractOne(name, choices)[0]
        raise SettingsError(
            f"nianbao.toml：[{section}] {name}：没有这个名称，最接近的是 {near}；"
            "各名称见 nianbao rules explain。",
            f"nianbao.toml: [{section}] {name}: no such name, the nearest is {near}; "
            "'nianbao rules explain' tells the names.",
        )
