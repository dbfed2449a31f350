"""Where everybody stands for the year now being reported on."""

from datetime import datetime

from sqlalchemy.orm import Session

from monitor.compliance import Standing, reporting_year, standings
from storage.settings import Settings


def current_standings(session: Session, settings: Settings, now: datetime) -> list[Standing]:
    """Return the standings for that year; none before the first year that the settings name."""
    year = reporting_year(now)
    if year < settings.obligations.first_fiscal_year:
        return []
    return standings(session, settings, [year], now)
