"""Pages that state another day of publication than they did: told from two captures of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.addresses import both_schemes
from storage.clock import local_date
from storage.models import Capture, Filing
from storage.models.filings import ASIDE
from storage.told_days import Redating, redatings

_AT_ONCE = timedelta(seconds=1)
_SHOWN = frozenset({200, 203})


@dataclass(frozen=True, slots=True, kw_only=True)
class Redated:
    """A page that was dated anew, and what it was then and is now."""

    redating: Redating
    captures: tuple[int, int]
    """The last one that showed the former page, and the first with the other day."""


def redated(session: Session, filing: Filing) -> Iterator[Redated]:
    """Yield how the page of a filing was dated anew, each with its proof.

    Only where the bytes differ: other readers may read another day out of the same page.
    """
    if ASIDE in filing.url:
        return
    found = redatings(
        filing.date_candidates,
        fiscal_year=filing.fiscal_year,
        first_seen=local_date(filing.first_seen_at),
    )
    for each in found:
        query = (
            select(Capture.id, Capture.sha256, Capture.fetched_at)
            .where(
                Capture.url.in_(both_schemes(filing.url)),
                Capture.status.in_(_SHOWN),
                Capture.error.is_(None),
                Capture.fetched_at <= each.seen_at + _AT_ONCE,
            )
            .order_by(Capture.fetched_at.desc(), Capture.id.desc())
            .limit(2)
        )
        captures = session.execute(query).all()
        if len(captures) == 2 and captures[0].sha256 != captures[1].sha256:
            yield Redated(redating=each, captures=(captures[1].id, captures[0].id))
