"""Fills a portal: its platform with columns and neighbours, laid out in one of the ways met."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.simulator import wording
from monitor.simulator.calendar import draw_fate
from monitor.simulator.model import ANNUAL, ELSEWHERE, Agency, Form, Item, Kind, Node
from monitor.simulator.neighbours import Filler, decoys, neighbours

LAYOUTS = (
    "own", "mixed", "central", "names", "tabs", "panels", "select", "query", "text", "table",
    "shell", ELSEWHERE,
)  # fmt: skip
"""The layouts of section 11 of the map of families, by what carries the reports."""

_FORMS = (
    (Form.PAGE, 58), (Form.PDF_ATTACHED, 9), (Form.DOCX_ATTACHED, 9), (Form.DOC_ATTACHED, 3),
    (Form.OFD_TWIN, 4), (Form.ZIP_ATTACHED, 2), (Form.PDF_ROW, 5), (Form.DOCX_ROW, 2),
    (Form.VIEWER, 3), (Form.PICTURES, 1), (Form.RTF_ATTACHED, 1), (Form.WPS_ATTACHED, 1),
    (Form.OLE_ATTACHED, 2),
)  # fmt: skip


def platform(filler: Filler, layout: str) -> Node:
    """Return the disclosure platform of a portal: four entries, and what is below them."""
    chance = filler.chance
    slug = chance.choice(("zfxxgk", "xxgk", "zwgk/zfxxgk", "gk"))
    if layout == "own" and len(filler.agencies) > 1:
        annual = [_units(filler, slug)]
    elif layout == ELSEWHERE and len(filler.agencies) > 1:
        annual = [_elsewhere(filler, slug)]
    else:
        agency = filler.agencies[0] if len(filler.agencies) == 1 else None
        annual = [_annual(filler, slug, layout, agency)]
    return Node(
        key=slug,
        name=chance.choice(wording.WORDS["platforms"]),
        kind=Kind.HUB,
        number=filler.number(),
        children=(*neighbours(filler, slug), *annual),
    )


def _units(filler: Filler, parent: str) -> Node:
    """Return the page of agencies, each with a platform of its own below it."""
    key = f"{parent}/bmxxgk"
    children = []
    for agency in filler.agencies:
        own = f"{key}/{agency.slug}"
        children.append(
            Node(
                key=own,
                name=agency.name if filler.chance.random() < 0.6 else agency.short,
                kind=Kind.HUB,
                number=filler.number(),
                agency=agency,
                children=(
                    *neighbours(filler, own, agency),
                    _annual(filler, own, "mixed", agency),
                ),
            )
        )
    return Node(
        key=key, name=filler.chance.choice(wording.WORDS["units"]), kind=Kind.HUB,
        number=filler.number(),
        children=tuple(children),
    )  # fmt: skip


def _elsewhere(filler: Filler, parent: str) -> Node:
    """Return a central list that leads to the column of each agency, on a host of its own."""
    chance = filler.chance
    children = []
    for agency in (*filler.agencies, *filler.strangers):
        own = f"{agency.slug}/{chance.choice(('zfxxgk', 'xxgk'))}"
        children.append(
            Node(
                key=own,
                name=agency.name if chance.random() < 0.6 else agency.short,
                kind=Kind.HUB,
                number=filler.number(),
                agency=agency,
                children=(
                    *neighbours(filler, own, agency),
                    _annual(filler, own, "mixed", agency),
                ),
            )
        )
    return Node(
        key=f"{parent}/{chance.choice(wording.WORDS['column_slugs'])}",
        name=chance.choice(wording.WORDS["columns"]),
        kind=Kind.HUB,
        number=filler.number(),
        label=ANNUAL,
        children=tuple(children),
    )


def _annual(filler: Filler, parent: str, layout: str, agency: Agency | None) -> Node:
    chance = filler.chance
    slug = chance.choice(wording.WORDS["column_slugs"])
    key = f"{parent}/{slug}"
    agencies = [agency] if agency else [*filler.agencies, *filler.strangers]
    items = [item for each in agencies for item in _reports(filler, each, alone=bool(agency))]
    items += decoys(filler, agencies)
    kind = _KINDS.get(layout, Kind.LIST)
    children: tuple[Node, ...] = ()
    if layout == "names":  # the lists of years say only who
        items = [replace(item, listed=item.agency.name) if item.agency else item for item in items]
    if layout in ("central", "names", "tabs", "panels"):
        children = _by_year(filler, key, items)
        items = []
    elif layout == "select":
        children = _by_agency(filler, key, items)
        items = []
    return Node(
        key=key,
        name=chance.choice(wording.WORDS["columns"]),
        kind=kind,
        number=filler.number(),
        label=ANNUAL,
        agency=agency,
        items=tuple(items),
        children=children,
        drops=filler.drops,
    )


_KINDS = {
    "central": Kind.HUB,
    "names": Kind.HUB,
    "tabs": Kind.TABS,
    "panels": Kind.PANELS,
    "select": Kind.SELECT,
    "text": Kind.TEXT,
    "table": Kind.TABLE,
    "shell": Kind.SHELL,
}


def _by_year(filler: Filler, key: str, items: Iterable[Item]) -> tuple[Node, ...]:
    """Return a list for each year of publication, the newest first; slugs are irregular."""
    chance, found = filler.chance, []
    name = chance.choice(wording.WORDS["year_names"])
    for year in reversed(filler.fiscal_years):
        shape = chance.choice(wording.WORDS["year_slugs"])
        slug = shape.format(year=year, next=year + 1, n=chance.randrange(10**5))
        found.append(
            Node(
                key=f"{key}/{slug}",
                name=name.format(year=year),
                kind=Kind.LIST,
                number=filler.number(),
                label=ANNUAL,
                items=tuple(item for item in items if _year_of(item) == year),
                drops=filler.drops,
            )
        )
    return tuple(found)


def _year_of(item: Item) -> int:
    return item.fiscal_year or item.shown_on.year - 1


def _by_agency(filler: Filler, key: str, items: Sequence[Item]) -> tuple[Node, ...]:
    return tuple(
        Node(
            key=f"{key}/{agency.slug}",
            name=agency.name,
            kind=Kind.LIST,
            number=filler.number(),
            label=ANNUAL,
            agency=agency,
            items=tuple(item for item in items if item.agency is agency),
            drops=filler.drops,
        )
        for agency in (*filler.agencies, *filler.strangers)
    )


def _reports(filler: Filler, agency: Agency, *, alone: bool) -> list[Item]:
    """Return the reports of one agency, as rows."""
    chance, found = filler.chance, []
    named = not alone or chance.random() < 0.93
    for year in filler.fiscal_years:
        season = filler.season if year == filler.fiscal_year else None
        fate = draw_fate(chance, agency.kind, agency.name, year, season)
        shown = (
            agency.name if chance.random() < 0.9 else chance.choice((*agency.aliases, agency.name))
        )
        item = Item(
            portal=filler.portal,
            number=filler.number(),
            title=wording.report_title(chance, shown, year, named=named),
            shown_on=fate.shown_on,
            spans=fate.spans,
            agency=agency,
            fiscal_year=year,
            form=chance.choices([f for f, _ in _FORMS], [w for _, w in _FORMS], k=1)[0],
            changed_at=fate.changed_at,
            pinned=chance.random() < 0.02,
        )
        found.append(item)
        found += _copies(filler, item)
    return found


def _copies(filler: Filler, item: Item) -> list[Item]:
    """Return the same report once more as pictures, or on a host that only copies."""
    draw, copy = filler.chance.random(), filler.number()
    common = {
        "portal": item.portal, "number": copy, "shown_on": item.shown_on, "spans": item.spans,
        "agency": item.agency, "fiscal_year": item.fiscal_year,
    }  # fmt: skip
    if filler.mirror and draw < 0.3:
        target = f"http://{filler.mirror}/a/{copy}.html"
        return [Item(**common, title=item.title, lure="mirror", target=target)]  # type: ignore[arg-type]
    if draw > 0.99:
        return [Item(**common, title=f"{item.title}（图片版）", form=Form.PICTURES)]  # type: ignore[arg-type]
    return []
