"""Writing an evidence pack, whole or not at all."""

import hashlib
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload

from storage.archive import Archive
from storage.captures import DamagedLog, checkpoint_line, read_tree
from storage.database import reading
from storage.errors import StorageError
from storage.evidence.records import render_records
from storage.evidence.selection import Selection, select_evidence
from storage.evidence.signatures import signature_files
from storage.evidence.verify import MANIFEST, ORIGINALS
from storage.log import MerkleTree
from storage.models import Agency, Checkpoint
from storage.signing.signed_log import signed_checkpoint

EXTENSIONS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "application/json": "json",
    "text/xml": "xml",
    "application/xml": "xml",
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
OTHER_EXTENSION = "bin"


class EvidenceError(StorageError):
    """A pack cannot be made."""


class NothingArchivedError(EvidenceError):
    """There is nothing in the archive about this agency and year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack that was written."""

    directory: Path
    manifest_sha256: str
    """Of the manifest: who knows it knows the whole pack."""
    filings: int
    originals: int
    captures: int
    checkpoint: str
    """Size, root hash (base64) and time."""


def export_pack(
    engine: Engine,
    archive: Archive,
    agency_id: str,
    fiscal_year: int,
    directory: Path,
    *,
    workspace: Path,
) -> Pack:
    """Write the evidence pack of one agency and fiscal year into a new or empty directory.

    A checkpoint of the log is made first, so that the pack's captures are under it; it is signed
    by the key in the directory ``workspace``.

    Raises:
        EvidenceError: if the directory is not empty, or the agency is unknown.
        NothingArchivedError: if neither a filing nor a list page is in the archive.
        DamagedLog, DamagedOriginal, LostOriginal: if what the pack must hold is not sound.
        ArchiveError: if the archive cannot be used.
    """
    _require_new(directory)
    selection = _select(engine, agency_id, fiscal_year)
    # After the selection: all that was selected is under it.
    checkpoint = signed_checkpoint(engine, archive, workspace)
    with reading(engine) as session:
        tree = read_tree(session)
        since = min(each.position for each in selection.captures)
        checkpoints = [*_checkpoints(session, since, checkpoint.tree_size), checkpoint]
        signatures = signature_files(session, checkpoint)
    _require_continuity(tree, checkpoints)
    with _whole(directory) as draft:
        _write_bodies(draft, archive, selection)
        for name, text in render_records(selection, tree, checkpoints).items():
            (draft / name).write_text(text, encoding="utf-8")
        for name, content in signatures.items():
            (draft / name).write_bytes(content)
        _write_program(draft)
        manifest = _write_manifest(draft)
    return Pack(
        directory=directory,
        manifest_sha256=manifest,
        filings=len(selection.filings),
        originals=len(selection.bodies),
        captures=len(selection.captures),
        checkpoint=checkpoint_line(checkpoint),
    )


def _select(engine: Engine, agency_id: str, fiscal_year: int) -> Selection:
    with reading(engine) as session:
        selection = select_evidence(session, _agency(session, agency_id), fiscal_year)
    if not selection.captures:
        raise NothingArchivedError(
            f"档案中没有 {agency_id} {fiscal_year} 年度的任何材料；请先运行 nianbao crawl。",
            f"nothing is archived about {agency_id}, fiscal year {fiscal_year}; "
            "run 'nianbao crawl' first.",
        )
    return selection


def _checkpoints(session: Session, position: int, size: int) -> Sequence[Checkpoint]:
    """Return the checkpoints before ``size`` that have the log entry at ``position`` under them."""
    return session.scalars(
        select(Checkpoint)
        .where(Checkpoint.tree_size > position, Checkpoint.tree_size < size)
        .order_by(Checkpoint.id)
    ).all()


def _require_continuity(tree: MerkleTree, checkpoints: Sequence[Checkpoint]) -> None:
    for each in checkpoints:
        if each.tree_size > tree.size or tree.root(each.tree_size) != each.root_hash:
            raise DamagedLog(
                f"日志与检查点“{checkpoint_line(each)}”不符；请运行 nianbao audit verify。",
                f"the log does not have the root of checkpoint {checkpoint_line(each)!r}; "
                "run 'nianbao audit verify'.",
            )


def _require_new(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise EvidenceError(
            f"{directory} 已存在且不是空目录；证据包只写入新的或空的目录。",
            f"{directory} exists and is no empty directory; a pack is written into a new one only.",
        )


def _agency(session: Session, agency_id: str) -> Agency:
    agencies = select(Agency).options(joinedload(Agency.portal))
    found = session.scalars(agencies.where(Agency.id == agency_id)).first()
    if found is None:
        named = session.scalars(agencies.where(Agency.name == agency_id)).all()
        if len(named) != 1:
            raise EvidenceError(
                f"登记表中没有机关“{agency_id}”；编号见 nianbao registry export。",
                f"the registry has no agency {agency_id!r}; "
                "'nianbao registry export' shows their ids.",
            )
        found = named[0]
    return found


@contextmanager
def _whole(directory: Path) -> Iterator[Path]:
    """Give a directory beside the one wanted, which gets its name when all is written."""
    directory = directory.resolve()
    draft = directory.with_name(f".{directory.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True)
    except (PermissionError, NotADirectoryError) as error:
        raise EvidenceError(
            f"无法写入 {directory.parent}：{error.strerror}。",
            f"cannot write to {directory.parent}: {error.strerror}.",
        ) from error
    try:
        yield draft
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft)
        raise


def _write_bodies(draft: Path, archive: Archive, selection: Selection) -> None:
    base = draft / ORIGINALS
    base.mkdir(parents=True)
    for sha256, media_type in selection.bodies.items():
        extension = EXTENSIONS.get(media_type or "", OTHER_EXTENSION)
        (base / f"{sha256}.{extension}").write_bytes(archive.get(sha256))


def _write_program(draft: Path) -> None:
    program = resources.files("storage.evidence").joinpath("verify.py").read_bytes()
    (draft / "verify.py").write_bytes(program)


def _write_manifest(draft: Path) -> str:
    lines = []
    for path in draft.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append((path.relative_to(draft).as_posix(), digest))
    content = "".join(f"{digest}  {name}\n" for name, digest in sorted(lines)).encode()
    (draft / MANIFEST).write_bytes(content)
    return hashlib.sha256(content).hexdigest()
