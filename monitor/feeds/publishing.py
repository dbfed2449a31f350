"""Feeds into a directory, and those of subscriptions that are no more out of it again.

What was written where is kept in the workspace, by the hash of its bytes: a file is removed only
if it is still the very one that this workspace wrote, whoever else writes into that directory.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.feeds.writing import write_files

LEDGER = "feeds-written.json"
"""In the workspace: by directory and name, the hashes of what was written there."""
_REMOVABLE = "subscriptions/"

_Written = dict[str, list[str]]
"""By name the SHA-256 of what may stand there by us: two while it is being written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a round of writing changed."""

    changed: int
    removed: tuple[str, ...]
    """Names of the files of subscriptions that are no more."""


def publish_feeds(workspace: Path, directory: Path, files: Mapping[str, bytes]) -> Published:
    """Write feeds, each whole, and remove what this workspace wrote for subscriptions that ended.

    Raises:
        OSError: if the directory or the workspace cannot be written; nothing is forgotten then.
    """
    place, ledger = str(directory.resolve()), workspace / LEDGER
    every = _read(ledger)
    before = every.get(place, {})
    now = {name: _sha256(files[name]) for name in files if name.startswith(_REMOVABLE)}
    both = {name: [*before.get(name, ())[-1:], sha256] for name, sha256 in now.items()}
    _write(ledger, every | {place: before | both})
    changed = write_files(directory, files)
    removed = [name for name in before if name not in files and _remove(directory, name, before)]
    _write(ledger, every | {place: {name: [sha256] for name, sha256 in now.items()}})
    return Published(changed=changed, removed=tuple(removed))


def _remove(directory: Path, name: str, written: _Written) -> bool:
    """Remove a file if it is ours still; return whether it was."""
    path = directory / name
    if path.parent != directory / _REMOVABLE or path.is_symlink() or not path.is_file():
        return False
    if _sha256(path.read_bytes()) not in written[name]:
        return False
    path.unlink()
    return True


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read(ledger: Path) -> dict[str, _Written]:
    """Return what was written; nothing if that is not known: then nothing is removed."""
    try:
        found = json.loads(ledger.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(ledger: Path, written: Mapping[str, _Written]) -> None:
    text = json.dumps(written, ensure_ascii=False, indent=1) + "\n"
    temporary = ledger.with_name(f".{ledger.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(ledger)
    finally:
        temporary.unlink(missing_ok=True)
