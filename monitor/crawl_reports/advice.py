"""What kept a crawl from being complete, in plain words, and what can be done about it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from monitor.language import Bilingual
from storage.models import CrawlState

_SIGNS = {
    "browser": (
        "crawler.render is 'never'",
        "no Chromium",
        "crawler.browser",
        "driver does not start",
    ),
    "address": ("only a script leads to",),
}
"""Words of reasons (``Crawl.reason``) that show what a list needs."""


def state_advice(state: CrawlState, evidence: Mapping[str, Any]) -> Bilingual:
    """Say what a crawl's end means and what to do about it.

    Args:
        state: how the crawl ended.
        evidence: what the state rests on (``Crawl.evidence``), empty if nothing is known.
    """
    advice = _texts()["state"][state.value]
    kind = _texts()["kind"].get(str(evidence.get("kind")))
    if kind is None:
        return advice
    return Bilingual(f"{kind.zh}。{advice.zh}", f"This is {kind.en}. {advice.en}")


def reason_advice(reason: str | None) -> tuple[Bilingual, ...]:
    """Say what to do about lists that only scripts show, by the reasons of a crawl."""
    told = reason or ""
    needs = [name for name, signs in _SIGNS.items() if any(sign in told for sign in signs)]
    return tuple(_texts()["needs"][name] for name in needs)


@cache
def _texts() -> Mapping[str, Mapping[str, Bilingual]]:
    written = resources.files("monitor.crawl_reports").joinpath("advice.toml").read_text("utf-8")
    return {
        part: {key: Bilingual(text["zh"], text["en"]) for key, text in texts.items()}
        for part, texts in tomllib.loads(written).items()
    }
