"""Judging what was archived: filings whose inputs changed are read and judged again.

Everything a verdict depends on goes into one hash; as long as it stays the same the filing's
judgement stands. Reading goes through the archive, so what is judged is what is kept.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_facts import facts_of_filing
from monitor.judging import count_findings
from monitor.reading.contract import reading_object
from monitor.reading.isolation import read_original
from monitor.reading.model import READING_VERSION, Report, UnreadableError
from monitor.rules.contract import verdict_object
from monitor.rules.engine import judge, rulebook
from monitor.rules.model import Verdict
from storage.archive import Archive, ArchiveError, open_archive
from storage.database import reading, transaction
from storage.models import Filing, Judgement, Original, OriginalRole, Portal, StoredVerdict
from storage.registry import agency_names, match_agency
from storage.registry.places import leading_places
from storage.settings import Settings
from storage.workspace import Workspace

log = logging.getLogger(__name__)

_ENOUGH_SECTIONS = 3


@dataclass(slots=True)
class CheckSummary:
    """What one run of checking did."""

    judged: int = 0
    unchanged: int = 0
    unreadable: list[str] = field(default_factory=list)
    """The filings no original of which could be read: address and reason."""
    findings: dict[str, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "info": 0})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFiling:
    """A filing's report, from whichever of its originals holds it."""

    report: Report | None
    sha256: str | None
    error: UnreadableError | None


class Reader:
    """Reads originals from the archive, each once per run."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._known: dict[str, Report | UnreadableError] = {}

    def original(self, sha256: str, name: str | None) -> Report | UnreadableError:
        """Return the report that an original holds, or why it could not be read."""
        if sha256 not in self._known:
            try:
                body = self._archive.get(sha256)
                self._known[sha256] = read_original(body, name=name)
            except UnreadableError as error:
                self._known[sha256] = error
            except ArchiveError as error:
                self._known[sha256] = UnreadableError("damaged", str(error))
        return self._known[sha256]

    def filing(self, originals: Sequence[Original]) -> ReadFiling:
        """Return the report of a filing: its page if that holds it, else the fullest attachment.

        An attachment that cannot be read beside a page that holds no report leaves the filing
        unread: its report may stand there.
        """
        current = [original for original in originals if original.superseded_at is None]
        read: list[tuple[Original, Report]] = []
        errors: list[UnreadableError] = []
        for original in sorted(current, key=lambda item: item.role is not OriginalRole.PAGE):
            result = self.original(original.sha256, original.name)
            if isinstance(result, UnreadableError):
                errors.append(result)
            else:
                read.append((original, result))
        best = max(read, key=lambda pair: _fullness(pair[1]), default=None)
        if best is not None and (holds_report(best[1]) or not errors):
            return ReadFiling(report=best[1], sha256=best[0].sha256, error=None)
        error = errors[0] if errors else UnreadableError("missing", "no original is archived")
        return ReadFiling(report=None, sha256=None, error=error)


def holds_report(report: Report) -> bool:
    """Whether a reading shows the body of an annual report and not just a page around it."""
    return _fullness(report)[0] >= _ENOUGH_SECTIONS


def _fullness(report: Report) -> tuple[int, int]:
    sections = {section.key for section in report.sections if section.key}
    return len(sections | set(report.tables)), len(report.text)


def check_filings(
    workspace: Workspace, engine: Engine, now: datetime, filing_ids: Iterable[int] | None = None
) -> CheckSummary:
    """Judge every filing whose inputs changed since it was last judged.

    Args:
        workspace: for settings and archive.
        engine: of the workspace's database.
        now: the instant to judge at.
        filing_ids: only these filings; None means all.
    """
    reader = Reader(open_archive(workspace.archive_url))
    with reading(engine) as session:
        query = select(Filing.id).order_by(Filing.agency_id, Filing.fiscal_year, Filing.id)
        ids = list(session.scalars(query))
    wanted = set(ids if filing_ids is None else filing_ids)
    for filing_id in ids:
        if filing_id in wanted:
            _assign_from_document(engine, reader, filing_id)
    summary = CheckSummary()
    for filing_id in ids:
        if filing_id in wanted:
            _check_one(engine, reader, workspace.settings, now, filing_id, summary)
    return summary


def _load(session: Session, filing_id: int) -> Filing:
    return session.scalars(
        select(Filing)
        .where(Filing.id == filing_id)
        .options(selectinload(Filing.originals), selectinload(Filing.agency))
    ).one()


def _assign_from_document(engine: Engine, reader: Reader, filing_id: int) -> None:
    """Fill in agency and year that the list did not tell, from the report's own title."""
    with reading(engine) as session:
        filing = _load(session, filing_id)
        if filing.agency_id is not None and filing.fiscal_year is not None:
            return
        report = reader.filing(filing.originals).report
        if report is None:
            return
        year = filing.fiscal_year or report.fiscal_year
        agency_id = filing.agency_id or _match(session, filing.portal_id, report.agency, year)
    if (agency_id, year) == (filing.agency_id, filing.fiscal_year):
        return
    with transaction(engine) as session:
        stored = session.get_one(Filing, filing_id)
        stored.agency_id, stored.fiscal_year = agency_id, year
        stored.agency_name = stored.agency_name or report.agency
        stored.assigned_by = "document"


