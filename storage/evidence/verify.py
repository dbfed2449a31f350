#!/usr/bin/env python3
"""检验本证据包 / Verify this evidence pack.

Needs Python 3.8 or newer and nothing else, no network and no trust in who made the pack::

    python3 verify.py            every check by name, one a line
    python3 verify.py --json     the same as one JSON object
    python3 verify.py DIR        of the pack in another directory
    python3 verify.py --key K    the signatures must go back to this public key: a line of the
                                 keys.txt that the maker published elsewhere, or that file

Exit code 0: no check failed. 1: at least one failed. 2: there is no pack here to check.

What is checked: that every file is the one listed in manifest-sha256.txt or tagmanifest-sha256.txt
(BagIt, RFC 8493) and that there is no other; that pack.note names the hash of the lines of
tagmanifest-sha256.txt but its own, and with it every byte of the pack, and is signed by the key of
the log; that every original has the
SHA-256 that its name says and that a capture record says; that every record stands in the log whose
root is in checkpoint.txt (RFC 9162); that this checkpoint is signed by a key in keys.txt (C2SP
signed note, Ed25519), and that each key was handed the log by the one before; that the log only
grew since the checkpoints in consistency.jsonl; that time stamps are about this checkpoint (RFC
3161; the openssl command for the rest is printed); that certificates are those that the records
name; that sentences say what their records say; that a claim of absence stands on whole lists, in
which no title is plainly that of the report. A check that cannot be made, or not here, is "skip".
README.html says what it proves.

A verify.py that came with a pack was made by whoever made the pack. Who wants to be sure takes the
one that the nianbao project publishes, and names the directory of the pack.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

BAG = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PACK_NOTE = "pack.note"
"""What is signed about the whole pack, by the lines of TAG_MANIFEST but its own."""
PAYLOAD = "data/"
ABOUT = "data/pack.json"
CHECKPOINT = "data/checkpoint.txt"
NOTE = "data/checkpoint.note"
KEYS = "data/keys.txt"
ROTATION = "data/key-rotation-{}.note"
STAMP = "data/timestamp-{}.tsr"
STAMP_NOTE = "data/timestamp-{}.note"
"""What a stamp is about, if that is a checkpoint of consistency.jsonl."""
STAMP_CERTIFICATES = "data/timestamp-{}.pem"
CONSISTENCY = "data/consistency.jsonl"
CAPTURES = "data/captures.jsonl"
PROOFS = "data/proofs.jsonl"
DELETIONS = "data/deletions.jsonl"
DELETION_PROOFS = "data/deletion-proofs.jsonl"
FILINGS = "data/filings.json"
JUDGEMENTS = "data/judgements.json"
READINGS = "data/readings.json"
HISTORY = "data/history.json"
CLAIMS = "data/claims.json"
ABSENCE = "data/absence.json"
PAGES = {"README.html": ("zh",), "README.en.html": ("en",), "README.txt": ("zh", "en")}
"""The pages for people, and the languages in which they say what is claimed."""
ORIGINALS = "data/originals"
WIRE = "data/wire"
CERTIFICATES = "data/certificates"
BAG_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CORE = (BAG, MANIFEST, TAG_MANIFEST, ABOUT, CHECKPOINT, CAPTURES, PROOFS)
HASH_BYTES = 32
KEY_LINE = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")
MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\\]+)\Z")
PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
ROTATION_TEXT = "nianbao log key rotation v1"
PACK_TEXT = "nianbao evidence pack v1"
"""The first line of PACK_NOTE: no name of a log, so that it never passes for a checkpoint."""
UNSIGNED_FORMATS = ("nianbao-evidence-1", "nianbao-evidence-2")
"""Of versions that did not sign packs as a whole."""
UNSIGNED = "whoever had it in hand could have altered pages, sentences and descriptions"
TIME_LINE = re.compile(r"^time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z)$", re.MULTILINE)
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+Z\Z")
IDENTIFIER = "External-Identifier: "
LEAST_LISTED = 0.9
"""Part of the total that a list announces which must be there: counters lag behind."""
SHORTEST_NAME, LONGEST_TITLE = 4, 120
SOME_SHOWN = 3
FEWEST_BESIDE = 2
"""Columns read whole that must show how one that never had a row would show it."""
SHA256_OID = bytes.fromhex("608648016503040201")
SIGNED_DATA_OID = bytes.fromhex("2a864886f70d010702")
TST_INFO_OID = bytes.fromhex("2a864886f70d0109100104")
SEQUENCE, INTEGER, OCTETS, OID, CONTEXT, TIME = 0x30, 0x02, 0x04, 0x06, 0xA0, 0x18

# Ed25519 (RFC 8032, section 5.1): the curve, its order and its base point.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
KEY_ID_BYTES = 4

PASS, FAIL, SKIP = "pass", "fail", "skip"
TITLES = {
    "bag": "BagIt",
    "manifest": "清单 manifest",
    "unlisted": "清单之外 unlisted",
    "pack": "整包签名 pack signature",
    "checkpoint": "检查点 checkpoint",
    "signature": "签名 signature",
    "rotation": "密钥交接 key rotation",
    "key": "公钥来历 key",
    "timestamp": "时间戳 time stamp",
    "consistency": "日志只增 consistency",
    "record": "采集记录 record",
    "inclusion": "在日志中 inclusion",
    "deletion": "删除记录 deletion",
    "original": "原件 original",
    "certificate": "证书 certificate",
    "filing": "年报记录 filing",
    "judgement": "判定记录 judgement",
    "absence": "未发布的依据 absence",
    "title": "列表中的标题 title",
    "row": "列表中的条目 row",
    "claim": "结论的依据 claim",
    "page": "页面中的结论 page",
}


SIGNED = {
    "vouched": "整包由日志的密钥签名，公钥与所给的相符。 The pack as a whole is signed by the "
    "log's key, which goes back to the one given.",
    "enclosed": "整包已签名，但公钥只由本包自己给出：请与制作者在别处公布的公钥比对（--key）。 The "
    "pack as a whole is signed, by a key that only the pack itself names: compare it with the one "
    "published (--key).",
    "unsigned": "本包没有整包签名：日志之下的记录和原件已得到证明，页面、结论和说明则可能被经手人"
    "改过。 The pack is not signed as a whole: records and originals are proved by the log, but "
    f"{UNSIGNED}.",
    "wrong": "整包签名或其公钥不可信，见上。 The signature of the pack, or its key, is not good: "
    "see above.",
}
"""What is said last of a pack, by how far signatures speak for it."""


class Check(NamedTuple):
    """The answer of one check; ``message`` says what is wrong, or why it was skipped."""

    check: str
    subject: str
    message: str = ""
    result: str = PASS


class Point(NamedTuple):
    """A point of the curve in extended coordinates."""

    x: int
    y: int
    z: int
    t: int


BASE = Point(BASE_X, BASE_Y, 1, BASE_X * BASE_Y % PRIME)


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
    deleted: set[str]
    """The originals that a deletion record of the pack names."""
    captured: dict[int, dict[str, Any]]
    """The capture records by their positions in the log."""


def answer(check: str, subject: str, wrong: str) -> Check:
    """Return a check that fails if something is wrong."""
    return Check(check, subject, wrong, FAIL if wrong else PASS)


def skipped(check: str, subject: str, why: str) -> Check:
    """Return a check that was not made."""
    return Check(check, subject, why, SKIP)


def verify(directory: Path, given: Sequence[str] = ()) -> Iterator[Check]:
    """Yield the answer of every check on the pack in ``directory``.

    ``given`` are public keys of the log that did not come with the pack.
    """
    yield from check_bag(directory)
    yield from check_manifests(directory)
    pack = read_pack(directory)
    yield from guarded("pack", PACK_NOTE, lambda: check_pack(pack, given))
    wrong = "" if pack.checkpoint else "is not: size, root hash, time"
    yield answer("checkpoint", CHECKPOINT, wrong)
    yield from guarded("signature", NOTE, lambda: check_note(pack))
    yield from guarded("rotation", KEYS, lambda: check_rotations(pack))
    yield from guarded("key", KEYS, lambda: check_keys(pack, given))
    yield from guarded("timestamp", NOTE, lambda: check_stamps(pack))
    yield from guarded("consistency", CONSISTENCY, lambda: check_consistency(pack))
    yield from guarded("record", CAPTURES, lambda: check_records(pack))
    yield from guarded("deletion", DELETIONS, lambda: check_deletions(pack))
    yield from guarded("original", ORIGINALS, lambda: check_originals(pack))
    yield from guarded("certificate", CERTIFICATES, lambda: check_certificates(pack))
    yield from guarded("filing", FILINGS, lambda: check_filings(pack))
    yield from guarded("judgement", JUDGEMENTS, lambda: check_judgements(pack))
    yield from guarded("absence", ABSENCE, lambda: check_absence(pack))
    yield from guarded("title", ABSENCE, lambda: check_titles(pack))
    yield from guarded("row", ABSENCE, lambda: check_rows(pack))
    yield from guarded("claim", CLAIMS, lambda: check_claims(pack))
    yield from guarded("page", CLAIMS, lambda: check_pages(pack))


def check_bag(directory: Path) -> Iterator[Check]:
    """Check the declaration of the bag, and how much its payload is said to be."""
    declared = read_file(directory / BAG)
    yield answer("bag", BAG, "" if declared == BAG_TEXT else "is not that of BagIt 1.0, UTF-8")
    files = [path for path in files_of(directory) if name_of(path, directory).startswith(PAYLOAD)]
    oxum = f"Payload-Oxum: {sum(path.stat().st_size for path in files)}.{len(files)}"
    said = read_file(directory / BAG_INFO).decode("utf-8", "replace").split("\n")
    wrong = "" if oxum in said else f"does not say {oxum}, which is what the files are"
    yield answer("bag", BAG_INFO, wrong)


def check_manifests(directory: Path) -> Iterator[Check]:
    """Check every file against its manifest, and that there is no other file."""
    listed = {MANIFEST: MANIFEST, TAG_MANIFEST: TAG_MANIFEST}
    for manifest in (MANIFEST, TAG_MANIFEST):
        for name, check in check_manifest(directory, manifest):
            listed[name] = manifest
            yield check
    folders = {str(parent) for name in listed for parent in Path(name).parents}
    for path in sorted(directory.rglob("*")):
        name = name_of(path, directory)
        if path.is_dir() and not path.is_symlink():
            if str(Path(name)) not in folders:
                yield answer("unlisted", name, "is a directory without a file of the manifests")
        elif name not in listed:
            yield answer("unlisted", name, "is in neither manifest")
    for name in (BAG, BAG_INFO, MANIFEST, "verify.py"):
        if listed.get(name) != TAG_MANIFEST and name != MANIFEST:
            yield answer("manifest", name, f"is not in {TAG_MANIFEST}")


def check_manifest(directory: Path, manifest: str) -> Iterator[tuple[str, Check]]:
    """Check the files of one manifest; yield their names with the answers."""
    content = read_file(directory / manifest)
    if not content:
        yield manifest, answer("manifest", manifest, "the file is missing or empty")
        return
    names: list[str] = []
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n")[:-1], 1):
        match = MANIFEST_LINE.match(line)
        name = match.group(2) if match else ""
        is_payload = name.startswith(PAYLOAD)
        if match is None or not is_inside(name) or is_payload != (manifest == MANIFEST):
            wrong = f"line {number} is no line of this manifest"
            yield manifest, answer("manifest", manifest, wrong)
            continue
        names.append(name)
        wrong = compare(directory, name, match.group(1), manifest)
        yield name, answer("manifest", name, wrong)
    if not content.endswith(b"\n") or names != sorted(set(names)):
        wrong = "its lines are not whole, sorted and different"
        yield manifest, answer("manifest", manifest, wrong)
    if manifest == TAG_MANIFEST and MANIFEST not in names:
        yield manifest, answer("manifest", MANIFEST, f"is not in {TAG_MANIFEST}")


def compare(directory: Path, name: str, sha256: str, manifest: str) -> str:
    """Return what is wrong with a file of a manifest."""
    path = directory / name
    if any(each.is_symlink() for each in (path, *path.parents) if directory in each.parents):
        return f"is a link, no file; {manifest} lists it"
    if not path.is_file():
        return f"the file is missing; {manifest} lists it"
    found = hash_file(path)
    return "" if found == sha256 else f"its SHA-256 is {found}, {manifest} says {sha256}"


def read_pack(directory: Path) -> Pack:
    """Read what the checks need; what cannot be read is None, for a check to name."""
    lines = read_lines(directory / CAPTURES)
    records = [parse_record(line) for line in lines]
    proofs = [parse_proof(line) for line in read_lines(directory / PROOFS)]
    pairs = zip_longest(proofs, records)
    deletions = [parse_leaf(line) for line in read_lines(directory / DELETIONS)]
    return Pack(
        directory=directory,
        checkpoint=parse_checkpoint(read_file(directory / CHECKPOINT)),
        lines=lines,
        records=records,
        proofs=proofs,
        originals={path.name.partition(".")[0]: path for path in originals_of(directory)},
        deleted={sha256 for each in deletions for sha256 in hashes_deleted(each)},
        captured={proof["position"]: record for proof, record in pairs if proof and record},
    )


def check_note(pack: Pack) -> Iterator[Check]:
    """Check that the note says what checkpoint.txt says, and who of keys.txt signed it."""
    if not (pack.directory / NOTE).is_file() and not (pack.directory / KEYS).is_file():
        yield skipped("signature", NOTE, "the checkpoint is not signed: its key was lost")
        return
    keys = read_keys(pack.directory)
    for key in keys:
        wrong = "" if is_key(key) else "is no key: its id is not that of its bytes"
        yield answer("signature", key, wrong)
    text, signers = open_note(read_file(pack.directory / NOTE).decode(), keys)
    held = pack.checkpoint == note_checkpoint(text) and is_of_log(text, keys)
    yield answer("signature", NOTE, "" if held else "it is of another checkpoint")
    for key, good in signers.items():
        wrong = "" if good else "the signature is not this key's over this text"
        yield answer("signature", key_name(key), wrong)
    if not signers:
        yield answer("signature", NOTE, "no key of keys.txt signed it")


def read_keys(directory: Path) -> list[str]:
    """Return the verifier keys of the log, the first one first."""
    return read_file(directory / KEYS).decode().splitlines()


def parse_key(key: str) -> tuple[str, bytes, bytes]:
    """Return name, id and type with key of a verifier key line."""
    name, key_id, encoded = key.split("+", 2)
    return name, bytes.fromhex(key_id), base64.b64decode(encoded, validate=True)


def is_key(key: str) -> bool:
    """Say whether the id of a verifier key is that of its bytes, and its type Ed25519."""
    name, key_id, typed = parse_key(key)
    named = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:KEY_ID_BYTES]
    return named == key_id and typed[:1] == b"\x01"


def key_name(key: str) -> str:
    """Return name and id of a verifier key."""
    return "+".join(key.split("+", 2)[:2])


def open_note(note: str, keys: list[str]) -> tuple[str, dict[str, bool]]:
    """Return the text of a signed note, and which of some keys signed it, rightly or not."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    signers = {}
    for line in lines.splitlines():
        name, _, encoded = line[2:].partition(" ")
        found = base64.b64decode(encoded, validate=True)
        for key in keys:
            known, key_id, typed = parse_key(key)
            if (known, key_id) == (name, found[:KEY_ID_BYTES]):
                signers[key] = is_signed(typed[1:], text.encode(), found[KEY_ID_BYTES:])
    return text, signers


