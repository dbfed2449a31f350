"""Files that a report's page links to and that could not be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from crawler.fetched import Fetched, Outcome
from storage.clock import iso_utc
from storage.models import Filing

MOST_KEPT = 10
"""Times that are written down, the first and the last; one more tells nothing new."""
_NOT_ASKED = frozenset({Outcome.ROBOTS_DENIED, Outcome.REFUSED, Outcome.BUDGET})
"""Outcomes that are ours and not the server's: they neither prove nor disprove anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFile:
    """A file that a page links to, and what came of asking for it."""

    name: str
    fetched: Fetched


def note_files(session: Session, filing_id: int, files: Sequence[LinkedFile]) -> None:
    """Keep which of the files of a page failed; those not linked any more are forgotten.

    ``files`` are all files that the page links to, had or not.
    """
    filing = session.get_one(Filing, filing_id)
    before = {entry["url"]: entry for entry in filing.failed_files or ()}
    entries = [_entry(file, before.get(file.fetched.ask.url)) for file in files]
    failed = [entry for entry in entries if entry is not None]
    if failed != filing.failed_files:
        filing.failed_files = failed


def _entry(file: LinkedFile, before: dict[str, Any] | None) -> dict[str, Any] | None:
    fetched = file.fetched
    if fetched.ok:
        return None
    if fetched.outcome in _NOT_ASKED:
        return before
    times = [*(before["at"] if before else ()), iso_utc(fetched.fetched_at)]
    return {
        "url": fetched.ask.url,
        "name": file.name,
        "outcome": str(fetched.outcome),
        "status": fetched.status,
        "reason": fetched.reason,
        "size": None if fetched.status is None else len(fetched.body),
        "media_type": fetched.media_type,
        "at": [*times[: MOST_KEPT - 1], *times[MOST_KEPT - 1 :][-1:]],
    }
