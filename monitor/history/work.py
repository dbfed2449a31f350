"""Reading the versions of filings by the reader that judges, and keeping what they say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.filing_facts import wanted_of
from monitor.filing_reading import Reader
from monitor.filing_standing import MAY_PASS, hash_of
from monitor.history.classify import classify
from monitor.history.contents import Content, content_of, digest_of
from monitor.history.contract import change_object, file_object
from monitor.history.linking import links_to
from monitor.history.loading import CHUNK, SeenFiling, as_original
from monitor.history.model import VersionFile
from monitor.history.states import State
from monitor.reading.choosing import Wanted
from monitor.reading.model import READING_VERSION, Report
from storage.leaf import cleaned
from storage.models import Filing, FilingVersion, Original, OriginalRole

HISTORY_VERSION = "1"
"""Raised whenever the same readings may be told apart in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneVersions:
    """The versions of one filing, as the rows of ``filing_versions`` without their filing."""

    filing_id: int
    rows: tuple[Mapping[str, Any], ...]


def outdated(session: Session, filing_ids: Sequence[int]) -> list[int]:
    """Return those filings, in their order, whose versions are not made of what is known now.

    Their files, agency or year are others, or another reader has read them, or one could not be
    read for a reason that may pass.
    """
    known = {row.filing_id: row for row in _in_parts(session, _NEWEST, filing_ids)}
    kept: dict[int, list[Any]] = {}
    for filing_id, *original in _in_parts(session, _ORIGINALS, filing_ids):
        kept.setdefault(filing_id, []).append(original)
    owners = _in_parts(session, _OWNERS, list(kept))
    keys = {filing_id: _key(kept[filing_id], owner) for filing_id, *owner in owners}
    return [
        filing_id
        for filing_id in filing_ids
        if filing_id in keys and not _stands(known.get(filing_id), keys[filing_id])
    ]


_NEWEST = select(
    FilingVersion.filing_id, FilingVersion.made_of, FilingVersion.error, FilingVersion.number
).order_by(FilingVersion.filing_id, FilingVersion.number)
_ORIGINALS = select(
    Original.filing_id, Original.url, Original.sha256, Original.superseded_at
).order_by(Original.id)
_OWNERS = select(Filing.id, Filing.agency_id, Filing.agency_name, Filing.fiscal_year)


def _in_parts(session: Session, query: Any, filing_ids: Sequence[int]) -> Iterator[Any]:
    """Yield the rows of a query on filings, of which a database takes so many at a time."""
    of = query.selected_columns[0]
    for start in range(0, len(filing_ids), CHUNK):
        yield from session.execute(query.where(of.in_(filing_ids[start : start + CHUNK])))


def _stands(known: Any, key: str) -> bool:
    return known is not None and known.made_of == key and known.error not in MAY_PASS


def _key(originals: Sequence[Sequence[Any]], owner: Sequence[Any]) -> str:
    versions = [metadata.version("nianbao"), READING_VERSION, HISTORY_VERSION]
    return hash_of(
        {"versions": versions, "originals": [list(each) for each in originals], "of": list(owner)}
    )


def _key_of(seen: SeenFiling) -> str:
    """Return what the versions of a filing are made of and by."""
    filing = seen.filing
    owner = (filing.agency_id, filing.agency_name, filing.fiscal_year)
    files = [(each.url, each.sha256, each.superseded_at) for each in seen.files]
    return _key(files, owner)


def read_versions(seen: SeenFiling, reader: Reader) -> DoneVersions:
    """Read every version of a filing; what was read before is not read again."""
    wanted, key = wanted_of(seen.filing), _key_of(seen)
    rows: list[Mapping[str, Any]] = []
    before: Content | None = None
    states = seen.states
    for number, state in enumerate(states, start=1):
        following = states[number].files if number < len(states) else ()
        content = content_of_state(state, reader, wanted, following)
        rows.append(_row(number, state, content, before, key))
        before = content
    return DoneVersions(filing_id=seen.filing.id, rows=tuple(rows))


def content_of_state(
    state: State, reader: Reader, wanted: Wanted, following: Sequence[VersionFile] = ()
) -> Content:
    """Read the files of one version; ``following`` are those of the next."""
    read = reader.together([as_original(file) for file in state.files], wanted)
    pages = [file for file in state.files if file.role is OriginalRole.PAGE]
    alone: Report | None = None
    if read.report is None and pages:
        result = reader.original(pages[0].sha256, pages[0].name, wanted)
        alone = result if isinstance(result, Report) else None
    known = {file.url for file in state.files}
    new = [file.url for file in following if file.url not in known]
    links = {url for page in pages if new for url in links_to(reader.body(page.sha256), new)}
    return content_of(state.files, read, alone, frozenset(links))


def _row(
    number: int, state: State, content: Content, before: Content | None, key: str
) -> Mapping[str, Any]:
    digest = digest_of(content.report)
    change = change_object(classify(before, content)) if before is not None else None
    return {
        "number": number,
        "seen_from": state.seen_from,
        "seen_until": None if state.current else state.seen_until,
        "files": [file_object(file) for file in state.files],
        "bytes_sha256": state.bytes_sha256,
        "text_sha256": digest.text_sha256,
        "cells_sha256": digest.cells_sha256,
        "sections": dict(digest.sections),
        "whole": content.whole,
        "injected": content.injected,
        "error": content.error,
        "made_of": key,
        "change": _storable(change),
    }


def _storable(value: Any) -> Any:
    """Return plain data without what no database keeps: NUL and half characters."""
    if isinstance(value, dict):
        return {key: _storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return cleaned(value) if isinstance(value, str) else value


def store_versions(session: Session, *done: DoneVersions) -> None:
    """Keep the versions of filings in the place of what was kept of them before."""
    ids = [each.filing_id for each in done]
    session.execute(delete(FilingVersion).where(FilingVersion.filing_id.in_(ids)))
    session.add_all(
        FilingVersion(filing_id=each.filing_id, **row) for each in done for row in each.rows
    )
    session.flush()