def is_of_log(text: str, keys: list[str]) -> bool:
    """Say whether a note begins with the name of the log, which is that of its keys."""
    return text.partition("\n")[0] in {key.partition("+")[0] for key in keys}


def note_checkpoint(text: str) -> Checkpoint:
    """Return what the text of a checkpoint note says."""
    said = text.split("\n")
    return Checkpoint(int(said[1]), base64.b64decode(said[2], validate=True))


def check_rotations(pack: Pack) -> Iterator[Check]:
    """Check that each key but the first was handed the log by the key before it."""
    keys = read_keys(pack.directory)
    for number, new in enumerate(keys[1:], 1):
        old = keys[number - 1]
        name = ROTATION.format(number)
        text, signers = open_note(read_file(pack.directory / name).decode(), [old, new])
        if not is_handover(text, old, new) or not signers.get(new):
            yield answer("rotation", name, f"does not hand the log to {key_name(new)}")
        elif old in signers:
            wrong = "" if signers[old] else f"the signature is not that of {key_name(old)}"
            yield answer("rotation", name, wrong)
        else:
            why = f"only the new key signed; {key_name(old)} is said to be lost: ask the maker"
            yield skipped("rotation", name, why)
    if len(keys) < 2:
        yield skipped("rotation", KEYS, "the log never changed its key")


