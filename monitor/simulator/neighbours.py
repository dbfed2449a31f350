"""What surrounds annual reports on every portal: neighbouring columns, decoys, news."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from monitor.simulator import wording
from monitor.simulator.calendar import NEVER, SEASONS, Season
from monitor.simulator.decoys import KINDS, decoy_title, news_title
from monitor.simulator.model import Agency, Item, Kind, Node, Span
from storage.clock import SHANGHAI


@dataclass(slots=True, kw_only=True)
class Filler:
    """What is needed while the contents of one portal are drawn."""

    portal: str
    place: str
    seed: str
    fiscal_year: int
    agencies: Sequence[Agency]
    strangers: Sequence[Agency] = ()
    """Agencies in the lists that the registry does not know."""
    mirror: str = ""
    """Host of a copy of the portal that lists link to; empty for none."""
    drops: tuple[Span, ...] = ()
    years: int = 3
    first_number: int = 4_000_000
    season: Season = SEASONS["january"]
    chance: Random = field(init=False)
    numbers: Iterable[int] = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(f"contents {self.seed}")  # noqa: S311
        self.numbers = count(self.first_number)

    def number(self) -> int:
        """Return a number that nothing else on the portal has."""
        return next(iter(self.numbers))

    @property
    def fiscal_years(self) -> range:
        """The fiscal years of which reports stand on the portal, the oldest first."""
        return range(self.fiscal_year - self.years + 1, self.fiscal_year + 1)


def decoys(filler: Filler, agencies: Sequence[Agency]) -> list[Item]:
    """Return the rows of a column that are no annual reports; many columns have none."""
    chance, found = filler.chance, list[Item]()
    if chance.random() < 0.45:
        return found
    for year in filler.fiscal_years:
        for kind in chance.sample(KINDS, chance.choice((0, 0, 1, 1, 2))):
            agency = chance.choice(agencies).name
            title = decoy_title(chance, kind, filler.place, agency, year)
            found.append(_other(filler, title, kind, date(year + 1, 1, chance.randint(4, 30))))
    return found


def _other(filler: Filler, title: str, lure: str, day: date) -> Item:
    begin = datetime.combine(day, time(10), SHANGHAI)
    return Item(
        portal=filler.portal, number=filler.number(), title=title, shown_on=day,
        spans=((begin, NEVER),), lure=lure,
    )  # fmt: skip


def _news_items(filler: Filler) -> list[Item]:
    found, day = [], date(filler.fiscal_year - 1, 3, 4)
    for _ in range(filler.chance.randint(6, 16)):
        day += timedelta(days=filler.chance.randint(8, 40))
        agency = filler.chance.choice(filler.agencies).name
        title = news_title(filler.chance, filler.place, agency, day.year)
        found.append(_other(filler, title, "news", day))
    return found


def _list_of(
    filler: Filler, key: str, name: str, items: Iterable[Item], agency: Agency | None = None
) -> Node:
    return Node(
        key=key, name=name, kind=Kind.LIST, number=filler.number(), items=tuple(items),
        agency=agency,
    )  # fmt: skip


def neighbours(filler: Filler, parent: str, agency: Agency | None = None) -> tuple[Node, ...]:
    """Return the three entries that stand beside the annual reports everywhere."""
    chance = filler.chance

    def note(slug: str, names: Sequence[str]) -> Node:
        return Node(
            key=f"{parent}/{slug}", name=chance.choice(names), kind=Kind.NOTE,
            number=filler.number(), agency=agency,
        )  # fmt: skip

    rules = [
        _other(filler, f"{filler.place}{title}", "rule", date(filler.fiscal_year - 2, 6, 1 + n))
        for n, title in enumerate(wording.WORDS["rules_listed"])
    ]
    proactive = [
        _other(
            filler,
            decoy_title(chance, "budget", filler.place, filler.agencies[0].name, year),
            "budget",
            date(year + 1, 2, 20),
        )
        for year in filler.fiscal_years
    ]
    return (
        note("zfxxgkzn", wording.WORDS["guides"]),
        _list_of(
            filler, f"{parent}/zfxxgkzd", chance.choice(wording.WORDS["rules"]), rules, agency
        ),
        _list_of(
            filler,
            f"{parent}/fdzdgknr",
            chance.choice(wording.WORDS["proactive"]),
            proactive,
            agency,
        ),
        note("ysqgk", wording.WORDS["requests"]),
    )


def news(filler: Filler, reposts: Iterable[Item] = ()) -> Node:
    """Return a column of news, among them reports of others that it reposts."""
    name = filler.chance.choice(wording.WORDS["news"])
    return _list_of(filler, "xwzx/tzgg", name, [*_news_items(filler), *reposts])
