"""What stands of the filings of the archive: their readings and judgements, by hashes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from importlib import metadata
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from monitor.filing_facts import wanted_of
from monitor.filing_reading import ARCHIVE_ERROR
from monitor.reading.model import READING_VERSION
from storage.models import Filing, Judgement, StoredReading

FAILED = "failed"
"""The code of a filing at which this program itself failed."""
MAY_PASS = frozenset({ARCHIVE_ERROR, FAILED, "crashed", "limits-exceeded"})
"""Errors that the same bytes need not give again: these filings are tried at every run."""

Error = Mapping[str, str]
"""``code`` and ``message``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A filing's judgement and reading, as they stand."""

    inputs: str | None
    judged_error: Error | None
    read_error: Error | None
    key: str

    @property
    def is_of_one_error(self) -> bool:
        """True if the judgement is of the error, or of none, that the reading now has."""
        return code_of(self.judged_error) == code_of(self.read_error)


def load_filings(session: Any, filing_ids: Sequence[int]) -> list[Filing]:
    """Return filings in the order of their ids as given."""
    query = (
        select(Filing)
        .where(Filing.id.in_(filing_ids))
        .options(
            selectinload(Filing.originals),
            selectinload(Filing.agency),
            selectinload(Filing.column),
        )
    )
    found = {filing.id: filing for filing in session.scalars(query)}
    return [found[filing_id] for filing_id in filing_ids if filing_id in found]


def standing(session: Any, filing_ids: Sequence[int]) -> dict[int, Before]:
    """Return what stands of the filings that were read."""
    judged = session.execute(
        select(Judgement.filing_id, Judgement.inputs_sha256, Judgement.error).where(
            Judgement.filing_id.in_(filing_ids), Judgement.current
        )
    )
    stands = {row.filing_id: (row.inputs_sha256, row.error) for row in judged}
    read = session.execute(
        select(StoredReading.filing_id, StoredReading.key, StoredReading.error).where(
            StoredReading.filing_id.in_(filing_ids)
        )
    )
    return {
        row.filing_id: Before(
            inputs=stands.get(row.filing_id, (None, None))[0],
            judged_error=stands.get(row.filing_id, (None, None))[1],
            read_error=row.error,
            key=row.key,
        )
        for row in read
    }


def reading_key(filing: Filing) -> str:
    """Return the hash of what reading a filing, and finding what it is like, depend on."""
    agency = filing.agency
    owner = (
        [agency.id, agency.division, agency.kind, agency.merged_into, agency.renamed_from]
        if agency is not None
        else None
    )
    originals = [
        [item.sha256, item.url, item.role, item.name, item.media_type, item.size]
        for item in filing.originals
        if item.superseded_at is None
    ]
    wanted = wanted_of(filing)
    return hash_of(
        {
            "versions": [metadata.version("nianbao"), READING_VERSION],
            "originals": originals,
            "wanted": [wanted.agencies, wanted.fiscal_year, filing.agency_name],
            "owner": owner,
        }
    )


def is_read(stored: tuple[str, Error | None] | None, key: str) -> bool:
    """Tell whether a stored reading (its key and error) stands for the key of now."""
    if stored is None or stored[0] != key:
        return False
    return code_of(stored[1]) not in MAY_PASS


def code_of(error: Error | None) -> str | None:
    """Return the code of an error, None without one."""
    return error["code"] if error else None


def hash_of(parts: Mapping[str, Any]) -> str:
    """Return the hash of plain data, the same in every process.

    Raises:
        TypeError: if there is something in it that has no text of its own, such as a function.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value in the forms of JSON; sets have no order, and so no text of their own."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    msg = f"no hash of {type(value).__name__}"
    raise TypeError(msg)