def check_keys(pack: Pack, given: Sequence[str]) -> Iterator[Check]:
    """Check that the keys that signed go back to one that did not come with the pack."""
    keys = read_keys(pack.directory)
    trusted = trusted_keys(pack.directory, keys, given)
    signers = open_note(read_file(pack.directory / NOTE).decode(), keys)[1]
    for key in dict.fromkeys((*signers, *keys[-1:])):
        if given:
            wrong = "" if key in trusted else "does not go back to a key that was given with --key"
            yield answer("key", key_name(key), wrong)
        else:
            why = (
                "nothing but the pack says that it is the log's: compare it with the one published"
            )
            yield skipped("key", key_name(key), f"{why} elsewhere (--key)")
    if not keys and given:
        yield answer("key", KEYS, "no key of the log signed anything")
    elif not keys:
        yield skipped("key", KEYS, "no key signed")


def trusted_keys(directory: Path, keys: list[str], given: Sequence[str]) -> set[str]:
    """Return the keys that were given, and those that such a key handed the log to."""
    trusted = set(keys) & set(given)
    for number, new in enumerate(keys[1:], 1):
        old = keys[number - 1]
        note = read_file(directory / ROTATION.format(number)).decode()
        text, signers = open_note(note, [old, new])
        if old in trusted and is_handover(text, old, new) and signers.get(old):
            trusted.add(new)
    return trusted


def is_handover(text: str, old: str, new: str) -> bool:
    """Say whether the text of a note hands the log from one key to another."""
    wanted = [ROTATION_TEXT, old.partition("+")[0], f"old {old}", f"new {new}"]
    return text.split("\n")[:4] == wanted


def check_pack(pack: Pack, given: Sequence[str]) -> Iterator[Check]:
    """Check that the key of the log, the last one, signed the pack as it is."""
    about = json.loads(read_file(pack.directory / ABOUT))
    note, key = read_file(pack.directory / PACK_NOTE), about.get("signed_by")
    if not (pack.directory / PACK_NOTE).exists():
        yield unsigned_pack(about, given)
    elif key is None or [key] != read_keys(pack.directory)[-1:]:
        wrong = f"{ABOUT} does not say that the last key of {KEYS} signed the pack"
        yield answer("pack", PACK_NOTE, wrong)
    else:
        made_at = pack_time(note)
        listed = read_file(pack.directory / TAG_MANIFEST)
        text = pack_text(pack.directory, about, key, made_at, without_note(listed))
        wrong = wrong_signature(note, text, key)
        yield answer("pack", f"{PACK_NOTE}: {key_name(key)}, {made_at}", wrong)


