"""What changed rules or settings would change: which findings come, go, or weigh otherwise.

Reports are judged again as rulebook, settings and overlays are now, and held against the verdicts
that stand. Nothing is stored.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_facts import KnownFiling, facts_of_filing, known_of_filings
from monitor.filing_reading import Reader, reader_of
from monitor.findings.filed import stored_verdict
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Outcome, Severity, Verdict
from monitor.rules.rulings import Rulings
from monitor.sharing import Crew, Died, limited
from storage.database import create_database_engine, reading
from storage.models import Filing, Judgement
from storage.workspace import Workspace

log = logging.getLogger(__name__)

_AT_ONCE = 50
"""Filings that one process is given at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding that comes, goes, or is of another severity; None for where it is not."""

    rule: str
    before: Severity | None
    after: Severity | None
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What changes for one report."""

    name: str
    agency: str | None
    fiscal_year: int | None
    changes: tuple[Change, ...]
    errors_before: int
    errors_after: int

    @property
    def flips(self) -> bool:
        """Whether a report without errors gets one, or one with errors has none any more."""
        return (self.errors_before == 0) != (self.errors_after == 0)


def compare(
    name: str,
    agency: str | None,
    fiscal_year: int | None,
    before: Iterable[Verdict],
    after: Iterable[Verdict],
) -> Impact:
    """Return what changes between two judgements of one report, by the findings' fingerprints."""

    def failed(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
        return {
            fingerprint(agency, fiscal_year, verdict): verdict
            for verdict in verdicts
            if verdict.outcome is Outcome.FAIL
        }

    old, new = failed(before), failed(after)
    changes = [
        _change(old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if key not in old or key not in new or old[key].severity is not new[key].severity
    ]
    return Impact(
        name=name,
        agency=agency,
        fiscal_year=fiscal_year,
        changes=tuple(sorted(changes, key=lambda change: (change.rule, change.message_zh))),
        errors_before=_errors(old.values()),
        errors_after=_errors(new.values()),
    )


def _change(before: Verdict | None, after: Verdict | None) -> Change:
    shown = after or before
    assert shown is not None
    return Change(
        rule=shown.rule,
        before=before.severity if before else None,
        after=after.severity if after else None,
        message_zh=shown.message.zh,
        message_en=shown.message.en,
    )


def _errors(verdicts: Iterable[Verdict]) -> int:
    return sum(verdict.severity is Severity.ERROR for verdict in verdicts)


def impact_on_archive(
    workspace: Workspace, rulings: Rulings, now: datetime, jobs: int = 1
) -> Iterator[Impact]:
    """Yield what changes for each filing that was judged and can be read, by agency and year.

    ``jobs`` processes share the work; the order of what is yielded does not depend on them. A
    filing that a process died of is left out.
    """
    chunks = _chunks(workspace)
    if jobs <= 1:
        _begin(workspace, rulings, now)
        for chunk in chunks:
            yield from _judged_again(chunk)
        return
    with Crew(jobs, _begin, (workspace, rulings, now)) as crew:
        for chunk, found in crew.results(_judged_again, chunks):
            if isinstance(found, Died):
                log.error("a process died of filing %s", chunk[0])
            else:
                yield from found


def _chunks(workspace: Workspace) -> Iterator[Sequence[int]]:
    engine = create_database_engine(workspace.database_url)
    try:
        with reading(engine) as session:
            query = (
                select(Filing.id)
                .join(Judgement, Judgement.filing_id == Filing.id)
                .where(Judgement.current)
                .order_by(Filing.agency_id, Filing.fiscal_year, Filing.id)
            )
            filing_ids = list(session.scalars(query))
    finally:
        engine.dispose()
    for first in range(0, len(filing_ids), _AT_ONCE):
        yield filing_ids[first : first + _AT_ONCE]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What a process needs that shares the work."""

    workspace: Workspace
    reader: Reader
    rulings: Rulings
    now: datetime


class _Own:
    given: _Given


def _begin(workspace: Workspace, rulings: Rulings, now: datetime) -> None:
    _Own.given = _Given(workspace=workspace, reader=reader_of(workspace), rulings=rulings, now=now)


def _judged_again(filing_ids: Sequence[int]) -> list[Impact]:
    given = _Own.given
    engine = create_database_engine(given.workspace.database_url)
    try:
        with reading(engine) as session:
            judgements = _judgements(session, filing_ids)
            filings = [judgement.filing for judgement in judgements]
            overlays = given.rulings.overlays
            settings = given.workspace.settings
            known = known_of_filings(session, filings, settings, overlays, given.now)
    finally:
        engine.dispose()
    found = (_on_filing(judgement, known[judgement.filing_id], given) for judgement in judgements)
    return [impact for impact in found if impact is not None]


def _judgements(session: Session, filing_ids: Sequence[int]) -> list[Judgement]:
    """Return the current judgements of filings, in the order of those."""
    filing = selectinload(Judgement.filing)
    query = (
        select(Judgement)
        .where(Judgement.filing_id.in_(filing_ids), Judgement.current)
        .options(
            selectinload(Judgement.verdicts),
            filing.selectinload(Filing.originals),
            filing.selectinload(Filing.agency),
            filing.selectinload(Filing.column),
        )
    )
    found = {judgement.filing_id: judgement for judgement in session.scalars(query)}
    return [found[filing_id] for filing_id in filing_ids]


def _on_filing(judgement: Judgement, known: KnownFiling, given: _Given) -> Impact | None:
    filing = judgement.filing
    read = given.reader.filing(filing.originals, known.wanted)
    if read.report is None:
        return None
    with limited():
        facts = facts_of_filing(
            known, read, given.reader.original, given.now, given.reader.together
        )
        verdicts = given.rulings.judge(facts)
    return compare(
        filing.url,
        filing.agency_id or filing.agency_name,
        filing.fiscal_year,
        [stored_verdict(stored) for stored in judgement.verdicts],
        verdicts,
    )
