"""Writing an evidence pack, whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from importlib import metadata, resources
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.archive import Archive, LostOriginal
from storage.captures import DamagedLog, checkpoint_line, read_tree
from storage.database import reading
from storage.evidence.absence import require_proved, titles_of_report
from storage.evidence.bag import add, close_bag, require_new, whole
from storage.evidence.certificates import certificates_for, chain_files
from storage.evidence.claims import claims_of
from storage.evidence.deletions import deletions_of
from storage.evidence.holders import holders_of
from storage.evidence.model import Kind, Selection, Told, Wanted
from storage.evidence.readme import render_readme
from storage.evidence.records import absence_of, render_records
from storage.evidence.selection import select_evidence
from storage.evidence.signatures import pack_note, signature_files
from storage.evidence.verify import (
    CERTIFICATES,
    MANIFEST,
    ORIGINALS,
    TAG_MANIFEST,
    WIRE,
)
from storage.log import MerkleTree
from storage.models import Checkpoint, CheckpointNote
from storage.settings import TimeAuthority
from storage.signing.signed_log import signed_checkpoint, signer_at_hand

EXTENSIONS = {
    "text/html": "html.txt",
    "application/xhtml+xml": "html.txt",
    "image/svg+xml": "svg.txt",
    "text/plain": "txt",
    "application/json": "json",
    "text/xml": "xml.txt",
    "application/xml": "xml.txt",
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-works": "wps",
    "application/wps-office.wps": "wps",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/ofd": "ofd",
    "application/zip": "zip",
    "image/jpeg": "jpg",
    "image/png": "png",
}
"""What a browser would run ends in ``.txt``, so that it shows it as text."""
OTHER_EXTENSION = "bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack that was written."""

    directory: Path
    kind: Kind
    proved: bool | None
    """Whether the absence that it is about is proved; None if it is about none."""
    manifest_sha256: str
    """Of the list of the payload."""
    tagmanifest_sha256: str
    """Of the list of the rest, the former list among it: who knows it knows the whole pack."""
    filings: int
    originals: int
    captures: int
    checkpoint: str
    """Size, root hash (base64) and time."""
    signed_by: str | None
    """The public key of the log that vouches for every byte of it; None if it was not at hand."""


def export_pack(
    engine: Engine,
    archive: Archive,
    wanted: Wanted,
    directory: Path,
    *,
    workspace: Path,
    told: Told | None = None,
    authorities: Sequence[TimeAuthority] = (),
) -> Pack:
    """Write an evidence pack into a new or empty directory.

    A checkpoint of the log is made first, so that the pack's captures are under it; it is signed
    by the key in the directory ``workspace`` and stamped by the ``authorities``. That key signs the
    pack as a whole, too; where it is not at hand, the pack says so.

    Raises:
        EvidenceError: if the directory is not empty, or agency or filing are unknown.
        NothingArchivedError: if neither a filing nor a list page is in the archive.
        AbsenceNotProvedError: if an absence is asked for that is not proved.
        DamagedLog, DamagedOriginal, LostOriginal: if what the pack must hold is not sound.
        ArchiveError: if the archive cannot be used.
    """
    require_new(directory)
    selection = _look_again(_select(engine, wanted, told or Told()), archive)
    absence = absence_of(selection)
    if absence is not None and not wanted.as_observed:
        require_proved(absence)
    # After the selection: all that was selected is under it.
    checkpoint = signed_checkpoint(engine, archive, workspace, authorities)
    with reading(engine) as session:
        tree = read_tree(session)
        checkpoints = _checkpoints(session, selection, checkpoint)
        _require_continuity(tree, checkpoints)
        signatures = signature_files(session, checkpoint, checkpoints[:-1])
        signer = signer_at_hand(session, workspace)
        notes = _notes(session, checkpoints)
        first = min(each.position for each in selection.captures)
        holders = holders_of(session, first, checkpoint.tree_size)
    claims = claims_of(selection)
    signed_by = str(signer.verifier) if signer else None
    with whole(directory) as draft:
        originals = _write_bodies(draft, archive, selection)
        records = render_records(selection, tree, checkpoints, notes, claims, signed_by)
        for name, text in records.items():
            add(draft, name, text.encode())
        for name, content in signatures.items():
            add(draft, name, content)
        chains = chain_files(selection.captures, selection.certificates)
        for name, text in chains.items():
            add(draft, f"{CERTIFICATES}/{name}", text.encode())
        pages = render_readme(
            selection, claims, absence, checkpoint, signatures, holders, originals, signed_by
        )
        for name, text in pages.items():
            add(draft, name, text.encode())
        add(draft, "verify.py", verifier())
        sign = partial(pack_note, draft, signer) if signer else None
        digests = close_bag(draft, _bag_info(selection, checkpoint), sign)
    return Pack(
        directory=directory,
        kind=selection.kind,
        proved=None if absence is None else bool(absence["proved"]),
        manifest_sha256=digests[MANIFEST],
        tagmanifest_sha256=digests[TAG_MANIFEST],
        filings=len(selection.filings),
        originals=len(originals),
        captures=len(selection.captures),
        checkpoint=checkpoint_line(checkpoint),
        signed_by=signed_by,
    )


