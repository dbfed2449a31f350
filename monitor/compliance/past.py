"""What can be said of an agency by what was known of its portal at an instant.

For what depends on more than the crawl that is believed: was it missing before its report was
seen, is it missing a report of an earlier year, was its own column read after the due day?
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.compliance.cases import Known, case_of, gather
from monitor.compliance.filing_evidence import FilingEvidence
from monitor.compliance.judge import judge_obligation
from monitor.compliance.lateness import places_unread
from monitor.compliance.load import load_roster, load_waivers
from monitor.compliance.model import Case, ComplianceState, Ruling
from monitor.compliance.settled import Settled, load_settled
from monitor.compliance.timeliness import may_be_late_by_absence
from storage.lineage import RosterEntry
from storage.models import Agency, ColumnReading, Crawl, CrawlState
from storage.obligations import Obligation, obligations
from storage.settings import ObligationSettings

_CAME_IN = (CrawlState.COMPLETE, CrawlState.PARTIAL, CrawlState.NO_COLUMN)
Roster = Sequence[tuple[Agency, RosterEntry]]


class Past:
    """Judges agencies at instants; what it loads of a portal serves all its agencies.

    What people have decided counts as of ``now``, whenever the crawls were.
    """

    def __init__(
        self,
        session: Session,
        settings: ObligationSettings,
        now: datetime,
        roster: Roster | None = None,
    ) -> None:
        self._session = session
        self._settings = settings
        self._now = now
        self._given = roster
        self._known: dict[tuple[str, int, datetime], Known] = {}
        self._owed: dict[int, dict[str, Obligation]] = {}
        self._last: dict[str, datetime | None] = {}

    def rule(self, case: Case, as_of: datetime) -> Ruling:
        """Return the ruling of a case, with what earlier crawls tell where it depends on them."""
        ruling = self._judge(self._with_absences(case, as_of), as_of)
        if ruling.state is not ComplianceState.NOT_CHECKED or ruling.filing is None:
            return ruling
        unread = {column.id for column in places_unread(case, ruling.filing)}
        if not unread:
            return ruling
        read = select(ColumnReading.column_id).where(
            ColumnReading.column_id.in_(unread),
            ColumnReading.control_passed,
            ColumnReading.read_at > case.obligation.due_at,
        )
        told = replace(case, read_since_due=frozenset(self._session.scalars(read.distinct())))
        return self._judge(self._with_absences(told, as_of), as_of)

    def state(self, agency_id: str, fiscal_year: int) -> ComplianceState | None:
        """Return how an agency stands by the last crawl of its portal that came in."""
        agency = self._agencies.get(agency_id)
        ended = self._last_crawl(agency.portal_id) if agency is not None else None
        return self._state_at(agency_id, fiscal_year, ended) if ended is not None else None

    def _state_at(
        self, agency_id: str, fiscal_year: int, as_of: datetime
    ) -> ComplianceState | None:
        obligation = self._obligations(fiscal_year).get(agency_id)
        if obligation is None:
            return None
        agency = self._agencies[agency_id]
        key = (agency.portal_id, fiscal_year, as_of)
        if key not in self._known:
            everybody = list(self._agencies.values())
            self._known[key] = gather(
                self._session,
                everybody,
                [fiscal_year],
                as_of,
                portal_id=agency.portal_id,
                settled=self.settled,
            )
        return self.rule(case_of(agency, obligation, self._known[key]), as_of).state

    def _judge(self, case: Case, as_of: datetime) -> Ruling:
        return judge_obligation(case, as_of, due_soon_days=self._settings.due_soon_days)

    def _with_absences(self, case: Case, as_of: datetime) -> Case:
        """Look up whether the agency was missing before a report was seen, if only that tells."""
        missing = {
            one.id
            for one in case.filings
            if _is_known(one, case, as_of)
            and may_be_late_by_absence(one, case.obligation)
            and self._was_missing_before(case.agency.id, one)
        }
        if not missing:
            return case
        told = (replace(one, missing_before=one.id in missing) for one in case.filings)
        return replace(case, filings=tuple(told))

    def _was_missing_before(self, agency_id: str, filing: FilingEvidence) -> bool:
        """Tell whether an agency was proved missing when a filing of it was last absent."""
        if filing.last_absent_at is None or filing.fiscal_year is None:
            return False
        ended = self._session.scalars(
            select(Crawl.finished_at)
            .join(ColumnReading, ColumnReading.crawl_id == Crawl.id)
            .where(
                ColumnReading.read_at == filing.last_absent_at,
                Crawl.portal_id == filing.portal_id,
                Crawl.finished_at < filing.first_seen_at,
            )
        ).first()
        if ended is None:
            return False
        return self._state_at(agency_id, filing.fiscal_year, ended) is ComplianceState.MISSING

    @cached_property
    def _entries(self) -> Roster:
        return self._given if self._given is not None else load_roster(self._session)

    @cached_property
    def _agencies(self) -> dict[str, Agency]:
        return {agency.id: agency for agency, _ in self._entries}

    @cached_property
    def settled(self) -> Settled:
        """What people have decided about whose reports are."""
        return load_settled(self._session, self._now)

    def _obligations(self, fiscal_year: int) -> dict[str, Obligation]:
        if fiscal_year not in self._owed:
            waivers = load_waivers(self._session, [fiscal_year], self._now).get(fiscal_year)
            roster = [entry for _, entry in self._entries]
            owed = obligations(roster, fiscal_year, self._settings, waivers)
            self._owed[fiscal_year] = {each.agency_id: each for each in owed}
        return self._owed[fiscal_year]

    def _last_crawl(self, portal_id: str) -> datetime | None:
        if portal_id not in self._last:
            query = (
                select(Crawl.finished_at)
                .where(
                    Crawl.portal_id == portal_id,
                    Crawl.state.in_(_CAME_IN),
                    Crawl.finished_at.is_not(None),
                )
                .order_by(Crawl.finished_at.desc())
            )
            self._last[portal_id] = self._session.scalars(query.limit(1)).first()
        return self._last[portal_id]


def _is_known(filing: FilingEvidence, case: Case, as_of: datetime) -> bool:
    return case.portal.later or filing.first_seen_at <= as_of
