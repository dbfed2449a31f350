"""The jobs of the timetable, each as one line about what it did."""

from collections.abc import Mapping

from sqlalchemy import Engine

from monitor.checking import check_filings
from monitor.crawling import crawl_portals
from monitor.telling.alerts import tell_news
from monitor.telling.digest import compose_digest
from monitor.telling.outbox import put, send_mail
from monitor.timetable import Job
from storage.archive import open_archive
from storage.clock import utc_now
from storage.database import transaction
from storage.verification import verify
from storage.workspace import Workspace


class JobError(Exception):
    """A job could not do what it is for; the message is kept in its record."""


def jobs(workspace: Workspace, engine: Engine) -> Mapping[str, Job]:
    """Return every job by its name in the settings."""

    def crawl() -> str:
        summaries = crawl_portals(workspace, engine)
        whole = sum(item.state == "complete" for item in summaries)
        return f"{whole} of {len(summaries)} portals complete"

    def check() -> str:
        summary = check_filings(workspace, engine, utc_now())
        return f"{summary.judged} filings judged, {len(summary.unreadable)} unreadable"

    def alerts() -> str:
        summary = tell_news(engine, workspace.settings, utc_now())
        return f"{summary.events} events, {len(summary.mails)} mails"

    def digest() -> str:
        now = utc_now()
        recipients = workspace.settings.mail.to
        with transaction(engine) as session:
            mails = [
                compose_digest(session, workspace.settings, recipient, now)
                for recipient in recipients
            ]
            put(session, mails, now)
        return f"{len(mails)} digests"

    def send() -> str:
        if not workspace.settings.mail.host:
            return "no [mail] host is set; nothing sent"
        summary = send_mail(engine, workspace.settings.mail, utc_now())
        if summary.server_error:
            raise JobError(summary.server_error)
        return f"{summary.sent} sent, {summary.failed} failed, {summary.uncertain} uncertain"

    def verify_archive() -> str:
        found = verify(engine, open_archive(workspace.archive_url))
        if not found.sound:
            msg = f"{len(found.problems)} problems; run 'nianbao audit verify'"
            raise JobError(msg)
        return f"{found.originals} originals and {found.entries} log entries are whole"

    return {
        "crawl": crawl,
        "check": check,
        "alerts": alerts,
        "digest": digest,
        "send": send,
        "verify": verify_archive,
    }