def _match(session: Session, portal_id: str, name: str | None, year: int | None) -> str | None:
    if not name:
        return None
    places = leading_places(session.get_one(Portal, portal_id).name)
    known = agency_names(session, portal_id=portal_id)
    return match_agency(name, known, fiscal_year=year, places=places).agency_id


def _check_one(
    engine: Engine,
    reader: Reader,
    settings: Settings,
    now: datetime,
    filing_id: int,
    summary: CheckSummary,
) -> None:
    with reading(engine) as session:
        filing = _load(session, filing_id)
        read = reader.filing(filing.originals)
        facts = facts_of_filing(session, filing, read.report, reader.original, settings, now)
        current = session.scalars(
            select(Judgement).where(Judgement.filing_id == filing_id, Judgement.current)
        ).first()
    inputs = _inputs_hash(filing, read, facts.fingerprint, settings)
    if read.error is not None:
        summary.unreadable.append(f"{filing.url}: {read.error.code}: {read.error}")
    if current is not None and current.inputs_sha256 == inputs:
        summary.unchanged += 1
        return
    verdicts = judge(facts.facts, settings.rules.severity) if read.report else ()
    for severity, count in count_findings(verdicts).items():
        summary.findings[severity] += count
    summary.judged += 1
    with transaction(engine) as session:
        _store(session, filing_id, now, inputs, read, verdicts)


def _store(
    session: Session,
    filing_id: int,
    now: datetime,
    inputs: str,
    read: ReadFiling,
    verdicts: Sequence[Verdict],
) -> None:
    for earlier in session.scalars(
        select(Judgement).where(Judgement.filing_id == filing_id, Judgement.current)
    ):
        earlier.current = False
    judgement = Judgement(
        filing_id=filing_id,
        judged_at=now,
        inputs_sha256=inputs,
        read_from=read.sha256,
        error={"code": read.error.code, "message": str(read.error)} if read.error else None,
        report=reading_object(read.report) if read.report else None,
    )
    judgement.verdicts = [StoredVerdict(**verdict_object(verdict)) for verdict in verdicts]
    session.add(judgement)


def _inputs_hash(
    filing: Filing, read: ReadFiling, facts_fingerprint: Any, settings: Settings
) -> str:
    inputs = {
        "reading": READING_VERSION,
        "rules": {rule.id: rule.version for rule in rulebook().values()},
        "settings": settings.rules.model_dump(),
        "read_from": read.sha256,
        "error": read.error.code if read.error else None,
        "originals": sorted(
            original.sha256 for original in filing.originals if original.superseded_at is None
        ),
        "facts": facts_fingerprint,
    }
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
