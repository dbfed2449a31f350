"""The settings ``[rules.severity]`` and ``[rules.thresholds]`` against the rulebook."""

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import process

from monitor.rules.catalogue import rulebook
from monitor.rules.overlay import Overlay, load_overlays
from monitor.rules.rulings import Rulings, rulings_of_settings
from storage.settings import RuleSettings, SettingsError
from storage.workspace import Workspace


def require_known_rules(settings: RuleSettings, overlays: Iterable[Overlay] = ()) -> None:
    """Make sure that every rule and threshold named in settings and overlays exists.

    Raises:
        SettingsError: naming the first that does not, and the one it may have been meant for.
    """
    rules = rulebook()
    thresholds = {name for rule in rules.values() for name in rule.thresholds}
    _require("nianbao.toml", "rules.severity", settings.severity, rules)
    _require("nianbao.toml", "rules.thresholds", settings.thresholds, thresholds)
    local: set[str] = set()
    for overlay in overlays:
        local.update(rule.id for rule in overlay.rules)
        _require(overlay.name, "severity", overlay.severity, {*rules, *local})
        _require(overlay.name, "thresholds", overlay.thresholds, thresholds)


def overlays_of(settings: RuleSettings, directory: Path) -> tuple[Overlay, ...]:
    """Return the overlays that the settings name, all of whose rules are known.

    Raises:
        SettingsError: if a file is missing or wrong, or names what does not exist.
    """
    overlays = load_overlays(directory / name for name in settings.overlays)
    require_known_rules(settings, overlays)
    return overlays


def rulings_of(workspace: Workspace) -> Rulings:
    """Return what a workspace judges otherwise than the rulebook.

    Raises:
        SettingsError: if an overlay is missing or wrong.
    """
    settings = workspace.settings
    return rulings_of_settings(settings, overlays_of(settings.rules, workspace.directory))


def _require(file: str, section: str, named: Iterable[str], known: Iterable[str]) -> None:
    choices = list(known)
    for name in named:
        if name in choices:
            continue
        near = process.extractOne(name, choices)[0]
        raise SettingsError(
            f"{file}：[{section}] {name}：没有这个名称，最接近的是 {near}；"
            "各名称见 nianbao rules explain。",
            f"{file}: [{section}] {name}: no such name, the nearest is {near}; "
            "'nianbao rules explain' tells the names.",
        )
