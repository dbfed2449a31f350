"""The text files of an evidence pack."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.captures import DamagedLog, checkpoint_line
from storage.clock import iso_utc
from storage.evidence.readme import render_readme
from storage.evidence.selection import LoggedCapture, Selection
from storage.evidence.verify import CAPTURES, CHECKPOINT, CONSISTENCY, FILINGS, JUDGEMENTS, PROOFS
from storage.leaf import leaf_bytes
from storage.log import MerkleTree, leaf_hash
from storage.models import Base, Checkpoint, ColumnReading, Filing, Judgement

ROW_NUMBERS = {"id", "filing_id", "capture_id", "judgement_id", "column_id", "crawl_id"}
PACK_FORMAT = "nianbao-evidence-1"


def render_records(
    selection: Selection, tree: MerkleTree, checkpoints: Sequence[Checkpoint]
) -> Mapping[str, str]:
    """Return every text file of the pack but the manifest, by name.

    The last of the checkpoints is the one that all is proved under.

    Raises:
        DamagedLog: if a capture is not what was logged.
    """
    captures, checkpoint = selection.captures, checkpoints[-1]
    leaves = [_leaf(each) for each in captures]
    proofs = [json.dumps(_proof(each, tree, checkpoint.tree_size)) for each in captures]
    positions = {each.capture.id: each.position for each in captures}
    line = checkpoint_line(checkpoint)
    return {
        "pack.json": _json(_about(selection, line)),
        CAPTURES: _lines(leaves),
        PROOFS: _lines(proofs),
        CHECKPOINT: _lines([line]),
        CONSISTENCY: _lines(
            [json.dumps(_consistency(each, tree, checkpoint)) for each in checkpoints[:-1]]
        ),
        FILINGS: _json([_filing(each, positions) for each in selection.filings]),
        JUDGEMENTS: _json([_judgement(each, selection.reports) for each in selection.judgements]),
        "readings.json": _json(
            [
                {
                    "column": row(each.column),
                    "crawl": row(each.crawl),
                    **row(each),
                    "pages": _pages(each, positions),
                }
                for each in selection.readings
            ]
        ),
        **render_readme(selection, line),
    }


def row(stored: Base) -> dict[str, Any]:
    """Return the columns of a row but the numbers that only tie rows of one database."""
    return {
        column.key: getattr(stored, column.key)
        for column in stored.__mapper__.column_attrs
        if column.key not in ROW_NUMBERS
    }


def _about(selection: Selection, checkpoint: str) -> dict[str, Any]:
    agency = selection.agency
    return {
        "format": PACK_FORMAT,
        "agency": {
            "id": agency.id,
            **row(agency),
            "portal": {"id": agency.portal.id, **row(agency.portal)},
        },
        "fiscal_year": selection.fiscal_year,
        "compliance": None if selection.compliance is None else row(selection.compliance),
        "checkpoint": checkpoint,
    }


def _leaf(logged: LoggedCapture) -> str:
    leaf = leaf_bytes(logged.capture, logged.run_id, logged.portal_id)
    if leaf_hash(leaf) != logged.leaf_hash:
        raise DamagedLog(
            f"采集记录 {logged.capture.id} 与日志第 {logged.position} 条不符；"
            "请运行 nianbao audit verify。",
            f"capture {logged.capture.id} does not match log entry {logged.position}; "
            "run 'nianbao audit verify'.",
        )
    return leaf.decode()


def _proof(logged: LoggedCapture, tree: MerkleTree, size: int) -> dict[str, Any]:
    path = tree.inclusion_proof(logged.position, size)
    return {
        "position": logged.position,
        "leaf_hash": logged.leaf_hash.hex(),
        "path": [step.hex() for step in path],
    }


def _consistency(old: Checkpoint, tree: MerkleTree, new: Checkpoint) -> dict[str, Any]:
    """Return the proof that the log only grew since an older checkpoint."""
    path = tree.consistency_proof(old.tree_size, new.tree_size)
    return {"checkpoint": checkpoint_line(old), "path": [step.hex() for step in path]}


def _pages(reading: ColumnReading, positions: Mapping[int, int]) -> list[dict[str, Any]] | None:
    """Return the list pages of a reading in order; captures by their places in the log."""
    if reading.pages is None:
        return None
    return [
        {**page, **{key: positions.get(page[key]) for key in ("capture", "body")}}
        for page in reading.pages
    ]


def _filing(filing: Filing, positions: Mapping[int, int]) -> dict[str, Any]:
    """Return a filing with its originals; ``position`` is the log entry of each capture."""
    return {
        **row(filing),
        "addresses": [row(address) for address in filing.addresses],
        "column_url": filing.column.url,
        "originals": [
            {**row(original), "position": positions.get(original.capture_id)}
            for original in filing.originals
        ],
    }


def _judgement(
    judgement: Judgement, reports: Mapping[int, dict[str, Any] | None]
) -> dict[str, Any]:
    return {
        "url": judgement.filing.url,
        **row(judgement),
        "report": reports.get(judgement.filing_id),
        "verdicts": [row(verdict) for verdict in judgement.verdicts],
    }


def _lines(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    return iso_utc(value) if isinstance(value, datetime) else str(value)
