"""A column read from its first page to its end, off a server that a test plays."""

from collections.abc import Callable
from datetime import UTC, datetime

from crawler.fetched import Ask, Fetched, Outcome, Purpose
from crawler.platforms import choose_platform
from crawler.platforms.model import Page, PageRequest, Platform
from crawler.walking import ColumnWalk

NOW = datetime(2026, 2, 1, tzinfo=UTC)
MOST_REQUESTS = 60
Server = Callable[[PageRequest], str | None]
"""What is answered to a request: a text, or None for 404."""


class Walked:
    """A walk that is over, with every request that it took."""

    def __init__(self, column: Page, server: Server) -> None:
        self.walk = ColumnWalk(column.url, max_pages=MOST_REQUESTS)
        self.requests: list[PageRequest] = []
        self._column, self._server = column, server
        adapter: Platform | None = None
        while step := self.walk.next_step():
            adapter = None if step.is_first else adapter
            text = self._ask(step.request)
            if text is None:
                self.walk.miss(step, _not_there(step.request))
                continue
            asked = None if adapter is None else step.request
            page = Page(url=step.request.url, text=text, request=asked)
            adapter = adapter or choose_platform(page)
            self.walk.take(step, adapter.read_list(page), NOW)

    def _ask(self, request: PageRequest) -> str | None:
        self.requests.append(request)
        assert len(self.requests) <= MOST_REQUESTS, "it asks without end"
        if request.url == self._column.url and request.method == "GET":
            return self._column.text
        return self._server(request)

    @property
    def titles(self) -> list[str]:
        """The titles of all rows, in the order met."""
        return [item.title for item in self.walk.items.values()]


def _not_there(request: PageRequest) -> Fetched:
    return Fetched(
        ask=Ask(url=request.url, purpose=Purpose.LIST),
        outcome=Outcome.GONE,
        reason=f"{request.url}: 404",
        url=request.url,
        status=404,
        fetched_at=NOW,
    )


def title(number: int) -> str:
    """Return the title of one agency's report."""
    return f"兰溪县第{number}局2025年政府信息公开工作年度报告"


def titles(total: int) -> list[str]:
    """Return the titles of the first ``total`` agencies' reports."""
    return [title(number) for number in range(1, total + 1)]
