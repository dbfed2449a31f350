"""What changed rules or settings would change: which findings come, go, or weigh otherwise.

Reports are judged again as rulebook, settings and overlays are now, and held against the verdicts
that stand. Nothing is stored.
"""

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.filing_facts import facts_of_filing, known_of_filing
from monitor.filing_reading import Reader
from monitor.findings.filed import stored_verdict
from monitor.rules.fingerprint import fingerprint
from monitor.rules.model import Outcome, Severity, Verdict
from monitor.rules.rulings import Rulings
from storage.archive import open_archive
from storage.database import create_database_engine, reading
from storage.models import Filing, Judgement
from storage.workspace import Workspace, open_workspace

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

    ``jobs`` processes share the work; the order of what is yielded does not depend on them.
    """
    chunks = list(_chunks(workspace))
    if jobs <= 1:
        for chunk in chunks:
            yield from _judged_again(workspace.directory, rulings, now, chunk)
        return
    # A process that was forked would share the children that read for its parent.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = [
            pool.submit(_judged_again, workspace.directory, rulings, now, chunk) for chunk in chunks
        ]
        for future in waiting:
            yield from future.result()


def _chunks(workspace: Workspace) -> Iterator[list[int]]:
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


def _judged_again(
    directory: Path, rulings: Rulings, now: datetime, filing_ids: Sequence[int]
) -> list[Impact]:
    workspace = open_workspace(directory)
    reader = Reader(open_archive(workspace.archive_url))
    engine = create_database_engine(workspace.database_url)
    try:
        with reading(engine) as session:
            found = [
                _on_filing(session, workspace, reader, rulings, now, filing_id)
                for filing_id in filing_ids
            ]
    finally:
        engine.dispose()
    return [impact for impact in found if impact is not None]


def _on_filing(
    session: Session,
    workspace: Workspace,
    reader: Reader,
    rulings: Rulings,
    now: datetime,
    filing_id: int,
) -> Impact | None:
    judgement = session.scalars(
        select(Judgement)
        .where(Judgement.filing_id == filing_id, Judgement.current)
        .options(selectinload(Judgement.verdicts))
    ).one()
    filing = judgement.filing
    known = known_of_filing(session, filing, workspace.settings)
    read = reader.filing(filing.originals, known.wanted)
    if read.report is None:
        return None
    facts = facts_of_filing(known, read, reader.original, now)
    return compare(
        filing.url,
        filing.agency_id or filing.agency_name,
        filing.fiscal_year,
        [stored_verdict(stored) for stored in judgement.verdicts],
        rulings.judge(facts),
    )
