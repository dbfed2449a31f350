"""Versions, changes and timelines as plain data, and changes read back from it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from monitor.history.model import (
    CellChange,
    Change,
    ChangeKind,
    FileChange,
    Happening,
    LabelChange,
    PartChange,
    Passage,
    Proof,
    Timeline,
    Turn,
    Version,
    VersionFile,
)
from monitor.language import Bilingual
from storage.clock import iso_utc
from storage.models import OriginalRole


def timeline_object(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as a JSON object; times are RFC 3339 in UTC."""
    absent = timeline.last_absent_at
    return {
        "filing": timeline.filing_id,
        "url": timeline.url,
        "title": timeline.title,
        "agency": timeline.agency_id,
        "agency_name": timeline.agency_name,
        "fiscal_year": timeline.fiscal_year,
        "state": timeline.state.value,
        "published_on": timeline.published_on.isoformat() if timeline.published_on else None,
        "first_seen_at": iso_utc(timeline.first_seen_at),
        "last_seen_at": iso_utc(timeline.last_seen_at),
        "last_absent_at": iso_utc(absent) if absent else None,
        "versions": [version_object(version) for version in timeline.versions],
        "happenings": [happening_object(happening) for happening in timeline.happenings],
    }


def version_object(version: Version) -> dict[str, Any]:
    """Return a version as a JSON object."""
    return {
        "number": version.number,
        "seen_from": iso_utc(version.seen_from),
        "seen_until": iso_utc(version.seen_until),
        "current": version.current,
        "files": [file_object(file) for file in version.files],
        "bytes_sha256": version.bytes_sha256,
        "text_sha256": version.text_sha256,
        "cells_sha256": version.cells_sha256,
        "sections": dict(version.sections),
        "whole": version.whole,
        "error": version.error,
        "change": change_object(version.change) if version.change else None,
    }


def file_object(file: VersionFile) -> dict[str, Any]:
    """Return a file of a version as a JSON object."""
    return {
        "url": file.url,
        "sha256": file.sha256,
        "role": file.role.value,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "capture": file.capture_id,
    }


def file_of(found: Mapping[str, Any]) -> VersionFile:
    """Return the file that an object of ``file_object`` is of."""
    return VersionFile(
        url=found["url"],
        sha256=found["sha256"],
        role=OriginalRole(found["role"]),
        name=found["name"],
        media_type=found["media_type"],
        size=found["size"],
        capture_id=found["capture"],
    )


def happening_object(happening: Happening) -> dict[str, Any]:
    """Return what happened as a JSON object."""
    return {
        "kind": happening.kind.value,
        "at": iso_utc(happening.at),
        "after": iso_utc(happening.after) if happening.after else None,
        "certain": happening.certain,
        "message_zh": happening.message.zh,
        "message_en": happening.message.en,
        "version": happening.version,
        "change": change_object(happening.change) if happening.change else None,
        "captures": [proof_object(proof) for proof in happening.proofs],
    }


def proof_object(proof: Proof) -> dict[str, Any]:
    """Return a capture that proves something as a JSON object."""
    return {
        "capture": proof.capture_id,
        "position": proof.position,
        "leaf_hash": proof.leaf_hash,
        "run": proof.run_id,
        "url": proof.url,
        "final_url": proof.final_url,
        "status": proof.status,
        "error": proof.error,
        "fetched_at": iso_utc(proof.fetched_at),
        "sha256": proof.sha256,
    }


def change_object(change: Change) -> dict[str, Any]:
    """Return a change as a JSON object; ``share`` is rounded to a millionth."""
    return {
        "kind": change.kind.value,
        "kinds": [kind.value for kind in change.kinds],
        "certain": change.certain,
        "share": None if change.share is None else round(change.share, 6),
        "cells": [asdict(cell) for cell in change.cells],
        "cells_in_all": change.cells_in_all,
        "parts": [asdict(part) | {"share": round(part.share, 6)} for part in change.parts],
        "labels": [asdict(label) for label in change.labels],
        "files": [asdict(file) for file in change.files],
        "why_zh": change.why.zh if change.why else None,
        "why_en": change.why.en if change.why else None,
    }


def change_of(found: Mapping[str, Any]) -> Change:
    """Return the change that an object of ``change_object`` is of."""
    return Change(
        kind=ChangeKind(found["kind"]),
        kinds=tuple(ChangeKind(kind) for kind in found["kinds"]),
        certain=found["certain"],
        share=found["share"],
        cells=tuple(CellChange(**cell) for cell in found["cells"]),
        cells_in_all=found["cells_in_all"],
        parts=tuple(_part(part) for part in found["parts"]),
        labels=tuple(LabelChange(**label) for label in found["labels"]),
        files=tuple(_file(file) for file in found["files"]),
        why=Bilingual(found["why_zh"], found["why_en"]) if found["why_zh"] else None,
    )


def _part(found: Mapping[str, Any]) -> PartChange:
    passages = tuple(Passage(**passage) for passage in found["passages"])
    return PartChange(**{**found, "turn": Turn(found["turn"]), "passages": passages})


def _file(found: Mapping[str, Any]) -> FileChange:
    return FileChange(**{**found, "turn": Turn(found["turn"]), "role": OriginalRole(found["role"])})
