"""Reading and judging filings of the archive, some at a time; nothing is stored here.

Everything a verdict depends on goes into one hash that is told without reading. As long as it
stays the same, the filing's judgement stands; as long as the part of it stays the same that
reading depends on, its reading stands.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import metadata
from typing import Any, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from monitor.filing_facts import KnownFiling, facts_of_filing, known_of_filings, wanted_of
from monitor.filing_reading import Reader, ReadFiling, reader_of
from monitor.filing_standing import (
    FAILED,
    Before,
    Error,
    code_of,
    hash_of,
    is_read,
    load_filings,
    reading_key,
    standing,
)
from monitor.history.loading import load_seen
from monitor.history.work import DoneVersions, read_versions
from monitor.judging import count_findings
from monitor.reading.contract import reading_object
from monitor.reading.isolation import WorkerFailedError
from monitor.reading.model import READING_VERSION, UnreadableError
from monitor.rules.catalogue import rulebook
from monitor.rules.contract import verdict_object
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Verdict
from monitor.rules.rulings import Rulings
from monitor.sharing import limited
from storage.database import create_database_engine, reading
from storage.errors import StorageError
from storage.leaf import cleaned
from storage.models import Filing, StoredReading
from storage.workspace import Workspace

log = logging.getLogger(__name__)

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneReading:
    """What reading one filing gave."""

    filing_id: int
    key: str
    error: Error | None = None
    read_from: str | None = None
    agency_name: str | None = None
    fiscal_year: int | None = None
    report: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneJudging:
    """What judging one filing gave."""

    filing_id: int
    url: str
    inputs: str
    """The hash of what it depends on; empty if the program failed at it."""
    stands: bool = False
    """True if the judgement that there is stands; nothing was done then."""
    error: Error | None = None
    read_from: str | None = None
    verdicts: tuple[dict[str, Any], ...] = ()
    """As ``StoredVerdict`` keeps them."""
    findings: Mapping[str, int]
    """By severity."""


class FilingWork:
    """Reads and judges; knows the workspace, the instant and the rulings of one run."""

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        now: datetime,
        rulings: Rulings,
        reader: Reader | None = None,
    ) -> None:
        self._engine = engine
        self._settings = workspace.settings
        self._rulings = rulings
        self._now = now
        self._reader = reader or reader_of(workspace)
        self._versions = {
            "program": metadata.version("nianbao"),
            "reading": READING_VERSION,
            "rules": {rule.id: rule.version for rule in rulebook().values()},
            "settings": rulings.inputs(),
        }

    def read(self, filing_ids: Sequence[int]) -> Iterator[DoneReading]:
        """Read those of some filings whose readings do not stand."""
        for filing, key in self._unread(filing_ids):
            yield _attempt(
                partial(self._read, filing, key), partial(failed_reading, filing.id, key)
            )

    def judge(self, filing_ids: Sequence[int]) -> Iterator[DoneJudging]:
        """Judge some filings that were read; of each it is told whether its judgement stands."""
        with reading(self._engine) as session:
            filings = load_filings(session, filing_ids)
            known = known_of_filings(
                session, filings, self._settings, self._rulings.overlays, self._now
            )
            before = standing(session, filing_ids)
        for filing in filings:
            state = before.get(filing.id)
            if state is not None:
                yield _attempt(
                    partial(self._judge, filing, known[filing.id], state),
                    partial(failed_judging, filing.id, filing.url),
                )

    def versions(self, filing_ids: Sequence[int]) -> Iterator[DoneVersions]:
        """Read every version of some filings; of one at which this fails none are told."""
        with reading(self._engine) as session:
            filings = load_seen(session, filing_ids)
        for seen in filings:
            yield _attempt(
                partial(read_versions, seen, self._reader), partial(failed_versions, seen.filing.id)
            )

    def _unread(self, filing_ids: Sequence[int]) -> list[tuple[Filing, str]]:
        with reading(self._engine) as session:
            filings = load_filings(session, filing_ids)
            query = select(StoredReading.filing_id, StoredReading.key, StoredReading.error)
            rows = session.execute(query.where(StoredReading.filing_id.in_(filing_ids)))
            stored = {row.filing_id: (row.key, row.error) for row in rows}
        wanted = [(filing, reading_key(filing)) for filing in filings]
        return [(filing, key) for filing, key in wanted if not is_read(stored.get(filing.id), key)]

    def _read(self, filing: Filing, key: str) -> DoneReading:
        read = self._reader.filing(filing.originals, wanted_of(filing))
        report = read.report
        return DoneReading(
            filing_id=filing.id,
            key=key,
            error=_error(read),
            read_from=read.sha256,
            agency_name=cleaned(report.agency) if report else None,
            fiscal_year=report.fiscal_year if report else None,
            report=reading_object(report) if report else None,
        )

    def _judge(self, filing: Filing, known: KnownFiling, before: Before) -> DoneJudging:
        inputs = self._inputs(known, before.key)
        if before.inputs == inputs and before.is_of_one_error:
            return DoneJudging(
                filing_id=filing.id,
                url=filing.url,
                inputs=inputs,
                stands=True,
                error=before.judged_error,
                findings={},
            )
        if code_of(before.read_error) == FAILED:
            return _failed(filing.id, filing.url, before.read_error)
        with limited():
            read = self._as_read(filing, known, before.read_error)
            facts = facts_of_filing(
                known, read, self._reader.original, self._now, self._reader.together
            )
            verdicts = self._rulings.judge(facts)
        named = filing.agency_id or filing.agency_name
        return DoneJudging(
            filing_id=filing.id,
            url=filing.url,
            inputs=inputs,
            error=_error(read),
            read_from=read.sha256,
            verdicts=tuple(_row(verdict, named, filing.fiscal_year) for verdict in verdicts),
            findings=count_findings(verdicts),
        )

    def _as_read(self, filing: Filing, known: KnownFiling, error: Error | None) -> ReadFiling:
        """Return a filing's reading; what could not be read a moment ago is not tried again."""
        if error is None:
            return self._reader.filing(filing.originals, known.wanted)
        unreadable = UnreadableError(error["code"], error["message"])
        return ReadFiling(report=None, sha256=None, error=unreadable)

    def _inputs(self, known: KnownFiling, key: str) -> str:
        return hash_of({**self._versions, "filing": known.fingerprint, "reading_key": key})


