"""The jobs of the timetable, each as one line about what it did."""

import json
import threading
from collections.abc import Mapping

from sqlalchemy import Engine

from monitor.checking import check_filings
from monitor.lease import LeaseHeldError
from monitor.programs import run_command
from monitor.rules.settings import rulings_of
from monitor.telling.alerts import tell_news
from monitor.telling.digest import compose_digest
from monitor.telling.outbox import put, send_mail
from monitor.timetable import Job
from storage.clock import utc_now
from storage.database import transaction
from storage.workspace import Workspace

_DONE, _PARTIAL = 0, 3


class JobError(Exception):
    """A job could not do what it is for; the message is kept in its record."""


def jobs(
    workspace: Workspace, engine: Engine, stopping: threading.Event | None = None
) -> Mapping[str, Job]:
    """Return every job by its name in the settings.

    ``stopping`` ends the long ones: crawling and verifying are commands in processes of their
    own, checking ends after the filing in hand.
    """
    stopping = stopping or threading.Event()

    def crawl() -> str:
        which = "--unattended" if workspace.settings.schedule.crawl_all else "--due"
        code, output = run_command(workspace, stopping, "crawl", which, "--format", "jsonl")
        states = [json.loads(line)["state"] for line in output.splitlines()]
        if code not in (_DONE, _PARTIAL) or (code == _PARTIAL and not states):
            msg = f"'nianbao crawl' ended with exit code {code}; see the log"
            raise JobError(msg)
        return f"{states.count('complete')} of {len(states)} portals complete"

    def check() -> str:
        summary = check_filings(workspace, engine, utc_now(), stopping=stopping)
        return f"{summary.judged} filings judged, {len(summary.unreadable)} unreadable"

    def alerts() -> str:
        summary = tell_news(engine, workspace.settings, utc_now(), rulings_of(workspace))
        return f"{summary.events} events, {len(summary.mails)} mails"

    def digest() -> str:
        now, rulings = utc_now(), rulings_of(workspace)
        with transaction(engine) as session:
            mails = [
                compose_digest(session, workspace.settings, recipient, now, rulings=rulings)
                for recipient in workspace.settings.mail.to
            ]
            put(session, mails, now)
        return f"{len(mails)} digests"

    def send() -> str:
        if not workspace.settings.mail.host:
            return "no [mail] host is set; nothing sent"
        try:
            summary = send_mail(engine, workspace.settings.mail, utc_now())
        except LeaseHeldError as error:
            return f"left to {error.holder}, which is sending"
        if summary.server_error:
            raise JobError(summary.server_error)
        return f"{summary.sent} sent, {summary.failed} failed, {summary.uncertain} uncertain"

    def verify() -> str:
        code, output = run_command(workspace, stopping, "--lang", "en", "audit", "verify")
        last = output.strip().rpartition("\n")[2]
        if code != _DONE:
            msg = f"exit code {code}: {last}; run 'nianbao audit verify'"
            raise JobError(msg)
        return last

    return {
        "crawl": crawl,
        "check": check,
        "alerts": alerts,
        "digest": digest,
        "send": send,
        "verify": verify,
    }