def unsigned_pack(about: dict[str, Any], given: Sequence[str]) -> Check:
    """Return the answer about a pack without a signature over all of it."""
    if about.get("signed_by") is not None or given:
        said = "--key asks for one" if about.get("signed_by") is None else f"{ABOUT} names its key"
        return answer("pack", PACK_NOTE, f"the signature of the pack is missing; {said}")
    if about.get("format") in UNSIGNED_FORMATS:
        return skipped("pack", PACK_NOTE, f"packs of {about['format']} are not signed: {UNSIGNED}")
    return skipped("pack", PACK_NOTE, f"its maker did not have the key at hand: {UNSIGNED}")


def pack_time(note: bytes) -> str:
    """Return when a pack was signed, by the clock of who signed it."""
    found = TIME_LINE.search(note.decode("utf-8", "replace"))
    return found.group(1) if found else ""


def without_note(listed: bytes) -> bytes:
    """Return the lines of TAG_MANIFEST that list other files than PACK_NOTE."""
    end = f"  {PACK_NOTE}\n".encode()
    return b"".join(line for line in listed.splitlines(keepends=True) if not line.endswith(end))


def pack_text(directory: Path, about: dict[str, Any], key: str, made_at: str, listed: bytes) -> str:
    """Return what a key of the log signs of a pack, as the files of the pack are.

    ``listed`` are the lines of TAG_MANIFEST that list other files than PACK_NOTE.
    """
    info = read_file(directory / BAG_INFO).decode("utf-8", "replace").split("\n")
    names = [line.partition(": ")[2] for line in info if line.startswith(IDENTIFIER)]
    lines = [
        PACK_TEXT,
        key.partition("+")[0],
        f"format {about['format']}",
        f"kind {about['kind']}",
        f"about {names[0] if names else ''}",
        f"checkpoint {read_file(directory / CHECKPOINT).decode('ascii').strip()}",
        f"files {hashlib.sha256(listed).hexdigest()}",
        f"time {made_at}",
    ]
    return "".join(line + "\n" for line in lines)


def wrong_signature(note: bytes, text: str, key: str) -> str:
    """Return what is wrong with a note that must be one signature over a text, byte by byte."""
    name, key_id, typed = parse_key(key)
    start = f"{text}\n— {name} ".encode()
    if not note.startswith(start):
        said = note.decode("utf-8", "replace").split("\n")
        pairs = zip_longest(said, start.decode().split("\n"), fillvalue="")
        found, wanted = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
        return f"is about another pack: it says {found!r}, the files say {wanted!r}"
    encoded, wrong = note[len(start) :], f"the signature is not that of {key_name(key)}"
    try:
        signed = base64.b64decode(encoded)
    except ValueError:
        return wrong
    whole = base64.b64encode(signed) + b"\n" == encoded and signed[:KEY_ID_BYTES] == key_id
    good = whole and is_signed(typed[1:], text.encode(), signed[KEY_ID_BYTES:])
    return "" if good else wrong


def check_stamps(pack: Pack) -> Iterator[Check]:
    """Check that every time stamp is about the note; who signed it is for openssl to say."""
    older = [json.loads(line).get("note") for line in read_lines(pack.directory / CONSISTENCY)]
    numbers = stamp_numbers(pack.directory)
    for number in numbers:
        name, about = STAMP.format(number), stamped(pack.directory, number)
        imprint, at = read_stamp(read_file(pack.directory / name))
        note = read_file(pack.directory / about)
        wrong = "" if imprint == hashlib.sha256(note).digest() else f"is not about {about}"
        yield answer("timestamp", f"{name}: {at}", wrong)
        if about != NOTE:
            wrong = "" if note.decode() in older else f"is no checkpoint of {CONSISTENCY}"
            yield answer("timestamp", about, wrong)
        command = stamp_command(pack.directory, number)
        why = f"that its authority signed it is for openssl to say: {command}"
        yield skipped("timestamp", name, why)
    if not numbers:
        yield skipped("timestamp", NOTE, "no time authority stamped this checkpoint")


def stamp_numbers(directory: Path) -> list[int]:
    """Return the numbers of the time stamps of the pack."""
    names = (path.name for path in (directory / PAYLOAD).glob("timestamp-*.tsr"))
    found = (re.match(r"timestamp-([0-9]+)\.tsr\Z", name) for name in names)
    return sorted(int(match.group(1)) for match in found if match)


def stamped(directory: Path, number: int) -> str:
    """Return the name of the note that a time stamp is about."""
    older = STAMP_NOTE.format(number)
    return older if (directory / older).is_file() else NOTE


def stamp_command(directory: Path, number: int) -> str:
    """Return the command that checks a time stamp."""
    token, roots = STAMP.format(number), STAMP_CERTIFICATES.format(number)
    about = stamped(directory, number)
    return f"openssl ts -verify -in {token} -data {about} -CAfile {roots}"


def read_stamp(response: bytes) -> tuple[bytes, str]:
    """Return the hash that a time stamp is about, and its time (RFC 3161, section 2.4.2)."""
    _, token = der_members(der_content(response, SEQUENCE))[:2]
    kind, content = der_members(token.content)[:2]
    signed = der_members(der_content(content.content, SEQUENCE))
    wrapped_kind, wrapped = der_members(signed[2].content)[:2]
    if kind.content != SIGNED_DATA_OID or wrapped_kind.content != TST_INFO_OID:
        raise ValueError("no time stamp token")
    info = der_members(der_content(der_content(wrapped.content, OCTETS), SEQUENCE))
    algorithm, imprint = der_members(info[2].content)[:2]
    if der_members(algorithm.content)[0].content != SHA256_OID or info[4].tag != TIME:
        raise ValueError("a time stamp of another kind than SHA-256")
    return imprint.content, info[4].content.decode("ascii")


class Der(NamedTuple):
    """One element of DER: its tag and what is in it."""

    tag: int
    content: bytes


