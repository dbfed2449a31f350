"""Reports that a county's portal reposts among its news: the city's, and those of departments.

They are whole reports under the names of those whose they are, and none of the county's own.
"""

from datetime import timedelta
from random import Random

from monitor.simulator import wording
from monitor.simulator.calendar import draw_fate
from monitor.simulator.model import REPOST, Agency, Item
from monitor.simulator.neighbours import Filler

_FIRST_NUMBER = 4_000
"""Beyond the numbers of everything else on a portal."""


def reposts(filler: Filler, city: Agency) -> list[Item]:
    """Return the reports of others among the news of a portal; many have none."""
    chance = Random(f"reposts {filler.seed}")  # noqa: S311
    if chance.random() < 0.4:
        return []
    others = [city, *(each for each in filler.agencies if each.kind == "department")][:3]
    found: list[Item] = []
    for agency in others:
        for year in filler.fiscal_years[:-1]:  # those of the season have their own fates
            found.append(_repost(filler, chance, agency, year, _FIRST_NUMBER + len(found)))
    return found


def _repost(filler: Filler, chance: Random, agency: Agency, year: int, number: int) -> Item:
    fate = draw_fate(chance, agency.kind, agency.name, year, None)
    return Item(
        portal=filler.portal,
        number=filler.first_number + number,
        title=wording.report_title(chance, agency.name, year),
        shown_on=fate.shown_on + timedelta(days=1),
        spans=fate.spans,
        agency=agency,
        fiscal_year=year,
        lure=REPOST,
    )
