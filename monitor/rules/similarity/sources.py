"""Who may have copied from whom, and how a likeness is shown."""

from collections.abc import Iterable
from datetime import date

from monitor.rules.model import Evidence, Facts, Likeness, SharedPassage
from monitor.rules.timeliness.known import may_be_of_its_year
from storage.clock import local_date

SHOWN = 3


def own_names(facts: Facts) -> tuple[str, ...]:
    """Return the names of the agency that are masked in its report."""
    return (facts.agency.name, *facts.agency.aliases) if facts.agency else ()


def is_earlier(facts: Facts, other: Likeness) -> bool:
    """Whether the other report was out first, which makes it the presumed source.

    The days of publication tell; where one is not known, the fiscal years. Ours was out when it was
    first seen, whatever later day its page states since.
    """
    days = _days(facts, other)
    if days is not None:
        return days[1] < days[0]
    return facts.fiscal_year is not None and other.fiscal_year < facts.fiscal_year


def is_later(facts: Facts, other: Likeness) -> bool:
    """Whether ours was out first; neither this nor ``is_earlier`` if the days do not tell."""
    days = _days(facts, other)
    return days is not None and days[0] < days[1]


def _days(facts: Facts, other: Likeness) -> tuple[date, date] | None:
    publication = facts.publication
    ours = publication.published_on if publication else None
    if publication is None or ours is None or other.published_on is None:
        return None
    if publication.published_on_source == "url":
        return None  # migrations of a site set it anew
    seen = publication.first_seen_at
    if seen is not None and may_be_of_its_year(local_date(seen), facts.fiscal_year):
        ours = min(ours, local_date(seen))
    return ours, other.published_on


def bodies(likenesses: Iterable[Likeness]) -> tuple[str, ...]:
    """Return the agencies of some likenesses, each once."""
    return tuple(dict.fromkeys(item.agency for item in likenesses))


def side_by_side(passages: Iterable[SharedPassage]) -> tuple[Evidence, ...]:
    """Quote passages from both reports: ours, theirs, ours, theirs."""
    return tuple(part for item in passages for part in (item.ours, item.theirs))


def report_zh(other: Likeness) -> str:
    """Name the other report in Chinese, with the day it was published."""
    day = f"（{other.published_on.isoformat()}发布）" if other.published_on else ""
    return f"{other.agency}{other.fiscal_year}年度年报{day}"


def report_en(other: Likeness) -> str:
    """Name the other report in English."""
    day = f", published on {other.published_on.isoformat()}" if other.published_on else ""
    return f"the report of {other.agency} for {other.fiscal_year}{day}"
