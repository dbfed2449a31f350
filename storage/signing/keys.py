"""The key of a log: made with the workspace, kept in a file of its own, rotated when needed."""

import os
import secrets
import stat
from pathlib import Path

from storage.errors import StorageError
from storage.signing.notes import Note, NoteError, SignerKey, VerifierKey, sign

KEY_FILE = "nianbao.key"
_ROTATION = "nianbao log key rotation v1"
_ROTATION_LINES = 6
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(StorageError):
    """The file of the log's key cannot be used."""


def new_name() -> str:
    """Return a name for a new log; it stays the log's when its keys change."""
    return f"nianbao/{secrets.token_hex(6)}"


def make_key_file(directory: Path, name: str) -> SignerKey:
    """Make a key and keep it in the workspace, readable by nobody else.

    Raises:
        FileExistsError: if there is one.
        OSError: if it cannot be written.
    """
    key = SignerKey.generate(name)
    write_key_file(directory, key)
    return key


def write_key_file(directory: Path, key: SignerKey) -> None:
    """Keep a key in the workspace; one that is there is not overwritten.

    Raises:
        FileExistsError: if there is one.
        OSError: if it cannot be written.
    """
    path = directory / KEY_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.secret_line() + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_key_file(directory: Path) -> SignerKey | None:
    """Return the key of a workspace, None if it has none.

    Raises:
        KeyFileError: if it is no key, or others may read it.
    """
    path = directory / KEY_FILE
    try:
        text = path.read_text(encoding="ascii")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(
            f"{path}：无法读取；请检查文件及其权限。",
            f"{path}: cannot be read; check it and its mode.",
        ) from error
    if mode & _OTHERS:
        raise KeyFileError(
            f"{path}：其他用户可以读取日志密钥；请运行 chmod 600 {path}。",
            f"{path}: others may read the log's key; run 'chmod 600 {path}'.",
        )
    try:
        return SignerKey.parse(text)
    except NoteError as error:
        raise KeyFileError(
            f"{path}：不是日志密钥；请从备份恢复，或运行 nianbao audit key rotate --lost。",
            f"{path}: no key of a log; restore it from a backup, or run 'nianbao audit key rotate "
            "--lost'.",
        ) from error


def rotation_note(old: VerifierKey, signers: list[SignerKey], new: VerifierKey, at: str) -> Note:
    """Return the note that hands a log over from one key to the next.

    Args:
        old: the key that signed until now.
        signers: the old and the new key; the new one alone if the old one is lost.
        new: the key that signs from now on.
        at: when, UTC, ISO 8601.
    """
    lines = (_ROTATION, old.name, f"old {old}", f"new {new}", f"time {at}")
    return sign("".join(line + "\n" for line in lines), signers)


def parse_rotation(note: Note) -> tuple[VerifierKey, VerifierKey, bool]:
    """Return the old and the new key of a rotation, and whether the old one agreed to it.

    Raises:
        NoteError: if it is no rotation, or the new key has not signed it.
    """
    lines = note.text.split("\n")
    if len(lines) != _ROTATION_LINES or lines[0] != _ROTATION:
        raise NoteError(f"no rotation of a log's key: {note.text[:100]!r}")
    old = VerifierKey.parse(lines[2].removeprefix("old "))
    new = VerifierKey.parse(lines[3].removeprefix("new "))
    signers = note.signers([old, new])
    if new not in signers or not old.name == new.name == lines[1]:
        raise NoteError("the rotation is not signed by the new key of the log")
    return old, new, old in signers
