"""A directory in the form of BagIt 1.0 (RFC 8493), written whole or not at all."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from storage.evidence.model import EvidenceError
from storage.evidence.verify import (
    BAG,
    BAG_INFO,
    BAG_TEXT,
    MANIFEST,
    PACK_NOTE,
    PAYLOAD,
    TAG_MANIFEST,
)

_LONGEST_LINE = 200


def require_new(directory: Path) -> None:
    """Refuse a directory that has something in it.

    Raises:
        EvidenceError: if it has.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise EvidenceError(
            f"{directory} 已存在且不是空目录；证据包只写入新的或空的目录。",
            f"{directory} exists and is no empty directory; a pack is written into a new one only.",
        )


@contextmanager
def whole(directory: Path) -> Iterator[Path]:
    """Give a directory beside the one wanted, which gets its name when all is written.

    Raises:
        EvidenceError: if nothing can be written there.
    """
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
        _flush(directory.parent)
    except BaseException:
        shutil.rmtree(draft)
        raise


def add(draft: Path, name: str, content: bytes) -> None:
    """Write one file of the bag, through to the disk."""
    path = draft / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def close_bag(
    draft: Path, about: Sequence[tuple[str, str]], sign: Callable[[bytes], bytes] | None = None
) -> Mapping[str, str]:
    """Declare the bag, list its files, have that signed; return the hashes of both manifests.

    The list of the files that are not payload comes last: without it, the bag is none.

    Args:
        draft: holds everything else.
        about: elements of ``bag-info.txt``, in order.
        sign: is given the lines about all files that are not payload, the list of the payload
            among them, and returns a note about them; None for a bag that nobody signs.
    """
    payload = [name for name in _names(draft) if name.startswith(PAYLOAD)]
    size = sum((draft / name).stat().st_size for name in payload)
    elements = [*about, ("Payload-Oxum", f"{size}.{len(payload)}")]
    add(draft, BAG, BAG_TEXT)
    add(draft, BAG_INFO, "".join(f"{label}: {_line(text)}\n" for label, text in elements).encode())
    digests = {MANIFEST: _add_manifest(draft, MANIFEST, payload)}
    if sign is not None:
        add(draft, PACK_NOTE, sign(_manifest(draft, _tags(draft))))
    digests[TAG_MANIFEST] = _add_manifest(draft, TAG_MANIFEST, _tags(draft))
    for path in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        _flush(path)
    return digests


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_LINE]


def _names(draft: Path) -> list[str]:
    found = (path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
    return sorted(found)


def _tags(draft: Path) -> list[str]:
    return [name for name in _names(draft) if not name.startswith(PAYLOAD)]


def _add_manifest(draft: Path, manifest: str, names: Sequence[str]) -> str:
    content = _manifest(draft, names)
    add(draft, manifest, content)
    return hashlib.sha256(content).hexdigest()


def _manifest(draft: Path, names: Sequence[str]) -> bytes:
    lines = []
    for name in names:
        with (draft / name).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    return "".join(lines).encode()


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
