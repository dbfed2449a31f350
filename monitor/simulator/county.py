"""A world of portals from a seed: places, their portals and agencies, families and troubles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from monitor.simulator import contents, names
from monitor.simulator.calendar import SEASONS, Season
from monitor.simulator.families import FAMILIES, LARGE, SMALL
from monitor.simulator.model import Agency, Move, Portal, Span
from monitor.simulator.neighbours import Filler, news
from monitor.simulator.outages import OUTAGES
from monitor.simulator.reposts import reposts
from monitor.simulator.troubles import HARD, SOFT
from storage.clock import SHANGHAI

_ROLES = ("county", "county", "bureau", "bureau", "bureau", "towns", "zone")
_OLD = ("404", "404", "soft", "other")
_SHARES = {
    "trs": 20, "ucap": 10, "hanweb": 7, "boda": 6, "gkmlpt": 5, "lonsun": 5, "jpaas": 4,
    "epoint": 4,
}  # fmt: skip
"""How much more often the large families are met than one in a hundred (map, section 0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All portals of one seed."""

    seed: str
    fiscal_year: int
    """The fiscal year whose reports appear while the world is watched."""
    portals: tuple[Portal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a portal shall be; ``build_world`` draws it."""

    role: str
    family: str
    layout: str
    troubles: tuple[str, ...] = ()


def build_world(
    seed: str,
    count: int,
    *,
    fiscal_year: int = 2025,
    families: Sequence[str] = (),
    layouts: Sequence[str] = (),
    troubled: float = 0.5,
    season: Season = SEASONS["january"],
    sharing: float = 0.0,
) -> World:
    """Return ``count`` portals, the same for the same arguments.

    Args:
        seed: of everything that is drawn.
        count: of portals.
        fiscal_year: whose reports appear from January of the year after.
        families: only these; by default all, the large ones more often.
        layouts: only these; by default those that the families are met in.
        troubled: share of portals that have a trouble.
        season: what happens while it is watched; its own troubles come on top of ``troubled``.
        sharing: share of the portals that stand on the server of another.
    """
    chance = Random(f"world {seed}")  # noqa: S311
    choices = [_choice(chance, index, families, troubled) for index in range(count)]
    choices = [_seasonal(chance, choice, season) for choice in choices]
    if layouts:
        choices = [
            replace(choice, layout=layouts[n % len(layouts)]) for n, choice in enumerate(choices)
        ]
    servers = _servers(seed, count, sharing)
    places = names.place_names(chance, count)
    portals = []
    for index, (choice, place) in enumerate(zip(choices, places, strict=True)):
        portal = build_portal(f"{seed}-{index}", index, place, choice, fiscal_year, season)
        portals.append(replace(portal, server=servers[index]))
    return World(seed=seed, fiscal_year=fiscal_year, portals=tuple(portals))


def _servers(seed: str, count: int, sharing: float) -> list[str]:
    """Return the address of each portal's machine; a county's portals often stand on one."""
    chance = Random(f"servers {seed}")  # noqa: S311
    found: list[str] = []
    for index in range(count):
        own = f"121.40.{index // 250}.{index % 250 + 1}"
        found.append(chance.choice(found) if found and chance.random() < sharing else own)
    return found


def _choice(chance: Random, index: int, families: Sequence[str], troubled: float) -> Choice:
    if families:
        family = families[index % len(families)]
    else:
        pool = (*LARGE, *SMALL)
        weights = [_SHARES.get(name, 2 if name in LARGE else 1) for name in pool]
        family = chance.choices(pool, weights, k=1)[0]
    role = chance.choice(_ROLES)
    layouts = [
        layout
        for layout in FAMILIES[family].layouts
        if layout != "text" or role == "bureau"  # the text of one agency
    ]
    troubles: tuple[str, ...] = ()
    if chance.random() < troubled:
        hard = chance.random() < 0.25
        troubles = (chance.choice(tuple(HARD if hard else SOFT)),)
        if not hard and chance.random() < 0.2:
            troubles = tuple(sorted({*troubles, chance.choice(tuple(SOFT))}))
    return Choice(
        role=role, family=family, layout=chance.choice(layouts), troubles=_agreeing(troubles)
    )


def _seasonal(chance: Random, choice: Choice, season: Season) -> Choice:
    """Return a portal with the troubles of its season: it is down, or it moves."""
    draws = chance.random(), chance.random()
    more = [chance.choice(tuple(OUTAGES)), chance.choice(("moved", "redesigned"))]
    added = [one for one, d, share in zip(more, draws, (season.down, season.moving), strict=True)
             if d < share]  # fmt: skip
    if not added or set(choice.troubles) & HARD.keys():
        return choice
    return replace(choice, troubles=tuple(dict.fromkeys((*choice.troubles, *added))))


def _agreeing(troubles: tuple[str, ...]) -> tuple[str, ...]:
    """Return troubles that can be had together: one scheme, one shell, one charset."""
    for group in (
        ("http-only", "https-only"),
        ("shell", "cookie"),
        ("gbk", "utf8"),
        ("robots", "crawl"),
    ):
        same = [trouble for trouble in troubles if trouble.startswith(group)]
        troubles = tuple(trouble for trouble in troubles if trouble not in same[1:])
    return troubles


def build_portal(
    seed: str,
    index: int,
    place: str,
    choice: Choice,
    fiscal_year: int = 2025,
    season: Season = SEASONS["january"],
) -> Portal:
    """Return one portal."""
    chance = Random(f"portal {seed}")  # noqa: S311
    identity = f"p{index:03d}-{choice.family}"[:40]
    agencies, name = _agencies(chance, identity, place, choice.role)
    label = names.place_label(chance)
    nearby = names.city(Random(f"city {seed}"), place)  # noqa: S311
    sub = "www" if choice.role != "bureau" else agencies[0].slug
    host = f"{sub}.{label}.gov.cn"
    several = len(agencies) > 1
    layout = choice.layout if several or choice.layout in _FOR_ONE else "mixed"
    filler = Filler(
        portal=identity,
        place=place,
        seed=seed,
        fiscal_year=fiscal_year,
        agencies=agencies,
        strangers=_strangers(chance, place, agencies) if layout in _WITH_STRANGERS else (),
        mirror=f"www.{label}-gov.com" if "mirror" in choice.troubles else "",
        drops=_drops(chance, fiscal_year) if "drops" in choice.troubles else (),
        years=chance.randint(3, 6) if len(agencies) < 3 else 3,
        first_number=4_000_000 + index * 5_000,
        season=season,
    )
    scheme = "https" if {"http-only"} & set(choice.troubles) else "http"
    return Portal(
        id=identity,
        name=name,
        host=host,
        url=f"{scheme}://{host}/",
        division=f"99{index % 10_000:04d}",
        level="department" if choice.role == "bureau" else "county",
        family=choice.family,
        layout=layout,
        seed=seed,
        root=contents.platform(filler, layout),
        news=news(filler, [] if choice.role == "bureau" else reposts(filler, nearby)),
        agencies=tuple(agencies),
        troubles=choice.troubles,
        move=_move(chance, choice, fiscal_year, season),
        siblings=(
            ("中国政府网", "http://www.gov.cn/"),
            (f"{place}政务服务网", f"http://zwfw.{label}.gov.cn/"),
        ),
    )


_FOR_ONE = frozenset({"own", "mixed", "tabs", "panels", "query", "text", "table", "shell"})
_WITH_STRANGERS = frozenset({"central", "names", "tabs", "select", "table", "elsewhere"})


def _agencies(chance: Random, prefix: str, place: str, role: str) -> tuple[list[Agency], str]:
    """Return the agencies of a portal, and its name."""
    if role == "county":
        offices = [names.government(prefix, place), names.government_office(prefix, place)]
        found = offices + names.departments(chance, prefix, place, chance.randint(2, 6))
        return found, f"{place}人民政府门户网站"
    if role == "towns":
        return names.townships(chance, prefix, chance.randint(2, 5)), f"{place}乡镇信息公开平台"
    if role == "zone":
        committee = names.zone(prefix, place)
        return [committee], f"{committee.name}网站"
    [bureau] = names.departments(chance, prefix, place, 1)
    return [bureau], f"{bureau.name}网站"


def _strangers(chance: Random, place: str, known: Sequence[Agency]) -> list[Agency]:
    """Return agencies that the lists name and the registry does not."""
    slugs = {agency.slug for agency in known}
    found = [a for a in names.departments(chance, "x", place, 6) if a.slug not in slugs][:2]
    return [
        Agency(id=None, name=a.name, kind=a.kind, slug=a.slug, short=a.short, aliases=a.aliases)
        for a in found
    ]


def _drops(chance: Random, fiscal_year: int) -> tuple[Span, ...]:
    """Return when the lists show nothing: some days around the due day of departments."""
    begin = datetime(fiscal_year + 1, 1, 31, tzinfo=SHANGHAI)
    return ((begin, begin + timedelta(days=chance.randint(2, 5))),)


def _move(chance: Random, choice: Choice, fiscal_year: int, season: Season) -> Move | None:
    if not {"moved", "redesigned"} & set(choice.troubles):
        return None
    day = timedelta(days=chance.randint(*season.moves))
    at = datetime(fiscal_year + 1, 1, 1, 3, tzinfo=SHANGHAI) + day
    redesigned = "redesigned" in choice.troubles
    others = [name for name in (*LARGE[:6], *SMALL[:8]) if name != choice.family]
    return Move(
        at=at,
        family=chance.choice(others) if redesigned else choice.family,
        old=chance.choice(_OLD),
        keeps_articles=not redesigned and chance.random() < 0.5,
    )
