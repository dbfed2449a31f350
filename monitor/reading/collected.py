"""One report out of a page that shows several: last year's below this year's, the same one twice.

The reports follow one another, each with its headings from the first on; the one whose title the
page states is taken, else the first. Nothing of the others is read.
"""

from collections.abc import Iterator, Sequence

from monitor.reading.headings import Heading, contents_among, headings_of
from monitor.reading.identity import is_title
from monitor.reading.model import Damage, Paragraph
from monitor.reading.normalise import remove_blanks
from monitor.reading.stream import Item
from storage.titles import Title, parse_title

_FEWEST_SECTIONS = 4
_TITLE_WITHIN = 12
"""Items before a first heading among which the report's own title is looked for."""


def own_report(items: Sequence[Item], stated: str | None) -> tuple[list[Item], tuple[Damage, ...]]:
    """Return the items of one report, and what there is besides it."""
    starts = list(_starts(items))
    if len(starts) < 2:
        return list(items), ()
    parts = [list(items[start:end]) for start, end in zip(starts, (*starts[1:], None), strict=True)]
    titles = [_title(part) for part in parts]
    chosen = _chosen(titles, stated)
    own = parts[chosen] if chosen else [*items[: starts[0]], *parts[0]]
    others = [i for i, part in enumerate(parts) if i != chosen and _differs(part, parts[chosen])]
    if not others:
        return own, ()
    detail = f"{len(others)} other reports stand in the same page and were left out"
    return own, (Damage(code="other-reports", detail=detail, place=parts[others[0]][0].place),)


def _starts(items: Sequence[Item]) -> Iterator[int]:
    """Yield where each report begins: at its title, else at its first heading."""
    seen: list[str] = []
    first, last = 0, -1
    found = headings_of(items)
    contents = contents_among(found)
    for heading in found:
        if (
            heading in contents
            or heading.key is None
            or not heading.whole
            or heading.style not in ("han", "arabic")
        ):
            continue
        if heading.key in seen and len(set(seen)) >= _FEWEST_SECTIONS and _begins(heading):
            yield first
            first = _begin(items, heading.item, last)
            seen = []
        seen.append(heading.key)
        last = heading.item
    if len(set(seen)) >= _FEWEST_SECTIONS:
        yield first


def _begins(heading: Heading) -> bool:
    return heading.key == "overview" or heading.ordinal == 1


def _begin(items: Sequence[Item], heading: int, last: int) -> int:
    """Return where the title before a heading stands, the heading itself without one."""
    for index in range(heading - 1, max(last, heading - _TITLE_WITHIN), -1):
        item = items[index]
        if isinstance(item, Paragraph) and is_title(item.text):
            return index
    return heading


def _title(part: Sequence[Item]) -> Title | None:
    texts = (item.text for item in part[:_TITLE_WITHIN] if isinstance(item, Paragraph))
    return next((parse_title(text) for text in texts if is_title(text)), None)


def _chosen(titles: Sequence[Title | None], stated: str | None) -> int:
    wanted = parse_title(stated) if stated else None
    if wanted is None or wanted.fiscal_year is None:
        return 0
    for index, title in enumerate(titles):
        same_year = title is not None and title.fiscal_year == wanted.fiscal_year
        if same_year and title is not None and (title.agency or "") in (wanted.agency or "", ""):
            return index
    years = [title.fiscal_year if title else None for title in titles]
    return years.index(wanted.fiscal_year) if wanted.fiscal_year in years else 0


def _differs(part: Sequence[Item], other: Sequence[Item]) -> bool:
    return _flat(part) != _flat(other)


def _flat(part: Sequence[Item]) -> str:
    """Return the text from the first heading on, blanks left out, but for links at the end."""
    first = next((h.item for h in headings_of(part) if h.key), 0)
    texts = [getattr(item, "text", "") for item in part[first:]]
    while texts and is_title(texts[-1]):
        texts.pop()
    return remove_blanks("".join(texts))
