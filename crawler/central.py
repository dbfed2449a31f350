"""Central lists whose rows lead to the columns of single agencies, while a portal is searched.

Such a page is a way to columns, and none itself: no report will ever stand on it. It is taken for
one only if its rows turn out to be reports, or to lead nowhere.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crawler.lists import ReadList
from crawler.platforms.addresses import canonical_url, is_column_address
from crawler.platforms.column_rows import leads_to_column
from crawler.platforms.model import ColumnLink
from crawler.selection import Relevance, relevance_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralList:
    """A page that has nothing but rows that lead to columns."""

    link: ColumnLink
    """The link that led to it."""
    read: ReadList
    proof: dict[str, Any]
    rows: frozenset[str]
    """The addresses to which its rows lead."""


@dataclass(slots=True)
class CentralLists:
    """The central lists that a search has met."""

    _met: list[CentralList] = field(default_factory=list)
    _reports: set[str] = field(default_factory=set)
    """Addresses of rows that turned out to be reports."""

    def add(
        self, link: ColumnLink, read: ReadList, proof: dict[str, Any], rows: Sequence[ColumnLink]
    ) -> None:
        """Remember a page that proved to be called the column, and leads to those of agencies."""
        led = frozenset(row.url for row in rows)
        self._met.append(CentralList(link=link, read=read, proof=proof, rows=led))

    def is_report(self, link: ColumnLink, read: ReadList, proof: dict[str, Any]) -> bool:
        """Tell whether a row led to a single report, and remember it: the list has the next one."""
        alone = proof.get("met") == ["report", "link"] and not is_column_address(read.fetched.url)
        if leads_to_column(link) and alone:
            self._reports.add(link.url)
            return True
        return False

    def columns(self, led: Collection[str]) -> Iterator[CentralList]:
        """Yield those that are columns after all; ``led`` are the entries that led to a column."""
        for each in self._met:
            if each.rows & self._reports or each.rows.isdisjoint(led):
                yield each


def parts_of(read: ReadList) -> frozenset[str]:
    """Return the canonical addresses of the parts of a column that its page names."""
    return frozenset(canonical_url(part.url) for part in read.list_page.subcolumns)


def has_only(read: ReadList, rows: Sequence[ColumnLink]) -> bool:
    """Tell whether a page shows nothing but rows that lead to columns."""
    shown, led = read.list_page, {canonical_url(row.url) for row in rows}
    if shown.subcolumns or shown.unread or shown.next_pages:
        return False
    others = (item for item in shown.items if canonical_url(item.url) not in led)
    return bool(rows) and all(relevance_of(item) is Relevance.OTHER for item in others)
