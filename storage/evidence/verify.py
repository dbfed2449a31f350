#!/usr/bin/env python3
"""检验本证据包 / Verify this evidence pack.

Needs Python 3.9 or newer and nothing else, no network and no trust in who made the pack::

    python3 verify.py            every check by name, one a line
    python3 verify.py --json     the same as one JSON object

Exit code 0: every check passed. 1: at least one failed. 2: there is no pack here to check.

What is checked: that every file is the one listed in manifest-sha256.txt; that every original has
the SHA-256 that its name says and that a capture record says; that every capture record stands in
the log whose root is in checkpoint.txt (RFC 9162); that this checkpoint is signed by a key in
keys.txt (checkpoint.note, C2SP signed note, Ed25519); that the log only grew since the checkpoints
in consistency.jsonl. README.txt says what that proves.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

MANIFEST = "manifest-sha256.txt"
CHECKPOINT = "checkpoint.txt"
NOTE = "checkpoint.note"
KEYS = "keys.txt"
CONSISTENCY = "consistency.jsonl"
CAPTURES = "captures.jsonl"
PROOFS = "proofs.jsonl"
FILINGS = "filings.json"
JUDGEMENTS = "judgements.json"
ORIGINALS = "data/originals"
CORE = (MANIFEST, CHECKPOINT, CAPTURES, PROOFS, FILINGS, JUDGEMENTS)
HASH_BYTES = 32
HASH = re.compile(r"[0-9a-f]{64}\Z")
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\\]+)\Z")

# Ed25519 (RFC 8032, section 5.1): the curve, its order and its base point.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
Point = tuple[int, int, int, int]
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % PRIME)
KEY_ID_BYTES = 4

TITLES = {
    "manifest": "清单 manifest",
    "unlisted": "清单之外 unlisted",
    "original": "原件 original",
    "record": "采集记录 record",
    "inclusion": "在日志中 inclusion",
    "filing": "年报记录 filing",
    "judgement": "判定记录 judgement",
    "checkpoint": "检查点 checkpoint",
    "consistency": "日志只增 consistency",
    "signature": "签名 signature",
}


class Check(NamedTuple):
    """The answer of one check; ``message`` says what is wrong, empty if nothing is."""

    check: str
    subject: str
    message: str = ""


class Checkpoint(NamedTuple):
    """The root hash of the log at one size."""

    size: int
    root: bytes


class Pack(NamedTuple):
    """What the checks of the contents need, as read from the files."""

    directory: Path
    checkpoint: Checkpoint | None
    lines: list[bytes]
    records: list[dict[str, Any] | None]
    proofs: list[dict[str, Any]]
    originals: dict[str, Path]


def verify(directory: Path) -> Iterator[Check]:
    """Yield the answer of every check on the pack in ``directory``."""
    yield from check_manifest(directory)
    pack = read_pack(directory)
    wrong = "" if pack.checkpoint else "is not: size, root hash, time"
    yield Check("checkpoint", CHECKPOINT, wrong)
    if (directory / NOTE).is_file() or (directory / KEYS).is_file():
        yield from guarded("signature", NOTE, lambda: check_note(pack))
    yield from guarded("consistency", CONSISTENCY, lambda: check_consistency(pack))
    yield from check_records(pack)
    yield from check_originals(pack)
    yield from guarded("filing", FILINGS, lambda: check_filings(pack))
    yield from guarded("judgement", JUDGEMENTS, lambda: check_judgements(pack))


def check_manifest(directory: Path) -> Iterator[Check]:
    """Check every file against the manifest, and that there is no other file."""
    content = read_file(directory / MANIFEST)
    if not content:
        yield Check("manifest", MANIFEST, "the file is missing or empty")
        return
    listed: list[str] = []
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n")[:-1], 1):
        match = MANIFEST_LINE.match(line)
        if match is None or not is_inside(match.group(2)):
            yield Check("manifest", f"{MANIFEST} line {number}", "is no line of a manifest")
            continue
        listed.append(match.group(2))
        yield Check("manifest", match.group(2), compare(directory, match.group(2), match.group(1)))
    if not content.endswith(b"\n") or listed != sorted(set(listed)):
        yield Check("manifest", MANIFEST, "its lines are not whole, sorted and different")
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and name != MANIFEST and name not in listed:
            yield Check("unlisted", name, "is not in the manifest")


def compare(directory: Path, name: str, sha256: str) -> str:
    """Return what is wrong with a file of the manifest."""
    path = directory / name
    if path.is_symlink() or not path.is_file():
        return "the file is missing"
    found = hash_file(path)
    return "" if found == sha256 else f"its SHA-256 is {found}, the manifest says {sha256}"


def read_pack(directory: Path) -> Pack:
    """Read what the checks need; what cannot be read is None, for a check to name."""
    lines = read_lines(directory / CAPTURES)
    return Pack(
        directory=directory,
        checkpoint=parse_checkpoint(read_file(directory / CHECKPOINT)),
        lines=lines,
        records=[parse_record(line) for line in lines],
        proofs=[parse_proof(line) for line in read_lines(directory / PROOFS)],
        originals={path.name.partition(".")[0]: path for path in originals_of(directory)},
    )


def check_note(pack: Pack) -> Iterator[Check]:
    """Check that the note says what checkpoint.txt says, and who of keys.txt signed it."""
    note = read_file(pack.directory / NOTE).decode()
    text, _, lines = note.rpartition("\n\n")
    said = text.split("\n")
    root = base64.b64decode(said[2], validate=True)
    held = pack.checkpoint == Checkpoint(int(said[1]), root)
    yield Check("signature", NOTE, "" if held else "it is of another checkpoint")
    keys = {}
    for line in read_file(pack.directory / KEYS).decode().splitlines():
        name, key_id, encoded = line.split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        named = hashlib.sha256(name.encode() + b"\n" + key).digest()[:KEY_ID_BYTES]
        if named.hex() != key_id or key[:1] != b"\x01":
            yield Check("signature", line, "is no key: its id is not that of its bytes")
        keys[name, named] = key[1:]
    signed = 0
    for line in lines.splitlines():
        name, _, encoded = line[2:].partition(" ")
        found = base64.b64decode(encoded, validate=True)
        public = keys.get((name, found[:KEY_ID_BYTES]))
        if public is None:
            continue
        signed += 1
        good = is_signed(public, f"{text}\n".encode(), found[KEY_ID_BYTES:])
        message = "" if good else "the signature is not this key's over this text"
        yield Check("signature", f"{name}+{found[:KEY_ID_BYTES].hex()}", message)
    if not signed:
        yield Check("signature", NOTE, "no key of keys.txt signed it")


@cache
def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature is that of a key (RFC 8032, section 5.1.7)."""
    if len(signature) != 2 * HASH_BYTES or len(public) != HASH_BYTES:
        return False
    key, commitment = point(public), point(signature[:HASH_BYTES])
    factor = int.from_bytes(signature[HASH_BYTES:], "little")
    if key is None or commitment is None or factor >= ORDER:
        return False
    digest = hashlib.sha512(signature[:HASH_BYTES] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    left = times(factor, BASE)
    right = added(commitment, times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % PRIME == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % PRIME == 0


def point(encoded: bytes) -> Point | None:
    """Return the point of the curve that 32 bytes stand for (RFC 8032, section 5.1.3)."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


def added(one: Point, other: Point) -> Point:
    """Return the sum of two points in extended coordinates (RFC 8032, section 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * one[3] * other[3] * CURVE % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(factor: int, base: Point) -> Point:
    """Return a multiple of a point."""
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = added(result, base)
        base = added(base, base)
        factor >>= 1
    return result


def check_consistency(pack: Pack) -> Iterator[Check]:
    """Check that the log of the pack begins with that of every older checkpoint."""
    for line in read_lines(pack.directory / CONSISTENCY):
        proof = json.loads(line)
        older = parse_checkpoint(proof["checkpoint"].encode())
        path = [bytes.fromhex(step) for step in proof["path"]]
        held = older and pack.checkpoint and is_extended(older, pack.checkpoint, path)
        message = "" if held else "the log does not begin with that of this checkpoint"
        yield Check("consistency", proof["checkpoint"], message)


def is_extended(older: Checkpoint, newer: Checkpoint, path: list[bytes]) -> bool:
    """Say whether a proof shows that one log begins with another (RFC 9162, section 2.1.4.2)."""
    if older.size & (older.size - 1) == 0:
        path = [older.root, *path]
    if not path or not 0 < older.size < newer.size:
        return False
    node, last = older.size - 1, newer.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old = hashlib.sha256(b"\x01" + step + old).digest()
            new = hashlib.sha256(b"\x01" + step + new).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = hashlib.sha256(b"\x01" + new + step).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and old == older.root and new == newer.root


def check_records(pack: Pack) -> Iterator[Check]:
    """Check the form of every capture record, and that the log holds it."""
    if len(pack.proofs) != len(pack.lines):
        yield Check("inclusion", PROOFS, f"{len(pack.proofs)} proofs for {len(pack.lines)} records")
    rows = zip_longest(pack.lines, pack.records, pack.proofs[: len(pack.lines)])
    for number, (line, record, proof) in enumerate(rows, 1):
        subject = f"{CAPTURES} line {number}"
        if record is None:
            yield Check("record", subject, "is no capture record in canonical JSON")
        else:
            yield Check("record", f"{subject}: {record['url']}", check_body(pack, record))
        yield Check("inclusion", subject, check_inclusion(pack.checkpoint, line, proof or {}))


def check_body(pack: Pack, record: dict[str, Any]) -> str:
    """Return what is wrong with the body that a record names."""
    sha256 = record["sha256"]
    if sha256 is None:
        return ""
    path = pack.originals.get(sha256)
    if path is None:
        return f"its original {sha256} is not in the pack"
    size = path.stat().st_size
    return "" if size == record["size"] else f"its original has {size} bytes"


def check_inclusion(checkpoint: Checkpoint | None, line: bytes, proof: dict[str, Any]) -> str:
    """Return what is wrong with the proof that the log holds a record."""
    if checkpoint is None:
        return "cannot be checked without a checkpoint"
    if not proof:
        return "its line in proofs.jsonl cannot be read"
    leaf = hashlib.sha256(b"\x00" + line).digest()
    if proof["leaf_hash"] != leaf.hex():
        return f"the hash of the record is {leaf.hex()}, the proof is for {proof['leaf_hash']}"
    if not is_included(leaf, proof["position"], checkpoint, proof["path"]):
        return f"the record does not stand at position {proof['position']} of the log"
    return ""


def is_included(leaf: bytes, index: int, checkpoint: Checkpoint, path: list[str]) -> bool:
    """Say whether an audit path leads from a leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < checkpoint.size:
        return False
    node, last, current = index, checkpoint.size - 1, leaf
    for step in map(bytes.fromhex, path):
        if last == 0:
            return False
        if node & 1 or node == last:
            current = hashlib.sha256(b"\x01" + step + current).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = hashlib.sha256(b"\x01" + current + step).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and current == checkpoint.root


def check_originals(pack: Pack) -> Iterator[Check]:
    """Check that every original has the hash of its name, and a record."""
    recorded = {record["sha256"] for record in pack.records if record is not None}
    for path in originals_of(pack.directory):
        sha256 = path.name.partition(".")[0]
        found = hash_file(path)
        message = "" if sha256 in recorded else "no capture record names it"
        if found != sha256:
            message = f"its SHA-256 is {found}, not that of its name"
        yield Check("original", f"{ORIGINALS}/{path.name}", message)


def check_filings(pack: Pack) -> Iterator[Check]:
    """Check that every original of a filing is what the log says was captured for it."""
    captured = {
        (proof["position"], record["sha256"])
        for record, proof in zip_longest(pack.records, pack.proofs)
        if record and proof
    }
    for filing in json.loads(read_file(pack.directory / FILINGS)):
        for original in filing["originals"]:
            held = (original["position"], original["sha256"]) in captured
            message = "" if held else "the capture record at its position has other bytes"
            yield Check("filing", f"{original['url']} {original['sha256']}", message)


def check_judgements(pack: Pack) -> Iterator[Check]:
    """Check that every judgement was made on an original of the pack."""
    for judgement in json.loads(read_file(pack.directory / JUDGEMENTS)):
        sha256 = judgement["read_from"]
        held = sha256 is None or sha256 in pack.originals
        message = "" if held else f"it was made on {sha256}, which is not in the pack"
        yield Check("judgement", f"{judgement['url']} {judgement['judged_at']}", message)


def guarded(check: str, subject: str, run: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Turn contents of another shape than a pack's into a failed check."""
    try:
        yield from run()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        yield Check(check, subject, f"cannot be read: {error!r}")


def parse_checkpoint(content: bytes) -> Checkpoint | None:
    """Return size and root of a checkpoint line, or None if it is none."""
    try:
        size, root, _ = content.decode("ascii").split(" ")
        checkpoint = Checkpoint(int(size), base64.b64decode(root, validate=True))
    except ValueError:
        return None
    return checkpoint if len(checkpoint.root) == HASH_BYTES else None


def parse_record(line: bytes) -> dict[str, Any] | None:
    """Return a capture record, or None if the line is none or not in canonical JSON."""
    try:
        record = json.loads(line)
        canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if canonical.encode() != line or not isinstance(record, dict):
            return None
    except (ValueError, TypeError, RecursionError):
        return None
    sha256 = record.get("sha256", "")
    hashed = sha256 is None or bool(HASH.match(str(sha256)))
    return record if hashed and {"type", "url", "size"} <= set(record) else None


def parse_proof(line: bytes) -> dict[str, Any]:
    """Return position, leaf hash and path of a proof; nothing if the line is none."""
    try:
        proof = json.loads(line)
        whole = isinstance(proof["position"], int) and isinstance(proof["leaf_hash"], str)
        return proof if whole and all(HASH.match(step) for step in proof["path"]) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def read_file(path: Path) -> bytes:
    """Return the bytes of a file; none if it is not there, which the manifest check names."""
    return path.read_bytes() if path.is_file() else b""


def read_lines(path: Path) -> list[bytes]:
    """Return the lines of a file, without the empty one after the last."""
    lines = read_file(path).split(b"\n")
    return lines if lines[-1] else lines[:-1]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def originals_of(directory: Path) -> list[Path]:
    """Return the files among the originals."""
    return sorted(path for path in (directory / ORIGINALS).glob("*") if path.is_file())


def is_inside(name: str) -> bool:
    """Say whether a path of the manifest stays in the pack."""
    return not name.startswith("/") and ".." not in name.split("/") and ":" not in name


def report_text(checks: list[Check]) -> str:
    """Return the answers one a line, and their number at the end."""
    lines = []
    for each in checks:
        mark, end = ("FAIL", f": {each.message}") if each.message else ("ok  ", "")
        lines.append(f"{mark}  {TITLES[each.check]}: {each.subject}{end}")
    failed = sum(bool(each.message) for each in checks)
    lines.append(
        f"共 {len(checks)} 项检查，{failed} 项不通过。 {len(checks)} checks, {failed} failed."
    )
    return "".join(printable(line) + "\n" for line in lines)


def printable(line: str) -> str:
    """Replace what a terminal would obey instead of showing."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def report_json(checks: list[Check]) -> str:
    """Return the answers as one JSON object."""
    rows = [
        {
            "check": each.check,
            "subject": each.subject,
            "ok": not each.message,
            "message": each.message,
        }
        for each in checks
    ]
    failed = sum(bool(each.message) for each in checks)
    return json.dumps({"ok": not failed, "failed": failed, "checks": rows}, indent=1) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Check the pack and print the answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent
    parser.add_argument("directory", nargs="?", type=Path, default=here, help="default: here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if not any((options.directory / name).is_file() for name in CORE):
        sys.stderr.write(f"{options.directory}: 不是证据包 / no evidence pack\n")
        return 2
    checks = list(verify(options.directory))
    output = report_json(checks) if options.json else report_text(checks)
    sys.stdout.buffer.write(output.encode())
    return 1 if any(each.message for each in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
