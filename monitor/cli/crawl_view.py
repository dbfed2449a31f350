"""What the screen shows while a crawl runs: how far all of it has come, and each portal."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor.cli.terminal import shown
from monitor.crawl_reports.page import STATE_NAMES
from monitor.crawl_run import Tell
from monitor.language import Bilingual, Language
from storage.models import CrawlState

SPIDERS = {"discovery": Bilingual("寻找栏目", "searching"), "watch": Bilingual("读取", "reading")}
_CLOSED = frozenset({CrawlState.BLOCKED, CrawlState.ROBOTS_DENIED, CrawlState.UNREACHABLE})
_ROWS = 12
_HEADINGS = (
    Bilingual("网站", "portal"),
    Bilingual("正在", "doing"),
    Bilingual("页面", "pages"),
    Bilingual("年报", "reports"),
    Bilingual("请求", "requests"),
)


@dataclass(slots=True)
class _Visit:
    """How far one spider has come at one portal."""

    pages: int = 0
    reports: int = 0
    requests: int = 0


class CrawlView:
    """Counts what is told and draws itself; told from several threads."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._total = 0
        self._visits: dict[tuple[str, str], _Visit] = {}
        self._now: dict[str, str] = {}
        """The spider that is at each portal."""
        self._done: dict[str, CrawlState] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Take in one event of the crawl (see ``monitor.crawling.Tell``)."""
        with self._lock:
            if event.get("event") == "begin":
                self._total = len(event["portals"])
                return
            portal, spider = str(event.get("portal")), str(event.get("spider"))
            visit = self._visits.setdefault((portal, spider), _Visit())
            visit.pages = event.get("pages") or visit.pages
            visit.reports = event.get("reports") or visit.reports
            visit.requests = event.get("requests") or visit.requests
            if event.get("event") == "progress":
                self._now[portal] = spider
            else:
                self._now.pop(portal, None)
                if event.get("state"):
                    self._done[portal] = CrawlState(event["state"])

    def summary(self) -> str:
        """Return the line over the table: portals done, now, closed to us; pages, reports, rate."""
        with self._lock:
            pages = sum(visit.pages for visit in self._visits.values())
            reports = sum(self._reports_of(portal) for portal in {key[0] for key in self._visits})
            closed = sum(state in _CLOSED for state in self._done.values())
            done, now = len(self._done), len(self._now)
        seconds = max(time.monotonic() - self._began, 0.001)
        return Bilingual(
            f"网站 {done}/{self._total}，进行中 {now}，受阻 {closed}；页面 {pages}"
            f"（每秒 {pages / seconds:.1f}），年报 {reports}；{_clock(seconds)}",
            f"{done} of {self._total} portals, {now} now, {closed} closed to us; {pages} pages"
            f" ({pages / seconds:.1f} a second), {reports} reports; {_clock(seconds)}",
        ).in_language(self._language)

    def _reports_of(self, portal: str) -> int:
        return max(visit.reports for key, visit in self._visits.items() if key[0] == portal)

    def __rich__(self) -> Group:
        """Return the summary and the portals that are being visited, the busiest first."""
        with self._lock:
            visits = [(p, s, self._visits[p, s]) for p, s in self._now.items()]
        visits.sort(key=lambda each: -each[2].pages)
        table = Table(*(heading.in_language(self._language) for heading in _HEADINGS), box=None)
        for portal, spider, visit in visits[:_ROWS]:
            doing = SPIDERS[spider].in_language(self._language) if spider in SPIDERS else spider
            counts = (visit.pages, visit.reports, visit.requests)
            table.add_row(shown(portal), shown(doing), *map(str, counts))
        left_out = len(visits) - _ROWS
        parts = [Text(self.summary()), table] if visits else [Text(self.summary())]
        return Group(*parts, *([Text(f"… +{left_out}")] if left_out > 0 else []))


@contextmanager
def showing_progress(console: Console, language: Language) -> Iterator[Tell]:
    """Show how a crawl goes: a live view on a terminal, a line for each portal elsewhere."""
    view = CrawlView(language)
    if not console.is_terminal:
        yield lambda event: _print_end(event, language, console)
        return

    def tell(event: dict[str, Any]) -> None:
        view.take(event)
        _print_end(event, language, live.console)

    with Live(view, console=console, transient=True, refresh_per_second=4) as live:
        yield tell


def _print_end(event: dict[str, Any], language: Language, console: Console) -> None:
    if event.get("event") != "end":
        return
    state = event.get("state")
    name = STATE_NAMES[CrawlState(state)].in_language(language) if state else "-"
    line = f"{event.get('portal')}  {event.get('spider', '')}  {name}  {event.get('reason') or ''}"
    console.print(shown(line.rstrip()), highlight=False, soft_wrap=True)


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
