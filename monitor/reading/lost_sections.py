"""Sections that a converter lost whole, heading and table, so that no edge is torn.

Such a gap looks like a section that the agency never wrote. Only a sign makes it one that may
have been lost: the printed numbers of the headings skip just over it, or the numbers of the pages
left in the text do.
"""

from collections.abc import Iterator, Mapping, Sequence

from monitor.formats import load_format
from monitor.reading.headings import Heading
from monitor.reading.model import Damage
from monitor.reading.rows import TableRead

PAGES_SKIPPED = "pages-lost"


def find_lost_sections(
    headings: Sequence[Heading],
    tables: Mapping[str, TableRead],
    losses: Sequence[Damage],
    before: Sequence[Damage],
) -> tuple[Damage, ...]:
    """Return the missing sections that signs tell lost; ``losses`` and ``before`` are known.

    ``before`` is the damage that the text itself showed, skipped page numbers among it.
    """
    known = {key for damage in losses for key in damage.sections}
    shown = {heading.key for heading in headings} | set(tables) | known
    missing = [spec.key for spec in load_format("v2021").sections if spec.key not in shown]
    if not missing or not headings:
        return ()
    skipped = set(_skipped(headings))
    pages = any(damage.code == PAGES_SKIPPED for damage in before)
    lost = [key for key in missing if pages or key in skipped]
    if not lost:
        return ()
    sign = "page numbers" if pages else "the numbers of the headings"
    return (
        Damage(
            code="heading-lost",
            detail=f"{sign} skip where sections are missing",
            sections=frozenset(lost),
            tables=frozenset(lost) & frozenset(load_format("v2021").tables),
        ),
    )


def _skipped(headings: Sequence[Heading]) -> Iterator[str]:
    """Yield the sections over whose own numbers the headings of the six skip."""
    keys = [spec.key for spec in load_format("v2021").sections]
    known = [heading for heading in headings if heading.key in keys and heading.ordinal]
    right = all(keys.index(heading.key or "") + 1 == heading.ordinal for heading in known)
    if not right or len(known) < 2:
        return
    numbers = [heading.ordinal or 0 for heading in known]
    yield from (keys[n - 1] for n in range(min(numbers), max(numbers)) if n not in numbers)
