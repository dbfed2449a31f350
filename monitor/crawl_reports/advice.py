"""What kept a crawl from being complete, in plain words, and what can be done about it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from monitor.language import Bilingual
from storage.models import CrawlState


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


@cache
def _texts() -> Mapping[str, Mapping[str, Bilingual]]:
    written = resources.files("monitor.crawl_reports").joinpath("advice.toml").read_text("utf-8")
    return {
        part: {key: Bilingual(text["zh"], text["en"]) for key, text in texts.items()}
        for part, texts in tomllib.loads(written).items()
    }
