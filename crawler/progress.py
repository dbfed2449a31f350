"""What a crawl process tells the program that started it: one JSON object per line.

Each has ``event``: ``progress`` while a portal is visited (how far it has come), ``end`` when a
spider is done with it (its state and the reason).
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from crawler.visit import Visit

EVERY = 1.0
"""Seconds between two tellings of how far the visits have come."""


def tell(event: dict[str, Any]) -> None:
    """Write an event to standard output at once; logs go to standard error."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class ProgressPipeline:
    """Tells what came of each portal."""

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Pass an item on to the parent."""
        tell({"event": "end", **item})
        return item


async def tell_progress(spider: str, visits: Mapping[str, Visit]) -> None:
    """Tell, until cancelled, how far each visit has come since it was told last."""
    told: dict[str, dict[str, Any]] = {}
    while True:
        await asyncio.sleep(EVERY)
        for portal_id, visit in list(visits.items()):
            event = _progress(spider, portal_id, visit)
            if told.get(portal_id) != event:
                told[portal_id] = event
                tell(event)


def _progress(spider: str, portal_id: str, visit: Visit) -> dict[str, Any]:
    return {
        "event": "progress",
        "portal": portal_id,
        "spider": spider,
        "pages": visit.pages,
        "requests": visit.requests,
        "reports": len(visit.reports),
        "blocked": visit.blocked,
        "errors": visit.errors,
    }
