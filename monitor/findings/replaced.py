"""Reports that another one took the place of: what their text says is no longer published."""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from storage.models import Filing, FilingState

OF_THE_ACT = frozenset(
    {
        "published-late",
        "published-early",
        "local-deadline-missed",
        "pubdate-backdated",
        "report-changed",
    }
)
"""Rules about what was done in publishing: putting the report elsewhere undoes none of that."""


def is_replaced() -> ColumnElement[bool]:
    """Return the condition that a filing gave way to another of its agency and year.

    It was taken down, or healthy readings of its column no longer list it, while another one is
    listed: whoever corrects a report under a new address need not remove the old page.
    """
    other = aliased(Filing)
    return and_(
        or_(Filing.state == FilingState.REMOVED, Filing.absent_crawls > 0),
        exists().where(
            other.agency_id == Filing.agency_id,
            other.fiscal_year == Filing.fiscal_year,
            other.id != Filing.id,
            other.state != FilingState.REMOVED,
            other.absent_crawls == 0,
            other.gone_crawls == 0,
        ),
    )
