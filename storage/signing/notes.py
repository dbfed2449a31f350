"""Signed notes after C2SP ``signed-note`` v1, with Ed25519 signatures (RFC 8032). Pure.

A note is a text that ends in a newline, an empty line, and one or more signature lines::

    example.org/log
    42
    nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=

    — example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5...

So anybody can hold a note in a file, mail it or print it, and check it with any of the programs
that read this form.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

ED25519 = b"\x01"
"""The signature type of Ed25519 in names of keys."""
KEY_BYTES = 32
_ID_BYTES = 4
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\N{EM DASH} "
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """Something is no note, no key, or bears no signature of those that must sign it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key: what others need to check a note."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that signature lines name the key by."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(named).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Return it as a verifier key line: name, id and key, parted by plus signs."""
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, line: str) -> "VerifierKey":
        """Read a verifier key line.

        Raises:
            NoteError: if it is none, or its id is not that of its key.
        """
        parts = line.strip().split("+", 2)
        if len(parts) != len(("name", "id", "key")):
            raise NoteError(f"no verifier key: {line!r}")
        name, written_id, key = parts
        found = cls(_require_name(name), _typed(key, line))
        if found.id.hex() != written_id:
            raise NoteError(f"the id {written_id} is not that of the key: {line!r}")
        return found

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A key with its secret half."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> "SignerKey":
        """Make a new key.

        Raises:
            NoteError: if the name is not fit for one.
        """
        return cls(_require_name(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, line: str) -> "SignerKey":
        """Read the line of a key file.

        Raises:
            NoteError: if it is none; the message does not show it.
        """
        name, _, rest = line.strip().removeprefix(_PRIVATE).partition("+")
        written_id, _, key = rest.partition("+")
        if not line.startswith(_PRIVATE):
            raise NoteError("no private key of a signed note")
        found = cls(_require_name(name), _typed(key, "private key"))
        if found.verifier.id.hex() != written_id:
            raise NoteError("the id of the private key is not that of its key")
        return found

    def secret_line(self) -> str:
        """Return the line to keep in a file that nobody else can read."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_base64(ED25519 + self.seed)}"

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        """Return a representation without the secret."""
        return f"SignerKey({self.verifier})"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read; nothing about its signatures has been checked."""

    text: str
    """With its last newline: what is signed."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return it as it is written into a file."""
        lines = (
            f"{_DASH}{each.name} {_base64(each.key_id + each.signature)}\n"
            for each in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"

    def signers(self, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return those of the keys that signed it.

        Raises:
            NoteError: if a signature that names one of them is not its signature.
        """
        known = {(key.name, key.id): key for key in keys}
        found = []
        for each in self.signatures:
            key = known.get((each.name, each.key_id))
            if key is None:
                continue
            if not key.verifies(self.text, each.signature):
                raise NoteError(f"the signature of {key} is wrong")
            found.append(key)
        return tuple(found)


def sign(text: str, keys: Sequence[SignerKey]) -> Note:
    """Sign a text with one or more keys.

    Raises:
        NoteError: if the text does not end in a newline or has control characters.
    """
    _require_text(text)
    signatures = []
    for key in keys:
        signed = Ed25519PrivateKey.from_private_bytes(key.seed).sign(text.encode())
        signatures.append(Signature(key.name, key.verifier.id, signed))
    return Note(text, tuple(signatures))


def parse_note(written: str) -> Note:
    """Read a note.

    Raises:
        NoteError: if it is none.
    """
    text, blank, lines = written.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("no signed note: a text, an empty line and signature lines are needed")
    _require_text(text + "\n")
    return Note(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n")))


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise NoteError(f"no signature line: {line!r}")
    decoded = _decoded(encoded, line)
    if len(decoded) <= _ID_BYTES:
        raise NoteError(f"no signature line: {line!r}")
    return Signature(_require_name(name), decoded[:_ID_BYTES], decoded[_ID_BYTES:])


def _typed(encoded: str, shown: str) -> bytes:
    decoded = _decoded(encoded, shown)
    if decoded[:1] != ED25519 or len(decoded) != 1 + KEY_BYTES:
        raise NoteError(f"no Ed25519 key: {shown!r}")
    return decoded[1:]


def _require_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("a note's text ends in a newline and has no control characters")


def _require_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NoteError(f"no name for a key: {name!r}")
    return name


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(encoded: str, shown: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise NoteError(f"not base64: {shown!r}") from error
