"""Judging what was archived: filings whose inputs changed are read and judged again.

Everything a verdict depends on goes into one hash that is told without reading; as long as it
stays the same the filing's judgement stands. Reading goes through the archive, so what is judged
is what is kept.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from monitor.filing_facts import KnownFiling, facts_of_filing, known_of_filing
from monitor.filing_reading import ARCHIVE_ERROR, Reader, ReadFiling
from monitor.judging import count_findings
from monitor.likeness.index import LikenessIndex
from monitor.reading.contract import reading_object
from monitor.reading.isolation import WorkerFailedError
from monitor.reading.model import READING_VERSION, UnreadableError
from monitor.rules.contract import verdict_object
from monitor.rules.engine import rulebook
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Verdict
from monitor.rules.rulings import Rulings
from monitor.rules.settings import overlays_of
from storage.archive import open_archive
from storage.database import reading, transaction
from storage.errors import StorageError
from storage.leaf import cleaned
from storage.models import Filing, Judgement, Portal, StoredVerdict
from storage.registry import agency_names, match_agency
from storage.registry.places import leading_places
from storage.workspace import Workspace

log = logging.getLogger(__name__)

FAILED = "failed"
"""The code of a filing at which this program itself failed."""
_MAY_PASS = frozenset({ARCHIVE_ERROR, FAILED, "crashed", "limits-exceeded"})
"""Errors that the same bytes need not give again: these filings are tried at every run."""


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
) -> CheckSummary:
    """Judge every filing whose inputs changed since it was last judged.

    A filing at which reading or a rule fails unexpectedly is recorded as that, and the others go
    on. Years are judged in order, so that a report is compared with that of the year before.

    Args:
        workspace: for settings and archive.
        engine: of the workspace's database.
        now: the instant to judge at.
        filing_ids: only these filings; None means all.
        stopping: when it is set, no further filing is begun.
    """
    check = _Check(engine, Reader(open_archive(workspace.archive_url)), workspace, now)
    for filing_id in _in_order(engine, filing_ids, stopping):
        _attempt(check.assign, filing_id)
    for filing_id in _in_order(engine, filing_ids, stopping):
        check.judge_or_fail(filing_id)
    # what was judged before a report like it was known is judged again
    likened = check.likened if filing_ids is None else check.likened & set(filing_ids)
    for filing_id in _in_order(engine, likened, stopping):
        check.judge_or_fail(filing_id)
    return check.summary


def _in_order(
    engine: Engine, wanted: Collection[int] | None, stopping: threading.Event | None
) -> Iterator[int]:
    """Yield the filings by agency, earlier years first, until asked to stop."""
    with reading(engine) as session:
        query = select(Filing.id).order_by(Filing.agency_id, Filing.fiscal_year, Filing.id)
        filing_ids = session.scalars(query).all()
    for filing_id in filing_ids:
        if stopping is not None and stopping.is_set():
            return
        if wanted is None or filing_id in wanted:
            yield filing_id


def rulings_of(workspace: Workspace) -> Rulings:
    """Return what a workspace judges otherwise than the rulebook.

    Raises:
        SettingsError: if an overlay is missing or wrong.
    """
    rules = workspace.settings.rules
    return Rulings(
        severities=rules.severity,
        thresholds=rules.thresholds,
        overlays=overlays_of(rules, workspace.directory),
    )


class _Check:
    """One run of checking."""

    def __init__(self, engine: Engine, reader: Reader, workspace: Workspace, now: datetime) -> None:
        self._engine = engine
        self._reader = reader
        self._settings = workspace.settings
        self._rulings = rulings_of(workspace)
        self._now = now
        self._versions = {
            "program": metadata.version("nianbao"),
            "reading": READING_VERSION,
            "rules": {rule.id: rule.version for rule in rulebook().values()},
            "settings": self._rulings.inputs(),
        }
        text = json.dumps(self._versions["settings"], sort_keys=True)
        self._settings_sha256 = hashlib.sha256(text.encode()).hexdigest()
        self.summary = CheckSummary()
        self._index = LikenessIndex()
        self._told: dict[int, Mapping[str, int] | None] = {}
        """The findings of each filing by severity; None if it was left as it was."""
        self.likened: set[int] = set()
        """Filings that another one was found to be like, or is like no longer."""

    def judge_or_fail(self, filing_id: int) -> None:
        """Judge one filing, or record that the program failed at it."""
        failure = _attempt(self.judge, filing_id)
        if failure is not None:
            self.record_failure(filing_id, failure)

    def assign(self, filing_id: int) -> None:
        """Fill in agency and year that the list did not tell, from the report's own title."""
        with reading(self._engine) as session:
            filing = _load(session, filing_id)
            if filing.agency_id is not None and filing.fiscal_year is not None:
                return
            known = known_of_filing(session, filing, self._settings)
            if _is_settled(_current(session, filing_id), self._inputs(known)):
                return
            report = self._reader.filing(filing.originals, known.wanted).report
            if report is None:
                return
            year = filing.fiscal_year or report.fiscal_year
            agency_id = filing.agency_id or _match(session, filing.portal_id, report.agency, year)
        if (agency_id, year) == (filing.agency_id, filing.fiscal_year):
            return
        with transaction(self._engine) as session:
            stored = session.get_one(Filing, filing_id)
            stored.agency_id, stored.fiscal_year = agency_id, year
            stored.agency_name = stored.agency_name or cleaned(report.agency)
            stored.assigned_by = "document"

    def judge(self, filing_id: int) -> None:
        """Judge one filing if anything changed that its verdicts depend on."""
        with reading(self._engine) as session:
            filing = _load(session, filing_id)
            known = known_of_filing(session, filing, self._settings)
            inputs = self._inputs(known)
            current = _current(session, filing_id)
        if current is not None and _is_settled(current, inputs):
            self._leave(filing, current)
            return
        read = self._reader.filing(filing.originals, known.wanted)
        if current is not None and _is_same_error(current, inputs, read):
            self._leave(filing, current)
            return
        known = self._likened(filing_id, read)
        facts = facts_of_filing(known, read, self._reader.original, self._now)
        verdicts = self._rulings.judge(facts)
        self._store(filing, self._inputs(known), read, verdicts)

    def _likened(self, filing_id: int, read: ReadFiling) -> KnownFiling:
        """Hold a filing that was read against all others; return what is known of it then."""
        report = reading_object(read.report) if read.report else None
        with transaction(self._engine) as session:
            filing = _load(session, filing_id)
            self.likened |= self._index.remember(session, filing, report, read.sha256)
        with reading(self._engine) as session:
            return known_of_filing(session, _load(session, filing_id), self._settings)

    def record_failure(self, filing_id: int, error: Exception) -> None:
        """Keep that the program failed at a filing; it is tried again at the next run."""
        reason = UnreadableError(FAILED, f"{type(error).__name__}: {error}")
        with reading(self._engine) as session:
            filing = _load(session, filing_id)
            current = _current(session, filing_id)
        if current is not None and current.error and current.error["code"] == FAILED:
            self._leave(filing, current)
            return
        self._store(filing, "", ReadFiling(report=None, sha256=None, error=reason), ())

    def _leave(self, filing: Filing, current: Judgement) -> None:
        if filing.id in self._told:
            return
        self._told[filing.id] = None
        self.summary.unchanged += 1
        if current.error is not None:
            self._note_unreadable(filing, current.error)

    def _note_unreadable(self, filing: Filing, error: Mapping[str, object]) -> None:
        self.summary.unreadable.append(f"{filing.url}: {error['code']}: {error['message']}")

    def _inputs(self, known: KnownFiling) -> str:
        inputs = {**self._versions, "filing": known.fingerprint}
        text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()

    def _store(
        self, filing: Filing, inputs: str, read: ReadFiling, verdicts: Sequence[Verdict]
    ) -> None:
        error = {"code": read.error.code, "message": str(read.error)} if read.error else None
        with transaction(self._engine) as session:
            session.execute(
                update(Judgement)
                .where(Judgement.filing_id == filing.id, Judgement.current)
                .values(current=False)
            )
            judgement = Judgement(
                filing_id=filing.id,
                judged_at=self._now,
                inputs_sha256=inputs,
                read_from=read.sha256,
                error=error,
                report=reading_object(read.report) if read.report else None,
                reading_version=READING_VERSION,
                settings_sha256=self._settings_sha256,
            )
            named = filing.agency_id or filing.agency_name
            judgement.verdicts = [_stored(v, named, filing.fiscal_year) for v in verdicts]
            session.add(judgement)
        self._count(filing, count_findings(verdicts))
        if error is not None:
            self._note_unreadable(filing, error)

    def _count(self, filing: Filing, findings: Mapping[str, int]) -> None:
        """Count a filing once in the summary, as it was judged last."""
        before = self._told.get(filing.id)
        if before is None:
            self.summary.judged += 1
            self.summary.unchanged -= filing.id in self._told
        for severity, count in findings.items():
            self.summary.findings[severity] += count - (before or {}).get(severity, 0)
        self._told[filing.id] = findings


