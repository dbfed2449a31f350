"""Pings to a watchman in the manner of healthchecks.io: silence is what raises the alarm there.

The address is the operator's own choice, so it may be inside; it holds a key and is never shown.
"""

import logging
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import quote, urlsplit

log = logging.getLogger(__name__)

TIMEOUT = 10.0
_MOST_WAITING = 100
_LAST_PATIENCE = 2.0
_JOB = "{job}"

Get = Callable[[str, float], None]


class Pinger:
    """Sends pings from a thread of its own, so that none delays or fails anything."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        """``url`` empty means that nobody is told anything."""
        self._url = url
        self._timeout = timeout
        self._waiting: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, daemon=True, name="ping")
        if url:
            self._thread.start()

    def begun(self, job: str) -> None:
        """Tell that a run of a job begins, if jobs have addresses of their own."""
        if _JOB in self._url:
            self._put(self._of(job) + "/start")

    def ended(self, job: str, *, succeeded: bool) -> None:
        """Tell how a run of a job ended, if jobs have addresses of their own."""
        if _JOB in self._url:
            self._put(self._of(job) + ("" if succeeded else "/fail"))

    def started(self) -> None:
        """Tell that the timetable begins, if there is one address for all of it."""
        if _JOB not in self._url:
            self._put(self._url.rstrip("/") + "/start")

    def beat(self, *, well: bool) -> None:
        """Tell that the timetable runs, and whether all its jobs are well."""
        if _JOB not in self._url:
            self._put(self._url.rstrip("/") + ("" if well else "/fail"))

    def close(self) -> None:
        """Send what waits, for a moment."""
        if self._thread.is_alive():
            try:
                self._waiting.put_nowait(None)
            except queue.Full:
                return
            self._thread.join(_LAST_PATIENCE)

    def _of(self, job: str) -> str:
        return self._url.replace(_JOB, quote(job, safe="")).rstrip("/")

    def _put(self, url: str) -> None:
        if not self._url:
            return
        try:
            self._waiting.put_nowait(url)
        except queue.Full:
            log.warning("a ping is left out: too many wait")

    def _work(self) -> None:
        while (url := self._waiting.get()) is not None:
            try:
                _get(url, self._timeout)
            except (OSError, ValueError) as error:
                reason = getattr(error, "reason", None) or type(error).__name__
                log.warning("the ping to %s failed: %s", urlsplit(url).hostname, reason)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _get(url: str, timeout: float) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "nianbao"})  # noqa: S310 - the settings allow http and https only
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
        answer.read(1)
