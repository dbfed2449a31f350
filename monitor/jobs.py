"""The jobs of the timetable, each as one line about what it did."""

import json
import threading
from collections.abc import Mapping

from sqlalchemy import Engine

from monitor.backups.making import make_backup
from monitor.checking import check_filings
from monitor.checkpoint_publishing import give_checkpoint
from monitor.crawl_lock import LEASE as CRAWL
from monitor.crontab import JOBS
from monitor.feeds.publishing import publish_feeds
from monitor.feeds.writing import feeds_of
from monitor.job_runs import Job, LeftToAnotherError
from monitor.lease import LeaseHeldError, holder_of
from monitor.programs import StoppedError, run_command
from monitor.rules.settings import rulings_of
from monitor.telling.alerts import tell_news
from monitor.telling.digest_round import put_due_digests
from monitor.telling.sending import send_all
from storage.clock import utc_now
from storage.subscriptions import subscriptions_of
from storage.workspace import Workspace

_DONE, _PARTIAL = 0, 3


class JobError(Exception):
    """A job could not do what it is for; the message is kept in its record."""


def jobs(
    workspace: Workspace, engine: Engine, stopping: threading.Event | None = None
) -> Mapping[str, Job]:
    """Return every job by its name in the settings.

    ``stopping`` ends the long ones: crawling and verifying are commands in processes of their
    own, checking ends after the filing in hand, sending after the message in hand.
    """
    work = _Work(workspace, engine, stopping or threading.Event())
    return {name: getattr(work, name) for name in JOBS}


class _Work:
    """What the jobs have in common; each method is one job, by its name."""

    def __init__(self, workspace: Workspace, engine: Engine, stopping: threading.Event) -> None:
        self._workspace = workspace
        self._engine = engine
        self._stopping = stopping

    def crawl(self) -> str:
        holder = holder_of(self._engine, CRAWL, utc_now())
        if holder is not None:
            msg = f"left to {holder}, which is crawling"
            raise LeftToAnotherError(msg)
        which = "--unattended" if self._workspace.settings.schedule.crawl_all else "--due"
        code, output = self._command("crawl", which, "--format", "jsonl")
        states = [json.loads(line)["state"] for line in output.splitlines()]
        if code not in (_DONE, _PARTIAL) or (code == _PARTIAL and not states):
            msg = f"'nianbao crawl' ended with exit code {code}; see the log"
            raise JobError(msg)
        return f"{states.count('complete')} of {len(states)} portals complete"

    def check(self) -> str:
        summary = check_filings(self._workspace, self._engine, utc_now(), stopping=self._stopping)
        if self._stopping.is_set():
            raise StoppedError("check")
        return f"{summary.judged} filings judged, {len(summary.unreadable)} unreadable"

    def alerts(self) -> str:
        rulings = rulings_of(self._workspace)
        settings = self._workspace.settings
        subscriptions = subscriptions_of(settings, self._workspace.directory)
        summary = tell_news(self._engine, settings, utc_now(), rulings, subscriptions)
        return f"{summary.events} events, {len(summary.mails)} mails"

    def digest(self) -> str:
        now, rulings = utc_now(), rulings_of(self._workspace)
        settings = self._workspace.settings
        subscriptions = subscriptions_of(settings, self._workspace.directory)
        try:
            mails = put_due_digests(self._engine, settings, subscriptions, now, rulings)
        except LeaseHeldError as error:
            msg = f"left to {error.holder}, which is at the digests"
            raise LeftToAnotherError(msg) from error
        return f"{len(mails)} digests"

    def send(self) -> str:
        try:
            summary = send_all(
                self._engine, self._workspace.settings, utc_now(), self._stopping.is_set
            )
        except LeaseHeldError as error:
            msg = f"left to {error.holder}, which is sending"
            raise LeftToAnotherError(msg) from error
        if summary.server_error:
            raise JobError(summary.server_error)
        return (
            f"{summary.sent} sent, {summary.waiting} waiting, {summary.failed} failed, "
            f"{summary.uncertain} uncertain"
        )

    def verify(self) -> str:
        code, output = self._command("--lang", "en", "audit", "verify")
        last = output.strip().rpartition("\n")[2]
        if code != _DONE:
            msg = f"exit code {code}: {last}; run 'nianbao audit verify'"
            raise JobError(msg)
        return last

    def fixity(self) -> str:
        code, output = self._command("--lang", "en", "audit", "fixity", "--check")
        last = output.strip().rpartition("\n")[2]
        if code != _DONE:
            msg = f"exit code {code}: {last}; run 'nianbao audit fixity'"
            raise JobError(msg)
        return last

    def checkpoint(self) -> str:
        given = give_checkpoint(self._workspace, self._engine, utc_now())
        return "no signed checkpoint to give" if given is None else str(given)

    def feeds(self) -> str:
        directory = self._workspace.directory / self._workspace.settings.schedule.feeds_dir
        files = feeds_of(self._workspace, self._engine, utc_now())
        done = publish_feeds(self._workspace.directory, directory, files)
        said = f"{done.changed} of {len(files)} files have changed"
        if not done.removed:
            return said
        return f"{said}; {len(done.removed)} of subscriptions that are no more were removed"

    def backup(self) -> str:
        directory = self._workspace.directory / self._workspace.settings.schedule.backup_dir
        made = make_backup(
            self._workspace, self._engine, directory, utc_now(), stopping=self._stopping
        )
        return f"{made.path.name}: {made.bytes} bytes; {made.removed} older ones removed"

    def _command(self, *arguments: str) -> tuple[int, str]:
        return run_command(self._workspace, self._stopping, *arguments)