def _stored(verdict: Verdict, agency: str | None, fiscal_year: int | None) -> StoredVerdict:
    row = verdict_object(verdict)
    row["fingerprint"] = fingerprint(agency, fiscal_year, verdict)
    # a message quotes the document, and no database keeps NUL or half a character
    texts = {name: cleaned(value) for name, value in row.items() if isinstance(value, str)}
    return StoredVerdict(**{**row, **texts})


def _attempt(step: Callable[[int], None], filing_id: int) -> Exception | None:
    """Take one step for one filing; return what went wrong if that concerns it alone."""
    try:
        step(filing_id)
    except (StorageError, SQLAlchemyError, OSError, WorkerFailedError):
        raise  # it would be the same for every other filing
    except Exception as error:  # the boundary that keeps one document from the others
        log.exception("filing %s failed", filing_id)
        return error
    return None


def _load(session: Session, filing_id: int) -> Filing:
    return session.scalars(
        select(Filing)
        .where(Filing.id == filing_id)
        .options(selectinload(Filing.originals), selectinload(Filing.agency))
    ).one()


def _current(session: Session, filing_id: int) -> Judgement | None:
    query = select(Judgement).where(Judgement.filing_id == filing_id, Judgement.current)
    return session.scalars(query).first()


def _is_settled(current: Judgement | None, inputs: str) -> bool:
    """Whether a judgement stands without reading the filing again."""
    if current is None or current.inputs_sha256 != inputs:
        return False
    return current.error is None or current.error["code"] not in _MAY_PASS


def _is_same_error(current: Judgement, inputs: str, read: ReadFiling) -> bool:
    if read.error is None or current.error is None or current.inputs_sha256 != inputs:
        return False
    return bool(current.error["code"] == read.error.code)


def _match(session: Session, portal_id: str, name: str | None, year: int | None) -> str | None:
    if not name:
        return None
    places = leading_places(session.get_one(Portal, portal_id).name)
    known = agency_names(session, portal_id=portal_id)
    return match_agency(name, known, fiscal_year=year, places=places).agency_id
