"""What central lists of other portals say of this one's columns, and this one's of others'."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.central import parts_of
from crawler.hubs import Hubs
from crawler.keeping import Keeper
from crawler.lists import ReadList
from crawler.platforms.addresses import canonical_url
from crawler.platforms.model import ColumnLink
from crawler.records.hinting import CentralRows, Hint, hints_for, keep_central_rows
from storage.clock import utc_now

HINTED = "list of another portal"
"""``ColumnLink.why``, and ``Column.found_by``, of what a central list elsewhere leads to."""
_FIRST_OF_ALL = 1.0


async def hints_of(portal_id: str, keeper: Keeper) -> dict[str, Hint]:
    """Return what lists of other portals say of a portal, by canonical address."""
    found = await keeper.read(hints_for, portal_id, utc_now())
    return {canonical_url(hint.url): hint for hint in found}


def links_of(hints: Mapping[str, Hint]) -> tuple[ColumnLink, ...]:
    """Return hints as links that are tried before all others; one that is dead is nothing amiss."""
    return tuple(
        ColumnLink(url=hint.url, text=hint.name, score=_FIRST_OF_ALL, step="column", why=HINTED)
        for hint in hints.values()
    )


def with_hint(
    proof: dict[str, Any], way: Sequence[ColumnLink], hints: Mapping[str, Hint]
) -> dict[str, Any]:
    """Return the proof of a column with the row that led to it, if one of another portal did."""
    led = (hints.get(canonical_url(step.url)) for step in way if step.why == HINTED)
    hint = next((each for each in led if each is not None), None)
    if hint is None:
        return proof
    told = {
        "portal": hint.listed_by,
        "list": hint.list_url,
        "row": hint.name,
        "url": hint.url,
        "capture": hint.capture_id,
        "sha256": hint.sha256,
    }
    return {**proof, "listed": told}


async def keep_listed(
    portal_id: str, keeper: Keeper, hubs: Hubs, read: ReadList, way: Sequence[ColumnLink]
) -> None:
    """Keep what a central list says of other portals, and of agencies nobody registered."""
    rows = hubs.listed(read.page, way, parts_of(read))
    if not rows:
        return
    fetched = read.fetched
    told = CentralRows(
        portal_id=portal_id,
        list_url=fetched.url,
        capture_id=fetched.capture_id,
        sha256=fetched.sha256,
        seen_at=fetched.fetched_at,
        rows=rows,
    )
    await keeper.write(keep_central_rows, told)
