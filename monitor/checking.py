"""Judging what was archived: filings whose inputs changed are read and judged again.

First all that must be read is read, and held against the reports of others; then all is judged
whose inputs changed. Neither depends on how many processes share it: they read and judge, and
this one alone stores, in the order of agencies and years.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.orm import Session, selectinload

from monitor import filing_work
from monitor.compliance.history import record_verdicts
from monitor.compliance.standings import current_standings
from monitor.filing_standing import FAILED
from monitor.filing_work import DoneJudging, DoneReading, FilingWork
from monitor.history.work import DoneVersions, outdated, store_versions
from monitor.likeness.index import LikenessIndex
from monitor.portal_agencies import PortalAgencies
from monitor.reading.model import READING_VERSION
from monitor.reading_store import store_of
from monitor.rules.rulings import Rulings
from monitor.rules.settings import rulings_of
from monitor.sharing import Crew, Died, available_processors
from storage.database import reading, transaction
from storage.models import Filing, Judgement, StoredReading, StoredVerdict
from storage.workspace import Workspace

log = logging.getLogger(__name__)

_AT_ONCE = 20
"""Filings that a process is given at a time, and that are stored together."""
_LITTLE = 200
"""Filings that are done before processes would have started."""

Done = TypeVar("Done", DoneReading, DoneVersions, DoneJudging)


@dataclass(slots=True)
class CheckSummary:
    """What one run of checking did."""

    judged: int = 0
    unchanged: int = 0
    unreadable: list[str] = field(default_factory=list)
    """The filings no original of which could be read: address and reason."""
    findings: dict[str, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "info": 0})


def check_filings(
    workspace: Workspace,
    engine: Engine,
    now: datetime,
    filing_ids: Collection[int] | None = None,
    stopping: threading.Event | None = None,
    jobs: int | None = None,
) -> CheckSummary:
    """Judge every filing whose inputs changed since it was last judged.

    A filing at which reading or a rule fails unexpectedly, or of which a process dies, is recorded
    as that, and the others go on.

    Args:
        workspace: for settings and archive.
        engine: of the workspace's database.
        now: the instant to judge at.
        filing_ids: only these filings; None means all.
        stopping: when it is set, no further filing is begun.
        jobs: processes that share the work; None: one a processor, where there is much to do.
    """
    store_of(workspace).drop_others()
    ordered = _in_order(engine, filing_ids)
    rulings = rulings_of(workspace)
    with Crew(_jobs_for(len(ordered), jobs), filing_work.begin, (workspace, now, rulings)) as crew:
        check = _Check(workspace, engine, now, rulings, crew, stopping or threading.Event())
        check.read(_in_order(engine, filing_ids, unassigned=True))
        check.assign(_in_order(engine, filing_ids, unassigned=True))
        ordered = _in_order(engine, filing_ids)
        check.read(ordered)
        check.tell_versions(ordered)
        check.judge(ordered)
    if filing_ids is None:
        check.record_absences()
    return check.summary


def _jobs_for(count: int, jobs: int | None) -> int:
    if jobs is not None:
        return jobs
    return available_processors() if count >= _LITTLE else 1


def _in_order(
    engine: Engine, wanted: Collection[int] | None, *, unassigned: bool = False
) -> list[int]:
    """Return the filings by agency, earlier years first."""
    query = select(Filing.id).order_by(Filing.agency_id, Filing.fiscal_year, Filing.id)
    if unassigned:
        query = query.where(or_(Filing.agency_id.is_(None), Filing.fiscal_year.is_(None)))
    with reading(engine) as session:
        filing_ids = session.scalars(query).all()
    only = None if wanted is None else set(wanted)
    return [filing_id for filing_id in filing_ids if only is None or filing_id in only]


class _Check:
    """One run of checking."""

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        now: datetime,
        rulings: Rulings,
        crew: Crew,
        stopping: threading.Event,
    ) -> None:
        self._workspace = workspace
        self._engine = engine
        self._now = now
        self._stopping = stopping
        self._crew = crew
        self._rulings = rulings
        self._work = FilingWork(workspace, engine, now, self._rulings)
        text = json.dumps(self._rulings.inputs(), sort_keys=True)
        self._settings_sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._index = LikenessIndex()
        self.summary = CheckSummary()

    def read(self, filing_ids: Sequence[int]) -> None:
        """Read the filings whose readings do not stand, and hold each against the others."""
        done = self._shared(
            filing_ids,
            self._work.read,
            filing_work.read_some,
            lambda filing_id, error: filing_work.failed_reading(filing_id, "", error),
        )
        for each in done:
            self._keep_reading(each)

    def tell_versions(self, filing_ids: Sequence[int]) -> None:
        """Read the versions of the filings of which something else is archived than was told."""
        with reading(self._engine) as session:
            wanted = outdated(session, filing_ids)
        done = self._shared(
            wanted, self._work.versions, filing_work.versions_of_some, filing_work.failed_versions
        )
        for several in _batched(done, _AT_ONCE):
            with transaction(self._engine) as session:
                store_versions(session, *several)

    def judge(self, filing_ids: Sequence[int]) -> None:
        """Judge the filings whose inputs changed, and store the judgements."""
        done = self._shared(
            filing_ids, self._work.judge, filing_work.judge_some, self._failed_judging
        )
        for several in _batched(done, _AT_ONCE):
            self._take(several)

    def assign(self, filing_ids: Sequence[int]) -> None:
        """Fill in agency and year that the list did not tell, from the report's own title."""
        with reading(self._engine) as session:
            names = PortalAgencies(session)
            query = select(StoredReading).where(StoredReading.filing_id.in_(filing_ids))
            told = [
                (stored, stored.filing.agency_id or names.match(stored.filing, stored))
                for stored in session.scalars(query.options(selectinload(StoredReading.filing)))
                if stored.read_from is not None
            ]
        for stored, agency_id in told:
            year = stored.filing.fiscal_year or stored.fiscal_year
            if (agency_id, year) == (stored.filing.agency_id, stored.filing.fiscal_year):
                continue
            with transaction(self._engine) as session:
                filing = session.get_one(Filing, stored.filing_id)
                filing.agency_id, filing.fiscal_year = agency_id, year
                filing.agency_name = filing.agency_name or stored.agency_name
                filing.assigned_by = "document"

    def record_absences(self) -> None:
        """Store what the rules say of the agencies of which no report was found."""
        with transaction(self._engine) as session:
            settings = self._workspace.settings
            standings = current_standings(session, settings, self._now, self._rulings)
            record_verdicts(session, standings, self._now)

    def _shared(
        self,
        filing_ids: Sequence[int],
        here: Callable[[Sequence[int]], Iterator[Done]],
        there: Callable[[Sequence[int]], list[Done]],
        failed: Callable[[int, Exception], Done],
    ) -> Iterator[Done]:
        """Yield what comes of each filing, in order, from this process or from several."""
        chunks = self._chunks(filing_ids)
        if self._crew.jobs == 1:
            for chunk in chunks:
                for done in here(chunk):
                    yield done
                    if self._stopping.is_set():
                        return
            return
        for chunk, results in self._crew.results(there, chunks):
            if isinstance(results, Died):
                log.error("a process died of filing %s", chunk[0])
                yield failed(chunk[0], results)
            else:
                yield from results

    def _chunks(self, filing_ids: Sequence[int]) -> Iterator[Sequence[int]]:
        for first in range(0, len(filing_ids), _AT_ONCE):
            if self._stopping.is_set():
                return
            yield filing_ids[first : first + _AT_ONCE]

    def _keep_reading(self, done: DoneReading) -> None:
        with transaction(self._engine) as session:
            filing = session.get_one(Filing, done.filing_id, options=[selectinload(Filing.agency)])
            session.merge(
                StoredReading(
                    filing_id=done.filing_id,
                    key=done.key,
                    error=dict(done.error) if done.error else None,
                    read_from=done.read_from,
                    agency_name=done.agency_name,
                    fiscal_year=done.fiscal_year,
                    report=dict(done.report) if done.report else None,
                )
            )
            session.flush()
            self._index.remember(session, filing, done.report, done.read_from)

    def _failed_judging(self, filing_id: int, error: Exception) -> DoneJudging:
        with reading(self._engine) as session:
            url = session.get_one(Filing, filing_id).url
        return filing_work.failed_judging(filing_id, url, error)

    def _take(self, done: Sequence[DoneJudging]) -> None:
        """Store judgements, unless those that there are say the same."""
        news = [each for each in done if not (each.stands or self._has_failed_before(each))]
        if news:
            with transaction(self._engine) as session:
                for each in news:
                    self._store(session, each)
        self.summary.unchanged += len(done) - len(news)
        self.summary.judged += len(news)
        for each in done:
            self._count(each)

    def _count(self, done: DoneJudging) -> None:
        for severity, count in done.findings.items():
            self.summary.findings[severity] += count
        if done.error is not None:
            why = f"{done.error['code']}: {done.error['message']}"
            self.summary.unreadable.append(f"{done.url}: {why}")

    def _has_failed_before(self, done: DoneJudging) -> bool:
        if done.error is None or done.error["code"] != FAILED:
            return False
        query = select(Judgement.error).where(
            Judgement.filing_id == done.filing_id, Judgement.current
        )
        with reading(self._engine) as session:
            before = session.scalars(query).first()
        return before is not None and before["code"] == FAILED

    def _store(self, session: Session, done: DoneJudging) -> None:
        session.execute(
            update(Judgement)
            .where(Judgement.filing_id == done.filing_id, Judgement.current)
            .values(current=False)
        )
        judgement = Judgement(
            filing_id=done.filing_id,
            judged_at=self._now,
            inputs_sha256=done.inputs,
            read_from=done.read_from,
            error=dict(done.error) if done.error else None,
            reading_version=READING_VERSION,
            settings_sha256=self._settings_sha256,
        )
        session.add(judgement)
        session.flush()
        rows = [{**row, "judgement_id": judgement.id} for row in done.verdicts]
        if rows:
            session.execute(insert(StoredVerdict), rows)


def _batched(items: Iterator[Done], size: int) -> Iterator[list[Done]]:
    while batch := list(islice(items, size)):
        yield batch
