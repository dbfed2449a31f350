"""Filings whose page shows another report now (``crawler.records.turning``)."""

from sqlalchemy import ColumnElement

from storage.models import Filing
from storage.models.filings import ASIDE


def stands_in_its_place() -> ColumnElement[bool]:
    """Return the condition that a filing is not set aside."""
    return ~Filing.url.contains(ASIDE, autoescape=True)


def is_set_aside(filing: Filing) -> bool:
    """Tell whether another report stands at the address of a filing by now."""
    return ASIDE in filing.url
