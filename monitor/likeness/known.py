"""What is known of the reports that a filing's is like, as the facts that rules are given."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from monitor.likeness.figures import Figures, figures_of
from monitor.likeness.index import names_of
from monitor.likeness.masking import Masked
from monitor.likeness.measure import unseen
from monitor.likeness.passages import shared_passages
from monitor.likeness.texts import PROBLEMS, prose_of
from monitor.reading.choosing import Wanted
from monitor.reading.model import Report, UnreadableError
from monitor.rules.model import Evidence, Likeness, SharedPassage
from monitor.rules.quoting import cell_evidence, flatten
from storage.models import DateSource, Filing, Original, StoredLikeness, StoredReading

ReadOriginal = Callable[[str, str | None, Wanted], Report | UnreadableError]

READ_AGAIN = 3
"""Of how many of the likest reports of each kind passages and figures are quoted."""
SHORTEST_PASSAGE = 20
"""Letters; what two texts share by chance is shorter."""
_PASSAGES = 3
_CELLS = 3
_JOINT = re.compile(r"合署办公|一个机构|两块牌子|(?:加?挂|保留).{0,20}(?:牌子|的牌)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLikeness:
    """A likeness as the database has it, and where the other report can be read."""

    told: Likeness
    names: tuple[str, ...]
    """Of the other agency."""
    file_name: str | None
    """Of the original ``told.sha256``."""


def known_likenesses(session: Session, filing: Filing) -> tuple[KnownLikeness, ...]:
    """Return what was found like a filing's report, likest first; nothing is read."""
    return all_known_likenesses(session, [filing])[filing.id]


def all_known_likenesses(
    session: Session, filings: Sequence[Filing]
) -> Mapping[int, tuple[KnownLikeness, ...]]:
    """Return by filing what was found like its report, likest first; nothing is read."""
    portals = {filing.id: filing.portal_id for filing in filings}
    query = (
        select(StoredLikeness, Filing, StoredReading.read_from)
        .join(Filing, Filing.id == StoredLikeness.other_id)
        .join(StoredReading, StoredReading.filing_id == Filing.id)
        .where(StoredLikeness.filing_id.in_(portals), StoredReading.read_from.is_not(None))
        .order_by(StoredLikeness.prose.desc(), StoredLikeness.problems.desc(), Filing.id)
        .options(selectinload(Filing.agency), selectinload(Filing.originals))
    )
    found: dict[int, list[KnownLikeness]] = {key: [] for key in portals}
    for row, other, read_from in session.execute(query):
        if read_from and other.agency is not None and other.fiscal_year is not None:
            found[row.filing_id].append(_known(row, other, read_from, portals[row.filing_id]))
    return {key: tuple(items) for key, items in found.items()}


def _known(row: StoredLikeness, other: Filing, read_from: str, portal_id: str) -> KnownLikeness:
    assert other.agency is not None
    assert other.fiscal_year is not None
    told = Likeness(
        url=other.url,
        agency=other.agency.name,
        fiscal_year=other.fiscal_year,
        # a day in an address may be that of a migration: it tells nobody who was first
        published_on=(None if other.published_on_source is DateSource.URL else other.published_on),
        sha256=read_from,
        same_portal=other.portal_id == portal_id,
        prose=row.prose,
        problems=row.problems,
        figures=row.figures,
    )
    return KnownLikeness(
        told=told, names=names_of(other), file_name=_name(other.originals, read_from)
    )


def _name(originals: Sequence[Original], sha256: str | None) -> str | None:
    return next((item.name for item in originals if item.sha256 == sha256), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Our report, and that of the year before, if it is known."""

    report: Report
    previous: Report | None
    names: tuple[str, ...]


def likenesses(
    known: Sequence[KnownLikeness], own: Own, read: ReadOriginal
) -> tuple[Likeness, ...]:
    """Return the likenesses as facts, the likest of them with what they share quoted."""
    quoted = _to_quote(known)
    return tuple(
        _quoted(item, own, read) if item.told.url in quoted else item.told for item in known
    )


def _to_quote(known: Sequence[KnownLikeness]) -> frozenset[str]:
    by_problems = sorted(known, key=lambda item: -item.told.problems)
    same_figures = [item for item in known if item.told.figures]
    chosen = (*known[:READ_AGAIN], *by_problems[:READ_AGAIN], *same_figures[:READ_AGAIN])
    return frozenset(item.told.url for item in chosen)


def _quoted(item: KnownLikeness, own: Own, read: ReadOriginal) -> Likeness:
    told = item.told
    assert told.sha256 is not None
    wanted = Wanted(agencies=item.names, fiscal_year=told.fiscal_year)
    theirs = read(told.sha256, item.file_name, wanted)
    if not isinstance(theirs, Report):
        return told
    ours, other = prose_of(own.report, own.names), prose_of(theirs, item.names)
    before = prose_of(own.previous, own.names) if own.previous is not None else None
    problems = ours.of_section(PROBLEMS), other.of_section(PROBLEMS)
    return replace(
        told,
        was_read=True,
        unseen=unseen(ours, other, before) if before is not None else None,
        passages=_passages(told, ours, other),
        problems_passages=_passages(told, *problems),
        cells=tuple(_cells(told, own.report, theirs)) if told.figures else (),
        works_jointly=_works_jointly(own, item.names, theirs),
    )


def _passages(told: Likeness, *texts: Masked) -> tuple[SharedPassage, ...]:
    ours, theirs = texts
    return shared_passages(
        ours,
        theirs,
        shortest=SHORTEST_PASSAGE,
        most=_PASSAGES,
        url=told.url,
        sha256=told.sha256,
    )


def _cells(told: Likeness, report: Report, theirs: Report) -> Iterator[tuple[Evidence, Evidence]]:
    figures = figures_of(report) or {}
    others: Figures = figures_of(theirs) or {}
    same = [cell for cell in figures if figures[cell] == others.get(cell)]
    for cell in sorted(same, key=lambda cell: (-figures[cell], cell))[:_CELLS]:
        quoted = cell_evidence(theirs, *cell)
        yield cell_evidence(report, *cell), replace(quoted, url=told.url, sha256=told.sha256)


def _works_jointly(own: Own, names: Iterable[str], theirs: Report) -> bool:
    """Tell whether a report names the other agency where it speaks of one roof for both."""
    pairs = (own.report, names), (theirs, own.names)
    return any(
        _JOINT.search(sentence) and any(flatten(name) in sentence for name in others)
        for report, others in pairs
        for sentence in map(flatten, re.split("[。\n]", f"{report.preamble}\n{report.text}"))
    )
