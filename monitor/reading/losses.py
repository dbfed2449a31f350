"""What a conversion lost, told from what stands on both sides of the gap.

Only where something is torn is anything called lost: a label without its beginning or end, a
header without rows, a table that begins or ends in the middle together with its heading. A row
that is absent while its neighbours stand in one piece was never there, and that is for the rules.
Original HTML and Word files have no gaps: what is not in them is not in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.formats import Format, load_format
from monitor.reading.headings import Heading
from monitor.reading.labels import proactive_rows, request_rows
from monitor.reading.model import Damage
from monitor.reading.rows import RowRead, TableRead

UNCONVERTED = frozenset({"html", "docx", "doc", "wps", "rtf", "odt"})

PROACTIVE = "proactive_disclosure"
REQUESTS = "requests"
REMEDIES = "remedies"

_OTHER_HANDLING = frozenset(
    {"other_total", "other_no_correction", "other_fee_unpaid", "other_other"}
)

Element = tuple[str, str, str]
"""Kind (``section``, ``header``, ``row``), table or section key, row or block key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The elements of a report that were found, by their position in the stream."""

    order: tuple[Element, ...]
    at: Mapping[Element, int]

    def before(self, position: int) -> int:
        """Return the place in the order of the last element found up to ``position``."""
        found = [(at, self.order.index(e)) for e, at in self.at.items() if at <= position]
        return max(found)[1] if found else -1

    def after(self, position: int) -> int:
        """Return the place in the order of the first element found behind ``position``."""
        found = [(at, self.order.index(e)) for e, at in self.at.items() if at > position]
        return min(found)[1] if found else len(self.order)


def find_losses(
    tables: Mapping[str, TableRead],
    headings: Sequence[Heading],
    format_id: str,
) -> tuple[Damage, ...]:
    """Return what was lost between the pieces of a converted document."""
    seen = _seen(tables, headings, format_id)
    damage = list(_cut_rows(tables))
    reported: set[Element] = set()
    for position, sign in sorted(_gaps(tables, seen)):
        first, last = seen.before(position), seen.after(position)
        lost = [e for e in seen.order[first + 1 : last] if e not in seen.at and e not in reported]
        reported.update(lost)
        damage += _damage(lost, sign, seen)
    return tuple(damage)


def _seen(tables: Mapping[str, TableRead], headings: Sequence[Heading], format_id: str) -> _Seen:
    order = tuple(_order(load_format(format_id), tables))
    at: dict[Element, int] = {}
    for heading in headings:
        if heading.key:
            at.setdefault(("section", heading.key, ""), heading.item)
    for table in tables.values():
        for header in table.headers:
            at.setdefault(("header", table.key, header.kind), header.position)
        for row in table.rows:
            if row.key:
                at.setdefault(("row", table.key, row.key), row.position)
    return _Seen(order=order, at={element: p for element, p in at.items() if element in order})


def _order(form: Format, tables: Mapping[str, TableRead]) -> Iterator[Element]:
    """Yield what a whole report of the format shows, in printed order."""
    for section in form.sections:
        yield ("section", section.key, "")
        if section.table is None:
            continue
        shown = tables.get(section.table)
        spec = load_format((shown and shown.format) or form.id).tables[section.table]
        if not spec.blocks:
            yield ("header", spec.key, "table")
        block = None
        for row in spec.rows:
            if row.block and row.block != block:
                block = row.block
                yield ("header", spec.key, block)
            yield ("row", spec.key, row.key)


def _gaps(tables: Mapping[str, TableRead], seen: _Seen) -> Iterator[tuple[int, str]]:
    """Yield the positions behind which something is torn, and the sign of it."""
    for table in tables.values():
        yield from _torn_labels(table, seen)
        yield from _torn_between(table, seen)
        yield from _torn_ends(table, seen)


def _torn_labels(table: TableRead, seen: _Seen) -> Iterator[tuple[int, str]]:
    for row in table.rows:
        if row.key and row.cut == "start":
            yield row.position - 1, f"the row “{row.label}” has lost the beginning of its label"
        if row.key and row.cut == "end" and not _next_row_found(table, row, seen):
            yield row.position, f"the row “{row.label}” has lost the end of its label"


def _next_row_found(table: TableRead, row: RowRead, seen: _Seen) -> bool:
    assert row.key is not None
    place = seen.order.index(("row", table.key, row.key))
    following = seen.order[place + 1 : place + 2]
    return bool(following) and following[0] in seen.at


def _torn_between(table: TableRead, seen: _Seen) -> Iterator[tuple[int, str]]:
    """Yield the page breaks within a table between which rows are missing."""
    parts = [(h.position, h.grid, ("header", table.key, h.kind)) for h in table.headers]
    parts += [(r.position, r.grid, ("row", table.key, r.key)) for r in table.rows if r.key]
    place = {element: index for index, element in enumerate(seen.order)}
    known = [(p, grid, place[element]) for p, grid, element in sorted(parts) if element in place]
    # A header that is printed again on the next page goes back in the order and tells nothing.
    for index, (position, grid, order) in enumerate(known):
        if index and order < max(before[2] for before in known[:index]):
            continue
        following = next((after for after in known[index + 1 :] if after[2] > order), None)
        if following and following[2] > order + 1 and following[1] != grid:
            yield position, "rows are missing where the table was divided"


def _torn_ends(table: TableRead, seen: _Seen) -> Iterator[tuple[int, str]]:
    """Yield where a table begins or ends in the middle, its own or the next heading gone too."""
    spec_rows = [e for e in seen.order if e[0] == "row" and e[1] == table.key]
    found = [e for e in spec_rows if e in seen.at]
    if not found:
        return
    first, last = seen.at[found[0]], seen.at[found[-1]]
    headless = ("section", table.key, "") not in seen.at
    signs = (headless, found[0] != spec_rows[0], not table.headers)
    if sum(signs) >= 2:
        yield (
            min(first, *(h.position for h in table.headers), first) - 1,
            "a table without its beginning",
        )
    following = [e for e in seen.order[seen.order.index(spec_rows[-1]) :] if e[0] == "section"]
    if found[-1] != spec_rows[-1] and following and following[0] not in seen.at:
        yield last, "a table without its end"


def _cut_rows(tables: Mapping[str, TableRead]) -> Iterator[Damage]:
    for table in tables.values():
        for row in table.rows:
            if row.key and row.unread:
                yield Damage(
                    code="label-cut",
                    detail=f"of the row only “{row.label}” is left",
                    tables=frozenset({table.key}),
                    rows=frozenset({row.key}),
                    place=row.place,
                )


def _of_all_formats(lost: set[str], table: str) -> frozenset[str]:
    """Add the rows of the other format in the same gap: which format it was, is lost as well."""
    expected = {REQUESTS: request_rows(), PROACTIVE: proactive_rows()}.get(table, ())
    index = [row.index for row in expected if row.key in lost]
    inside = {row.key for row in expected if index and min(index) <= row.index <= max(index)}
    return frozenset(lost | inside | (_OTHER_HANDLING if lost & _OTHER_HANDLING else set()))


def _damage(lost: list[Element], sign: str, seen: _Seen) -> Iterator[Damage]:
    sections = frozenset(element[1] for element in lost if element[0] == "section")
    if sections:
        yield Damage(code="heading-lost", detail=f"{sign}: headings are lost", sections=sections)
    for table in dict.fromkeys(element[1] for element in lost if element[0] == "row"):
        own = {e[2] for e in lost if e[0] == "row" and e[1] == table}
        whole = not any(e[0] == "row" and e[1] == table for e in seen.at)
        yield Damage(
            code="pages-lost" if whole else "rows-lost",
            detail=f"{sign}: rows are lost",
            tables=frozenset({table}),
            rows=frozenset() if whole else _of_all_formats(own, table),
            sections=frozenset({table}) & sections,
        )
