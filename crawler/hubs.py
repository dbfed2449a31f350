"""Agencies of a portal that have pages of their own: whom to look for, and where. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from crawler.platforms.addresses import canonical_url
from crawler.platforms.agencies import AGENCY, KNOWN, agency_links, predicted
from crawler.platforms.column_rows import agencies_listed, column_rows
from crawler.platforms.links import HUB
from crawler.platforms.model import ColumnLink, Page
from storage.registry.names import AgencyName, match_agency

PREDICTED = 0.72
"""Score of a column whose address follows from those of other agencies: before any entry."""
_WORTH_RAISING = 0.4
"""Score under which a link of such a page is a neighbour of what is looked for."""
_LEADS_ON = 0.6
"""Score of what leads on from the page of an agency, like that of its platform."""


def below_agency(way: Sequence[ColumnLink]) -> bool:
    """Tell whether a way leads over an entry that names an agency of the registry."""
    return any(step.step == AGENCY and step.score >= KNOWN for step in way)


def is_frame(link: ColumnLink) -> bool:
    """Tell whether a page shows in a frame what a link leads to."""
    return link.step == "frame" and link.why == "frame"


@dataclass(slots=True)
class Hubs:
    """What a search has learnt of the agencies of a portal."""

    own: Sequence[AgencyName] = ()
    """The agencies that the registry has with the portal."""
    places: Sequence[str] = ()
    """The portal's own place and those above it, which names may leave out."""
    _entries: dict[str, ColumnLink] = field(default_factory=dict)
    """Entries of agencies by canonical address."""
    _led: list[tuple[ColumnLink, str]] = field(default_factory=list)
    """Entries that led to a column, with its address."""
    _empty: set[str] = field(default_factory=set)
    """Addresses of entries that led to a column without rows."""
    _nothing: set[str] = field(default_factory=set)
    """Addresses of entries that turned out to be none."""

    @property
    def count(self) -> int:
        """How many agencies the portal has."""
        return len(self.own)

    @property
    def found_any(self) -> bool:
        """True if the entry of an agency has led to a column."""
        return bool(self._led)

    def is_wanted(self, link: ColumnLink) -> bool:
        """Tell whether a link is of use: hubs and their entries are where there are agencies."""
        return self.count > 1 or link.step not in (HUB, AGENCY)

    def is_done(self, way: Sequence[ColumnLink]) -> bool:
        """Tell whether the column of the agency that a way leads to has been found."""
        entry = _entry(way)
        return entry is not None and any(entry.url == one.url for one, _ in self._led)

    def raised(self, link: ColumnLink) -> ColumnLink:
        """Return a link of an agency's page as worth following, found columns or not."""
        if link.guessed or link.step == HUB:
            return link
        if link.score < _WORTH_RAISING and not is_frame(link):
            return link
        return replace(link, score=max(link.score, _LEADS_ON))

    def entries(self, page: Page, way: Sequence[ColumnLink]) -> tuple[ColumnLink, ...]:
        """Return the entries of a page that lead to agencies; none below an agency's own page."""
        if self.count < 2 or _entry(way) is not None:
            return ()
        is_hub = bool(way) and way[-1].step == HUB
        found = agency_links(page, is_hub=is_hub, is_known=self._is_known)
        for link in found:
            self._entries.setdefault(canonical_url(link.url), link)
        return found

    def rows_of(
        self, page: Page, way: Sequence[ColumnLink], taken: Collection[str]
    ) -> tuple[ColumnLink, ...]:
        """Return the rows of a central list that lead to the columns of single agencies.

        ``taken`` are canonical addresses of what is a part of the list itself.
        """
        if self.count < 2 or _entry(way) is not None:
            return ()
        found = column_rows(page, self._is_known, taken)
        for link in found:
            self._entries[canonical_url(link.url)] = link
        return found

    def listed(
        self, page: Page, way: Sequence[ColumnLink], taken: Collection[str]
    ) -> tuple[tuple[str, str], ...]:
        """Return the agencies that a central list names, whosever, with their rows' addresses."""
        if _entry(way) is not None:
            return ()
        return agencies_listed(page, self._is_known, taken)

    def learn(
        self, way: Sequence[ColumnLink], column: str, *, has_rows: bool = True
    ) -> Iterator[tuple[ColumnLink, ColumnLink]]:
        """Take in where an agency's column is; yield where those of others must be, by entry.

        Two agencies must agree on the pattern: of one, a coincidence cannot be told. A column
        without rows ends no search: the reports may stand in another one of the agency.
        """
        entry = _entry(way)
        if entry is None or self.is_done(way):
            return
        if not has_rows:
            self._empty.add(entry.url)
            return
        agreed = any(predicted(*one, entry) == column for one in self._led)
        self._led.append((entry, column))
        done = {one.url for one, _ in self._led}
        for other in self._entries.values() if agreed else ():
            address = predicted(entry, column, other)
            if address is not None and other.url not in done:
                yield other, _at(address, other)

    @property
    def led(self) -> frozenset[str]:
        """The addresses of the entries that led to a column."""
        return frozenset(entry.url for entry, _ in self._led) | self._empty

    def settle(self, way: Sequence[ColumnLink]) -> None:
        """Take in that the entry of an agency leads to what is no column, and none is behind it."""
        entry = _entry(way)
        if entry is not None:
            self._nothing.add(entry.url)

    def left(self) -> dict[str, str]:
        """Say of which agencies no column was found, though others of the same hub have theirs.

        By the words that say so, the entry's own name for the agency.
        """
        if not self._led:
            return {}
        done = self.led | self._nothing
        return {
            f"{entry.url}: no column was found of {entry.text}": entry.text
            for entry in self._entries.values()
            if entry.score >= KNOWN and entry.url not in done
        }

    def whose(self, way: Sequence[ColumnLink]) -> str:
        """Return what its entry calls the agency that a way leads to; empty if to none."""
        entry = _entry(way)
        return entry.text if entry is not None else ""

    def _is_known(self, name: str) -> bool:
        match = match_agency(name, self.own, places=self.places)
        return match.agency_id is not None or len(match.candidates) > 1


def _entry(way: Sequence[ColumnLink]) -> ColumnLink | None:
    return next((step for step in way if step.step == AGENCY), None)


def _at(address: str, entry: ColumnLink) -> ColumnLink:
    """Return the column of an agency where it must be."""
    return ColumnLink(
        url=address,
        text=entry.text,
        score=max(PREDICTED, entry.score),
        step="column",
        why="as of other agencies",
        guessed=True,
    )