def verifier() -> bytes:
    """Return the program that checks a pack, as every pack holds it."""
    return resources.files("storage.evidence").joinpath("verify.py").read_bytes()


def _select(engine: Engine, wanted: Wanted, told: Told) -> Selection:
    with reading(engine) as session:
        found = select_evidence(session, wanted, told)
        return replace(
            found,
            deletions=deletions_of(session, found.bodies),
            certificates=certificates_for(session, found.captures),
        )


def _look_again(selection: Selection, archive: Archive) -> Selection:
    """Look in the lists of a claim of absence for titles that are plainly those of the report."""
    absence, agency, year = selection.absence, selection.agency, selection.fiscal_year
    if absence is None or agency is None or year is None:
        return selection
    deleted = _deleted(selection)
    captures = {each.capture.id: each.capture for each in selection.captures}
    titled = titles_of_report(
        absence, agency, year, captures, lambda each: None if each in deleted else archive.get(each)
    )
    return replace(selection, absence=replace(absence, titled=tuple(titled)))


def _deleted(selection: Selection) -> set[str]:
    return {sha256 for each in selection.deletions for sha256 in each.originals}


def _checkpoints(session: Session, selection: Selection, last: Checkpoint) -> list[Checkpoint]:
    """Return the checkpoints that have something of the selection under them, ``last`` the last."""
    position = min(each.position for each in selection.captures)
    older = session.scalars(
        select(Checkpoint)
        .where(Checkpoint.tree_size > position, Checkpoint.tree_size < last.tree_size)
        .order_by(Checkpoint.id)
    )
    return [*older, last]


def _notes(session: Session, checkpoints: Sequence[Checkpoint]) -> Mapping[int, str]:
    query = select(CheckpointNote).where(
        CheckpointNote.checkpoint_id >= checkpoints[0].id,
        CheckpointNote.checkpoint_id <= checkpoints[-1].id,
    )
    return {each.checkpoint_id: each.note for each in session.scalars(query)}


def _require_continuity(tree: MerkleTree, checkpoints: Sequence[Checkpoint]) -> None:
    for each in checkpoints:
        if each.tree_size > tree.size or tree.root(each.tree_size) != each.root_hash:
            raise DamagedLog(
                f"日志与检查点“{checkpoint_line(each)}”不符；请运行 nianbao audit verify。",
                f"the log does not have the root of checkpoint {checkpoint_line(each)!r}; "
                "run 'nianbao audit verify'.",
            )


def _write_bodies(draft: Path, archive: Archive, selection: Selection) -> Mapping[str, str]:
    """Write the originals, and bodies as served where they differ; return the former's names."""
    deleted, names = _deleted(selection), {}
    for sha256, media_type in selection.bodies.items():
        if sha256 not in deleted:
            extension = EXTENSIONS.get(media_type or "", OTHER_EXTENSION)
            names[sha256] = f"{ORIGINALS}/{sha256}.{extension}"
            add(draft, names[sha256], archive.get(sha256))
    for sha256 in sorted(set(_as_served(selection)) - set(names)):
        with suppress(LostOriginal):  # not kept before version 0.2; 'audit verify' tells of others
            add(draft, f"{WIRE}/{sha256}.bin", archive.get(sha256))
    return names


def _as_served(selection: Selection) -> Iterator[str]:
    for each in selection.captures:
        if each.capture.wire_sha256 is not None and each.capture.sha256 is not None:
            yield each.capture.wire_sha256


def _bag_info(selection: Selection, checkpoint: Checkpoint) -> list[tuple[str, str]]:
    agency, year = selection.agency, selection.fiscal_year
    about = f"{selection.kind.value}: {selection.name}, {year or '?'}"
    number = selection.filings[0].id if selection.kind is Kind.FILING else None
    parts = (selection.kind.value, agency.id if agency else None, year, number)
    return [
        ("Bag-Software-Agent", f"nianbao {metadata.version('nianbao')}"),
        ("Bagging-Date", checkpoint.made_at.astimezone(UTC).date().isoformat()),
        ("External-Description", _legible(about)),
        (
            "External-Identifier",
            _legible("-".join(str(each) for each in parts if each is not None)),
        ),
        ("Internal-Sender-Identifier", checkpoint_line(checkpoint)),
    ]


def _legible(text: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
