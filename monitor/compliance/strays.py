"""Reports under no name or year, or under another's, that may be the one looked for. Pure.

Titles are copied, from last year's report or a neighbour's: what a title says is not always whose
report it is, and of which year.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.compliance.filing_evidence import (
    FilingEvidence,
    is_before_the_end_of,
    was_seen_before_the_end_of,
)
from monitor.compliance.model import Case
from monitor.compliance.ownership import names_too
from monitor.language import Bilingual
from storage.clock import local_date
from storage.registry import MatchHow, match_agency, near_names
from storage.registry.names import full_forms, normalise_name

_SURE = frozenset({MatchHow.EXACT, MatchHow.ALIAS, MatchHow.PREFIX})
_OFFICE = re.compile(r"(?<=人民政府)办公[室厅]$")
"""What the office of a government adds to its name: it publishes the government's report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A report that may be the one looked for, and why."""

    filing: FilingEvidence
    reason: Bilingual


def doubtful_report(case: Case) -> Stray | None:
    """Return a report that was found and may be the one that is looked for.

    Not one of which people have decided that it is not.
    """
    return (
        _doubtful_filing(case)
        or _doubtful_year(case)
        or _doubtful_page(case)
        or _doubtful_other(case)
    )


def _left(filings: Iterable[FilingEvidence], case: Case) -> Iterator[FilingEvidence]:
    return (filing for filing in filings if filing.id not in case.ruled_out)


def _doubtful_filing(case: Case) -> Stray | None:
    """An unassigned report on the portal may be the one that is looked for."""
    for filing in _left(case.portal.unassigned, case):
        if _may_be_of(filing, case):
            why = Bilingual(
                f"有一份年报无法确认属于哪个机关或年度，可能就是它：{filing.url}",
                f"a report whose agency or year is not known may be the one: {filing.url}",
            )
            return Stray(filing=filing, reason=why)
    return None


def _doubtful_year(case: Case) -> Stray | None:
    """A report of the agency that bears another year may be that of this one."""
    for filing in _left(case.misdated, case):
        if _bears_a_wrong_year(filing, case):
            why = Bilingual(
                f"有一份年报标为{filing.fiscal_year}年度，但年份可能写错，可能就是它：{filing.url}",
                f"a report titled {filing.fiscal_year} may bear the wrong year and be the one: "
                f"{filing.url}",
            )
            return Stray(filing=filing, reason=why)
    return None


def _doubtful_page(case: Case) -> Stray | None:
    """A page that is the column shows one report after the other: it may have shown this one."""
    for page in _left(case.pages, case):
        days = list(page.stated)
        if page.altered_at is not None:
            days.append(local_date(page.altered_at))
        if not is_before_the_end_of(case.obligation.fiscal_year, max(days, default=date.min)):
            why = Bilingual(
                f"栏目页本身就是年报，{max(days)}前后曾有别的内容，可能就是它：{page.url}",
                f"the column is the text of a report and was another about {max(days)}: that may "
                f"have been the one: {page.url}",
            )
            return Stray(filing=page, reason=why)
    return None


def _doubtful_other(case: Case) -> Stray | None:
    """A report that was taken for another's may name the agency, or be meant for it."""
    for filing in _left(case.others, case):
        if _may_be_meant(filing, case):
            why = Bilingual(
                f"一份以其他机关名义发布的年报可能就是它：{filing.url}",
                f"a report under the name of another, or of several, may be the one: {filing.url}",
            )
            return Stray(filing=filing, reason=why)
    return None


def _may_be_of(filing: FilingEvidence, case: Case) -> bool:
    year = case.obligation.fiscal_year
    if filing.fiscal_year not in (None, year):
        return False
    if filing.fiscal_year is None and _is_of_before(year, filing):
        return False
    if filing.agency_id is not None:
        return filing.agency_id in case.obligation.counted
    names = [name for name in (filing.agency_name, filing.read_name) if name is not None]
    return not names or any(_may_mean(name, case) for name in names)


def _may_mean(name: str, case: Case) -> bool:
    near = bool(near_names(name, [case.agency]))
    return near or names_too(name, case.agency) or _is_of_its_office(name, case)


def _is_of_its_office(name: str, case: Case) -> bool:
    """Tell whether a name is that of the office of the government that the case is of."""
    for form in full_forms(normalise_name(name)):
        government = _OFFICE.sub("", form)
        if government != form and match_agency(government, [case.agency]).how in _SURE:
            return True
    return False


def _may_be_meant(filing: FilingEvidence, case: Case) -> bool:
    for name in (filing.agency_name, filing.read_name):
        if name is not None and (names_too(name, case.agency) or _is_its_name(name, case)):
            return True
    if filing.agency_id in case.kin:
        return _is_of_office_alone(filing, case)
    return _stands_in_its_own_column(filing, case)


def _is_its_name(name: str, case: Case) -> bool:
    return match_agency(name, [case.agency]).how in _SURE


def _is_of_office_alone(filing: FilingEvidence, case: Case) -> bool:
    """Tell whether it is its office's, where the government was never seen with one of its own."""
    office = case.neighbours.get(filing.agency_id or "")
    return not case.known_columns and office is not None and _is_of_its_office(office.name, case)


def _stands_in_its_own_column(filing: FilingEvidence, case: Case) -> bool:
    """Tell whether the hub calls the column the agency's alone; governments' are reposted there."""
    crawl = case.portal.crawl
    labels = [each.label for each in crawl.columns if each.id == filing.column_id] if crawl else []
    counted = set(case.obligation.counted)
    of_own = any(label and label.agencies and label.agencies <= counted for label in labels)
    return of_own and filing.agency_id not in case.governments


def _bears_a_wrong_year(filing: FilingEvidence, case: Case) -> bool:
    """Tell whether the year of a title is doubtful, and may be meant for that of the case.

    The document names this one; or it was published before the year of its title was over; or in
    the season of this year's reports, where that of its year is there already.
    """
    year, titled = case.obligation.fiscal_year, filing.fiscal_year
    if titled is None or _is_older_than(year, filing):
        return False
    if filing.read_year == year:
        return True
    if titled > year:
        return _is_older_than(titled, filing)
    twice = any(one.id != filing.id and one.fiscal_year == titled for one in case.misdated)
    return twice and not filing.reissued and _appeared_in_the_season_of(year, filing)


def _is_older_than(year: int, filing: FilingEvidence) -> bool:
    """Tell whether a filing stood, or is dated, before the end of a year that it may be about."""
    if filing.is_column:
        return _is_of_before(year, filing)
    return was_seen_before_the_end_of(year, filing) or _is_of_before(year, filing)


def _appeared_in_the_season_of(year: int, filing: FilingEvidence) -> bool:
    absent = filing.last_absent_at
    days: Sequence[date] = filing.stated or ((local_date(absent),) if absent else ())
    return bool(days) and not is_before_the_end_of(year, min(days))


def _is_of_before(year: int, filing: FilingEvidence) -> bool:
    """Tell whether every date of a filing is so early that it cannot be about ``year``.

    Dates of before the year of its title are wrong; so is any if the report appeared later than
    it says, in a column that had been read without it.
    """
    absent = filing.last_absent_at
    if absent is not None and not is_before_the_end_of(year, local_date(absent)):
        return False
    first = date(filing.fiscal_year, 1, 1) if filing.fiscal_year is not None else date.min
    days = [dated.day for dated in filing.dates if dated.day >= first]
    return bool(days) and all(is_before_the_end_of(year, day) for day in days)