def failed_judging(filing_id: int, url: str, error: Exception) -> DoneJudging:
    """Return that the program failed at judging a filing."""
    return _failed(filing_id, url, _failure(error))


def failed_versions(filing_id: int, error: Exception) -> DoneVersions:  # noqa: ARG001 - logged where it happened
    """Return that the versions of a filing are not known; they are tried again at the next run."""
    return DoneVersions(filing_id=filing_id, rows=())


def failed_reading(filing_id: int, key: str, error: Exception) -> DoneReading:
    """Return that the program failed at reading a filing; it is tried again at the next run."""
    return DoneReading(filing_id=filing_id, key=key, error=_failure(error))


def _failed(filing_id: int, url: str, error: Error | None) -> DoneJudging:
    findings = count_findings(())
    return DoneJudging(filing_id=filing_id, url=url, inputs="", error=error, findings=findings)


def _failure(error: Exception) -> Error:
    return {"code": FAILED, "message": f"{type(error).__name__}: {error}"}


def _attempt(step: Callable[[], Done], otherwise: Callable[[Exception], Done]) -> Done:
    """Take one step for one filing; what goes wrong with it alone keeps no other waiting."""
    try:
        return step()
    except (StorageError, SQLAlchemyError, OSError, WorkerFailedError):
        raise  # it would be the same for every other filing
    except Exception as error:  # the boundary that keeps one document from the others
        log.exception("a filing failed")
        return otherwise(error)


def _error(read: ReadFiling) -> Error | None:
    return {"code": read.error.code, "message": str(read.error)} if read.error else None


def _row(verdict: Verdict, agency: str | None, fiscal_year: int | None) -> dict[str, Any]:
    row = verdict_object(verdict)
    row["fingerprint"] = fingerprint(agency, fiscal_year, verdict)
    # a message quotes the document, and no database keeps NUL or half a character
    texts = {name: cleaned(value) for name, value in row.items() if isinstance(value, str)}
    return {**row, **texts}


# In a process that shares the work


class _Own:
    work: FilingWork


def begin(workspace: Workspace, now: datetime, rulings: Rulings) -> None:
    """Make ready a process that shares the work."""
    engine = create_database_engine(workspace.database_url)
    _Own.work = FilingWork(workspace, engine, now, rulings)


def read_some(filing_ids: Sequence[int]) -> list[DoneReading]:
    """Read filings in such a process."""
    return list(_Own.work.read(filing_ids))


def versions_of_some(filing_ids: Sequence[int]) -> list[DoneVersions]:
    """Read the versions of filings in such a process."""
    return list(_Own.work.versions(filing_ids))


def judge_some(filing_ids: Sequence[int]) -> list[DoneJudging]:
    """Judge filings in such a process."""
    return list(_Own.work.judge(filing_ids))
