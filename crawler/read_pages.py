"""What a reading of a column stands on: its list pages in order, and what each of them showed.

Kept with the reading (``ColumnReading.pages``): it proves that something was not there, and the
next reading knows by it which pages the list has.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from crawler.chains import Step
from crawler.fetched import Fetched
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ListPage, PageRequest

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class How(StrEnum):
    """How a page came to be read."""

    READ = "read"
    UNCHANGED = "unchanged"
    """Asked for, and the server said that it is what it was (304)."""
    CARRIED = "carried"
    """Not asked for: the ends of its list were, and had not changed, or its part may rest."""
    REFUSED = "refused"
    """A guess that is not there or brings nothing new: no page of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """One page of a reading."""

    list_url: str
    """The first page of the list it belongs to: a column may be several."""
    url: str
    method: str
    sent: str
    """The body of the request."""
    headers: Mapping[str, str]
    """What the adapter sends with it."""
    known: Mapping[str, str]
    """What the adapter must know to read the answer (``PageRequest.known``)."""
    number: int | None
    how: How
    capture: int | None
    """The exchange that answered."""
    body: int | None
    """The capture that holds what was read."""
    rows: tuple[str, ...] = ()
    announced_items: int | None = None
    announced_pages: int | None = None
    part: str = ""
    """What the column calls its list, if that is a part of it."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one request from another."""
        return self.method, self.sent, self.url

    @property
    def request(self) -> PageRequest:
        """The request, to be made again."""
        return PageRequest(
            url=self.url,
            method=self.method,
            body=self.sent,
            headers=self.headers,
            known=self.known,
            number=self.number,
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "list": self.list_url,
            "url": self.url,
            "method": self.method,
            "sent": self.sent,
            "headers": dict(self.headers),
            "known": dict(self.known),
            "number": self.number,
            "how": str(self.how),
            "capture": self.capture,
            "body": self.body,
            "rows": list(self.rows),
            "announced_items": self.announced_items,
            "announced_pages": self.announced_pages,
            **({"part": self.part} if self.part else {}),
        }


def read_page(step: Step, fetched: Fetched, page: ListPage | None, how: How | None) -> ReadPage:
    """Return a step of a walk as a page of its reading; ``page`` None if it was no page of it."""
    request = step.request
    told = How.UNCHANGED if fetched.not_modified else How.READ
    return ReadPage(
        list_url=step.of,
        url=request.url,
        method=request.method,
        sent=request.body,
        headers=request.headers,
        known=request.known,
        number=request.number,
        how=how or (How.REFUSED if page is None else told),
        capture=fetched.answered_by or fetched.capture_id,
        body=fetched.capture_id,
        rows=rows_of(page) if page else (),
        announced_items=page.announced_items if page else None,
        announced_pages=page.announced_pages if page else None,
        part=step.part,
    )


def from_json(kept: Iterable[dict[str, Any]]) -> tuple[ReadPage, ...]:
    """Return the pages of a reading as they were kept."""
    return tuple(
        ReadPage(
            list_url=each["list"],
            url=each["url"],
            method=each["method"],
            sent=each["sent"],
            headers=each["headers"],
            known=each["known"],
            number=each["number"],
            how=How(each["how"]),
            capture=each["capture"],
            body=each["body"],
            rows=tuple(each["rows"]),
            announced_items=each["announced_items"],
            announced_pages=each["announced_pages"],
            part=each.get("part", ""),
        )
        for each in kept
    )


def rows_of(page: ListPage) -> tuple[str, ...]:
    """Return the addresses of the rows of a page, in order."""
    return tuple(canonical_url(item.url) for item in page.items)


class Before:
    """An earlier whole reading of a column, as what the next one may rest on."""

    def __init__(
        self,
        pages: Sequence[ReadPage],
        *,
        asked: Mapping[str, datetime] | None = None,
        years: Mapping[str, tuple[int, int | None]] | None = None,
        at_once: bool = False,
    ) -> None:
        """Take ``asked`` and ``years`` as ``History`` has them.

        ``at_once``: somebody wants to know, so that nothing waits in which a report may appear.
        """
        self.at_once = at_once
        self._asked, self._years = asked or {}, years or {}
        self._pages = {page.key: page for page in pages if page.how is not How.REFUSED}
        self._refused = {page.key: page for page in pages if page.how is How.REFUSED}
        self._lists: dict[str, list[ReadPage]] = {}
        for page in self._pages.values():
            self._lists.setdefault(page.list_url, []).append(page)

    def page(self, request: PageRequest) -> ReadPage | None:
        """Return what a request brought then; None if it was not made, or brought nothing."""
        return self._pages.get(key_of(request))

    def refused(self, request: PageRequest) -> ReadPage | None:
        """Return a guess that brought nothing then; None if the request was no such guess."""
        return self._refused.get(key_of(request)) if request.probe else None

    def asked_at(self, list_url: str) -> datetime | None:
        """Return when a list was asked for last."""
        return self._asked.get(list_url)

    def years_of(self, list_url: str) -> list[int | None]:
        """Return the fiscal year of each report of a list; None for each row that is not known."""
        rows = [row for page in self._lists.get(list_url, []) for row in page.rows]
        known = dict(self._years[row] for row in rows if row in self._years)
        return [*known.values(), *(None for row in dict.fromkeys(rows) if row not in self._years)]

    @cached_property
    def are_fiscal_years(self) -> bool:
        """True if parts that are called by a year hold the reports of that fiscal year, all."""
        told = [
            (named, set(self.years_of(url)))
            for url, pages in self._lists.items()
            if (named := years_named(pages[0].part)) and any(page.rows for page in pages)
        ]
        return bool(told) and all(years - {None} == set(named) for named, years in told)

    def leads_to_rows(self, page: ReadPage) -> bool:
        """Tell whether a page held no rows and stood before those that do: a shell, a script."""
        pages = self._lists.get(page.list_url, [])
        behind = pages[pages.index(page) + 1 :] if page in pages else []
        return not page.rows and any(each.rows for each in behind)

    def last_of(self, list_url: str) -> ReadPage | None:
        """Return the last page of a list of several pages."""
        pages = self._lists.get(list_url, [])
        return pages[-1] if len(pages) > 1 else None


def is_as_before(before: ReadPage | None, now: ListPage) -> bool:
    """Tell whether a page shows the same rows in the same order, and announces the same."""
    return before is not None and (
        before.rows == rows_of(now)
        and before.announced_items == now.announced_items
        and before.announced_pages == now.announced_pages
    )


def key_of(request: PageRequest) -> tuple[str, str, str]:
    """Return what tells one request from another."""
    return request.method, request.body, request.url


def years_named(part: str) -> list[int]:
    """Return the years in what a column calls a part of it."""
    return [int(year) for year in _YEAR.findall(part)]
