"""What the database knows about an agency's other years."""

from datetime import date

from monitor.compliance.model import ComplianceState
from monitor.surroundings import Surroundings
from storage.models import Filing
from storage.obligations import due_day


def years_published(known: Surroundings, agency_id: str | None) -> tuple[int, ...]:
    """Return the fiscal years of the reports known of an agency and of those it came from."""
    if agency_id is None:
        return ()
    bodies = {agency_id, *known.kin.get(agency_id, ())}
    return tuple(sorted(year for body in bodies for year in known.years.get(body, ())))


def year_is_missing(known: Surroundings, filing: Filing) -> bool:
    """Tell whether it is proved that the agency of a filing has no report of the year before.

    It is exactly where ``missing`` may be said of that year, by the last crawl that came in: every
    column was read in which the agency's own report could stand, and no report on the portal may
    be the one (docs/decisions/0010). So not where none was owed, or it was waived.
    """
    if filing.agency_id is None or filing.fiscal_year is None:
        return False
    state = known.past.state(filing.agency_id, filing.fiscal_year - 1)
    return state is ComplianceState.MISSING


def standing_if_dated_late(known: Surroundings, filing: Filing) -> ComplianceState | None:
    """Return how the agency of a filing stands for its year, if a day is given after the due one.

    Another report of it may have been there in time; it may owe none; its own column may not have
    been read: who is late is decided in one place. None if it does not matter, or is not known.
    """
    agency, year = filing.agency, filing.fiscal_year
    if agency is None or year is None:
        return None
    due_on = due_day(agency.kind, year, name=agency.name)
    days = [date.fromisoformat(each["value"]) for each in filing.date_candidates]
    days += [filing.published_on] if filing.published_on is not None else []
    if due_on is None or not any(day > due_on for day in days):
        return None
    return known.past.state(agency.id, year)
