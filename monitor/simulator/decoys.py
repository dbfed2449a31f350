"""What stands in the lists beside annual reports and is none (map of families, section 11)."""

from random import Random

from monitor.simulator.wording import DECOYS, TEXTS

KINDS = tuple(DECOYS)


def decoy_title(chance: Random, kind: str, place: str, agency: str, year: int) -> str:
    """Return the title of a row that is no annual report."""
    return chance.choice(DECOYS[kind]).format(place=place, agency=agency, year=year)


def news_title(chance: Random, place: str, agency: str, year: int) -> str:
    """Return the title of some news."""
    return str(chance.choice(TEXTS["news"])).format(place=place, agency=agency, year=year)
