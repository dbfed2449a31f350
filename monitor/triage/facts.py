"""What a decision was made about: as long as that stands, so does the decision. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from storage.models import Crawl, CrawlState, Filing, StoredReading

CONTROL_FAILED = "control_failed"
"""The trouble of a portal that was read to the end without recognising what was known there."""
_PLACE = ("table", "row", "column", "section", "quote")


def finding_facts(rule: str, evidence: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a finding rests on: its rule, and the places with what is printed there.

    The captures that prove it are left out: they are new with every crawl.
    """
    places = {
        tuple(item.get(name) or "" for name in _PLACE)
        for item in evidence
        if item.get("capture") is None
    }
    return {"rule": rule, "places": [list(place) for place in sorted(places)]}


def obligation_facts(state: str) -> dict[str, Any]:
    """Return what is known of a report that is owed: its state."""
    return {"state": state}


def report_facts(filing: Filing, read: StoredReading | None) -> dict[str, Any]:
    """Return what tells whose report a filing is, and of which year: by list, page and document.

    Files count by their text as far as it is known: a counter of visits is no other report.
    """
    files = [each for each in filing.originals if each.superseded_at is None]
    return {
        "url": filing.url,
        "titles": [filing.list_title, filing.title],
        "agency": [filing.agency_id, filing.agency_name, read.agency_name if read else None],
        "years": [filing.fiscal_year, read.fiscal_year if read else None],
        "files": sorted(each.text_sha256 or each.sha256 for each in files),
    }


def trouble(crawl: Crawl) -> str | None:
    """Return what is wrong with a finished crawl: its state, or its control; None if nothing."""
    if crawl.state is not CrawlState.COMPLETE:
        return crawl.state.value
    return None if crawl.control_passed else CONTROL_FAILED


def portal_facts(trouble: str | None) -> dict[str, Any]:
    """Return what is wrong with a portal; None if nothing is."""
    return {"trouble": trouble}


def obligation_key(agency_id: str, fiscal_year: int) -> str:
    """Return how the report of an agency and year is called in decisions."""
    return f"{agency_id}/{fiscal_year}"


def report_key(agency_id: str, fiscal_year: int, filing_id: int) -> str:
    """Return how a report is called in decisions on whether an agency owes it for a year."""
    return f"{obligation_key(agency_id, fiscal_year)}#{filing_id}"


def sha256_of(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of facts, the same in every process."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
