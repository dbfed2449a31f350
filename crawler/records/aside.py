"""Filings whose page shows another report now (``crawler.records.turning``)."""

from sqlalchemy import ColumnElement

from storage.models import Filing

ASIDE = "#nianbao-"
"""What the address of a filing set aside ends in, before the fiscal year."""


def stands_in_its_place() -> ColumnElement[bool]:
    """Return the condition that a filing is not set aside."""
    return ~Filing.url.contains(ASIDE, autoescape=True)
