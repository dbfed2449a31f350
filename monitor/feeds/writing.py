"""Feeds as files of a directory, such as one that a web server shows."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from monitor.compliance import Standing, current_standings
from monitor.feeds.atom import atom_feed
from monitor.feeds.due_days import due_calendar
from monitor.feeds.happened import Happened, load_happened, newest
from monitor.feeds.metrics import metrics_text
from monitor.feeds.tables import as_csv, as_json_lines
from monitor.findings.contract import finding_object
from monitor.findings.standing import absence_findings, standing_findings
from monitor.language import Language
from monitor.reports import archived_reports, report_object
from monitor.rules.masking import mask
from monitor.rules.rulings import Rulings
from monitor.rules.settings import rulings_of
from monitor.telling.scope import covers, wants_event
from monitor.triage.effects import ABOUT_FINDINGS, load_triage
from storage.database import reading
from storage.settings import Settings
from storage.subscription_settings import SubscriptionSettings
from storage.subscriptions import TO_ACT_ON, subscriptions_of
from storage.workspace import Workspace

ENTRIES = 200
"""Entries of an Atom feed; readers that come rarely use ``events.jsonl``."""
COLUMNS: Mapping[str, Sequence[str]] = {
    "events": (
        *("id", "kind", "name_zh", "name_en", "happened_at", "agency", "agency_name", "portal"),
        *("portal_name", "fiscal_year", "url", "fingerprint"),
    ),
    "status": (
        *("agency", "agency_name", "kind", "portal", "fiscal_year", "due_on", "state"),
        *("days_late", "report_url", "checked_at", "control_passed", "findings", "reason"),
        *("basis", "note"),
    ),
    "findings": (
        *("agency", "agency_name", "fiscal_year", "severity", "rule", "message_zh", "message_en"),
        *("quotes", "basis", "overlay", "url", "sha256", "judged_at", "fingerprint", "triage"),
    ),
    "reports": (
        *("agency", "agency_name", "fiscal_year", "title", "url", "column_url", "published_on"),
        *("published_on_source", "first_seen_at", "last_absent_at", "state", "originals"),
        *("portal", "last_seen_at"),
    ),
}
"""The columns of the CSV files; the JSON lines have every key."""
_FOR_PEOPLE = frozenset(
    {
        "agency_name",
        "portal_name",
        "title",
        "reason",
        "note",
        "message_zh",
        "message_en",
        "evidence",
    }
)
"""Keys whose texts may hold what somebody wrote; addresses and hashes stay as they are."""
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60


def feed_files(
    session: Session,
    settings: Settings,
    subscriptions: Iterable[SubscriptionSettings],
    rulings: Rulings,
    now: datetime,
) -> dict[str, bytes]:
    """Return every feed by its file name.

    Of all: ``events``, ``status``, ``findings`` and ``reports`` as ``.csv`` and ``.jsonl``,
    ``events.atom``, ``due.ics`` and ``metrics.prom``. Of each subscription that restricts what it
    is about, ``subscriptions/NAME.atom`` and ``.ics``.
    """
    standings = current_standings(session, settings, now, rulings)
    events = load_happened(session)
    language = settings.mail.language
    files = _tables(session, standings, events, now)
    files["events.atom"] = atom_feed(newest(events, ENTRIES), language, name="", now=now)
    files["due.ics"] = due_calendar(standings, language, now)
    files["metrics.prom"] = metrics_text(session, standings, now)
    for name, subscription in named(subscriptions).items():
        files |= _of_subscription(name, subscription, standings, events, language, now)
    return files


def _tables(
    session: Session, standings: Sequence[Standing], events: Sequence[Happened], now: datetime
) -> dict[str, bytes]:
    triage = load_triage(session, now, ABOUT_FINDINGS)
    findings = [
        *absence_findings(standings, now, triage),
        *standing_findings(session, None, triage),
    ]
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "events": [event.as_json() for event in events],
        "status": [standing.as_json() for standing in standings],
        "findings": [finding_object(row) for row in findings],
        "reports": [report_object(filing) for filing in archived_reports(session)],
    }
    files: dict[str, bytes] = {}
    for name, unmasked in tables.items():
        rows = [masked(row) for row in unmasked]
        files[f"{name}.jsonl"] = as_json_lines(rows)
        files[f"{name}.csv"] = as_csv(rows, COLUMNS[name])
    return files


def masked(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without the personal data that names and reasons may hold."""
    return {key: _masked(key, value) for key, value in row.items()}


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return mask(value) if key in _FOR_PEOPLE else value
    if isinstance(value, Mapping):
        return masked(value)
    return [_masked(key, each) for each in value] if isinstance(value, list | tuple) else value


def _of_subscription(
    name: str,
    subscription: SubscriptionSettings,
    standings: Iterable[Standing],
    events: Iterable[Happened],
    default: Language,
    now: datetime,
) -> dict[str, bytes]:
    language = subscription.language or default
    covered = [standing for standing in standings if covers(subscription, standing)]
    agencies = {standing.agency_id for standing in covered}
    wanted = [
        event
        for event in events
        if event.agency_id in agencies and wants_event(subscription, event.kind)
    ]
    feed = atom_feed(newest(wanted, ENTRIES), language, name=name, now=now)
    return {
        f"subscriptions/{name}.atom": feed,
        f"subscriptions/{name}.ics": due_calendar(covered, language, now),
    }


def named(subscriptions: Iterable[SubscriptionSettings]) -> dict[str, SubscriptionSettings]:
    """Return the subscriptions of offices that are about less than everything, by file name."""
    found: dict[str, SubscriptionSettings] = {}
    for subscription in subscriptions:
        restricted = any(
            (subscription.divisions, subscription.portals, subscription.agencies,
             subscription.kinds, subscription.events not in ((), TO_ACT_ON))
        )  # fmt: skip
        if subscription.audience == "office" and restricted:
            found[_free_name(subscription.name or subscription.to[0], found)] = subscription
    return found


def _free_name(wish: str, taken: Mapping[str, object]) -> str:
    base = _NOT_IN_NAMES.sub("-", mask(wish)).strip(".-")[:_LONGEST_NAME] or "subscription"
    name, number = base, 1
    while name.casefold() in {each.casefold() for each in taken}:
        number += 1
        name = f"{base}-{number}"
    return name


def write_files(directory: Path, files: Mapping[str, bytes]) -> int:
    """Write files so that a reader sees each as it was or as it is; return how many changed.

    Raises:
        OSError: if the directory cannot be written; files already written stay.
    """
    changed = 0
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == content:
            continue
        temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}"
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        changed += 1
    return changed


def feeds_of(workspace: Workspace, engine: Engine, now: datetime) -> dict[str, bytes]:
    """Return every feed of a workspace by its file name.

    Raises:
        SettingsError: if subscriptions or overlays are wrong.
    """
    subscriptions = subscriptions_of(workspace.settings, workspace.directory)
    with reading(engine) as session:
        return feed_files(session, workspace.settings, subscriptions, rulings_of(workspace), now)
