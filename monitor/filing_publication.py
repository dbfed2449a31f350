"""How one filing is published, as the facts that rules are given."""

from dataclasses import replace
from datetime import date
from typing import Any

from monitor.absence_facts import attempts, may_stand_at, proved_absences
from monitor.history.baseline import capture_facts
from monitor.history.loading import load_proofs
from monitor.history.redating import redated
from monitor.publication_facts import (
    column_facts,
    failed_files,
    failures,
    index_owner,
    original_facts,
    page_labels,
)
from monitor.rules.due_days import Locally
from monitor.rules.model import DateCandidate, PublicationFacts, RedatedFacts
from monitor.rules.publication.order import misplaced
from monitor.rules.timeliness.absence import GONE_LONG, gone_for
from monitor.surroundings import Surroundings
from monitor.year_facts import standing_if_dated_late, year_is_missing, years_published
from storage.clock import local_date
from storage.hosts import host_of
from storage.models import Filing, FilingState
from storage.settings import Settings
from storage.told_days import first_told

_GONE_FOR_GOOD = 10
"""Crawls in a row without the page, beyond which one more tells nothing new."""


def lasting(publication: PublicationFacts) -> Any:
    """Return what is known of the publication without what each crawl may write anew.

    Each adds an attempt, and what they tell is how many of them failed, and whether for long; and
    each list that grows has another order, of which it matters whether the filing stands right in
    it.
    """
    column, bare = publication.column, replace(publication, attempts=())
    lasts = gone_for(publication.attempts) >= GONE_LONG
    if column is None:
        return bare, lasts
    bare = replace(bare, column=replace(column, rows=()))
    return bare, lasts, publication.url in misplaced(column.rows)


def publication_of(
    around: Surroundings,
    filing: Filing,
    others: list[Filing],
    settings: Settings,
    local: Locally,
) -> PublicationFacts:
    """Return how a filing is published: where, when as told by whom, and how its list stands."""
    portal = around.portals[filing.portal_id]
    originals = original_facts(around, filing.originals)
    absent = proved_absences(around, filing)
    years = _years(around, filing)
    agency = filing.agency
    return PublicationFacts(
        url=filing.url,
        official_hosts=_official_hosts(around, filing, settings),
        list_title=filing.list_title,
        dates=_dates(filing),
        redated=_redated(around, filing),
        published_on=filing.published_on,
        published_on_source=(
            filing.published_on_source.value if filing.published_on_source else None
        ),
        first_seen_at=filing.first_seen_at,
        last_absent_at=filing.last_absent_at,
        source_name=filing.labels.get("contentsource") or None,
        removed_crawls=min(filing.gone_crawls, _GONE_FOR_GOOD),
        attempts=attempts(around.session, filing.url, portal.url) if filing.gone_crawls else (),
        successor=any(other.state is not FilingState.REMOVED for other in others),
        may_stand_at=may_stand_at(around, filing) if filing.gone_crawls else None,
        labels=page_labels(filing, originals),
        index_number=filing.index_number,
        index_owner=index_owner(around, filing.index_number),
        column=column_facts(filing.column),
        originals=originals,
        failed_files=failed_files(filing),
        failures=failures(around, filing.url, portal.url),
        absences=absent.at,
        absence_captures=absent.captures,
        seen_capture=absent.seen,
        seen_elsewhere_at=(
            min((o.first_seen_at for o in others), default=None) if absent.at else None
        ),
        local_due=(
            local.due(agency.division, agency.kind.value, filing.fiscal_year) if agency else None
        ),
        years_published=years,
        years_certain=_has_gap(years) and year_is_missing(around, filing),
        standing=standing_if_dated_late(around, filing),
    )


def _dates(filing: Filing) -> tuple[DateCandidate, ...]:
    told = first_told(
        filing.date_candidates,
        fiscal_year=filing.fiscal_year,
        first_seen=local_date(filing.first_seen_at),
    )
    return tuple(
        DateCandidate(
            source=item["source"],
            day=date.fromisoformat(item["value"]),
            text=item.get("text", ""),
        )
        for item in told
    )


def _redated(around: Surroundings, filing: Filing) -> tuple[RedatedFacts, ...]:
    found = list(redated(around.session, filing))
    proofs = load_proofs(around.session, (id_ for each in found for id_ in each.captures))
    return tuple(
        RedatedFacts(
            was=DateCandidate(source=told.source, day=told.was, text=told.was_text),
            now=DateCandidate(source=told.source, day=told.now, text=told.text),
            of_the_visit=told.of_the_visit,
            captures=capture_facts(proofs[id_] for id_ in each.captures if id_ in proofs),
        )
        for each in found
        for told in (each.redating,)
    )


def _years(around: Surroundings, filing: Filing) -> tuple[int, ...]:
    """Return the fiscal years of the agency's reports, of those around a filing's own."""
    year = filing.fiscal_year
    if year is None:
        return ()
    found = years_published(around, filing.agency_id)
    return tuple(each for each in found if year - 2 <= each <= year)


def _has_gap(years: tuple[int, ...]) -> bool:
    return bool(years) and len(set(years)) < years[-1] - years[0] + 1


def _official_hosts(around: Surroundings, filing: Filing, settings: Settings) -> tuple[str, ...]:
    """Return the hosts of the settings, and the filing's own if a registered portal is there."""
    host = host_of(filing.url)
    own = {host} if host is not None and host in around.portal_hosts else set()
    return tuple(sorted({*settings.crawler.official_hosts, *own}))
