"""The text files of an evidence pack."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from storage.captures import DamagedLog, checkpoint_line
from storage.evidence.absence import absence_object, list_pages
from storage.evidence.claims import Claim
from storage.evidence.model import LoggedCapture, LoggedDeletion, Selection
from storage.evidence.rows import json_text, lines_text, plain_row
from storage.evidence.verify import (
    ABOUT,
    ABSENCE,
    CAPTURES,
    CHECKPOINT,
    CLAIMS,
    CONSISTENCY,
    DELETION_PROOFS,
    DELETIONS,
    FILINGS,
    HISTORY,
    JUDGEMENTS,
    PROOFS,
    READINGS,
)
from storage.leaf import leaf_bytes
from storage.log import MerkleTree, leaf_hash
from storage.models import Checkpoint, Filing, Judgement

PACK_FORMAT = "nianbao-evidence-3"
"""Third: its maker signs the whole pack; 2 came with claims and histories."""


def absence_of(selection: Selection) -> dict[str, Any] | None:
    """Return the claim of absence of a pack with all that it stands on; None without one."""
    ground = selection.told.ground
    if selection.absence is None or ground is None:
        return None
    return absence_object(selection.absence, ground, positions_of(selection))


def positions_of(selection: Selection) -> dict[int, int]:
    """Return the places in the log of the captures, by their ids."""
    return {each.capture.id: each.position for each in selection.captures}


def render_records(
    selection: Selection,
    tree: MerkleTree,
    checkpoints: Sequence[Checkpoint],
    notes: Mapping[int, str],
    claims: Sequence[Claim],
    signed_by: str | None,
) -> Mapping[str, str]:
    """Return the records and their proofs, by the name of the file.

    Args:
        selection: what the pack is to hold.
        tree: over the whole log.
        checkpoints: since the first capture; all is proved under the last one.
        notes: the signed notes of checkpoints, by id.
        claims: what the pack says is proved.
        signed_by: the key that is to sign the pack as a whole; None without one.

    Raises:
        DamagedLog: if a record is not what was logged.
    """
    size, positions = checkpoints[-1].tree_size, positions_of(selection)
    line = checkpoint_line(checkpoints[-1])
    files = {
        ABOUT: json_text(_about(selection, line, signed_by)),
        CAPTURES: lines_text([_leaf(each) for each in selection.captures]),
        PROOFS: lines_text([_proof(each, tree, size) for each in selection.captures]),
        CHECKPOINT: lines_text([line]),
        CONSISTENCY: lines_text(
            [
                json.dumps(_consistency(each, tree, checkpoints[-1], notes.get(each.id)))
                for each in checkpoints[:-1]
            ]
        ),
        FILINGS: json_text([_filing(each, positions) for each in selection.filings]),
        JUDGEMENTS: json_text(
            [_judgement(each, selection.reports) for each in selection.judgements]
        ),
        READINGS: json_text(_readings(selection, positions)),
        HISTORY: json_text(selection.told.timelines),
        CLAIMS: json_text([each.as_json() for each in claims]),
    }
    if selection.deletions:
        files[DELETIONS] = lines_text([_deletion(each) for each in selection.deletions])
        proofs = [_proof(each, tree, size) for each in selection.deletions]
        files[DELETION_PROOFS] = lines_text(proofs)
    absence = absence_of(selection)
    return files if absence is None else files | {ABSENCE: json_text(absence)}


def _about(selection: Selection, checkpoint: str, signed_by: str | None) -> dict[str, Any]:
    agency, portal = selection.agency, selection.portal
    told_portal = {"id": portal.id, **plain_row(portal)}
    return {
        "format": PACK_FORMAT,
        "kind": selection.kind.value,
        "agency": None
        if agency is None
        else {"id": agency.id, **plain_row(agency), "portal": told_portal},
        "portal": told_portal,
        "fiscal_year": selection.fiscal_year,
        "compliance": None if selection.compliance is None else plain_row(selection.compliance),
        "findings": [plain_row(each) for each in selection.findings],
        "checkpoint": checkpoint,
        "signed_by": signed_by,
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


def _deletion(logged: LoggedDeletion) -> str:
    if leaf_hash(logged.leaf) != logged.leaf_hash:
        raise DamagedLog(
            f"删除记录与日志第 {logged.position} 条不符；请运行 nianbao audit verify。",
            f"a deletion does not match log entry {logged.position}; run 'nianbao audit verify'.",
        )
    return logged.leaf.decode()


def _proof(logged: LoggedCapture | LoggedDeletion, tree: MerkleTree, size: int) -> str:
    path = tree.inclusion_proof(logged.position, size)
    return json.dumps(
        {
            "position": logged.position,
            "leaf_hash": logged.leaf_hash.hex(),
            "path": [step.hex() for step in path],
        }
    )


def _consistency(
    old: Checkpoint, tree: MerkleTree, new: Checkpoint, note: str | None
) -> dict[str, Any]:
    """Return the proof that the log only grew since an older checkpoint."""
    path = tree.consistency_proof(old.tree_size, new.tree_size)
    return {
        "checkpoint": checkpoint_line(old),
        "path": [step.hex() for step in path],
        "note": note,
    }


def _readings(selection: Selection, positions: Mapping[int, int]) -> list[dict[str, Any]]:
    return [
        {
            "column": plain_row(each.column),
            "crawl": plain_row(each.crawl),
            **plain_row(each),
            "pages": list_pages(each, positions),
        }
        for each in selection.readings
    ]


def _filing(filing: Filing, positions: Mapping[int, int]) -> dict[str, Any]:
    """Return a filing with its originals; ``position`` is the log entry of each capture."""
    return {
        **plain_row(filing),
        "number": filing.id,
        "addresses": [plain_row(address) for address in filing.addresses],
        "column_url": filing.column.url,
        "originals": [
            {**plain_row(original), "position": positions.get(original.capture_id)}
            for original in filing.originals
        ],
    }


def _judgement(
    judgement: Judgement, reports: Mapping[int, dict[str, Any] | None]
) -> dict[str, Any]:
    return {
        "url": judgement.filing.url,
        **plain_row(judgement),
        "report": reports.get(judgement.filing_id),
        "verdicts": [plain_row(verdict) for verdict in judgement.verdicts],
    }