def der_members(content: bytes) -> list[Der]:
    """Return the elements that stand one after the other in some DER (X.690, section 8.1)."""
    found = []
    at = 0
    while at < len(content):
        tag, length = content[at], content[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(content[at : at + size], "big")
            at += size
        if at + length > len(content):
            raise ValueError("DER that ends too early")
        found.append(Der(tag, content[at : at + length]))
        at += length
    return found


def der_content(encoded: bytes, tag: int) -> bytes:
    """Return what is in the one element that some DER is."""
    element, *others = der_members(encoded)
    if element.tag != tag or others:
        raise ValueError("DER of another shape")
    return element.content


@lru_cache(maxsize=1024)
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
    return Point(x, y, 1, x * y % PRIME)


def added(one: Point, other: Point) -> Point:
    """Return the sum of two points in extended coordinates (RFC 8032, section 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * one[3] * other[3] * CURVE % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def times(factor: int, base: Point) -> Point:
    """Return a multiple of a point."""
    result = Point(0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = added(result, base)
        base = added(base, base)
        factor >>= 1
    return result


def check_consistency(pack: Pack) -> Iterator[Check]:
    """Check that the log of the pack begins with that of every older checkpoint."""
    keys = read_keys(pack.directory)
    lines = read_lines(pack.directory / CONSISTENCY)
    for line in lines:
        proof = json.loads(line)
        older = parse_checkpoint(proof["checkpoint"].encode())
        path = [bytes.fromhex(step) for step in proof["path"]]
        grew = older and pack.checkpoint and is_extended(older, pack.checkpoint, path)
        wrong = "" if grew else "the log does not begin with that of this checkpoint"
        yield answer("consistency", proof["checkpoint"], wrong)
        if proof.get("note"):
            text, signers = open_note(proof["note"], keys)
            signed = bool(signers) and all(signers.values())
            same = note_checkpoint(text) == older and is_of_log(text, keys)
            wrong = (
                ""
                if signed and same
                else "its note is not signed by a key of keys.txt, or of another"
            )
            yield answer("signature", proof["checkpoint"], wrong)
    if not lines:
        yield skipped("consistency", CONSISTENCY, "there is no older checkpoint over these records")


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
        wrong = f"{len(pack.proofs)} proofs for {len(pack.lines)} records"
        yield answer("inclusion", PROOFS, wrong)
    rows = zip_longest(pack.lines, pack.records, pack.proofs[: len(pack.lines)])
    for number, (line, record, proof) in enumerate(rows, 1):
        subject = f"{CAPTURES} line {number}"
        if record is None:
            yield answer("record", subject, "is no capture record in canonical JSON")
        else:
            yield check_body(pack, record, f"{subject}: {record['url']}")
        yield answer("inclusion", subject, check_inclusion(pack.checkpoint, line, proof or {}))


def check_body(pack: Pack, record: dict[str, Any], subject: str) -> Check:
    """Check the body that a record names."""
    sha256 = record["sha256"]
    if sha256 is None:
        return answer("record", subject, "")
    path = pack.originals.get(sha256)
    if path is None and sha256 in pack.deleted:
        return skipped("record", subject, f"its original {sha256} was deleted: see {DELETIONS}")
    if path is None:
        return answer("record", subject, f"its original {sha256} is not in the pack")
    size = path.stat().st_size
    wrong = "" if size == record["size"] else f"its original has {size} bytes"
    return answer("record", subject, wrong)


def check_deletions(pack: Pack) -> Iterator[Check]:
    """Check that the log holds every decision to delete originals."""
    lines = read_lines(pack.directory / DELETIONS)
    proofs = [parse_proof(line) for line in read_lines(pack.directory / DELETION_PROOFS)]
    if len(proofs) != len(lines):
        yield answer("deletion", DELETION_PROOFS, f"{len(proofs)} proofs for {len(lines)} records")
    for number, (line, proof) in enumerate(zip_longest(lines, proofs[: len(lines)]), 1):
        subject = f"{DELETIONS} line {number}"
        leaf = parse_leaf(line)
        wrong = "" if leaf.get("type") == "deletion" else "is no record of a deletion"
        yield answer("deletion", subject, wrong)
        yield answer("inclusion", subject, check_inclusion(pack.checkpoint, line, proof or {}))


def hashes_deleted(leaf: dict[str, Any]) -> list[str]:
    """Return the originals that a record of a deletion names."""
    listed = leaf.get("originals")
    named = listed if isinstance(listed, list) else []
    hashes = [each.get("sha256") for each in named if isinstance(each, dict)]
    return [each for each in hashes if isinstance(each, str)]


def check_inclusion(checkpoint: Checkpoint | None, line: bytes, proof: dict[str, Any]) -> str:
    """Return what is wrong with the proof that the log holds a record."""
    if checkpoint is None:
        return "cannot be checked without a checkpoint"
    if not proof:
        return "its proof cannot be read"
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
    records = [record for record in pack.records if record is not None]
    decoded = {record["sha256"] for record in records}
    served = {record.get("wire_sha256") for record in records}
    for path in (*originals_of(pack.directory), *originals_of(pack.directory, WIRE)):
        recorded = served if path.parent.name == Path(WIRE).name else decoded
        sha256 = path.name.partition(".")[0]
        found = hash_file(path)
        wrong = "" if sha256 in recorded else "no capture record names it"
        if found != sha256:
            wrong = f"its SHA-256 is {found}, not that of its name"
        yield answer("original", name_of(path, pack.directory), wrong)


def check_certificates(pack: Pack) -> Iterator[Check]:
    """Check that the certificates of servers are those that the capture records name."""
    named = {sha256 for record in pack.records if record for sha256 in certificates_of(record)}
    found = set()
    for path in sorted((pack.directory / CERTIFICATES).glob("*")):
        blocks = PEM.findall(path.read_text("ascii"))
        hashes = [hashlib.sha256(base64.b64decode(each)).hexdigest() for each in blocks]
        strange = [each for each in hashes if each not in named]
        wrong = f"no capture record names {strange[0]}" if strange else ""
        yield answer("certificate", f"{CERTIFICATES}/{path.name}", wrong)
        found.update(hashes)
    for sha256 in sorted(named - found):
        yield skipped("certificate", sha256, "a capture record names it, the pack has it not")
    if not named:
        yield skipped("certificate", CERTIFICATES, "no capture was made over TLS, or none is known")


def certificates_of(record: dict[str, Any]) -> list[str]:
    """Return the certificates that a capture record names, the server's own first."""
    tls = record.get("tls")
    listed = tls.get("certificates") if isinstance(tls, dict) else None
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def check_filings(pack: Pack) -> Iterator[Check]:
    """Check that every original of a filing is what the log says was captured for it."""
    filings = json.loads(read_file(pack.directory / FILINGS))
    for filing in filings:
        for original in filing["originals"]:
            record = pack.captured.get(original["position"])
            wrong = wrong_original(original, record) if record else "no capture record is of it"
            yield answer("filing", f"{original['url']} {original['sha256']}", wrong)
    if not filings:
        yield skipped("filing", FILINGS, "the pack is about no report")


def wrong_original(original: dict[str, Any], record: dict[str, Any]) -> str:
    """Return what is said of an original of a filing otherwise than by its capture record."""
    if record["sha256"] != original["sha256"]:
        return "the capture record at its position has other bytes"
    if original["url"] not in (record["url"], record["final_url"]):
        return f"the capture record at its position is of {record['url']}"
    if (original["size"], original["fetched_at"]) != (record["size"], record["fetched_at"]):
        return f"the capture record says {record['size']} bytes at {record['fetched_at']}"
    return ""


def check_judgements(pack: Pack) -> Iterator[Check]:
    """Check that every judgement was made on an original of the pack."""
    judgements = json.loads(read_file(pack.directory / JUDGEMENTS))
    for judgement in judgements:
        sha256 = judgement["read_from"]
        held = sha256 is None or sha256 in pack.originals or sha256 in pack.deleted
        wrong = "" if held else f"it was made on {sha256}, which is not in the pack"
        yield answer("judgement", f"{judgement['url']} {judgement['judged_at']}", wrong)
    if not judgements:
        yield skipped("judgement", JUDGEMENTS, "no report of the pack was judged")


def check_absence(pack: Pack) -> Iterator[Check]:
    """Check that a claim of absence stands on whole lists, in order, read after the due instant."""
    kind = json.loads(read_file(pack.directory / ABOUT))["kind"]
    if kind != "absence":
        yield skipped("absence", ABSENCE, "the pack claims no absence")
        return
    claim = json.loads(read_file(pack.directory / ABSENCE))
    columns = claim["columns"]
    relied = [column for column in columns if column["role"] in ("relied", "empty")]
    for column in columns:
        yield answer("absence", column["url"], wrong_lists(pack, column))
    for column in relied:
        subject = f"{column['url']}: control"
        doubt = role_doubt(columns, column, claim["due_at"])
        if claim["proved"]:
            yield answer("absence", subject, doubt)
        elif doubt:
            yield skipped("absence", subject, f"not proved: {doubt}")
    if claim["proved"]:
        yield answer("absence", ABSENCE, "" if relied else "stands on no column")
    else:
        yield skipped("absence", ABSENCE, "the pack says itself that absence is not proved")


def wrong_lists(pack: Pack, column: dict[str, Any]) -> str:
    """Return what is wrong with the list pages of a column: their order, or their captures."""
    last: dict[str, int] = {}
    for page in column["pages"] or ():
        if page["how"] == "refused":
            continue
        number = page["number"]
        if number is not None and number <= last.get(page["list"], 0):
            return f"page {number} of {page['list']} does not follow page {last[page['list']]}"
        last[page["list"]] = last.get(page["list"], 0) if number is None else number
        record = pack.captured.get(page["body"])
        if record is None:
            return f"no capture record stands for page {number} of {page['list']}"
        if page["url"] not in (record["url"], record["final_url"]):
            return f"the capture record of page {number} is of {record['url']}"
    return ""


def role_doubt(columns: list[dict[str, Any]], column: dict[str, Any], due_at: str) -> str:
    """Return why a column proves no absence; one that never had a row rests on those beside it."""
    if column["role"] != "empty":
        return doubt_of(column, due_at)
    if column["read_at"] is None or column["read_at"] <= due_at:
        return "the column was not read after the report was due"
    beside = [each for each in columns if each["pages"] and not doubt_of(each, due_at)]
    return "" if len(beside) >= FEWEST_BESIDE else "it is empty, and so few beside it were read"


def doubt_of(column: dict[str, Any], due_at: str) -> str:
    """Return why the reading of a column proves no absence; nothing if it does."""
    if not column["read_to_end"]:
        return "the column was not read to its end"
    if not column["control_passed"]:
        return "the positive control did not pass"
    if column["read_at"] is None or column["read_at"] <= due_at:
        return "the column was read before the report was due"
    rows = {row for page in column["pages"] or () for row in page["rows"]}
    if column["pages"] is not None and len(rows) > column["found"]:
        return f"its pages show {len(rows)} rows, the reading says {column['found']}"
    if (column["announced"] or 0) * LEAST_LISTED > column["found"]:
        return f"it announces {column['announced']} rows and shows {column['found']}"
    if 2 * column["found_again"] < column["known_before"]:
        return f"only {column['found_again']} of {column['known_before']} known reports were seen"
    return "" if column["reports"] else "no annual report was recognised in it"


def check_titles(pack: Pack) -> Iterator[Check]:
    """Look for the report that is said to be absent among the titles of the enclosed lists."""
    about = json.loads(read_file(pack.directory / ABOUT))
    if about["kind"] != "absence":
        return
    claim = json.loads(read_file(pack.directory / ABSENCE))
    names = names_of(about["agency"])
    for url, path in sorted(list_bodies(pack, claim).items()):
        plain, nameless = titles_like(path.read_bytes(), names, about["fiscal_year"])
        if plain:
            wrong = f"the title {plain[0]!r} is plainly that of the report"
            yield answer("title", url, wrong) if claim["proved"] else skipped("title", url, wrong)
        elif nameless:
            why = f"whose report is {nameless[0]!r}? It names nobody: for eyes to see"
            yield skipped("title", url, why)
        else:
            yield answer("title", url, "")


def check_rows(pack: Pack) -> Iterator[Check]:
    """Look in the enclosed lists for the addresses of the rows that each is said to have."""
    if json.loads(read_file(pack.directory / ABOUT))["kind"] != "absence":
        return
    claim = json.loads(read_file(pack.directory / ABSENCE))
    bodies = list_bodies(pack, claim)
    for page in pages_of(claim):
        text = plain_text(bodies[page["url"]].read_bytes()) if page["url"] in bodies else None
        if text is None or not page["rows"]:
            continue
        lost = [row for row in page["rows"] if not is_address_in(row, text)]
        if lost:
            why = f"{len(lost)} of {len(page['rows'])} rows are not addresses in it as they stand"
            yield skipped("row", page["url"], f"{why} (some systems put them together): {lost[0]}")
        else:
            yield answer("row", f"{page['url']}: {len(page['rows'])}", "")


def pages_of(claim: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the list pages that a claim of absence rests on."""
    pages = (page for column in claim["columns"] for page in column["pages"] or ())
    return [page for page in pages if page["how"] != "refused"]


def list_bodies(pack: Pack, claim: dict[str, Any]) -> dict[str, Path]:
    """Return the enclosed bodies of the list pages of a claim, by the address of the page."""
    found = {}
    for page in pages_of(claim):
        record = pack.captured.get(page["body"])
        path = pack.originals.get(record["sha256"] or "") if record else None
        if path is not None:
            found[page["url"]] = path
    return found


def names_of(agency: dict[str, Any]) -> list[str]:
    """Return the names of an agency that are long enough to mean no other."""
    names = [squeezed(name) for name in (agency["name"], *agency["aliases"])]
    return [name for name in names if len(name) >= SHORTEST_NAME]


def titles_like(body: bytes, names: Sequence[str], year: int) -> tuple[list[str], list[str]]:
    """Return titles in a page that are plainly those of a report, and such as name nobody.

    Plain is a title that begins with the name of the agency and the year, in either order, and
    ends as one of an annual disclosure report. Others may be it, too: that is for eyes.
    """
    written = str(year).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    years = f"(?:{year}|{written}|{written.replace('〇', '○')}|{written.replace('〇', '零')})年?度?"
    who = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"
    what = "(?:关于)?的?(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:情况)?的?(?:报告|年报)"
    plain = re.compile(rf"\W*(?:(?:{who})(?:关于)?{years}|{years}(?:{who})){what}\W*")
    nameless = re.compile(rf"\W*{years}{what}\W*")
    titles = titles_of(body)
    return [each for each in titles if plain.fullmatch(each)], [
        each for each in titles if nameless.fullmatch(each)
    ]


def titles_of(body: bytes) -> list[str]:
    """Return what may be a title in a page: texts of links, of other elements, and in quotes."""
    text = plain_text(body)
    ends = (part[part.lower().rfind("<a") :] for part in re.split(r"(?i)</a\s*>", text))
    links = [re.sub(r"<[^<>]*>", "", part) for part in ends]
    pieces = re.split(r"[<>\"'{}\[\]\r\n\t\\|]+", text)
    found = dict.fromkeys(squeezed(each) for each in (*links, *pieces))
    return [each for each in found if each and len(each) <= LONGEST_TITLE]


def plain_text(body: bytes) -> str:
    """Return a page as text without escapes; it is in UTF-8, or else in GB 18030."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found.group(1), 16)), text)
    return html.unescape(text.replace("\\/", "/"))


def squeezed(text: str) -> str:
    """Return a text as it is compared: without spaces, wide characters as usual ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_address_in(url: str, text: str) -> bool:
    """Say whether a page has the end of an address, from its last slash on."""
    end = url.rstrip("/").rpartition("/")[2]
    return end in text


def check_claims(pack: Pack) -> Iterator[Check]:
    """Check that each statement of README.html says what the capture records say it names."""
    for claim in json.loads(read_file(pack.directory / CLAIMS)):
        missing = [position for position in claim["captures"] if position not in pack.captured]
        wrong = f"no capture record at position {missing[0]}" if missing else ""
        facts = claim.get("facts")
        if wrong or facts is None:  # packs of before the third format say nothing more
            yield answer("claim", claim["en"], wrong)
        else:
            yield check_facts(pack, claim, facts)


def wrong_sentence(claim: dict[str, Any], facts: dict[str, Any]) -> str:
    """Return what a sentence says otherwise than the facts beside it, in either language."""
    times = {value for value in facts.values() if isinstance(value, str) and INSTANT.match(value)}
    for sentence in (claim["zh"], claim["en"]):
        said = {*re.findall(r"[0-9-]{10}T[0-9:]{8}Z|\b[0-9a-f]{64}\b", sentence)}
        wanted = {f"{value[:19]}Z" for value in times} | {str(facts.get("sha256", ""))} - {""}
        if said != wanted:
            return f"says {min(said ^ wanted)}, or does not: {sentence}"
        beside = {local_time(value) for value in times} | {
            str(value)
            for value in facts.values()
            if value not in times and not isinstance(value, (bool, type(None)))
        }
        unsaid = sorted(value for value in beside if value not in sentence)
        if unsaid:
            return f"does not say {unsaid[0]!r}: {sentence}"
    return ""


def local_time(instant: str) -> str:
    """Return an instant in UTC as Beijing time, to the second."""
    at = datetime.fromisoformat(instant[:19])
    return f"{at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"


def check_facts(pack: Pack, claim: dict[str, Any], facts: dict[str, Any]) -> Check:
    """Check a statement against its facts, and these against its records, as far as they tell."""
    records = [pack.captured[position] for position in claim["captures"]]
    wanted = facts_by_records(pack, claim["key"], facts, records)
    differs = [name for name, value in wanted.items() if facts.get(name) != value]
    wrong = wrong_sentence(claim, facts)
    if differs:
        name = differs[0]
        wrong = f"{name} is {facts.get(name)!r}, its records say {wanted[name]!r}"
    by_itself = wanted or facts.get("at") in {record["fetched_at"] for record in records}
    if wrong or by_itself:
        return answer("claim", claim["en"], wrong)
    return skipped("claim", claim["en"], "no record says so by itself: for eyes to see")


def facts_by_records(
    pack: Pack, key: str, facts: dict[str, Any], records: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the facts of a statement must be; nothing where records cannot tell."""
    if key in ("document", "search"):
        return facts_of_answer(records[0], key)
    if key in ("list-read", "control"):
        claim = json.loads(read_file(pack.directory / ABSENCE))
        column = {each["url"]: each for each in claim["columns"]}[facts["url"]]
        return facts_of_control(column) if key == "control" else facts_of_list(column, records)
    if key == "not-listed":
        about = json.loads(read_file(pack.directory / ABOUT))
        due_at = json.loads(read_file(pack.directory / ABSENCE))["due_at"]
        named = {"agency": about["agency"]["name"], "fiscal_year": about["fiscal_year"]}
        return {**named, "due_at": due_at}
    return {}


def facts_of_answer(record: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what a capture record says of what was asked and answered."""
    asked = {"at": record["fetched_at"], "url": record["url"]}
    if key == "search":
        said = record["error"] if record["status"] is None else record["status"]
        return {**asked, "answer": said}
    kept = {"bytes": record["size"], "sha256": record["sha256"]}
    return {**asked, "status": record["status"], **kept}


def facts_of_list(column: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how a list was read: when by its records, how much by absence.json."""
    times = sorted(record["fetched_at"] for record in records) or [column["read_at"]]
    counts = {"pages": "pages_seen", "rows": "found", "reports": "reports"}
    told = {name: column[key] for name, key in counts.items()}
    return {**told, "announced": column["announced"], "from": times[0], "to": times[-1]}


def facts_of_control(column: dict[str, Any]) -> dict[str, Any]:
    """Return how the control of a column went, by absence.json."""
    if column["known_before"]:
        return {"known": column["known_before"], "again": column["found_again"]}
    return {"reports": column["reports"]}


def check_pages(pack: Pack) -> Iterator[Check]:
    """Check that the pages for people have every statement word by word."""
    claims = json.loads(read_file(pack.directory / CLAIMS))
    for name, languages in PAGES.items():
        text = visible(html.unescape(read_file(pack.directory / name).decode("utf-8")))
        said = (claim[language] for claim in claims for language in languages)
        unsaid = [sentence for sentence in said if visible(sentence) not in text]
        wrong = f"does not say what {CLAIMS} claims: {unsaid[0]}" if unsaid else ""
        yield answer("page", name, wrong)


def visible(text: str) -> str:
    """Return a text without what a page shows as a replacement, or this Python does not know."""
    return "".join(
        each
        for each in text
        if each != "\N{REPLACEMENT CHARACTER}" and unicodedata.category(each)[0] != "C"
    )


def guarded(check: str, subject: str, run: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Turn contents of another shape than a pack's into a failed check."""
    try:
        yield from run()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError) as error:
        yield answer(check, subject, f"cannot be read: {error!r}")


def parse_checkpoint(content: bytes) -> Checkpoint | None:
    """Return size and root of a checkpoint line, or None if it is none."""
    try:
        size, root, _ = content.decode("ascii").split(" ")
        checkpoint = Checkpoint(int(size), base64.b64decode(root, validate=True))
    except ValueError:
        return None
    return checkpoint if len(checkpoint.root) == HASH_BYTES else None


def parse_leaf(line: bytes) -> dict[str, Any]:
    """Return a leaf of the log; empty if the line is none or not in canonical JSON."""
    try:
        leaf = json.loads(line)
        canonical = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        same = canonical.encode() == line
    except (ValueError, TypeError, RecursionError):
        return {}
    return leaf if same and isinstance(leaf, dict) else {}


def parse_record(line: bytes) -> dict[str, Any] | None:
    """Return a capture record, or None if the line is none."""
    record = parse_leaf(line)
    sha256 = record.get("sha256", "")
    hashed = sha256 is None or bool(HASH.match(str(sha256)))
    whole = {"type", "url", "final_url", "size"} <= set(record)
    return record if hashed and whole and record["type"] == "capture" else None


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


def files_of(directory: Path) -> list[Path]:
    """Return every file in the pack."""
    found = (path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(found)


def originals_of(directory: Path, folder: str = ORIGINALS) -> list[Path]:
    """Return the files among the originals, or the bodies as served."""
    return sorted(path for path in (directory / folder).glob("*") if path.is_file())


def name_of(path: Path, directory: Path) -> str:
    """Return the name of a file as the manifests write it."""
    return path.relative_to(directory).as_posix()


def is_inside(name: str) -> bool:
    """Say whether a path of the manifest stays in the pack."""
    return not name.startswith("/") and ".." not in name.split("/") and ":" not in name


def report_text(checks: list[Check]) -> str:
    """Return the answers one a line, and their number at the end."""
    marks = {PASS: "ok  ", FAIL: "FAIL", SKIP: "skip"}
    lines = []
    for each in checks:
        end = f": {each.message}" if each.message else ""
        lines.append(f"{marks[each.result]}  {TITLES[each.check]}: {each.subject}{end}")
    failed, left = count(checks, FAIL), count(checks, SKIP)
    lines.append(SIGNED[signed_state(checks)])
    lines.append(
        f"共 {len(checks)} 项检查，{left} 项未做，{failed} 项不通过。 "
        f"{len(checks)} checks, {left} skipped, {failed} failed."
    )
    return "".join(printable(line) + "\n" for line in lines)


def signed_state(checks: list[Check]) -> str:
    """Return how far signatures speak for the pack as a whole; the keys of ``SIGNED``."""
    packs = {each.result for each in checks if each.check == "pack"}
    keys = {each.result for each in checks if each.check == "key"}
    if FAIL in packs | keys or not packs:
        return "wrong"
    if SKIP in packs:
        return "unsigned"
    return "enclosed" if SKIP in keys else "vouched"


def count(checks: list[Check], result: str) -> int:
    """Return how many checks ended in one way."""
    return sum(each.result == result for each in checks)


def printable(line: str) -> str:
    """Replace what a terminal would obey instead of showing."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def report_json(checks: list[Check], directory: Path) -> str:
    """Return the answers as one JSON object; ``commands`` are for what was skipped."""
    rows = [
        {
            "check": each.check,
            "subject": each.subject,
            "ok": each.result != FAIL,
            "result": each.result,
            "message": each.message,
        }
        for each in checks
    ]
    report = {
        "ok": not count(checks, FAIL),
        "passed": count(checks, PASS),
        "failed": count(checks, FAIL),
        "skipped": count(checks, SKIP),
        "signed": signed_state(checks),
        "commands": [stamp_command(directory, number) for number in stamp_numbers(directory)],
        "checks": rows,
    }
    return json.dumps(report, indent=1) + "\n"


def read_given(key: str) -> list[str]:
    """Return the public keys that a value of --key is or names.

    Raises:
        ValueError, OSError: if there are none.
    """
    lines = [key] if KEY_LINE.match(key) else Path(key).read_text("ascii").splitlines()
    keys = [line.strip() for line in lines if line.strip()]
    if not keys or not all(map(is_key, keys)):
        raise ValueError(key)
    return keys


def main(arguments: list[str] | None = None) -> int:
    """Check the pack and print the answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent
    parser.add_argument("directory", nargs="?", type=Path, default=here, help="default: here")
    text = "a public key of the log, or a file of them; may be repeated"
    parser.add_argument("--key", action="append", default=[], metavar="KEY|FILE", help=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        given = [line for each in options.key for line in read_given(each)]
    except (ValueError, OSError):
        parser.error("--key: 不是公钥或公钥文件 / no public key, nor a file of public keys")
    directory = options.directory.resolve()
    if not any((directory / name).is_file() for name in CORE):
        sys.stderr.write(f"{printable(str(directory))}: 不是证据包 / no evidence pack\n")
        return 2
    checks = list(verify(directory, given))
    output = report_json(checks, directory) if options.json else report_text(checks)
    sys.stdout.buffer.write(output.encode("utf-8", "replace"))
    return 1 if count(checks, FAIL) else 0


if __name__ == "__main__":
    sys.exit(main())
