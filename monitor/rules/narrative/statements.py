"""Statements of the prose that there were requests, reviews or lawsuits, or that there were none.

Only statements about all of them in the fiscal year are taken; one that is narrowed to a channel,
an applicant, a result, another body or another time says nothing about the totals of the tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.reading.statements import Count, Scope, Thing, Time
from monitor.rules.model import Evidence, Facts
from monitor.rules.narrative.evidence import quoted
from monitor.rules.narrative.own import Stated, is_about_disclosure, is_own, stated


class Subject(StrEnum):
    """What a statement is about."""

    REQUESTS = "requests"
    REVIEW = "review"
    LITIGATION = "litigation"


_SUBJECTS = {
    Thing.REQUESTS_NEW: Subject.REQUESTS,
    Thing.REQUESTS_RECEIVED: Subject.REQUESTS,
    Thing.REQUESTS_ACCEPTED: Subject.REQUESTS,
    Thing.REVIEWS: Subject.REVIEW,
    Thing.SUITS: Subject.LITIGATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement; ``count`` 0 is "none"."""

    subject: Subject
    count: int
    evidence: Evidence


def statements(facts: Facts, fiscal_year: int) -> Iterator[Statement]:
    """Yield what prose states about a fiscal year; section five tells no results."""
    prose = stated(facts)
    for count in prose.statements.all_counts:
        subject = _SUBJECTS.get(count.thing) if count.thing is not None else None
        if subject is None or count.sentence.section == "problems":
            continue
        if _is_of_year(count, fiscal_year) and _is_ours(count, facts, prose):
            yield Statement(subject=subject, count=int(count.number), evidence=quoted(count))


def _is_of_year(count: Count, fiscal_year: int) -> bool:
    """Whether it is of the fiscal year; none up to its last day is none within it."""
    up_to_its_end = (
        count.number == 0 and count.time is Time.AS_OF and count.year in (None, fiscal_year)
    )
    return count.time is Time.THIS_YEAR or up_to_its_end


def _is_ours(count: Count, facts: Facts, prose: Stated) -> bool:
    """Whether it is of this agency; some of a kind are some, none of a kind is not none."""
    if count.number == 0:
        return not count.narrowed and count.scope not in (Scope.SUBORDINATE, Scope.SYSTEM)
    if count.scope is not Scope.OWN and not is_own(count, facts, prose):
        return False
    of_requests = count.thing is not None and count.thing.startswith("requests")
    return of_requests or is_about_disclosure(count, prose)
